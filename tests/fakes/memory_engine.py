"""An event engine in memory that keeps what the worker relies on: a token counts once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from footfall.events.engine import Row


class MemoryEngine:
    """Blocks by table and token. ``changed``: tokens that came again with other rows."""

    def __init__(self) -> None:
        self.blocks: dict[tuple[str, str], tuple[list[str], bytes]] = {}
        self.changed: list[str] = []

    def insert(self, table: str, columns: Sequence[str], block: bytes, token: str) -> None:
        rows = (list(columns), block)
        if self.blocks.setdefault((table, token), rows) != rows:
            self.changed.append(token)

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        raise NotImplementedError("the worker only inserts")
