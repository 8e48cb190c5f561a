"""No account reads or changes anything of another, by any address of the panel."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from tests.support.installation import Installation
from tests.support.panel import make_email
from tests.support.staff import log_in_staff

READS = ("", "/live", "/visits?before=1.1", "/export.json")
CHANGES = ("/note", "/tags", "/stop", "/merge", "/link", "/forget", "/unmerge/1")
CHANGES += ("/claims/1/revoke", "/claims/1/confirm")


@pytest.fixture(scope="module")
def stranger(installation: Installation) -> Iterator[httpx.Client]:
    """Staff of another account on the same installation."""
    email = make_email("stranger")
    installation.create_account("Another shop", email, "long enough")
    with log_in_staff(installation, email, "long enough") as client:
        yield client


@pytest.mark.parametrize("path", READS)
def test_strangers_read_no_card(stranger: httpx.Client, contact: str, path: str) -> None:
    assert stranger.get(f"/contacts/{contact}{path}").status_code == 404


@pytest.mark.parametrize("path", CHANGES)
def test_strangers_change_no_card(
    stranger: httpx.Client, staff: httpx.Client, contact: str, path: str
) -> None:
    before = staff.get(f"/contacts/{contact}/export.json").json()

    form = {"text": "x", "add": "x", "stopped": "1", "email": "x@x.example", "page": "https://x.y"}
    answer = stranger.post(f"/contacts/{contact}{path}", data=form)

    assert answer.status_code == 404
    assert staff.get(f"/contacts/{contact}/export.json").json() == before


def test_strangers_cannot_take_a_card(
    installation: Installation, stranger: httpx.Client, staff: httpx.Client
) -> None:
    email = make_email("wanted")
    installation.api.post("/api/v1/contacts", json={"email": email}).raise_for_status()

    assert email in staff.get("/contacts", params={"text": email}).text
    assert "Nobody fits" in stranger.get("/contacts", params={"text": email}).text


def test_strangers_see_no_buried_hit(installation: Installation, stranger: httpx.Client) -> None:
    installation.client.get("/api/r.gif?only-the-operator-may-read-this")
    installation.wait_until_read()

    assert "only-the-operator" not in stranger.get("/health").text
    assert stranger.post("/health/replay", data={"offset": "0"}).status_code == 400
