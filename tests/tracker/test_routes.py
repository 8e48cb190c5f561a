"""Single-page applications, the back/forward cache, and pages loaded in advance."""

from __future__ import annotations

import time
from pathlib import Path

from playwright.sync_api import Page
from tests.support.browser import open_undriven
from tests.support.recording_door import RecordingDoor, render_page, render_snippet

ROUTE = "history.pushState({}, '', '%s')"
PRERENDER = """<script type=speculationrules>
{"prerender": [{"source": "list", "urls": ["/shown"], "eagerness": "immediate"}]}</script>
<a href=/shown>go</a><script>
var asking = setInterval(async () => {
  if (await (await fetch('/may-go')).text() !== 'yes') return;
  clearInterval(asking); document.querySelector('a').click();
}, 50)</script>"""


def test_pushed_route_is_a_page(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    page.evaluate(ROUTE % "/shoes?size=9")

    hit = door.wait_for(2)[1]
    assert (hit["uri"], hit["referrer"]) == ("/shoes?size=9", door.site + "/")


def test_replaced_route_is_a_page(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    page.evaluate("history.replaceState({}, '', '/replaced')")

    assert door.wait_for(2)[1]["uri"] == "/replaced"


def test_same_address_is_no_page(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    page.evaluate("history.replaceState({a: 1}, '', location.href); history.pushState({}, '')")
    page.evaluate(ROUTE % "/next")

    assert [hit["uri"] for hit in door.wait_for(2)] == ["/", "/next"]


def test_hash_routes_are_pages(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site + "/#/first")
    page.evaluate("location.hash = '#/second'")
    door.wait_for(2)
    page.evaluate("location.hash = '#!third'")

    assert [hit["uri"] for hit in door.wait_for(3)] == ["/#/first", "/#/second", "/#!third"]


def test_anchors_are_no_pages(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    page.evaluate("location.hash = '#reviews'")
    page.evaluate(ROUTE % "/next")

    assert [hit["uri"] for hit in door.wait_for(2)] == ["/", "/next"]


def test_late_title_is_the_right_one(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    page.evaluate(
        "history.pushState({}, '', '/late'); setTimeout(() => document.title = 'Late', 150)"
    )

    assert door.wait_for(2)[1]["title"] == "Late"


def test_hurried_routes_all_count(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    page.evaluate("for (const at of ['/a', '/b', '/c']) history.pushState({}, '', at)")

    # Each leaves at once, and the network may reorder them: their numbers tell.
    pages = sorted(door.wait_for(4), key=lambda hit: int(hit["seq"]))
    assert [hit["uri"] for hit in pages] == ["/", "/a", "/b", "/c"]
    assert pages[3]["referrer"] == door.site + "/b"


def test_route_left_at_once_counts(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    page.evaluate("history.pushState({}, '', '/brief'); location.href = '/away'")

    assert {hit["uri"] for hit in door.wait_for(3)} == {"/", "/brief", "/away"}


def test_back_between_routes_counts(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    page.evaluate(ROUTE % "/second")
    door.wait_for(2)
    page.go_back()

    assert [hit["uri"] for hit in door.wait_for(3)] == ["/", "/second", "/"]


def test_page_keeps_its_history(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    state = page.evaluate("history.pushState({mine: 7}, '', '/x'); history.state")

    assert state == {"mine": 7}
    assert page.evaluate("history.length") == 3


def test_event_names_its_route(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    page.evaluate(ROUTE % "/second")
    door.wait_for(2)
    page.evaluate("sm('event', 'HERE')")

    assert door.wait_for(1, "event")[0]["uri"] == "/second"


def test_back_from_cache_is_a_page(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    page.evaluate("window.isSamePage = true")
    page.goto(door.site + "/next")
    door.wait_for(2)
    page.go_back(wait_until="commit")

    assert [hit["uri"] for hit in door.wait_for(3)] == ["/", "/next", "/"]
    assert page.evaluate("window.isSamePage") is True


def test_page_loaded_ahead_counts_once_shown(door: RecordingDoor, tmp_path: Path) -> None:
    ahead = "addEventListener('load', () => fetch('/ran-ahead'))"
    door.pages["/shown"] = render_page(render_snippet(after=ahead))
    door.pages["/"] = render_page(render_snippet(after="sm('event', 'HERE')"), PRERENDER)
    door.pages["/may-go"] = "no"

    with open_undriven(door.site, tmp_path):
        door.wait_until(lambda: "/ran-ahead" in door.asked)
        door.wait_for(1, "event")
        shown_at = time.time() * 1000
        door.pages["/may-go"] = "yes"
        first, shown = door.wait_for(2)

    assert (first["uri"], shown["uri"]) == ("/", "/shown")
    assert int(first["timestamp"]) < shown_at < int(shown["timestamp"])
