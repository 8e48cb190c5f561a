"""What processes cost: CPU seconds and resident bytes of a process and all below it."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")
STOP_SECONDS = 20.0


class Cost(NamedTuple):
    cpu_seconds: float
    resident_bytes: int
    processes: int


def read_cost(process_id: int) -> Cost:
    """Zero where there is no /proc; memory shared between processes counts for each."""
    tick, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    found = [_read_stat(member) for member in [process_id, *_list_below(process_id)]]
    alive = [fields for fields in found if fields]
    return Cost(
        cpu_seconds=sum(int(fields[11]) + int(fields[12]) for fields in alive) / tick,
        resident_bytes=sum(int(fields[21]) for fields in alive) * page,
        processes=len(alive),
    )


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


def _list_below(process_id: int) -> list[int]:
    parents = {
        int(folder.name): int(fields[1])
        for folder in PROC.glob("[0-9]*")
        if (fields := _read_stat(int(folder.name)))
    }
    found = [process_id]
    for member in found:
        found += [child for child, parent in parents.items() if parent == member]
    return found[1:]


def _read_stat(process_id: int) -> list[str]:
    """The fields after the name, which may hold spaces itself; empty when it is gone."""
    try:
        text = (PROC / str(process_id) / "stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()
