"""Dumps of Matomo's log tables in, its actions joined with their visits out, in their order.

The tables are joined in a SQLite file of a moment, for no memory holds those of a large site.
"""

from __future__ import annotations

import csv
import re
import sqlite3
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory
from typing import IO, Any, NamedTuple

from footfall.imports.log_file import LogFile
from footfall.kit import Refused

# The columns that tell something here; "?" marks those that a dump may lack.
TABLES: dict[str, tuple[str, ...]] = {
    "log_action": ("idaction", "name", "type", "url_prefix"),
    "log_visit": (
        *("idvisit", "idsite", "idvisitor", "user_id?", "referer_type?", "referer_name?"),
        *("referer_url?", "referer_keyword?", "config_browser_name?", "config_browser_version?"),
        *("config_os?", "config_device_type?", "location_ip?", "location_browser_lang?"),
    ),
    "log_link_visit_action": (
        *("idlink_va", "idvisit", "server_time", "idaction_url", "idaction_name?"),
        *("idaction_url_ref?", "idaction_event_category?", "idaction_event_action?"),
        "custom_float?",
    ),
}
ROWS_AT_ONCE = 10_000
_FILE = re.compile(r"(?:.*_)?(log_link_visit_action|log_visit|log_action)\.(csv|tsv|txt)(\.gz)?")
_ESCAPES = {"t": "\t", "n": "\n", "r": "\r", "0": "\0"}
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_NOTHING = frozenset(("NULL", "\\N"))

_JOINED = """
SELECT link.*, visit.*, url.name AS url, url.type AS kind, url.url_prefix AS prefix,
       title.name AS title, title.type AS title_kind, ref.name AS ref, ref.url_prefix AS ref_prefix,
       category.name AS category, event.name AS event
FROM log_link_visit_action AS link
JOIN log_visit AS visit ON visit.idvisit = link.idvisit
LEFT JOIN log_action AS url ON url.idaction = link.idaction_url
LEFT JOIN log_action AS title ON title.idaction = link.idaction_name
LEFT JOIN log_action AS ref ON ref.idaction = link.idaction_url_ref
LEFT JOIN log_action AS category ON category.idaction = link.idaction_event_category
LEFT JOIN log_action AS event ON event.idaction = link.idaction_event_action
WHERE link.idlink_va >= ? ORDER BY link.idlink_va
"""

Tell = Callable[[LogFile], None]


class Dump(NamedTuple):
    """One table's file."""

    table: str
    log: LogFile
    is_tabbed: bool


