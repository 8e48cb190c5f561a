"""Processes are killed under load; everything acknowledged is stored, and stored once."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from tests.support.installation import Installation, start_installation
from tests.support.load import Load

ROLES = ("store", "worker", "web")
ROUNDS = 10
LONGEST_PAUSE_SECONDS = 1.0
# So many more than before the kills are stored only by processes that came back.
ENOUGH_HITS = 100
SEED = 20_261_124


@dataclass
class Aftermath:
    """What was sent and acknowledged, and what can be read once all is quiet."""

    load: Load
    health: dict[str, Any]
    stored: dict[str, Counter[str]]  # visitor to how often each of its hits is there


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    chance = random.Random(SEED)
    with start_installation(tmp_path_factory.mktemp("killed")) as victim:
        with Load(victim.url, victim.smid) as load:
            for _round in range(ROUNDS):
                kill_every_role(victim, chance)
        health = victim.wait_until_read(60)
        visitors = sorted({*load.acknowledged, *load.uncertain})
        yield Aftermath(load, health, {each: count_hits(victim, each) for each in visitors})


def kill_every_role(victim: Installation, chance: random.Random) -> None:
    """In any order, some while another is coming back; then wait until hits are stored again."""
    before = victim.wait_until(victim.health)["stored"]
    for role in chance.sample(ROLES, len(ROLES)):
        victim.kill(role)
        time.sleep(chance.uniform(0, LONGEST_PAUSE_SECONDS))
    victim.wait_until(lambda: victim.health()["stored"] > before + ENOUGH_HITS, 30)


def count_hits(victim: Installation, visitor: str) -> Counter[str]:
    answer = victim.api.get(f"/api/v1/visitors/{visitor}")
    events = answer.json()["events"] if answer.status_code == 200 else []
    return Counter(event["title"] for event in events)


def test_everything_acknowledged_is_stored(aftermath: Aftermath) -> None:
    lost = {
        hit
        for visitor, hits in aftermath.load.acknowledged.items()
        for hit in hits - set(aftermath.stored[visitor])
    }

    assert lost == set()


def test_nothing_is_stored_twice(aftermath: Aftermath) -> None:
    counted: Counter[str] = sum(aftermath.stored.values(), Counter())

    assert [hit for hit, times in counted.items() if times > 1] == []


def test_nothing_is_stored_that_nobody_sent(aftermath: Aftermath) -> None:
    sent = {hit for load in _sent(aftermath.load) for hits in load.values() for hit in hits}

    assert set().union(*aftermath.stored.values()) <= sent


def test_sums_survive_the_kills(aftermath: Aftermath) -> None:
    health = aftermath.health

    stored = sum(counted.total() for counted in aftermath.stored.values())
    assert health["stored"] == stored
    assert health["accepted"] == stored + sum(health["dropped"].values()) + health["buried"]


def test_only_resent_hits_are_dropped(aftermath: Aftermath) -> None:
    assert set(aftermath.health["dropped"]) <= {"duplicate"}
    assert aftermath.health["buried"] == 0


def _sent(load: Load) -> tuple[dict[str, set[str]], ...]:
    return load.acknowledged, load.uncertain
