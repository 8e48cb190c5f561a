"""The engine's own files: parts of every table kept still for a copy, or a copy taken in."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from footfall.events.engine import Engine, quote

# The tables of rows; a view has no files of its own.
_TABLES = (
    "SELECT name, data_paths[1] FROM system.tables "
    "WHERE database = currentDatabase() AND engine LIKE '%MergeTree' ORDER BY name"
)


class Part(NamedTuple):
    """A folder of files that never change."""

    table: str
    folder: Path


@contextmanager
def freeze(engine: Engine, name: str) -> Iterator[list[Part]]:
    """The parts of this moment, as hard links beside the engine's: no byte is copied.

    Writing goes on; the links are dropped when the block is left. ``name`` is not anybody's
    input: it stands in the statement as it is.
    """
    shadows: set[Path] = set()
    parts = []
    try:
        for table, _path in engine.query(_TABLES):
            rows = engine.query(
                f"ALTER TABLE {table} FREEZE WITH NAME {quote(name)} "
                "SETTINGS alter_partition_verbose_result = 1"
            )
            for *_columns, table_path, part_path in rows:
                shadows.add(Path(table_path).parents[2])  # …/shadow/<name>/store/<abc>/<uuid>
                parts.append(Part(table, Path(part_path)))
        yield parts
    finally:
        for shadow in shadows:
            shutil.rmtree(shadow)


def attach(engine: Engine, table: str, part: Path) -> None:
    """Move a part's folder into a table that was made for it."""
    folders = {name: Path(path) for name, path in engine.query(_TABLES)}
    part.rename(folders[table] / "detached" / part.name)
    engine.query(f"ALTER TABLE {table} ATTACH PART {quote(part.name)}")


def count_rows(engine: Engine) -> dict[str, int]:
    """Rows by table."""
    return {
        table: int(engine.query(f"SELECT count() FROM {table}")[0][0])
        for table, _path in engine.query(_TABLES)
    }
