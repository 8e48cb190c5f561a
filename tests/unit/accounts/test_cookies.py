"""The table of cookies holds every row that customers know from the published list."""

from __future__ import annotations

import pytest

from footfall.accounts import COOKIES, AccountSettings, cookie_days

YEAR, DECADE = 365, 3650
# Name, kind and life in days as published; None where the list gives no life.
PUBLISHED = [
    ("smuuid", "Preferences", YEAR),
    ("smclient", "Preferences", DECADE),
    ("smevent", "Marketing", 0.5),
    ("smform", "Marketing", YEAR),
    ("smg", "Marketing", YEAR),
    ("smvr", "Marketing", DECADE),
    ("smwp", "Preferences", YEAR),
    ("smrcrsaved", "Marketing", YEAR),
    ("smOViewsPopCap", "Marketing", DECADE),
    ("smcfds", "Marketing", None),
    ("_smps", "Marketing", None),
    ("_smvs", "Marketing", None),
    ("_smsps", "Marketing", None),
    ("_smc-cid", "Marketing", None),
    ("_smc-unr", "Marketing", None),
]
BY_NAME = {cookie.name: cookie for cookie in COOKIES}


@pytest.mark.parametrize(("name", "kind", "days"), PUBLISHED)
def test_published_cookie_is_listed(name: str, kind: str, days: float | None) -> None:
    cookie = BY_NAME[name]

    assert cookie.kind == kind
    assert days is None or cookie.days == days


def test_every_cookie_is_explained_once() -> None:
    assert len(BY_NAME) == len(COOKIES)
    assert all(cookie.purpose and cookie.data for cookie in COOKIES)


def test_only_smrcrsaved_is_deprecated() -> None:
    deprecated = [cookie.name for cookie in COOKIES if cookie.status == "deprecated"]

    assert deprecated == ["smrcrsaved"]


def test_statuses_are_the_three_known() -> None:
    assert {cookie.status for cookie in COOKIES} == {"set", "planned", "deprecated"}


def test_tracker_learns_only_cookies_that_are_set() -> None:
    assert set(cookie_days({})) == {
        *("smuuid", "smclient", "smvr", "_smvs", "smg", "smconsent", "smsrv")
    }


def test_owner_chooses_a_life() -> None:
    chosen = AccountSettings(cookies={"smuuid": 30, "smform": 1})

    days = cookie_days(chosen.cookies)

    assert (days["smuuid"], days["smclient"]) == (30, DECADE)
    assert "smform" not in days
