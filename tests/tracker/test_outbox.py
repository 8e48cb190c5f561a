"""The outbox: closed pages, no network, a server that is down; the same hit comes once."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page
from tests.support.recording_door import RecordingDoor, render_page, render_snippet

KEPT = "Object.keys(localStorage).filter((name) => name.startsWith('smq.h')).length"
WISHES = "Object.keys(localStorage).some((name) => name.startsWith('smq.c'))"


def test_hits_are_numbered_without_gaps(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    page.evaluate("sm('event', 'A'); sm('event', 'B')")
    door.wait_for(2, "event")
    page.goto(door.site + "/next")
    door.wait_for(2)

    assert sorted(int(hit["seq"]) for hit in door.hits) == [1, 2, 3, 4]


def test_outbox_is_empty_after_answer(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    page.evaluate("sm('event', 'A')")
    door.wait_for(1, "event")

    page.wait_for_function(KEPT + " === 0")


def test_events_during_outage_arrive_later(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    door.status = 0
    page.evaluate("for (const name of ['A', 'B', 'C']) sm('event', name)")
    page.wait_for_function(KEPT + " === 3")
    door.status = 200

    names = sorted(hit["name"] for hit in door.wait_for(3, "event"))
    assert names == ["A", "B", "C"]


@pytest.mark.parametrize("status", [0, 500, 503, 404, 429])
def test_repeats_carry_same_id_and_number(door: RecordingDoor, page: Page, status: int) -> None:
    page.goto(door.site)
    door.wait_for(1)
    door.status = status
    page.evaluate("sm('event', 'AGAIN')")
    door.wait_until(lambda: len(door.refused) >= 2)
    door.status = 200

    hit = door.wait_for(1, "event")[0]
    assert {(old["hit"], old["seq"]) for old in door.refused} == {(hit["hit"], hit["seq"])}


@pytest.mark.parametrize("status", [400, 413])
def test_final_refusal_is_not_repeated(door: RecordingDoor, page: Page, status: int) -> None:
    page.goto(door.site)
    door.wait_for(1)
    door.status = status
    page.evaluate("sm('event', 'BAD')")
    page.wait_for_function(KEPT + " === 0")

    assert len(door.refused) == 1


def test_whole_visit_during_outage_arrives(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    door.status = 0
    for path in ("/a", "/b", "/c"):
        page.goto(door.site + path)
        page.wait_for_function("window.smEvent && " + KEPT + " > 0")
    door.status = 200
    page.goto(door.site + "/d")

    assert {hit["uri"] for hit in door.wait_for(5)} == {"/", "/a", "/b", "/c", "/d"}


def test_closed_tab_loses_nothing(door: RecordingDoor, visitor: BrowserContext, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    door.status = 0
    page.evaluate("sm('event', 'LAST WORDS')")
    page.close()
    door.status = 200
    visitor.new_page().goto(door.site + "/tomorrow")

    hit = door.wait_for(1, "event")[0]
    assert (hit["name"], hit["uri"], hit["seq"]) == ("LAST WORDS", "/", "2")


def test_event_while_leaving_arrives(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    page.evaluate("sm('event', 'BYE'); location.href = 'about:blank'")

    assert door.wait_for(1, "event")[0]["name"] == "BYE"


def test_offline_hits_arrive_when_online(
    door: RecordingDoor, visitor: BrowserContext, page: Page
) -> None:
    page.goto(door.site)
    door.wait_for(1)
    visitor.set_offline(True)
    page.evaluate("sm('event', 'TUNNEL'); history.pushState({}, '', '/underground')")
    page.wait_for_function(KEPT + " === 2")
    visitor.set_offline(False)

    assert door.wait_for(1, "event")
    assert door.wait_for(2)[1]["uri"] == "/underground"


def test_late_hits_tell_when_sent(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    door.status = 0
    # The browser itself tries again at once; the tracker has failed only when the page hears it.
    with page.expect_event("requestfailed"):
        page.evaluate("sm('event', 'LATE')")
    door.status = 200

    hit = door.wait_for(1, "event")[0]
    assert hit["sent"] - hit["timestamp"] > 500


def test_long_address_goes_in_batch(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site + "/?filter=" + "x" * 5000)

    assert door.wait_for(1)[0].door == "batch"


def test_large_event_passes(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    page.evaluate("sm('event', 'LARGE', {text: 'ż'.repeat(60000)})")

    assert len(door.wait_for(1, "event")[0]["data"]["text"]) == 60_000


def test_outbox_keeps_latest_two_hundred(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    door.status = 0
    page.evaluate("for (let at = 0; at < 230; at++) sm('event', 'E' + at)")

    kept = page.evaluate("Object.keys(localStorage).filter((n) => n.startsWith('smq.h')).sort()")
    oldest = page.evaluate("(name) => JSON.parse(localStorage[name]).name", kept[0])
    assert (len(kept), oldest) == (200, "E30")


def test_full_storage_still_sends(door: RecordingDoor, page: Page) -> None:
    fill = "try { for (let at = 0, size = 1 << 20; size; at++) { try {"
    fill += " localStorage['fill' + at] = 'x'.repeat(size) } catch { size >>= 1 } } } catch {}"
    door.pages["/"] = render_page(f"<script>{fill}</script>" + render_snippet())
    page.goto(door.site)
    page.evaluate("sm('event', 'FULL')")

    assert door.wait_for(1, "event")[0]["name"] == "FULL"


COUNTED = """number => Object.keys(localStorage).some(
    key => key.startsWith('smq.n') && +localStorage[key] == number)"""


def test_two_tabs_share_one_outbox(
    door: RecordingDoor, visitor: BrowserContext, page: Page
) -> None:
    page.goto(door.site)
    door.wait_for(1)
    other = visitor.new_page()
    other.goto(door.site + "/other")
    door.wait_for(2)
    for number, tab in enumerate((page, other, page, other), 2):
        # A browser tells the other tab a moment later. Should both take one number meanwhile,
        # the server keeps the two hits apart by their ids.
        tab.wait_for_function(COUNTED, arg=number)
        tab.evaluate("sm('event', 'TAB')")

    numbers = sorted(int(hit["seq"]) for hit in door.wait_for(4, "event"))
    assert numbers == [3, 4, 5, 6]


def test_first_page_waits_for_wishes(door: RecordingDoor, page: Page) -> None:
    door.status = 0
    page.goto(door.site)
    door.wait_until(lambda: door.asked.count("/dynamic/demo0client0id00/config.json") > 1)
    before = page.evaluate("document.cookie")
    door.status = 200

    assert before == ""
    assert door.wait_for(1)[0]["uri"] == "/"


def test_known_visitor_needs_no_answer(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    page.wait_for_function(WISHES)
    door.status = 0
    page.goto(door.site + "/during-outage")

    page.wait_for_function(KEPT + " > 0")


def test_cleared_storage_counts_from_elsewhere(
    door: RecordingDoor, visitor: BrowserContext, page: Page
) -> None:
    page.goto(door.site)
    door.wait_for(1)
    page.evaluate("localStorage.clear()")
    page.goto(door.site + "/next")

    first, second = door.wait_for(2)
    assert (first["seq"], len(second["seq"])) == ("1", 15)
    assert first["uuid"] == second["uuid"]
