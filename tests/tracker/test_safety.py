"""Whatever the page or the browser forbids or breaks: the page works, and no error escapes."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.support.browser import open_without_cookies
from tests.support.recording_door import RecordingDoor, render_page, render_snippet

# Each page has broken something before the tracker comes; it may then see nothing at all.
BROKEN = {
    "no storage": "Object.defineProperty(window, 'localStorage', {get() { throw Error('no') }})",
    "null storage": "Object.defineProperty(window, 'localStorage', {value: null})",
    "no cookies": "Object.defineProperty(document, 'cookie', {get() { throw Error('no') },"
    " set() { throw Error('no') }})",
    "no JSON": "JSON.stringify = JSON.parse = () => { throw Error('mine') }",
    "no arrays": "Array.prototype.forEach = Array.prototype.filter = Array.from = null",
    "no promises": "window.Promise = undefined",
    "strange promises": "Promise.prototype.then = () => { throw Error('mine') }",
    "no fetch": "window.fetch = undefined",
    "fetch that throws": "window.fetch = () => { throw Error('mine') }",
    "frozen history": "Object.freeze(history); Object.freeze(History.prototype)",
    "no history": "history.pushState = history.replaceState = null",
    "no random numbers": "crypto.getRandomValues = () => { throw Error('mine') }",
    "no listeners": "EventTarget.prototype.addEventListener = () => { throw Error('mine') }",
    "no hints": "Object.defineProperty(navigator, 'userAgentData', {value: {"
    "getHighEntropyValues: () => Promise.reject(Error('no'))}})",
    "no timers": "window.setTimeout = () => { throw Error('mine') }",
    "strange queue": "window.sm = {q: 7}",
}
STILL_SEEN = ["no storage", "null storage", "frozen history", "no hints", "no timers"]
CALLS = "if (typeof sm === 'function') { sm('event', 'A'); sm('consent', true); sm('reset') }"
WORK = f"<script>onload = () => {{ {CALLS}; document.title = 'works' }}</script>"
POLICY = "default-src 'self'; script-src 'self' 'nonce-n'"


@pytest.mark.parametrize("broken", BROKEN)
def test_page_survives_what_it_broke(door: RecordingDoor, page: Page, broken: str) -> None:
    head = f"<script>{BROKEN[broken]}</script>" + render_snippet() + WORK
    door.pages["/"] = render_page(head)

    page.goto(f"{door.site}/?smclient=junk")
    page.wait_for_load_state("networkidle")

    assert page.title() == "works"


@pytest.mark.parametrize("broken", STILL_SEEN)
def test_page_is_seen_all_the_same(door: RecordingDoor, page: Page, broken: str) -> None:
    door.pages["/"] = render_page(f"<script>{BROKEN[broken]}</script>" + render_snippet())

    page.goto(door.site)
    page.evaluate("sm('event', 'ALIVE')")

    assert door.wait_for(1)[0]["uuid"]
    assert door.wait_for(1, "event")


def test_old_libraries_do_not_spoil_batches(door: RecordingDoor, page: Page) -> None:
    spoil = "<script>Array.prototype.toJSON = function () { return JSON.stringify([...this]) }"
    door.pages["/"] = render_page(spoil + "</script>" + render_snippet())

    page.goto(door.site)
    page.evaluate("sm('event', 'ALIVE')")

    assert door.wait_for(1, "event")[0]["name"] == "ALIVE"


def test_forbidden_cookies_forbid_everything(
    door: RecordingDoor, browser: Browser, tmp_path: Path
) -> None:
    with open_without_cookies(browser.browser_type, tmp_path) as context:
        page = context.new_page()
        page.goto(door.site)
        hit = door.wait_for(1)[0]

        assert (hit.door, hit["uuid"]) == ("gif", None)
        assert page.evaluate("document.cookie") == ""


def test_strict_policy_of_own_host_is_kept(door: RecordingDoor, page: Page) -> None:
    door.headers = {"content-security-policy": POLICY}
    door.pages["/"] = render_page(render_snippet().replace("<script>", "<script nonce=n>"))
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text))

    page.goto(door.site)
    door.wait_for(1)

    assert [text for text in complaints if "Content Security Policy" in text] == []


def test_policy_against_us_harms_nothing(door: RecordingDoor, page: Page) -> None:
    door.headers = {"content-security-policy": "connect-src 'none'"}

    page.goto(door.site)
    page.wait_for_load_state("networkidle")

    assert page.title() == "Shop"
    assert door.received == []


def test_framed_page_without_rights_survives(door: RecordingDoor, page: Page) -> None:
    door.pages["/"] = render_page("", "<iframe sandbox=allow-scripts src=/inner></iframe>")

    page.goto(door.site)
    page.wait_for_load_state("networkidle")

    assert page.frames[1].evaluate("document.title") == "Shop"


def test_clicks_reach_the_page(door: RecordingDoor, page: Page) -> None:
    button = "<button onclick=\"this.textContent = 'clicked'\">press</button>"
    door.pages["/"] = render_page(render_snippet(), button)
    page.goto(door.site)
    door.wait_for(1)
    page.click("button")

    assert page.inner_text("button") == "clicked"
