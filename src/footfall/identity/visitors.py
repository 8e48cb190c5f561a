"""Visitors: one row per browser, what is known of it at a glance, and the pipeline's memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from footfall.identity.tables import visitors
from footfall.kit import Connection, upsert
from footfall.model import AccountId, Device, Organisation, Place, Record, Touchpoint, VisitorId

IN_LIST = 5_000


class Visitor(Record, frozen=True):
    """One browser. ``memory`` is the pipeline's own (numbers seen, recent visits), opaque here."""

    account: AccountId
    visitor: VisitorId
    first_seen_at: datetime
    last_seen_at: datetime
    visits: int = 0
    pages: int = 0
    missing: int = 0  # hits the browser numbered that never arrived
    bot: str = ""
    site: str = ""
    last_path: str = ""
    last_title: str = ""
    first_touchpoint: Touchpoint = Touchpoint()
    last_touchpoint: Touchpoint = Touchpoint()
    device: Device = Device()
    place: Place = Place()
    organisation: Organisation = Organisation()
    memory: bytes = b""


_PLAIN = (
    "first_seen_at",
    "last_seen_at",
    "visits",
    "pages",
    "missing",
    "bot",
    "site",
    "last_path",
    "last_title",
    "memory",
)
_PACKED: dict[str, Any] = {
    "first_touchpoint": Touchpoint,
    "last_touchpoint": Touchpoint,
    "device": Device,
    "place": Place,
    "organisation": Organisation,
}
_DECODERS = {name: msgspec.json.Decoder(kind) for name, kind in _PACKED.items()}
_encode = msgspec.json.Encoder().encode


def save_visitors(connection: Connection, seen: Iterable[Visitor]) -> None:
    upsert(connection, visitors, [_to_row(visitor) for visitor in seen])


def find_visitors(
    connection: Connection, account: AccountId, ids: Sequence[VisitorId]
) -> dict[VisitorId, Visitor]:
    found = {}
    for start in range(0, len(ids), IN_LIST):
        rows = connection.execute(
            sa.select(visitors).where(
                visitors.c.account_id == account,
                visitors.c.visitor_id.in_(ids[start : start + IN_LIST]),
            )
        )
        found.update({VisitorId(row.visitor_id): _from_row(row) for row in rows})
    return found


def list_visitors(
    connection: Connection,
    account: AccountId,
    limit: int,
    before: datetime | None = None,
    before_visitor: str = "",
    *,
    with_bots: bool = False,
) -> list[Visitor]:
    """The most recently seen first; ``before`` and ``before_visitor`` are of the last row."""
    query = sa.select(visitors).where(visitors.c.account_id == account)
    if before is not None:
        seen, name = visitors.c.last_seen_at, visitors.c.visitor_id
        is_tied = sa.and_(seen == before, name < before_visitor)
        query = query.where(sa.or_(seen < before, is_tied))
    if not with_bots:
        query = query.where(visitors.c.bot == "")
    query = query.order_by(visitors.c.last_seen_at.desc(), visitors.c.visitor_id.desc()).limit(
        limit
    )
    return [_from_row(row) for row in connection.execute(query)]


def count_missing(connection: Connection) -> int:
    """Hits that browsers numbered and that never arrived, over all accounts."""
    total = connection.execute(sa.select(sa.func.sum(visitors.c.missing))).scalar()
    return int(total or 0)


def _to_row(visitor: Visitor) -> dict[str, Any]:
    row: dict[str, Any] = {"account_id": visitor.account, "visitor_id": visitor.visitor}
    for name in _PLAIN:
        row[name] = getattr(visitor, name)
    for name in _PACKED:
        row[name] = _encode(getattr(visitor, name)).decode()
    return row


def _from_row(row: Any) -> Visitor:
    values: dict[str, Any] = {name: getattr(row, name) for name in _PLAIN}
    for name, decoder in _DECODERS.items():
        values[name] = decoder.decode(getattr(row, name))
    return Visitor(account=row.account_id, visitor=row.visitor_id, **values)
