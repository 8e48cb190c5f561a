"""Percentiles and verdicts: small arithmetic that every figure hangs on."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from footfall.bench import Figure
from footfall.bench.figure import percentile
from footfall.bench.table import make_table
from footfall.kit.processes import read_cost


@pytest.mark.parametrize(
    ("percent", "expected"), [(50, 50), (95, 95), (99, 99), (100, 100), (1, 1), (0, 1)]
)
def test_percentile_is_a_value_that_was_seen(percent: int, expected: int) -> None:
    assert percentile(list(range(100, 0, -1)), percent) == expected


def test_percentile_of_one_is_itself() -> None:
    assert percentile([7.0], 95) == 7.0


def draw(load: float = 0.0, **facts: object) -> str:
    figure = Figure(**({"name": "n", "what": "w", "unit": "ms", "limit": 50.0} | facts))  # type: ignore[arg-type]
    screen = io.StringIO()
    Console(file=screen, width=120).print(make_table([figure], load))
    return screen.getvalue()


@pytest.mark.parametrize(("value", "verdict"), [(49.0, "ok"), (51.0, "LOOK"), (None, "–")], ids=str)
def test_table_gives_a_verdict(value: float | None, verdict: str) -> None:
    assert f"│ {verdict}" in draw(value=value)


def test_table_shows_the_limit_beside() -> None:
    assert "51 ms" in draw(value=51.0)
    assert "≤ 50" in draw(value=51.0)
    assert "≥ 50" in draw(value=51.0, is_floor=True)


def test_busy_machine_is_admitted() -> None:
    assert "busy" in draw(load=100.0)
    assert "busy" not in draw(load=0.0)


def test_cost_of_gone_process_is_zero() -> None:
    assert read_cost(2**22 + 1) == (0.0, 0, 0)
