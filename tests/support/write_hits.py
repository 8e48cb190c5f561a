"""Append groups of numbered hits to a log until killed; a number is printed once it is safe.

Run as ``python -m tests.support.write_hits LOG FIRST STEP``: the hits are FIRST, FIRST + STEP, …
"""

from __future__ import annotations

import sys
from itertools import count, islice
from pathlib import Path

from tests.support.raw_hits import make_hit

from footfall.rawlog import SqliteLog

HITS_IN_GROUP = 7


def write_until_killed(path: Path, first: int, step: int) -> None:
    log = SqliteLog(path)
    numbers = count(first, step)
    while True:
        group = list(islice(numbers, HITS_IN_GROUP))
        log.append([make_hit(number) for number in group])
        print(*group, flush=True)


if __name__ == "__main__":
    write_until_killed(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
