"""The raw log against the bare disk: hits made durable a second, beside fsyncs a second."""

from __future__ import annotations

import asyncio
import os
import time
from pathlib import Path

from footfall.bench.figure import Figure, median
from footfall.bench.run import Run
from footfall.bench.sample import make_hits
from footfall.kit import now, to_ms
from footfall.model import RawHit
from footfall.rawlog import GroupCommit, SqliteLog

WAITING = 256
# One sync for all who wait: otherwise the disk's rate would be the door's.
LEAST_HITS_PER_SYNC = 5.0
BLOCK_BYTES = 4_096


def measure_log(run: Run) -> list[Figure]:
    folder = run.make_folder("log")
    hits = list(make_hits("bench00000000001", 0, 1_000, to_ms(now()), visitors=200))
    seconds = max(0.2, run.seconds / 2)
    rounds = []
    for number in range(run.rounds):
        syncs = _count_syncs(folder / "bare", seconds)
        groups, kept = asyncio.run(_count_groups(folder / f"{number}.db", hits, seconds))
        rounds.append((kept / syncs, syncs, groups, kept))
    share, syncs, groups, kept = (median([each[n] for each in rounds]) for n in range(4))
    return [
        Figure(
            name="log",
            what="durable hits for each fsync that the disk can do",
            unit="×",
            limit=LEAST_HITS_PER_SYNC,
            value=share,
            is_floor=True,
            note=(
                f"{kept:,.0f} hits/s in {groups:,.0f} groups/s; the disk does {syncs:,.0f} fsyncs/s"
            ),
        )
    ]


def _count_syncs(path: Path, seconds: float) -> float:
    """Appends of one block, each synced, a second."""
    done, until = 0, time.perf_counter() + seconds
    with path.open("wb", buffering=0) as file:
        while time.perf_counter() < until:
            file.write(b"\0" * BLOCK_BYTES)
            os.fsync(file.fileno())
            done += 1
    return done / seconds


async def _count_groups(path: Path, hits: list[RawHit], seconds: float) -> tuple[float, float]:
    """Groups and hits a second while so many visitors always wait for an answer."""
    log, groups = SqliteLog(path), 0

    def append(group: list[RawHit]) -> None:
        nonlocal groups
        log.append(group)
        groups += 1

    commit = GroupCommit(append)  # type: ignore[arg-type]
    until = time.perf_counter() + seconds

    async def send(first: int) -> None:
        number = first
        while time.perf_counter() < until:
            await commit.accept([hits[number % len(hits)]])
            number += WAITING

    await asyncio.gather(*(send(first) for first in range(WAITING)))
    await asyncio.to_thread(commit.close)
    kept = log.end()
    log.close()
    return groups / seconds, kept / seconds
