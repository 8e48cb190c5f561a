"""A file of comma-separated values in, its rows with their line numbers out."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from io import BufferedReader, FileIO, TextIOWrapper
from pathlib import Path
from typing import NamedTuple

from footfall.kit import Refused

DELIMITERS = ",;\t|"
_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# What Excel writes in Central Europe where it was not asked for anything else.
FALLBACK = "cp1250"
_CHUNK = 1 << 20


class Row(NamedTuple):
    """Cells, and the line on which they begin. ``broken``: why there are none."""

    line: int
    cells: Sequence[str]
    broken: str = ""


class RowFile:
    """``delimiter`` and ``encoding`` "" are found out. Raise Refused for an unknown encoding."""

    def __init__(self, path: Path, delimiter: str = "", encoding: str = "") -> None:
        self.path = path
        self.size = path.stat().st_size
        self.encoding = encoding or find_encoding(path)
        try:
            codecs.lookup(self.encoding)
        except LookupError as error:
            raise Refused(f"there is no encoding {self.encoding!r}") from error
        self._file = FileIO(path)
        # "replace": one octet that is nothing there must not cost the whole file.
        self._text = TextIOWrapper(
            BufferedReader(self._file), self.encoding, errors="replace", newline=""
        )
        first = self._read_first_line()
        self.delimiter = delimiter or find_delimiter(first)

    @property
    def position(self) -> int:
        return self._file.tell()

    def read_rows(self) -> Iterator[Row]:
        """The header is the first; lines without anything in them are left out."""
        reader = csv.reader(self._text, delimiter=self.delimiter)
        while True:
            line = self._lines_before + reader.line_num + 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Row(line, (), str(error))
                continue
            if any(cell.strip() for cell in cells):
                yield Row(line, cells)

    def close(self) -> None:
        self._text.close()

    def _read_first_line(self) -> str:
        """The first line; "sep=;", which Excel writes before it, is taken away."""
        self._lines_before = 0
        first = self._text.readline(_CHUNK)
        if first.lower().startswith("sep="):
            self._lines_before = 1
            return first.strip()[4:5]
        self._text.seek(0)
        return first


def find_encoding(path: Path) -> str:
    """By its mark, else UTF-8 when all of it is, else the one of old spreadsheets."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    with path.open("rb") as file:
        start = file.read(4)
        for mark, name in _MARKS:
            if start.startswith(mark):
                return name
        file.seek(0)
        try:
            while chunk := file.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return FALLBACK
    return "utf-8"


def find_delimiter(header: str) -> str:
    """The most frequent outside quotes; a list of addresses alone has none."""
    bare = "".join(header.split('"')[::2])
    best = max(DELIMITERS, key=bare.count)
    return best if bare.count(best) else ","
