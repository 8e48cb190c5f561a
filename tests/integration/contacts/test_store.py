"""Contacts are made and changed by declared facts alone, one card per address."""

from __future__ import annotations

from threading import Barrier, Thread

import pytest
import sqlalchemy as sa
from tests.support.claims import at
from tests.support.people import add_account, add_contact

from footfall import contacts
from footfall.contacts import ContactChange
from footfall.kit import Connection, Database, NotFound, Refused, make_uuid
from footfall.model import AccountId, ContactId


def test_first_upsert_makes_a_contact(database: Database) -> None:
    with database.write() as connection:
        account = add_account(connection)
        change = ContactChange(fields={"name": "Ann"}, source="form")

        found, is_new = contacts.upsert_contact(connection, account, " Ann@Example.com ", change)

    assert (found.email, found.name, is_new) == ("ann@example.com", "Ann", True)
    assert contacts.is_contact_id(found.contact)


def test_second_upsert_finds_the_contact(database: Database) -> None:
    with database.write() as connection:
        account = add_account(connection)
        first = add_contact(connection, account, "ann@example.com", fields={"name": "Ann"})

        again, is_new = contacts.upsert_contact(
            connection, account, "ANN@example.com", ContactChange(fields={"phone": "1"})
        )

    assert (again.contact, again.name, again.phone, is_new) == (first.contact, "Ann", "1", False)


def test_accounts_keep_their_own_contacts(database: Database) -> None:
    with database.write() as connection:
        ours, theirs = add_account(connection), add_account(connection)
        ann = add_contact(connection, ours, "ann@example.com")

        assert contacts.find_contact_by_email(connection, theirs, "ann@example.com") is None
        assert contacts.find_contacts(connection, theirs, [ann.contact]) == {}


@pytest.mark.parametrize(
    "junk",
    [
        *("", "null", "undefined", "0", "[object Object]", "ann", "ann@", "@example.com"),
        *("a b@example.com", "ann@example", "ann@example..com", "a\0b@example.com"),
        *("ann@example.com,bob@example.com", f"{'a' * 65}@example.com", "<ann@example.com>"),
    ],
)
def test_junk_is_no_address(sqlite_database: Database, junk: str) -> None:
    with sqlite_database.write() as connection, pytest.raises(Refused):
        contacts.upsert_contact(connection, AccountId(1), junk, ContactChange())


def test_unknown_field_is_left_out(database: Database) -> None:
    with database.write() as connection:
        account = add_account(connection)

        found = add_contact(connection, account, "a@x.example", fields={"score": "9", "name": "A"})

    assert (found.score, found.name) == (0, "A")


def test_properties_and_address_are_joined(database: Database) -> None:
    with database.write() as connection:
        account = add_account(connection)
        add_contact(connection, account, "a@x.example", properties={"size": "M", "pet": "cat"})

        found = add_contact(
            connection, account, "a@x.example", properties={"pet": "dog"}, address={"city": "Łódź"}
        )

    assert found.properties == {"size": "M", "pet": "dog"}
    assert found.address == {"city": "Łódź"}


def test_change_carries_tags_and_opt_ins(database: Database) -> None:
    with database.write() as connection:
        account = add_account(connection)
        add_contact(connection, account, "a@x.example", tags=("vip", "old"))
        ann = add_contact(
            connection, account, "a@x.example", remove_tags=("old",), opt_ins={"email": "confirmed"}
        )

        tags = contacts.list_tags(connection, account, [ann.contact])
        [opt_in] = contacts.list_opt_ins(connection, account, [ann.contact])
    assert tags == {ann.contact: ["vip"]}
    assert (opt_in.channel, opt_in.state) == ("email", "confirmed")


