"""Sites: which hosts an account expects, which were seen, and what is wrong with a snippet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

import sqlalchemy as sa

from footfall.accounts.tables import sites, wrong_codes
from footfall.kit import Connection, upsert
from footfall.model import AccountId, Record

_HOST = re.compile(r"[\w.-]+(?::\d+)?")


class Site(Record, frozen=True):
    """A host[:port]. An account that lists no host accepts every one it sees."""

    host: str
    is_listed: bool
    first_hit_at: datetime | None
    last_hit_at: datetime | None
    refused_at: datetime | None
    twice_at: datetime | None


class SiteSighting(NamedTuple):
    """What one pipeline batch saw of a host. ``account`` None: a code that nobody owns."""

    account: AccountId | None
    smid: str
    host: str
    seen_at: datetime
    is_refused: bool = False
    is_twice: bool = False


class WrongCode(NamedTuple):
    """A page that sends a monitoring code which no account owns."""

    smid: str
    host: str
    last_hit_at: datetime


def list_sites(connection: Connection, account: AccountId) -> list[Site]:
    rows = connection.execute(
        sa.select(sites).where(sites.c.account_id == account).order_by(sites.c.host)
    )
    return [
        Site(
            host=row.host,
            is_listed=row.is_listed,
            first_hit_at=row.first_hit_at,
            last_hit_at=row.last_hit_at,
            refused_at=row.refused_at,
            twice_at=row.twice_at,
        )
        for row in rows
    ]


def list_covering(host: str) -> list[str]:
    """The entries of a list that would cover this host[:port]: itself, its name, those above."""
    if _HOST.fullmatch(host) is None:
        # "evil.example/.shop.example" ends as ours do, and leads elsewhere.
        return [host]
    labels = host.partition(":")[0].split(".")
    return [host, *(".".join(labels[start:]) for start in range(len(labels)))]


def is_listed_host(connection: Connection, host: str) -> bool:
    """Whether any account lists this host[:port], its bare name, or a domain above it."""
    query = sa.select(sites.c.host).where(sites.c.host.in_(list_covering(host)), sites.c.is_listed)
    return connection.execute(query.limit(1)).first() is not None


def is_seen_host(connection: Connection, host: str) -> bool:
    """Whether any account has seen a hit from it, which proves little: anybody can send one."""
    query = sa.select(sites.c.host).where(sites.c.host == host, sites.c.last_hit_at.is_not(None))
    return connection.execute(query.limit(1)).first() is not None


def list_site(connection: Connection, account: AccountId, host: str) -> None:
    """Put a host on the account's list, seen before or not."""
    row = {"account_id": account, "host": host.strip().lower(), "is_listed": True}
    upsert(connection, sites, [row])


def unlist_site(connection: Connection, account: AccountId, host: str) -> None:
    connection.execute(
        sa.update(sites)
        .where(sites.c.account_id == account, sites.c.host == host)
        .values(is_listed=False)
    )


def record_sightings(connection: Connection, sightings: Iterable[SiteSighting]) -> None:
    """Keep first and last times per host; unknown codes go to their own list."""
    for sighting in sightings:
        if sighting.account is None:
            row = {
                "smid": sighting.smid[:64],
                "host": sighting.host[:255],
                "last_hit_at": sighting.seen_at,
            }
            upsert(connection, wrong_codes, [row])
        else:
            _record_site(connection, sighting)


def list_wrong_codes(connection: Connection, since: datetime) -> list[WrongCode]:
    """Unknown codes seen lately; anybody's, for a wrong code names no account."""
    rows = connection.execute(
        sa.select(wrong_codes)
        .where(wrong_codes.c.last_hit_at >= since)
        .order_by(wrong_codes.c.last_hit_at.desc())
        .limit(20)
    )
    return [WrongCode(row.smid, row.host, row.last_hit_at) for row in rows]


def _record_site(connection: Connection, sighting: SiteSighting) -> None:
    key = {"account_id": sighting.account, "host": sighting.host}
    upsert(connection, sites, [key | {"is_listed": False}], update=[])
    seen, of_site = sighting.seen_at, sa.update(sites).filter_by(**key)
    if sighting.is_refused:
        connection.execute(of_site.values(refused_at=seen))
        return
    if sighting.is_twice:
        connection.execute(of_site.values(twice_at=seen))
    # Sightings of an imported past come after those of the present.
    first, last = sites.c.first_hit_at, sites.c.last_hit_at
    connection.execute(
        of_site.where(sa.or_(first.is_(None), first > seen)).values(first_hit_at=seen)
    )
    connection.execute(of_site.where(sa.or_(last.is_(None), last < seen)).values(last_hit_at=seen))
