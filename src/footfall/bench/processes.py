"""Processes that a figure needs: started, kept on a core, ended with all below them."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

STOP_SECONDS = 20.0


@contextmanager
def running(
    command: list[str], log: Path, environment: dict[str, str] | None = None
) -> Iterator[subprocess.Popen[bytes]]:
    """A process, ended with all below it when the block is left."""
    with log.open("ab") as written:
        process = subprocess.Popen(
            command,
            stdout=written,
            stderr=written,
            env={**os.environ, **(environment or {})},
            start_new_session=True,
        )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def pin(command: list[str], core: int) -> list[str]:
    """The command, kept on one core."""
    return ["taskset", "-c", str(core), *command]
