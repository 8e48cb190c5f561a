"""A folder and a port belong to one installation at a time, and a mistake says what to do."""

from __future__ import annotations

import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.door_process import find_free_port

from footfall.kit import ConfigError, check_port, hold_folder, make_private_folder

HOLD = """
import sys, time
from pathlib import Path
from footfall.kit import hold_folder
with hold_folder(Path(sys.argv[1]), "serve"):
    print("held", flush=True)
    time.sleep(60)
"""


def test_folder_is_held_once(tmp_path: Path) -> None:
    with (
        hold_folder(tmp_path, "serve"),
        pytest.raises(ConfigError, match="another 'footfall serve' runs"),
        hold_folder(tmp_path, "serve"),
    ):
        pass


def test_other_roles_hold_beside_it(tmp_path: Path) -> None:
    with hold_folder(tmp_path, "serve"), hold_folder(tmp_path, "worker"):
        assert {path.name for path in tmp_path.iterdir()} == {"serve.lock", "worker.lock"}


def test_killed_holder_lets_go(tmp_path: Path) -> None:
    command = [sys.executable, "-c", HOLD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as holder:
        assert holder.stdout
        holder.stdout.readline()

        holder.kill()

        with hold_folder(tmp_path, "serve", patience_seconds=10):
            pass


def test_folder_is_made_for_owner_alone(tmp_path: Path) -> None:
    make_private_folder(tmp_path / "a" / "data")

    assert stat.S_IMODE((tmp_path / "a" / "data").stat().st_mode) == 0o700


def test_unusable_folder_says_what_to_do(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")

    with (
        pytest.raises(ConfigError, match="name another with --data"),
        hold_folder(tmp_path / "data", "serve"),
    ):
        pass


def test_free_port_is_fine() -> None:
    check_port("127.0.0.1", find_free_port())


@pytest.mark.parametrize("is_shared", [False, True])
def test_taken_port_is_refused(is_shared: bool) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, int(is_shared))
        taken.bind(("127.0.0.1", 0))
        taken.listen()

        with pytest.raises(ConfigError, match="choose another with --port"):
            check_port("127.0.0.1", taken.getsockname()[1])


@pytest.mark.parametrize("host", ["nowhere.invalid", "192.0.2.1"])
def test_address_of_others_is_refused(host: str) -> None:
    with pytest.raises(ConfigError, match="cannot listen on"):
        check_port(host, 8080)
