"""Headers as people write them, and rows that say what they mean."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from footfall.imports.contact_columns import Declared, read_columns, read_row
from footfall.kit import Refused

WARSAW = ZoneInfo("Europe/Warsaw")


def declare(**cells: str) -> Declared:
    given = {"email": "anna@example.com", **cells}
    return read_row(read_columns(list(given)), list(given.values()), WARSAW)


@pytest.mark.parametrize(
    ("header", "meaning"),
    [
        *(("Telefon", "phone"), ("First Name", "first_name"), ("Imię i nazwisko", "name")),
        *(("FIRMA", "company"), ("created_at", "created_at"), ("Opt-in", "email_opt_in")),
        *(("Kod pocztowy", "zipCode"), ("Tags", "tags"), ("Shoe size", ""), ("", "")),
    ],
)
def test_headers_get_their_meaning(header: str, meaning: str) -> None:
    assert read_columns(["E-mail", header]).meanings == ["email", meaning]


def test_second_column_of_meaning_is_property() -> None:
    declared = declare(phone="1", mobile="2")

    assert declared.change.fields["phone"] == "1"
    assert declared.change.properties == {"mobile": "2"}


def test_list_without_addresses_is_refused() -> None:
    with pytest.raises(Refused, match="Shoe size"):
        read_columns(["Name", "Shoe size"])


def test_row_fills_every_place() -> None:
    declared = declare(
        first="", first_name="Anna", last_name="Nowak", city="Łódź", tags="a; b|c", color="red"
    )

    change = declared.change
    assert (change.fields, change.address) == ({"name": "Anna Nowak"}, {"city": "Łódź"})
    assert (change.tags, change.properties) == (("a", "b", "c"), {"color": "red"})


@pytest.mark.parametrize("email", ["", "anna", "a@b", "null", "a b@example.com"])
def test_row_needs_an_address(email: str) -> None:
    with pytest.raises(Refused):
        declare(email=email)


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("2025-03-01", "2025-02-28T23:00:00Z"),  # midnight where the account lives
        ("2025-07-01 12:30", "2025-07-01T10:30:00Z"),
        ("2025-03-01T12:00:00Z", "2025-03-01T12:00:00Z"),
        ("2025-03-01T12:00:00+05:30", "2025-03-01T06:30:00Z"),
        ("1.3.2025", "2025-02-28T23:00:00Z"),
        ("31.12.2024 23:59", "2024-12-31T22:59:00Z"),
        ("1740830400", "2025-03-01T12:00:00Z"),
        ("1740830400000", "2025-03-01T12:00:00Z"),
    ],
)
def test_times_are_instants(written: str, instant: str) -> None:
    assert declare(created_at=written).created_at == datetime.fromisoformat(instant)


@pytest.mark.parametrize("written", ["03/04/2025", "soon", "2999-01-01", "1902-01-01", "31.2.2025"])
def test_doubtful_time_spoils_row(written: str) -> None:
    with pytest.raises(Refused):
        declare(created_at=written)


@pytest.mark.parametrize(
    ("cells", "opt_ins"),
    [
        *(({"opt-in": "yes"}, {"email": "confirmed"}), ({"zgoda": "TAK"}, {"email": "confirmed"})),
        *(({"opt-in": "0"}, {"email": "unsubscribed"}), ({"opt-in": ""}, {})),
        ({"newsletter": "pending"}, {"email": "unconfirmed"}),
        ({"unsubscribed": "yes"}, {"email": "unsubscribed"}),
        ({"unsubscribed": "unsubscribed"}, {"email": "unsubscribed"}),
        ({"unsubscribed": "no"}, {}),  # not having left is no yes
        ({"opt-in": "yes", "opt-out": "yes"}, {"email": "unsubscribed"}),
        ({"sms opt-in": "1"}, {"phone": "confirmed"}),
    ],
)
def test_only_a_yes_is_a_yes(cells: dict[str, Any], opt_ins: dict[str, str]) -> None:
    assert declare(**cells).change.opt_ins == opt_ins


@pytest.mark.parametrize("header", ["opt-in", "opt-out"])
def test_unclear_opt_in_spoils_row(header: str) -> None:
    with pytest.raises(Refused, match="neither yes nor no"):
        declare(**{header: "maybe"})


def test_more_cells_than_headers_spoil_row() -> None:
    with pytest.raises(Refused, match="3 cells under 2 headers"):
        read_row(read_columns(["email", "name"]), ["a@example.com", "b", "c"], WARSAW)


def test_missing_cells_leave_facts_alone() -> None:
    declared = read_row(read_columns(["email", "name"]), ["a@example.com"], WARSAW)

    assert declared.change.fields == {}
