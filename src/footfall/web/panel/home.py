"""Home: who is here now, today in numbers, the last thirty days, and where people came from."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from litestar import get, post
from litestar.params import FromQuery
from litestar.response import Redirect, Template

from footfall import accounts, contacts, reports
from footfall.contacts import ContactQuery
from footfall.kit import now
from footfall.reports import ManyDays
from footfall.web.demo.setup import add_history, may_add_history
from footfall.web.panel.staff import PanelRequest, panel_parts, render
from footfall.web.parts import Parts

DAYS = 30
RANGES = {7: "7 days", 30: "30 days", 90: "90 days", 365: "12 months"}


@get("/", sync_to_thread=True)
def show_home(
    request: PanelRequest, days: FromQuery[int] = DAYS, site: FromQuery[str] = ""
) -> Template:
    parts = panel_parts(request)
    with parts.database.read() as connection:
        sites = accounts.list_sites(connection, request.auth.account)
    context = _report(request, days, site)
    may_fill = may_add_history(parts.settings, request.auth)
    has_hits = any(found.last_hit_at for found in sites)
    shown = {"sites": sites, "has_hits": has_hits, "may_fill": may_fill, "ranges": RANGES}
    return render(request, "home", **shown, **context)


@post("/demo-history", sync_to_thread=True)
def fill_demo(request: PanelRequest) -> Redirect:
    """Give the demo account a month of visitors."""
    parts = panel_parts(request)
    add_history(parts.database, parts.log, parts.settings, request.auth)
    return Redirect("/", status_code=303)


@get("/panel/numbers", sync_to_thread=True)
def show_numbers(
    request: PanelRequest, days: FromQuery[int] = DAYS, site: FromQuery[str] = ""
) -> Template:
    """Everything below the live strip; the page asks for it again and again."""
    return render(request, "_numbers", **_report(request, days, site))


@get("/panel/live", sync_to_thread=True)
def show_live(request: PanelRequest) -> Template:
    with panel_parts(request).database.read() as connection:
        live = reports.list_live(connection, request.auth.account, now())
    return render(request, "_live", live=live)


def read_days(days: int) -> int:
    """One of the ranges that the panel offers; 30 for any other."""
    return days if days in RANGES else 30


def count_homes_ahead(parts: Parts) -> None:
    """Right after the start, so that the first to open the panel need not wait."""
    with parts.database.read() as connection:
        watched = [
            account
            for account in accounts.list_accounts(connection)
            if accounts.list_users(connection, account.account)
        ]
    periods = [reports.last_days(a.account, a.time_zone, DAYS, now()) for a in watched]
    reports.count_ahead(parts.events, periods)


def _report(request: PanelRequest, days: int, site: str) -> dict[str, Any]:
    days = read_days(days)
    parts, account = panel_parts(request), request.auth
    zone = ZoneInfo(account.time_zone)
    at = now().astimezone(zone)  # on the wall clock, so that yesterday by now is yesterday
    period = reports.last_days(account.account, account.time_zone, days, at, site)
    dashboard = reports.make_dashboard(parts.events, period, at)
    midnight = datetime.combine(at.date(), time(), zone)
    with parts.database.read() as connection:
        known, known_yesterday, known_week_ago = (
            _count_known(connection, account.account, midnight - back, at - back)
            for back in (timedelta(), timedelta(days=1), timedelta(days=7))
        )
    return {
        "days": days,
        "site": site,
        "report": dashboard,
        "known": known,
        "known_yesterday": known_yesterday,
        "known_week_ago": known_week_ago,
        "chart": _chart(dashboard.many_days) if dashboard.many_days else None,
    }


def _count_known(connection: Any, account: Any, since: datetime, until: datetime) -> int:
    query = ContactQuery(created_since=since, created_until=until)
    return contacts.count_contacts(connection, account, query)


def _chart(numbers: ManyDays) -> dict[str, Any]:
    """What the chart draws; the table behind it shows the same numbers."""
    return {
        "days": [bucket.start for bucket in numbers.days],
        "visitors": [bucket.visitors for bucket in numbers.days],
        "before": [bucket.visitors for bucket in numbers.previous_days],
        "pages": [bucket.pages for bucket in numbers.days],
    }


HOME = [show_home, fill_demo, show_numbers, show_live]
