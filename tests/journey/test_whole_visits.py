"""Visits as browsers really make them: routes, back and forward, no server, no consent."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, expect
from tests.support.browser import open_visitor
from tests.support.installation import Installation, start_installation
from tests.support.panel import (
    fetch_card,
    list_paths,
    log_in,
    look_at,
    make_email,
    read_cookies,
    sign_up,
)


def test_routes_count_as_pages(installation: Installation, visitor: Page) -> None:
    contact = sign_up(visitor, installation.url, make_email("routes"))
    look_at(visitor, f"{installation.url}/demo/guide")
    visitor.click("text=Feet")
    visitor.wait_for_function("document.title.includes('feet')")
    visitor.click("text=Back >> nth=-1")

    pages = ["/demo/newsletter", "/demo/guide", "/demo/guide/feet", "/demo/guide/back"]
    installation.wait_until(lambda: list_paths(fetch_card(installation, contact)) == pages)


def test_back_and_forward_count_again(installation: Installation, visitor: Page) -> None:
    contact = sign_up(visitor, installation.url, make_email("back"))
    look_at(visitor, f"{installation.url}/demo/bags/day-pack")
    # A page that comes back from the cache never fires "load", which go_back() waits for.
    visitor.evaluate("history.back()")
    expect(visitor).to_have_url(re.compile("newsletter$"))
    visitor.evaluate("history.forward()")
    expect(visitor).to_have_url(re.compile("day-pack$"))

    pages = ["/demo/newsletter", "/demo/bags/day-pack"] * 2
    installation.wait_until(lambda: list_paths(fetch_card(installation, contact)) == pages)


def test_second_domain_keeps_visitor(installation: Installation, visitor: Page) -> None:
    contact = sign_up(visitor, installation.url, make_email("domains"))
    visitor.click("text=Our other shop")
    visitor.wait_for_url("**//localhost:*/demo*")

    card = installation.wait_until(
        lambda: (
            (card := fetch_card(installation, contact))
            and list_paths(card)[-1:] == ["/demo"]
            and card
        )
    )

    sites = {event["site"] for visit in card["visits"] for event in visit["events"]}
    assert {site.partition(":")[0] for site in sites} == {"127.0.0.1", "localhost"}


def test_nothing_is_lost_without_server(browser: Browser, tmp_path: Path) -> None:
    visitor = open_visitor(browser).new_page()
    with start_installation(tmp_path) as first:
        port, contact = first.port, sign_up(visitor, first.url, make_email("offline"))
        visitor.goto(f"{first.url}/demo/guide")
        first.wait_until(lambda: len(list_paths(fetch_card(first, contact))) == 2)
    # Nobody listens now; the page stays open, and its routes still change.
    visitor.click("text=Feet")
    visitor.click("text=Shoulders")

    with start_installation(tmp_path, port=port) as second:
        visitor.goto(f"{second.url}/demo/bags/day-pack")
        pages = ["/demo/newsletter", "/demo/guide", "/demo/guide/feet", "/demo/guide/shoulders"]
        second.wait_until(
            lambda: list_paths(fetch_card(second, contact)) == [*pages, "/demo/bags/day-pack"]
        )
    visitor.context.close()


def test_no_cookie_before_consent(browser: Browser, tmp_path: Path) -> None:
    with start_installation(tmp_path) as shop:
        panel = open_visitor(browser).new_page()
        log_in(panel, shop)
        panel.goto(f"{shop.url}/settings/integration")
        panel.check("input[name=consent]")
        panel.click("text=Save")
        visitor = open_visitor(browser).new_page()
        with visitor.expect_response("**/config.json*"):
            visitor.goto(f"{shop.url}/demo")
        visitor.wait_for_timeout(500)

        assert read_cookies(visitor.context) == {}
        assert shop.health()["accepted"] == 0

        visitor.evaluate("sm('consent', true)")
        shop.wait_until(lambda: shop.health()["stored"])
        assert "smuuid" in read_cookies(visitor.context)
        panel.context.close()
        visitor.context.close()


def test_staff_see_visit_without_reloading(
    installation: Installation, panel: Page, visitor: Page
) -> None:
    panel.goto(installation.url)
    look_at(visitor, f"{installation.url}/demo/jackets/wool-layer")
    email = make_email("live")

    sign_up(visitor, installation.url, email, "Live Person")

    expect(panel.locator("#live")).to_contain_text("Live Person", timeout=10_000)
    panel.click("#live >> text=Live Person")
    look_at(visitor, f"{installation.url}/demo/extras/camp-mug")
    expect(panel.locator(".story")).to_contain_text("Camp Mug", timeout=10_000)


def test_install_check_tells_mistakes(
    installation: Installation, panel: Page, visitor: Page
) -> None:
    look_at(visitor, f"{installation.url}/demo")
    panel.goto(f"{installation.url}/settings/integration")
    checks = panel.locator("#checks")

    expect(checks).to_contain_text("Tracking works on 127.0.0.1", timeout=10_000)
    visitor.route("**/demo/newsletter", _paste_again)
    look_at(visitor, f"{installation.url}/demo/newsletter")

    expect(checks).to_contain_text("pasted twice", timeout=10_000)


def _paste_again(route: Route) -> None:
    """The page as somebody leaves it who pastes the snippet a second time."""
    page = route.fetch()
    again = '<script async src="/static/sm.js"></script></head>'
    route.fulfill(response=page, body=page.text().replace("</head>", again))
