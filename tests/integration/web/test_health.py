"""The numbers of /api/health: each is what was sent, and together they are what was accepted."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.support.browsers import PEOPLE
from tests.support.installation import Installation, start_installation
from tests.support.wire import make_visitor

AGENT = {"user-agent": PEOPLE[0]}
_numbers = count(1)


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Nobody else may send hits while they are counted."""
    with start_installation(tmp_path_factory.mktemp("counted")) as started:
        yield started


def read_counts(health: dict[str, Any]) -> Counter[str]:
    return Counter(stored=health["stored"], buried=health["buried"], **health["dropped"])


# What is sent, and where each of its hits must end.
KINDS: dict[str, list[str]] = {
    "page": ["stored"],
    "page again": ["stored", "duplicate"],
    "page of the tracker again": ["stored", "duplicate"],
    "batch with a bad hit": ["stored", "buried", "stored"],
    "no query": ["buried"],
    "no code": ["buried"],
    "no JSON": ["buried"],
    "hostile nesting": ["buried"],
    "wrong code": ["unknown_account"],
    "wrong domain": ["unlisted_domain"],
    "junk visitor": ["junk_visitor"],
    "empty batch": [],
}


class Sender:
    """Sends each kind as a page or a stranger would."""

    def __init__(self, installation: Installation) -> None:
        self._client = installation.client
        site = f"127.0.0.1:{installation.port}"
        self._page = {"smid": installation.smid, "location": site, "uri": "/"}

    def send(self, kind: str) -> None:
        page = self._page | {"uuid": make_visitor(next(_numbers)), "timestamp": next(_numbers)}
        tracked = page | {"seq": 1, "hit": f"h{next(_numbers)}"}
        requests: dict[str, list[Any]] = {
            "page": [page],
            "page again": [page, page],
            "page of the tracker again": [[tracked], [tracked]],
            "batch with a bad hit": [[tracked, 7, tracked | {"seq": 2, "hit": "other"}]],
            "no query": [{}],
            "no code": [{"uuid": page["uuid"]}],
            "no JSON": ["{not json"],
            "hostile nesting": ["[" + '{"a":' * 90 + "1" + "}" * 90 + "]"],
            "wrong code": [page | {"smid": "nobodyknowsthis0"}],
            "wrong domain": [page | {"location": "elsewhere.example"}],
            "junk visitor": [page | {"uuid": "[object Object]"}],
            "empty batch": [[]],
        }
        for request in requests[kind]:
            self._ask(request)

    def _ask(self, request: Any) -> None:
        if isinstance(request, dict):
            assert self._client.get("/api/r.gif", params=request, headers=AGENT).status_code == 200
        else:
            body = request if isinstance(request, str) else json.dumps(request)
            self._client.post("/api/hits", content=body, headers=AGENT)


@given(kinds=st.lists(st.sampled_from(sorted(KINDS)), min_size=1, max_size=40))
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
def test_every_hit_is_counted_where_it_went(own: Installation, kinds: list[str]) -> None:
    sender, before = Sender(own), own.wait_until_read()

    for kind in kinds:
        sender.send(kind)

    after = own.wait_until_read()
    expected = Counter(end for kind in kinds for end in KINDS[kind])
    assert read_counts(after) - read_counts(before) == expected
    assert after["accepted"] - before["accepted"] == expected.total()


def test_sum_holds_at_every_moment(own: Installation) -> None:
    sender = Sender(own)
    seen = []

    for kind in sorted(KINDS) * 8:
        sender.send(kind)
        seen.append(own.health())

    sums = [read_counts(health).total() + health["pending"] for health in seen]
    assert sums == [health["accepted"] for health in seen]


def test_waiting_hits_tell_their_age(own: Installation) -> None:
    own.wait_until_read()
    sender = Sender(own)

    own.kill("worker")
    sender.send("page")

    assert own.wait_until(lambda: own.health()["oldest_pending_seconds"]) > 0
    assert own.wait_until_read()["oldest_pending_seconds"] == 0


def test_buried_hit_is_counted_again_when_replayed(own: Installation) -> None:
    from footfall.rawlog import SqliteLog

    Sender(own).send("no JSON")
    before = own.wait_until_read()

    log = SqliteLog(own.data / "rawlog.db")
    log.replay(log.list_buried(1)[0].offset)
    log.close()

    after = own.wait_until(lambda: _if_grown(own.health(), before["accepted"]))
    assert (after["accepted"], after["buried"]) == (before["accepted"] + 1, before["buried"] + 1)


def _if_grown(health: dict[str, Any], accepted: int) -> dict[str, Any] | None:
    return health if health["accepted"] > accepted and not health["pending"] else None
