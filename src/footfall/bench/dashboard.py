"""The dashboard's numbers over thirty days of a long history, drawn by the panel."""

from __future__ import annotations

from footfall.bench.answers import make_answer_figure, time_answers
from footfall.bench.figure import Figure
from footfall.bench.run import Run

MOST_MS = 150.0
ASKED_PER_SECOND = 6
PATH = "/panel/numbers?days=30"


def measure_dashboard(run: Run) -> list[Figure]:
    product, history = run.history
    count = max(5, int(ASKED_PER_SECOND * run.seconds))
    timed = time_answers(product, product.open_panel(), [PATH] * count)
    return [
        make_answer_figure("dashboard", "thirty days in numbers", MOST_MS, timed, history.events)
    ]
