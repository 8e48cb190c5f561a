"""A crash at any moment of an import doubles nothing and loses nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.integration.imports.conftest import Importer
from tests.support.log_lines import make_line, write_log
from tests.support.nats import NatsCluster, start_nats
from tests.support.wire import make_gif

from footfall import imports
from footfall.imports import feed
from footfall.kit import Refused, make_uuid
from footfall.model import RawHit
from footfall.rawlog import RawLog, SqliteLog
from footfall.rawlog.jetstream import JetStreamLog

LINES = [make_line(m, f"/{m}") for m in range(1, 96)]


class Crash(BaseException):
    """As kill -9: nothing of ours runs after it."""


class CrashingLog:
    """Appends ``groups`` groups and crashes at the next, before or after it is durable."""

    def __init__(self, log: RawLog, groups: int, *, is_durable: bool) -> None:
        self._log, self._left, self._is_durable = log, groups, is_durable
        self.epoch, self.end, self.count, self.read = log.epoch, log.end, log.count, log.read

    def append(self, hits: Sequence[RawHit]) -> None:
        self._left -= 1
        if self._left >= 0 or self._is_durable:
            self._log.append(hits)
        if self._left < 0:
            raise Crash


@pytest.fixture(autouse=True)
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "HITS_AT_ONCE", 10)


@pytest.mark.parametrize("is_durable", [True, False])
@pytest.mark.parametrize("groups", [0, 1, 5, 9])
def test_crash_doubles_and_loses_nothing(
    importer: Importer, tmp_path: Path, groups: int, is_durable: bool
) -> None:
    path = write_log(tmp_path / "access.log", LINES)
    with pytest.raises(Crash):
        crashing = CrashingLog(importer.log, groups, is_durable=is_durable)
        importer.read_logs(path, log=crashing)
    importer.log.append([make_gif()])  # the door went on meanwhile

    importer.read_logs(path)

    # Counted in the log itself: the pipeline would forgive what it has just seen.
    assert importer.log.end() == 95 + 1
    assert [e.path for e in importer.work() if e.path != "/"] == [f"/{m}" for m in range(1, 96)]


def test_new_log_is_filled_anew(importer: Importer, tmp_path: Path) -> None:
    """An intent of a log that is gone says nothing of the one in its place."""
    path = write_log(tmp_path / "access.log", LINES)
    with pytest.raises(Crash):
        importer.read_logs(path, log=CrashingLog(importer.log, 0, is_durable=True))

    fresh = SqliteLog(tmp_path / "fresh.db")
    importer.read_logs(path, log=fresh)

    assert fresh.end() == 95
    fresh.close()


def test_two_imports_never_run_together(importer: Importer) -> None:
    refused = pytest.raises(Refused, match="another import")

    with importer.bookmarks.lock(), refused, importer.bookmarks.lock():
        pass


def test_bookmarks_are_the_operators_alone(importer: Importer, tmp_path: Path) -> None:
    importer.read_logs(write_log(tmp_path / "access.log", LINES))

    assert (tmp_path / "imports").stat().st_mode & 0o077 == 0


def test_import_waits_for_the_pipeline(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "MOST_PENDING", 5)
    importer.log.append([make_gif(hit=n) for n in range(12)])
    places = iter([0, 3, 6, 9, 12])

    imports.Pace(importer.log, lambda: next(places)).wait()

    assert list(places) == [12]  # with three pending there was nothing to wait for


def test_import_waits_for_nobody_twice(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed, "MOST_PENDING", 5)
    monkeypatch.setattr(feed, "PATIENCE_SECONDS", 0.1)
    importer.log.append([make_gif(hit=n) for n in range(12)])
    asked: list[int] = []
    pace = imports.Pace(importer.log, lambda: asked.append(0) or 0)  # type: ignore[func-returns-value]
    pace.wait()
    asked.clear()

    pace.wait()

    assert len(asked) == 1


def test_import_waits_again_once_it_moves(
    importer: Importer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(feed, "MOST_PENDING", 5)
    monkeypatch.setattr(feed, "PATIENCE_SECONDS", 0.1)
    importer.log.append([make_gif(hit=n) for n in range(12)])
    places = [0] * 1_000
    pace = imports.Pace(importer.log, places.pop)
    pace.wait()
    places[:] = [9, 3, 1]

    pace.wait()

    assert places == []


def test_log_of_a_cluster_takes_the_past(
    importer: Importer, nats: NatsCluster, tmp_path: Path
) -> None:
    """Its offsets have holes, so that only counts tell what is pending."""
    log = JetStreamLog(nats.url, f"test-{make_uuid()}")
    with pytest.raises(Crash):
        path = write_log(tmp_path / "access.log", LINES)
        importer.read_logs(path, log=CrashingLog(log, 3, is_durable=True))

    importer.read_logs(path, log=log)

    assert log.count() == 95
    log.close()


@pytest.fixture(scope="module")
def nats() -> Iterator[NatsCluster]:
    with start_nats() as started:
        yield started
