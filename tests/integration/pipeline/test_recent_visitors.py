"""A worker that remembers visitors leaves what one without a memory leaves."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.integration.pipeline.conftest import Bench, EventList
from tests.support.claims import make_claim
from tests.support.databases import open_sqlite
from tests.support.people import add_contact
from tests.support.wire import CONTACT, NOON, VISITOR, make_gif, make_posted, make_visitor

from footfall import contacts, identity
from footfall.kit import from_ms
from footfall.model import Event, RawHit
from footfall.pipeline import Worker
from footfall.pipeline.geo import Geo
from footfall.pipeline.recent import Recent

hits_of_three = st.lists(
    st.builds(
        lambda who, seq, minute: make_gif(
            NOON + minute * 60_000, uuid=make_visitor(who), seq=seq, hit=f"{who}.{seq}"
        ),
        st.integers(1, 3),
        st.integers(1, 9),
        st.integers(0, 90),
    ),
    max_size=25,
)


class BrokenList(EventList):
    """Stores the events and cannot say so."""

    def append(self, events: Sequence[Event], token: str) -> None:
        super().append(events, token)
        raise ConnectionError


def make_colleague(worker: Worker) -> Worker:
    return replace(worker, recent=Recent())


@given(hits=hits_of_three, turns=st.lists(st.integers(0, 2), min_size=25, max_size=25))
@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_workers_in_turn_equal_one(
    hits: list[RawHit], turns: list[int], tmp_path_factory: pytest.TempPathFactory
) -> None:
    found = []
    for members in (1, 3):
        with open_sqlite(tmp_path_factory.mktemp("people")) as database:
            bench = Bench(database, Geo())
            team = [make_colleague(bench.worker) for _ in range(members)]
            for hit, turn in zip(hits, turns, strict=False):
                bench.log.append([hit])
                team[turn % members].work_once()
            visitors = [bench.find_visitor(make_visitor(who)) for who in (1, 2, 3)]
            found.append((visitors, bench.outcomes(), bench.store.events))

    assert found[0] == found[1]


def test_failed_batch_is_no_duplicate_of_itself(bench: Bench) -> None:
    bench.receive(make_gif(seq=1))
    broken = replace(bench.worker, events=BrokenList())
    bench.log.append([make_gif(seq=2, hit="b")])
    with pytest.raises(ConnectionError):
        broken.work_once()

    assert [event.event_id for event in bench.receive(make_gif(seq=3, hit="c"))] != []
    assert (bench.outcomes().stored, bench.outcomes().dropped) == (3, {})


def test_claim_of_another_process_counts_at_once(bench: Bench) -> None:
    with bench.database.write() as connection:
        contact = add_contact(connection, bench.account, "anna@example.com").contact
        contacts.set_stopped(connection, bench.account, contact, is_stopped=True)
    bench.receive(make_gif(seq=1))
    claim = make_claim(contact, visitor=VISITOR, account=bench.account)
    with bench.database.write() as connection:
        identity.append_claims(connection, [claim])

    assert bench.receive(make_gif(NOON * 2, seq=2)) == []
    assert bench.outcomes().dropped == {"stopped": 1}


def test_what_is_not_saved_is_not_remembered(bench: Bench) -> None:
    """Events without a browser have no row, so a restart would forget them too."""
    said = {"uuid": f"contact:{CONTACT}", "type": "external", "name": "VISIT", "eventId": "a"}
    hit = make_posted(door="server", **said)

    assert len(bench.receive(hit)) == len(bench.receive(hit)) == 1


def test_remembered_visitor_goes_on(bench: Bench) -> None:
    for number in range(3):
        bench.receive(make_gif(NOON + number * 1_000, seq=number + 1))

    found = bench.find_visitor(VISITOR)
    assert found is not None
    assert (found.pages, found.visits, found.last_seen_at) == (3, 1, from_ms(NOON + 2_000))
