"""The panel as a program sees it: who gets in, what is refused, what staff can change."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import httpx
import pytest
from tests.support.browsers import PEOPLE
from tests.support.installation import Installation, start_installation
from tests.support.panel import make_email
from tests.support.staff import read_csrf
from tests.support.wire import make_visitor

PRIVATE = (
    "/",
    "/contacts",
    "/visitors",
    "/settings/integration",
    "/health",
    "/panel/live",
    "/panel/numbers",
    "/panel/health",
    "/panel/install-check",
)


@pytest.mark.parametrize("path", PRIVATE)
def test_strangers_are_sent_to_login(installation: Installation, path: str) -> None:
    answer = httpx.get(f"{installation.url}{path}")

    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/login")


def test_fragments_send_whole_page_away(installation: Installation) -> None:
    answer = httpx.get(f"{installation.url}/panel/live", headers={"hx-request": "true"})

    assert (answer.status_code, answer.headers["hx-redirect"]) == (401, "/login")


def test_wrong_password_is_refused(installation: Installation) -> None:
    known = {"email": installation.credentials.login, "password": "guess"}

    answer = httpx.post(f"{installation.url}/login", data=known)

    assert answer.status_code == 401
    assert "do not fit together" in answer.text


def test_guessing_is_slowed_down(installation: Installation) -> None:
    known = {"email": make_email("guess"), "password": "guess"}

    answers = [httpx.post(f"{installation.url}/login", data=known) for _ in range(9)]

    assert [answer.status_code for answer in answers] == [401] * 8 + [429]


def test_login_from_other_site_is_refused(installation: Installation) -> None:
    known = installation.credentials

    answer = httpx.post(
        f"{installation.url}/login",
        data={"email": known.login, "password": known.password},
        headers={"origin": "https://evil.example"},
    )

    assert answer.status_code == 403


def test_login_works_behind_a_proxy(installation: Installation) -> None:
    known = installation.credentials

    answer = httpx.post(
        f"{installation.url}/login",
        data={"email": known.login, "password": known.password},
        headers={"origin": installation.url, "host": "upstream"},
    )

    assert answer.status_code == 303


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example", "/\\evil.example"])
def test_login_leads_nowhere_else(installation: Installation, target: str) -> None:
    known = installation.credentials
    data = {"email": known.login, "password": known.password, "next": target}

    answer = httpx.post(f"{installation.url}/login", data=data)

    assert answer.headers["location"] == "/"


def test_change_without_token_is_refused(staff: httpx.Client, contact: str) -> None:
    del staff.headers["x-csrf-token"]

    answer = staff.post(f"/contacts/{contact}/note", data={"text": "Forged"})

    assert answer.status_code == 403
    assert "Forged" not in staff.get(f"/contacts/{contact}").text


def test_logout_ends_session(staff: httpx.Client) -> None:
    token = staff.cookies["footfall_staff"]

    staff.post("/logout")

    staff.cookies.set("footfall_staff", token)
    assert staff.get("/").status_code == 303


def test_note_stands_on_card(staff: httpx.Client, contact: str) -> None:
    staff.post(f"/contacts/{contact}/note", data={"text": "Likes <b>tea</b>"})

    page = staff.get(f"/contacts/{contact}").text

    assert "Likes &lt;b&gt;tea&lt;/b&gt;" in page


def test_tags_come_and_go(staff: httpx.Client, contact: str) -> None:
    staff.post(f"/contacts/{contact}/tags", data={"add": "VIP, Wholesale"})
    with_both = staff.get(f"/contacts/{contact}").text
    staff.post(f"/contacts/{contact}/tags", data={"remove": "VIP"})
    with_one = staff.get(f"/contacts/{contact}").text

    assert "VIP" in with_both
    assert "VIP" not in with_one
    assert "Wholesale" in with_one


def test_stop_and_start_monitoring(staff: httpx.Client, contact: str) -> None:
    stopped = staff.post(f"/contacts/{contact}/stop", data={"stopped": "1"}).text
    started = staff.post(f"/contacts/{contact}/stop", data={"stopped": "0"}).text

    assert "Monitoring stopped" in stopped
    assert "Monitoring stopped" not in started


def test_merge_can_be_undone(installation: Installation, staff: httpx.Client, contact: str) -> None:
    email = make_email("other")
    installation.api.post("/api/v1/contacts", json={"email": email}).raise_for_status()

    merged = staff.post(f"/contacts/{contact}/merge", data={"email": email}).text
    merge = re.search(r"/unmerge/(\d+)", merged)
    assert merge
    apart = staff.post(f"/contacts/{contact}/unmerge/{merge[1]}").text

    assert email in merged
    assert email not in apart


def test_manual_link_carries_contact(staff: httpx.Client, contact: str) -> None:
    page = "https://shop.example.com/offer?a=1#top"

    made = staff.post(f"/contacts/{contact}/link", data={"page": page}).text

    wanted = f"https://shop.example.com/offer?a=1&amp;smclient={contact}&amp;smman=1#top"
    assert wanted in made


def test_forgotten_contact_has_no_name(staff: httpx.Client, contact: str) -> None:
    answer = staff.post(f"/contacts/{contact}/forget")

    assert answer.headers["hx-redirect"] == "/contacts"
    assert contact not in staff.get("/contacts?text=Paula").text


def test_unchanged_card_is_not_sent_again(staff: httpx.Client, contact: str) -> None:
    mark = re.search(r"live\?mark=(\w+)", staff.get(f"/contacts/{contact}").text)
    assert mark

    same = staff.get(f"/contacts/{contact}/live?mark={mark[1]}")
    staff.post(f"/contacts/{contact}/note", data={"text": "New"})
    changed = staff.get(f"/contacts/{contact}/live?mark={mark[1]}")

    assert (same.status_code, changed.status_code) == (204, 200)


def test_export_holds_the_card(staff: httpx.Client, contact: str) -> None:
    answer = staff.get(f"/contacts/{contact}/export.json")

    assert answer.json()["contact"]["name"] == "Paula Panel"
    assert "attachment" in answer.headers["content-disposition"]


def test_export_holds_every_visit(
    installation: Installation, staff: httpx.Client, contact: str
) -> None:
    site, at = f"127.0.0.1:{installation.port}", round(time.time() * 1000)
    base = {"smid": installation.smid, "uuid": make_visitor(0xE0), "location": site, "sent": at}
    acts = [{"type": "identify", "client": contact, "how": "form"}]
    hits = acts + [{"uri": f"/page/{number}"} for number in range(450)]
    content = json.dumps([base | hit | {"hit": n, "timestamp": at} for n, hit in enumerate(hits)])
    agent = {"user-agent": PEOPLE[0]}
    installation.client.post("/api/hits", content=content, headers=agent).raise_for_status()
    installation.wait_until_read()

    card = staff.get(f"/contacts/{contact}/export.json").json()

    assert sum(len(visit["events"]) for visit in card["visits"]) == len(hits)


@pytest.mark.parametrize(
    "typed", ["https://Blog.Example.com/x", "blog.example.com", "BLOG.example.com"]
)
def test_domain_is_listed_as_typed(staff: httpx.Client, typed: str) -> None:
    staff.post("/settings/integration/site", data={"host": typed})
    listed = staff.get("/settings/integration").text
    staff.post("/settings/integration/site/remove", data={"host": "blog.example.com"})

    assert "<strong>blog.example.com</strong>" in listed


def test_senseless_domain_is_refused(staff: httpx.Client) -> None:
    answer = staff.post("/settings/integration/site", data={"host": "not a domain"})

    assert answer.status_code == 400
    assert "shop.example.com" in answer.text


def test_renewed_token_replaces_old(tmp_path: Path) -> None:
    with start_installation(tmp_path) as own, httpx.Client(base_url=own.url) as client:
        known = own.credentials
        client.post("/login", data={"email": known.login, "password": known.password})
        page = client.post("/settings/integration/token", data={"csrf": read_csrf(client)}).text
        fresh = re.search(r'id="token">([^<]+)<', page)
        assert fresh

        answers = [
            httpx.get(f"{own.url}/api/v1/contacts", headers={"authorization": f"Bearer {token}"})
            for token in (known.api_token, fresh[1])
        ]

        assert [answer.status_code for answer in answers] == [401, 200]


def test_first_account_needs_code(tmp_path: Path) -> None:
    with start_installation(tmp_path, "--no-demo") as bare:
        form = {
            "name": "First Shop",
            "email": "owner@example.com",
            "password": "long enough",
            "zone": "Europe/Warsaw",
            "code": "guess",
        }
        refused = httpx.post(f"{bare.url}/setup", data=form)
        form["code"] = (tmp_path / "setup-code").read_text()
        created = httpx.post(f"{bare.url}/setup", data=form)
        again = httpx.post(f"{bare.url}/setup", data=form)

    assert "setup code is wrong" in refused.text
    assert created.headers["location"] == "/settings/integration"
    assert again.headers["location"] == "/login"


def test_accounts_do_not_see_each_other(
    installation: Installation, staff: httpx.Client, contact: str, tmp_path: Path
) -> None:
    other = installation.create_account("Other shop", make_email("owner"), "long enough")
    with httpx.Client(base_url=installation.url) as client:
        client.post("/login", data={"email": other["email"], "password": "long enough"})

        pages = [client.get(path).text for path in ("/", "/contacts", "/visitors")]
        answer = client.get(f"/contacts/{contact}")

    assert answer.status_code == 404
    assert not any("Paula Panel" in page for page in pages)


def test_install_check_names_wrong_code(installation: Installation, staff: httpx.Client) -> None:
    own_host = installation.url.partition("://")[2]
    hit = {"smid": "nobodyscode12345", "uuid": "0" * 15 + "1", "location": own_host, "uri": "/"}

    installation.client.get("/api/r.gif", params=hit)

    installation.wait_until(
        lambda: "sends the code “nobodyscode12345”" in staff.get("/panel/install-check").text
    )


def test_install_check_names_unlisted_domain(
    installation: Installation, staff: httpx.Client
) -> None:
    hit = {"smid": installation.smid, "uuid": "0" * 15 + "2", "location": "stranger.example"}

    installation.client.get("/api/r.gif", params=hit | {"uri": "/"})

    installation.wait_until(
        lambda: (
            "stranger.example sends hits, but is not on your list"
            in staff.get("/panel/install-check").text
        )
    )


def test_assets_are_kept_until_they_change(staff: httpx.Client) -> None:
    style = re.search(r'href="(/assets/panel.css[^"]+)"', staff.get("/health").text)
    assert style

    answer = staff.get(style[1])

    assert "immutable" in answer.headers["cache-control"]
