"""Contacts: search as you type, filters that read as a sentence, and pages that never skip."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from litestar import get
from litestar.params import FromQuery
from litestar.response import Template

from footfall import contacts, identity
from footfall.contacts import ContactQuery
from footfall.kit import now
from footfall.web.panel.staff import PanelRequest, panel_parts, render

SEEN_DAYS = {"today": 1, "week": 7, "month": 30}


@get("/contacts", sync_to_thread=True)
def show_contacts(
    request: PanelRequest,
    text: FromQuery[str] = "",
    tag: FromQuery[str] = "",
    status: FromQuery[str] = "",
    seen: FromQuery[str] = "",
    sort: FromQuery[str] = "last_seen_at",
    after: FromQuery[str] = "",
) -> Template:
    query = ContactQuery(
        text=text[:200],
        tag=tag[:200],
        is_monitored={"monitored": True, "unmonitored": False}.get(status),
        is_stopped=True if status == "stopped" else None,
        seen_since=now() - timedelta(days=SEEN_DAYS[seen]) if seen in SEEN_DAYS else None,
        sort=sort,
        after=after,
    )
    account = request.auth.account
    with panel_parts(request).database.read() as connection:
        page = contacts.list_contacts(connection, account, query)
        tags = contacts.list_tags(connection, account, [c.contact for c in page.contacts])
        shown: dict[str, Any] = {"page": page, "tags": tags, "query": query}
        shown |= {"status": status, "seen": seen}
        if "hx-request" in request.headers and after:
            return render(request, "_contact_rows", **shown)
        shown |= {
            "size": contacts.count_contacts(connection, account, query),
            "all_tags": contacts.count_tags(connection, account),
            "sightings": identity.list_visitors(connection, account, 1),
        }
    if "hx-request" in request.headers:
        return render(request, "_contacts", **shown)
    return render(request, "contacts", **shown)


PEOPLE = [show_contacts]
