"""What an event takes on the disk, all tables of the store together."""

from __future__ import annotations

from footfall.bench.figure import Figure
from footfall.bench.run import Run

MOST_BYTES = 100.0


def measure_size(run: Run) -> list[Figure]:
    product, history = run.history
    tables = product.events.size()
    parts = ", ".join(
        f"{table} {size / history.events:.0f}" for table, (_rows, size) in sorted(tables.items())
    )
    return [
        Figure(
            name="bytes",
            what="on disk for each event, all tables",
            unit="bytes",
            limit=MOST_BYTES,
            value=sum(size for _rows, size in tables.values()) / history.events,
            note=f"{parts}; {history.events:,} events",
        )
    ]
