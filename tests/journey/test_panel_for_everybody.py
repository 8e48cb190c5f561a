"""The panel for people with keyboards, screen readers and phones: every page, light and dark."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page
from tests.support.browser import open_visitor
from tests.support.installation import start_installation
from tests.support.panel import log_in, look_at, make_email, sign_up

AXE = Path(__file__).parents[2] / "tracker/node_modules/axe-core/axe.min.js"
PAGES = ("/", "/contacts", "card", "/visitors", "visitor", "/settings/integration", "/health")
SCREENS = {"desk": {"width": 1280, "height": 900}, "phone": {"width": 390, "height": 844}}


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory, browser: Browser) -> Iterator[dict[str, Any]]:
    """An installation with a month of visitors, staff logged in, and a fresh conflict-free card."""
    with start_installation(tmp_path_factory.mktemp("busy")) as shop:
        staff = open_visitor(browser)
        page = staff.new_page()
        log_in(page, shop)
        page.click("text=Add a month of visitors")
        somebody = open_visitor(browser).new_page()
        look_at(somebody, f"{shop.url}/demo/shoes/red-runner")
        contact = sign_up(somebody, shop.url, make_email("axe"), "Axe Person")
        shop.wait_until_read(60)
        visitor = shop.api.get(f"/api/v1/contacts/{contact}").json()["visits"][0]["visitor"]
        yield {
            "url": shop.url,
            "state": staff.storage_state(),
            "card": f"/contacts/{contact}",
            "visitor": f"/visitors/{visitor}",
        }
        staff.close()
        somebody.context.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("screen", SCREENS)
def test_no_page_breaks_a_rule(
    browser: Browser, busy: dict[str, Any], screen: str, scheme: str
) -> None:
    context = open_visitor(
        browser, viewport=SCREENS[screen], color_scheme=scheme, storage_state=busy["state"]
    )
    page = context.new_page()

    broken = {}
    for name in PAGES:
        page.goto(busy["url"] + busy.get(name, name))
        page.wait_for_load_state("networkidle") if name == "/" else None
        broken[name] = list_violations(page)

    assert broken == {name: [] for name in PAGES}
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_page_fits_a_phone(browser: Browser, busy: dict[str, Any], name: str) -> None:
    context = open_visitor(browser, viewport=SCREENS["phone"], storage_state=busy["state"])
    page = context.new_page()

    page.goto(busy["url"] + busy.get(name, name))

    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    context.close()


def test_login_breaks_no_rule(browser: Browser, busy: dict[str, Any]) -> None:
    page = open_visitor(browser).new_page()

    page.goto(f"{busy['url']}/login")

    assert list_violations(page) == []
    page.context.close()


def test_keyboard_reaches_card(browser: Browser, busy: dict[str, Any]) -> None:
    context = open_visitor(browser, storage_state=busy["state"])
    page = context.new_page()
    page.goto(busy["url"])

    page.keyboard.press("g")
    page.keyboard.press("c")
    page.wait_for_url("**/contacts")
    page.keyboard.press("/")
    page.keyboard.type("Axe Person")
    page.wait_for_selector("text=1 contact")
    page.keyboard.press("Escape")
    page.locator("#text").blur()
    page.keyboard.press("j")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**{busy['card']}")
    context.close()


def list_violations(page: Page) -> list[str]:
    """What axe finds, each with the first element it complains of."""
    # Evaluated rather than added as a script: the panel's content policy refuses foreign ones.
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{broken['id']}: {broken['help']}: {broken['nodes'][0]['html'][:160]}"
        for broken in found["violations"]
    ]
