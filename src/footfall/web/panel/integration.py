"""Settings → Integration: the snippet, the credentials, the domains, and whether it works."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, NamedTuple
from urllib.parse import urlsplit
from zoneinfo import available_timezones

import msgspec
from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect, Template

from footfall import accounts
from footfall.accounts import COOKIES, Site
from footfall.kit import Connection, Refused, now
from footfall.web.panel.addresses import read_number
from footfall.web.panel.staff import PanelRequest, panel_parts, render

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
# A mistake that was seen longer ago than this has most likely been mended.
RECENT = timedelta(hours=1)
LONGEST_LIFE = 3_650


class Check(NamedTuple):
    """One line of the install check. ``mood``: good, bad or waiting."""

    mood: str
    what: str
    remedy: str = ""
    at: datetime | None = None


@get("/settings/integration", sync_to_thread=True)
def show_integration(request: PanelRequest) -> Template:
    return _render_integration(request)


@get("/panel/install-check", sync_to_thread=True)
def show_check(request: PanelRequest) -> Template:
    with panel_parts(request).database.read() as connection:
        return render(request, "_checks", checks=list_checks(connection, request))


@post("/settings/integration/site", sync_to_thread=True)
def list_domain(request: PanelRequest, data: Form) -> Redirect:
    host = parse_host(data.get("host", ""))
    with panel_parts(request).database.write() as connection:
        accounts.list_site(connection, request.auth.account, host)
    return Redirect("/settings/integration#domains", status_code=303)


@post("/settings/integration/site/remove", sync_to_thread=True)
def unlist_domain(request: PanelRequest, data: Form) -> Redirect:
    with panel_parts(request).database.write() as connection:
        accounts.unlist_site(connection, request.auth.account, data.get("host", ""))
    return Redirect("/settings/integration#domains", status_code=303)


@post("/settings/integration/token", sync_to_thread=True)
def renew_token(request: PanelRequest) -> Template:
    """Show the new token once; the old one has stopped working."""
    with panel_parts(request).database.write() as connection:
        token = accounts.renew_token(connection, request.auth.account)
    return _render_integration(request, fresh_token=token)


@post("/settings/integration/monitoring", sync_to_thread=True)
def save_monitoring(request: PanelRequest, data: Form) -> Redirect:
    """Consent, cookie lives and the account's name and time zone."""
    lives = {}
    for cookie in COOKIES:
        days = read_number(data.get(f"days_{cookie.name}", ""), LONGEST_LIFE)
        if cookie.is_changeable and days:
            lives[cookie.name] = days
    settings = msgspec.structs.replace(
        request.auth.settings,
        consent_required=data.get("consent") == "1",
        cookies=lives,
    )
    zone = data.get("time_zone", "")
    if zone not in available_timezones():
        raise Refused(f"{zone[:80]!r} is not a time zone; write it like Europe/Warsaw")
    with panel_parts(request).database.write() as connection:
        accounts.save_settings(
            connection,
            request.auth.account,
            settings,
            name=data.get("name", "").strip() or request.auth.name,
            time_zone=zone,
        )
    return Redirect("/settings/integration#monitoring", status_code=303)


def _render_integration(request: PanelRequest, fresh_token: str = "") -> Template:
    parts, account = panel_parts(request), request.auth
    with parts.database.read() as connection:
        secret = accounts.find_secret(connection, account.account)
        sites = accounts.list_sites(connection, account.account)
        checks = list_checks(connection, request)
    return render(
        request,
        "integration",
        endpoint=parts.settings.public_url,
        secret=secret,
        sites=sites,
        checks=checks,
        cookies=[cookie for cookie in COOKIES if cookie.is_changeable and cookie.status == "set"],
        longest_life=LONGEST_LIFE,
        fresh_token=fresh_token,
        zones=sorted(available_timezones()),
    )


def list_checks(connection: Connection, request: PanelRequest) -> list[Check]:
    """What was seen of the snippet: the good first, each fault with its remedy."""
    sites = accounts.list_sites(connection, request.auth.account)
    since = now() - RECENT
    checks = [
        Check("good", f"Tracking works on {site.host}", at=site.last_hit_at)
        for site in sorted(sites, key=_newest, reverse=True)
        if site.last_hit_at
    ]
    for site in sites:
        checks += _faults(site, since)
    own_host = urlsplit(panel_parts(request).settings.public_url).netloc
    known = {site.host for site in sites}
    for wrong in accounts.list_wrong_codes(connection, since):
        if wrong.host in known or wrong.host == own_host:
            checks.append(
                Check(
                    "bad",
                    f"{wrong.host} sends the code “{wrong.smid}”, which is not yours",
                    f"Replace it with {request.auth.smid} in the page's snippet.",
                    wrong.last_hit_at,
                )
            )
    if not any(check.mood == "good" for check in checks):
        checks.append(Check("waiting", "Waiting for the first page view"))
    return checks


def parse_host(text: str) -> str:
    """A host[:port], also out of a whole address. Raise Refused."""
    text = text.strip().lower()
    try:
        parts = urlsplit(text if "://" in text else f"//{text}")
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port = None, None
    if not host or any(c.isspace() for c in host):
        raise Refused(f"{text[:80]!r} is not a domain; write it like shop.example.com")
    return f"{host}:{port}" if port else host


def _faults(site: Site, since: datetime) -> list[Check]:
    found: list[Check] = []
    if site.twice_at and site.twice_at >= since:
        found.append(
            Check(
                "bad",
                f"The snippet is pasted twice on a page of {site.host}",
                "It counts once, but remove one of the two to load less.",
                site.twice_at,
            )
        )
    if site.refused_at and site.refused_at >= since and not site.is_listed:
        found.append(
            Check(
                "bad",
                f"{site.host} sends hits, but is not on your list of domains",
                "Add it below if it is yours; its hits are dropped until then.",
                site.refused_at,
            )
        )
    return found


def _newest(site: Site) -> Any:
    return site.last_hit_at.timestamp() if site.last_hit_at else 0


INTEGRATION = [
    show_integration,
    show_check,
    list_domain,
    unlist_domain,
    renew_token,
    save_monitoring,
]
