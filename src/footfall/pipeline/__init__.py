"""The pipeline: raw hits come in, events, visitors and claims go out, each exactly once."""

from footfall.pipeline.checkpoint import (
    Checkpoint,
    Outcomes,
    read_checkpoint,
    read_outcomes,
)
from footfall.pipeline.steps import find_visitor, is_listed, read_value
from footfall.pipeline.submit import make_server_hit
from footfall.pipeline.worker import Reaction, ReadableLog, Worker, WritableEvents

__all__ = [
    "Checkpoint",
    "Outcomes",
    "Reaction",
    "ReadableLog",
    "Worker",
    "WritableEvents",
    "find_visitor",
    "is_listed",
    "make_server_hit",
    "read_checkpoint",
    "read_outcomes",
    "read_value",
]
