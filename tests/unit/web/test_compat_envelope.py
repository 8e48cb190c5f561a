"""Times as clients of the compatible interface write them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footfall.web.compat.contacts import read_change
from footfall.web.compat.envelope import flag, moment, text, words

AT = datetime(2026, 11, 23, 11, 41, 43, tzinfo=UTC)
SECONDS = 1_795_434_103

SPELLINGS = (
    SECONDS,
    SECONDS * 1000,
    str(SECONDS),
    f" {SECONDS * 1000} ",
    "2026-11-23T11:41:43Z",
    "2026-11-23T12:41:43+01:00",
    "2026-11-23 11:41:43",
)


@pytest.mark.parametrize("written", SPELLINGS)
def test_every_spelling_is_the_same_moment(written: Any) -> None:
    assert moment(written) == AT


@pytest.mark.parametrize(
    "written", [None, "", "soon", -5, 1.5, True, [], "9" * 14, "9" * 15, "0001-01-01", "٣", 0]
)
def test_nonsense_is_no_moment(written: Any) -> None:
    assert moment(written) is None


@given(st.one_of(st.integers(), st.text(), st.floats(), st.datetimes().map(str)))
def test_a_moment_is_aware_and_sane(written: Any) -> None:
    found = moment(written)

    assert found is None or (found.tzinfo is not None and 1990 <= found.year <= 2200)


@pytest.mark.parametrize(
    ("value", "is_yes"), [(True, True), ("true", True), (1, True), ("1", True)]
)
def test_yes_has_many_spellings(value: Any, is_yes: bool) -> None:
    assert flag({"forceOptIn": value}, "forceOptIn") is is_yes


@pytest.mark.parametrize("value", [False, None, "false", 0, "0", "", [], {"a": 1}])
def test_everything_else_is_no(value: Any) -> None:
    assert not flag({"forceOptIn": value}, "forceOptIn")


@pytest.mark.parametrize(
    ("value", "read"),
    [(["a", " b ", "", None, 3], ("a", "b", "3")), ("a, b", ("a", "b")), (None, ()), ({}, ())],
)
def test_words_come_as_list_or_text(value: Any, read: tuple[str, ...]) -> None:
    assert words({"tags": value}, "tags") == read


@pytest.mark.parametrize("value", [None, [], {}, ["a"], {"a": 1}])
def test_no_plain_value_is_no_text(value: Any) -> None:
    assert text({"name": value}, "name") == ""


@pytest.mark.parametrize("given_day", ["1990-13-01", "yesterday", "19901", "990101", "32.12.1990"])
def test_impossible_birthday_is_left_out(given_day: str) -> None:
    assert "birthday" not in read_change({"birthday": given_day}, {}).fields
