"""One run of the bench: its sizes, its folder, and what several figures share."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType

from footfall.bench.history import History, fill_history
from footfall.bench.installation import Installation, start_installation

# Not in a memory file system, as /tmp may be: what is measured is made durable.
DISK = "/var/tmp"  # noqa: S108 (a folder of our own is made in it)


class Run:
    """Ends everything that it started when it is left."""

    def __init__(self, events: int = 1_000_000, seconds: float = 5.0, rounds: int = 3) -> None:
        self.events = events
        self.seconds = seconds
        self.rounds = rounds
        self._stack = ExitStack()

    def __enter__(self) -> Run:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._stack.close()

    def make_folder(self, name: str) -> Path:
        folder = Path(self._root) / name
        folder.mkdir()
        return folder

    @cached_property
    def history(self) -> tuple[Installation, History]:
        """A product that holds ``events`` events already; filled once for all who ask."""
        product = self._stack.enter_context(start_installation(self.make_folder("history")))
        return product, fill_history(product, self.events)

    @cached_property
    def _root(self) -> str:
        disk = DISK if Path(DISK).is_dir() else None
        kept = tempfile.TemporaryDirectory(prefix="footfall-bench-", dir=disk)
        return self._stack.enter_context(kept)
