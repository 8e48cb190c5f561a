"""Which raw log an installation has: a file of its own, or the cluster's."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from footfall.kit import ConfigError
from footfall.rawlog.contract import RawLog
from footfall.rawlog.sqlite import SqliteLog


def open_log(folder: Path, url: str) -> RawLog:
    """To read, and to append where a failure may be told. ``url`` "" means the embedded log."""
    if not url:
        return SqliteLog(folder / "rawlog.db")
    _require_client()
    from footfall.rawlog.jetstream import JetStreamLog

    return JetStreamLog(url)


def open_door_log(folder: Path, url: str) -> RawLog:
    """To append whatever happens: what a log that is away cannot take waits in the folder."""
    if not url:
        return SqliteLog(folder / "rawlog.db")
    _require_client()
    from footfall.rawlog.spooled import SpooledLog

    return SpooledLog(url, folder / "spool")


def _require_client() -> None:
    """It is an extra: one machine does without."""
    if find_spec("nats") is None:
        raise ConfigError("FOOTFALL_LOG_URL needs the NATS client: install footfall[cluster]")
