"""The backup's file: members in, each with its checksum; out again only as they went in."""

from __future__ import annotations

import io
import os
import tarfile
from collections.abc import Callable
from datetime import datetime
from hashlib import sha256
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import IO

import msgspec

from footfall.kit import FootfallError
from footfall.model import Record

MANIFEST = "manifest.json"
# Raised when an older footfall could no longer read what a newer one writes.
FORMAT = 1
CHUNK_BYTES = 1 << 20

Progress = Callable[[str, int, int], None]
"""What is being done, how much of it is done, and how much there is."""


class BadArchive(FootfallError):
    """The file is no backup, or not the one that was written."""


class Manifest(Record, frozen=True):
    """The last member: what the others are, and what must be found in them."""

    format: int
    version: str  # of the footfall that wrote it
    created_at: datetime
    epoch: str
    checkpoint: int  # hits from here on are read anew after a restore
    accepted: int
    rows: dict[str, int]  # of each table of events
    checksums: dict[str, str] = {}


class ArchiveWriter:
    """Writes beside the target; only ``finish`` gives the file its name."""

    def __init__(self, target: Path, total_bytes: int, progress: Progress) -> None:
        self._target = target
        self._partial = target.with_name(target.name + ".partial")
        # It holds everything that is known of people.
        opened = os.open(self._partial, os.O_CREAT | os.O_TRUNC | os.O_RDWR, 0o600)
        self._file = os.fdopen(opened, "wb")
        self._tar = tarfile.TarFile(fileobj=self._file, mode="w")
        self._checksums: dict[str, str] = {}
        self._done, self._total, self._progress = 0, total_bytes, progress

    def __enter__(self) -> ArchiveWriter:
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._file.close()
        self._partial.unlink(missing_ok=True)

    def add(self, name: str, source: Path) -> None:
        with source.open("rb") as opened:
            member = self._tar.gettarinfo(arcname=name, fileobj=opened)
            hashed = _Hashed(opened)
            self._tar.addfile(member, hashed)
        self._checksums[name] = hashed.digest()
        self._done += member.size
        self._progress("writing", self._done, self._total)

    def finish(self, manifest: Manifest) -> Manifest:
        """Add the manifest with the checksums; from here on the backup exists."""
        whole = msgspec.structs.replace(manifest, checksums=self._checksums)
        body = msgspec.json.format(msgspec.json.encode(whole))
        member = tarfile.TarInfo(MANIFEST)
        member.size, member.mode = len(body), 0o600
        self._tar.addfile(member, io.BytesIO(body))
        self._tar.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._partial.rename(self._target)
        return whole


def read_archive(path: Path, progress: Progress, into: Path | None = None) -> Manifest:
    """Compare every member with its checksum, and unpack it where ``into`` says.

    Raise BadArchive; what was unpacked until then is of no worth.
    """
    found: dict[str, str] = {}
    manifest = None
    try:
        with tarfile.open(path) as tar:
            for member in tar:
                _refuse_strange(member)
                content = tar.extractfile(member)
                if content is None:
                    continue
                if member.name == MANIFEST:
                    manifest = msgspec.json.decode(content.read(), type=Manifest)
                else:
                    found[member.name] = _unpack(content, into and into / member.name)
                progress("reading", member.offset_data + member.size, path.stat().st_size)
    except (tarfile.TarError, EOFError, msgspec.MsgspecError) as error:
        raise BadArchive(f"{path} cannot be read as a backup: {error}") from error
    if manifest is None:
        raise BadArchive(f"{path} is no backup, or its end is missing")
    _compare(path, manifest, found)
    return manifest


def _compare(path: Path, manifest: Manifest, found: dict[str, str]) -> None:
    if manifest.format > FORMAT:
        raise BadArchive(
            f"{path} was written by footfall {manifest.version}: update this one first"
        )
    names = sorted(found.keys() | manifest.checksums.keys())
    changed = [name for name in names if found.get(name) != manifest.checksums.get(name)]
    if changed:
        raise BadArchive(f"{path} is damaged: {len(changed)} files differ, first {changed[0]}")


def _refuse_strange(member: tarfile.TarInfo) -> None:
    """A tar from elsewhere must not write outside of the folder it is given."""
    parts = PurePosixPath(member.name).parts
    if not member.isfile() or member.name.startswith("/") or ".." in parts:
        raise tarfile.TarError(f"{member.name!r} is nothing that a backup holds")


def _unpack(content: IO[bytes], target: Path | None) -> str:
    hashed = _Hashed(content)
    if target is None:
        while hashed.read(CHUNK_BYTES):
            pass
        return hashed.digest()
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.open("wb") as written:
        while chunk := hashed.read(CHUNK_BYTES):
            written.write(chunk)
    return hashed.digest()


class _Hashed(io.RawIOBase):
    """A file that knows the checksum of what was read from it."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._hash = sha256()

    def read(self, size: int = -1, /) -> bytes:
        chunk = self._source.read(size)
        self._hash.update(chunk)
        return chunk

    def digest(self) -> str:
        return self._hash.hexdigest()
