"""Every figure of the bench at its smallest: what is measured here is that it measures."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from rich.console import Console

from footfall.bench import FIGURES, Figure, run_bench
from footfall.kit import Refused

SMALLEST = {"events": 4_000, "seconds": 0.5, "rounds": 1}


def measure(*names: str, folder: Path) -> dict[str, dict[str, object]]:
    """The figures by name, as the JSON file has them."""
    written = folder / "figures.json"
    run_bench(names, **SMALLEST, json_file=written, console=Console(file=io.StringIO()))  # type: ignore[arg-type]
    return {row["name"]: row for row in msgspec.json.decode(written.read_bytes())}


@pytest.mark.parametrize(
    ("name", "figures"),
    [
        ("log", {"log"}),
        ("pipeline", {"pipeline"}),
        ("freshness", {"freshness"}),
        ("idle", {"idle memory", "idle CPU"}),
    ],
)
def test_figure_is_measured(name: str, figures: set[str], tmp_path: Path) -> None:
    measured = measure(name, folder=tmp_path)

    assert set(measured) == figures
    assert all(row["value"] is not None for row in measured.values()), measured


def test_history_is_filled_once_for_all(tmp_path: Path) -> None:
    measured = measure("card", "dashboard", "bytes", folder=tmp_path)

    assert set(measured) == {"card", "timeline", "dashboard", "bytes"}
    assert all(row["value"] is not None for row in measured.values()), measured


def test_door_is_measured_or_says_why(tmp_path: Path) -> None:
    measured = measure("door", folder=tmp_path)

    assert set(measured) == {"door", "door p99"}
    assert all(row["value"] is not None or "needs" in str(row["note"]) for row in measured.values())


def test_missing_peer_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    measured = measure("door", folder=tmp_path)

    assert measured["door"]["value"] is None
    assert "nginx" in str(measured["door"]["note"])


def test_crash_of_one_leaves_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("footfall.bench.figures.FIGURES", {"bad": crash, "log": FIGURES["log"]})

    measured = measure("bad", "log", folder=tmp_path)

    assert measured["bad"]["note"] == "out of luck"
    assert measured["log"]["value"] is not None


def test_unknown_figure_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="speed"):
        measure("speed", folder=tmp_path)


@pytest.mark.parametrize(
    ("value", "is_floor", "is_fine"),
    [(1.0, False, True), (3.0, False, False), (1.0, True, False), (2.0, True, True)],
)
def test_figure_keeps_its_limit_or_not(value: float, is_floor: bool, is_fine: bool) -> None:
    figure = Figure(name="n", what="w", unit="s", limit=2.0, value=value, is_floor=is_floor)

    assert figure.is_fine is is_fine


def test_command_fails_on_unknown_figure() -> None:
    command = [sys.executable, "-m", "footfall", "bench", "speed"]

    ended = subprocess.run(command, capture_output=True, text=True, timeout=60)

    assert ended.returncode == 1
    assert "door, log, pipeline" in ended.stderr


def crash(_run: object) -> list[Figure]:
    raise RuntimeError("out of luck")
