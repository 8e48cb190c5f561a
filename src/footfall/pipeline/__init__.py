"""The pipeline: raw hits come in, events, visitors and claims go out, each exactly once."""

from footfall.pipeline.checkpoint import (
    Checkpoint,
    Outcomes,
    read_checkpoint,
    read_outcomes,
)
from footfall.pipeline.worker import Reaction, ReadableLog, Worker, WritableEvents

__all__ = [
    "Checkpoint",
    "Outcomes",
    "Reaction",
    "ReadableLog",
    "Worker",
    "WritableEvents",
    "read_checkpoint",
    "read_outcomes",
]
