"""A shop's past: so many events in the store, their visitors, and some known contacts."""

from __future__ import annotations

from datetime import timedelta

import msgspec

from footfall import contacts, identity
from footfall.bench.installation import Installation
from footfall.bench.sample import EVENTS_PER_VISITOR, make_events
from footfall.contacts import ContactChange
from footfall.identity import Visitor
from footfall.kit import Connection, now
from footfall.model import AccountId, Claim, ClaimKind, ContactId, Event

DAYS = 90
# As large as a busy pipeline's batches, so that the parts on disk are as in real life.
EVENTS_PER_BATCH = 20_000
CONTACTS = 1_000


class History(msgspec.Struct, frozen=True):
    contacts: list[ContactId]
    events: int


def fill_history(product: Installation, events: int) -> History:
    """Write it past the door and the pipeline: those are measured elsewhere."""
    account, until = product.account.account, now()
    known: list[ContactId] = []
    for first in range(0, events, EVENTS_PER_BATCH):
        count = min(EVENTS_PER_BATCH, events - first)
        batch = make_events(account, first, count, until, DAYS)
        product.events.append(batch, token=f"bench-{first}")
        with product.database.write() as connection:
            seen = batch[::EVENTS_PER_VISITOR]
            identity.save_visitors(connection, [_visitor_of(event) for event in seen])
            if len(known) < CONTACTS:
                known += _make_contacts(connection, account, seen[: CONTACTS // 10])
    return History(known, events)


def _make_contacts(
    connection: Connection, account: AccountId, seen: list[Event]
) -> list[ContactId]:
    """Each of these visitors turned out to be somebody."""
    made = []
    for event in seen:
        email = f"{event.visitor[:12]}@example.com"
        contact, _is_new = contacts.upsert_contact(connection, account, email, ContactChange())
        made.append(contact.contact)
    claims = [
        Claim(
            claim_id=0,
            account=account,
            visitor=event.visitor,
            contact=contact,
            kind=ClaimKind.FORM,
            claimed_at=event.occurred_at + timedelta(minutes=1),
        )
        for event, contact in zip(seen, made, strict=True)
    ]
    identity.append_claims(connection, claims)
    return made


def _visitor_of(event: Event) -> Visitor:
    return Visitor(
        account=event.account,
        visitor=event.visitor,
        first_seen_at=event.occurred_at,
        last_seen_at=event.occurred_at,
        visits=4,
        pages=EVENTS_PER_VISITOR,
        site=event.site,
        last_path=event.path,
        last_title=event.title,
        first_touchpoint=event.touchpoint,
        last_touchpoint=event.touchpoint,
        device=event.device,
        place=event.place,
        organisation=event.organisation,
    )
