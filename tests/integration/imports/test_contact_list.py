"""Lists of people into real databases: once, whole, and never against somebody's no."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.support.people import add_account, add_contact

from footfall import contacts, imports
from footfall.contacts import Contact
from footfall.imports import ListTally
from footfall.kit import Database, Refused
from footfall.model import AccountId

LIST = "E-mail,Name,Tags,Created at,Opt-in,Shoe size\n"
ANNA = "anna@example.com,Anna,vip;news,2024-05-01,yes,38\n"


@pytest.fixture
def account(database: Database) -> AccountId:
    with database.write() as connection:
        return add_account(connection)


def read_list(
    database: Database, account: AccountId, folder: Path, text: str, *, is_trial: bool = False
) -> ListTally:
    path = folder / "list.csv"
    path.write_text(text)
    run = imports.ContactImport(database, account, UTC, is_trial=is_trial)
    with closing(imports.RowFile(path)) as file:
        run.run(file)
    return run.tally


def find(database: Database, account: AccountId, email: str = "anna@example.com") -> Contact | None:
    with database.read() as connection:
        return contacts.find_contact_by_email(connection, account, email)


def find_state(database: Database, account: AccountId) -> str:
    found = find(database, account)
    assert found is not None
    with database.read() as connection:
        return contacts.list_opt_ins(connection, account, [found.contact])[0].state


def test_row_becomes_contact(database: Database, account: AccountId, tmp_path: Path) -> None:
    read_list(database, account, tmp_path, LIST + ANNA)

    anna = find(database, account)
    assert anna is not None
    with database.read() as connection:
        tags = contacts.list_tags(connection, account, [anna.contact])[anna.contact]
    assert (anna.name, anna.properties, tags) == ("Anna", {"Shoe size": "38"}, ["news", "vip"])
    assert anna.created_at == datetime(2024, 5, 1, tzinfo=UTC)


def test_second_run_changes_nothing(database: Database, account: AccountId, tmp_path: Path) -> None:
    read_list(database, account, tmp_path, LIST + ANNA)
    before = find(database, account)

    again = read_list(database, account, tmp_path, LIST + ANNA)

    assert (again.added, again.known) == (0, 1)
    assert find(database, account) == before


def test_bad_rows_are_told_the_rest_kept(
    database: Database, account: AccountId, tmp_path: Path
) -> None:
    rows = "nobody,x,,,,\n" + ANNA + "b@example.com,B,,,perhaps,\n"

    tally = read_list(database, account, tmp_path, LIST + rows)

    assert (tally.rows, tally.added, tally.bad) == (3, 1, 2)
    assert [line for line, _reason in tally.shown] == [2, 4]


def test_empty_cell_takes_nothing_away(
    database: Database, account: AccountId, tmp_path: Path
) -> None:
    read_list(database, account, tmp_path, LIST + ANNA)

    read_list(database, account, tmp_path, LIST + "anna@example.com,,,,,\n")

    anna = find(database, account)
    assert anna is not None
    assert (anna.name, anna.properties) == ("Anna", {"Shoe size": "38"})


@pytest.mark.parametrize(
    ("known", "given", "state"),
    [
        *(("unsubscribed", "yes", "unsubscribed"), ("confirmed", "no", "unsubscribed")),
        ("unconfirmed", "yes", "unconfirmed"),  # the confirmation is still to come
    ],
)
def test_persons_own_word_stands(
    database: Database, account: AccountId, tmp_path: Path, known: str, given: str, state: str
) -> None:
    with database.write() as connection:
        add_contact(connection, account, "anna@example.com", opt_ins={"email": known})

    read_list(database, account, tmp_path, LIST + ANNA.replace("yes", given))

    assert find_state(database, account) == state


def test_dry_run_counts_and_writes_nothing(
    database: Database, account: AccountId, tmp_path: Path
) -> None:
    text = LIST + ANNA + ANNA + "broken\n"

    tally = read_list(database, account, tmp_path, text, is_trial=True)

    assert (tally.added, tally.known, tally.bad) == (1, 1, 1)
    assert find(database, account) is None


def test_long_list_is_read_to_its_end(
    database: Database, account: AccountId, tmp_path: Path
) -> None:
    rows = "".join(f"p{number}@example.com,,,,,\n" for number in range(450))

    assert read_list(database, account, tmp_path, LIST + rows).added == 450
    assert find(database, account, "p449@example.com") is not None


def test_empty_list_is_refused(database: Database, account: AccountId, tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is empty"):
        read_list(database, account, tmp_path, "\n")
