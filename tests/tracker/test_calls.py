"""The public calls: events, identify and reset; and how long a page was looked at."""

from __future__ import annotations

from playwright.sync_api import BrowserContext, Page
from tests.support.browser import USER_AGENT
from tests.support.recording_door import RecordingDoor, render_page, render_snippet

ANNA = "11111111-2222-4333-8444-555555555555"
BEN = "99999999-2222-4333-8444-555555555555"


def test_event_carries_its_data(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site + "/cart")
    page.evaluate("sm('event', 'CART', {value: 89.5, products: ['red'], note: 'zażółć'})")

    hit = door.wait_for(1, "event")[0]

    assert (hit["name"], hit["uri"], hit.door) == ("CART", "/cart", "batch")
    assert hit["data"] == {"value": 89.5, "products": ["red"], "note": "zażółć"}


def test_identify_names_the_visitor(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    page.evaluate(f"sm('identify', '{ANNA}')")

    hit = door.wait_for(1, "identify")[0]
    assert (hit["client"], hit["how"]) == (ANNA, "api")


def test_identified_visitor_stays_named(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    page.evaluate(f"sm('identify', '{ANNA}')")
    door.wait_for(1, "identify")
    page.goto(door.site + "/next")

    hit = door.wait_for(2)[1]
    assert (hit["client"], hit["how"]) == (ANNA, "cookie")


def test_cookie_placed_by_page_identifies(door: RecordingDoor, page: Page) -> None:
    script = f"<script>document.cookie = 'smclient={ANNA};path=/'</script>"
    door.pages["/"] = render_page(script + render_snippet())

    page.goto(door.site)

    assert door.wait_for(1)[0]["client"] == ANNA


def test_last_identify_wins_over_wider_cookie(
    door: RecordingDoor, visitor: BrowserContext, page: Page
) -> None:
    wide = {"name": "smclient", "value": ANNA, "domain": ".shop.localhost", "path": "/"}
    visitor.add_cookies([wide])  # type: ignore[list-item]
    page.goto(f"http://www.shop.localhost:{door.port}")
    page.evaluate(f"sm('identify', '{BEN}')")

    assert door.wait_for(1, "identify")[0]["client"] == BEN
    assert page.evaluate("document.cookie").count("smclient=") == 1


def test_reset_makes_another_visitor(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    before = door.wait_for(1)[0]
    page.evaluate(f"sm('identify', '{ANNA}'); sm('reset'); sm('event', 'AFTER')")

    after = door.wait_for(1, "event")[0]
    assert after["uuid"] != before["uuid"]
    assert (after["client"], after["seq"]) == ("", "1")


def test_reset_drops_cookies_of_plugins(
    door: RecordingDoor, visitor: BrowserContext, page: Page
) -> None:
    wide = {"name": "smclient", "value": ANNA, "domain": ".shop.localhost", "path": "/"}
    visitor.add_cookies([wide])  # type: ignore[list-item]
    page.goto(f"http://www.shop.localhost:{door.port}")
    door.wait_for(1)
    page.evaluate("sm('reset')")

    assert "smclient" not in page.evaluate("document.cookie")


def test_unknown_call_does_nothing(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    page.evaluate("sm('webPush', ['form', '360']); sm(); sm(null); sm('event', 'ALIVE')")

    assert [hit["name"] for hit in door.wait_for(1, "event")] == ["ALIVE"]


def test_event_with_loop_harms_nothing(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    page.evaluate("var a = {}; a.a = a; sm('event', 'LOOP', a); sm('event', 'ALIVE')")

    assert [hit["name"] for hit in door.wait_for(1, "event")] == ["ALIVE"]


def test_time_on_page_is_told(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site + "/long-read")
    door.wait_for(1)
    page.wait_for_function("performance.now() > 1500")
    page.goto(door.site + "/next")

    hit = door.wait_for(1, "engaged")[0]
    assert hit["uri"] == "/long-read"
    assert 1000 <= hit["engaged"] < 60_000


def test_glimpse_is_no_engagement(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    page.goto(door.site + "/next")
    door.wait_for(2)

    assert door.kinds("engaged") == []


def test_hits_describe_the_browser(door: RecordingDoor, page: Page) -> None:
    page.goto(door.other_site, referer="https://blog.example.org/post")

    hit = door.wait_for(1)[0]

    assert hit["referrer"].startswith("https://blog.example.org/")
    assert (hit["screen"], hit["lang"], hit["auto"]) == ("1280x720", "en-US", "0")


def test_hints_say_which_system(door: RecordingDoor, visitor: BrowserContext, page: Page) -> None:
    made = {"platform": "Windows", "platformVersion": "15.0.0", "architecture": "x86"}
    told = {"userAgent": USER_AGENT, "userAgentMetadata": made | {"model": "", "mobile": False}}
    visitor.new_cdp_session(page).send("Emulation.setUserAgentOverride", told)

    page.goto(door.site)

    assert door.wait_for(1)[0]["platformVersion"] == "15.0.0"
