"""Who made a request of the past: a cookie, a name, or an address and agent of one day."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from hashlib import blake2b

from footfall import pipeline
from footfall.model import IMPORTED_VISITOR, VisitorId

# Every time zone's midnight falls on one of these.
_QUARTER_MS = 15 * 60 * 1000


class VisitorIds:
    """Stable ids under the account's own secret, so that nobody can compute them from outside."""

    def __init__(self, secret: str, zone: tzinfo) -> None:
        self._key = blake2b(secret.encode(), digest_size=32).digest()
        # Whoever looks at one page looks at more.
        self._hash_address = lru_cache(maxsize=50_000)(self._hash)
        self._name_day = lru_cache(maxsize=1_000)(lambda quarter: _name_day(quarter, zone))

    def of_cookie(self, smuuid: str) -> VisitorId:
        """The cookie itself: the browser lives on under it. "" when it is none."""
        return pipeline.find_visitor({"uuid": smuuid})

    def of_name(self, name: str) -> VisitorId:
        """Whoever logs in by this name, on whatever computer and day."""
        return VisitorId(self._hash("name", name))

    def of_address(self, address: str, agent: str, at_ms: int) -> VisitorId:
        """An address says who it was for a day at best, so it is another visitor tomorrow."""
        day = self._name_day(at_ms // _QUARTER_MS)
        return VisitorId(IMPORTED_VISITOR + self._hash_address("address", address, agent, day))

    def of_foreign(self, source: str, foreign: str) -> VisitorId:
        """A visitor of another system, whose ids no browser of ours carries."""
        return VisitorId(IMPORTED_VISITOR + self._hash(source, foreign))

    def _hash(self, *parts: str) -> str:
        text = "\x1f".join(parts).encode("utf-8", "replace")
        return blake2b(text, key=self._key, digest_size=16).hexdigest()


def _name_day(quarter: int, zone: tzinfo) -> str:
    return datetime.fromtimestamp(quarter * 900, UTC).astimezone(zone).date().isoformat()
