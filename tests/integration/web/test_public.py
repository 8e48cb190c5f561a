"""Open to everybody: redirects that nobody can borrow, the configuration, the cookie page."""

from __future__ import annotations

import re
from html import unescape
from urllib.parse import quote
from uuid import uuid4

import httpx
import pytest
from tests.support.installation import Installation

from footfall import accounts

# Every row of the list that existing customers know.
KNOWN_COOKIES = (
    *("smuuid", "smclient", "smvr", "smg", "smevent", "smform", "smwp", "smrcrsaved"),
    *("smOViewsPopCap", "smcfds", "_smps", "_smsps", "_smc-cid", "_smc-unr", "_smvs"),
)


@pytest.fixture
def door(installation: Installation) -> httpx.Client:
    return installation.client


@pytest.fixture
def site(installation: Installation) -> str:
    """A host on the demo account's list."""
    return f"localhost:{installation.port}"


def follow(door: httpx.Client, target: str) -> httpx.Response:
    return door.get(f"/smrd.htm?url={quote(target, safe='')}")


PATHS = (
    "",
    "/",
    "/demo",
    "/demo/shoes/red-runner&smclient=1&smconv=2",
    "/?q=a%20b#part",
    "/ż",
    "/?q=a b",
)


@pytest.mark.parametrize("path", PATHS)
def test_link_to_an_own_site_arrives(door: httpx.Client, site: str, path: str) -> None:
    answer = follow(door, f"http://{site}{path}")

    assert answer.status_code == 302
    assert answer.headers["location"] == f"http://{site}{quote(path, safe='/&=?#%')}"


FOREIGN = (
    "https://evil.example/",
    "//evil.example/",
    "http://{site}.evil.example/",
    "http://{site}@evil.example/",
    "http://evil.example/?{site}",
    "http://evil.example#{site}",
    "http://evil.example\\@{site}/",
    "http://{site}\\@evil.example/",
    "http://{site}\\.evil.example/",
    "http:///evil.example/",
    "http:{site}",
    "http://user:password@{site}/",
    "http://{site}\t.evil.example/",
    "http://{site}/\r\nset-cookie: a=b",
    "\thttp://evil.example/",
    "javascript:alert(1)//{site}",
    "data:text/html,{site}",
    "ftp://{site}/",
    "http://[{site}",
    "/demo",
    "",
    "http://",
)


@pytest.mark.parametrize("target", FOREIGN)
def test_link_of_a_stranger_is_refused(door: httpx.Client, site: str, target: str) -> None:
    answer = follow(door, target.replace("{site}", site))

    assert answer.status_code == 404
    assert "location" not in answer.headers


def test_link_without_a_target_is_refused(door: httpx.Client) -> None:
    assert door.get("/smrd.htm").status_code == 404


def test_host_may_be_written_large(door: httpx.Client, site: str) -> None:
    assert follow(door, f"HTTP://{site.upper()}/demo").status_code == 302


@pytest.mark.parametrize("origin", ["https://shop.example.com", "null"])
def test_configuration_is_open_to_every_page(installation: Installation, origin: str) -> None:
    path = f"/dynamic/{installation.smid}/config.json"

    answer = installation.client.get(path, headers={"origin": origin})

    assert answer.headers["access-control-allow-origin"] == "*"
    assert f"localhost:{installation.port}" in answer.json()["domains"]


def test_configuration_tells_the_cookies_lives(installation: Installation) -> None:
    chosen = installation.client.get(f"/dynamic/{installation.smid}/config.json").json()

    assert chosen["cookies"] == accounts.cookie_days({})
    assert "api" not in str(chosen).lower()


def test_unknown_code_has_no_configuration(door: httpx.Client) -> None:
    answer = door.get("/dynamic/nobodyknowsthis0/config.json")

    assert answer.status_code == 404
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("code", ["abc", "*/alert(1)/*", "%2A%2Falert(1)", "</script>"])
def test_popups_are_harmless_script(door: httpx.Client, code: str) -> None:
    answer = door.get(f"/dynamic/{quote(code, safe='')}/popups.js")

    assert answer.status_code == 404 or answer.text.count("*/") == 1


@pytest.mark.parametrize("name", ["sm.js", "sm-links.js", "sm-sw.js"])
def test_script_may_be_loaded_from_anywhere(door: httpx.Client, name: str) -> None:
    answer = door.get(f"/static/{name}")

    assert answer.headers["content-type"].startswith("text/javascript")
    assert answer.headers["access-control-allow-origin"] == "*"


@pytest.mark.parametrize("name", ["home.js", "..%2F..%2Fpublic.py", "%2Fetc%2Fpasswd", "sm.ts"])
def test_no_other_file_is_served(door: httpx.Client, name: str) -> None:
    assert door.get(f"/static/{name}").status_code == 404


def test_cookie_list_has_every_known_row(door: httpx.Client) -> None:
    listed = {row["name"]: row for row in door.get("/cookies.json").json()}

    assert set(KNOWN_COOKIES) <= set(listed)
    assert listed["smrcrsaved"]["status"] == "deprecated"
    assert listed["smform"]["status"] == "planned"


def test_cookie_page_shows_every_row(door: httpx.Client) -> None:
    page = unescape(door.get("/cookies").text)

    for cookie in accounts.COOKIES:
        assert cookie.name in page
        assert cookie.purpose in page
        assert cookie.data in page


def test_link_to_a_seen_site_asks_first(installation: Installation) -> None:
    """Anybody can send a hit, so a host that was merely seen is no reason to lead people there."""
    owner = f"owner.{installation.port}.{uuid4().hex[:6]}@example.com"
    unlisted = installation.create_account("Lists nothing", owner, "long enough")
    hit = {"smid": unlisted["smid"], "uuid": "0" * 15 + "3", "location": "seen.example", "uri": "/"}
    installation.client.get("/api/r.gif", params=hit)
    target = "http://seen.example/a?b=1&c=2"

    answer = installation.wait_until(
        lambda: found if (found := follow(installation.client, target)).is_success else None
    )

    assert 'href="http://seen.example/a?b=1&amp;c=2"' in answer.text


def test_link_with_a_user_is_refused(installation: Installation, door: httpx.Client) -> None:
    name = f"n{uuid4().hex[:8]}.example"
    with httpx.Client(base_url=installation.url) as staff:
        known = installation.credentials
        staff.post("/login", data={"email": known.login, "password": known.password})
        token = re.search(r'"x-csrf-token": "([^"]+)"', staff.get("/health").text)
        assert token
        staff.post("/settings/integration/site", data={"host": name, "csrf": token[1]})

    assert follow(door, f"https://{name}/").status_code == 302
    assert follow(door, f"https://{name}:x@evil.example/").status_code == 404
