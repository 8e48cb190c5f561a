"""The worker: read a range of the log, store its events once, move the checkpoint.

Exactly-once effect, per batch:

1. write the intent (where the range ends, and which hits are refused why);
2. bury what is unreadable (idempotent by offset);
3. insert the events with a token made of the log's epoch and the range: an insert that is
   repeated after a crash changes nothing;
4. in one transaction: visitors, claims, reactions, counters, checkpoint.

A crash anywhere leaves the intent behind; the next start replays that very range.
"""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from threading import Event as Flag
from typing import Protocol

from footfall import accounts, contacts, identity
from footfall.accounts import Account, Site
from footfall.kit import Connection, Database
from footfall.model import BuryReason, Claim, ContactId, DropReason, Event, RawHit
from footfall.pipeline.batch import Batch, Numbered, newest_times, process
from footfall.pipeline.checkpoint import (
    Checkpoint,
    count_outcomes,
    read_checkpoint,
    write_checkpoint,
)
from footfall.pipeline.draft import AccountView, Sources
from footfall.pipeline.geo import Geo
from footfall.pipeline.organisation import Networks
from footfall.pipeline.recent import Recent

log = logging.getLogger(__name__)

BATCH_HITS = 5_000
# Short enough that a hit is on the card within a second, long enough to idle near zero.
IDLE_SECONDS = 0.1
# A batch costs the event store some 40 ms of CPU however few hits it holds, so that few hits
# wait a moment for company; the panel promises the first page view within a second.
FEW_HITS = 500
COMPANY_SECONDS = 0.2
# After a failure of a part: the log keeps everything meanwhile.
RETRY_SECONDS = 1.0
# A batch makes some hundred thousand objects, none of them in a cycle, that all live to its
# end; searched for cycles after every 700 as is usual, they cost a sixth of its time.
NEW_OBJECTS_BEFORE_SEARCH = 100_000


class ReadableLog(Protocol):
    """What the worker needs of the raw log."""

    @property
    def epoch(self) -> str: ...
    def read(self, start: int, limit: int, until: int | None) -> list[tuple[int, RawHit]]: ...
    def bury(self, offset: int, reason: BuryReason, hit: RawHit) -> None: ...


class WritableEvents(Protocol):
    """What the worker needs of the event store."""

    def append(self, events: Sequence[Event], token: str) -> None: ...


Reaction = Callable[[Connection, Sequence[Event], Sequence[Claim]], None]


