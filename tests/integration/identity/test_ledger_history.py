"""Any history of the ledger, on both engines: the plain model's view, kept up step by step."""

from __future__ import annotations

from contextlib import suppress
from itertools import count
from typing import Any

from hypothesis import HealthCheck, given, settings
from tests.fakes.plain_identity import PlainIdentity
from tests.support.claims import CONTACTS, VISITORS, at, histories, make_claim, minute_of, play

from footfall import identity
from footfall.kit import Connection, Database, NotFound, Refused
from footfall.model import AccountId, Claim, ContactId, Span, VisitorId

# Each example has an account of its own, so the examples of a test share one database.
accounts = count(1)
on_database = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


class RealIdentity:
    """The ledger behind the plain model's verbs."""

    def __init__(self, connection: Connection) -> None:
        self.connection, self.account = connection, AccountId(next(accounts))
        self.claims: list[Claim] = []
        self.merges: list[identity.Merge] = []

    def claim(self, visitor: str, contact: str, kind: str, minute: int) -> None:
        claim = make_claim(contact, kind, minute, visitor=visitor, account=self.account)
        self.claims += identity.append_claims(self.connection, [claim])

    def revoke(self, number: int) -> None:
        claim_id = self.claims[number].claim_id
        identity.revoke_claim(self.connection, self.account, claim_id, at(99))

    def confirm(self, number: int, minute: int) -> None:
        claim_id = self.claims[number].claim_id
        identity.confirm_claim(self.connection, self.account, claim_id, at(minute))

    def merge(self, loser: str, survivor: str) -> None:
        pair = ContactId(loser), ContactId(survivor)
        try:
            merge = identity.merge_contacts(self.connection, self.account, *pair, at(0))
        except Refused:
            return
        self.merges.append(merge)

    def unmerge(self, number: int) -> None:
        with suppress(NotFound):  # undone before
            merge_id = self.merges[number].merge_id
            identity.unmerge_contacts(self.connection, self.account, merge_id, at(0))

    def find_spans(self, visitor: str) -> list[Span]:
        key = VisitorId(visitor)
        return identity.find_spans(self.connection, self.account, [key]).get(key, [])

    def person(self, contact: str) -> ContactId:
        key = ContactId(contact)
        return identity.survivors(self.connection, self.account, {key})[key]


@given(history=histories)
@on_database
def test_ledger_keeps_the_plain_view(database: Database, history: list[tuple[Any, ...]]) -> None:
    plain = PlainIdentity()
    play(plain, history)

    with database.write() as connection:
        real = RealIdentity(connection)
        play(real, history)

        assert [read_spans(real, visitor) for visitor in VISITORS] == [
            plain.spans(visitor) for visitor in VISITORS
        ]
        assert read_conflicts(real) == {**plain.conflicts("aaaa"), **plain.conflicts("bbbb")}


@given(history=histories)
@on_database
def test_kept_view_equals_fresh_resolve(database: Database, history: list[tuple[Any, ...]]) -> None:
    with database.write() as connection:
        real = RealIdentity(connection)
        play(real, history)

        for visitor in VISITORS:
            claims = identity.list_claims_of_visitor(connection, real.account, VisitorId(visitor))
            fresh = identity.resolve(claims, real.person)
            assert real.find_spans(visitor) == fresh.spans


@given(history=histories)
@on_database
def test_ledger_never_loses_a_line(database: Database, history: list[tuple[Any, ...]]) -> None:
    with database.write() as connection:
        real = RealIdentity(connection)
        play(real, history)

        people = {real.person(contact) for contact in CONTACTS}
        lines = [identity.list_claims(connection, real.account, person) for person in people]
        assert sorted(claim.claim_id for claims in lines for claim in claims) == [
            claim.claim_id for claim in real.claims
        ]


def read_spans(real: RealIdentity, visitor: str) -> list[tuple[str, int | None, int | None]]:
    found = real.find_spans(visitor)
    return [(s.contact, minute_of(s.from_at), minute_of(s.until_at)) for s in found]


def read_conflicts(real: RealIdentity) -> dict[int, str]:
    numbers = {claim.claim_id: number for number, claim in enumerate(real.claims)}
    people = {real.person(contact) for contact in CONTACTS}
    found = [
        c for who in people for c in identity.list_conflicts(real.connection, real.account, who)
    ]
    return {numbers[conflict.claim.claim_id]: conflict.holder for conflict in found}
