"""The card: everything known about one contact, put together for a person to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Sequence
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from footfall import identity
from footfall.contacts.notes import Note, list_notes
from footfall.contacts.permissions import Consent, OptIn, list_consents, list_opt_ins
from footfall.contacts.store import Contact, fetch_contact, find_contacts
from footfall.contacts.tags import list_tags
from footfall.events import Cursor, Summary, event_key, summarize
from footfall.kit import Connection, to_ms
from footfall.model import (
    AccountId,
    Claim,
    ContactId,
    Device,
    Event,
    EventKind,
    Organisation,
    OrganisationKind,
    Place,
    Record,
    Span,
    Touchpoint,
    VisitorId,
)

PAGE_EVENTS = 200

T = TypeVar("T", bound=Hashable)


class Timelines(Protocol):
    """What the card needs of the event store."""

    def timeline(
        self,
        account: AccountId,
        spans: Sequence[Span],
        limit: int = 200,
        before: Cursor | None = None,
    ) -> list[Event]: ...

    def summary(self, account: AccountId, spans: Sequence[Span]) -> Summary: ...


class Reason(Record, frozen=True):
    """Why we believe that a browser is this contact."""

    claim: Claim
    strength: int  # percent
    is_conflict: bool = False
    holder: Contact | None = None  # of a conflict: whose browser it was


class Visit(Record, frozen=True):
    """One visit with its events, oldest first. ``visit`` 0: events without a browser."""

    visit: int
    visitor: VisitorId
    started_at: datetime
    ended_at: datetime
    touchpoint: Touchpoint
    device: Device
    place: Place
    organisation: Organisation
    site: str
    events: list[Event]
    is_before_known: bool  # the visitor was still anonymous when it began
    known_at: datetime | None = None  # when this browser was first known to be the contact's

    @property
    def pages(self) -> list[Event]:
        return [event for event in self.events if event.kind is EventKind.PAGE]

    @property
    def duration(self) -> timedelta:
        return self.ended_at - self.started_at


class Card(Record, frozen=True):
    """One person, on one page."""

    contact: Contact
    members: list[Contact]  # cards merged into this one
    merges: list[identity.Merge]
    tags: list[str]
    consents: list[Consent]
    opt_ins: list[OptIn]
    notes: list[Note]
    reasons: list[Reason]
    known_since: datetime | None
    first_touchpoint: Touchpoint | None
    sources: list[tuple[Touchpoint, int]]  # what began the visits, by channel and source alone
    devices: list[tuple[Device, int]]
    places: list[tuple[Place, int]]
    organisations: list[tuple[Organisation, int]]
    interests: list[tuple[str, int]]
    carts: list[Event]
    summary: Summary
    visits: list[Visit]
    next: Cursor | None  # of the visits; None on the last page


def fetch_card(
    connection: Connection,
    events: Timelines,
    account: AccountId,
    contact: ContactId,
    before: Cursor | None = None,
) -> Card:
    """Raise NotFound. A contact merged into another answers with the survivor's card."""
    survivor = identity.survivors(connection, account, {contact})[contact]
    members = identity.list_members(connection, account, survivor)
    found = find_contacts(connection, account, members)
    record = fetch_contact(connection, account, survivor)
    spans = identity.list_spans(connection, account, survivor)
    claims = identity.list_claims(connection, account, survivor)
    conflicts = identity.list_conflicts(connection, account, survivor)
    known = _known_at(claims, conflicts)
    rows = events.timeline(account, spans, PAGE_EVENTS, before)
    visits = group_visits(rows, known)
    is_full = len(rows) == PAGE_EVENTS
    browsers = identity.find_visitors(connection, account, [span.visitor for span in spans])
    first = min(browsers.values(), key=lambda visitor: visitor.first_seen_at, default=None)
    return Card(
        contact=record,
        members=[found[m] for m in members[1:] if m in found],
        merges=identity.list_merges(connection, account, survivor),
        tags=sorted(
            {tag for tags in list_tags(connection, account, members).values() for tag in tags}
        ),
        consents=list_consents(connection, account, members),
        opt_ins=list_opt_ins(connection, account, members),
        notes=list_notes(connection, account, members),
        reasons=_reasons(connection, account, claims, conflicts),
        known_since=min(known.values(), default=None),
        first_touchpoint=first.first_touchpoint if first else None,
        sources=_rank([_bare(visit.touchpoint) for visit in visits if visit.visit]),
        devices=_rank([visit.device for visit in visits if visit.visit]),
        places=_rank([visit.place for visit in visits if visit.place.country]),
        organisations=_rank(
            [
                visit.organisation
                for visit in visits
                if visit.organisation.kind is not OrganisationKind.UNKNOWN
            ]
        ),
        interests=count_interests(rows),
        carts=_newest_carts(rows),
        # Most histories fit on the first page, and then nothing more need be asked.
        summary=events.summary(account, spans) if is_full or before else summarize(rows),
        visits=visits,
        next=_cursor(rows[-1]) if is_full else None,
    )


