"""One command, three processes: start store, worker and web, restart what dies, stop all."""

from __future__ import annotations

import ctypes
import logging
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from threading import Event
from types import FrameType

from footfall.kit import SignalEvent

log = logging.getLogger(__name__)

ROLES = ("store", "worker", "web")
STOP_SECONDS = 10.0
LOOK_SECONDS = 0.1
# A process that dies at once is restarted later each time: it costs a core to start one.
FIRST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 8.0
STEADY_SECONDS = 5.0


class Supervisor:
    """Owns the processes of one installation."""

    def __init__(self, arguments: Mapping[str, Sequence[str]] | None = None) -> None:
        self._arguments = arguments or {}
        self._running: list[_Child] = []
        self._stop = SignalEvent()

    def run(self, roles: Sequence[str] = ROLES) -> None:
        """Until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        self._running = [_Child(role, self._arguments.get(role, ())) for role in roles]
        while not self._stop.wait(LOOK_SECONDS):
            for child in self._running:
                child.look_after()
        # Web first, so that the door takes nothing more; then the worker, then its store.
        for child in reversed(self._running):
            child.end()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()


class _Child:
    """One role's process, and the ones that come after it."""

    def __init__(self, role: str, arguments: Sequence[str]) -> None:
        self._role = role
        self._command = [sys.executable, "-m", "footfall", role, *arguments]
        self._pause = FIRST_PAUSE_SECONDS
        self._due_at: float | None = None  # while there is none
        self._start()

    def look_after(self) -> None:
        """Start it again some time after it has ended."""
        if self._due_at is not None:
            if time.monotonic() >= self._due_at:
                self._start()
        elif self._process.poll() is not None:
            self._plan_restart()

    def end(self) -> None:
        self._process.terminate()
        try:
            self._process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()

    def _start(self) -> None:
        self._due_at = None
        self._started_at = time.monotonic()
        # Its own group: Ctrl-C reaches only us, and we stop the others in order.
        self._process = subprocess.Popen(  # noqa: S603 (our own command)
            self._command,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 (there are no threads here)
        )

    def _plan_restart(self) -> None:
        now = time.monotonic()
        if now - self._started_at >= STEADY_SECONDS:
            self._pause = FIRST_PAUSE_SECONDS
        log.warning(
            "%s ended with %s; starting it again in %g s",
            self._role,
            self._process.returncode,
            self._pause,
        )
        self._due_at = now + self._pause
        self._pause = min(2 * self._pause, LONGEST_PAUSE_SECONDS)


def wait_for(path: Path, seconds: float, stop: Event | None = None) -> bool:
    """Whether the path appeared in time, and before we were told to stop."""
    stop = stop or Event()
    until = time.monotonic() + seconds
    while not path.exists() and time.monotonic() < until:
        if stop.wait(0.02):
            return False
    return path.exists()


def stop_on_signal() -> SignalEvent:
    """An event that SIGTERM or SIGINT sets."""
    stop = SignalEvent()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop


def die_with_parent() -> None:
    """A parent killed with -9 cannot stop its children; on Linux the kernel does it for us.

    Only for processes whose parent is ours: one alone belongs to init or to a shell.
    """
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


PR_SET_PDEATHSIG = 1  # prctl(2)
# Loaded beforehand: between fork and exec there is no room for an import.
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
