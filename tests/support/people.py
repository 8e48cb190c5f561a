"""An account, contacts and browsers for tests of the people database."""

from __future__ import annotations

from tests.support.claims import at, make_claim

from footfall import accounts, contacts, identity
from footfall.contacts import Contact, ContactChange
from footfall.kit import Connection
from footfall.model import AccountId, VisitorId


def add_account(connection: Connection, name: str = "Shop") -> AccountId:
    return accounts.create_account(connection, name).account.account


def add_contact(
    connection: Connection, account: AccountId, email: str, **change: object
) -> Contact:
    declared = ContactChange(**change)  # type: ignore[arg-type]
    return contacts.upsert_contact(connection, account, email, declared)[0]


def add_browser(connection: Connection, contact: Contact, visitor: str, minute: int = 0) -> None:
    """A browser last seen at this minute, claimed by the contact through a form."""
    seen = identity.Visitor(
        account=contact.account,
        visitor=VisitorId(visitor),
        first_seen_at=at(0),
        last_seen_at=at(minute),
    )
    identity.save_visitors(connection, [seen])
    claim = make_claim(contact.contact, visitor=visitor, account=contact.account)
    identity.append_claims(connection, [claim])
    contacts.renew_activity(connection, contact.account, [contact.contact])
