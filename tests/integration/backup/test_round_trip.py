"""What was copied comes back as it was, and goes on from there."""

from __future__ import annotations

import stat
from collections import Counter
from pathlib import Path
from threading import Thread

import pytest
from tests.support.backups import (
    back_up,
    list_paths,
    make_installation,
    make_pages,
    read_people,
    receive,
    restore,
    work_on,
)
from tests.support.crashes import Crashed
from tests.support.databases import open_sqlite
from tests.support.event_stores import open_engine

from footfall.backup import write
from footfall.events import parts
from footfall.kit.errors import Unavailable
from footfall.model import BuryReason
from footfall.pipeline import Checkpoint, read_checkpoint
from footfall.pipeline.checkpoint import write_checkpoint
from footfall.rawlog import SqliteLog

READ, UNREAD = range(40), range(40, 55)
AFTER_INSERT = 8  # the batch is in the event store, and its checkpoint is not moved


@pytest.fixture
def first(tmp_path: Path) -> Path:
    """Some hits are read, some wait in the log."""
    folder = make_installation(tmp_path / "first")
    receive(folder, make_pages(READ))
    work_on(folder)
    receive(folder, make_pages(UNREAD))
    return folder


def test_people_come_back_unchanged(first: Path, tmp_path: Path) -> None:
    before = read_people(first)

    back_up(first, tmp_path / "b.tar")
    restore(tmp_path / "b.tar", tmp_path / "second")

    assert read_people(tmp_path / "second") == before


def test_unread_hits_are_read_once(first: Path, tmp_path: Path) -> None:
    back_up(first, tmp_path / "b.tar")
    restore(tmp_path / "b.tar", tmp_path / "second")

    work_on(tmp_path / "second")

    every = Counter(f"/{number}" for number in [*READ, *UNREAD])
    assert list_paths(tmp_path / "second") == every


def test_first_installation_goes_on_undisturbed(first: Path, tmp_path: Path) -> None:
    back_up(first, tmp_path / "b.tar")

    work_on(first)

    assert list_paths(first).total() == len(READ) + len(UNREAD)


def test_empty_installation_can_be_copied(tmp_path: Path) -> None:
    folder = make_installation(tmp_path / "first")

    back_up(folder, tmp_path / "b.tar")
    manifest = restore(tmp_path / "b.tar", tmp_path / "second")

    assert (manifest.accepted, sum(manifest.rows.values())) == (0, 0)


@pytest.mark.parametrize(("looked_back", "kept"), [(0, UNREAD), (10_000, range(55))])
def test_log_is_cut_before_checkpoint(
    first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, looked_back: int, kept: range
) -> None:
    monkeypatch.setattr(write, "HITS_LOOKED_BACK", looked_back)

    back_up(first, tmp_path / "b.tar")
    restore(tmp_path / "b.tar", tmp_path / "second")

    log = SqliteLog(tmp_path / "second" / "rawlog.db")
    assert [offset for offset, _hit in log.read(0, 1_000)] == list(kept)
    assert log.end() == len(READ) + len(UNREAD)


def test_buried_hits_come_along(first: Path, tmp_path: Path) -> None:
    log = SqliteLog(first / "rawlog.db")
    log.bury(3, BuryReason.BAD_JSON, make_pages(READ)[3])

    back_up(first, tmp_path / "b.tar")
    restore(tmp_path / "b.tar", tmp_path / "second")

    buried = SqliteLog(tmp_path / "second" / "rawlog.db").list_buried()
    assert buried == log.list_buried()


def test_other_files_come_along(first: Path, tmp_path: Path) -> None:
    (first / "keys").mkdir()
    (first / "keys" / "mail.pem").write_text("secret")
    (first / "store.key").write_text("of the running process")

    back_up(first, tmp_path / "b.tar")
    restore(tmp_path / "b.tar", tmp_path / "second")

    assert (tmp_path / "second" / "keys" / "mail.pem").read_text() == "secret"
    assert not (tmp_path / "second" / "store.key").exists()


def test_backup_contains_no_backup(first: Path) -> None:
    (first / "backups").mkdir()

    back_up(first, first / "backups" / "b1.tar")
    manifest = back_up(first, first / "backups" / "b2.tar")

    assert [name for name in manifest.checksums if "backup" in name] == []


def test_only_owner_may_look_inside(first: Path, tmp_path: Path) -> None:
    back_up(first, tmp_path / "b.tar")
    restore(tmp_path / "b.tar", tmp_path / "second")

    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("b.tar", "second")]
    assert modes == [0o600, 0o700]


def test_half_written_batch_is_not_copied(
    first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write, "PATIENCE_SECONDS", 0.1)
    with pytest.raises(Crashed):
        work_on(first, AFTER_INSERT)

    with pytest.raises(Unavailable, match="half written"):
        back_up(first, tmp_path / "b.tar")

    assert [path.name for path in tmp_path.iterdir()] == ["first"]


def test_copy_waits_until_batch_is_done(first: Path, tmp_path: Path) -> None:
    with pytest.raises(Crashed):
        work_on(first, AFTER_INSERT)
    assert read_position(first).intent_until is not None
    copying = Thread(target=lambda: back_up(first, tmp_path / "b.tar"))

    copying.start()
    while copying.is_alive():
        finish_batch(first)
    copying.join()

    restore(tmp_path / "b.tar", tmp_path / "second")
    assert read_position(tmp_path / "second").intent_until is None


def read_position(folder: Path) -> Checkpoint:
    with open_sqlite(folder) as database, database.read() as connection:
        found = read_checkpoint(connection)
    assert found is not None
    return found


def finish_batch(folder: Path) -> None:
    """As the worker does at the end of its transaction."""
    with open_sqlite(folder) as database, database.write() as connection:
        found = read_checkpoint(connection)
        assert found is not None
        until = found.intent_until or found.next_offset
        write_checkpoint(connection, Checkpoint(epoch=found.epoch, next_offset=until))


def test_frozen_parts_are_let_go(first: Path) -> None:
    with open_engine(first) as engine, parts.freeze(engine, "still") as frozen:
        assert all(part.folder.is_dir() for part in frozen)

    assert not any(part.folder.exists() for part in frozen)
    assert not (first / "events" / "shadow" / "still").exists()
