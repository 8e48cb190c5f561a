"""Settings, databases, clock, ids, errors: not a word about visitors."""

from footfall.kit.clock import from_ms, now, to_ms
from footfall.kit.database import (
    Connection,
    Database,
    Text,
    UtcDateTime,
    insert_missing,
    is_one_of,
    metadata,
    upsert,
    upsert_tuples,
    without_nul,
)
from footfall.kit.errors import ConfigError, FootfallError, NotFound, Refused
from footfall.kit.exclusive import check_port, hold_folder, make_private_folder
from footfall.kit.ids import hash64, is_uuid, make_secret, make_smid, make_uuid
from footfall.kit.settings import Settings, keep_address, read_settings
from footfall.kit.stop import SignalEvent

__all__ = [
    "ConfigError",
    "Connection",
    "Database",
    "FootfallError",
    "NotFound",
    "Refused",
    "Settings",
    "SignalEvent",
    "Text",
    "UtcDateTime",
    "check_port",
    "from_ms",
    "hash64",
    "hold_folder",
    "insert_missing",
    "is_one_of",
    "is_uuid",
    "keep_address",
    "make_private_folder",
    "make_secret",
    "make_smid",
    "make_uuid",
    "metadata",
    "now",
    "read_settings",
    "to_ms",
    "upsert",
    "upsert_tuples",
    "without_nul",
]
