"""External events as shops send them: carts that change, purchases, and who they belong to."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from tests.support.shop import OWNER, Shop, make_email
from tests.support.wire import make_visitor

MINUTE_MS = 1_795_434_103_000  # 2026-11-23 11:41:43 UTC
CART = {"date": MINUTE_MS, "contactExtEventType": "CART", "products": "13,14", "value": 37.5}
PATHS = ("v2/contact/addContactExtEvent", "contact/addContactExtEvent")


@pytest.fixture
def contact(shop: Shop) -> str:
    return shop.upsert(contact={"email": make_email()})


@pytest.mark.parametrize("path", PATHS)
def test_cart_reaches_the_card(shop: Shop, contact: str, path: str) -> None:
    event_id = shop.add_event(path, contactId=contact, contactEvent=CART)

    event = shop.await_event(contact, lambda found: found["event_id"] == event_id)
    assert (event["kind"], event["value"], event["products"]) == ("cart", 37.5, ["13", "14"])
    assert event["occurred_at"].startswith("2026-11-23T11:41:43")


def test_event_id_is_a_uuid(shop: Shop, contact: str) -> None:
    event_id = shop.add_event(contactId=contact, contactEvent=CART)

    assert str(uuid.UUID(event_id)) == event_id


def test_event_makes_its_contact_known(shop: Shop) -> None:
    email = make_email()

    shop.add_event(email=email, forceOptIn=True, contactEvent=CART)

    known = shop.call("contact/hasContact", email=email)["contactId"]
    card = shop.fetch_card(known)
    assert (card["contact"]["owner"], card["opt_ins"][0]["state"]) == (OWNER, "confirmed")


def test_contact_id_wins_over_address(shop: Shop, contact: str) -> None:
    other = make_email()

    event_id = shop.add_event(contactId=contact, email=other, contactEvent=CART)

    assert shop.await_event(contact, lambda found: found["event_id"] == event_id)
    assert not shop.call("contact/hasContact", email=other)["result"]


SENT_AS: list[tuple[dict[str, Any], dict[str, Any]]] = [
    ({"value": "37.50"}, {"value": 37.5}),
    ({"value": "37,50"}, {"value": 37.5}),
    ({"value": "much"}, {}),
    ({"date": MINUTE_MS // 1000}, {"occurred_at": "2026-11-23T11:41:43Z"}),
    ({"date": str(MINUTE_MS)}, {"occurred_at": "2026-11-23T11:41:43Z"}),
    ({"date": "2026-11-23T12:41:43+01:00"}, {"occurred_at": "2026-11-23T11:41:43Z"}),
    ({"detail9": "pln"}, {"currency": "PLN"}),
    ({"detail9": "blue and green"}, {}),
    ({"products": ""}, {}),
]


@pytest.mark.parametrize(("sent", "kept"), SENT_AS)
def test_every_spelling_is_read(
    shop: Shop, contact: str, sent: dict[str, Any], kept: dict[str, Any]
) -> None:
    base = {"contactExtEventType": "PURCHASE", "date": MINUTE_MS}

    event_id = shop.add_event(contactId=contact, contactEvent=base | sent)

    event = shop.await_event(contact, lambda found: found["event_id"] == event_id)
    looked_at = {name: event[name] for name in ("value", "currency", "products") if name in event}
    assert looked_at | ({"occurred_at": event["occurred_at"]} if "date" in sent else {}) == kept


def test_every_detail_is_kept(shop: Shop, contact: str) -> None:
    details = {f"detail{number}": f"fact {number}" for number in range(1, 21)}
    facts = {
        "description": "by card",
        "externalId": 15,
        "location": "sm_shop",
        "shopDomain": "s.pl",
    }

    shop.add_event(contactId=contact, contactEvent=CART | details | facts | {"detail3": None})

    data = shop.await_event(contact, lambda found: found["kind"] == "cart")["data"]
    wanted = details | facts | {"externalId": "15"}
    assert {name: data.get(name) for name in wanted if name != "detail3"} == {
        name: value for name, value in wanted.items() if name != "detail3"
    }


def test_long_texts_are_cut_as_clients_cut(shop: Shop, contact: str) -> None:
    long = dict.fromkeys(("description", "detail1", "location"), "x" * 5_000)

    shop.add_event(contactId=contact, contactEvent=CART | long | {"products": "y" * 5_000})

    data = shop.await_event(contact, lambda found: found["kind"] == "cart")["data"]
    lengths = {name: len(data[name]) for name in ("description", "products", "detail1", "location")}
    assert lengths == {"description": 2048, "products": 512, "detail1": 255, "location": 255}


@pytest.mark.parametrize("path", ["v2/contact/updateContactExtEvent", *PATHS])
def test_cart_is_updated_in_place(shop: Shop, contact: str, path: str) -> None:
    event_id = shop.add_event(contactId=contact, contactEvent={**CART, "detail1": "Mug"})

    newer = {**CART, "eventId": event_id, "value": 50}
    answered = shop.add_event(path, contactId=contact, contactEvent=newer)

    assert answered == event_id
    event = shop.await_event(contact, lambda found: found["value"] == 50)
    assert (event["event_id"], event["data"]["detail1"]) == (event_id, "Mug")
    assert [cart["value"] for cart in shop.fetch_card(contact)["carts"]] == [50]


def test_update_needs_no_contact(shop: Shop, contact: str) -> None:
    event_id = shop.add_event(contactId=contact, contactEvent=CART)
    shop.await_event(contact, lambda found: found["event_id"] == event_id)

    shop.add_event("contact/updateContactExtEvent", contactEvent={"eventId": event_id, "value": 9})

    assert shop.await_event(contact, lambda found: found["value"] == 9)["kind"] == "cart"


def test_update_finds_what_nobody_has_read_yet(shop: Shop, contact: str) -> None:
    values = list(range(1, 12))
    event_id = shop.add_event(contactId=contact, contactEvent=CART)

    for value in values:
        changed = {"eventId": event_id, "value": value, f"detail{value}": "kept"}
        shop.add_event("v2/contact/updateContactExtEvent", contactEvent=changed)

    newest = shop.await_event(contact, lambda found: found["value"] == values[-1])
    assert all(newest["data"][f"detail{value}"] == "kept" for value in values)


def test_unknown_event_cannot_be_updated(shop: Shop) -> None:
    event = {**CART, "eventId": str(uuid.UUID(int=9, version=4))}

    answer = shop.call("contact/updateContactExtEvent", contactEvent=event)

    assert not answer["success"]
    assert answer["message"][0].startswith("there is no event 00000000-")


def test_purchase_stands_beside_its_cart(shop: Shop, contact: str) -> None:
    shop.add_event(contactId=contact, contactEvent=CART)
    purchase = {**CART, "contactExtEventType": "PURCHASE", "externalId": 15}

    shop.add_event(contactId=contact, contactEvent=purchase)

    shop.await_event(contact, lambda found: found["kind"] == "purchase")
    kinds = sorted(cart["kind"] for cart in shop.fetch_card(contact)["carts"])
    assert kinds == ["cart", "purchase"]


def test_corrected_purchase_counts_once(shop: Shop, contact: str) -> None:
    purchase = {**CART, "contactExtEventType": "PURCHASE", "value": 10}
    event_id = shop.add_event(contactId=contact, contactEvent=purchase)
    for value in (11, 12):
        shop.add_event(contactEvent={**purchase, "eventId": event_id, "value": value})

    shop.await_event(contact, lambda found: found["value"] == 12)

    summary = shop.fetch_card(contact)["summary"]
    assert (summary["purchases"], summary["purchase_value"]) == (1, 12)


def test_other_types_keep_their_name(shop: Shop, contact: str) -> None:
    shop.add_event(contactId=contact, contactEvent={**CART, "contactExtEventType": "return"})

    event = shop.await_event(contact, lambda found: found["kind"] == "external")
    assert event["name"] == "RETURN"


def test_anonymous_cart_belongs_to_its_browser(shop: Shop) -> None:
    smuuid = make_visitor(uuid.uuid4().int % 2**40)

    shop.add_event(smuuid=smuuid.upper(), contactEvent=CART)

    path = f"/api/v1/visitors/{smuuid}"
    seen = shop.installation.wait_until(
        lambda: shop.installation.api.get(path).raise_for_status().json()
    )
    assert [event["kind"] for event in seen["events"]] == ["cart"]


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"contactEvent": CART}, "email, contactId or smuuid is missing"),
    ({"contactEvent": CART, "smuuid": "junk"}, "email, contactId or smuuid is missing"),
    ({"contactEvent": CART, "contactId": "undefined"}, "email, contactId or smuuid is missing"),
    ({"email": "jan@example.com"}, "contactEvent is missing"),
    ({"email": "jan@example.com", "contactEvent": "CART"}, "contactEvent is missing"),
    ({"email": "jan@example.com", "contactEvent": {"value": 1}}, "not one of the known types"),
    ({"contactId": str(uuid.UUID(int=3, version=4)), "contactEvent": CART}, "no contact"),
    (
        {
            "email": "jan@example.com",
            "contactEvent": CART | {f"x{n}": "y" * 255 for n in range(300)},
        },
        "the event cannot be kept: too large",
    ),
]


@pytest.mark.parametrize(("fields", "message"), REFUSED)
def test_refusal_says_why(shop: Shop, fields: dict[str, Any], message: str) -> None:
    answer = shop.call("v2/contact/addContactExtEvent", **fields)

    assert not answer["success"]
    assert message in answer["message"][0]


def test_refused_event_leaves_no_contact(shop: Shop) -> None:
    email = make_email()

    shop.call("v2/contact/addContactExtEvent", email=email, contactEvent={"value": 1})

    assert not shop.call("contact/hasContact", email=email)["result"]
