"""What owners paste into their pages, new and old, once and twice."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page
from tests.support.recording_door import (
    RecordingDoor,
    render_old_snippet,
    render_page,
    render_snippet,
)

CONTACT = "11111111-2222-4333-8444-555555555555"
DOCUMENTED = {"_smid", "sm", "smEvent", "SalesmanagoObject"}
PASTE = """async () => { %s
  await new Promise((done) => { const s = document.createElement('script');
    s.src = '/static/sm.js'; s.onload = done; document.head.append(s) }) }"""


def test_page_view_arrives_as_gif(door: RecordingDoor, page: Page) -> None:
    page.goto(f"{door.site}/shoes?size=9#top")

    hit = door.wait_for(1)[0]

    assert (hit.door, hit["smid"], hit["title"]) == ("gif", "demo0client0id00", "Shop")
    assert (hit["uri"], hit["location"]) == ("/shoes?size=9#top", f"127.0.0.1:{door.port}")


def test_gif_is_answered_with_200(door: RecordingDoor, page: Page) -> None:
    with page.expect_response(lambda answer: "/api/r.gif" in answer.url) as answered:
        page.goto(door.site)

    assert answered.value.status == 200


def test_queued_calls_are_replayed(door: RecordingDoor, page: Page) -> None:
    door.pages["/"] = render_page(
        render_snippet(after="sm('event', 'FIRST', {a: 1}); sm('event', 'SECOND')")
    )

    page.goto(door.site)

    hits = sorted(door.wait_for(2, "event"), key=lambda hit: int(hit["seq"]))
    assert [hit["name"] for hit in hits] == ["FIRST", "SECOND"]


def test_queue_may_have_another_name(door: RecordingDoor, page: Page) -> None:
    snippet = render_snippet(after="manago('event', 'NAMED')").replace('"sm"', '"manago"')
    door.pages["/"] = render_page(snippet)

    page.goto(door.site)

    assert door.wait_for(1, "event")[0]["name"] == "NAMED"


def test_old_snippet_without_queue_works(door: RecordingDoor, page: Page) -> None:
    door.pages["/"] = render_page(render_old_snippet())

    page.goto(door.site)
    door.wait_for(1)
    page.evaluate("sm('event', 'LATER')")

    assert door.wait_for(1, "event")[0]["name"] == "LATER"


def test_old_snippet_spares_foreign_global(door: RecordingDoor, page: Page) -> None:
    door.pages["/"] = render_page(render_old_snippet(before="var sm = {owner: 'the page'};"))

    page.goto(door.site)
    door.wait_for(1)

    assert page.evaluate("sm.owner") == "the page"


def test_named_event_function_reports(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    page.evaluate("smEvent('SM_POPUP:/cart')")

    assert door.wait_for(1, "event")[0]["name"] == "SM_POPUP:/cart"


def test_logged_in_customer_is_named(door: RecordingDoor, page: Page) -> None:
    door.pages["/"] = render_page(render_snippet(before=f"var _smclientid = '{CONTACT}';"))

    page.goto(door.site)

    hit = door.wait_for(1)[0]
    assert (hit["client"], hit["how"]) == (CONTACT, "login")


@pytest.mark.parametrize(
    "junk", ["null", "undefined", "0", "''", "'[object Object]'", "({})", "'NaN'", "true"]
)
def test_junk_identifies_nobody(door: RecordingDoor, page: Page, junk: str) -> None:
    door.pages["/"] = render_page(
        render_snippet(before=f"var _smclientid = {junk};", after=f"sm('identify', {junk})")
    )

    page.goto(door.site)

    assert door.wait_for(1)[0]["client"] is None
    assert "smclient=" not in page.evaluate("document.cookie")


def test_snippet_limits_contact_cookie(
    door: RecordingDoor, visitor: BrowserContext, page: Page
) -> None:
    before = f"var _smclientid = '{CONTACT}'; var _smclt = 2;"
    door.pages["/"] = render_page(render_snippet(before=before))

    page.goto(door.site)
    door.wait_for(1)

    days = (_cookie(visitor, "smclient")["expires"] - page.evaluate("Date.now() / 1000")) / 86400
    assert days == pytest.approx(2, abs=0.01)


def test_snippet_demands_secure_cookies(
    door: RecordingDoor, visitor: BrowserContext, page: Page
) -> None:
    door.pages["/"] = render_page(render_snippet(before="var _smcsec = true;"))

    page.goto(door.other_site)
    door.wait_for(1)

    assert _cookie(visitor, "smuuid")["secure"]


def test_several_sites_share_one_code(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    page.goto(door.other_site)

    first, second = door.wait_for(2)
    assert first["smid"] == second["smid"]
    assert first["location"] != second["location"]


def test_script_may_come_from_elsewhere(door: RecordingDoor, page: Page) -> None:
    script = f"{door.other_site}/static/sm.js"
    door.pages["/"] = render_page(render_snippet(script=script))

    page.goto(door.site)
    page.evaluate("sm('event', 'ACROSS')")

    assert door.wait_for(1)[0]["location"] == f"127.0.0.1:{door.port}"
    assert door.wait_for(1, "event")


def test_pasted_twice_counts_once(door: RecordingDoor, page: Page) -> None:
    door.pages["/"] = render_page(render_snippet() + render_snippet(after="sm('event', 'X')"))

    page.goto(door.site)
    door.wait_for(1, "event")

    assert [hit["snippets"] for hit in door.kinds("page")] == ["2"]
    assert len(door.kinds("event")) == 1


def test_late_second_paste_counts_once(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    page.evaluate(PASTE % "sm = function () { (sm.q = sm.q || []).push(arguments) };")
    page.evaluate("sm('event', 'AFTER')")

    assert door.wait_for(1, "event")
    assert len(door.kinds("page")) == 1


def test_second_queue_is_replayed_too(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    page.evaluate(PASTE % "sm = function () {}; sm.q = [['event', 'WAITED']];")

    assert [hit["name"] for hit in door.wait_for(1, "event")] == ["WAITED"]


def test_only_documented_globals_appear(door: RecordingDoor, page: Page) -> None:
    door.pages["/plain"] = render_page("<script></script>")
    page.goto(f"{door.site}/plain")
    before = set(page.evaluate("Object.getOwnPropertyNames(window)"))
    page.goto(door.site)
    door.wait_for(1)

    added = set(page.evaluate("Object.getOwnPropertyNames(window)")) - before
    assert added == DOCUMENTED


def test_unknown_code_is_seen_without_cookies(door: RecordingDoor, page: Page) -> None:
    door.config = None

    page.goto(door.site)

    assert door.wait_for(1)[0].door == "gif"
    assert page.evaluate("document.cookie") == ""


def _cookie(visitor: BrowserContext, name: str) -> dict[str, object]:
    return next(dict(cookie) for cookie in visitor.cookies() if cookie.get("name") == name)
