"""Whatever browsers, shops and staff write is shown as text; none of it becomes markup."""

from __future__ import annotations

import json
import time

import httpx
import pytest
from tests.support.browsers import PEOPLE
from tests.support.installation import Installation
from tests.support.panel import make_email
from tests.support.wire import make_visitor

MARKUP = """"><img src=x onerror=alert(1)>'{{7*7}}</script><script>alert(1)</script>"""
VISITOR = make_visitor(0xBAD)


@pytest.fixture(scope="module")
def victim(installation: Installation) -> str:
    """A contact of whom every text that anybody may write is markup."""
    body = dict.fromkeys(("name", "phone", "company", "external_id", "language"), MARKUP)
    body |= {"email": make_email("victim"), "tags": [MARKUP], "properties": {MARKUP: MARKUP}}
    answer = installation.api.post("/api/v1/contacts", json=body).raise_for_status()
    contact = str(answer.json()["contact"]["contact"])
    send_markup(installation, contact)
    installation.wait_until_read()
    return contact


def send_markup(installation: Installation, contact: str) -> None:
    at = round(time.time() * 1000)
    base = {
        "smid": installation.smid,
        "uuid": VISITOR,
        "location": f"127.0.0.1:{installation.port}",
        "uri": f"/{MARKUP}?utm_source={MARKUP}",
        "title": MARKUP,
        "lang": MARKUP,
        "scheme": "javascript",
        "timestamp": at,
        "sent": at,
    }
    data = {"value": "1e308", "currency": MARKUP, "products": [MARKUP], "category": MARKUP}
    hits = [
        {"referrer": f"https://evil.example/{MARKUP}", "hit": "1"},
        {"uri": "javascript:alert(1)", "hit": "2"},
        {"type": "event", "name": MARKUP, "data": data, "hit": "3"},
        {"type": "event", "name": "CART", "data": data, "hit": "4"},
        {"type": "event", "name": "PURCHASE", "data": data, "hit": "5"},
        {"type": "form", "name": MARKUP, "hit": "6"},
        {"type": "identify", "client": contact, "how": "form", "hit": "7"},
        {"link": contact, "smconv": MARKUP, "smlid": MARKUP, "hit": "8"},
        {"location": MARKUP, "hit": "9"},
        {"smid": MARKUP, "hit": "10"},
        {"smid": "", "title": MARKUP, "hit": "11"},
    ]
    content = json.dumps([base | hit for hit in hits])
    headers = {"user-agent": PEOPLE[0] + MARKUP, "sec-ch-ua": MARKUP}
    installation.client.post("/api/hits", content=content, headers=headers).raise_for_status()


@pytest.mark.parametrize(
    "path",
    [
        *("/", "/panel/live", "/panel/numbers", "/panel/health", "/panel/install-check"),
        *("/contacts", "/visitors", "/visitors?bots=true", "/health", "/settings/integration"),
        *("/contacts/{victim}", "/contacts/{victim}/live", "/visitors/{visitor}"),
        *("/contacts?text={markup}", "/contacts?tag={markup}", "/?site={markup}"),
        *("/visitors?by=source&value={markup}", "/visitors?by=page&value=/&site={markup}"),
        *("/demo?category={markup}", "/demo/mail?email={markup}", "/login?next=/{markup}"),
    ],
)
def test_pages_show_markup_as_text(staff: httpx.Client, victim: str, path: str) -> None:
    answer = staff.get(path.format(victim=victim, visitor=VISITOR, markup=MARKUP))

    assert answer.status_code == 200
    assert "<img src=x" not in answer.text
    assert "<script>alert" not in answer.text


def test_links_lead_to_no_script(staff: httpx.Client, victim: str) -> None:
    page = staff.get(f"/contacts/{victim}").text

    assert "javascript:alert(1)" in page
    assert 'href="javascript' not in page


def test_notes_and_tags_stay_text(staff: httpx.Client, victim: str) -> None:
    noted = staff.post(f"/contacts/{victim}/note", data={"text": MARKUP})
    tagged = staff.post(f"/contacts/{victim}/tags", data={"add": MARKUP})

    assert (noted.status_code, tagged.status_code) == (200, 200)
    assert "<img src=x" not in noted.text + tagged.text
