"""Events that our own server makes enter the same log as hits, and are as durable."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import msgspec

from footfall.kit import Refused, now, to_ms
from footfall.model import BuryReason, RawHit, SmId, VisitorId
from footfall.pipeline.parse import parse


def make_server_hit(
    smid: SmId,
    visitor: VisitorId,
    kind: str,
    name: str,
    event_id: str,
    occurred_at: datetime,
    data: dict[str, Any],
    address: str = "",
    corrects: float | None = None,
) -> RawHit:
    """A raw hit that says what a caller of the interface declared; ``kind`` as on the wire.

    ``corrects`` is the value of the earlier state that this one replaces, under the same id.

    Raise Refused for what the pipeline could not read: it must not be promised and then buried.
    """
    moment = to_ms(now())
    body: dict[str, Any] = {
        "smid": smid,
        "uuid": visitor,
        "type": kind,
        "name": name,
        "eventId": event_id,
        "hit": f"{event_id}.{moment}",
        "timestamp": to_ms(occurred_at),
        "location": str(data.get("shopDomain") or data.get("location") or ""),
        "data": data,
    }
    if corrects is not None:
        body["corrects"] = corrects
    hit = RawHit(moment, "server", address, b"", msgspec.json.encode(body), {})
    reason = parse(hit)
    if isinstance(reason, BuryReason):
        raise Refused(f"the event cannot be kept: {reason.value.replace('_', ' ')}")
    return hit
