"""Raw hits for tests: numbered, so that each can be told from the others."""

from __future__ import annotations

from footfall.model import RawHit


def make_hit(number: int = 0, **changes: object) -> RawHit:
    facts: dict[str, object] = {
        "received_at_ms": 1_764_000_000_000 + number,
        "door": "gif",
        "address": "192.0.2.1",
        "query": f"smid=abc&n={number}".encode(),
        "headers": {"user-agent": "Mozilla/5.0"},
    }
    return RawHit(**(facts | changes))  # type: ignore[arg-type]


def make_hits(numbers: range) -> list[RawHit]:
    return [make_hit(number) for number in numbers]


def number_of(hit: RawHit) -> int:
    return int(hit.query.rpartition(b"=")[2])
