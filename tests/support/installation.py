"""A whole footfall as an operator starts it, on a free port over a folder of the test's."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

import httpx
import msgspec
from tests.support.door_process import find_free_port

Found = TypeVar("Found")

START_SECONDS = 60.0
STOP_SECONDS = 30.0
# Long enough for two busy cores; a condition that is met returns at once.
PATIENCE_SECONDS = 20.0


class Credentials(msgspec.Struct):
    """What ``serve`` wrote to demo.json on its first start."""

    login: str
    password: str
    client_id: str
    api_secret: str
    api_token: str
    endpoint: str


@dataclass
class Installation:
    """Store, worker and web under one supervisor."""

    port: int
    data: Path
    process: subprocess.Popen[bytes]
    client: httpx.Client

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @cached_property
    def credentials(self) -> Credentials:
        return msgspec.json.decode((self.data / "demo.json").read_bytes(), type=Credentials)

    @property
    def smid(self) -> str:
        return self.credentials.client_id

    @cached_property
    def api(self) -> httpx.Client:
        """Speaks to the own API with the account's token."""
        headers = {"authorization": f"Bearer {self.credentials.api_token}"}
        return httpx.Client(base_url=self.url, timeout=30, headers=headers)

    def health(self) -> dict[str, Any]:
        return dict(self.client.get("/api/health").raise_for_status().json())

    def wait_until_read(self, seconds: float = PATIENCE_SECONDS) -> dict[str, Any]:
        """Health, once nothing that was accepted is pending."""
        return self.wait_until(lambda: _if_read(self.health()), seconds)

    def wait_until(
        self, condition: Callable[[], Found | None], seconds: float = PATIENCE_SECONDS
    ) -> Found:
        """The first true answer of the condition. Being unreachable is a no."""

        def ask() -> Found | None:
            if self.process.poll() is not None:
                raise AssertionError(f"footfall ended with {self.process.returncode}:\n{self.log}")
            try:
                return condition()
            except (httpx.TransportError, httpx.HTTPStatusError):
                return None

        try:
            return wait_for(ask, seconds)
        except TimeoutError as error:
            raise AssertionError(f"{error}; the end of the log:\n{self.log}") from error

    @property
    def log(self) -> str:
        return (self.data / "serve.log").read_text(errors="replace")[-6_000:]

    def create_account(self, name: str, email: str, password: str) -> dict[str, str]:
        """Beside the running server, as ``footfall account create --json`` does."""
        command = [sys.executable, "-m", "footfall", "account", "create", "--json"]
        options = ["--name", name, "--email", email, "--password", password]
        environment = {**os.environ, "FOOTFALL_DATA": str(self.data)}
        done = subprocess.run(
            [*command, *options], env=environment, cwd=self.data, capture_output=True, check=True
        )
        return dict(msgspec.json.decode(done.stdout))

    def find_processes(self, role: str) -> list[int]:
        """The process of a role, and those it started, the oldest first."""
        parents = _list_children(self.process.pid)
        mine = [pid for pid in parents if f"footfall\0{role}" in _command(pid)]
        return [pid for parent in mine for pid in (parent, *_list_children(parent))]

    def kill(self, role: str) -> None:
        """As the kernel does when memory runs out: no last words. The supervisor lives on."""
        found = self.wait_until(lambda: self.find_processes(role))
        for pid in found:
            _end(pid, signal.SIGKILL)

    def stop(self) -> int:
        """Stop all as Ctrl-C does; return the exit code."""
        children = _list_children(self.process.pid)
        self.process.terminate()
        try:
            return self.process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            for pid in (self.process.pid, *children):
                _end(pid, signal.SIGKILL)
            raise


@contextmanager
def start_installation(
    data: Path, *options: str, port: int = 0, **environment: str
) -> Iterator[Installation]:
    """Ready when this hands it out; stopped at the end, whatever happened."""
    data.mkdir(parents=True, exist_ok=True)
    port = port or find_free_port()
    command = [sys.executable, "-m", "footfall", "serve", "--port", str(port), "--data", str(data)]
    inherited = {name: text for name, text in os.environ.items() if not _is_setting(name)}
    with (data / "serve.log").open("ab") as log:
        process = subprocess.Popen(
            [*command, *options],
            cwd=data,  # no footfall.toml of whoever runs the tests
            env={**inherited, **environment},
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=30) as client:
        installation = Installation(port, data, process, client)
        try:
            installation.wait_until(installation.health, START_SECONDS)
            yield installation
        except BaseException:
            print(installation.log)
            raise
        finally:
            if process.poll() is None:
                installation.stop()


def wait_for(condition: Callable[[], Found | None], seconds: float = PATIENCE_SECONDS) -> Found:
    """The first true answer. Raise TimeoutError."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        found = condition()
        if found:
            return found
        time.sleep(0.03)
    raise TimeoutError(f"not within {seconds:g} s")


def _if_read(health: dict[str, Any]) -> dict[str, Any] | None:
    return None if health["pending"] else health


def _is_setting(name: str) -> bool:
    return name.startswith("FOOTFALL_") or name == "PORT"


def _list_children(pid: int) -> list[int]:
    try:
        return [
            int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        ]
    except FileNotFoundError:
        return []


def _command(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace")
    except FileNotFoundError:
        return ""


def _end(pid: int, number: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, number)
