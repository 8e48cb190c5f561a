"""Names of figures in, a table of them out; one that fails does not stop the others."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import msgspec
from rich.console import Console

from footfall.bench.card import measure_card
from footfall.bench.dashboard import measure_dashboard
from footfall.bench.door import measure_door
from footfall.bench.figure import Figure
from footfall.bench.freshness import measure_freshness
from footfall.bench.group_commits import measure_log
from footfall.bench.idle import measure_idle
from footfall.bench.pipeline import measure_pipeline
from footfall.bench.run import Run
from footfall.bench.size import measure_size
from footfall.bench.table import make_table
from footfall.kit.errors import Refused

log = logging.getLogger(__name__)

# The three that share a long history stand together, so that it is filled when they come.
FIGURES: Mapping[str, Callable[[Run], list[Figure]]] = {
    "door": measure_door,
    "log": measure_log,
    "pipeline": measure_pipeline,
    "freshness": measure_freshness,
    "idle": measure_idle,
    "card": measure_card,
    "dashboard": measure_dashboard,
    "bytes": measure_size,
}


def run_bench(
    names: Sequence[str],
    events: int,
    seconds: float,
    rounds: int,
    json_file: Path | None,
    console: Console,
) -> bool:
    """Measure, show, write; whether every figure that could be measured keeps its limit.

    Raise Refused for a name that is not in FIGURES.
    """
    unknown = sorted(set(names) - set(FIGURES))
    if unknown:
        raise Refused(f"no figure is called {', '.join(unknown)}; there are {', '.join(FIGURES)}")
    figures: list[Figure] = []
    load = os.getloadavg()[0]
    with Run(events, seconds, rounds) as run:
        for name in names or FIGURES:
            with console.status(f"measuring {name}"):
                figures += measure(name, run)
    console.print(make_table(figures, load))
    if json_file is not None:
        rows = [
            {**msgspec.structs.asdict(figure), "is_fine": figure.is_fine, "load_before": load}
            for figure in figures
        ]
        json_file.write_bytes(msgspec.json.format(msgspec.json.encode(rows)) + b"\n")
    return all(figure.is_fine is not False for figure in figures)


def measure(name: str, run: Run) -> list[Figure]:
    take = FIGURES[name]
    try:
        return take(run)
    except Exception as error:
        log.exception("%s could not be measured", name)
        return [Figure(name=name, what="not measured", unit="", limit=0.0, note=str(error))]
