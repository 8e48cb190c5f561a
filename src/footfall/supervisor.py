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
from types import FrameType

from footfall.kit import SignalEvent

log = logging.getLogger(__name__)

ROLES = ("store", "worker", "web")
STOP_SECONDS = 10.0
# A process that dies at once is not restarted faster than this.
RESTART_SECONDS = 0.5


class Supervisor:
    """Owns the processes of one installation."""

    def __init__(self, arguments: Mapping[str, Sequence[str]] | None = None) -> None:
        self._arguments = arguments or {}
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._stop = SignalEvent()

    def run(self, roles: Sequence[str] = ROLES) -> None:
        """Until SIGTERM or SIGINT."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._on_signal)
        for role in roles:
            self._start(role)
        while not self._stop.wait(RESTART_SECONDS):
            for role, process in list(self._running.items()):
                if process.poll() is not None:
                    log.warning("%s ended with %s; starting it again", role, process.returncode)
                    self._start(role)
        self._end_all()

    def _start(self, role: str) -> None:
        command = [sys.executable, "-m", "footfall", role, *self._arguments.get(role, ())]
        # Its own group: Ctrl-C reaches only us, and we stop the others in order.
        self._running[role] = subprocess.Popen(  # noqa: S603 (our own command)
            command,
            start_new_session=True,
            preexec_fn=die_with_parent,  # noqa: PLW1509 (there are no threads here)
        )

    def _end_all(self) -> None:
        # Web first, so that the door takes nothing more; then the worker, then its store.
        for role in reversed(list(self._running)):
            process = self._running[role]
            process.terminate()
            try:
                process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()

    def _on_signal(self, _number: int, _frame: FrameType | None) -> None:
        self._stop.set()


def wait_for(path: Path, seconds: float) -> bool:
    """Whether the path appeared in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if path.exists():
            return True
        time.sleep(0.02)
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
