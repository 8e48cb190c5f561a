"""What the load generator prints is read right, in each of its units."""

from __future__ import annotations

import pytest

from footfall.bench.door import read_wrk

SHOWN = """
  Latency Distribution
     50%    7.60ms
     99%   {p99}
  {requests} requests in {seconds}, 25.81MB read
{failed}Requests/sec:  31000.00
"""


def show(p99: str = "21.50ms", seconds: str = "3.00s", failed: str = "") -> str:
    return SHOWN.format(p99=p99, requests=93_000, seconds=seconds, failed=failed)


@pytest.mark.parametrize(
    ("p99", "milliseconds"), [("21.50ms", 21.5), ("900.00us", 0.9), ("1.25s", 1_250.0)]
)
def test_slowest_hundredth_is_in_milliseconds(p99: str, milliseconds: float) -> None:
    assert read_wrk(show(p99=p99), cpu_seconds=1.0).p99_ms == pytest.approx(milliseconds)


@pytest.mark.parametrize(("seconds", "rate"), [("3.00s", 31_000.0), ("1.55m", 1_000.0)])
def test_rate_is_by_the_second(seconds: str, rate: float) -> None:
    assert read_wrk(show(seconds=seconds), cpu_seconds=1.0).per_second == pytest.approx(rate)


def test_cpu_is_by_the_hit() -> None:
    assert read_wrk(show(), cpu_seconds=2.79).cpu_us == pytest.approx(30.0)


def test_refused_hits_are_counted() -> None:
    shown = show(failed="  Non-2xx or 3xx responses: 12\n")

    assert read_wrk(shown, cpu_seconds=1.0).failed == 12
    assert read_wrk(show(), cpu_seconds=1.0).failed == 0