@dataclass(frozen=True)
class Worker:
    """Moves hits from the log to where they can be asked for."""

    log: ReadableLog
    events: WritableEvents
    database: Database
    geo: Geo
    networks: Networks
    reactions: Sequence[Reaction] = ()
    recent: Recent = field(default_factory=Recent)

    def run(self, stop: Flag) -> None:
        """Work until told to stop; a failing part is retried, nothing is skipped."""
        gc.set_threshold(NEW_OBJECTS_BEFORE_SEARCH)
        while not stop.is_set():
            try:
                moved = self.work_once()
            except Exception:
                log.exception("the batch failed and will be tried again")
                stop.wait(RETRY_SECONDS)
                continue
            if moved < FEW_HITS:
                stop.wait(COMPANY_SECONDS if moved else IDLE_SECONDS)

    def work_once(self, limit: int = BATCH_HITS) -> int:
        """Process one batch; return the number of hits that it moved past."""
        with self.database.read() as connection:
            checkpoint = read_checkpoint(connection) or Checkpoint(
                epoch=self.log.epoch, next_offset=0
            )
        checkpoint = self._follow_epoch(checkpoint)
        start, until = checkpoint.next_offset, checkpoint.intent_until
        hits = self.log.read(start, limit if until is None else until - start, until)
        if hits:
            self._write(checkpoint, hits)
        return len(hits)

    def _write(self, checkpoint: Checkpoint, hits: Numbered) -> None:
        decided = None if checkpoint.intent_until is None else checkpoint.intent_refusals
        self.geo.reload_if_changed()
        self.networks.reload_if_changed()
        with self.database.read() as connection:
            sources = Sources(_view_accounts(connection), self.geo, self.networks)
            recent = self.recent.take(checkpoint)
            batch = process(connection, hits, sources, decided, recent)
        until = hits[-1][0] + 1
        if decided is None:
            self._write_intent(checkpoint, until, batch)
        for offset, reason in batch.refusals.items():
            if isinstance(reason, BuryReason):
                self.log.bury(offset, reason, batch.raw[offset])
        if batch.events:
            token = f"{checkpoint.epoch}-{checkpoint.next_offset}-{until}"
            self.events.append(batch.events, token)
        done = Checkpoint(epoch=checkpoint.epoch, next_offset=until)
        self._commit(done, batch)
        self.recent.keep(done, recent)

    def _write_intent(self, checkpoint: Checkpoint, until: int, batch: Batch) -> None:
        intent = Checkpoint(
            epoch=checkpoint.epoch,
            next_offset=checkpoint.next_offset,
            intent_until=until,
            intent_refusals=batch.refusals,
        )
        with self.database.write() as connection:
            write_checkpoint(connection, intent)

    def _commit(self, done: Checkpoint, batch: Batch) -> None:
        with self.database.write() as connection:
            # A contact forgotten since the batch was read must not come back by its claims.
            identity.lock_ledgers(connection, {event.account for event in batch.events})
            identity.save_visitors(connection, batch.visitors)
            accounts.record_sightings(connection, batch.sightings)
            claims = _append_claims(connection, batch.claims)
            _touch_contacts(connection, batch)
            for react in self.reactions:
                react(connection, batch.events, claims)
            count_outcomes(connection, batch.count())
            write_checkpoint(connection, done)

    def _follow_epoch(self, checkpoint: Checkpoint) -> Checkpoint:
        if checkpoint.epoch == self.log.epoch:
            return checkpoint
        # Another log was put in place: its offsets mean other hits, and so do its tokens.
        log.warning("the raw log is a new one (epoch %s); reading it from 0", self.log.epoch)
        return Checkpoint(epoch=self.log.epoch, next_offset=0)


def _view_accounts(connection: Connection) -> dict[str, AccountView]:
    views = {}
    for account in accounts.list_accounts(connection):
        sites = accounts.list_sites(connection, account.account)
        stopped = contacts.find_stopped(connection, account.account)
        views[account.smid] = _view(account, sites, stopped)
    return {str(smid): view for smid, view in views.items()}


def _view(account: Account, sites: Sequence[Site], stopped: frozenset[ContactId]) -> AccountView:
    listed = frozenset(site.host for site in sites if site.is_listed)
    own = listed | frozenset(site.host for site in sites if site.last_hit_at)
    return AccountView(account, listed, own, stopped)


def _append_claims(connection: Connection, proposed: Sequence[Claim]) -> list[Claim]:
    """Append the claims whose contact exists; renew what hangs on their contacts."""
    added: list[Claim] = []
    for account in {claim.account for claim in proposed}:
        mine = [claim for claim in proposed if claim.account == account]
        known = contacts.find_contacts(connection, account, [claim.contact for claim in mine])
        fresh = identity.append_claims(connection, [c for c in mine if c.contact in known])
        if fresh:
            roots = identity.survivors(connection, account, {claim.contact for claim in fresh})
            held = identity.find_spans(connection, account, [claim.visitor for claim in fresh])
            holders = {span.contact for spans in held.values() for span in spans}
            contacts.renew_activity(connection, account, holders | set(roots.values()))
        added += fresh
    return added


def _touch_contacts(connection: Connection, batch: Batch) -> None:
    newest = newest_times(batch.events)
    for account in {account for account, _visitor in newest}:
        visitors = [visitor for owner, visitor in newest if owner == account]
        held = identity.find_spans(connection, account, visitors)
        seen: dict[ContactId, datetime] = {}
        for visitor, spans in held.items():
            at = newest[account, visitor]
            holder = identity.Ownership(spans, []).holder_at(at)
            if holder is not None:
                seen[holder] = max(seen.get(holder, at), at)
        contacts.touch_contacts(connection, account, seen)


__all__ = ["BATCH_HITS", "DropReason", "Reaction", "ReadableLog", "Worker", "WritableEvents"]
