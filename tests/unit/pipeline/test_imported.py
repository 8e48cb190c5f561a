"""Hits of the import door: their time is kept, and an address is never a person."""

from __future__ import annotations

import pytest
from tests.support.browsers import PEOPLE
from tests.support.wire import CONTACT, NOON, VISITOR, make_draft, make_posted

from footfall.kit import from_ms
from footfall.model import (
    IMPORTED_VISITOR,
    AccountId,
    ClaimKind,
    DropReason,
    Event,
    RawHit,
    Touchpoint,
    VisitorId,
)
from footfall.pipeline.memory import Memory, RecentVisit
from footfall.pipeline.parse import Hit, parse
from footfall.pipeline.steps import STEPS, find_visitor, run
from footfall.pipeline.visits import KEPT_VISITS, assign_visit

YEAR_MS = 365 * 86_400_000
IMPORTED = IMPORTED_VISITOR + "5" * 32


def make_imported(agent: str | None = PEOPLE[0], **parameters: object) -> RawHit:
    raw = make_posted(door="import", **parameters)
    headers = {} if agent is None else {"user-agent": agent}
    return RawHit(raw.received_at_ms, raw.door, raw.address, b"", raw.body, headers)


def test_imported_hit_keeps_its_time() -> None:
    hit = parse(make_imported(timestamp=NOON - 9 * YEAR_MS, sent=None))

    assert isinstance(hit, Hit)
    assert hit.occurred_at == from_ms(NOON - 9 * YEAR_MS)


@pytest.mark.parametrize("door", ["gif", "batch", "server", ""])
def test_no_other_door_knows_imported_visitors(door: str) -> None:
    assert find_visitor({"uuid": IMPORTED}, "import") == IMPORTED
    assert find_visitor({"uuid": IMPORTED}, door) == ""


def test_stranger_cannot_add_to_imported_past() -> None:
    draft = make_draft(make_posted(uuid=IMPORTED))

    assert run(draft, STEPS) is DropReason.JUNK_VISITOR


def test_visitor_by_address_is_nobodys() -> None:
    draft = make_draft(make_imported(client=CONTACT, how="login", uuid=IMPORTED))
    draft.visitor = VisitorId(IMPORTED)

    run(draft, STEPS)

    assert draft.proposals == []


def test_importer_says_why_it_names_somebody() -> None:
    draft = make_draft(make_imported(client=CONTACT, how="matomo user id", uuid=VISITOR))

    run(draft, STEPS)

    [proposal] = draft.proposals
    assert proposal == (CONTACT, ClaimKind.API, "matomo user id")


def test_browser_cannot_give_its_own_evidence() -> None:
    draft = make_draft(make_posted(client=CONTACT, how="matomo user id", uuid=VISITOR))

    run(draft, STEPS)

    assert draft.proposals == []


@pytest.mark.parametrize(("agent", "bot"), [(None, ""), ("", "no user agent"), (PEOPLE[0], "")])
def test_only_a_kept_agent_makes_machines(agent: str | None, bot: str) -> None:
    event = run(make_draft(make_imported(agent)), STEPS)

    assert isinstance(event, Event)
    assert event.bot == bot


def test_imported_past_keeps_the_running_visit() -> None:
    memory = Memory()
    running, _ = begin_visit(memory, NOON)
    for day in range(KEPT_VISITS + 1, 0, -1):
        begin_visit(memory, NOON - day * 86_400_000)

    again, is_entry = begin_visit(memory, NOON + 60_000)

    assert (again.visit, is_entry) == (running.visit, False)
    assert len(memory.visits) <= KEPT_VISITS


def begin_visit(memory: Memory, at_ms: int) -> tuple[RecentVisit, bool]:
    return assign_visit(memory, AccountId(1), VisitorId(VISITOR), at_ms, Touchpoint())
