"""How a visitor becomes a contact: form, mail link, API; and what the card then tells."""

from __future__ import annotations

from hashlib import sha1

from playwright.sync_api import Browser, Page
from tests.support.browser import open_visitor
from tests.support.installation import Installation
from tests.support.panel import (
    fetch_card,
    list_events,
    list_paths,
    look_at,
    make_email,
    read_cookies,
    sign_up,
)


def test_newsletter_brings_anonymous_past(installation: Installation, visitor: Page) -> None:
    look_at(visitor, f"{installation.url}/demo", referer="https://www.google.com/")
    look_at(visitor, f"{installation.url}/demo/shoes/red-runner")
    contact = sign_up(visitor, installation.url, make_email("past"))

    pages = ["/demo", "/demo/shoes/red-runner", "/demo/newsletter"]
    card = installation.wait_until(
        lambda: (card := fetch_card(installation, contact)) and list_paths(card) == pages and card
    )

    assert card["first_touchpoint"]["source"] == "Google"
    assert card["visits"][0]["is_before_known"]
    assert card["contact"]["is_monitored"]


def test_purchase_stands_on_card(installation: Installation, visitor: Page) -> None:
    email = make_email("buyer")
    look_at(visitor, f"{installation.url}/demo/shoes/trail-boot")
    visitor.click("text=Add to cart")
    look_at(visitor, f"{installation.url}/demo/checkout")
    visitor.fill("#email", email)
    visitor.click("text=Place the order")
    visitor.wait_for_selector("text=Thank you")

    contact = read_cookies(visitor.context)["smclient"]
    card = installation.wait_until(
        lambda: (card := fetch_card(installation, contact)) and len(card["carts"]) == 2 and card
    )

    assert {(cart["kind"], cart["value"]) for cart in card["carts"]} == {
        ("cart", 129.0),
        ("purchase", 129.0),
    }


def test_mail_link_identifies_other_browser(
    installation: Installation, browser: Browser, visitor: Page
) -> None:
    email = make_email("mail")
    contact = sign_up(visitor, installation.url, email)
    phone = open_visitor(browser).new_page()
    phone.goto(f"{installation.url}/demo/mail?email={email}")
    phone.click("ul a >> nth=0")
    phone.wait_for_function("document.cookie.includes('smclient=')")

    card = installation.wait_until(
        lambda: (card := fetch_card(installation, contact)) and len(card["reasons"]) == 2 and card
    )

    kinds = {reason["claim"]["kind"] for reason in card["reasons"]}
    assert kinds == {"api", "mail_link"}
    assert "smclient" not in phone.url
    phone.context.close()


def test_forwarded_mail_is_conflict(
    installation: Installation, browser: Browser, visitor: Page
) -> None:
    email = make_email("sender")
    sender = sign_up(visitor, installation.url, email)
    friend = open_visitor(browser).new_page()
    receiver = sign_up(friend, installation.url, make_email("receiver"))
    friend.goto(f"{installation.url}/demo/mail?email={email}")
    friend.click("ul a >> nth=0")

    card = installation.wait_until(
        lambda: (
            (card := fetch_card(installation, sender))
            and any(reason.get("is_conflict") for reason in card["reasons"])
            and card
        )
    )

    conflict = next(reason for reason in card["reasons"] if reason.get("is_conflict"))
    assert conflict["holder"]["contact"] == receiver
    assert len(list_paths(fetch_card(installation, receiver))) == 2
    friend.context.close()


def test_identify_by_compatible_api(installation: Installation, visitor: Page) -> None:
    look_at(visitor, f"{installation.url}/demo/bags/day-pack")
    contact = _upsert(installation, make_email("api"))
    visitor.evaluate("contact => sm('identify', contact)", contact)

    card = installation.wait_until(
        lambda: (
            (card := fetch_card(installation, contact))
            and list_paths(card) == ["/demo/bags/day-pack"]
            and card
        )
    )

    assert card["reasons"][0]["claim"]["kind"] == "api"


def test_junk_ids_identify_nobody(installation: Installation, visitor: Page) -> None:
    look_at(visitor, f"{installation.url}/demo")
    for junk in ("null", "undefined", "0", "[object Object]", ""):
        visitor.evaluate("junk => sm('identify', junk)", junk)
    uuid = read_cookies(visitor.context)["smuuid"]

    found = installation.wait_until(
        lambda: installation.api.get(f"/api/v1/visitors/{uuid}").raise_for_status().json()
    )

    assert found["spans"] == []
    assert "smclient" not in read_cookies(visitor.context)


def test_shared_browser_goes_to_last(installation: Installation, visitor: Page) -> None:
    look_at(visitor, f"{installation.url}/demo/extras/camp-mug")
    first = sign_up(visitor, installation.url, make_email("first"))
    second = sign_up(visitor, installation.url, make_email("second"))
    look_at(visitor, f"{installation.url}/demo/shoes/red-runner")

    card = installation.wait_until(
        lambda: (
            (card := fetch_card(installation, second))
            and "/demo/shoes/red-runner" in list_paths(card)
            and card
        )
    )

    assert "/demo/extras/camp-mug" in list_paths(fetch_card(installation, first))
    assert "/demo/extras/camp-mug" not in list_paths(card)


def test_reset_makes_new_visitor(installation: Installation, visitor: Page) -> None:
    contact = sign_up(visitor, installation.url, make_email("reset"))
    before = read_cookies(visitor.context)["smuuid"]
    visitor.evaluate("sm('reset')")
    look_at(visitor, f"{installation.url}/demo/bags/roll-top")

    after = visitor.wait_for_function("document.cookie.match(/smuuid=([^;]+)/)?.[1]").json_value()

    assert after != before
    events = list_events(fetch_card(installation, contact))
    assert all(event["visitor"] == before for event in events)


def _upsert(installation: Installation, email: str) -> str:
    """As the existing clients call it: signed with sha1, answered with the contact's id."""
    known = installation.credentials
    key = "any-key"
    signed = sha1(f"{key}{known.client_id}{known.api_secret}".encode()).hexdigest()
    body = {
        "clientId": known.client_id,
        "apiKey": key,
        "sha": signed,
        "requestTime": 1795486178603,
        "owner": known.login,
        "contact": {"email": email, "name": "Api Person"},
    }
    answer = installation.client.post("/api/contact/upsert", json=body).json()
    assert answer["success"], answer
    return str(answer["contactId"])
