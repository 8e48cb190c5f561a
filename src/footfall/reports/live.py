"""Who is on the site now: the browsers seen in the last minutes, named where we can."""

from __future__ import annotations

from datetime import datetime, timedelta

from footfall import contacts, identity
from footfall.identity import Visitor
from footfall.kit import Connection
from footfall.model import AccountId, ContactId, OrganisationKind, Record

LIVE_MINUTES = 5
MOST_LIVE = 50


class LiveVisit(Record, frozen=True):
    """``kind``: identified, company or anonymous; ``contact`` only for the first."""

    visitor: Visitor
    kind: str
    contact: contacts.Contact | None = None


def list_live(connection: Connection, account: AccountId, now: datetime) -> list[LiveVisit]:
    """The most recently seen first."""
    since = now - timedelta(minutes=LIVE_MINUTES)
    newest = identity.list_visitors(connection, account, MOST_LIVE)
    seen = [visitor for visitor in newest if visitor.last_seen_at >= since]
    spans = identity.find_spans(connection, account, [visitor.visitor for visitor in seen])
    holders = {
        visitor.visitor: identity.Ownership(spans.get(visitor.visitor, []), []).holder_at(
            visitor.last_seen_at
        )
        for visitor in seen
    }
    known = contacts.find_contacts(connection, account, [c for c in holders.values() if c])
    return [_live(visitor, _of(known, holders[visitor.visitor])) for visitor in seen]


def _of(
    known: dict[ContactId, contacts.Contact], holder: ContactId | None
) -> contacts.Contact | None:
    return known.get(holder) if holder else None


def _live(visitor: Visitor, contact: contacts.Contact | None) -> LiveVisit:
    if contact is not None:
        return LiveVisit(visitor=visitor, kind="identified", contact=contact)
    is_company = visitor.organisation.kind is OrganisationKind.COMPANY
    return LiveVisit(visitor=visitor, kind="company" if is_company else "anonymous")
