"""The store process, started as an operator's would be, to be killed at any moment."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from footfall.events import QueryFailed, StoreClient
from footfall.kit.errors import Unavailable

START_SECONDS = 60


@contextmanager
def run_store(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "footfall", "store", "--data", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        wait_until_it_answers(folder, process)
        yield process
    finally:
        process.kill()
        process.wait()


def wait_until_it_answers(folder: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            StoreClient(folder).query("SELECT count() FROM timeline")
        except (OSError, Unavailable, QueryFailed):
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the store process did not start")
