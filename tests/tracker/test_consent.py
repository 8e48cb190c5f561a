"""No cookie, no storage and no hit before a yes, where the account asks for one."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page
from tests.support.recording_door import DAYS, RecordingDoor, render_page, render_snippet

DEMANDING = {"consent": True, "cookies": DAYS}
STORED = "[document.cookie, Object.keys(localStorage).join()]"


@pytest.fixture
def asking(door: RecordingDoor) -> RecordingDoor:
    door.config = DEMANDING
    return door


def test_nothing_is_kept_before_consent(asking: RecordingDoor, page: Page) -> None:
    _open(asking, page)

    assert page.evaluate(STORED) == ["", ""]
    assert asking.received == []


def test_yes_sends_page_seen_before(asking: RecordingDoor, page: Page) -> None:
    _open(asking, page)
    page.evaluate("history.pushState({}, '', '/second')")
    page.wait_for_function("performance.now() > 500")
    page.evaluate("sm('consent', true)")

    pages = asking.wait_for(2)
    assert {hit["uri"] for hit in pages} == {"/", "/second"}
    assert all(hit["ok"] == "1" for hit in pages)


def test_yes_is_remembered(asking: RecordingDoor, visitor: BrowserContext, page: Page) -> None:
    _open(asking, page)
    page.evaluate("sm('consent', true)")
    asking.wait_for(1, "consent")
    page.goto(asking.site + "/next")

    assert asking.wait_for(2)[1]["ok"] == "1"


def test_yes_before_script_counts(asking: RecordingDoor, page: Page) -> None:
    asking.config = DEMANDING | {"cookies": DAYS | {"smuuid": 7}}
    asking.pages["/"] = render_page(render_snippet(after="sm('consent', true)"))

    page.goto(asking.site)

    assert asking.wait_for(1)[0]["ok"] == "1"
    assert "smconsent=1" in page.evaluate("document.cookie")


@pytest.mark.parametrize(
    "answer", ["false", "'false'", "0", "undefined", "{tracking: false}", "{marketing: true}"]
)
def test_no_leaves_nothing(asking: RecordingDoor, page: Page, answer: str) -> None:
    _open(asking, page)
    page.evaluate(
        f"sm('consent', {answer}); sm('event', 'NEVER'); history.pushState({{}}, '', '/x')"
    )
    page.wait_for_function("performance.now() > 700")

    assert page.evaluate(STORED) == ["", ""]
    assert asking.received == []


def test_no_after_yes_removes_everything(asking: RecordingDoor, page: Page) -> None:
    _open(asking, page)
    page.evaluate("sm('consent', true)")
    asking.wait_for(1)
    page.evaluate("sm('consent', false)")

    assert page.evaluate(STORED) == ["", ""]
    assert asking.wait_for(2, "consent")[1]["data"] == {"tracking": False}


def test_purposes_travel_with_the_yes(asking: RecordingDoor, page: Page) -> None:
    _open(asking, page)
    page.evaluate("sm('consent', {tracking: true, personalisation: false})")

    data = asking.wait_for(1, "consent")[0]["data"]
    assert data == {"tracking": True, "personalisation": False}


def test_calls_wait_for_consent(asking: RecordingDoor, page: Page) -> None:
    contact = "11111111-2222-4333-8444-555555555555"
    _open(asking, page)
    page.evaluate(f"sm('event', 'EARLY'); sm('identify', '{contact}'); sm('consent', true)")

    assert asking.wait_for(1, "event")[0]["client"] == ""
    assert asking.wait_for(1, "identify")[0]["client"] == contact


def test_no_in_another_tab_counts(
    asking: RecordingDoor, visitor: BrowserContext, page: Page
) -> None:
    _open(asking, page)
    page.evaluate("sm('consent', true)")
    asking.wait_for(1, "consent")
    other = visitor.new_page()
    other.goto(asking.site + "/other")
    asking.wait_for(2)
    other.evaluate("sm('consent', false)")
    asking.wait_for(2, "consent")

    page.evaluate("sm('event', 'NEVER')")

    assert page.evaluate("document.cookie") == ""
    assert asking.kinds("event") == []


def test_no_is_remembered_without_demand(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    page.evaluate("sm('consent', false)")
    door.wait_for(1, "consent")
    _open(door, page, "/next")

    assert page.evaluate("document.cookie") == "smconsent=0"
    assert len(door.kinds("page")) == 1


def test_yes_takes_back_the_no(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    door.wait_for(1)
    page.evaluate("sm('consent', false); sm('consent', true); sm('event', 'AGAIN')")

    assert door.wait_for(1, "event")[0]["ok"] == "1"


def _open(door: RecordingDoor, page: Page, path: str = "/") -> Any:
    """Open a page, and wait until the tracker knows what the account wants."""
    with page.expect_response(lambda answer: answer.url.endswith("/config.json")) as answered:
        page.goto(door.site + path)
    answered.value.finished()
    page.wait_for_load_state("networkidle")
