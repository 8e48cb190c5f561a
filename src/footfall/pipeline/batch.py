"""One batch of raw hits in, everything that must be written for it out; nothing is written."""

from __future__ import annotations

import logging
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from msgspec.structs import replace

from footfall import identity
from footfall.accounts import SiteSighting
from footfall.identity import Visitor
from footfall.kit import Connection
from footfall.model import (
    AccountId,
    BuryReason,
    Claim,
    DropReason,
    Event,
    EventKind,
    RawHit,
    VisitorId,
)
from footfall.pipeline.checkpoint import Refusals
from footfall.pipeline.draft import AccountView, Draft, Known, Sources
from footfall.pipeline.duplicates import count_missing, forget
from footfall.pipeline.memory import pack, unpack
from footfall.pipeline.parse import Hit, parse
from footfall.pipeline.recent import VisitorKey
from footfall.pipeline.sightings import Sightings
from footfall.pipeline.steps import (
    FACT_STEPS,
    STEPS,
    Step,
    drop_duplicate,
    find_visitor,
    fingerprint,
    run,
)

log = logging.getLogger(__name__)

Numbered = Sequence[tuple[int, RawHit]]
_Readable = tuple[int, Hit, VisitorId, AccountView | None]


@dataclass
class Batch:
    """What became of a range of hits."""

    events: list[Event] = field(default_factory=list)
    refusals: Refusals = field(default_factory=dict)
    claims: list[Claim] = field(default_factory=list)
    visitors: list[Visitor] = field(default_factory=list)
    sightings: list[SiteSighting] = field(default_factory=list)
    raw: Mapping[int, RawHit] = field(default_factory=dict)

    def count(self) -> dict[tuple[str, str], int]:
        counted: Counter[tuple[str, str]] = Counter()
        counted["stored", ""] = len(self.events)
        for reason in self.refusals.values():
            outcome = "buried" if isinstance(reason, BuryReason) else "dropped"
            counted[outcome, reason.value] += 1
        return {key: hits for key, hits in counted.items() if hits}


def process(
    connection: Connection,
    hits: Numbered,
    sources: Sources,
    decided: Refusals | None = None,
    recent: dict[VisitorKey, Known] | None = None,
) -> Batch:
    """Run the steps over a batch.

    ``decided``: a replay refuses what was refused before. ``recent``: visitors whose rows need
    not be read; those of this batch are put at its end.
    """
    batch = Batch(raw=dict(hits))
    readable = _parse_all(batch, hits, sources)
    recent = {} if recent is None else recent
    known = _load(connection, readable, recent)
    seen = Sightings()
    for offset, hit, visitor, view in readable:
        raw = batch.raw[offset]
        outcome: Event | DropReason | BuryReason = DropReason.UNKNOWN_ACCOUNT
        if view is not None:
            mine = known[view.account.account, visitor]
            prints = fingerprint(hit.parameters, visitor)
            draft = Draft(raw, hit, sources, view, visitor, mine, prints)
            if decided is None:
                outcome = _run_safely(draft, offset, STEPS)
            elif offset in decided:
                _remember_refused(draft, decided[offset])
            else:
                # To be stored then, so stored now, though an owner changed a rule since.
                outcome = _run_safely(draft, offset, FACT_STEPS)
        if decided is not None and offset in decided:
            outcome = decided[offset]
        seen.add(view, raw, hit, outcome)
        if isinstance(outcome, Event):
            batch.events.append(outcome)
            _note(mine, outcome)
            if draft.proposals:
                batch.claims += _claims(draft)
        else:
            batch.refusals[offset] = outcome
    saved = {key: mine for key, mine in known.items() if mine.visitor is not None}
    batch.visitors = [_with_memory(mine) for mine in saved.values()]
    recent |= saved
    batch.sightings = seen.list()
    return batch


def _parse_all(batch: Batch, hits: Numbered, sources: Sources) -> list[_Readable]:
    readable = []
    for offset, raw in hits:
        hit = _parse_safely(offset, raw)
        if isinstance(hit, BuryReason):
            batch.refusals[offset] = hit
        else:
            view = sources.accounts.get(hit.text("smid"))
            readable.append((offset, hit, find_visitor(hit.parameters, raw.door), view))
    return readable


def _parse_safely(offset: int, raw: RawHit) -> Hit | BuryReason:
    try:
        return parse(raw)
    except Exception:  # one hit that we fail to read must not stop all that come after it
        log.exception("the hit at offset %d could not be read for a fault of ours", offset)
        return BuryReason.CRASHED


