"""What of an event stands in which column."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import Any

import pytest
from tests.support.events import ACCOUNT, make_event

from footfall.events import event_key
from footfall.events.columns import make_columns, visitor_key
from footfall.events.engine import split_statements
from footfall.model import AccountId, EventKind, Organisation, OrganisationKind, VisitorId


def read(table: str, name: str, **facts: Any) -> Any:
    columns = {column.name: column for column in make_columns([make_event(**facts)])[table]}
    return columns[name].values[0]


@pytest.mark.parametrize("table", ["timeline", "hits"])
def test_columns_are_those_of_the_schema(table: str) -> None:
    text = files("footfall.events").joinpath("schema.sql").read_text("utf-8")
    (statement,) = [part for part in split_statements(text) if f"EXISTS {table} " in part]
    in_schema = set(re.findall(r"^    ([a-z_]+) \w+", statement, flags=re.MULTILINE))

    inserted = [column.name for column in make_columns([make_event()])[table]]

    assert sorted(inserted) == sorted(in_schema)


def test_timeline_is_inserted_first() -> None:
    tables = list(make_columns([make_event()]))

    assert tables == ["timeline", "hits"]


def test_only_page_views_name_a_page() -> None:
    assert read("hits", "page", path="/a") == "/a"
    assert read("hits", "page", path="/a", kind=EventKind.ENGAGED) == ""


@pytest.mark.parametrize("kind", OrganisationKind)
def test_only_companies_are_named(kind: OrganisationKind) -> None:
    name = read("hits", "company", organisation=Organisation(name="ACME", kind=kind))

    assert name == ("ACME" if kind is OrganisationKind.COMPANY else "")


def test_visit_keeps_its_lower_half() -> None:
    assert read("hits", "visit", visit=2**64 - 1) == 2**32 - 1
    assert read("timeline", "visit", visit=0) == 0


def test_machine_is_marked_by_name() -> None:
    assert not read("hits", "is_bot", bot="")
    assert read("hits", "is_bot", bot="Googlebot")


def test_keys_never_change() -> None:
    # Stored events are found by these for ever.
    assert event_key("cart-7") == 10036701795164569397
    assert visitor_key(ACCOUNT, VisitorId("v1")) == 6041321328989481721


def test_same_visitor_differs_by_account() -> None:
    keys = {visitor_key(AccountId(number), VisitorId("v1")) for number in range(3)}

    assert len(keys) == 3
