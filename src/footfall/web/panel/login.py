"""Log in, log out, and the first account of an empty installation."""

from __future__ import annotations

import time
from collections import defaultdict, deque
from threading import BoundedSemaphore
from typing import Annotated, Any
from zoneinfo import available_timezones

from litestar import Request, Response, get, post
from litestar.datastructures import Cookie, State
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect, Template

from footfall import accounts
from footfall.kit import Refused
from footfall.web.panel.staff import COOKIE, PRIVATE_HEADERS
from footfall.web.parts import parts_of

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]
AnyRequest = Request[Any, Any, State]

# Guessing stops paying long before this, and who mistypes so often waits for ten minutes.
TRIES = 8
TRIES_SECONDS = 600.0
# More addresses than this nobody mistypes; the oldest is forgotten, to bound the memory.
MOST_REMEMBERED = 10_000


class _Tries:
    """Failed logins per e-mail address, forgotten after a while."""

    def __init__(self) -> None:
        self._failed: dict[str, deque[float]] = defaultdict(deque)

    def are_used_up(self, email: str) -> bool:
        failed = self._failed[email]
        while failed and failed[0] < time.monotonic() - TRIES_SECONDS:
            failed.popleft()
        if not failed:
            del self._failed[email]
        return len(failed) >= TRIES

    def record(self, email: str) -> None:
        if len(self._failed) >= MOST_REMEMBERED:
            self._failed.pop(next(iter(self._failed)))
        self._failed[email].append(time.monotonic())


_tries = _Tries()
# A check takes long and 64 MB: strangers get neither the memory of many at once, nor a
# transaction that keeps the pipeline from writing meanwhile.
_checking = BoundedSemaphore(2)


@get("/login", include_in_schema=False, sync_to_thread=True)
def show_login(request: AnyRequest) -> Template | Redirect:
    with parts_of(request.app.state).database.read() as connection:
        if not accounts.has_users(connection):
            return Redirect("/setup")
    return _page("login", target=_target(request.query_params.get("next", "")))


@post("/login", include_in_schema=False, sync_to_thread=True)
def log_in(request: AnyRequest, data: Form) -> Template | Redirect:
    email, target = data.get("email", "").strip().lower(), _target(data.get("next", ""))
    if not _is_own_origin(request):
        return _page(
            "login", 403, error="The login form was sent from another site.", target=target
        )
    if _tries.are_used_up(email):
        error = "Too many wrong passwords for this address. Try again in ten minutes."
        return _page("login", 429, error=error, email=email, target=target)
    database = parts_of(request.app.state).database
    with _checking, database.read() as connection:
        user = accounts.check_password(connection, email, data.get("password", ""))
    if user is None:
        _tries.record(email)
        error = "This address and password do not fit together."
        return _page("login", 401, error=error, email=email, target=target)
    with database.write() as connection:
        token = accounts.start_staff_session(connection, user)
    return _enter(request, token, target)


@post("/logout", include_in_schema=False, sync_to_thread=True)
def log_out(request: AnyRequest) -> Response[Any]:
    if _is_own_origin(request):
        with parts_of(request.app.state).database.write() as connection:
            accounts.end_staff_session(connection, request.cookies.get(COOKIE, ""))
    return Redirect("/login", status_code=303, cookies=[Cookie(COOKIE, value="", max_age=0)])


@get("/setup", include_in_schema=False, sync_to_thread=True)
def show_setup(request: AnyRequest) -> Template | Redirect:
    with parts_of(request.app.state).database.read() as connection:
        if accounts.has_users(connection):
            return Redirect("/login")
    return _page("setup", code=request.query_params.get("code", ""))


@post("/setup", include_in_schema=False, sync_to_thread=True)
def create_first_account(request: AnyRequest, data: Form) -> Template | Redirect:
    """Only while there is no user at all, and only with the code that the start printed."""
    parts = parts_of(request.app.state)
    try:
        with parts.database.write() as connection:
            if accounts.has_users(connection):
                return Redirect("/login", status_code=303)
            accounts.check_setup_code(parts.settings.data, data.get("code", ""))
            new = accounts.create_account(
                connection, data.get("name", "").strip() or "My company", _zone(data)
            )
            user = accounts.add_user(
                connection, new.account.account, data.get("email", ""), data.get("password", "")
            )
            token = accounts.start_staff_session(connection, user)
    except Refused as error:
        return _page("setup", 400, error=f"{error}.", **{k: data.get(k, "") for k in _KEPT})
    return _enter(request, token, "/settings/integration")


def _zone(data: dict[str, str]) -> str:
    """The browser's, if we know it: some call theirs "Etc/Unknown"."""
    zone = data.get("zone", "")
    return zone if zone in available_timezones() else "UTC"


_KEPT = ("code", "name", "email")


def _enter(request: AnyRequest, token: str, target: str) -> Redirect:
    cookie = Cookie(
        COOKIE,
        value=token,
        path="/",
        httponly=True,
        samesite="lax",
        secure=parts_of(request.app.state).settings.public_url.startswith("https:"),
        max_age=accounts.SESSION_DAYS * 86_400,
    )
    return Redirect(target, status_code=303, cookies=[cookie])


def _page(name: str, status: int = 200, /, **context: Any) -> Template:
    return Template(
        f"panel/{name}.html",
        context={"error": "", "email": "", **context},
        status_code=status,
        headers=PRIVATE_HEADERS,
    )


def _is_own_origin(request: AnyRequest) -> bool:
    """Browsers name the page that sent a form; another site's page logs nobody in or out."""
    origin = request.headers.get("origin", "")
    # A proxy may tell us another host than the browser asked for.
    known = parts_of(request.app.state).settings.public_url
    host = request.headers.get("host", "")
    return not origin or origin == known or origin.partition("://")[2] == host


def _target(text: str) -> str:
    """Only a page of ours: ``//evil.example`` would be somebody else's."""
    return text if text.startswith("/") and not text.startswith(("//", "/\\")) else "/"


LOGIN = [show_login, log_in, log_out, show_setup, create_first_account]
