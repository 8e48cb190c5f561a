"""A visitor's row comes back as it was saved, and the list pages by the last sight."""

from __future__ import annotations

from tests.support.claims import ACCOUNT, at

from footfall import identity
from footfall.identity import Visitor
from footfall.kit import Database
from footfall.model import AccountId, Channel, Device, Organisation, Place, Touchpoint, VisitorId


def make_visitor(name: str, minute: int = 0, **known: object) -> Visitor:
    return Visitor(
        account=ACCOUNT,
        visitor=VisitorId(name),
        first_seen_at=at(0),
        last_seen_at=at(minute),
        **known,  # type: ignore[arg-type]
    )


FULL = make_visitor(
    "aaaa",
    3,
    visits=2,
    pages=7,
    missing=1,
    bot="crawler",
    site="shop.example",
    last_path="/żółw",
    last_title="Żółw",
    first_touchpoint=Touchpoint(channel=Channel.SEARCH, source="Google", term="żółw"),
    device=Device(kind="phone"),
    place=Place(country="PL", confidence=0.7),
    organisation=Organisation(name="Acme", asn=64_500),
    memory=b"\x00\xff",
)


def test_saved_visitor_comes_back_whole(database: Database) -> None:
    with database.write() as connection:
        identity.save_visitors(connection, [FULL])

        assert identity.find_visitors(connection, ACCOUNT, [FULL.visitor]) == {"aaaa": FULL}


def test_saving_again_replaces_the_row(database: Database) -> None:
    with database.write() as connection:
        identity.save_visitors(connection, [FULL])
        identity.save_visitors(connection, [make_visitor("aaaa", 9)])

        found = identity.find_visitors(connection, ACCOUNT, [FULL.visitor])
    assert found == {"aaaa": make_visitor("aaaa", 9)}


def test_nul_in_a_title_stops_nobody(database: Database) -> None:
    with database.write() as connection:
        identity.save_visitors(connection, [make_visitor("aaaa", last_title="a\0b")])

        [found] = identity.list_visitors(connection, ACCOUNT, 1)
    assert found.last_title == "ab"


def test_list_pages_by_last_sight(database: Database) -> None:
    with database.write() as connection:
        names = ["one", "two", "three"]
        identity.save_visitors(connection, [make_visitor(n, m) for m, n in enumerate(names)])

        first = identity.list_visitors(connection, ACCOUNT, 2)
        rest = identity.list_visitors(connection, ACCOUNT, 2, before=first[-1].last_seen_at)
    assert [visitor.visitor for visitor in [*first, *rest]] == ["three", "two", "one"]


def test_pages_split_equal_moments(database: Database) -> None:
    with database.write() as connection:
        identity.save_visitors(connection, [make_visitor(name) for name in "abc"])

        [first, last] = identity.list_visitors(connection, ACCOUNT, 2)
        rest = identity.list_visitors(connection, ACCOUNT, 2, last.last_seen_at, last.visitor)
    assert [visitor.visitor for visitor in [first, last, *rest]] == ["c", "b", "a"]


def test_machines_are_listed_on_request(database: Database) -> None:
    with database.write() as connection:
        identity.save_visitors(connection, [FULL])

        people = identity.list_visitors(connection, ACCOUNT, 9)
        everybody = identity.list_visitors(connection, ACCOUNT, 9, with_bots=True)
    assert (people, everybody) == ([], [FULL])


def test_missing_hits_are_summed(database: Database) -> None:
    with database.write() as connection:
        assert identity.count_missing(connection) == 0

        identity.save_visitors(connection, [FULL, make_visitor("bbbb", missing=4)])
        assert identity.count_missing(connection) == 5


def test_other_accounts_see_no_visitor(database: Database) -> None:
    with database.write() as connection:
        identity.save_visitors(connection, [FULL])

        assert identity.find_visitors(connection, AccountId(2), [FULL.visitor]) == {}
