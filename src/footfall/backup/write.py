"""A running installation in, one tar file out, of a single moment.

The moment lies between two batches of the pipeline: the checkpoint carries no intent, so the
event store holds exactly the events of the hits before it. Parts of the engine are frozen and
the picture of the people database is taken while nobody else may write to that; this takes
milliseconds, and copying begins after. The log follows last: what it holds from the checkpoint
on is read anew after a restore, so nothing is lost, and none of it is in the copied event
store, so nothing is doubled.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from footfall import __version__
from footfall.backup.archive import FORMAT, ArchiveWriter, Manifest, Progress
from footfall.events import EmbeddedEngine, Engine, StoreClient, parts
from footfall.kit import ConfigError, Database, Refused, Settings, make_uuid, now
from footfall.kit.errors import Unavailable
from footfall.pipeline import read_checkpoint
from footfall.rawlog import SqliteLog
from footfall.rawlog.copying import copy_log

# A batch is done within a second; one that is still half written after this has no worker.
PATIENCE_SECONDS = 60.0
RETRY_SECONDS = 0.005
PAGES_A_STEP = 2_000
# An import that died looks in the log for the group that it was about to write.
HITS_LOOKED_BACK = 10_000
# Made anew by whoever needs them, fetched again (places), or copied in a way of their own.
LEFT_OUT = ("events", "geo", "people.db", "rawlog.db", "store.key", "store.sock", "setup-code")
LEFT_OUT_SUFFIXES = (".db-wal", ".db-shm", ".log", ".native", ".partial", ".tar")
OWN_FOLDER = ".backup-"


class _Moment(NamedTuple):
    """What was held still."""

    people: sqlite3.Connection
    parts: list[parts.Part]
    rows: dict[str, int]
    checkpoint: int


def write_backup(settings: Settings, target: Path, progress: Progress) -> Manifest:
    """Raise Refused when the file exists, ConfigError when an engine is not the embedded one."""
    _require_embedded(settings)
    if target.exists():
        raise Refused(f"{target} exists already; a backup overwrites nothing")
    data = settings.data
    with ExitStack() as held:
        folder = Path(held.enter_context(TemporaryDirectory(dir=target.parent, prefix=OWN_FOLDER)))
        engine = held.enter_context(_open_engine(data))
        moment = held.enter_context(_hold_moment(settings, engine))
        _copy_people(moment.people, folder / "people.db", progress)
        # Before the log: where an import noted hits as written, they are in the log's copy.
        others = _copy_other_files(data, folder / "files")
        start = max(0, moment.checkpoint - HITS_LOOKED_BACK)
        accepted = copy_log(data / "rawlog.db", folder / "rawlog.db", start)
        with closing(SqliteLog(folder / "rawlog.db")) as copied:
            epoch = copied.epoch
        members = {name: folder / name for name in ("people.db", "rawlog.db")}
        members |= _list_part_files(moment.parts) | others
        total = sum(source.stat().st_size for source in members.values())
        archive = held.enter_context(ArchiveWriter(target, total, progress))
        for name, source in members.items():
            archive.add(name, source)
        return archive.finish(
            Manifest(
                format=FORMAT,
                version=__version__,
                created_at=now(),
                epoch=epoch,
                checkpoint=moment.checkpoint,
                accepted=accepted,
                rows=moment.rows,
            )
        )


def _require_embedded(settings: Settings) -> None:
    elsewhere = {
        "FOOTFALL_DATABASE_URL": (settings.database_url, "copy PostgreSQL with pg_dump"),
        "FOOTFALL_EVENTS_URL": (settings.events_url, "copy ClickHouse with its BACKUP"),
        "FOOTFALL_LOG_URL": (settings.log_url, "copy the stream with 'nats stream backup'"),
    }
    for name, (url, instead) in elsewhere.items():
        if url:
            raise ConfigError(
                f"{name} names a server of its own, which this command does not copy: stop the "
                f"worker, {instead}, and start it again (docs/operating.md says in which order)"
            )
    if not (settings.data / "rawlog.db").exists() or not (settings.data / "people.db").exists():
        raise ConfigError(f"there is no installation in {settings.data}; say where with --data")


@contextmanager
def _open_engine(data: Path) -> Iterator[Engine]:
    """Ask the store process; where none runs, open its folder as it would."""
    client = StoreClient(data)
    try:
        client.query("SELECT 1")
    except Unavailable:
        engine = EmbeddedEngine(data / "events")
        try:
            yield engine
        finally:
            engine.close()
    else:
        yield client


@contextmanager
def _hold_moment(settings: Settings, engine: Engine) -> Iterator[_Moment]:
    with ExitStack() as held:
        database = held.enter_context(closing(Database(settings.people_url)))
        people = held.enter_context(
            closing(sqlite3.connect(settings.data / "people.db", isolation_level=None))
        )
        with _wait_between_batches(database) as checkpoint:
            frozen = held.enter_context(parts.freeze(engine, f"backup-{make_uuid()}"))
            rows = parts.count_rows(engine)
            people.execute("BEGIN")
            people.execute("SELECT count(*) FROM sqlite_master").fetchone()  # fixes the picture
        yield _Moment(people, frozen, rows, checkpoint)


@contextmanager
def _wait_between_batches(database: Database) -> Iterator[int]:
    """The checkpoint, at a moment that no batch is half written; nobody writes meanwhile."""
    until = time.monotonic() + PATIENCE_SECONDS
    while True:
        with database.write() as connection:
            checkpoint = read_checkpoint(connection)
            if checkpoint is None or checkpoint.intent_until is None:
                yield checkpoint.next_offset if checkpoint else 0
                return
        if time.monotonic() > until:
            raise Unavailable(
                "a batch is half written and nobody finishes it: "
                "is 'footfall worker' running, and what does its log say?"
            )
        time.sleep(RETRY_SECONDS)


def _copy_people(source: sqlite3.Connection, target: Path, progress: Progress) -> None:
    def show(_status: int, remaining: int, total: int) -> None:
        progress("copying people", total - remaining, total)

    with closing(sqlite3.connect(target)) as copied:
        source.backup(copied, pages=PAGES_A_STEP, progress=show)
    source.execute("ROLLBACK")  # the picture holds back the log of the living file


def _list_part_files(frozen: list[parts.Part]) -> dict[str, Path]:
    return {
        f"events/{part.table}/{part.folder.name}/{file.relative_to(part.folder)}": file
        for part in frozen
        for file in sorted(part.folder.rglob("*"))
        if file.is_file()
    }


def _copy_other_files(data: Path, into: Path) -> dict[str, Path]:
    """Whatever else lies in the folder: a room that keeps files there need not tell us."""
    copied = {}
    for file in _walk(data):
        path = file.relative_to(data)
        (into / path).parent.mkdir(parents=True, exist_ok=True)
        with suppress(FileNotFoundError):  # it vanished meanwhile
            if stat.S_ISREG(file.lstat().st_mode):
                copied[f"files/{path}"] = Path(shutil.copy2(file, into / path))
    return copied


def _walk(data: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(data):
        left_out = LEFT_OUT if Path(parent) == data else ()
        # Backups may be kept in the folder itself: none contains another, nor what it is made of.
        folders[:] = [n for n in folders if n not in left_out and not n.startswith(OWN_FOLDER)]
        kept = (Path(parent, name) for name in sorted(files) if name not in left_out)
        yield from (file for file in kept if file.suffix not in LEFT_OUT_SUFFIXES)
