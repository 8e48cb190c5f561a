"""What the web handlers share: the parts of the installation, handed down once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from litestar.datastructures import State

from footfall.events import EventStore
from footfall.kit import Database, Settings
from footfall.rawlog import GroupCommit, RawLog


@dataclass(frozen=True)
class Parts:
    """The rooms' open doors. ``refused`` counts what the collector turned away."""

    settings: Settings
    database: Database
    events: EventStore
    log: RawLog
    commit: GroupCommit
    refused: Mapping[str, int]


def parts_of(state: State) -> Parts:
    parts: Parts = state["parts"]
    return parts
