"""The parts of the card that are made of events alone."""

from __future__ import annotations

from datetime import timedelta
from itertools import count

import pytest
from tests.support.claims import ACCOUNT, at

from footfall.contacts import count_interests, group_visits, write_cursor
from footfall.model import Event, EventKind, VisitorId

_numbers = count(1)
VISITOR = VisitorId("aaaa")


def make_event(minute: int = 0, visit: int = 1, **facts: object) -> Event:
    known: dict[str, object] = {"visitor": VISITOR, "kind": EventKind.PAGE, **facts}
    return Event(
        account=ACCOUNT,
        event_id=f"e{next(_numbers)}",
        visit=visit,
        occurred_at=at(minute),
        received_at=at(minute),
        **known,  # type: ignore[arg-type]
    )


def test_visits_come_newest_first() -> None:
    rows = [make_event(9, visit=2), make_event(2), make_event(1)]

    newest, oldest = group_visits(rows, {})

    assert (newest.visit, oldest.visit) == (2, 1)
    assert [event.occurred_at for event in oldest.events] == [at(1), at(2)]
    assert oldest.duration == timedelta(minutes=1)


def test_browsers_never_share_a_visit() -> None:
    rows = [make_event(1), make_event(2, visitor=VisitorId("bbbb"))]

    assert len(group_visits(rows, {})) == 2


def test_events_without_browser_stand_alone() -> None:
    rows = [make_event(minute, visit=0, kind=EventKind.PURCHASE) for minute in (2, 1)]

    assert [visit.started_at for visit in group_visits(rows, {})] == [at(2), at(1)]


def test_anonymous_visits_are_marked() -> None:
    rows = [make_event(9, visit=2), make_event(1)]

    visits = group_visits(rows, {VISITOR: at(5)})

    assert [visit.is_before_known for visit in visits] == [False, True]


def test_pages_leave_out_other_events() -> None:
    [visit] = group_visits([make_event(2, kind=EventKind.ENGAGED), make_event(1)], {})

    assert [event.occurred_at for event in visit.pages] == [at(1)]


@pytest.mark.parametrize(
    ("path", "data", "interest"),
    [
        ("/running-shoes/42", {}, "running shoes"),
        ("/p/1", {"category": "Tents"}, "Tents"),
        ("/shop/garden_tools/rake?page=2", {}, "garden tools"),
        ("/blog/2026/03/spring", {}, "blog"),
        ("/about", {}, None),
        ("/", {}, None),
        ("/index.html", {}, None),
    ],
)
def test_interest_is_read_from_page(path: str, data: dict[str, str], interest: str | None) -> None:
    found = count_interests([make_event(path=path, data=data)])

    assert found == ([(interest, 1)] if interest else [])


def test_interests_are_ranked_by_pages() -> None:
    rows = [make_event(path=path) for path in ("/tents/1", "/shoes/1", "/shoes/2")]
    rows.append(make_event(path="/tents/1", kind=EventKind.ENGAGED))

    assert count_interests(rows) == [("shoes", 2), ("tents", 1)]


def test_cursor_names_time_and_event() -> None:
    time, _, key = write_cursor(make_event(1)).partition(".")

    assert int(time) == int(at(1).timestamp() * 1000)
    assert key.isdigit()
