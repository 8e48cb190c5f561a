"""A MaxMind-format file that may be missing, or be replaced while we run."""

from __future__ import annotations

import logging
import shutil
import time
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import maxminddb

log = logging.getLogger(__name__)

# A swapped file is noticed this soon; looking costs a stat.
LOOK_SECONDS = 1.0

_Stamp = tuple[int, int, int]


class LiveDatabase:
    """Records by address from the newest readable file at ``path``.

    Some makers keep IPv6 in a file of its own: it stands beside (see sibling_for_ipv6).
    """

    def __init__(self, path: Path | None) -> None:
        self._main = _LiveFile(path)
        self._ipv6 = _LiveFile(sibling_for_ipv6(path) if path else None)
        self._looked_at = 0.0
        self.reload_if_changed()

    @property
    def name(self) -> str:
        """What the database calls itself, with its build date; "" without one."""
        return self._main.name or self._ipv6.name

    def reload_if_changed(self) -> bool:
        """Whether another file was opened, or one is gone."""
        if time.monotonic() - self._looked_at < LOOK_SECONDS:
            return False
        self._looked_at = time.monotonic()
        # Not a chain of "or": both are to be looked at.
        return any([self._main.reload_if_changed(), self._ipv6.reload_if_changed()])

    def find(self, address: str) -> Any:
        """The record of this address; None without a file, a record, or a real address."""
        # A listener for both protocols writes IPv4 addresses so (RFC 4291, 2.5.5.2).
        address = address.removeprefix("::ffff:")
        if not address:
            return None
        if ":" in address and self._ipv6.reader is not None:
            return _look_up(self._ipv6.reader, address)
        return _look_up(self._main.reader, address) if self._main.reader else None


def sibling_for_ipv6(path: Path) -> Path:
    """Where the second file of a pair stands: city.mmdb and city.ipv6.mmdb."""
    return path.with_suffix(f".ipv6{path.suffix}")


class _LiveFile:
    """One file and the reader of its newest state that could be read."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._stamp: _Stamp | None = None
        self.reader: maxminddb.Reader | None = None
        self.name = ""

    def reload_if_changed(self) -> bool:
        if self._path is None:
            return False
        try:
            status = self._path.stat()
        except OSError:
            was_there, self.reader, self._stamp, self.name = self.reader is not None, None, None, ""
            return was_there
        stamp = (status.st_mtime_ns, status.st_size, status.st_ino)
        if stamp == self._stamp:
            return False
        self._stamp = stamp
        return self._open(self._path)

    def _open(self, path: Path) -> bool:
        try:
            self.reader = _open_copy(path)
        except (OSError, maxminddb.InvalidDatabaseError) as error:
            log.warning("%s cannot be used and is ignored: %s", path, error)
            return False
        described = self.reader.metadata()
        built = time.strftime("%Y-%m-%d", time.gmtime(described.build_epoch))
        self.name = f"{described.database_type} {built}"
        return True


def _open_copy(path: Path) -> maxminddb.Reader:
    """Map a private copy: a file overwritten in place would crash the process under its map.

    The copy has no name any more once it is mapped, so nothing is left behind.
    """
    with NamedTemporaryFile(prefix="footfall-", suffix=".mmdb") as copy:
        shutil.copyfile(path, copy.name)
        return maxminddb.open_database(copy.name)


def _look_up(reader: maxminddb.Reader, address: str) -> Any:
    try:
        return reader.get(address)
    except (ValueError, TypeError, maxminddb.InvalidDatabaseError):
        # No address, an IPv6 one in a file of IPv4, or a torn record: one place is unknown.
        return None
