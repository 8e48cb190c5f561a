"""The card tells who, how identified, and what was done, before and after being known."""

from __future__ import annotations

import pytest
from tests.fakes.plain_timelines import PlainTimelines
from tests.support.claims import at, make_claim
from tests.support.people import add_account, add_browser, add_contact

from footfall import contacts, identity
from footfall.contacts import Card, Contact
from footfall.contacts.card import PAGE_EVENTS
from footfall.kit import Connection, NotFound
from footfall.model import Event, EventKind, VisitorId


@pytest.fixture
def ann(connection: Connection) -> Contact:
    return add_contact(connection, add_account(connection), "ann@x.example", tags=("vip",))


def see(contact: Contact, minute: int, visitor: str = "aaaa", **facts: object) -> Event:
    known: dict[str, object] = {"visit": 1, "kind": EventKind.PAGE, **facts}
    return Event(
        account=contact.account,
        event_id=str(known.pop("event_id", f"{visitor}{minute}")),
        visitor=VisitorId(visitor),
        occurred_at=at(minute),
        received_at=at(minute),
        **known,  # type: ignore[arg-type]
    )


def open_card(connection: Connection, contact: Contact, *events: Event) -> Card:
    return contacts.fetch_card(connection, PlainTimelines(events), contact.account, contact.contact)


def claim(connection: Connection, contact: Contact, kind: str, minute: int) -> identity.Conflict:
    said = make_claim(contact.contact, kind, minute, account=contact.account)
    identity.append_claims(connection, [said])
    return identity.list_conflicts(connection, contact.account, contact.contact)[0]


def test_card_of_stranger_is_empty(connection: Connection, ann: Contact) -> None:
    card = open_card(connection, ann)

    assert (card.contact.email, card.tags, card.visits) == ("ann@x.example", ["vip"], [])
    assert (card.known_since, card.first_touchpoint, card.next) == (None, None, None)


def test_unknown_card_is_not_found(connection: Connection, ann: Contact) -> None:
    stranger = add_contact(connection, add_account(connection), "bob@x.example")

    with pytest.raises(NotFound):
        contacts.fetch_card(connection, PlainTimelines([]), ann.account, stranger.contact)


def test_anonymous_past_is_on_the_card(connection: Connection, ann: Contact) -> None:
    past, later = see(ann, 1), see(ann, 40, visit=2)
    add_browser(connection, ann, "aaaa", 40)
    said = make_claim(ann.contact, "login", 30, account=ann.account)
    identity.append_claims(connection, [said])

    card = open_card(connection, ann, past, later)

    assert [event for visit in card.visits for event in visit.events] == [later, past]
    assert card.known_since == at(0)


def test_server_events_are_on_the_card(connection: Connection, ann: Contact) -> None:
    bought = see(ann, 5, f"contact:{ann.contact}", visit=0, kind=EventKind.PURCHASE)

    card = open_card(connection, ann, bought)

    assert card.carts == [bought]


def test_cart_shows_its_newest_state(connection: Connection, ann: Contact) -> None:
    visitor = f"contact:{ann.contact}"
    states = [
        see(ann, minute, visitor, visit=0, kind=EventKind.CART, event_id="cart", value=minute)
        for minute in (1, 2)
    ]

    assert open_card(connection, ann, *states).carts == [states[1]]


def test_card_says_why_we_believe_it(connection: Connection, ann: Contact) -> None:
    add_browser(connection, ann, "aaaa")

    [reason] = open_card(connection, ann).reasons

    assert (reason.claim.kind, reason.strength, reason.is_conflict) == ("form", 80, False)


def test_conflict_is_on_both_cards(connection: Connection, ann: Contact) -> None:
    bob = add_contact(connection, ann.account, "bob@x.example")
    add_browser(connection, ann, "aaaa")
    claim(connection, bob, "mail_link", 3)

    ours, theirs = open_card(connection, ann).reasons[-1], open_card(connection, bob).reasons[-1]

    assert ours == theirs
    assert (ours.is_conflict, ours.holder and ours.holder.email) == (True, "ann@x.example")


def test_conflict_does_not_make_known(connection: Connection, ann: Contact) -> None:
    bob = add_contact(connection, ann.account, "bob@x.example")
    add_browser(connection, ann, "aaaa")
    claim(connection, bob, "mail_link", 3)

    assert open_card(connection, bob, see(ann, 4)).known_since is None
    assert open_card(connection, bob, see(ann, 4)).visits == []


def test_merged_card_shows_everything(connection: Connection, ann: Contact) -> None:
    bob = add_contact(connection, ann.account, "bob@x.example", tags=("new",))
    add_browser(connection, bob, "bbbb", 5)
    contacts.add_note(connection, bob.account, bob.contact, "called", "eva@x.example")
    contacts.merge(connection, ann.account, bob.contact, ann.contact, "eva@x.example")

    card = open_card(connection, bob, see(bob, 5, "bbbb"))

    assert (card.contact.email, card.tags) == ("ann@x.example", ["new", "vip"])
    assert ([m.email for m in card.members], len(card.merges)) == (["bob@x.example"], 1)
    assert (len(card.notes), len(card.visits)) == (1, 1)


def test_forgotten_card_is_not_found(connection: Connection, ann: Contact) -> None:
    contacts.forget(connection, ann.account, ann.contact)

    with pytest.raises(NotFound):
        open_card(connection, ann)


def test_long_card_has_another_page(connection: Connection, ann: Contact) -> None:
    add_browser(connection, ann, "aaaa")
    events = [see(ann, minute) for minute in range(PAGE_EVENTS + 3)]
    store = PlainTimelines(events)

    first = contacts.fetch_card(connection, store, ann.account, ann.contact)
    second = contacts.fetch_card(connection, store, ann.account, ann.contact, first.next)

    found = [event for card in (first, second) for visit in card.visits for event in visit.events]
    assert sorted(event.occurred_at for event in found) == [e.occurred_at for e in events]
    assert second.next is None
