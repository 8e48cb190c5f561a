"""A stop under load is quick and clean, and everything acknowledged is there afterwards."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass

import pytest
from tests.support.installation import Installation, start_installation
from tests.support.load import Load

ENOUGH_HITS = 200


@dataclass
class Stopped:
    """What the browsers heard until the stop, and what the next start tells."""

    exit_code: int
    log: str
    acknowledged: set[str]
    stored: Counter[str]


@pytest.fixture(scope="module")
def stopped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stopped]:
    folder = tmp_path_factory.mktemp("stopped")
    with ExitStack() as running:
        first = running.enter_context(start_installation(folder))
        with Load(first.url, first.smid) as load:
            first.wait_until(lambda: first.health()["stored"] > ENOUGH_HITS, 60)
            exit_code, log = first.stop(), first.log
            # Browsers resend until somebody answers: the same address opens again.
            second = running.enter_context(start_installation(folder, port=first.port))
        second.wait_until_read(60)
        stored = sum((count_hits(second, visitor) for visitor in load.acknowledged), Counter[str]())
        yield Stopped(exit_code, log, set().union(*load.acknowledged.values()), stored)


def count_hits(installation: Installation, visitor: str) -> Counter[str]:
    answer = installation.api.get(f"/api/v1/visitors/{visitor}")
    events = answer.json()["events"] if answer.status_code == 200 else []
    return Counter(event["title"] for event in events)


def test_stop_ends_well(stopped: Stopped) -> None:
    assert stopped.exit_code == 0


def test_stop_leaves_no_error(stopped: Stopped) -> None:
    assert "Traceback" not in stopped.log
    assert " ERROR " not in stopped.log


def test_nothing_acknowledged_is_lost(stopped: Stopped) -> None:
    assert len(stopped.acknowledged) > ENOUGH_HITS
    assert stopped.acknowledged - set(stopped.stored) == set()


def test_nothing_is_stored_twice(stopped: Stopped) -> None:
    assert [hit for hit, times in stopped.stored.items() if times > 1] == []
