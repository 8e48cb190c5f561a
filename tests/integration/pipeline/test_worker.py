"""Hits through the whole pipeline into a real people database, on both engines."""

from pathlib import Path

import pytest
from tests.integration.pipeline.conftest import Bench
from tests.support.browsers import PEOPLE
from tests.support.geo_files import GDANSK, LODZ, write_mmdb
from tests.support.people import add_contact
from tests.support.wire import NOON, VISITOR, make_gif, make_posted, make_visitor

from footfall import accounts, contacts, identity
from footfall.accounts import AccountSettings
from footfall.identity import Visitor
from footfall.kit import Connection, Database
from footfall.model import AccountId, BuryReason, Channel, DropReason, RawHit, VisitorId
from footfall.pipeline import batch, mmdb
from footfall.pipeline.draft import Draft
from footfall.pipeline.geo import Geo

MINUTE = 60_000


def seen(bench: Bench, visitor: str = VISITOR) -> Visitor:
    found = bench.find_visitor(visitor)
    assert found is not None
    return found


def list_example(connection: Connection, account: AccountId) -> None:
    accounts.list_site(connection, account, "example.org")


def ask_consent(connection: Connection, account: AccountId) -> None:
    accounts.save_settings(
        connection, account, AccountSettings(consent_required=True), name="Shop", time_zone="UTC"
    )


@pytest.mark.parametrize(
    ("hit", "reason"),
    [
        (make_gif(smid="wrong0code0wrong"), DropReason.UNKNOWN_ACCOUNT),
        (make_gif(uuid="undefined"), DropReason.JUNK_VISITOR),
    ],
)
def test_hit_of_nobody_is_dropped(bench: Bench, hit: RawHit, reason: DropReason) -> None:
    assert bench.receive(hit) == []
    assert bench.outcomes().dropped == {reason.value: 1}


@pytest.mark.parametrize(
    ("rule", "reason"),
    [(list_example, DropReason.UNLISTED_DOMAIN), (ask_consent, DropReason.NO_CONSENT)],
)
def test_owners_rule_drops_from_next_batch(bench: Bench, rule: object, reason: DropReason) -> None:
    bench.receive(make_gif(hit="before"))
    with bench.database.write() as connection:
        rule(connection, bench.account)  # type: ignore[operator]

    bench.receive(make_gif(hit="after"))

    assert bench.outcomes().dropped == {reason.value: 1}


def test_hits_of_stopped_contact_are_dropped(bench: Bench) -> None:
    with bench.database.write() as connection:
        contact = add_contact(connection, bench.account, "a@example.com").contact
    bench.receive(make_posted(type="identify", how="login", client=contact))
    with bench.database.write() as connection:
        contacts.set_stopped(connection, bench.account, contact, is_stopped=True)

    bench.receive(make_gif(NOON + MINUTE))

    assert bench.outcomes().dropped == {DropReason.STOPPED.value: 1}


def test_duplicate_in_later_batch_is_dropped(bench: Bench) -> None:
    bench.receive(make_gif(seq=1, hit="a"))

    assert bench.receive(make_gif(seq=1, hit="a")) == []
    assert bench.outcomes().dropped == {DropReason.DUPLICATE.value: 1}


@pytest.mark.parametrize(
    ("hit", "reason"),
    [
        (RawHit(NOON, "gif", "", b""), BuryReason.BAD_QUERY),
        (RawHit(NOON, "batch", "", b"", b"{"), BuryReason.BAD_JSON),
        (RawHit(NOON, "batch", "", b"", b"[]"), BuryReason.BAD_SHAPE),
        (RawHit(NOON, "gif", "", b"x" * 20_000), BuryReason.TOO_LARGE),
    ],
)
def test_unreadable_hit_is_kept_whole(bench: Bench, hit: RawHit, reason: BuryReason) -> None:
    stored = bench.receive(hit, make_gif())

    (buried,) = bench.log.list_buried()
    assert (buried.reason, buried.hit, len(stored)) == (reason, hit, 1)


def crash_on_title(draft: Draft) -> None:
    if draft.hit.text("title") == "crash":
        raise ZeroDivisionError


