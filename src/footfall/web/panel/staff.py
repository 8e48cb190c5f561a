"""Who is logged in: every panel request passes here; what changes something proves its origin."""

from __future__ import annotations

import hmac
from typing import Any

from anyio import to_thread
from litestar import Request, Response
from litestar.datastructures import State
from litestar.response import Redirect, Template

from footfall import accounts
from footfall.accounts import Account, StaffSession
from footfall.kit import Connection
from footfall.web.parts import Parts, parts_of

COOKIE = "footfall_staff"
PanelRequest = Request[StaffSession, Account, State]
SAFE_METHODS = ("GET", "HEAD")
# No foreign script, frame or form target: what visitors wrote can never run here.
CONTENT_POLICY = (
    "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; "
    "frame-ancestors 'none'; form-action 'self'; base-uri 'none'"
)

PRIVATE_HEADERS = {
    "cache-control": "no-store",
    "content-security-policy": CONTENT_POLICY,
    "referrer-policy": "same-origin",  # the address of a card is nobody else's business
    "x-content-type-options": "nosniff",
}


async def require_staff(request: Request[Any, Any, State]) -> Response[Any] | None:
    """Let a logged-in person pass; send everybody else to the login, and back afterwards."""
    found = await to_thread.run_sync(_find_session, request)
    if found is None:
        return _send_to_login(request)
    request.scope["user"], request.scope["auth"] = found
    if request.method not in SAFE_METHODS and not await _is_genuine(request, found[0]):
        return Response(
            "This page has expired: reload it and try again.\n",
            status_code=403,
            media_type="text/plain",
        )
    return None


def render(request: PanelRequest, name: str, /, **context: Any) -> Template:
    """A panel page or fragment, with what every page shows."""
    shared = {"user": request.user.user, "csrf": request.user.csrf_token, "account": request.auth}
    return Template(
        f"panel/{name}.html",
        context=shared | {"path": request.url.path, **context},
        headers=PRIVATE_HEADERS,
    )


def panel_parts(request: PanelRequest) -> Parts:
    return parts_of(request.app.state)


def _find_session(request: Request[Any, Any, State]) -> tuple[StaffSession, Account] | None:
    token = request.cookies.get(COOKIE, "")
    if not token:
        return None
    with parts_of(request.app.state).database.read() as connection:
        return _find_both(connection, token)


def _find_both(connection: Connection, token: str) -> tuple[StaffSession, Account] | None:
    session = accounts.find_staff_session(connection, token)
    if session is None:
        return None
    return session, accounts.fetch_account(connection, session.user.account)


def _send_to_login(request: Request[Any, Any, State]) -> Response[Any]:
    if "hx-request" in request.headers:
        # A fragment cannot show the login: the whole page has to go there.
        return Response("", status_code=401, headers={"hx-redirect": "/login"})
    target = request.url.path if request.method in SAFE_METHODS else "/"
    return Redirect(f"/login?next={target}" if target != "/" else "/login", status_code=303)


async def _is_genuine(request: Request[Any, Any, State], session: StaffSession) -> bool:
    given = request.headers.get("x-csrf-token") or str((await request.form()).get("csrf", ""))
    return hmac.compare_digest(given.encode(), session.csrf_token.encode())
