"""When somebody should look, and that nobody is called for nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from footfall.web import alarms
from footfall.web.alarms import LATE_SECONDS, NAMES, find_alarms


@pytest.mark.parametrize(("age", "names"), [(0, []), (LATE_SECONDS, []), (61, ["queue_age"])])
def test_old_queue_raises_alarm(tmp_path: Path, age: float, names: list[str]) -> None:
    assert [alarm.name for alarm in find_alarms(tmp_path, age)] == names


def test_full_disk_raises_alarm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alarms, "LEAST_FREE_BYTES", 1 << 62)

    found = find_alarms(tmp_path, 0)

    assert [alarm.name for alarm in found] == ["disk_nearly_full"]


def test_alarms_show_no_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Health is open to everybody."""
    monkeypatch.setattr(alarms, "LEAST_FREE_BYTES", 1 << 62)

    found = find_alarms(tmp_path, 1_000)

    assert {alarm.name for alarm in found} == set(NAMES)
    assert not any(str(tmp_path) in alarm.what + alarm.remedy for alarm in found)
    assert all(alarm.remedy for alarm in found)