def test_every_declared_value_is_logged(database: Database) -> None:
    with database.write() as connection:
        account = add_account(connection)
        add_contact(connection, account, "a@x.example", source="form")
        add_contact(connection, account, "a@x.example", fields={"name": "Ann"}, source="api")
        add_contact(connection, account, "a@x.example", fields={"name": "Ann"}, source="api")

        assert read_changes(connection) == [
            ("email", "a@x.example", "form"),
            ("name", "Ann", "api"),
        ]


def test_new_address_moves_the_contact(database: Database) -> None:
    with database.write() as connection:
        account = add_account(connection)
        ann = add_contact(connection, account, "old@x.example")
        add_contact(connection, account, "old@x.example", new_email="New@x.example")

        found = contacts.find_contact_by_email(connection, account, "new@x.example")
        assert found is not None
        assert found.contact == ann.contact
        assert contacts.find_contact_by_email(connection, account, "old@x.example") is None


def test_address_of_another_is_refused(database: Database) -> None:
    with database.write() as connection:
        account = add_account(connection)
        add_contact(connection, account, "bob@x.example")

        with pytest.raises(Refused, match=r"bob@x\.example"):
            add_contact(connection, account, "ann@x.example", new_email="bob@x.example")


def test_address_of_merged_card_is_refused(database: Database) -> None:
    with database.write() as connection:
        account = add_account(connection)
        ann = add_contact(connection, account, "ann@x.example")
        bob = add_contact(connection, account, "bob@x.example")
        contacts.merge(connection, account, bob.contact, ann.contact, "staff")

        with pytest.raises(Refused):
            add_contact(connection, account, "ann@x.example", new_email="bob@x.example")


def test_unknown_contact_is_not_found(database: Database) -> None:
    stranger = ContactId(make_uuid())

    with database.write() as connection:
        account = add_account(connection)

        with pytest.raises(NotFound, match=stranger):
            contacts.apply_change(connection, account, stranger, ContactChange())
        with pytest.raises(NotFound):
            contacts.resolve_contact(connection, account, stranger)


@pytest.mark.parametrize("junk", ["", "null", "undefined", "0", "NaN", "[object Object]", "true"])
def test_junk_is_no_contact_id(junk: str) -> None:
    assert not contacts.is_contact_id(junk)


def test_contact_is_touched_forwards_only(database: Database) -> None:
    with database.write() as connection:
        account = add_account(connection)
        ann = add_contact(connection, account, "a@x.example")
        for minute in (5, 3):
            contacts.touch_contacts(connection, account, {ann.contact: at(minute)})

        assert contacts.fetch_contact(connection, account, ann.contact).last_seen_at == at(5)


def test_stopped_contact_is_found_and_resumed(database: Database) -> None:
    with database.write() as connection:
        account = add_account(connection)
        ann = add_contact(connection, account, "a@x.example")

        contacts.set_stopped(connection, account, ann.contact, is_stopped=True)
        assert contacts.find_stopped(connection, account) == {ann.contact}

        contacts.set_stopped(connection, account, ann.contact, is_stopped=False)
        assert contacts.find_stopped(connection, account) == frozenset()


def test_same_address_at_once_is_one_card(database: Database) -> None:
    with database.write() as connection:
        account = add_account(connection)
    gate, found = Barrier(4), []

    def sign_up() -> None:
        gate.wait(10)
        with database.write() as connection:
            found.append(add_contact(connection, account, "ann@x.example").contact)

    threads = [Thread(target=sign_up) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    assert (len(found), len(set(found))) == (4, 1)


def test_nul_in_declared_values_is_kept_out(database: Database) -> None:
    with database.write() as connection:
        account = add_account(connection)

        ann = add_contact(
            connection, account, "a@x.example", fields={"name": "A\0nn"}, tags=("\0",)
        )

    assert ann.name == "Ann"


def read_changes(connection: Connection) -> list[tuple[str, str, str]]:
    query = "SELECT field, value, source FROM contact_changes ORDER BY change_id"
    return [tuple(row) for row in connection.execute(sa.text(query))]
