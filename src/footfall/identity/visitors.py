"""Visitors: one row per browser, what is known of it at a glance, and the pipeline's memory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from footfall.identity.tables import visitors
from footfall.kit import Connection, is_one_of, to_ms, upsert_tuples, without_nul
from footfall.model import AccountId, Device, Organisation, Place, Record, Touchpoint, VisitorId


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


class _Facts(Record, frozen=True):
    """What nobody searches for, in one column."""

    first_touchpoint: Touchpoint = Touchpoint()
    last_touchpoint: Touchpoint = Touchpoint()
    device: Device = Device()
    place: Place = Place()
    organisation: Organisation = Organisation()


_NAMES = tuple(column.name for column in visitors.columns)
_decode_facts = msgspec.json.Decoder(_Facts).decode
_encode_facts = msgspec.json.Encoder().encode


def save_visitors(connection: Connection, seen: Iterable[Visitor]) -> None:
    # In order: neighbours share a page, and two of us never wait for each other.
    rows = sorted(_to_row(visitor) for visitor in seen)
    upsert_tuples(connection, visitors, _NAMES, rows)


def find_visitors(
    connection: Connection, account: AccountId, ids: Sequence[VisitorId]
) -> dict[VisitorId, Visitor]:
    if not ids:
        return {}
    query = sa.select(visitors).where(
        visitors.c.account_id == account, is_one_of(connection, visitors.c.visitor_id, ids)
    )
    found = [_from_row(row) for row in connection.execute(query)]
    return {visitor.visitor: visitor for visitor in found}


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


def _to_row(visitor: Visitor) -> tuple[Any, ...]:
    """In the order of the table's columns."""
    facts = _Facts(
        first_touchpoint=visitor.first_touchpoint,
        last_touchpoint=visitor.last_touchpoint,
        device=visitor.device,
        place=visitor.place,
        organisation=visitor.organisation,
    )
    return (
        visitor.account,
        visitor.visitor,
        to_ms(visitor.first_seen_at),
        to_ms(visitor.last_seen_at),
        visitor.visits,
        visitor.pages,
        visitor.missing,
        without_nul(visitor.bot),
        without_nul(visitor.site),
        without_nul(visitor.last_path),
        without_nul(visitor.last_title),
        visitor.memory,
        _encode_facts(facts).decode(),
    )


def _from_row(row: Any) -> Visitor:
    account, visitor, first, last, visits, pages, missing, bot, site, path, title, memory, facts = (
        row
    )
    known = _decode_facts(facts)
    return Visitor(
        account=account,
        visitor=visitor,
        first_seen_at=first,
        last_seen_at=last,
        visits=visits,
        pages=pages,
        missing=missing,
        bot=bot,
        site=site,
        last_path=path,
        last_title=title,
        first_touchpoint=known.first_touchpoint,
        last_touchpoint=known.last_touchpoint,
        device=known.device,
        place=known.place,
        organisation=known.organisation,
        memory=memory,
    )
