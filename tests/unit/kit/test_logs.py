"""Lines of the log, for people and for programs."""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterator
from datetime import datetime

import pytest

from footfall.kit.logs import TEXT, JsonFormatter, TextFormatter, request_id


@pytest.fixture
def request_named() -> Iterator[str]:
    token = request_id.set("r-1")
    yield "r-1"
    request_id.reset(token)


def make_record(
    message: str = "%d hits", *values: object, failed: bool = False
) -> logging.LogRecord:
    trouble = sys.exc_info() if failed else None
    return logging.LogRecord("footfall.x", logging.WARNING, __file__, 1, message, values, trouble)


def test_json_line_has_every_fact() -> None:
    line = json.loads(JsonFormatter().format(make_record("%d hits", 3)))

    assert (line["level"], line["logger"], line["message"]) == ("warning", "footfall.x", "3 hits")
    assert datetime.fromisoformat(line["at"]).utcoffset() is not None


def test_json_line_stays_one_line() -> None:
    try:
        raise ValueError("first\nsecond")
    except ValueError:
        written = JsonFormatter().format(make_record("a\nb", failed=True))

    assert "\n" not in written
    assert "first\nsecond" in json.loads(written)["error"]


def test_line_carries_its_request(request_named: str) -> None:
    record = make_record("%d hits", 3)

    assert json.loads(JsonFormatter().format(record))["request"] == request_named
    assert TextFormatter(TEXT).format(record).endswith("3 hits [r-1]")


def test_line_without_request_names_none() -> None:
    record = make_record("%d hits", 3)

    assert "request" not in json.loads(JsonFormatter().format(record))
    assert TextFormatter(TEXT).format(record).endswith("3 hits")
