"""What the pipeline remembers of one browser between batches."""

from __future__ import annotations

import msgspec

from footfall.model import Touchpoint


class RecentVisit(msgspec.Struct, array_like=True, gc=False):
    """A visit that a late hit may still belong to; times in epoch milliseconds."""

    visit: int
    start_ms: int
    end_ms: int
    touchpoint: Touchpoint


class Memory(msgspec.Struct, array_like=True):
    """Numbers seen, visits open, the last cookie: everything a replay must start from."""

    highest: int = 0
    # Closed ranges of numbers below ``highest`` that have not arrived.
    gaps: list[tuple[int, int]] = []
    # Number and fingerprint of the last hits that had one.
    numbered: list[tuple[int, int]] = []
    # Fingerprints of the last hits without a number.
    unnumbered: list[int] = []
    visits: list[RecentVisit] = []
    client: str = ""


_encode = msgspec.msgpack.Encoder().encode
_decode = msgspec.msgpack.Decoder(Memory).decode


def pack(memory: Memory) -> bytes:
    return _encode(memory)


def unpack(blob: bytes) -> Memory:
    return _decode(blob) if blob else Memory()
