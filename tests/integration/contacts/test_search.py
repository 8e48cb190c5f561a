"""The list of contacts: words, filters, and pages that stand still while the list moves."""

from __future__ import annotations

import pytest
from tests.support.claims import at
from tests.support.people import add_account, add_browser, add_contact

from footfall import contacts
from footfall.contacts import ContactQuery
from footfall.kit import Connection
from footfall.model import AccountId


@pytest.fixture
def account(connection: Connection) -> AccountId:
    return add_account(connection)


def list_emails(connection: Connection, account: AccountId, **asked: object) -> list[str]:
    page = contacts.list_contacts(connection, account, ContactQuery(**asked))  # type: ignore[arg-type]
    return sorted(contact.email for contact in page.contacts)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", ["100%@x.example", "a_b@x.example", "ann@x.example"]),
        ("ANN", ["ann@x.example"]),
        ("kowalska acme", ["ann@x.example"]),
        ("kowalska nobody", []),
        ("555", ["ann@x.example"]),
        ("%", ["100%@x.example"]),
        ("_", ["a_b@x.example"]),
        ("\\", []),
        ("'", []),
        ("\0kowalska", ["ann@x.example"]),
        ("ann@x.example", ["ann@x.example"]),
    ],
)
def test_words_find_contacts(
    connection: Connection, account: AccountId, text: str, found: list[str]
) -> None:
    fields = {"name": "Ann Kowalska", "company": "Acme", "phone": "555"}
    add_contact(connection, account, "ann@x.example", fields=fields)
    add_contact(connection, account, "a_b@x.example")
    add_contact(connection, account, "100%@x.example")

    assert list_emails(connection, account, text=text) == found


@pytest.mark.parametrize("sort", ["created_at", "last_seen_at", "nonsense"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7, 8])
def test_pages_hold_everybody_once(
    connection: Connection, account: AccountId, sort: str, limit: int
) -> None:
    people = [add_contact(connection, account, f"p{n}@x.example") for n in range(7)]
    seen = {person.contact: at(n // 3) for n, person in enumerate(people[:5])}
    contacts.touch_contacts(connection, account, seen)

    found = walk(connection, account, sort, limit)

    assert sorted(found) == sorted(person.contact for person in people)
    if sort != "created_at":
        assert found == walk(connection, account, sort, 100)


def test_pages_stand_still_while_people_come(connection: Connection, account: AccountId) -> None:
    old = [add_contact(connection, account, f"p{n}@x.example") for n in range(4)]
    contacts.touch_contacts(connection, account, {p.contact: at(n) for n, p in enumerate(old)})
    first = contacts.list_contacts(connection, account, ContactQuery(limit=2))

    new = add_contact(connection, account, "new@x.example")
    contacts.touch_contacts(connection, account, {new.contact: at(60)})
    rest = contacts.list_contacts(connection, account, ContactQuery(limit=2, after=first.next))

    assert [p.contact for p in [*first.contacts, *rest.contacts]] == [
        person.contact for person in reversed(old)
    ]
    assert rest.next == ""


@pytest.mark.parametrize("cursor", ["x", "x.y", ".", "-1.a", "²³.a", "9" * 40 + ".a", "0.\0"])
def test_made_up_cursor_breaks_nothing(
    connection: Connection, account: AccountId, cursor: str
) -> None:
    add_contact(connection, account, "ann@x.example")

    page = contacts.list_contacts(connection, account, ContactQuery(after=cursor))

    assert len(page.contacts) <= 1


def test_filters_narrow_the_list(connection: Connection, account: AccountId) -> None:
    ann = add_contact(connection, account, "ann@x.example", tags=("vip",))
    bob = add_contact(connection, account, "bob@x.example")
    add_browser(connection, ann, "aaaa", 9)
    contacts.set_stopped(connection, account, bob.contact, is_stopped=True)

    is_ann = ["ann@x.example"]
    assert list_emails(connection, account, tag="vip") == is_ann
    assert list_emails(connection, account, is_monitored=True) == is_ann
    assert list_emails(connection, account, is_stopped=False) == is_ann
    assert list_emails(connection, account, seen_since=at(9)) == is_ann
    assert list_emails(connection, account, seen_since=at(10)) == []


def test_creation_narrows_the_list(connection: Connection, account: AccountId) -> None:
    ann = add_contact(connection, account, "ann@x.example")

    assert list_emails(connection, account, created_since=ann.created_at) == ["ann@x.example"]
    assert list_emails(connection, account, created_until=ann.created_at) == []


def test_merged_contacts_are_left_out(connection: Connection, account: AccountId) -> None:
    ann = add_contact(connection, account, "ann@x.example")
    bob = add_contact(connection, account, "bob@x.example")

    contacts.merge(connection, account, bob.contact, ann.contact, "staff")

    assert list_emails(connection, account) == ["ann@x.example"]
    assert contacts.count_contacts(connection, account, ContactQuery()) == 1


def test_other_accounts_are_left_out(connection: Connection, account: AccountId) -> None:
    add_contact(connection, add_account(connection), "ann@x.example")

    assert list_emails(connection, account) == []
    assert contacts.count_contacts(connection, account, ContactQuery()) == 0


def walk(connection: Connection, account: AccountId, sort: str, limit: int) -> list[str]:
    found: list[str] = []
    query = ContactQuery(sort=sort, limit=limit)
    while True:
        page = contacts.list_contacts(connection, account, query)
        found += [person.contact for person in page.contacts]
        if not page.next:
            return found
        query = ContactQuery(sort=sort, limit=limit, after=page.next)


@pytest.mark.parametrize("asked", [{"text": "first@x.example"}, {"tag": "VIP"}])
def test_merged_card_is_found_as_survivor(
    connection: Connection, account: AccountId, asked: dict[str, str]
) -> None:
    first = add_contact(connection, account, "first@x.example", tags=("VIP",))
    second = add_contact(connection, account, "second@x.example")
    third = add_contact(connection, account, "third@x.example")
    contacts.merge(connection, account, first.contact, second.contact, "")
    merged = contacts.merge(connection, account, second.contact, third.contact, "")

    assert list_emails(connection, account, **asked) == ["third@x.example"]

    contacts.unmerge(connection, account, merged.merge_id)
    assert list_emails(connection, account, **asked) == ["second@x.example"]


def test_merged_cards_of_others_stay_theirs(connection: Connection, account: AccountId) -> None:
    elsewhere = add_account(connection, "Elsewhere")
    cards = [add_contact(connection, elsewhere, email) for email in ("a@x.example", "b@x.example")]
    contacts.merge(connection, elsewhere, cards[0].contact, cards[1].contact, "")

    assert list_emails(connection, account, text="a@x.example") == []
