"""The dashboard's numbers over thirty days of a long history, drawn by the panel."""

from __future__ import annotations

from footfall.bench.figure import Figure, percentile
from footfall.bench.run import Run

MOST_MS = 150.0
ASKED_PER_SECOND = 6


def measure_dashboard(run: Run) -> list[Figure]:
    product, history = run.history
    client = product.open_panel()
    client.ask("/panel/numbers?days=30")
    count = max(5, int(ASKED_PER_SECOND * run.seconds))
    times = [client.ask("/panel/numbers?days=30").seconds * 1_000 for _ in range(count)]
    client.close()
    return [
        Figure(
            name="dashboard",
            what="thirty days in numbers, 95 of 100",
            unit="ms",
            limit=MOST_MS,
            value=percentile(times, 95),
            note=f"median {percentile(times, 50):.0f} ms of {count} at {history.events:,} events",
        )
    ]
