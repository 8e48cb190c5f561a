"""Visitors: every browser, known or not, with what is known of it."""

from __future__ import annotations

from typing import Any

from litestar import get
from litestar.params import FromPath, FromQuery
from litestar.response import Template

from footfall import contacts, identity, reports
from footfall.events import Period
from footfall.identity import Ownership, Visitor
from footfall.kit import Connection, NotFound, now, to_ms
from footfall.model import AccountId, Claim, ContactId, Span, VisitorId
from footfall.reports import RANKS
from footfall.web.panel.addresses import read_place
from footfall.web.panel.home import read_days
from footfall.web.panel.staff import PanelRequest, panel_parts, render

PAGE = 50
MOST_BEHIND = 100


@get("/visitors", sync_to_thread=True)
def show_visitors(
    request: PanelRequest,
    before: FromQuery[str] = "",
    bots: FromQuery[bool] = False,
    by: FromQuery[str] = "",
    value: FromQuery[str] = "",
    days: FromQuery[int] = 30,
    site: FromQuery[str] = "",
) -> Template:
    """All browsers, or those behind one number of a report."""
    account = request.auth.account
    by, days = by if by in RANKS else "", read_days(days)
    at, last = read_place(before)
    with panel_parts(request).database.read() as connection:
        if by:
            period = reports.last_days(account, request.auth.time_zone, days, now(), site)
            found = _find_behind(request, connection, period, by, value)
        else:
            found = identity.list_visitors(connection, account, PAGE + 1, at, last, with_bots=bots)
        rows = found if by else found[:PAGE]
        holders = _find_holders(connection, account, rows)
    shown: dict[str, Any] = {"rows": rows, "holders": holders, "bots": bots}
    shown |= {"by": by, "value": value, "days": days, "site": site, "most": MOST_BEHIND}
    is_more = len(found) > len(rows)
    shown["after"] = f"{to_ms(rows[-1].last_seen_at)}.{rows[-1].visitor}" if is_more else ""
    name = "_visitor_rows" if "hx-request" in request.headers else "visitors"
    return render(request, name, **shown)


@get("/visitors/{visitor:str}", sync_to_thread=True)
def show_visitor(request: PanelRequest, visitor: FromPath[str]) -> Template:
    parts, account, key = panel_parts(request), request.auth.account, VisitorId(visitor)
    with parts.database.read() as connection:
        found = identity.find_visitors(connection, account, [key]).get(key)
        if found is None:
            raise NotFound(f"there is no visitor {visitor[:80]}")
        claims = identity.list_claims_of_visitor(connection, account, key)
        holder = _find_holders(connection, account, [found]).get(key)
        known = contacts.find_contacts(connection, account, [claim.contact for claim in claims])
    events = parts.events.timeline(account, [Span(key, ContactId(""), None, None)], 200)
    visits = contacts.group_visits(events, _known_at(claims))
    shown: dict[str, Any] = {"visitor": found, "claims": claims, "known": known}
    return render(request, "visitor", **shown, holder=holder, visits=visits)


def _find_behind(
    request: PanelRequest, connection: Connection, period: Period, by: str, value: str
) -> list[Visitor]:
    """The people behind a line of home's ranks: the same period and site and definition."""
    ids = panel_parts(request).events.visitors_behind(period, by, value, MOST_BEHIND)
    found = identity.find_visitors(connection, request.auth.account, ids)
    return [found[key] for key in ids if key in found]


def _known_at(claims: list[Claim]) -> dict[VisitorId, Any]:
    live = [claim for claim in claims if claim.revoked_at is None]
    return {live[0].visitor: live[0].claimed_at} if live else {}


def _find_holders(
    connection: Connection, account: AccountId, rows: list[Visitor]
) -> dict[VisitorId, contacts.Contact]:
    """Whose each browser is now."""
    at = now()
    spans = identity.find_spans(connection, account, [row.visitor for row in rows])
    held = {key: Ownership(found, []).holder_at(at) for key, found in spans.items()}
    known = contacts.find_contacts(connection, account, [c for c in held.values() if c])
    return {key: known[c] for key, c in held.items() if c in known}


VISITORS = [show_visitors, show_visitor]
