"""How long answers of the running product take, one after the other, and what they cost."""

from __future__ import annotations

from collections.abc import Sequence

from footfall.bench.client import Client
from footfall.bench.figure import Figure, percentile
from footfall.bench.installation import Installation
from footfall.kit.processes import read_cost

WARM_ANSWERS = 5


def time_answers(
    product: Installation, client: Client, paths: Sequence[str]
) -> tuple[list[float], float]:
    """Milliseconds of each answer, and CPU milliseconds of the whole product for one."""
    for path in paths[:WARM_ANSWERS]:
        client.ask(path)
    before = read_cost(product.process_id).cpu_seconds
    times = [client.ask(path).seconds * 1_000 for path in paths]
    spent = read_cost(product.process_id).cpu_seconds - before
    client.close()
    return times, spent / len(paths) * 1_000


def make_answer_figure(
    name: str, what: str, limit_ms: float, timed: tuple[list[float], float], events: int
) -> Figure:
    times, cpu_ms = timed
    return Figure(
        name=name,
        what=f"{what}, 95 of 100",
        unit="ms",
        limit=limit_ms,
        value=percentile(times, 95),
        note=(
            f"median {percentile(times, 50):.0f} ms, {cpu_ms:.0f} ms CPU, of {len(times)} "
            f"at {events:,} events"
        ),
    )
