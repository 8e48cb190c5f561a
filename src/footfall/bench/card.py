"""The contact card and the timeline as a browser and a program get them, over a long history."""

from __future__ import annotations

import random

from footfall.bench.client import Client
from footfall.bench.figure import Figure, percentile
from footfall.bench.run import Run

MOST_MS = 50.0
ASKED_PER_SECOND = 40


def measure_card(run: Run) -> list[Figure]:
    product, history = run.history
    chosen = random.Random(1)
    count = max(5, int(ASKED_PER_SECOND * run.seconds))
    asked = [chosen.choice(history.contacts) for _ in range(count)]
    pages = _time_all(product.open_panel(), [f"/contacts/{contact}" for contact in asked])
    lines = _time_all(
        product.open_api(), [f"/api/v1/contacts/{contact}/timeline" for contact in asked]
    )
    return [
        _figure("card", "the card's page", pages, history.events),
        _figure("timeline", "the timeline by the interface", lines, history.events),
    ]


def _time_all(client: Client, paths: list[str]) -> list[float]:
    """Milliseconds of each; the first answer of all is warm-up."""
    client.ask(paths[0])
    times = [client.ask(path).seconds * 1_000 for path in paths]
    client.close()
    return times


def _figure(name: str, what: str, times: list[float], events: int) -> Figure:
    return Figure(
        name=name,
        what=f"{what}, 95 of 100",
        unit="ms",
        limit=MOST_MS,
        value=percentile(times, 95),
        note=f"median {percentile(times, 50):.0f} ms of {len(times)} at {events:,} events",
    )
