"""Access logs on disk become the visits of the past, each line once."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

import pytest
from tests.integration.imports.conftest import SITE, Importer
from tests.support.browsers import PEOPLE
from tests.support.log_lines import START, make_json_line, make_line, write_log
from tests.support.people import add_contact
from tests.support.wire import VISITOR

from footfall import accounts, contacts, identity
from footfall.kit import Refused, now
from footfall.model import IMPORTED_VISITOR, Channel, ClaimKind, DropReason, VisitorId

DAY = 24 * 60
BOT = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


def test_page_view_arrives_with_its_past(importer: Importer, tmp_path: Path) -> None:
    line = make_line(target="/a?utm_source=news&b=c", referrer="https://www.google.com/")
    importer.read_logs(write_log(tmp_path / "access.log", [line]))

    [event] = importer.work()

    assert (event.occurred_at, event.site, event.path) == (START, SITE, "/a?b=c")
    assert (event.touchpoint.channel, event.device.browser) == (Channel.CAMPAIGN, "Chrome")


def test_lines_are_sorted_by_what_they_are(importer: Importer, tmp_path: Path) -> None:
    lines = [make_line(), make_line(target="/a.css"), "broken", "", make_line(status=404)]

    tally = importer.read_logs(write_log(tmp_path / "access.log", lines))

    assert (tally.lines, tally.pages, tally.others, tally.broken) == (4, 1, 2, 1)
    assert tally.shown == ["broken"]


def test_line_of_the_future_is_broken(importer: Importer, tmp_path: Path) -> None:
    ahead = (now() - START + timedelta(days=3)) / timedelta(minutes=1)

    tally = importer.read_logs(write_log(tmp_path / "access.log", [make_line(ahead), make_line()]))

    assert (tally.broken, tally.pages) == (1, 1)


def test_visits_and_days_part_visitors(importer: Importer, tmp_path: Path) -> None:
    minutes = (0, 10, 60, DAY, DAY + 1)
    importer.read_logs(write_log(tmp_path / "a.log", [make_line(minute) for minute in minutes]))

    events = importer.work()

    pages = Counter(event.visitor for event in events)
    assert sorted(pages.values()) == [2, 3]
    assert [event.is_entry for event in events] == [True, False, True, True, False]


def test_machines_are_labelled_not_lost(importer: Importer, tmp_path: Path) -> None:
    lines = [make_line(), make_line(1, agent=BOT), make_line(2, agent="-")]
    importer.read_logs(write_log(tmp_path / "access.log", lines))

    assert [event.bot for event in importer.work()] == ["", "Googlebot", "no user agent"]


def test_second_run_adds_nothing(importer: Importer, tmp_path: Path) -> None:
    path = write_log(tmp_path / "access.log", [make_line(m) for m in range(50)])
    importer.read_logs(path)

    again = importer.read_logs(path)

    assert (again.lines, again.resumed, importer.log.end()) == (0, 1, 50)


def test_renamed_and_packed_log_is_known(importer: Importer, tmp_path: Path) -> None:
    lines = [make_line(m) for m in range(50)]
    importer.read_logs(write_log(tmp_path / "access.log", lines))

    importer.read_logs(write_log(tmp_path / "access.log.2.gz", lines))

    assert importer.log.end() == 50


def test_log_that_grew_is_read_on(importer: Importer, tmp_path: Path) -> None:
    lines = [make_line(m, f"/{m}") for m in range(200)]
    for until in (1, 1, 3, 200):  # from less than a prefix to more than one
        importer.read_logs(write_log(tmp_path / "access.log", lines[:until]))

    assert [event.path for event in importer.work()] == [f"/{m}" for m in range(200)]


def test_line_being_written_comes_later(importer: Importer, tmp_path: Path) -> None:
    lines = [make_line(m, f"/{m}") for m in range(2)]
    importer.read_logs(write_log(tmp_path / "access.log", [lines[0], lines[1][:40]], end=""))
    importer.read_logs(write_log(tmp_path / "access.log", lines))

    assert [event.path for event in importer.work()] == ["/0", "/1"]


def test_last_line_needs_no_end(importer: Importer, tmp_path: Path) -> None:
    path = write_log(tmp_path / "access.log", [make_line(), make_line(1)], end="")
    importer.read_logs(path)
    importer.read_logs(write_log(path, [make_line(), make_line(1), make_line(2)]))

    assert len(importer.work()) == 3


def test_another_log_of_same_name_is_another(importer: Importer, tmp_path: Path) -> None:
    for address in ("192.0.2.1", "192.0.2.2"):
        importer.read_logs(write_log(tmp_path / "access.log", [make_line(address=address)]))

    assert len(importer.work()) == 2


def test_files_are_read_in_order_of_time(importer: Importer, tmp_path: Path) -> None:
    newer = write_log(tmp_path / "access.log", [make_line(10), make_line(20)])
    older = write_log(tmp_path / "access.log.1", [make_line(0), make_line(5)])
    importer.read_logs(newer, older)

    events = importer.work()

    assert [event.is_entry for event in events] == [True, False, False, False]


def test_operator_may_begin_again(importer: Importer, tmp_path: Path) -> None:
    path = write_log(tmp_path / "access.log", [make_line()])
    importer.read_logs(path)

    importer.read_logs(path, from_start=True)

    assert importer.log.end() == 2
    assert len(importer.work()) == 1  # the pipeline knows its last hits of a visitor


def test_each_account_has_its_own_place(importer: Importer, tmp_path: Path) -> None:
    path = write_log(tmp_path / "access.log", [make_line()])
    importer.read_logs(path)

    other = importer.read_logs(path, smid="another0account0")

    assert other.pages == 1


def test_only_the_past_until_is_read(importer: Importer, tmp_path: Path) -> None:
    path = write_log(tmp_path / "access.log", [make_line(m) for m in (0, 5, 9)])

    tally = importer.read_logs(path, until=START + timedelta(minutes=5))

    assert (tally.pages, tally.late) == (1, 2)


def test_json_log_says_where_and_who(importer: Importer, tmp_path: Path) -> None:
    lines = [make_json_line(host="b.example", cookie_smuuid=VISITOR)]
    importer.read_logs(write_log(tmp_path / "access.json", lines), site="")

    [event] = importer.work()

    assert (event.visitor, event.site) == (VISITOR, "b.example")


def test_log_without_host_needs_site(importer: Importer, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="--site"):
        importer.read_logs(write_log(tmp_path / "access.log", [make_line()]), site="")


def test_address_is_nobodys_though_cookie_is(importer: Importer, tmp_path: Path) -> None:
    with importer.database.write() as connection:
        known = add_contact(connection, importer.account, "anna@example.com").contact
    lines = [
        make_json_line(0, request_uri="/nobody"),
        make_json_line(1, cookie_smuuid=VISITOR, cookie_smclient=known),
        make_json_line(2, cookie_smclient=known),
    ]
    importer.read_logs(write_log(tmp_path / "access.json", lines))

    events = importer.work()

    with importer.database.read() as connection:
        spans = identity.list_spans(connection, importer.account, known)
    browsers = [s.visitor for s in spans if not s.visitor.startswith("contact:")]
    assert browsers == [VISITOR]
    assert [e.visitor.startswith(IMPORTED_VISITOR) for e in events] == [True, False, True]


def test_user_with_address_becomes_contact(importer: Importer, tmp_path: Path) -> None:
    lines = [make_line(0, user="anna@example.com"), make_line(DAY, user="anna@example.com")]
    tally = importer.read_logs(write_log(tmp_path / "access.log", lines))

    [first, second] = importer.work()

    with importer.database.read() as connection:
        anna = contacts.find_contact_by_email(connection, importer.account, "anna@example.com")
        [claim] = identity.list_claims_of_visitor(connection, importer.account, first.visitor)
    assert anna is not None
    assert (anna.created_at, anna.is_monitored, tally.contacts) == (START, True, 1)
    assert first.visitor == second.visitor
    assert (claim.contact, claim.kind, claim.evidence) == (
        *(anna.contact, ClaimKind.API),
        "access log user",
    )


def test_user_without_address_stays_unnamed(importer: Importer, tmp_path: Path) -> None:
    lines = [make_line(0, user="anna"), make_line(DAY, user="anna", agent=PEOPLE[1])]
    tally = importer.read_logs(write_log(tmp_path / "access.log", lines))

    assert len({event.visitor for event in importer.work()}) == 1
    assert tally.contacts == 0


def test_owners_rules_hold_for_the_past(importer: Importer, tmp_path: Path) -> None:
    with importer.database.write() as connection:
        accounts.list_site(connection, importer.account, "elsewhere.example")
    importer.read_logs(write_log(tmp_path / "access.log", [make_line()]))
    importer.work()

    assert importer.dropped() == {DropReason.UNLISTED_DOMAIN.value: 1}


@pytest.mark.parametrize(("has_consent", "stored"), [(True, 1), (False, 0)])
def test_consent_is_the_operators_word(
    importer: Importer, tmp_path: Path, has_consent: bool, stored: int
) -> None:
    asking = accounts.AccountSettings(consent_required=True)
    with importer.database.write() as connection:
        accounts.save_settings(connection, importer.account, asking, name="Shop", time_zone="UTC")

    importer.read_logs(write_log(tmp_path / "a.log", [make_line()]), has_consent=has_consent)

    assert len(importer.work()) == stored


def test_cut_archive_is_told(importer: Importer, tmp_path: Path) -> None:
    path = write_log(tmp_path / "access.log.gz", [make_line(m, f"/{m}") for m in range(500)])
    path.write_bytes(path.read_bytes()[:-50])

    tally = importer.read_logs(path)

    assert tally.cut == ["access.log.gz"]
    assert 0 < tally.pages < 500


def test_visitor_row_tells_the_past(importer: Importer, tmp_path: Path) -> None:
    importer.read_logs(write_log(tmp_path / "a.log", [make_line(m) for m in (0, 1)]))
    [first, _second] = importer.work()

    with importer.database.read() as connection:
        rows = identity.find_visitors(connection, importer.account, [VisitorId(first.visitor)])

    [row] = rows.values()
    assert (row.first_seen_at, row.pages, row.visits) == (START, 2, 1)
