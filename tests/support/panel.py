"""What people do on the demo shop and the panel, in their words."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

from playwright.sync_api import BrowserContext, Page
from tests.support.installation import Installation


def log_in(page: Page, installation: Installation) -> None:
    page.goto(f"{installation.url}/login")
    page.fill("#email", installation.credentials.login)
    page.fill("#password", installation.credentials.password)
    page.click("text=Log in >> nth=-1")
    page.wait_for_url(f"{installation.url}/")


def make_email(name: str) -> str:
    """An address that no other test uses."""
    return f"{name}.{uuid4().hex[:8]}@example.com"


def look_at(visitor: Page, address: str, **options: Any) -> None:
    """Open a page and stay until it has been told who is looking, as people do."""
    visitor.goto(address, **options)
    visitor.wait_for_function("document.cookie.includes('smuuid=')")


def sign_up(visitor: Page, shop: str, email: str, name: str = "") -> str:
    """Fill in the newsletter form; return the contact's id once the page has it."""
    look_at(visitor, f"{shop}/demo/newsletter")
    visitor.fill("#name", name)
    visitor.fill("#email", email)
    visitor.click("text=Sign up")
    visitor.wait_for_selector("text=Open the first mail")
    visitor.wait_for_function("document.cookie.includes('smclient=')")
    return read_cookies(visitor.context)["smclient"]


def read_cookies(context: BrowserContext) -> dict[str, str]:
    return {cookie["name"]: cookie["value"] for cookie in context.cookies()}


def fetch_card(installation: Installation, contact: str) -> dict[str, Any]:
    answer = installation.api.get(f"/api/v1/contacts/{contact}")
    return dict(answer.raise_for_status().json())


def list_events(card: dict[str, Any]) -> list[dict[str, Any]]:
    """Every event of the card's visits, the oldest first."""
    events = [event for visit in card.get("visits", []) for event in visit["events"]]
    return sorted(events, key=lambda event: event["occurred_at"])


def list_paths(card: dict[str, Any]) -> list[str]:
    """The pages of the card in the order they were seen."""
    return [event["path"] for event in list_events(card) if event["kind"] == "page"]
