"""A backup in, an installation in an empty folder out, or nothing at all."""

from __future__ import annotations

import shutil
from contextlib import closing
from pathlib import Path

from footfall.backup.archive import BadArchive, Manifest, Progress, read_archive
from footfall.events import EmbeddedEngine, EventStore, parts
from footfall.kit import Database, Refused
from footfall.pipeline import read_checkpoint
from footfall.rawlog import SqliteLog

# All is made in here and moved up at the end, so a restore that dies leaves no installation.
UNFINISHED = "restoring"


def restore_backup(archive: Path, data: Path, progress: Progress) -> Manifest:
    """Raise Refused when the folder is not empty, BadArchive when anything is not as it was."""
    if data.exists() and (not data.is_dir() or any(data.iterdir())):
        raise Refused(f"{data} is not empty; a backup is restored into an empty folder only")
    data.mkdir(mode=0o700, parents=True, exist_ok=True)
    data.chmod(0o700)
    made = data / UNFINISHED
    try:
        manifest = read_archive(archive, progress, made)
        _attach_parts(made, manifest, progress)
        _check_people(made, manifest)
        _check_log(made, manifest)
        if (made / "files").exists():
            _move_up(made / "files")
        _move_up(made)
    finally:
        shutil.rmtree(made, ignore_errors=True)
    return manifest


def _attach_parts(made: Path, manifest: Manifest, progress: Progress) -> None:
    """Give the parts to an engine of this version: its own files may differ from the old one's."""
    packed = made / "events"
    unpacked = packed.rename(made / "parts") if packed.exists() else made / "parts"
    engine = EmbeddedEngine(packed)
    try:
        EventStore(engine).prepare()
        folders = sorted(unpacked.glob("*/*"))
        for done, folder in enumerate(folders, 1):
            parts.attach(engine, folder.parent.name, folder)
            progress("attaching events", done, len(folders))
        found = {table: rows for table, rows in parts.count_rows(engine).items() if rows}
    finally:
        engine.close()
    shutil.rmtree(unpacked, ignore_errors=True)
    if found != {table: rows for table, rows in manifest.rows.items() if rows}:
        raise BadArchive(f"the events are {found}, and were {manifest.rows}")


def _check_people(made: Path, manifest: Manifest) -> None:
    with closing(Database(f"sqlite:///{made / 'people.db'}")) as database, database.read() as asked:
        checkpoint = read_checkpoint(asked)
    found = checkpoint.next_offset if checkpoint else 0
    if found != manifest.checkpoint:
        raise BadArchive(f"the checkpoint is {found}, and was {manifest.checkpoint}")


def _check_log(made: Path, manifest: Manifest) -> None:
    with closing(SqliteLog(made / "rawlog.db")) as log:
        found = (log.epoch, log.end())
    if found != (manifest.epoch, manifest.accepted):
        raise BadArchive(f"the log is {found}, and was {(manifest.epoch, manifest.accepted)}")


def _move_up(folder: Path) -> None:
    # People last: a folder without them is no installation yet.
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name == "people.db"):
        entry.rename(folder.parent / entry.name)
    folder.rmdir()
