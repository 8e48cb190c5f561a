"""Who is on the site now, and by which name."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from tests.support.events import ACCOUNT, NOON

from footfall import contacts, identity
from footfall.identity import Visitor
from footfall.kit import Connection, Database
from footfall.model import Claim, ClaimKind, ContactId, Organisation, OrganisationKind, VisitorId
from footfall.reports import list_live

ACME = Organisation(name="ACME Ltd", kind=OrganisationKind.COMPANY)


def see(connection: Connection, name: str, at: datetime = NOON, **known: Any) -> None:
    visitor = VisitorId(name)
    row = Visitor(account=ACCOUNT, visitor=visitor, first_seen_at=at, last_seen_at=at, **known)
    identity.save_visitors(connection, [row])


def claim(connection: Connection, visitor: str, at: datetime) -> tuple[ContactId, Claim]:
    contact, _is_new = contacts.upsert_contact(
        connection, ACCOUNT, "ann@example.org", contacts.ContactChange()
    )
    made = Claim(
        claim_id=0,
        account=ACCOUNT,
        visitor=VisitorId(visitor),
        contact=contact.contact,
        kind=ClaimKind.FORM,
        claimed_at=at,
    )
    (added,) = identity.append_claims(connection, [made])
    return contact.contact, added


def list_kinds(connection: Connection) -> dict[str, str]:
    live = list_live(connection, ACCOUNT, NOON + timedelta(minutes=1))
    return {visit.visitor.visitor: visit.kind for visit in live}


def test_strangers_and_companies_are_told_apart(database: Database) -> None:
    with database.write() as connection:
        see(connection, "stranger")
        see(connection, "worker", organisation=ACME)

        assert list_kinds(connection) == {"stranger": "anonymous", "worker": "company"}


def test_identified_visitor_gets_a_name(database: Database) -> None:
    with database.write() as connection:
        see(connection, "v1", organisation=ACME)
        contact, _claim = claim(connection, "v1", NOON)

        (visit,) = list_live(connection, ACCOUNT, NOON)

    assert visit.kind == "identified"
    assert visit.contact is not None and visit.contact.contact == contact


def test_revoked_claim_takes_the_name(database: Database) -> None:
    with database.write() as connection:
        see(connection, "v1")
        _contact, added = claim(connection, "v1", NOON)
        identity.revoke_claim(connection, ACCOUNT, added.claim_id, NOON)

        assert list_kinds(connection) == {"v1": "anonymous"}


def test_only_last_minutes_are_live(database: Database) -> None:
    with database.write() as connection:
        see(connection, "gone", NOON - timedelta(minutes=10))
        see(connection, "here")

        assert list_kinds(connection) == {"here": "anonymous"}


def test_machines_are_not_live(database: Database) -> None:
    with database.write() as connection:
        see(connection, "crawler", bot="Examplebot")

        assert list_kinds(connection) == {}
