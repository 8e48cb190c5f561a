"""Sites: what was listed, what was seen, and what is wrong with a snippet."""

from __future__ import annotations

from tests.support.claims import at

from footfall import accounts
from footfall.accounts import Site, SiteSighting
from footfall.kit import Connection
from footfall.model import AccountId

OURS, THEIRS = AccountId(1), AccountId(2)
HOST = "shop.example"


def see(connection: Connection, minute: int, **seen: bool) -> Site:
    """The site after one more hit."""
    sighting = SiteSighting(OURS, "smid", HOST, at(minute), **seen)
    accounts.record_sightings(connection, [sighting])
    [site] = accounts.list_sites(connection, OURS)
    return site


def test_listed_host_waits_for_its_first_hit(connection: Connection) -> None:
    accounts.list_site(connection, OURS, " Shop.Example ")

    [site] = accounts.list_sites(connection, OURS)
    assert (site.host, site.is_listed, site.first_hit_at) == (HOST, True, None)


def test_listing_is_by_account(connection: Connection) -> None:
    accounts.list_site(connection, OURS, HOST)

    assert accounts.list_sites(connection, THEIRS) == []


def test_seen_host_keeps_first_and_last(connection: Connection) -> None:
    see(connection, 1)

    site = see(connection, 5)

    assert (site.is_listed, site.first_hit_at, site.last_hit_at) == (False, at(1), at(5))


def test_past_sighting_moves_only_the_first(connection: Connection) -> None:
    see(connection, 5)

    site = see(connection, 1)

    assert (site.first_hit_at, site.last_hit_at) == (at(1), at(5))


def test_seen_host_can_be_listed_later(connection: Connection) -> None:
    see(connection, 1)
    accounts.list_site(connection, OURS, HOST)

    site = see(connection, 2)

    assert (site.is_listed, site.first_hit_at) == (True, at(1))


def test_unlisted_host_keeps_its_history(connection: Connection) -> None:
    accounts.list_site(connection, OURS, HOST)
    see(connection, 1)

    accounts.unlist_site(connection, OURS, HOST)

    [site] = accounts.list_sites(connection, OURS)
    assert (site.is_listed, site.first_hit_at) == (False, at(1))


def test_refused_hit_is_no_first_hit(connection: Connection) -> None:
    site = see(connection, 3, is_refused=True)

    assert (site.refused_at, site.first_hit_at, site.last_hit_at) == (at(3), None, None)


def test_snippet_twice_is_remembered(connection: Connection) -> None:
    see(connection, 3, is_twice=True)

    assert see(connection, 4).twice_at == at(3)


def test_listed_host_covers_what_is_below(connection: Connection) -> None:
    see(connection, 1)
    accounts.list_site(connection, OURS, "listed.example")

    hosts = ("listed.example", "listed.example:8080", "shop.listed.example")
    assert all(accounts.is_listed_host(connection, host) for host in hosts)
    hosts = (HOST, "unlisted.example", "listed.example.evil.example", "example", "")
    assert not any(accounts.is_listed_host(connection, host) for host in hosts)


def test_seen_host_is_not_a_refused_one(connection: Connection) -> None:
    see(connection, 1)
    refused = SiteSighting(OURS, "smid", "refused.example", at(1), is_refused=True)
    accounts.record_sightings(connection, [refused])

    hosts = (HOST, "refused.example", "never.example")
    assert [accounts.is_seen_host(connection, host) for host in hosts] == [True, False, False]


def test_wrong_code_is_listed_for_a_while(connection: Connection) -> None:
    for minute in (1, 5):
        sighting = SiteSighting(None, "wrong" * 20, "x" * 300, at(minute))
        accounts.record_sightings(connection, [sighting])

    [wrong] = accounts.list_wrong_codes(connection, since=at(2))
    assert (len(wrong.smid), len(wrong.host), wrong.last_hit_at) == (64, 255, at(5))
    assert accounts.list_wrong_codes(connection, since=at(6)) == []
