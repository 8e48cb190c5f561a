"""An operator starts footfall, looks after it and stops it."""

from __future__ import annotations

import os
import signal
import socket
import stat
from pathlib import Path

import pytest
from tests.support.installation import Installation, start_installation, wait_for

ROLES = ("store", "worker", "web")


def test_every_role_runs(installation: Installation) -> None:
    running = {role: installation.find_processes(role) for role in ROLES}

    assert all(running.values()), running


def test_first_start_prints_the_way_in(installation: Installation) -> None:
    shown = (installation.data / "serve.log").read_text()

    assert installation.url in shown
    assert installation.credentials.password in shown


def test_files_are_the_owners_alone(installation: Installation) -> None:
    ours = [path for path in installation.data.iterdir() if path.name != "serve.log"]

    shared = [path.name for path in ours if stat.S_IMODE(path.stat().st_mode) & 0o077]

    assert "demo.json" in {path.name for path in ours}
    assert shared == []


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


def test_no_demo_closes_the_shop(tmp_path: Path) -> None:
    with start_installation(tmp_path) as first:
        opened = first.client.get("/demo").status_code

    with start_installation(tmp_path, "--no-demo") as second:
        closed = [second.client.get(path).status_code for path in ("/demo", "/demo/mail?email=a")]

    assert (opened, closed) == (200, [404, 404])


def test_new_account_is_told_its_server(installation: Installation) -> None:
    made = installation.create_account("Beside", "beside@example.com", "long enough")

    assert made["endpoint"] == installation.url


def test_stopping_leaves_no_process(tmp_path: Path) -> None:
    with start_installation(tmp_path) as started:
        running = [pid for role in ROLES for pid in started.find_processes(role)]

        started.stop()

    assert not any(map(is_alive, running))


def test_open_request_does_not_hold_up_the_end(tmp_path: Path) -> None:
    with start_installation(tmp_path) as started:
        running = [pid for role in ROLES for pid in started.find_processes(role)]

        with socket.create_connection(("127.0.0.1", started.port)) as wire:
            wire.sendall(
                b"POST /api/contact/upsert HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{"
            )
            started.stop()

    assert not any(map(is_alive, running))


def test_killed_server_leaves_no_orphan(installation: Installation) -> None:
    server, *workers = installation.wait_until(lambda: two_or_more(installation, "web"))

    os.kill(server, signal.SIGKILL)

    installation.wait_until(lambda: not any(map(is_alive, workers)))


def test_killed_supervisor_takes_all_along(tmp_path: Path) -> None:
    with start_installation(tmp_path) as started:
        running = [pid for role in ROLES for pid in started.find_processes(role)]

        started.process.kill()
        started.process.wait()

        wait_for(lambda: not any(map(is_alive, running)))


def two_or_more(installation: Installation, role: str) -> list[int]:
    found = installation.find_processes(role)
    return found if len(found) > 1 else []


def is_alive(pid: int) -> bool:
    """A zombie that nobody has waited for yet is dead."""
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
