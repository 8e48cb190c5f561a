"""Dumps of Matomo's tables become visits of the past and contacts with their history."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.integration.imports.conftest import Importer
from tests.support.matomo import ANNA, LINKS, write_matomo

from footfall import contacts, identity, imports
from footfall.imports import MatomoTally
from footfall.kit import Refused
from footfall.model import IMPORTED_VISITOR, Channel, ClaimKind, Event, EventKind


def read_matomo(importer: Importer, path: Path, sites: Sequence[str] = ()) -> MatomoTally:
    rules = imports.MatomoRules(smid=importer.smid, sites=frozenset(sites))
    people = importer.make_people(imports.MATOMO_USER)
    run = imports.MatomoImport(
        *(rules, importer.log, importer.bookmarks, importer.pace, importer.ids, people)
    )
    with imports.open_matomo(path) as tables:
        return run.run(tables)


@pytest.fixture
def events(importer: Importer, tmp_path: Path) -> Sequence[Event]:
    read_matomo(importer, write_matomo(tmp_path / "dump"))
    return importer.work()


@pytest.mark.parametrize("kind", ["csv", "tsv"])
def test_actions_arrive_in_their_time(importer: Importer, tmp_path: Path, kind: str) -> None:
    tally = read_matomo(importer, write_matomo(tmp_path / "dump", kind))

    events = importer.work()

    assert (tally.actions, tally.hits, tally.broken) == (8, 7, 1)
    assert events[0].occurred_at == datetime(2024, 5, 1, 10, tzinfo=UTC)
    assert (events[1].site, events[1].path) == ("www.shop.example.com", "/a?b=c")
    assert events[1].title == 'Say "hi"\tand go'


def test_kinds_of_action_are_kept(events: Sequence[Event]) -> None:
    seen = [(event.kind, event.name) for event in events]

    page, custom = (EventKind.PAGE, ""), EventKind.CUSTOM
    assert seen == [
        *(page, page, (custom, "download"), page, (custom, "play"), (custom, "search"), page)
    ]


def test_visits_begin_where_matomo_says(events: Sequence[Event]) -> None:
    entries = [event for event in events if event.is_entry]

    assert [e.touchpoint.channel for e in entries[:2]] == [Channel.SEARCH, Channel.CAMPAIGN]
    assert (entries[0].touchpoint.source, entries[1].touchpoint.campaign) == ("Google", "spring")
    assert len(entries) == 3


def test_browser_and_system_are_told(events: Sequence[Event]) -> None:
    first, second = events[0].device, events[3].device

    assert (first.browser, first.system, first.kind) == ("Firefox", "Windows", "desktop")
    assert (second.browser, second.system, second.kind) == ("Safari", "iOS", "phone")
    assert [event.bot for event in events] == [""] * 7


def test_user_becomes_contact_with_history(importer: Importer, events: Sequence[Event]) -> None:
    with importer.database.read() as connection:
        anna = contacts.find_contact_by_email(connection, importer.account, ANNA)
        [claim] = identity.list_claims_of_visitor(connection, importer.account, events[3].visitor)

    assert anna is not None
    assert anna.created_at == datetime(2024, 6, 1, 10, tzinfo=UTC)
    assert anna.last_seen_at == datetime(2024, 6, 1, 10, 2, tzinfo=UTC)
    assert (claim.contact, claim.kind) == (anna.contact, ClaimKind.API)
    assert claim.evidence == "matomo user id"


def test_visit_without_user_stays_nobodys(events: Sequence[Event]) -> None:
    """Matomo's visitor id may come of a fingerprint, so it joins nothing to Anna."""
    anonymous, annas, members = (events[at].visitor for at in (0, 3, 6))

    assert anonymous.startswith(IMPORTED_VISITOR)
    assert not annas.startswith(IMPORTED_VISITOR)
    assert len({anonymous, annas, members}) == 3


def test_later_dump_goes_on(importer: Importer, tmp_path: Path) -> None:
    read_matomo(importer, write_matomo(tmp_path / "first", links=LINKS[:4]))

    again = read_matomo(importer, write_matomo(tmp_path / "second"))

    assert (again.resumed, again.actions, importer.log.end()) == (True, 4, 7)
    assert read_matomo(importer, tmp_path / "second").actions == 0


def test_one_site_of_many_is_chosen(importer: Importer, tmp_path: Path) -> None:
    tally = read_matomo(importer, write_matomo(tmp_path / "dump"), sites=["2"])

    assert (tally.hits, tally.others) == (1, 6)


@pytest.mark.parametrize("kind", ["zip", "gztar"])
def test_archive_is_as_good_as_folder(importer: Importer, tmp_path: Path, kind: str) -> None:
    folder = write_matomo(tmp_path / "dump")
    packed = shutil.make_archive(str(tmp_path / "packed"), kind, tmp_path, folder.name)

    assert read_matomo(importer, Path(packed)).hits == 7


def test_missing_table_is_named(importer: Importer, tmp_path: Path) -> None:
    folder = write_matomo(tmp_path / "dump")
    (folder / "matomo_log_visit.csv").unlink()

    with pytest.raises(Refused, match=r"no log_visit\.csv"):
        read_matomo(importer, folder)


def test_dump_without_header_is_refused(importer: Importer, tmp_path: Path) -> None:
    folder = write_matomo(tmp_path / "dump")
    table = folder / "matomo_log_visit.csv"
    table.write_text(table.read_text().partition("\n")[2])

    with pytest.raises(Refused, match="has no column idvisit"):
        read_matomo(importer, folder)


def test_file_of_something_else_is_refused(importer: Importer, tmp_path: Path) -> None:
    path = tmp_path / "dump.sql"
    path.write_text("CREATE TABLE")

    with pytest.raises(Refused, match="no folder, zip or tar"):
        read_matomo(importer, path)
