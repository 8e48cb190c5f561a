"""How far each log was read, kept in files of the data folder, so that nothing enters twice."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import msgspec

from footfall.imports.log_file import PREFIX_BYTES, LogFile
from footfall.kit import Refused, make_uuid
from footfall.model import SmId


class Intent(msgspec.Struct):
    """A group of hits about to enter the raw log: a crash leaves open whether it did."""

    until: int
    first_hit: str
    log_epoch: str
    log_at: int


class Bookmark(msgspec.Struct):
    """One source and how far it was read. ``done``: an offset of a log, or the last row's id."""

    key: str
    smid: SmId
    name: str
    prefix_bytes: int = 0
    prefix: str = ""
    done: int = 0
    intent: Intent | None = None


class Bookmarks:
    """All bookmarks of an installation; hold ``lock`` while any of them moves."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder = folder

    @contextmanager
    def lock(self) -> Iterator[None]:
        """One import at a time, for two of the same log would each enter it. Raise Refused."""
        with (self._folder / "lock").open("w") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError as error:
                raise Refused("another import is running here; wait for its end") from error
            yield

    def find_of_log(self, smid: SmId, log: LogFile) -> Bookmark:
        """The log's own, though it was renamed, packed or continued since; else a new one."""
        known = [b for b in self._list() if b.smid == smid and b.prefix_bytes]
        # The longest prefix first: a log may begin like a shorter one and go on otherwise.
        for bookmark in sorted(known, key=lambda b: -b.prefix_bytes):
            if log.hash_prefix(bookmark.prefix_bytes) == bookmark.prefix:
                break
        else:
            bookmark = Bookmark(make_uuid(), smid, log.path.name)
        length = len(log.read_prefix(PREFIX_BYTES))
        if length > bookmark.prefix_bytes:
            bookmark.prefix_bytes, bookmark.prefix = length, log.hash_prefix(length)
        return bookmark

    def find_named(self, smid: SmId, name: str) -> Bookmark:
        """The one of a source that has a name instead of a file."""
        for bookmark in self._list():
            if (bookmark.smid, bookmark.name, bookmark.prefix_bytes) == (smid, name, 0):
                return bookmark
        return Bookmark(make_uuid(), smid, name)

    def save(self, bookmark: Bookmark) -> None:
        """Durable when this returns, and whole at every moment."""
        path = self._folder / f"{bookmark.key}.json"
        fresh = path.with_suffix(".new")
        with fresh.open("wb") as file:
            file.write(msgspec.json.encode(bookmark))
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)

    def _list(self) -> list[Bookmark]:
        paths = sorted(self._folder.glob("*.json"))
        return [msgspec.json.decode(path.read_bytes(), type=Bookmark) for path in paths]
