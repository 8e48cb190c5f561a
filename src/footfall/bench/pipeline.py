"""The pipeline: hits a second from the raw log to where they can be asked for."""

from __future__ import annotations

import subprocess
import sys
import time
from contextlib import AbstractContextManager, ExitStack
from datetime import timedelta
from pathlib import Path

from footfall import pipeline
from footfall.app import open_database, open_events, open_log
from footfall.bench.figure import Figure
from footfall.bench.installation import create_account, settings_in, wait_until
from footfall.bench.processes import running
from footfall.bench.run import Run
from footfall.bench.sample import make_events, make_hits
from footfall.events import EventStore
from footfall.kit import Database, now, read_settings, to_ms
from footfall.kit.processes import read_cost
from footfall.model import AccountId
from footfall.pipeline.worker import BATCH_HITS
from footfall.supervisor import wait_for

LEAST_PER_SECOND = 15_000.0
HITS_PER_GROUP = 500
VISITORS_PER_HIT = 0.1
START_SECONDS = 60.0
PATIENCE = 30  # times as long as the promised rate would take


def measure_pipeline(run: Run) -> list[Figure]:
    """Store and worker as processes of their own; the log is filled before they start."""
    folder = run.make_folder("pipeline")
    environment = settings_in(folder)
    settings = read_settings(environment)
    settings.data.mkdir(parents=True)
    database = open_database(settings)
    account = create_account(database)[0]
    count = int(LEAST_PER_SECOND * run.seconds)
    visitors = max(1, int(count * VISITORS_PER_HIT))
    hits = list(make_hits(account.smid, 0, count + 1, to_ms(now()), visitors))
    log = open_log(settings)
    with ExitStack() as stack:
        store = stack.enter_context(_start("store", folder, environment))
        wait_for(settings.data / "store.sock", START_SECONDS)
        worker = stack.enter_context(_start("worker", folder, environment))
        # Loading the code is not the pipeline: the first hit goes through before the clock runs.
        log.append(hits[:1])
        wait_until(lambda: _is_past(database, 1), START_SECONDS)
        started, before = time.perf_counter(), _read_cpu(worker, store)
        for first in range(1, count + 1, HITS_PER_GROUP):
            log.append(hits[first : first + HITS_PER_GROUP])
        is_done = wait_until(lambda: _is_past(database, count + 1), PATIENCE * run.seconds)
        seconds = time.perf_counter() - started
        stored = _count_stored(database) - 1
        spent = [after - was for after, was in zip(_read_cpu(worker, store), before, strict=True)]
        engine_rate = _time_engine(open_events(settings), account.account, count)
    database.close()
    return [
        Figure(
            name="pipeline",
            what="events a second from the raw log to queryable",
            unit="events/s",
            limit=LEAST_PER_SECOND,
            value=stored / seconds if is_done else 0.0,
            is_floor=True,
            note=(
                f"{stored:,} of {count:,} hits stored; CPU an event "
                f"{spent[0] / count * 1e6:.0f} µs worker, {spent[1] / count * 1e6:.0f} µs store; "
                f"the store alone takes {engine_rate:,.0f}/s"
            ),
        )
    ]


def _start(
    role: str, folder: Path, environment: dict[str, str]
) -> AbstractContextManager[subprocess.Popen[bytes]]:
    return running([sys.executable, "-m", "footfall", role], folder / f"{role}.log", environment)


def _read_cpu(*processes: subprocess.Popen[bytes]) -> list[float]:
    return [read_cost(process.pid).cpu_seconds for process in processes]


def _is_past(database: Database, offset: int) -> bool:
    with database.read() as connection:
        checkpoint = pipeline.read_checkpoint(connection)
    return checkpoint is not None and checkpoint.next_offset >= offset


def _count_stored(database: Database) -> int:
    with database.read() as connection:
        return pipeline.read_outcomes(connection).stored


def _time_engine(events: EventStore, account: AccountId, count: int) -> float:
    """Rows a second when the same number of ready events is handed to the store."""
    size = BATCH_HITS
    ready = make_events(account, 0, count, now() - timedelta(days=1), days=1)
    started = time.perf_counter()
    for first in range(0, count, size):
        events.append(ready[first : first + size], token=f"bench-{first}")
    return count / (time.perf_counter() - started)