def group_visits(rows: Sequence[Event], known: dict[VisitorId, datetime]) -> list[Visit]:
    """Events newest first in, visits newest first out, each with its events oldest first."""
    grouped: dict[tuple[VisitorId, int], list[Event]] = {}
    for event in rows:
        # An event without a browser stands alone on the line of time.
        visit = event.visit or event_key(event.event_id)
        grouped.setdefault((event.visitor, visit), []).insert(0, event)
    visits = [_visit(events, known) for events in grouped.values()]
    return sorted(visits, key=lambda visit: visit.started_at, reverse=True)


def count_interests(rows: Sequence[Event]) -> list[tuple[str, int]]:
    """Categories by page views: what the page says, else the folder that it is in."""
    counted: Counter[str] = Counter()
    for event in rows:
        if event.kind is not EventKind.PAGE:
            continue
        category = str(event.data.get("category") or _folder(event.path))
        if category:
            counted[category] += 1
    return counted.most_common(8)


def _visit(events: list[Event], known: dict[VisitorId, datetime]) -> Visit:
    first, last = events[0], events[-1]
    known_at = known.get(first.visitor)
    return Visit(
        visit=first.visit,
        visitor=first.visitor,
        started_at=first.occurred_at,
        ended_at=last.occurred_at,
        touchpoint=first.touchpoint,
        device=last.device,
        place=last.place,
        organisation=last.organisation,
        site=first.site,
        events=events,
        is_before_known=bool(first.visit) and known_at is not None and first.occurred_at < known_at,
        known_at=known_at,
    )


def _known_at(
    claims: Sequence[Claim], conflicts: Sequence[identity.Conflict]
) -> dict[VisitorId, datetime]:
    """When each browser was first known to be this contact's."""
    disputed = {conflict.claim.claim_id for conflict in conflicts}
    known: dict[VisitorId, datetime] = {}
    for claim in claims:
        if claim.revoked_at is None and claim.claim_id not in disputed:
            known.setdefault(claim.visitor, claim.claimed_at)
    return known


def _reasons(
    connection: Connection,
    account: AccountId,
    claims: Sequence[Claim],
    conflicts: Sequence[identity.Conflict],
) -> list[Reason]:
    holders = find_contacts(connection, account, [conflict.holder for conflict in conflicts])
    in_conflict = {conflict.claim.claim_id: conflict for conflict in conflicts}
    lines = {claim.claim_id: claim for claim in claims}
    lines |= {number: conflict.claim for number, conflict in in_conflict.items()}
    return [
        Reason(
            claim=claim,
            strength=identity.strength_of(claim),
            is_conflict=number in in_conflict,
            holder=holders.get(in_conflict[number].holder) if number in in_conflict else None,
        )
        for number, claim in sorted(lines.items())
    ]


def _newest_carts(rows: Sequence[Event]) -> list[Event]:
    """Purchases, and of each cart its newest state."""
    seen: set[str] = set()
    carts = []
    for event in rows:
        if event.kind in (EventKind.CART, EventKind.PURCHASE) and event.event_id not in seen:
            seen.add(event.event_id)
            carts.append(event)
    return carts


def _rank(values: Sequence[T]) -> list[tuple[T, int]]:
    return Counter(values).most_common(5)


def _bare(touchpoint: Touchpoint) -> Touchpoint:
    return Touchpoint(channel=touchpoint.channel, source=touchpoint.source)


def _folder(path: str) -> str:
    """ "red shoes" of /shop/red-shoes/runner; dates and other numbers are no category."""
    folders = path.partition("?")[0].strip("/").split("/")[:-1]
    named = [folder for folder in folders if not folder.isdigit() and "." not in folder]
    return named[-1].replace("-", " ").replace("_", " ") if named else ""


def write_cursor(event: Event) -> str:
    """The cursor after this event as text, for addresses."""
    return f"{to_ms(event.occurred_at)}.{event_key(event.event_id)}"


def _cursor(event: Event) -> Cursor:
    return Cursor(at=event.occurred_at, event_key=event_key(event.event_id))
