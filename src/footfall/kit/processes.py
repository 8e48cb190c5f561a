"""What processes cost: CPU seconds and resident bytes of a process and all below it."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")


class Cost(NamedTuple):
    cpu_seconds: float
    resident_bytes: int
    processes: int


def read_cost(process_id: int) -> Cost:
    """Zero where there is no /proc; memory shared between processes counts for each."""
    tick, page = os.sysconf("SC_CLK_TCK"), os.sysconf("SC_PAGE_SIZE")
    found = [_read_stat(member) for member in [process_id, *list_below(process_id)]]
    alive = [fields for fields in found if fields]
    return Cost(
        cpu_seconds=sum(int(fields[11]) + int(fields[12]) for fields in alive) / tick,
        resident_bytes=sum(int(fields[21]) for fields in alive) * page,
        processes=len(alive),
    )


def list_below(process_id: int) -> list[int]:
    parents = {
        int(folder.name): int(fields[1])
        for folder in PROC.glob("[0-9]*")
        if (fields := _read_stat(int(folder.name)))
    }
    found = [process_id]
    for member in found:
        found += [child for child, parent in parents.items() if parent == member]
    return found[1:]


def find_parent(process_id: int) -> int:
    """0 for a process that is gone, or where there is no /proc."""
    fields = _read_stat(process_id)
    return int(fields[1]) if fields else 0


def read_command(process_id: int) -> list[str]:
    """The program and its arguments; empty when it is gone."""
    try:
        return (PROC / str(process_id) / "cmdline").read_text(errors="replace").split("\0")
    except OSError:
        return []


def _read_stat(process_id: int) -> list[str]:
    """The fields after the name, which may hold spaces itself; empty when it is gone."""
    try:
        text = (PROC / str(process_id) / "stat").read_text()
    except OSError:
        return []
    return text.rpartition(")")[2].split()
