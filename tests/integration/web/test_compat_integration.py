"""integration/upsert, the one call that the shops' plugins make."""

from __future__ import annotations

from typing import Any

from tests.support.shop import OWNER, Shop, make_email

PATH = "integration/upsert"
FLAGS = dict.fromkeys(("forceOptOut", "forcePhoneOptIn", "forcePhoneOptOut", "tagScoring"), False)


def make_contact(shop: Shop, email: str, **changes: Any) -> dict[str, Any]:
    """As a registration form sends it."""
    known = {"clientId": shop.installation.smid, "owner": OWNER, "async": True, "lang": "EN"}
    person = {"contact": {"email": email, "name": "jan1"}, "tags": ["WP_REGISTER"]}
    return known | person | FLAGS | {"forceOptIn": True} | changes


def make_event(shop: Shop, **changes: Any) -> dict[str, Any]:
    """As a cart change sends it; the type is that of its event."""
    known = {"clientId": shop.installation.smid, "owner": OWNER, "forceOptIn": False}
    event = {"date": 1_795_434_103_000, "products": "13", "value": 37.5, "detail9": "PLN"}
    return known | {"contactEvent": event | {"contactExtEventType": "CART"} | changes}


def test_contact_alone_answers_its_id(shop: Shop) -> None:
    answer = shop.call(PATH, contactUpsertRequest=make_contact(shop, make_email()))

    card = shop.fetch_card(answer["contactId"])
    assert (card["contact"]["language"], card["tags"]) == ("EN", ["WP_REGISTER"])
    assert set(answer) == {"success", "message", "contactId"}


def test_event_alone_answers_its_id(shop: Shop) -> None:
    contact = shop.upsert(contact={"email": make_email()})

    answer = shop.call(PATH, addContactExtEventRequest=make_event(shop) | {"contactId": contact})

    assert set(answer) == {"success", "message", "eventId"}
    event = shop.await_event(contact, lambda found: found["event_id"] == answer["eventId"])
    assert event["currency"] == "PLN"


def test_both_answer_both_ids(shop: Shop) -> None:
    contact = make_contact(shop, make_email())

    answer = shop.call(
        PATH, contactUpsertRequest=contact, addContactExtEventRequest=make_event(shop)
    )

    assert shop.await_event(
        answer["contactId"], lambda found: found["event_id"] == answer["eventId"]
    )


def test_cart_keeps_its_id_while_it_changes(shop: Shop) -> None:
    contact = shop.upsert(contact={"email": make_email()})
    first = shop.call(PATH, addContactExtEventRequest=make_event(shop) | {"contactId": contact})

    newer = make_event(shop, eventId=first["eventId"], value=75) | {"contactId": contact}
    second = shop.call(PATH, addContactExtEventRequest=newer)

    assert second["eventId"] == first["eventId"]
    shop.await_event(contact, lambda found: found["value"] == 75)
    assert [cart["value"] for cart in shop.fetch_card(contact)["carts"]] == [75]


def test_bad_event_undoes_the_contact(shop: Shop) -> None:
    email = make_email()
    event = make_event(shop, contactExtEventType="NONSENSE")

    answer = shop.call(
        PATH, contactUpsertRequest=make_contact(shop, email), addContactExtEventRequest=event
    )

    assert not answer["success"]
    assert not shop.call("contact/hasContact", email=email)["result"]


def test_empty_request_is_refused(shop: Shop) -> None:
    answer = shop.call(PATH)

    assert answer["message"] == ["contactUpsertRequest or addContactExtEventRequest is missing"]
