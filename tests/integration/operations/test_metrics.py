"""Who may read the metrics, and that they tell what health tells."""

from __future__ import annotations

import re

import httpx
import pytest
from tests.support.installation import Installation

LINE = re.compile(
    r"# (HELP|TYPE) footfall_\w+ .+|footfall_\w+(\{\w+=\"[^\"\n]*\"\})? -?\d+(\.\d+)?(e[+-]\d+)?"
)
TOKEN = {"authorization": "Bearer metrics-only"}


def read_numbers(answer: httpx.Response) -> dict[str, float]:
    lines = answer.raise_for_status().text.splitlines()
    pairs = [line.rsplit(" ", 1) for line in lines if not line.startswith("#")]
    return {name.removeprefix("footfall_"): float(number) for name, number in pairs}


def ask(installation: Installation, **headers: str) -> httpx.Response:
    return httpx.get(f"{installation.url}/metrics", headers=headers, timeout=30)


def test_every_line_is_well_formed(installation: Installation) -> None:
    answer = ask(installation)

    assert answer.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8"
    assert [line for line in answer.text.splitlines() if not LINE.fullmatch(line)] == []


def test_numbers_are_those_of_health(watched: Installation) -> None:
    page = {"smid": watched.smid, "uuid": "0" * 15 + "1a", "location": "shop.example.com"}
    watched.client.get("/api/r.gif", params=page)
    watched.client.get("/api/r.gif", params={"smid": "nobodyknowsthis0"})
    watched.client.post("/api/hits", content="{no array")
    health = watched.wait_until_read()

    numbers = read_numbers(ask(watched, **TOKEN))

    assert numbers["hits_accepted_total"] == health["accepted"] > 0
    assert numbers["hits_stored_total"] == health["stored"]
    assert numbers['hits_dropped_total{reason="unknown_account"}'] > 0
    assert numbers["hits_buried_total"] == health["buried"] > 0


def test_each_role_has_its_cost(installation: Installation) -> None:
    numbers = read_numbers(ask(installation))

    resident = [
        numbers[f'process_resident_bytes{{role="{r}"}}'] for r in ("web", "worker", "store")
    ]
    assert min(resident) > 10 << 20
    assert numbers['process_cpu_seconds_total{role="web"}'] > 0


def test_quiet_installation_raises_no_alarm(installation: Installation) -> None:
    installation.wait_until_read()

    numbers = read_numbers(ask(installation))

    assert {name for name in numbers if name.startswith("alarm")} == {
        'alarm{name="queue_age"}',
        'alarm{name="disk_nearly_full"}',
    }


@pytest.mark.parametrize("header", ["x-forwarded-for", "forwarded", "x-real-ip", "via"])
def test_visitors_behind_proxy_are_refused(installation: Installation, header: str) -> None:
    assert ask(installation, **{header: "198.51.100.7"}).status_code == 401


def test_api_token_opens_from_anywhere(installation: Installation) -> None:
    token = f"Bearer {installation.credentials.api_token}"

    answer = ask(installation, **{"authorization": token, "x-forwarded-for": "198.51.100.7"})

    assert answer.status_code == 200


@pytest.mark.parametrize("given", ["Bearer wrong", "Basic metrics-only", "Bearer", ""])
def test_chosen_token_closes_loopback(watched: Installation, given: str) -> None:
    assert ask(watched, authorization=given).status_code == 401


def test_wrong_token_is_refused_from_here(installation: Installation) -> None:
    assert ask(installation, authorization="Bearer wrong").status_code == 401
