"""Cards joined and parted, claims judged: records and activity follow the ledger."""

from __future__ import annotations

import pytest
from tests.support.claims import at, make_claim
from tests.support.people import add_account, add_browser, add_contact

from footfall import contacts, identity
from footfall.contacts import Contact
from footfall.kit import Connection, NotFound, Refused, make_uuid
from footfall.model import AccountId, ContactId


@pytest.fixture
def account(connection: Connection) -> AccountId:
    return add_account(connection)


@pytest.fixture
def ann(connection: Connection, account: AccountId) -> Contact:
    return add_contact(connection, account, "ann@x.example")


@pytest.fixture
def bob(connection: Connection, account: AccountId) -> Contact:
    return add_contact(connection, account, "bob@x.example")


def read(connection: Connection, contact: Contact) -> Contact:
    return contacts.fetch_contact(connection, contact.account, contact.contact)


def join(connection: Connection, loser: Contact, survivor: Contact) -> identity.Merge:
    return contacts.merge(
        connection, loser.account, loser.contact, survivor.contact, "eva@x.example"
    )


def test_merged_card_answers_with_survivor(
    connection: Connection, ann: Contact, bob: Contact
) -> None:
    join(connection, bob, ann)

    found = contacts.find_contact_by_email(connection, bob.account, "bob@x.example")
    assert found == contacts.resolve_contact(connection, bob.account, bob.contact)
    assert found == read(connection, ann)
    assert read(connection, bob).merged_into == ann.contact


def test_upsert_of_merged_address_changes_survivor(
    connection: Connection, ann: Contact, bob: Contact
) -> None:
    join(connection, bob, ann)

    changed = add_contact(connection, bob.account, "bob@x.example", fields={"name": "One"})

    assert (changed.contact, changed.name) == (ann.contact, "One")


def test_survivor_takes_the_activity(connection: Connection, ann: Contact, bob: Contact) -> None:
    add_browser(connection, bob, "bbbb", 7)

    join(connection, bob, ann)

    assert (read(connection, ann).last_seen_at, read(connection, ann).is_monitored) == (at(7), True)
    assert read(connection, bob).last_seen_at is None


def test_unmerge_gives_both_back(connection: Connection, ann: Contact, bob: Contact) -> None:
    add_browser(connection, ann, "aaaa", 3)
    add_browser(connection, bob, "bbbb", 7)
    before = [
        (c.last_seen_at, c.is_monitored) for c in (read(connection, ann), read(connection, bob))
    ]

    contacts.unmerge(connection, ann.account, join(connection, bob, ann).merge_id)

    after = [read(connection, ann), read(connection, bob)]
    assert [(c.last_seen_at, c.is_monitored) for c in after] == before
    assert [c.merged_into for c in after] == [None, None]


def test_inner_unmerge_renews_the_outer_survivor(
    connection: Connection, account: AccountId, ann: Contact, bob: Contact
) -> None:
    cy = add_contact(connection, account, "cy@x.example")
    add_browser(connection, cy, "cccc", 7)
    inner = join(connection, cy, bob)
    join(connection, bob, ann)

    contacts.unmerge(connection, account, inner.merge_id)

    assert read(connection, ann).last_seen_at is None
    assert read(connection, cy).last_seen_at == at(7)


def test_merge_with_stranger_is_not_found(connection: Connection, ann: Contact) -> None:
    with pytest.raises(NotFound):
        contacts.merge(connection, ann.account, ContactId(make_uuid()), ann.contact, "x")


def test_merge_with_itself_is_refused(connection: Connection, ann: Contact) -> None:
    with pytest.raises(Refused):
        join(connection, ann, ann)


def test_merge_across_accounts_is_not_found(connection: Connection, ann: Contact) -> None:
    stranger = add_contact(connection, add_account(connection), "bob@x.example")

    with pytest.raises(NotFound):
        join(connection, stranger, ann)


def test_merge_lifts_no_stop(connection: Connection, ann: Contact, bob: Contact) -> None:
    contacts.set_stopped(connection, bob.account, bob.contact, is_stopped=True)

    join(connection, bob, ann)

    stopped = contacts.find_stopped(connection, ann.account)
    assert stopped == {ann.contact, bob.contact}


def test_resuming_survivor_resumes_all(connection: Connection, ann: Contact, bob: Contact) -> None:
    contacts.set_stopped(connection, bob.account, bob.contact, is_stopped=True)
    join(connection, bob, ann)

    contacts.set_stopped(connection, ann.account, ann.contact, is_stopped=False)

    assert contacts.find_stopped(connection, ann.account) == frozenset()


def test_revoked_claim_takes_activity_along(connection: Connection, ann: Contact) -> None:
    add_browser(connection, ann, "aaaa", 7)
    [claim] = identity.list_claims(connection, ann.account, ann.contact)

    contacts.revoke_claim(connection, ann.account, claim.claim_id)

    assert (read(connection, ann).last_seen_at, read(connection, ann).is_monitored) == (None, False)


def test_revoked_claim_leaves_browser_to_next(
    connection: Connection, ann: Contact, bob: Contact
) -> None:
    add_browser(connection, ann, "aaaa", 7)
    later = make_claim(bob.contact, minute=5, account=bob.account)
    identity.append_claims(connection, [later])
    [claim] = identity.list_claims(connection, ann.account, ann.contact)

    contacts.revoke_claim(connection, ann.account, claim.claim_id)

    assert read(connection, bob).last_seen_at == at(7)


def test_confirmed_link_brings_the_browser(
    connection: Connection, ann: Contact, bob: Contact
) -> None:
    add_browser(connection, ann, "aaaa", 7)
    link = make_claim(bob.contact, "mail_link", 5, account=bob.account)
    [added] = identity.append_claims(connection, [link])
    assert not read(connection, bob).is_monitored

    contacts.confirm_claim(connection, bob.account, added.claim_id)

    assert read(connection, bob).is_monitored
    assert identity.list_conflicts(connection, bob.account, bob.contact) == []
