"""What the panel answers to those who write into its addresses, forms and hits by hand."""

from __future__ import annotations

import httpx
import pytest


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
