"""The contact card and the timeline as a browser and a program get them, over a long history."""

from __future__ import annotations

import random

from footfall.bench.answers import make_answer_figure, time_answers
from footfall.bench.figure import Figure
from footfall.bench.run import Run

MOST_MS = 50.0
ASKED_PER_SECOND = 40


def measure_card(run: Run) -> list[Figure]:
    product, history = run.history
    chosen = random.Random(1)
    count = max(5, int(ASKED_PER_SECOND * run.seconds))
    asked = [chosen.choice(history.contacts) for _ in range(count)]
    pages = [f"/contacts/{contact}" for contact in asked]
    page_times = time_answers(product, product.open_panel(), pages)
    lines = [f"/api/v1/contacts/{contact}/timeline" for contact in asked]
    line_times = time_answers(product, product.open_api(), lines)
    return [
        make_answer_figure("card", "the card's page", MOST_MS, page_times, history.events),
        make_answer_figure("timeline", "as JSON", MOST_MS, line_times, history.events),
    ]
