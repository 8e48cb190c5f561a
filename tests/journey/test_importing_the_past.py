"""An operator brings the past in while the product runs; the panel and the cards tell it."""

from __future__ import annotations

import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser
from tests.support.browser import open_visitor
from tests.support.installation import Installation
from tests.support.log_lines import START, make_line, write_log
from tests.support.matomo import ANNA, write_matomo

SITE = "past.example.com"
PASSWORD = "a long password"
DAYS_AGO = (2, 3, 3, 40)


class Owner:
    """Of an account that nobody else uses."""

    def __init__(self, installation: Installation, name: str) -> None:
        self.installation = installation
        self.email = f"{name}@example.com"
        created = installation.create_account(name, self.email, PASSWORD)
        self.smid = created["smid"]
        headers = {"authorization": f"Bearer {created['api_token']}"}
        self.api = httpx.Client(base_url=installation.url, headers=headers, timeout=30)

    def bring_in(self, *words: object) -> str:
        command = [sys.executable, "-m", "footfall", "import", *map(str, words)]
        place = ["--smid", self.smid, "--data", str(self.installation.data)]
        done = subprocess.run(
            [*command, *place], cwd=self.installation.data, capture_output=True, timeout=120
        )
        assert done.returncode == 0, done.stderr.decode()
        return done.stdout.decode()

    def ask(self, address: str, **parameters: str) -> Any:
        return self.api.get(address, params=parameters).raise_for_status().json()


@pytest.fixture(scope="module")
def owner(installation: Installation) -> Owner:
    return Owner(installation, "importer")


def make_past_line(days_ago: float) -> str:
    minutes = (datetime.now(UTC) - timedelta(days=days_ago) - START) / timedelta(minutes=1)
    return make_line(minutes, f"/seen/{days_ago}")


def test_dashboard_shows_imported_days(owner: Owner, tmp_path: Path) -> None:
    path = write_log(tmp_path / "access.log.gz", [make_past_line(day) for day in DAYS_AGO])
    today = datetime.now(UTC)
    period = {"from": f"{today - timedelta(days=50):%Y-%m-%d}", "to": f"{today:%Y-%m-%d}"}

    owner.bring_in("access-log", path, "--site", SITE)
    owner.installation.wait_until_read()

    numbers = owner.ask("/api/v1/reports/days", **period)
    seen = {bucket["start"]: bucket["pages"] for bucket in numbers if bucket["pages"]}
    days = [f"{today - timedelta(days=day):%Y-%m-%d}" for day in DAYS_AGO]
    assert seen == {day: days.count(day) for day in days}


def test_panel_names_imported_pages(owner: Owner, browser: Browser, tmp_path: Path) -> None:
    owner.bring_in("access-log", write_log(tmp_path / "a.log", [make_past_line(5)]), "--site", SITE)
    owner.installation.wait_until_read()
    page = open_visitor(browser).new_page()

    page.goto(f"{owner.installation.url}/login")
    page.fill("#email", owner.email)
    page.fill("#password", PASSWORD)
    page.click("text=Log in >> nth=-1")

    page.goto(f"{owner.installation.url}/?days=30&site={SITE}")
    page.get_by_text("/seen/5").first.wait_for()
    page.context.close()


def test_second_import_changes_no_number(owner: Owner, tmp_path: Path) -> None:
    path = write_log(tmp_path / "access.log", [make_past_line(7)])
    owner.bring_in("access-log", path, "--site", SITE)
    before = owner.installation.wait_until_read()

    told = owner.bring_in("access-log", path, "--site", SITE)

    assert owner.installation.wait_until_read()["accepted"] == before["accepted"]
    assert "known file" in told


def test_card_tells_history_of_matomo(owner: Owner, tmp_path: Path) -> None:
    owner.bring_in("matomo", write_matomo(tmp_path / "dump"))
    owner.installation.wait_until_read()

    [anna] = owner.ask("/api/v1/contacts", email=ANNA)["contacts"]
    card = owner.ask(f"/api/v1/contacts/{anna['contact']}")

    assert card["first_touchpoint"]["campaign"] == "spring"
    assert [reason["claim"]["evidence"] for reason in card["reasons"]] == ["matomo user id"]
