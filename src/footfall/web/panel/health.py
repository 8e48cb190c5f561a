"""Health: where every accepted hit is, what could not be read, and how to read it again."""

from __future__ import annotations

from typing import Annotated

from litestar import get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body
from litestar.response import Redirect, Template

from footfall import accounts
from footfall.kit import Refused, from_ms
from footfall.web.panel.addresses import MOST_ROWS, read_number
from footfall.web.panel.staff import PanelRequest, panel_parts, render
from footfall.web.public import read_health

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/health", sync_to_thread=True)
def show_health(request: PanelRequest) -> Template:
    parts = panel_parts(request)
    found = parts.log.list_buried(50) if is_operator(request) else []
    buried = [
        {
            "offset": hit.offset,
            "reason": hit.reason.replace("_", " "),
            "buried_at": from_ms(hit.buried_at_ms),
            "replayed_at": hit.replayed_at_ms,
            "shown": (hit.hit.query or hit.hit.body).decode("utf-8", "replace")[:2_000],
        }
        for hit in found
    ]
    return render(request, "health", health=read_health(parts), buried=buried)


@get("/panel/health", sync_to_thread=True)
def renew_health(request: PanelRequest) -> Template:
    return render(request, "_health", health=read_health(panel_parts(request)))


@post("/health/replay", sync_to_thread=True)
def replay_hit(request: PanelRequest, data: Form) -> Redirect:
    if not is_operator(request):
        raise Refused("only the first account of this installation may replay hits")
    given = data.get("offset", "")
    offset = read_number(given, MOST_ROWS)
    if offset is None:
        raise Refused(f"{given[:80]!r} is not an offset of the log")
    panel_parts(request).log.replay(offset)
    return Redirect("/health", status_code=303)


def is_operator(request: PanelRequest) -> bool:
    """Buried hits belong to no account yet, so only the installation's owner may read them."""
    with panel_parts(request).database.read() as connection:
        return accounts.list_accounts(connection)[0].account == request.auth.account


HEALTH = [show_health, renew_health, replay_hit]
