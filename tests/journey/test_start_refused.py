"""A start that cannot work says why in one line, and ends."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.door_process import find_free_port
from tests.support.installation import Installation


def test_taken_port_is_named(installation: Installation, tmp_path: Path) -> None:
    done = serve("--port", str(installation.port), "--data", str(tmp_path / "data"))

    assert done.returncode == 1
    assert f"cannot listen on 127.0.0.1, port {installation.port}" in done.stderr


def test_taken_folder_is_named(installation: Installation) -> None:
    done = serve("--port", str(find_free_port()), "--data", str(installation.data))

    assert done.returncode == 1
    assert f"another 'footfall serve' runs over {installation.data}" in done.stderr


@pytest.mark.parametrize("role", ["store", "worker"])
def test_role_runs_once_over_a_folder(installation: Installation, role: str) -> None:
    done = run(role, "--data", str(installation.data))

    assert done.returncode == 1
    assert f"another 'footfall {role}' runs over" in done.stderr


def test_unusable_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "data").touch()

    done = serve("--port", str(find_free_port()), "--data", str(tmp_path / "data"))

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "cannot be used" in done.stderr


@pytest.mark.parametrize("port", ["0", "70000", "http"])
def test_senseless_port_is_refused(port: str, tmp_path: Path) -> None:
    assert serve("--port", port, "--data", str(tmp_path / "data")).returncode != 0
    assert not (tmp_path / "data").exists()


def test_unreachable_database_is_named(tmp_path: Path) -> None:
    address = f"postgresql://127.0.0.1:{find_free_port()}/people"

    done = run("migrate", "--data", str(tmp_path), FOOTFALL_DATABASE_URL=address)

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "a database fails" in done.stderr


def serve(*options: str) -> subprocess.CompletedProcess[str]:
    return run("serve", *options)


def run(*command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    inherited = {name: value for name, value in os.environ.items() if name != "PORT"}
    return subprocess.run(
        [sys.executable, "-m", "footfall", *command],
        env=inherited | settings,
        capture_output=True,
        text=True,
        timeout=60,
    )
