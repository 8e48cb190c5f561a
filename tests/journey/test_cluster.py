"""Nodes of the raw log's cluster are killed under load; nobody who visits a site notices."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from tests.support.installation import Installation, start_installation
from tests.support.load import Load
from tests.support.nats import NatsCluster, start_nats

ROUNDS = 4
# Within this time a visitor's browser has its answer, whatever happens to a node.
LONGEST_ANSWER_SECONDS = 2.0
# So many more than before the kill are stored only if the others took over.
ENOUGH_HITS = 100
SEED = 20_261_124


@dataclass
class Aftermath:
    load: Load
    health: dict[str, Any]
    stored: dict[str, list[str]]  # visitor to its hits, the oldest first


@pytest.fixture(scope="module")
def aftermath(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Aftermath]:
    chance = random.Random(SEED)
    with (
        start_nats(nodes=3) as cluster,
        start_installation(
            tmp_path_factory.mktemp("cluster"), FOOTFALL_LOG_URL=cluster.url
        ) as victim,
    ):
        with Load(victim.url, victim.smid, patience_seconds=LONGEST_ANSWER_SECONDS) as load:
            for number in range(ROUNDS):
                is_leader = number % 2 == 0
                kill_node(victim, cluster, chance, is_leader=is_leader)
            kill_majority(victim, cluster)
        health = victim.wait_until_read(60)
        visitors = sorted({*load.acknowledged, *load.uncertain})
        yield Aftermath(load, health, {each: list_hits(victim, each) for each in visitors})


def kill_node(
    victim: Installation, cluster: NatsCluster, chance: random.Random, *, is_leader: bool
) -> None:
    """Until hits are stored without it; then it comes back."""
    before = victim.wait_until(victim.health)["stored"]
    leader = cluster.find_leader("footfall")
    followers = [node for node in cluster.nodes if node is not leader]
    node = leader if is_leader else chance.choice(followers)
    node.kill()
    victim.wait_until(lambda: victim.health()["stored"] > before + ENOUGH_HITS, 60)
    cluster.start(node)
    cluster.wait_until_ready()


def kill_majority(victim: Installation, cluster: NatsCluster) -> None:
    """Now nothing can be confirmed, and the door keeps what comes on its own disk."""
    for node in cluster.nodes[:2]:
        node.kill()
    before = victim.wait_until(victim.health)["accepted"]
    victim.wait_until(lambda: victim.health()["accepted"] > before + ENOUGH_HITS, 60)
    for node in cluster.nodes[:2]:
        cluster.start(node)
    cluster.wait_until_ready()


def list_hits(victim: Installation, visitor: str) -> list[str]:
    answer = victim.api.get(f"/api/v1/visitors/{visitor}")
    events = answer.json()["events"] if answer.status_code == 200 else []
    return [event["title"] for event in reversed(events)]


def test_every_answer_comes_in_time(aftermath: Aftermath) -> None:
    assert aftermath.load.failures == []


def test_everything_acknowledged_is_stored_once(aftermath: Aftermath) -> None:
    acknowledged = Counter(hit for hits in aftermath.load.acknowledged.values() for hit in hits)

    stored = Counter(hit for hits in aftermath.stored.values() for hit in hits)

    assert stored == acknowledged


def test_sums_survive_the_kills(aftermath: Aftermath) -> None:
    health = aftermath.health

    stored = sum(len(hits) for hits in aftermath.stored.values())
    assert health["stored"] == stored
    assert health["accepted"] == stored + sum(health["dropped"].values()) + health["buried"]
