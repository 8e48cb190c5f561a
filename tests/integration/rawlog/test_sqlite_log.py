"""The embedded raw log on a real disk: other processes, restarts, a full disk, kill -9."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from tests.support.raw_hits import make_hit, make_hits, number_of
from tests.support.write_hits import HITS_IN_GROUP

from footfall.model import BuryReason
from footfall.rawlog import SqliteLog

ROOT = Path(__file__).parents[3]
READ = "from footfall.rawlog import SqliteLog; from pathlib import Path; import sys;"


def start_python(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


def start_writer(path: Path, first: int, step: int = 1) -> subprocess.Popen[str]:
    return start_python("-m", "tests.support.write_hits", str(path), str(first), str(step))


def read_acknowledged(writer: subprocess.Popen[str], groups: int) -> list[int]:
    """Numbers the writer has printed: of so many groups, then all until it was killed."""
    assert writer.stdout is not None
    lines = [writer.stdout.readline() for _ in range(groups)]
    assert all(lines), "the writer ended by itself"
    writer.kill()
    lines += [line for line in writer.stdout if line.count(" ") == HITS_IN_GROUP - 1]
    writer.wait()
    return [int(number) for line in lines for number in line.split()]


def all_numbers(log: SqliteLog) -> list[int]:
    return [number_of(hit) for _offset, hit in log.read(0, 1_000_000)]


def test_reopened_log_is_the_same(tmp_path: Path) -> None:
    first = SqliteLog(tmp_path / "log.db")
    first.append(make_hits(range(3)))
    first.close()

    second = SqliteLog(tmp_path / "log.db")

    assert (second.epoch, second.end()) == (first.epoch, 3)
    assert second.append([make_hit(3)]) == range(3, 4)


def test_offsets_run_without_gaps(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.db")

    appended = [log.append(make_hits(range(size))) for size in (3, 1, 5)]

    assert appended == [range(3), range(3, 4), range(4, 9)]
    assert log.end() == log.count() == 9


def test_two_logs_have_two_epochs(tmp_path: Path) -> None:
    one, other = SqliteLog(tmp_path / "1.db"), SqliteLog(tmp_path / "2.db")

    assert one.epoch != other.epoch


def test_other_processes_read_everything(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.db")
    script = READ + "print(len(SqliteLog(Path(sys.argv[1])).read(2, 100)))"
    log.append(make_hits(range(50)))

    readers = [start_python("-c", script, str(tmp_path / "log.db")) for _ in range(2)]

    assert [reader.communicate(timeout=30)[0] for reader in readers] == ["48\n", "48\n"]


def test_many_processes_make_one_log(tmp_path: Path) -> None:
    script = READ + "print(SqliteLog(Path(sys.argv[1])).epoch)"

    starting = [start_python("-c", script, str(tmp_path / "log.db")) for _ in range(8)]
    epochs = {process.communicate(timeout=60)[0] for process in starting}

    assert epochs == {SqliteLog(tmp_path / "log.db").epoch + "\n"}


def test_two_writers_share_offsets(tmp_path: Path) -> None:
    even, odd = (start_writer(tmp_path / "log.db", first, step=2) for first in (0, 1))
    with ThreadPoolExecutor() as pool:
        acknowledged = [*pool.map(lambda w: read_acknowledged(w, groups=30), (even, odd))]
    log = SqliteLog(tmp_path / "log.db")

    stored = all_numbers(log)

    assert len(stored) == len(set(stored)) == log.end()
    assert {number for numbers in acknowledged for number in numbers} <= set(stored)


def test_killed_writer_loses_nothing_acknowledged(tmp_path: Path) -> None:
    acknowledged: list[int] = []
    for run in range(10):
        writer = start_writer(tmp_path / "log.db", first=run * 1_000_000)
        acknowledged += read_acknowledged(writer, groups=5 * run + 1)
    log = SqliteLog(tmp_path / "log.db")

    stored = all_numbers(log)

    assert len(stored) == len(set(stored)) == log.end()
    assert set(acknowledged) <= set(stored)


def test_log_is_synced_before_it_returns(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.db")

    settings = [
        log._connection.execute(f"PRAGMA {name}").fetchone()[0]
        for name in ("journal_mode", "synchronous")
    ]

    assert settings == ["wal", 2]  # 2 is FULL: fsync of the log file at every commit


def limit_pages(log: SqliteLog, more: int) -> None:
    pages = log._connection.execute("PRAGMA page_count").fetchone()[0]
    log._connection.execute(f"PRAGMA max_page_count = {pages + more}")


def append_until_full(log: SqliteLog, groups: Sequence[range]) -> None:
    for numbers in groups:
        log.append(make_hits(numbers))


def test_full_disk_keeps_no_half_group(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.db")
    limit_pages(log, more=20)

    with pytest.raises(sqlite3.OperationalError, match="full"):
        append_until_full(log, [range(n, n + 100) for n in range(0, 10_000, 100)])

    assert log.end() == len(log.read(0, 10_000)) > 0


def test_log_goes_on_after_a_full_disk(tmp_path: Path) -> None:
    log = SqliteLog(tmp_path / "log.db")
    limit_pages(log, more=1)
    with pytest.raises(sqlite3.OperationalError):
        log.append(make_hits(range(1_000)))

    limit_pages(log, more=1_000)

    assert log.append(make_hits(range(3))) == range(3)


def test_burying_survives_a_restart(tmp_path: Path) -> None:
    SqliteLog(tmp_path / "log.db").bury(4, BuryReason.TOO_LARGE, make_hit(4))

    (buried,) = SqliteLog(tmp_path / "log.db").list_buried()

    assert buried.hit == make_hit(4)
