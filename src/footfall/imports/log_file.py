"""A log on disk in, plain or gzip, and blocks of whole lines out, with where each begins."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path
from typing import IO, NamedTuple

from footfall.imports.log_lines import LONGEST_LINE

_CHUNK = 1 << 20
# At most a thousand times as much when unpacked: an hour of one line packs to nearly nothing.
_PACKED_CHUNK = 1 << 16
_GZIP_BITS = 31
_GZIP = b"\x1f\x8b"
# Tells one log from another, though it was renamed or packed since.
PREFIX_BYTES = 4096


class Block(NamedTuple):
    """Whole lines, each with its end, and the offset of the first in the unpacked log."""

    start: int
    text: bytes


class LogFile:
    """Offsets count unpacked octets, so that they outlive packing."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        self.position = 0  # in the file as it lies on disk
        self.is_cut = False  # the packed data end too early or are damaged
        self.tail = Block(0, b"")  # what follows the last line's end

    def read_blocks(self, start: int = 0) -> Iterator[Block]:
        """From the line that begins at ``start``; what has no end yet is left in ``tail``."""
        at, rest = start, b""
        for chunk in self._read_from(start):
            text = rest + chunk
            end = text.rfind(b"\n") + 1
            if end:
                yield Block(at, text[:end])
                at, rest = at + end, text[end:]
            elif len(text) > LONGEST_LINE:
                # No line at all: passed on as it is, to be counted as broken, not hoarded.
                yield Block(at, text)
                at, rest = at + len(text), b""
            else:
                rest = text
        self.tail = Block(at, rest)

    def hash_prefix(self, length: int) -> str:
        return blake2b(self.read_prefix(length), digest_size=16).hexdigest()

    def read_prefix(self, length: int) -> bytes:
        prefix = b""
        for chunk in self._read_unpacked():
            prefix += chunk
            if len(prefix) >= length:
                break
        return prefix[:length]

    def _read_from(self, start: int) -> Iterator[bytes]:
        skipped = 0
        for chunk in self._read_unpacked():
            if skipped + len(chunk) > start:
                yield chunk[max(0, start - skipped) :]
            skipped += len(chunk)

    def _read_unpacked(self) -> Iterator[bytes]:
        with self.path.open("rb") as file:
            is_packed = file.peek(len(_GZIP)).startswith(_GZIP)
            chunks = self._read_packed(file, _PACKED_CHUNK if is_packed else _CHUNK)
            yield from self._unpack(chunks) if is_packed else chunks

    def _read_packed(self, file: IO[bytes], size: int) -> Iterator[bytes]:
        while chunk := file.read(size):
            self.position = file.tell()
            yield chunk

    def _unpack(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Not the library's file: it throws the last lines away when the data are cut off."""
        member, has_begun = zlib.decompressobj(wbits=_GZIP_BITS), False
        for packed in chunks:
            rest = packed if has_begun else packed.lstrip(b"\0")
            while rest:
                try:
                    yield member.decompress(rest)
                except zlib.error:
                    self.is_cut = True
                    return
                has_begun = not member.eof
                rest = member.unused_data.lstrip(b"\0")  # padding between members
                if member.eof:
                    member = zlib.decompressobj(wbits=_GZIP_BITS)
        self.is_cut = has_begun
