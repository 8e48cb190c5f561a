"""Links from mailings, and links between the account's own sites."""

from __future__ import annotations

import time

import pytest
from playwright.sync_api import Page
from tests.support.recording_door import DAYS, RecordingDoor, render_page, render_snippet

ANNA = "11111111-2222-4333-8444-555555555555"
BEN = "99999999-2222-4333-8444-555555555555"
VISITOR = "19aa0c2f3d1-0123456789ab-01234567-89abcdef-01234567-0123456789ab"
MARKS = f"smclient={ANNA}&smconv=c1&smlid=l1&smpid=p%201"


@pytest.mark.parametrize(
    ("arrives", "shown", "reported"),
    [
        (f"/p?{MARKS}", "/p", "/p"),
        (f"/p&{MARKS}", "/p", "/p"),
        (f"/p?a=1&{MARKS}&b=2", "/p?a=1&b=2", "/p?a=1&b=2"),
        (f"/p?{MARKS}&b=2#top", "/p?b=2#top", "/p?b=2#top"),
        (f"/p#top&{MARKS}", "/p#top", "/p#top"),
        (f"/p?utm_medium=email&{MARKS}", "/p", "/p?utm_medium=email"),
        (f"/p&{MARKS}&utm_medium=email", "/p", "/p?utm_medium=email"),
        (f"/p&utm_source=a&{MARKS}&b", "/p?b", "/p?utm_source=a&b"),
        (f"/h&m/p?x=%C5%BC&{MARKS}", "/h&m/p?x=%C5%BC", "/h&m/p?x=%C5%BC"),
        (f"/h&m/p&{MARKS}", "/h&m/p", "/h&m/p"),
        (f"/#/route?a=1&{MARKS}", "/#/route?a=1", "/#/route?a=1"),
    ],
)
def test_marks_leave_the_address_bar(
    door: RecordingDoor, page: Page, arrives: str, shown: str, reported: str
) -> None:
    page.goto(door.site + arrives)

    assert door.wait_for(1)[0]["uri"] == reported
    assert page.evaluate("location.href") == door.site + shown


@pytest.mark.parametrize("mark", ["?", "&"])
def test_mail_link_is_reported_whole(door: RecordingDoor, page: Page, mark: str) -> None:
    page.goto(f"{door.site}/p{mark}{MARKS}")

    hit = door.wait_for(1)[0]

    assert [hit[name] for name in ("link", "smconv", "smlid", "smpid")] == [ANNA, "c1", "l1", "p 1"]
    assert (hit["client"], hit["how"]) == (ANNA, "link")


@pytest.mark.parametrize(
    "address", ["/p?a=1&&b", "/p?&a", "/a&b", "/p?utm_source=ad", "/p?small=1"]
)
def test_other_addresses_stay_untouched(door: RecordingDoor, page: Page, address: str) -> None:
    page.goto(door.site + address)

    assert door.wait_for(1)[0]["uri"] == address
    assert page.evaluate("location.href") == door.site + address


def test_broken_escapes_do_no_harm(door: RecordingDoor, page: Page) -> None:
    page.goto(f"{door.site}/p?q=%E0%A4%A&smclient={ANNA}&smlid=%zz")

    hit = door.wait_for(1)[0]
    assert (hit["link"], hit["smlid"], hit["uri"]) == (ANNA, "%zz", "/p?q=%E0%A4%A")


def test_link_never_takes_browser_over(door: RecordingDoor, page: Page) -> None:
    page.goto(door.site)
    page.evaluate(f"sm('identify', '{ANNA}')")
    door.wait_for(1, "identify")
    page.goto(f"{door.site}/p?smclient={BEN}&smconv=c1")

    hit = door.wait_for(2)[1]
    assert (hit["client"], hit["link"], hit["how"]) == (ANNA, BEN, "cookie")


def test_junk_in_link_is_nobody(door: RecordingDoor, page: Page) -> None:
    page.goto(f"{door.site}/p?smclient=undefined&smconv=c1")

    assert door.wait_for(1)[0]["client"] is None


def test_manual_link_says_so(door: RecordingDoor, page: Page) -> None:
    page.goto(f"{door.site}/p?smclient={ANNA}&smman=1")

    assert door.wait_for(1)[0]["manual"] == "1"


