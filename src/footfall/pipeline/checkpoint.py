"""The pipeline's place in the log and its counters, in the people database."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec
import sqlalchemy as sa

from footfall.kit import Connection, now, upsert
from footfall.model import BuryReason, DropReason, Record
from footfall.pipeline.tables import checkpoints, outcomes

NAME = "pipeline"

Refusals = dict[int, DropReason | BuryReason]


class Checkpoint(Record, frozen=True):
    """``intent_until`` is set while a batch is being written: a crash left it behind."""

    epoch: str
    next_offset: int
    intent_until: int | None = None
    intent_refusals: Refusals = {}


class Outcomes(Record, frozen=True):
    """Where the hits read so far went. They add up to the hits before the checkpoint."""

    stored: int = 0
    dropped: dict[str, int] = {}
    buried: int = 0


def read_checkpoint(connection: Connection) -> Checkpoint | None:
    row = connection.execute(sa.select(checkpoints).where(checkpoints.c.name == NAME)).first()
    if row is None:
        return None
    return Checkpoint(
        epoch=row.epoch,
        next_offset=row.next_offset,
        intent_until=row.intent_until,
        intent_refusals=_unpack(row.intent_refusals),
    )


def write_checkpoint(connection: Connection, checkpoint: Checkpoint) -> None:
    row = {
        "name": NAME,
        "epoch": checkpoint.epoch,
        "next_offset": checkpoint.next_offset,
        "intent_until": checkpoint.intent_until,
        "intent_refusals": _pack(checkpoint.intent_refusals),
        "moved_at": now(),
    }
    upsert(connection, checkpoints, [row])


def count_outcomes(connection: Connection, counted: Mapping[tuple[str, str], int]) -> None:
    """Add to the counters: (outcome, reason) to number of hits."""
    for (outcome, reason), hits in counted.items():
        of_row = sa.and_(outcomes.c.outcome == outcome, outcomes.c.reason == reason)
        changed = connection.execute(
            sa.update(outcomes).where(of_row).values(hits=outcomes.c.hits + hits)
        )
        if not changed.rowcount:
            row = {"outcome": outcome, "reason": reason, "hits": hits}
            connection.execute(sa.insert(outcomes).values(row))


def read_outcomes(connection: Connection) -> Outcomes:
    rows = connection.execute(sa.select(outcomes)).all()
    return Outcomes(
        stored=sum(row.hits for row in rows if row.outcome == "stored"),
        dropped={row.reason: row.hits for row in rows if row.outcome == "dropped"},
        buried=sum(row.hits for row in rows if row.outcome == "buried"),
    )


def _pack(refusals: Refusals) -> str:
    return msgspec.json.encode(list(refusals.items())).decode()


def _unpack(text: str | None) -> Refusals:
    return {offset: _reason(reason) for offset, reason in msgspec.json.decode(text or "[]")}


def _reason(text: str) -> DropReason | BuryReason:
    drops = DropReason.__members__.values()
    return DropReason(text) if text in drops else BuryReason(text)
