"""contact/upsert and contact/hasContact as real clients send them."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from tests.support.shop import OWNER, Shop, make_email

AGREED_AT_MS = 1_795_433_866_000


def test_upsert_answers_an_id_at_once(shop: Shop) -> None:
    body = {"async": True, "contact": {"email": make_email(), "name": "jan1"}, "forceOptIn": True}

    contact = shop.upsert(**body)

    assert str(uuid.UUID(contact)) == contact
    assert shop.fetch_card(contact)["contact"]["name"] == "jan1"


def test_same_address_is_the_same_contact(shop: Shop) -> None:
    email = make_email()

    first = shop.upsert(contact={"email": email})
    second = shop.upsert(contact={"email": f" {email.upper()} "})

    assert first == second


CONTACT_FIELDS: list[tuple[str, Any, str, Any]] = [
    ("phone", "+48 600 700 800", "phone", "+48 600 700 800"),
    ("company", "Benhauer", "company", "Benhauer"),
    ("externalId", "U1", "external_id", "U1"),
    ("externalId", 15, "external_id", "15"),
    ("state", "CUSTOMER", "state", "CUSTOMER"),
    ("state", "prospect", "state", "PROSPECT"),
    ("state", "nonsense", "state", "UNKNOWN"),
    ("fax", "+48 1", "properties", {"fax": "+48 1"}),
    ("birthday", "19901231", "birthday", "1990-12-31"),
    (
        "address",
        {"streetAddress": "Long 1", "zipCode": "30-001", "city": "Kraków", "country": "PL"},
        "address",
        {"streetAddress": "Long 1", "zipCode": "30-001", "city": "Kraków", "country": "PL"},
    ),
]


@pytest.mark.parametrize(("theirs", "sent", "ours", "kept"), CONTACT_FIELDS)
def test_contact_field_is_kept(shop: Shop, theirs: str, sent: Any, ours: str, kept: Any) -> None:
    contact = shop.upsert(contact={"email": make_email(), theirs: sent})

    assert shop.fetch_card(contact)["contact"].get(ours, "UNKNOWN") == kept


TOP_FIELDS: list[tuple[str, Any, str, Any]] = [
    ("lang", "PL", "language", "PL"),
    ("owner", OWNER, "owner", OWNER),
    ("province", "Małopolska", "address", {"province": "Małopolska"}),
    ("properties", {"shoe": "42", "gone": None}, "properties", {"shoe": "42"}),
    (
        "dictionaryProperties",
        [{"name": "size", "type": "NUMBER", "value": 42}, {"name": ""}, "junk"],
        "properties",
        {"size": "42"},
    ),
    ("birthday", "1231", "birthday", "12-31"),
    ("birthday", "1990.12.31", "birthday", "1990-12-31"),
]


@pytest.mark.parametrize(("theirs", "sent", "ours", "kept"), TOP_FIELDS)
def test_top_field_is_kept(shop: Shop, theirs: str, sent: Any, ours: str, kept: Any) -> None:
    contact = shop.upsert(contact={"email": make_email()}, **{theirs: sent})

    assert shop.fetch_card(contact)["contact"][ours] == kept


def test_nulls_mean_not_given(shop: Shop) -> None:
    email = make_email()
    before = shop.upsert(contact={"email": email, "name": "Jan"}, lang="PL", tags=["A"])

    nulls = dict.fromkeys(("lang", "tags", "properties", "birthday", "newEmail", "consentDetails"))
    after = shop.upsert(contact={"email": email, "name": None, "address": None}, **nulls)

    card = shop.fetch_card(after)
    assert (before, card["contact"]["name"], card["tags"]) == (after, "Jan", ["A"])


def test_tags_are_kept_as_typed(shop: Shop) -> None:
    email = make_email()

    shop.upsert(contact={"email": email}, tags=["REGISTER NEWS", "old", ""])
    contact = shop.upsert(contact={"email": email}, tags=["new"], removeTags=["old"])

    assert sorted(shop.fetch_card(contact)["tags"]) == ["REGISTER NEWS", "new"]


OPT_INS = [
    ({"forceOptIn": True}, {"email": "confirmed"}),
    ({"forceOptIn": "true", "forcePhoneOptIn": 1}, {"email": "confirmed", "phone": "confirmed"}),
    ({"forceOptOut": True}, {"email": "unsubscribed"}),
    ({"forcePhoneOptOut": True}, {"phone": "unsubscribed"}),
    ({"forceOptIn": True, "forceOptOut": True}, {"email": "unsubscribed"}),
    (dict.fromkeys(("forceOptIn", "forceOptOut", "forcePhoneOptIn"), False), {}),
]


@pytest.mark.parametrize(("flags", "states"), OPT_INS)
def test_flags_set_the_opt_ins(shop: Shop, flags: dict[str, Any], states: dict[str, str]) -> None:
    contact = shop.upsert(contact={"email": make_email()}, **flags)

    found = shop.fetch_card(contact)["opt_ins"]
    assert {each["channel"]: each["state"] for each in found} == states


def test_flags_all_false_keep_the_state(shop: Shop) -> None:
    email = make_email()
    shop.upsert(contact={"email": email}, forceOptOut=True)

    contact = shop.upsert(contact={"email": email}, forceOptIn=False, forceOptOut=False)

    assert shop.fetch_card(contact)["opt_ins"][0]["state"] == "unsubscribed"


def test_consent_is_kept_with_its_evidence(shop: Shop) -> None:
    detail = {"consentName": "news", "consentAccept": True, "agreementDate": AGREED_AT_MS}

    contact = shop.upsert(
        contact={"email": make_email()}, consentDetails=[detail | {"ip": "192.0.2.9"}, {}, None]
    )

    [consent] = shop.fetch_card(contact)["consents"]
    assert (consent["name"], consent["is_given"], consent["address"]) == ("news", True, "192.0.2.9")
    assert consent["decided_at"].startswith("2026-11-23T")


def test_absurd_dates_are_not_believed(shop: Shop) -> None:
    detail = {"consentName": "news", "consentAccept": True, "agreementDate": "9" * 40}

    contact = shop.upsert(contact={"email": make_email()}, consentDetails=[detail])

    assert shop.fetch_card(contact)["consents"][0]["decided_at"] < "2100"


def test_new_address_moves_the_contact(shop: Shop) -> None:
    old, new = make_email(), make_email()
    before = shop.upsert(contact={"email": old})

    after = shop.upsert(contact={"email": old}, newEmail=new)

    assert after == before
    assert shop.call("contact/hasContact", email=new)["contactId"] == before


def test_repeated_move_changes_nothing(shop: Shop) -> None:
    old, new = make_email(), make_email()
    before = shop.upsert(contact={"email": old})

    moves = [shop.upsert(contact={"email": old}, newEmail=new) for _attempt in range(2)]

    assert moves == [before, before]
    assert not shop.call("contact/hasContact", email=old)["result"]


@pytest.mark.parametrize("place", ["top", "contact"])
def test_contact_id_names_the_contact_too(shop: Shop, place: str) -> None:
    known = shop.upsert(contact={"email": make_email()})
    names = {"contactId": known}

    body = {"contact": {"name": "Ann"} | (names if place == "contact" else {})}
    answered = shop.upsert(**body, **(names if place == "top" else {}))

    assert answered == known
    assert shop.fetch_card(known)["contact"]["name"] == "Ann"


def test_first_and_last_name_make_a_name(shop: Shop) -> None:
    contact = shop.upsert(contact={"email": make_email(), "firstName": "Ann", "lastName": "Lee"})

    assert shop.fetch_card(contact)["contact"]["name"] == "Ann Lee"


def test_external_id_is_answered(shop: Shop) -> None:
    given = shop.call("contact/upsert", contact={"email": make_email(), "externalId": "U1"})
    without = shop.call("contact/upsert", contact={"email": make_email()})

    assert given["externalId"] == "U1"
    assert "externalId" not in without


def test_has_contact_finds_the_known(shop: Shop) -> None:
    email = make_email()
    contact = shop.upsert(contact={"email": email})

    answer = shop.call("contact/hasContact", email=email.upper())

    assert (answer["success"], answer["result"], answer["contactId"]) == (True, True, contact)


def test_has_contact_misses_the_unknown(shop: Shop) -> None:
    answer = shop.call("contact/hasContact", email=make_email())

    assert (answer["success"], answer["result"], answer["contactId"]) == (True, False, None)


REFUSED: list[tuple[str, dict[str, Any], str]] = [
    ("contact/upsert", {"contact": {"email": "no address"}}, "is not an e-mail address"),
    ("contact/upsert", {"contact": {"email": "a" * 65 + "@example.com"}}, "is not an e-mail"),
    ("contact/upsert", {"contact": {"email": "null"}}, "is not an e-mail address"),
    ("contact/upsert", {"contact": {}}, "contact.email is missing"),
    ("contact/upsert", {}, "contact.email is missing"),
    ("contact/upsert", {"contactId": str(uuid.UUID(int=7, version=4))}, "there is no contact"),
    ("contact/hasContact", {}, "email is missing"),
    ("contact/export/data", {}, "not supported yet"),
    ("v2/contact/unheardOf", {}, "not supported yet"),
]


@pytest.mark.parametrize(("path", "fields", "message"), REFUSED)
def test_refusal_says_why(shop: Shop, path: str, fields: dict[str, Any], message: str) -> None:
    answer = shop.call(path, **fields)

    assert not answer["success"]
    assert message in answer["message"][0]


@pytest.mark.parametrize("body", ["", "no json", "[1]", '"text"', "\x00", '{"a":'])
def test_unreadable_body_is_named(shop: Shop, body: str) -> None:
    answer = shop.installation.client.post("/api/contact/upsert", content=body)

    assert answer.json() == {"success": False, "message": ["Specified json is not valid"]}
