"""A backup is taken under load and restored elsewhere: nothing lost, nothing doubled."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from tests.support.browsers import PEOPLE
from tests.support.installation import Installation, start_installation
from tests.support.load import Load
from tests.support.wire import make_visitor

# Enough for several batches before, during and after the copy.
ENOUGH_HITS = 300
CUSTOMER = make_visitor(9 << 40)  # far from those of the load


def run_command(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "footfall", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@dataclass
class Restored:
    """What the browsers knew around the backup, and what the restored installation tells."""

    before: set[str]  # acknowledged before the backup began
    sent: set[str]  # until the very end
    health: dict[str, Any]
    stored: Counter[str]
    card: dict[str, Any]
    customer_pages: list[str]


@pytest.fixture(scope="module")
def restored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Restored]:
    folder = tmp_path_factory.mktemp("backup")
    with start_installation(folder / "first") as first:
        contact = identify_customer(first)
        with Load(first.url, first.smid) as load:
            wait_for_hits(first, ENOUGH_HITS)
            before = list_hits(load.acknowledged)
            done = run_command(
                "backup", str(folder / "b.tar"), "--verify", "--data", str(first.data)
            )
            assert done.returncode == 0, done.stderr
            send_page(first, CUSTOMER, "after-backup")
            wait_for_hits(first, ENOUGH_HITS)
    done = run_command("restore", str(folder / "b.tar"), "--data", str(folder / "second"))
    assert done.returncode == 0, done.stderr
    with start_installation(folder / "second") as second:
        health = second.wait_until_read(60)
        visitors = sorted({*load.acknowledged, *load.uncertain})
        counted = sum((count_hits(second, visitor) for visitor in visitors), Counter[str]())
        sent = list_hits(load.acknowledged) | list_hits(load.uncertain)
        card = second.api.get(f"/api/v1/contacts/{contact}").raise_for_status().json()
        yield Restored(before, sent, health, counted, card, list_pages(second, contact))


def identify_customer(first: Installation) -> str:
    """Somebody looks at two pages and then logs in."""
    created = first.api.post("/api/v1/contacts", json={"email": "customer@example.com"})
    contact = str(created.raise_for_status().json()["contact"]["contact"])
    send_page(first, CUSTOMER, "page-1")
    send_page(first, CUSTOMER, "page-2")
    send_page(first, CUSTOMER, "login", type="identify", how="login", client=contact)
    first.wait_until_read()
    return contact


def send_page(installation: Installation, visitor: str, hit: str, **more: str) -> None:
    site = installation.url.removeprefix("http://")
    page = {"smid": installation.smid, "uuid": visitor, "hit": hit, "title": hit, "uri": f"/{hit}"}
    answer = installation.client.post(
        "/api/hits", json=[page | {"location": site} | more], headers={"user-agent": PEOPLE[0]}
    )
    assert answer.status_code == 204


def wait_for_hits(installation: Installation, more: int) -> None:
    before = installation.health()["stored"]
    installation.wait_until(lambda: installation.health()["stored"] > before + more, 60)


def list_hits(by_visitor: dict[str, set[str]]) -> set[str]:
    return {hit for hits in list(by_visitor.values()) for hit in list(hits)}


def count_hits(installation: Installation, visitor: str) -> Counter[str]:
    answer = installation.api.get(f"/api/v1/visitors/{visitor}")
    events = answer.json()["events"] if answer.status_code == 200 else []
    return Counter(event["title"] for event in events)


def list_pages(installation: Installation, contact: str) -> list[str]:
    timeline = installation.api.get(f"/api/v1/contacts/{contact}/timeline").raise_for_status()
    return sorted(event["title"] for event in timeline.json()["events"])


def test_nothing_before_backup_is_lost(restored: Restored) -> None:
    assert len(restored.before) >= ENOUGH_HITS
    assert restored.before - set(restored.stored) == set()


def test_nothing_is_doubled_by_restore(restored: Restored) -> None:
    assert [hit for hit, times in restored.stored.items() if times > 1] == []


def test_nothing_unsent_is_restored(restored: Restored) -> None:
    assert set(restored.stored) - restored.sent == set()


def test_traffic_after_backup_is_not_there(restored: Restored) -> None:
    assert len(restored.stored) < len(restored.sent)


def test_restored_sums_add_up(restored: Restored) -> None:
    health, customer = restored.health, len(restored.customer_pages)

    assert health["stored"] == restored.stored.total() + customer
    dropped = sum(health["dropped"].values())
    assert health["accepted"] == health["stored"] + dropped + health["buried"]


def test_customer_card_is_as_before(restored: Restored) -> None:
    assert restored.card["contact"]["email"] == "customer@example.com"
    assert restored.customer_pages == ["login", "page-1", "page-2"]
