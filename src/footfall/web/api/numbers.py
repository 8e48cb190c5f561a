"""Numbers for programs: who is there now, and the reports of the dashboard."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

import msgspec
from litestar import get
from litestar.datastructures import State
from litestar.exceptions import ClientException, NotFoundException
from litestar.params import QueryParameter
from msgspec.structs import asdict

from footfall import reports
from footfall.accounts import Account
from footfall.events import DIMENSIONS, Bucket, Period, Rank, Totals
from footfall.kit import now
from footfall.model import ContactId, VisitorId
from footfall.web.api.token import CALL
from footfall.web.parts import parts_of

TAGS = ["Reports"]
FromText = Annotated[str, QueryParameter(name="from")]


class LiveVisit(msgspec.Struct):
    """``kind`` as the panel groups them; ``contact`` and ``name`` of an identified visitor."""

    visitor: VisitorId
    kind: str
    contact: ContactId | None
    name: str
    organisation: str
    country: str
    site: str
    path: str
    title: str
    last_seen_at: datetime


@get("/api/v1/visits/live", **CALL, sync_to_thread=True, tags=TAGS)
def list_live(state: State, account: Account) -> list[LiveVisit]:
    """Browsers seen in the last five minutes, the newest first."""
    with parts_of(state).database.read() as connection:
        live = reports.list_live(connection, account.account, now())
    return [
        LiveVisit(
            visitor=visit.visitor.visitor,
            kind=visit.kind,
            contact=visit.contact.contact if visit.contact else None,
            name=(visit.contact.name or visit.contact.email) if visit.contact else "",
            organisation=visit.visitor.organisation.name,
            country=visit.visitor.place.country,
            site=visit.visitor.site,
            path=visit.visitor.last_path,
            title=visit.visitor.last_title,
            last_seen_at=visit.visitor.last_seen_at,
        )
        for visit in live
    ]


class TotalsOut(Totals, frozen=True, kw_only=True, omit_defaults=False):
    """All numbers are written, zeros too: a program should not have to know our defaults."""

    bounces: int


class BucketOut(Bucket, frozen=True, kw_only=True, omit_defaults=False):
    """One day or hour."""


class RankOut(Rank, frozen=True, kw_only=True, omit_defaults=False):
    """One line of a ranking."""


@get("/api/v1/reports/{name:str}", **CALL, sync_to_thread=True, tags=TAGS)
def read_report(
    state: State, account: Account, name: str, from_: FromText = "", to: str = "", site: str = ""
) -> TotalsOut | list[BucketOut] | list[RankOut]:
    """``totals``, ``days``, ``hours``, or a rank: one of the dimensions.

    ``from`` and ``to`` are ISO 8601 instants or days; by default the last 30 days.
    """
    period = read_period(account, from_, to, site)
    events = parts_of(state).events
    if name == "totals":
        bounces = events.count_bounces(period)
        return TotalsOut(**asdict(events.totals(period)), bounces=bounces)
    if name in ("days", "hours"):
        found = events.series(period, "hour" if name == "hours" else "day")
        return [BucketOut(**asdict(bucket)) for bucket in found]
    if name in DIMENSIONS:
        return [RankOut(**asdict(rank)) for rank in events.top(period, name, 100)]
    known = ", ".join(["totals", "days", "hours", *DIMENSIONS])
    raise NotFoundException(f"there is no report {name[:40]!r}; there are {known}")


def read_period(account: Account, from_: str, to: str, site: str) -> Period:
    to_at = _instant(to) if to else now()
    from_at = _instant(from_) if from_ else to_at - timedelta(days=30)
    return Period(
        account=account.account, from_at=from_at, to_at=to_at, site=site, zone=account.time_zone
    )


def _instant(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ClientException(f"{text[:40]!r} is no ISO 8601 instant") from error
    # Calendars end, and time zones overflow them.
    if not 1990 <= moment.year <= 2200:
        raise ClientException(f"{text[:40]!r} is too far away")
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)


NUMBERS = [list_live, read_report]
