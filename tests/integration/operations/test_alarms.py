"""An alarm reaches whoever looks: health, metrics and the panel."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import closing

import pytest
from tests.support.installation import Installation, start_installation
from tests.support.raw_hits import make_hit
from tests.support.staff import log_in_staff

from footfall.kit import now, to_ms
from footfall.rawlog import SqliteLog


@pytest.fixture(scope="module")
def stuck(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Its worker stands still, and a hit has waited for five minutes."""
    with start_installation(tmp_path_factory.mktemp("stuck")) as started:
        (worker, *_rest) = started.wait_until(lambda: started.find_processes("worker"))
        os.kill(worker, signal.SIGSTOP)
        with closing(SqliteLog(started.data / "rawlog.db")) as log:
            log.append([make_hit(received_at_ms=to_ms(now()) - 300_000)])
        yield started
        os.kill(worker, signal.SIGCONT)


def test_health_raises_the_alarm(stuck: Installation) -> None:
    health = stuck.health()

    assert (health["status"], health["alarms"][0]["name"]) == ("behind", "queue_age")
    assert "footfall worker" in health["alarms"][0]["remedy"]


def test_metrics_raise_the_alarm(stuck: Installation) -> None:
    written = stuck.client.get("/metrics").raise_for_status().text

    assert 'footfall_alarm{name="queue_age"} 1' in written


@pytest.mark.parametrize("path", ["/health", "/panel/health"])
def test_panel_shows_the_alarm(stuck: Installation, path: str) -> None:
    known = stuck.credentials

    with log_in_staff(stuck, known.login, known.password) as staff:
        shown = staff.get(path).text

    assert 'role="alert"' in shown
    assert "Accepted hits have waited for 30" in shown
