"""The event store: batches of events come in once, timelines and numbers go out."""

from footfall.events.columns import event_key
from footfall.events.embedded import EmbeddedEngine, StoreServer
from footfall.events.engine import Engine, QueryFailed, ServerClient, StoreClient
from footfall.events.store import (
    DIMENSIONS,
    Bucket,
    Cursor,
    EventStore,
    Period,
    Rank,
    Totals,
)
from footfall.events.summary import Summary, summarize

__all__ = [
    "DIMENSIONS",
    "Bucket",
    "Cursor",
    "EmbeddedEngine",
    "Engine",
    "EventStore",
    "Period",
    "QueryFailed",
    "Rank",
    "ServerClient",
    "StoreClient",
    "StoreServer",
    "Summary",
    "Totals",
    "event_key",
    "summarize",
]