def _load(
    connection: Connection, readable: Sequence[_Readable], recent: dict[VisitorKey, Known]
) -> dict[VisitorKey, Known]:
    wanted: dict[AccountId, set[VisitorId]] = defaultdict(set)
    for _offset, _hit, visitor, view in readable:
        if view is not None:
            wanted[view.account.account].add(visitor)
    known: dict[VisitorKey, Known] = {}
    for account, visitors in wanted.items():
        ids = sorted(visitors)
        unknown = [visitor for visitor in ids if (account, visitor) not in recent]
        rows = identity.find_visitors(connection, account, unknown)
        # Asked for every time: people and other processes change the ledger.
        spans = identity.find_spans(connection, account, ids)
        for visitor in ids:
            mine = recent.pop((account, visitor), None) or _recall(rows.get(visitor))
            mine.spans = spans.get(visitor, [])
            known[account, visitor] = mine
    return known


def _recall(row: Visitor | None) -> Known:
    return Known(row, unpack(row.memory if row else b""))


def _run_safely(
    draft: Draft, offset: int, steps: Sequence[Step]
) -> Event | DropReason | BuryReason:
    try:
        return run(draft, steps)
    except Exception:  # as above
        log.exception("a step crashed on the hit at offset %d; it is buried", offset)
        # Dug out and replayed once we are mended, it must not look like a duplicate of itself.
        forget(draft.known.memory, draft.hit.number("seq"), draft.fingerprint)
        return BuryReason.CRASHED


def _remember_refused(draft: Draft, reason: DropReason | BuryReason) -> None:
    """Leave the memory as the first run left it, or the hits after this one would differ."""
    if reason in (DropReason.STOPPED, BuryReason.CRASHED):
        drop_duplicate(draft)
    if reason is BuryReason.CRASHED:
        forget(draft.known.memory, draft.hit.number("seq"), draft.fingerprint)


def _note(known: Known, event: Event) -> None:
    """Carry the event into the visitor's row: first facts stay, last facts move."""
    if event.visit:  # server-side events have no browser
        known.visitor = _advance(known.visitor, event) if known.visitor else _first_sight(event)


def _first_sight(event: Event) -> Visitor:
    return Visitor(
        account=event.account,
        visitor=event.visitor,
        first_seen_at=event.occurred_at,
        last_seen_at=event.occurred_at,
        visits=1,
        pages=int(event.kind is EventKind.PAGE),
        bot=event.bot,
        site=event.site,
        last_path=event.path,
        last_title=event.title,
        first_touchpoint=event.touchpoint,
        last_touchpoint=event.touchpoint,
        device=event.device,
        place=event.place,
        organisation=event.organisation,
    )


def _advance(before: Visitor, event: Event) -> Visitor:
    at, is_page = event.occurred_at, event.kind is EventKind.PAGE
    moved: dict[str, Any] = {
        "last_seen_at": max(before.last_seen_at, at),
        "visits": before.visits + event.is_entry,
        "pages": before.pages + is_page,
        "bot": event.bot or before.bot,
    }
    if at < before.first_seen_at:
        moved |= {"first_seen_at": at, "first_touchpoint": event.touchpoint}
    if at >= before.last_seen_at:  # a late hit tells nothing about now
        moved |= {
            "last_touchpoint": event.touchpoint,
            "device": event.device,
            "place": event.place,
            "organisation": event.organisation,
        }
        if is_page:
            moved |= {"site": event.site, "last_path": event.path, "last_title": event.title}
    return replace(before, **moved)


def _with_memory(mine: Known) -> Visitor:
    assert mine.visitor is not None  # noqa: S101 (the caller asked)
    return replace(mine.visitor, memory=pack(mine.memory), missing=count_missing(mine.memory))


def _claims(draft: Draft) -> list[Claim]:
    return [
        Claim(
            claim_id=0,
            account=draft.view.account.account,
            visitor=draft.visitor,
            contact=proposal.contact,
            kind=proposal.kind,
            claimed_at=draft.hit.occurred_at,
            evidence=proposal.evidence,
        )
        for proposal in draft.proposals
    ]


def newest_times(events: Sequence[Event]) -> dict[VisitorKey, datetime]:
    """When each visitor of the batch was last seen."""
    newest: dict[VisitorKey, datetime] = {}
    for event in events:
        key = (event.account, event.visitor)
        newest[key] = max(newest.get(key, event.occurred_at), event.occurred_at)
    return newest
