"""Instants are aware, in UTC, and exact to the millisecond in both directions."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from footfall.kit import from_ms, now, to_ms


@given(st.integers(0, 7_258_118_400_000))
def test_milliseconds_survive_the_round_trip(milliseconds: int) -> None:
    assert to_ms(from_ms(milliseconds)) == milliseconds


def test_now_is_aware_and_cut() -> None:
    moment = now()

    assert moment.tzinfo is UTC
    assert moment.microsecond % 1000 == 0


def test_epoch_is_zero() -> None:
    assert from_ms(0) == datetime(1970, 1, 1, tzinfo=UTC)
