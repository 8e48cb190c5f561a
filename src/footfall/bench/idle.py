"""What the whole product takes while nobody visits: memory, and a share of one core."""

from __future__ import annotations

import time

from footfall.bench.figure import Figure
from footfall.bench.installation import start_installation
from footfall.bench.run import Run
from footfall.kit.processes import read_cost

MOST_MEGABYTES = 600.0
MOST_PERCENT = 2.0
# Start-up work is over by then; what remains is what it costs for ever.
SETTLE_SECONDS = 5.0
WATCHED = 3  # times as long as other figures: two percent of a core are few clock ticks


def measure_idle(run: Run) -> list[Figure]:
    with start_installation(run.make_folder("idle")) as product:
        product.open_panel().ask("/")
        time.sleep(min(SETTLE_SECONDS, run.seconds))
        before, started = read_cost(product.process_id), time.perf_counter()
        time.sleep(WATCHED * run.seconds)
        after, seconds = read_cost(product.process_id), time.perf_counter() - started
    note = f"{after.processes} processes; memory that they share counts for each"
    return [
        Figure(
            name="idle memory",
            what="resident, whole product",
            unit="MB",
            limit=MOST_MEGABYTES,
            value=after.resident_bytes / 1e6,
            note=note,
        ),
        Figure(
            name="idle CPU",
            what="of one core, whole product",
            unit="%",
            limit=MOST_PERCENT,
            value=(after.cpu_seconds - before.cpu_seconds) / seconds * 100,
            note=f"over {seconds:.0f} s",
        ),
    ]
