"""A downloaded file in, the plain mmdb files inside it out, told apart by content, not by name."""

from __future__ import annotations

import gzip
import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from footfall.kit import FootfallError

Readable = IO[bytes] | gzip.GzipFile

CHUNK_BYTES = 1 << 18
# A package carries one file for each version of the protocol; more is no such package.
MOST_FILES = 8


class BadDatabase(FootfallError):
    """A file is not the database that it should be; the one in use stays."""


def unpack(packed: Path, folder: Path, most_bytes: int) -> list[Path]:
    """Write every mmdb file of the download into ``folder``. Raise BadDatabase."""
    left = most_bytes
    found: list[Path] = []
    try:
        for stream in _find_streams(packed):
            path = folder / f"{len(found)}.mmdb"
            left -= _copy(stream, path, left)
            found.append(path)
            if len(found) > MOST_FILES:
                raise BadDatabase(f"the archive holds more than {MOST_FILES} databases")
    except (OSError, EOFError, zlib.error, tarfile.TarError, zipfile.BadZipFile) as error:
        raise BadDatabase(f"the download cannot be unpacked: {error}") from error
    if not found:
        raise BadDatabase("the archive holds no .mmdb file")
    return found


def _find_streams(packed: Path) -> Iterator[Readable]:
    with packed.open("rb") as file:
        start = file.read(4)
    if start[:2] == b"\x1f\x8b":
        yield from _find_in_gzip(packed)
    elif start == b"PK\x03\x04":
        with zipfile.ZipFile(packed) as archive:
            for name in archive.namelist():
                if name.endswith(".mmdb"):
                    with archive.open(name) as stream:
                        yield stream
    else:
        with packed.open("rb") as stream:
            yield stream


def _find_in_gzip(packed: Path) -> Iterator[Readable]:
    if not _is_tar(packed):
        with gzip.open(packed) as stream:
            yield stream
        return
    # As a stream: a member is read when it is met, and nothing is ever put on the disk
    # under a name that the archive chose.
    with tarfile.open(packed, "r|gz") as archive:
        for member in archive:
            inner = archive.extractfile(member) if member.isfile() else None
            if inner is not None and member.name.endswith(".mmdb"):
                yield inner
            elif inner is not None and member.name.endswith(".mmdb.gz"):
                yield gzip.GzipFile(fileobj=inner)


def _is_tar(packed: Path) -> bool:
    """POSIX archives say "ustar" in their first header."""
    with gzip.open(packed) as stream:
        return stream.read(512)[257:262] == b"ustar"


def _copy(stream: Readable, path: Path, most_bytes: int) -> int:
    done = 0
    with path.open("wb") as file:
        while chunk := stream.read(CHUNK_BYTES):
            done += len(chunk)
            if done > most_bytes:
                # What a bomb unpacks to must not fill the disk that the raw log is on.
                raise BadDatabase("the download unpacks to more bytes than any database has")
            file.write(chunk)
    return done
