"""A past that is imported after the present is known, through the whole pipeline."""

from __future__ import annotations

from tests.integration.pipeline.conftest import Bench
from tests.support.people import add_contact
from tests.support.wire import NOON, VISITOR, make_gif, make_posted

from footfall import accounts, contacts, identity
from footfall.kit import from_ms
from footfall.model import RawHit

DAY = 86_400_000
YEAR = 365 * DAY


def make_past(days_ago: int, **parameters: object) -> RawHit:
    """A hit that the importer read today of a day long ago."""
    happened = {"timestamp": NOON - days_ago * DAY, "sent": None}
    return make_posted(door="import", **{**happened, **parameters})


def test_old_hit_keeps_its_time(bench: Bench) -> None:
    [event] = bench.receive(make_past(800))

    assert event.occurred_at == from_ms(NOON - 800 * DAY)
    assert event.received_at == from_ms(NOON)


def test_past_moves_only_first_facts(bench: Bench) -> None:
    bench.receive(make_gif(uri="/now?utm_source=now&utm_medium=cpc"))
    bench.receive(make_past(400, uri="/then", referrer="https://www.google.com/"))

    visitor = bench.find_visitor(VISITOR)

    assert visitor is not None
    assert (visitor.first_seen_at, visitor.last_seen_at) == (
        from_ms(NOON - 400 * DAY),
        from_ms(NOON),
    )
    assert (visitor.first_touchpoint.source, visitor.last_touchpoint.source) == ("Google", "now")
    assert (visitor.last_path, visitor.visits, visitor.pages) == ("/now", 2, 2)


def test_running_visit_outlives_imported_past(bench: Bench) -> None:
    [before] = bench.receive(make_gif(uri="/a"))
    bench.receive(*(make_past(days, uri=f"/{days}") for days in range(30, 0, -1)))

    [after] = bench.receive(make_gif(NOON + 60_000, uri="/b"))

    assert (after.visit, after.is_entry) == (before.visit, False)


def test_pages_of_a_past_visit_stay_together(bench: Bench) -> None:
    bench.receive(make_gif())
    minutes = [make_past(9, timestamp=NOON - 9 * DAY + m * 60_000, uri=f"/{m}") for m in (0, 20)]

    first, second = bench.receive(*minutes)

    assert first.visit == second.visit
    assert (first.is_entry, second.is_entry) == (True, False)


def test_past_claim_wins_the_anonymous_past(bench: Bench) -> None:
    with bench.database.write() as connection:
        old = add_contact(connection, bench.account, "old@example.com").contact
        new = add_contact(connection, bench.account, "new@example.com").contact
    bench.receive(make_posted(type="identify", how="login", client=new))

    bench.receive(make_past(100, client=old, how="matomo user id"))

    with bench.database.read() as connection:
        spans = identity.find_spans(connection, bench.account, [VISITOR])[VISITOR]
        seen = contacts.fetch_contact(connection, bench.account, new).last_seen_at
    assert [(span.contact, span.until_at) for span in spans] == [(old, from_ms(NOON)), (new, None)]
    assert seen == from_ms(NOON)


def test_past_makes_a_site_known_not_recent(bench: Bench) -> None:
    bench.receive(make_gif())
    bench.receive(make_past(50))

    with bench.database.read() as connection:
        [site] = accounts.list_sites(connection, bench.account)

    assert (site.first_hit_at, site.last_hit_at) == (from_ms(NOON - 50 * DAY), from_ms(NOON))
