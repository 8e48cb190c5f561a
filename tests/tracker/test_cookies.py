"""The cookies of a visitor: their form, their lives, their scope."""

from __future__ import annotations

import base64
import json
import re
import time
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page
from tests.support.recording_door import DAYS, SMID, RecordingDoor

SMUUID = re.compile(r"[0-9a-f]{11}-[0-9a-f]{12}(-[0-9a-f]{8}){3}-[0-9a-f]{12}")
UUID4 = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}")


def test_every_visitor_gets_smuuid(
    door: RecordingDoor, visitor: BrowserContext, page: Page
) -> None:
    page.goto(door.site)

    uuid = door.wait_for(1)[0]["uuid"]

    assert SMUUID.fullmatch(uuid)
    assert uuid == _read(visitor)["smuuid"]


def test_smuuid_tells_when_it_was_made(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)

    made_at = int(door.wait_for(1)[0]["uuid"].partition("-")[0], 16) / 1000
    assert abs(made_at - time.time()) < 60


def test_anonymous_visitor_has_no_smclient(
    door: RecordingDoor, visitor: BrowserContext, page: Page
) -> None:
    page.goto(door.site)
    door.wait_for(1)

    assert set(_read(visitor)) == {"smuuid", "smvr", "_smvs", "smg"}


def test_returning_visitor_keeps_ids(
    door: RecordingDoor, visitor: BrowserContext, page: Page
) -> None:
    page.goto(door.site)
    door.wait_for(1)
    before = _read(visitor)
    page.goto(door.site + "/next")
    door.wait_for(2)

    after = _read(visitor)
    assert [after[name] for name in ("smuuid", "smg")] == [before["smuuid"], before["smg"]]
    assert UUID4.fullmatch(after["smg"])


def test_smvr_counts_visits_and_views(
    door: RecordingDoor, visitor: BrowserContext, page: Page
) -> None:
    page.goto(door.site)
    first = door.wait_for(1)[0]
    page.goto(door.site + "/next")
    second = door.wait_for(2)[1]

    seen = _read_visits(visitor)
    assert (seen["visits"], seen["views"], seen["isNewSession"]) == (1, 2, False)
    assert (first["ns"], second["ns"]) == ("true", "false")


def test_half_an_hour_begins_new_visit(
    door: RecordingDoor, visitor: BrowserContext, page: Page
) -> None:
    ago = int((time.time() - 31 * 60) * 1000)
    old = {"visits": 4, "views": 9, "ts": ago, "numberOfRejectionButtonClick": 2}
    value = base64.b64encode(json.dumps(old).encode()).decode().replace("=", "%3D")
    visitor.add_cookies([{"name": "smvr", "value": value, "url": door.site}])

    page.goto(door.site)
    hit = door.wait_for(1)[0]

    seen = _read_visits(visitor)
    assert (seen["visits"], seen["views"], hit["ns"]) == (5, 10, "true")
    assert seen["numberOfRejectionButtonClick"] == 2


@pytest.mark.parametrize("value", ["junk", "%%%", "bnVsbA==", "W10="])
def test_unreadable_smvr_begins_anew(
    door: RecordingDoor, visitor: BrowserContext, page: Page, value: str
) -> None:
    visitor.add_cookies([{"name": "smvr", "value": value, "url": door.site}])

    page.goto(door.site)
    door.wait_for(1)

    assert _read_visits(visitor)["visits"] == 1


@pytest.mark.parametrize(
    ("referrer", "word"),
    [
        (None, "DIRECT"),
        ("https://www.google.com/", "SEARCH_ENGINE"),
        ("https://duckduckgo.com/?q=shoes", "SEARCH_ENGINE"),
        ("https://blog.example.org/google", "NEXT"),
    ],
)
def test_first_source_is_one_word(
    door: RecordingDoor, page: Page, referrer: str | None, word: str
) -> None:
    page.goto(door.site, referer=referrer)

    assert door.wait_for(1)[0]["vs"] == word


def test_first_source_is_kept(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    page.goto(door.site + "/next", referer="https://www.google.com/")

    assert door.wait_for(2)[1]["vs"] == "DIRECT"


@pytest.mark.parametrize("name", ["smuuid", "smvr", "_smvs", "smg"])
def test_life_is_what_owner_chose(
    door: RecordingDoor, visitor: BrowserContext, page: Page, name: str
) -> None:
    door.config = {"cookies": DAYS | {name: 3}}

    page.goto(door.site)
    door.wait_for(1)

    life = _find(visitor, name)["expires"] - time.time()
    assert life / 86400 == pytest.approx(3, abs=0.01)


def test_cookie_without_life_is_not_set(
    door: RecordingDoor, visitor: BrowserContext, page: Page
) -> None:
    door.config = {"cookies": {"smuuid": 365}}

    page.goto(door.site)
    door.wait_for(1)

    assert set(_read(visitor)) == {"smuuid"}


def test_domain_is_what_owner_chose(
    door: RecordingDoor, visitor: BrowserContext, page: Page
) -> None:
    door.config = {"cookies": DAYS, "cookieDomain": "shop.localhost"}

    page.goto(f"http://www.shop.localhost:{door.port}")
    door.wait_for(1)

    assert _find(visitor, "smuuid")["domain"] == ".shop.localhost"


def test_cookies_stay_out_of_foreign_requests(
    door: RecordingDoor, visitor: BrowserContext, page: Page
) -> None:
    page.goto(door.site)
    door.wait_for(1)

    cookies = [_find(visitor, name) for name in ("smuuid", "smg", "smvr")]
    assert {(cookie["sameSite"], cookie["path"]) for cookie in cookies} == {("Lax", "/")}


def test_junk_smuuid_is_replaced(door: RecordingDoor, visitor: BrowserContext, page: Page) -> None:
    visitor.add_cookies([{"name": "smuuid", "value": "[object", "url": door.site}])

    page.goto(door.site)

    assert SMUUID.fullmatch(door.wait_for(1)[0]["uuid"])


def test_wishes_are_known_at_next_page(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)

    kept = page.evaluate(f"localStorage['smq.c{SMID}']")

    assert json.loads(kept) == door.config


def _read(visitor: BrowserContext) -> dict[str, Any]:
    return {cookie["name"]: cookie["value"] for cookie in visitor.cookies()}


def _find(visitor: BrowserContext, name: str) -> dict[str, Any]:
    return next(dict(cookie) for cookie in visitor.cookies() if cookie["name"] == name)


def _read_visits(visitor: BrowserContext) -> dict[str, Any]:
    return json.loads(base64.b64decode(_read(visitor)["smvr"] + "=="))
