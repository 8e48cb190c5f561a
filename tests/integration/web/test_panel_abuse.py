"""What the panel answers to those who write into its addresses, forms and hits by hand."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from tests.support.installation import Installation, start_installation
from tests.support.panel import make_email
from tests.support.staff import log_in_staff

from footfall.kit import Database


@pytest.mark.parametrize(
    "path",
    [
        "/visitors?before=²",
        "/visitors?before=99999999999999999999.a",
        "/visitors?by=page&value=/&days=1000000000",
        "/?days=99999999999999999999",
        "/contacts?after=².x",
    ],
)
def test_senseless_addresses_show_page(staff: httpx.Client, path: str) -> None:
    answer = staff.get(path)

    assert answer.status_code == 200


@pytest.mark.parametrize(
    "before", ["²", "1", "1.²", "99999999999999999.1", "1.99999999999999999999"]
)
def test_senseless_cursors_are_refused(staff: httpx.Client, contact: str, before: str) -> None:
    answer = staff.get(f"/contacts/{contact}/visits", params={"before": before})

    assert answer.status_code == 400
    assert "not a place in the timeline" in answer.text


@pytest.mark.parametrize("offset", ["²", "-1", "", "99999999999999999999"])
def test_senseless_offsets_are_refused(staff: httpx.Client, offset: str) -> None:
    answer = staff.post("/health/replay", data={"offset": offset})

    assert answer.status_code == 400


def test_senseless_cookie_lives_change_nothing(staff: httpx.Client) -> None:
    form = {"name": "Demo shop", "time_zone": "Europe/Warsaw", "days_smuuid": "²"}

    answer = staff.post("/settings/integration/monitoring", data=form)

    assert answer.status_code == 303


def test_guessing_keeps_nobody_from_writing(installation: Installation) -> None:
    known = {"email": make_email("guess"), "password": "guess"}
    database = Database(f"sqlite:///{installation.data / 'people.db'}")

    with database.write():
        answer = httpx.post(f"{installation.url}/login", data=known, timeout=5)

    assert answer.status_code == 401


def test_unknown_time_zone_becomes_utc(tmp_path: Path) -> None:
    with start_installation(tmp_path, "--no-demo") as bare:
        form = {
            "name": "Shop",
            "email": "owner@example.com",
            "password": "long enough",
            "zone": "Etc/Unknown",
            "code": (tmp_path / "setup-code").read_text(),
        }
        httpx.post(f"{bare.url}/setup", data=form)

        with log_in_staff(bare, form["email"], form["password"]) as owner:
            assert owner.get("/").status_code == 200