def test_hit_that_crashed_us_can_be_replayed(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its number was taken when the step crashed; the mended pipeline must not mind."""
    hits = [make_gif(seq=n, hit=n, title="crash" if n == 2 else "") for n in (1, 2, 3)]
    with monkeypatch.context() as broken:
        broken.setattr(batch, "STEPS", (*batch.STEPS[:-1], crash_on_title, batch.STEPS[-1]))
        bench.receive(*hits)
    (buried,) = bench.log.list_buried()
    missing = seen(bench).missing

    bench.log.replay(buried.offset)
    bench.worker.work_once()

    assert (buried.reason, missing) == (BuryReason.CRASHED, 1)
    assert (len(bench.store.events), seen(bench).missing) == (3, 0)


POISON = [
    {"title": "a\0b", "uri": "/\0", "location": "a\0b", "client": "\0"},
    {"seq": "999999999999999", "engaged": 999_999_999_999_999},
    {"title": "\U0001f600" * 3_000, "uri": "/" + "x" * 9_000, "location": "h" * 900},
    {"value": "1e308", "currency": "\0\0\0", "x": "\x85\u2028\ufeff"},
    {"timestamp": "999999999999999", "sent": "999999999999999"},
]


@pytest.mark.parametrize("parameters", POISON)
def test_poisonous_hit_stops_nobody(bench: Bench, parameters: dict[str, object]) -> None:
    hits = [
        make_gif(**{"hit": "a", **parameters}),
        make_posted(**{"hit": "b", "type": "event", **parameters}),
        make_posted(door="server", **{"hit": "c", "type": "external", **parameters}),
        make_gif(hit="last"),
    ]

    stored = bench.receive(*hits)

    assert bench.log.end() == len(stored) + bench.outcomes().buried
    assert bench.outcomes().stored >= 3


def test_first_source_is_kept_for_ever(bench: Bench) -> None:
    bench.receive(make_gif(referrer="https://www.google.com/search?q=shoes"))
    bench.receive(make_gif(NOON + MINUTE, uri="/?utm_source=news"))

    first, last = seen(bench).first_touchpoint, seen(bench).last_touchpoint

    assert (first.channel, first.source, first.term) == (Channel.SEARCH, "Google", "shoes")
    assert (last.channel, last.source) == (Channel.CAMPAIGN, "news")


def test_late_hit_moves_nothing_back(bench: Bench) -> None:
    bench.receive(make_gif(NOON, title="now"))
    late = make_posted(
        NOON + MINUTE, timestamp=NOON - 2 * MINUTE, sent=NOON + MINUTE, title="before"
    )
    bench.receive(late)

    visitor = seen(bench)

    assert (visitor.last_title, visitor.pages, visitor.visits) == ("now", 2, 1)
    assert visitor.first_seen_at < visitor.last_seen_at


def test_gaps_are_counted_until_filled(bench: Bench) -> None:
    bench.receive(make_gif(seq=1, hit=1), make_gif(NOON + 5, seq=4, hit=4))
    missing = seen(bench).missing

    bench.receive(make_gif(NOON + 9, seq=3, hit=3), make_gif(NOON + 9, seq=2, hit=2))

    assert (missing, seen(bench).missing) == (2, 0)


def test_visits_run_on_over_batches(bench: Bench) -> None:
    hits = [
        make_gif(NOON + n * 7 * MINUTE, uuid=make_visitor(n % 2), seq=n // 2 + 1, hit=n)
        for n in range(12)
    ]
    one_by_one = [event for hit in hits for event in bench.receive(hit)]

    for visitor in (make_visitor(0), make_visitor(1)):
        mine = [event for event in one_by_one if event.visitor == visitor]
        assert [event.is_entry for event in mine] == [True, *[False] * 5]
        assert len({event.visit for event in mine}) == 1


def test_claim_needs_contact_that_exists(bench: Bench) -> None:
    nobody = "99999999-2222-4333-8444-555555555555"

    bench.receive(make_posted(type="identify", how="login", client=nobody))

    with bench.database.read() as connection:
        claims = identity.list_claims_of_visitor(connection, bench.account, VisitorId(VISITOR))
    assert claims == []


def test_scanner_before_reader_identifies_only_reader(bench: Bench) -> None:
    with bench.database.write() as connection:
        contact = add_contact(connection, bench.account, "a@example.com").contact
    scanner, reader = make_visitor(1), make_visitor(2)

    bench.receive(
        make_gif(uuid=scanner, link=contact, smconv="m1", agent=f"{PEOPLE[0]} Mimecast"),
        make_gif(uuid=reader, link=contact, smconv="m1"),
    )

    with bench.database.read() as connection:
        held = identity.find_spans(
            connection, bench.account, [VisitorId(scanner), VisitorId(reader)]
        )
    assert list(held) == [reader]


def test_swapped_places_serve_running_worker(
    sqlite_database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mmdb, "LOOK_SECONDS", 0.0)
    path = tmp_path / "city.mmdb"
    write_mmdb(path, LODZ)
    bench = Bench(sqlite_database, Geo(path))
    (before,) = bench.receive(make_gif(hit="a"))

    write_mmdb(tmp_path / "new.mmdb", GDANSK)
    (tmp_path / "new.mmdb").replace(path)
    (after,) = bench.receive(make_gif(hit="b"))

    assert (before.place.city, after.place.city) == ("Łódź", "Gdańsk")
