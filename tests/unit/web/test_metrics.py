"""Numbers as lines that Prometheus can read."""

from __future__ import annotations

import pytest

from footfall.web.metrics import Metric, write_metric


def test_single_number_has_no_label() -> None:
    lines = list(write_metric(Metric("hits_pending", "gauge", "Hits that wait", {"": 7})))

    assert lines == [
        "# HELP footfall_hits_pending Hits that wait.",
        "# TYPE footfall_hits_pending gauge",
        "footfall_hits_pending 7",
    ]


def test_each_label_has_its_line() -> None:
    metric = Metric("x_total", "counter", "X", {"bot": 1, "duplicate": 2}, "reason")

    assert list(write_metric(metric))[2:] == [
        'footfall_x_total{reason="bot"} 1',
        'footfall_x_total{reason="duplicate"} 2',
    ]


def test_nothing_counted_writes_nothing() -> None:
    assert list(write_metric(Metric("x_total", "counter", "X", {}, "reason"))) == []


@pytest.mark.parametrize(
    ("label", "written"), [('a"b', r"a\"b"), ("a\\b", r"a\\b"), ("a\nb", r"a\nb")]
)
def test_labels_cannot_break_out(label: str, written: str) -> None:
    metric = Metric("x_total", "counter", "X", {label: 1}, "reason")

    assert list(write_metric(metric))[2] == f'footfall_x_total{{reason="{written}"}} 1'


@pytest.mark.parametrize(
    ("number", "written"), [(81_604_378_624, "81604378624"), (0.25, "0.25"), (0, "0")]
)
def test_numbers_are_written_whole(number: float, written: str) -> None:
    line = list(write_metric(Metric("x", "gauge", "X", {"": number})))[2]

    assert line == f"footfall_x {written}"
