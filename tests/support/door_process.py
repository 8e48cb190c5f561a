"""A door in a process of its own on a free port, over a log in a folder of the test's."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from footfall.model import RawHit
from footfall.rawlog import SqliteLog

ROOT = Path(__file__).parents[2]
PATIENCE_SECONDS = 30.0


@dataclass
class DoorProcess:
    """Speaks to the door as a browser would, and reads its log as the worker would."""

    port: int
    log: Path
    process: subprocess.Popen[bytes]
    client: httpx.Client
    forgotten: int = 0

    def hits(self) -> list[RawHit]:
        """What was kept since the last ``forget``."""
        opened = SqliteLog(self.log)
        found = [hit for _offset, hit in opened.read(self.forgotten, 1_000_000)]
        opened.close()
        return found

    def forget(self) -> None:
        self.forgotten += len(self.hits())

    def send_raw(self, request: bytes, is_cut: bool = False) -> bytes:
        """The whole answer to bytes that no HTTP client would write, or that ended too early."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE_SECONDS) as wire:
            wire.sendall(request)
            if is_cut:
                wire.shutdown(socket.SHUT_WR)
            return b"".join(iter(lambda: wire.recv(65_536), b""))


def find_free_port(host: str = "127.0.0.1") -> int:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.bind((host, 0))
        return int(probe.getsockname()[1])


@contextmanager
def start_door(folder: Path, host: str = "127.0.0.1", **settings: str) -> Iterator[DoorProcess]:
    """``settings`` are those of door_app, without DOOR_."""
    port = find_free_port(host)
    named = {f"DOOR_{name.upper()}": value for name, value in settings.items()}
    options = ["--interface", "rsgi", "--no-ws", "--host", host, "--port", str(port)]
    process = subprocess.Popen(
        [sys.executable, "-m", "granian", *options, "tests.support.door_app:app"],
        cwd=ROOT,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]),
            "DOOR_LOG": str(folder / "log.db"),
            **named,
        },
        stdout=subprocess.DEVNULL,
        stderr=(folder / "door.err").open("wb"),
        start_new_session=True,
    )
    address = f"[{host}]" if ":" in host else host
    with httpx.Client(base_url=f"http://{address}:{port}", timeout=PATIENCE_SECONDS) as client:
        try:
            _wait_until_open(client, process)
            yield DoorProcess(port, folder / "log.db", process, client)
        finally:
            process.terminate()
            process.wait(PATIENCE_SECONDS)


def _wait_until_open(client: httpx.Client, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            client.get("/")
        except httpx.TransportError:
            time.sleep(0.02)
        else:
            return
    raise RuntimeError("the door did not open; see door.err in the test's folder")
