"""An operator starts footfall, looks after it and stops it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from tests.support.installation import Installation, start_installation

ROLES = ("store", "worker", "web")


def test_every_role_runs(installation: Installation) -> None:
    running = {role: installation.find_processes(role) for role in ROLES}

    assert all(running.values()), running


def test_first_start_prints_the_way_in(installation: Installation) -> None:
    shown = (installation.data / "serve.log").read_text()

    assert installation.url in shown
    assert installation.credentials.password in shown


def test_credentials_are_the_owners_alone(installation: Installation) -> None:
    mode = stat.S_IMODE((installation.data / "demo.json").stat().st_mode)

    assert mode == 0o600


def test_health_is_ok_from_the_start(installation: Installation) -> None:
    assert installation.health()["status"] == "ok"


@pytest.mark.parametrize("role", ROLES)
def test_supervisor_restarts_a_killed_role(installation: Installation, role: str) -> None:
    before = installation.find_processes(role)

    installation.kill(role)

    installation.wait_until(lambda: set(installation.find_processes(role)) - set(before))
    assert installation.wait_until(installation.health)["status"] == "ok"


def test_start_after_stop_keeps_everything(tmp_path: Path) -> None:
    with start_installation(tmp_path) as first:
        first.client.get("/api/r.gif", params={"smid": first.smid, "uuid": "0" * 15 + "1a"})
        before, credentials = first.wait_until_read(), first.credentials
        exit_code = first.stop()

    with start_installation(tmp_path) as second:
        after = second.health()

    assert exit_code == 0
    assert (after["stored"], second.credentials) == (before["stored"], credentials)


def test_stopping_leaves_no_process(tmp_path: Path) -> None:
    with start_installation(tmp_path) as started:
        running = [pid for role in ROLES for pid in started.find_processes(role)]

        started.stop()

    assert [pid for pid in running if Path(f"/proc/{pid}").exists()] == []
