"""A MaxMind-format file that may be missing, or be replaced while we run."""

from __future__ import annotations

import logging
import time
from pathlib import Path
from typing import Any

import maxminddb

log = logging.getLogger(__name__)

# A swapped file is noticed this soon; looking costs a stat.
LOOK_SECONDS = 1.0


class LiveDatabase:
    """Records by address from the newest readable file at ``path``."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._reader: maxminddb.Reader | None = None
        self._stamp: tuple[int, int] | None = None
        self._looked_at = 0.0
        self.name = ""
        self.reload_if_changed()

    def reload_if_changed(self) -> bool:
        """Whether another file was opened (or the last one is gone)."""
        if self._path is None or time.monotonic() - self._looked_at < LOOK_SECONDS:
            return False
        self._looked_at = time.monotonic()
        try:
            status = self._path.stat()
        except OSError:
            return False
        stamp = (status.st_mtime_ns, status.st_size)
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        return self._open(self._path)

    def find(self, address: str) -> Any:
        """The record of this address; None without a file, a record, or a real address."""
        if self._reader is None or not address:
            return None
        try:
            return self._reader.get(address)
        except ValueError:
            return None

    def _open(self, path: Path) -> bool:
        try:
            # In memory: a file replaced under a memory map would crash the process.
            reader = maxminddb.open_database(str(path), maxminddb.MODE_MEMORY)
        except (OSError, maxminddb.InvalidDatabaseError) as error:
            log.warning("%s cannot be used and is ignored: %s", path, error)
            return False
        described = reader.metadata()
        built = time.strftime("%Y-%m-%d", time.gmtime(described.build_epoch))
        self._reader, self.name = reader, f"{described.database_type} {built}"
        return True
