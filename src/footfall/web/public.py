"""Open to everybody: the script, its configuration, the cookie page, health, mail redirects."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from litestar import MediaType, Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.response import File, Redirect, Template

from footfall import accounts, identity, pipeline
from footfall.kit import Database, now, to_ms
from footfall.rawlog import RawLog
from footfall.web.alarms import LATE_SECONDS, find_alarms
from footfall.web.parts import Parts, parts_of

BUILT = Path(__file__).parent / "static" / "build"
SCRIPTS = ("sm.js", "sm-links.js", "sm-sw.js")
# Short enough that a fix reaches browsers the same hour, long enough to be free per page.
SCRIPT_CACHE = "public, max-age=3600, stale-while-revalidate=86400"


@get("/static/{name:str}", include_in_schema=False, sync_to_thread=False)
def serve_script(name: str) -> File:
    """The tracker's files; nothing else is under this address."""
    path = BUILT / name
    if name not in SCRIPTS or not path.exists():
        raise NotFoundException(f"there is no {name}; was the tracker built?")
    return File(
        path,
        media_type="text/javascript",
        content_disposition_type="inline",
        headers={"cache-control": SCRIPT_CACHE, "access-control-allow-origin": "*"},
    )


@get("/dynamic/{smid:str}/config.json", include_in_schema=False, sync_to_thread=True)
def serve_configuration(state: State, smid: str) -> Response[dict[str, Any]]:
    """What the tracker must know of an account before it may set a cookie."""
    with parts_of(state).database.read() as connection:
        account = accounts.find_account(connection, smid)
        sites = accounts.list_sites(connection, account.account) if account else []
    headers = {"access-control-allow-origin": "*", "cache-control": "public, max-age=60"}
    if account is None:
        return Response({"error": "unknown code"}, status_code=404, headers=headers)
    chosen = account.settings
    return Response(
        {
            "consent": chosen.consent_required,
            "domains": [site.host for site in sites if site.is_listed],
            "cookies": accounts.cookie_days(chosen.cookies),
            "cookieDomain": chosen.cookie_domain,
        },
        headers=headers,
    )


@get("/dynamic/{smid:str}/popups.js", include_in_schema=False, sync_to_thread=False)
def serve_popups(smid: str) -> Response[str]:
    """Existing snippets ask for it on every page; there are no pop-ups yet."""
    return Response(f"/* no pop-ups for {smid[:64]!a} */", media_type="text/javascript")


@get("/cookies.json", include_in_schema=False, sync_to_thread=False)
def list_cookies() -> list[dict[str, Any]]:
    return [
        {
            "name": cookie.name,
            "days": cookie.days,
            "life": cookie.life,
            "type": cookie.kind,
            "purpose": cookie.purpose,
            "data": cookie.data,
            "status": cookie.status,
        }
        for cookie in accounts.COOKIES
    ]


@get("/cookies", include_in_schema=False, sync_to_thread=False)
def show_cookies() -> Template:
    return Template("public/cookies.html", context={"cookies": accounts.COOKIES})


@get("/smrd.htm", include_in_schema=False, sync_to_thread=True)
def redirect(request: Request[object, object, State]) -> Response[Any] | Template:
    """Redirect first: a link of a mailing always arrives, whatever else may fail.

    Only to a listed site, so that nobody can borrow our address for a link of theirs. A site
    that was merely seen is linked to, for the reader to judge: anybody can send a hit.
    """
    target = request.query_params.get("url", "")
    host = _read_host(target)
    with parts_of(request.app.state).database.read() as connection:
        is_listed = bool(host) and accounts.is_listed_host(connection, host)
        is_seen = bool(host) and not is_listed and accounts.is_seen_host(connection, host)
    if is_listed:
        return Redirect(target, status_code=302)
    if is_seen:
        return Template("public/leaving.html", context={"target": target, "host": host})
    return Response(
        "This link leads to a site that is not listed here.\n",
        status_code=404,
        media_type=MediaType.TEXT,
    )


@get("/api/health", sync_to_thread=True, tags=["Operation"])
def show_health(state: State) -> dict[str, Any]:
    """Where every accepted hit is: accepted = stored + dropped + buried + pending."""
    return read_health(parts_of(state))


def read_health(parts: Parts) -> dict[str, Any]:
    health = count_hits(parts.database, parts.log) | {"refused": dict(parts.refused)}
    alarms = find_alarms(parts.settings.data, health["oldest_pending_seconds"])
    return health | {"alarms": alarms}


def count_hits(database: Database, log: RawLog) -> dict[str, Any]:
    """Read the counters first: what is accepted meanwhile is pending, and the sum holds."""
    with database.read() as connection:
        checkpoint = pipeline.read_checkpoint(connection)
        outcomes = pipeline.read_outcomes(connection)
        missing = identity.count_missing(connection)
    accepted = log.count()
    done = outcomes.stored + sum(outcomes.dropped.values()) + outcomes.buried
    oldest = None
    if accepted > done:
        oldest = log.received_at_ms(checkpoint.next_offset if checkpoint else 0)
    age = max(0.0, (to_ms(now()) - oldest) / 1000) if oldest else 0.0
    return {
        "status": "ok" if age <= LATE_SECONDS else "behind",
        "accepted": accepted,
        "stored": outcomes.stored,
        "dropped": outcomes.dropped,
        "buried": outcomes.buried,
        "pending": accepted - done,
        "oldest_pending_seconds": age,
        "missing": missing,
    }


# No user before an @, no second port: what browsers and we might read differently.
_PLAIN_HOST = re.compile(r"(?:[\w.-]+|\[[0-9a-f:.]+\])(?::\d{1,5})?")


def _read_host(target: str) -> str:
    """The host[:port] of a web address; "" for what a browser might read differently."""
    if target != target.strip() or any(character < " " for character in target):
        return ""
    try:
        parts = urlsplit(target)
    except ValueError:  # an unclosed bracket
        return ""
    host = parts.netloc.lower()
    is_plain = parts.scheme in ("http", "https") and _PLAIN_HOST.fullmatch(host)
    return host if is_plain else ""


PUBLIC = [
    serve_script,
    serve_configuration,
    serve_popups,
    list_cookies,
    show_cookies,
    redirect,
    show_health,
]