class MatomoTables:
    """The three tables, loaded; ask them once."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def count(self, first: int) -> int:
        query = "SELECT count(*) FROM log_link_visit_action WHERE idlink_va >= ?"
        return int(self._connection.execute(query, (first,)).fetchone()[0])

    def read_actions(self, first: int) -> Iterator[dict[str, Any]]:
        """Actions from this id on; None for what a dump has not, or has as NULL."""
        found = self._connection.execute(_JOINED, (first,))
        names = [column[0] for column in found.description]
        for row in found:
            yield dict(zip(names, row, strict=True))


@contextmanager
def open_matomo(path: Path, tell: Tell = lambda _log: None) -> Iterator[MatomoTables]:
    """From a folder, or a zip or tar file, of dumps. Raise Refused when a table is missing."""
    with TemporaryDirectory(prefix="footfall-") as name:
        folder = path if path.is_dir() else _extract(path, Path(name))
        dumps = _find_dumps(folder, path)
        connection = sqlite3.connect(Path(name) / "joined.db")
        try:
            # Nothing of it outlives this moment, so nothing of it needs to be safe.
            connection.execute("PRAGMA journal_mode=OFF")
            connection.execute("PRAGMA synchronous=OFF")
            for dump in dumps:
                _load(connection, dump, tell)
            yield MatomoTables(connection)
        finally:
            connection.close()


def _find_dumps(folder: Path, path: Path) -> list[Dump]:
    found: dict[str, Dump] = {}
    for file in sorted(folder.iterdir()):
        if match := _FILE.fullmatch(file.name):
            found[match[1]] = Dump(match[1], LogFile(file), match[2] != "csv")
    missing = [table for table in TABLES if table not in found]
    if missing:
        raise Refused(f"{path} holds no {missing[0]}.csv or .tsv; it needs {', '.join(TABLES)}")
    return list(found.values())


def _extract(path: Path, folder: Path) -> Path:
    """Only the dumps, and under their bare names: an archive may name any place."""
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as packed:
            for item in packed.infolist():
                if _FILE.fullmatch(Path(item.filename).name):
                    with packed.open(item) as source:
                        _copy(source, folder / Path(item.filename).name)
    elif tarfile.is_tarfile(path):
        with tarfile.open(path) as rolled:
            for member in rolled:
                source_file = rolled.extractfile(member) if member.isfile() else None
                if source_file and _FILE.fullmatch(Path(member.name).name):
                    _copy(source_file, folder / Path(member.name).name)
    else:
        raise Refused(f"{path} is no folder, zip or tar file of Matomo's tables")
    return folder


def _copy(source: IO[bytes], target: Path) -> None:
    with target.open("wb") as file:
        copyfileobj(source, file)


def _load(connection: sqlite3.Connection, dump: Dump, tell: Tell) -> None:
    wanted = TABLES[dump.table]
    names = [name.rstrip("?") for name in wanted]
    columns = ", ".join([f"{names[0]} INTEGER PRIMARY KEY", *names[1:]])
    connection.execute(f"CREATE TABLE {dump.table} ({columns})")
    insert = f"INSERT OR REPLACE INTO {dump.table} VALUES ({', '.join('?' * len(names))})"
    rows = _read_rows(dump, tell)
    header = [cell.strip().lower() for cell in next(rows, [])]
    for name in wanted:
        if name not in header and not name.endswith("?"):
            raise Refused(f"{dump.log.path.name} has no column {name}: dump it with its header")
    places = [header.index(name) if name in header else -1 for name in names]
    group: list[list[str | None]] = []
    for row in rows:
        if len(row) == len(header) and row[places[0]].isdecimal():
            group.append([_value(row[at]) if at >= 0 else None for at in places])
        if len(group) >= ROWS_AT_ONCE:
            connection.executemany(insert, group)
            group = []
    connection.executemany(insert, group)


def _read_rows(dump: Dump, tell: Tell) -> Iterator[Sequence[str]]:
    lines = _read_lines(dump.log, tell)
    if not dump.is_tabbed:
        try:
            yield from csv.reader(lines)
        except csv.Error as error:
            raise Refused(f"{dump.log.path.name} cannot be read: {error}") from error
        return
    # As "mysql --batch" writes: no quotes, and marks within a cell behind backslashes.
    for line in lines:
        yield [_unescape(cell) for cell in line.rstrip("\r\n").split("\t")]


def _read_lines(log: LogFile, tell: Tell) -> Iterator[str]:
    for block in log.read_blocks():
        # Octets that are no text stay apart from each other: ids may be among them.
        text = block.text.decode("utf-8-sig", "surrogateescape")
        yield from (line + "\n" for line in text.removesuffix("\n").split("\n"))
        tell(log)
    if log.tail.text:
        yield log.tail.text.decode("utf-8-sig", "surrogateescape")


def _unescape(cell: str) -> str:
    if "\\" not in cell or cell in _NOTHING:
        return cell
    return _ESCAPED.sub(lambda found: _ESCAPES.get(found[1], found[1]), cell)


def _value(cell: str) -> str | None:
    if cell in _NOTHING:
        return None
    try:
        cell.encode()
    except UnicodeEncodeError:
        return cell.encode("utf-8", "surrogateescape").decode("latin-1")
    return cell