def test_marks_belong_to_one_page(door: RecordingDoor, page: Page) -> None:
    page.goto(f"{door.site}/p?{MARKS}")
    door.wait_for(1)
    page.evaluate("history.pushState({}, '', '/second')")

    assert door.wait_for(2)[1]["smconv"] is None


def test_page_keeps_its_state(door: RecordingDoor, page: Page) -> None:
    early = "<script>history.replaceState({mine: 7}, '')</script>"
    door.pages["/p"] = render_page(early + render_snippet())

    page.goto(f"{door.site}/p?{MARKS}")
    door.wait_for(1)

    assert page.evaluate("[history.state.mine, history.length]") == [7, 2]


def test_visitor_crosses_to_own_site(door: RecordingDoor, page: Page) -> None:
    _list_both(door)
    _open_with_link(door, page, f"{door.other_site}/there?a=1#part")
    page.click("a")

    here, there = door.wait_for(2)
    assert (there["uuid"], there["uri"]) == (here["uuid"], "/there?a=1#part")
    assert page.evaluate("location.href") == f"{door.other_site}/there?a=1#part"


def test_crossed_visitor_is_counted_apart(door: RecordingDoor, page: Page) -> None:
    _list_both(door)
    _open_with_link(door, page, f"{door.other_site}/there")
    page.click("a")

    here, there = door.wait_for(2)
    assert (here["seq"], len(there["seq"])) == ("1", 15)


def test_clicked_link_is_restored(door: RecordingDoor, page: Page) -> None:
    _list_both(door)
    _open_with_link(door, page, f"{door.other_site}/there")
    page.evaluate("document.querySelector('a').target = '_blank'")
    with page.context.expect_page() as opened:
        page.click("a")

    opened.value.wait_for_load_state()
    assert page.get_attribute("a", "href") == f"{door.other_site}/there"


def test_foreign_site_learns_nothing(door: RecordingDoor, page: Page) -> None:
    door.config = {"domains": ["127.0.0.1", "shop.localhost"], "cookies": DAYS}
    _open_with_link(door, page, f"http://workshop.localhost:{door.port}/there")
    page.click("a")

    assert page.url == f"http://workshop.localhost:{door.port}/there"


def test_subdomain_of_own_site_is_ours(door: RecordingDoor, page: Page) -> None:
    door.config = {"domains": ["127.0.0.1", "shop.localhost"], "cookies": DAYS}
    _open_with_link(door, page, f"http://www.shop.localhost:{door.port}/there")
    page.click("a")

    here, there = door.wait_for(2)
    assert there["uuid"] == here["uuid"]


def test_known_visitor_keeps_own_id(door: RecordingDoor, page: Page) -> None:
    _list_both(door)
    page.goto(door.other_site)
    own = door.wait_for(1)[0]["uuid"]
    _open_with_link(door, page, f"{door.other_site}/there", seen=2)
    page.click("a")

    assert door.wait_for(3)[2]["uuid"] == own


@pytest.mark.parametrize(
    ("offered", "age", "is_taken"),
    [(VISITOR, 5, True), (VISITOR, 600, False), ("undefined", 5, False), (VISITOR, -600, False)],
)
def test_only_fresh_ids_are_taken(
    door: RecordingDoor, page: Page, offered: str, age: int, is_taken: bool
) -> None:
    sent = int((time.time() - age) * 1000)

    page.goto(f"{door.site}/p?smuuid={offered}&smts={sent}")

    uuid = door.wait_for(1)[0]["uuid"]
    assert len(uuid or "") > 60
    assert (uuid == offered, page.evaluate("location.search")) == (is_taken, "")


def test_lone_site_loads_no_part(door: RecordingDoor, page: Page) -> None:
    door.config = {"domains": [f"127.0.0.1:{door.port}"], "cookies": DAYS}

    page.goto(door.site)
    door.wait_for(1)
    page.wait_for_load_state("networkidle")

    assert "/static/sm-links.js" not in door.asked


def _list_both(door: RecordingDoor) -> None:
    domains = [f"127.0.0.1:{door.port}", f"localhost:{door.port}"]
    door.config = {"domains": domains, "cookies": DAYS}


def _open_with_link(door: RecordingDoor, page: Page, address: str, seen: int = 1) -> None:
    door.pages["/here"] = render_page(render_snippet(), f'<a href="{address}">there</a>')
    page.goto(door.site + "/here")
    door.wait_for(seen)
    page.wait_for_function("document.querySelector('script[src*=\"sm-links\"]')")
    page.wait_for_load_state("networkidle")
