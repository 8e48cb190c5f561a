"""The ledger in a real database: what each verb writes, refuses, and shows to whom."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
from tests.support.claims import ACCOUNT, at, make_claim

from footfall import identity
from footfall.kit import Connection, Database, NotFound, Refused
from footfall.model import AccountId, ContactId, VisitorId

VISITOR = VisitorId("aaaa")
ANN, BOB, CY = (ContactId(name) for name in ("ann", "bob", "cy"))
NOBODY_ELSE = AccountId(2)


def test_claim_gives_the_anonymous_past(database: Database) -> None:
    with database.write() as connection:
        identity.append_claims(connection, [make_claim("ann", minute=5)])

    with database.read() as connection:
        [span] = identity.list_spans(connection, ACCOUNT, ANN)[:-1]
    assert (span.visitor, span.from_at, span.until_at) == (VISITOR, None, None)


def test_appended_claims_come_back_numbered(database: Database) -> None:
    with database.write() as connection:
        added = identity.append_claims(
            connection, [make_claim("ann"), make_claim("bob", minute=1, visitor="bbbb")]
        )

        assert identity.list_claims_of_visitor(connection, ACCOUNT, VISITOR) == added[:1]
    assert added[0].claim_id < added[1].claim_id


def test_repeat_in_one_batch_is_one_line(database: Database) -> None:
    again = [make_claim("ann", "login", minute) for minute in range(3)]

    with database.write() as connection:
        added = identity.append_claims(connection, again)

    assert [claim.claimed_at for claim in added] == [at(0)]


def test_repeat_survives_undone_merge(database: Database) -> None:
    with database.write() as connection:
        identity.append_claims(connection, [make_claim("ann", "login")])
        merge = identity.merge_contacts(connection, ACCOUNT, BOB, ANN, at(1))
        identity.append_claims(connection, [make_claim("bob", "login", 2)])
        identity.unmerge_contacts(connection, ACCOUNT, merge.merge_id, at(3))

        assert read_holders(connection) == ["ann", "bob"]


def test_revoking_takes_the_past_away(database: Database) -> None:
    with database.write() as connection:
        [claim] = identity.append_claims(connection, [make_claim("ann")])
        revoked = identity.revoke_claim(connection, ACCOUNT, claim.claim_id, at(9))

        assert read_holders(connection) == []
        assert identity.list_claims(connection, ACCOUNT, ANN) == [revoked]


def test_second_revocation_keeps_the_first(database: Database) -> None:
    with database.write() as connection:
        [claim] = identity.append_claims(connection, [make_claim("ann")])
        identity.revoke_claim(connection, ACCOUNT, claim.claim_id, at(3))
        again = identity.revoke_claim(connection, ACCOUNT, claim.claim_id, at(9))

    assert again.revoked_at == at(3)


def test_conflict_shows_on_both_cards(database: Database) -> None:
    with database.write() as connection:
        identity.append_claims(connection, [make_claim("ann"), make_claim("bob", "mail_link", 1)])

        [of_ann] = identity.list_conflicts(connection, ACCOUNT, ANN)
        assert identity.list_conflicts(connection, ACCOUNT, BOB) == [of_ann]
    assert (of_ann.claim.contact, of_ann.holder) == (BOB, ANN)


def test_confirmed_conflict_hands_over(database: Database) -> None:
    with database.write() as connection:
        claims = [make_claim("ann"), make_claim("bob", "mail_link", 1)]
        link = identity.append_claims(connection, claims)[1]
        identity.confirm_claim(connection, ACCOUNT, link.claim_id, at(5))

        assert identity.list_conflicts(connection, ACCOUNT, ANN) == []
        spans = identity.find_spans(connection, ACCOUNT, [VISITOR])[VISITOR]
    assert [(span.contact, span.from_at) for span in spans] == [(ANN, None), (BOB, at(5))]


@pytest.mark.parametrize("judge", [identity.revoke_claim, identity.confirm_claim])
def test_unknown_claim_is_not_judged(database: Database, judge: object) -> None:
    with database.write() as connection:
        [claim] = identity.append_claims(connection, [make_claim("ann")])

        with pytest.raises(NotFound):
            judge(connection, NOBODY_ELSE, claim.claim_id, at(1))  # type: ignore[operator]


def test_accounts_never_see_each_other(database: Database) -> None:
    with database.write() as connection:
        identity.append_claims(connection, [make_claim("ann")])

        assert identity.find_spans(connection, NOBODY_ELSE, [VISITOR]) == {}
        assert identity.list_claims(connection, NOBODY_ELSE, ANN) == []


def test_merge_moves_spans_to_survivor(database: Database) -> None:
    with database.write() as connection:
        identity.append_claims(connection, [make_claim("bob")])
        identity.merge_contacts(connection, ACCOUNT, BOB, ANN, at(1), "staff")

        assert read_holders(connection) == ["ann"]
        own = [span.visitor for span in identity.list_spans(connection, ACCOUNT, ANN)]
    assert own == [VISITOR, "contact:ann", "contact:bob"]


def test_merging_twice_is_refused(database: Database) -> None:
    with database.write() as connection:
        identity.merge_contacts(connection, ACCOUNT, BOB, ANN, at(1))

        with pytest.raises(Refused):
            identity.merge_contacts(connection, ACCOUNT, ANN, BOB, at(2))


def test_merges_chain_to_one_survivor(database: Database) -> None:
    with database.write() as connection:
        identity.merge_contacts(connection, ACCOUNT, CY, BOB, at(1))
        identity.merge_contacts(connection, ACCOUNT, CY, ANN, at(2))

        assert set(identity.survivors(connection, ACCOUNT, {ANN, BOB, CY}).values()) == {ANN}
        assert identity.list_members(connection, ACCOUNT, ANN) == [ANN, BOB, CY]
        assert len(identity.list_merges(connection, ACCOUNT, ANN)) == 2


def test_inner_merge_can_be_undone(database: Database) -> None:
    with database.write() as connection:
        inner = identity.merge_contacts(connection, ACCOUNT, CY, BOB, at(1))
        identity.merge_contacts(connection, ACCOUNT, BOB, ANN, at(2))
        identity.append_claims(connection, [make_claim("cy", minute=3)])
        identity.unmerge_contacts(connection, ACCOUNT, inner.merge_id, at(4))

        assert read_holders(connection) == ["cy"]
        assert identity.list_members(connection, ACCOUNT, ANN) == [ANN, BOB]


def test_undone_merge_is_gone(database: Database) -> None:
    with database.write() as connection:
        merge = identity.merge_contacts(connection, ACCOUNT, BOB, ANN, at(1))
        identity.unmerge_contacts(connection, ACCOUNT, merge.merge_id, at(2))

        with pytest.raises(NotFound):
            identity.unmerge_contacts(connection, ACCOUNT, merge.merge_id, at(3))


def test_erased_claims_leave_to_others(database: Database) -> None:
    with database.write() as connection:
        claims = [make_claim("ann"), make_claim("bob", minute=2), make_claim("ann", visitor="bbbb")]
        identity.append_claims(connection, claims)

        heirs = identity.erase_claims(connection, ACCOUNT, [ANN])

        assert heirs == [BOB]
        assert read_holders(connection) == ["bob"]
        assert identity.find_spans(connection, ACCOUNT, [VisitorId("bbbb")]) == {}


def test_spans_of_many_visitors_are_found(database: Database) -> None:
    visitors = [VisitorId(f"v{number}") for number in range(12_000)]
    with database.write() as connection:
        identity.append_claims(connection, [make_claim("ann", visitor=visitors[-1])])

        assert list(identity.find_spans(connection, ACCOUNT, visitors)) == visitors[-1:]


def test_claims_at_once_are_all_seen(database: Database) -> None:
    people, gate = [f"person{number}" for number in range(6)], Barrier(6)

    def claim(person: str, minute: int) -> None:
        gate.wait(10)
        with database.write() as connection:
            identity.append_claims(connection, [make_claim(person, "login", minute)])

    threads = [Thread(target=claim, args=(who, minute)) for minute, who in enumerate(people)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    with database.read() as connection:
        assert read_holders(connection) == people


def read_holders(connection: Connection) -> list[str]:
    spans = identity.find_spans(connection, ACCOUNT, [VISITOR]).get(VISITOR, [])
    return [span.contact for span in spans]
