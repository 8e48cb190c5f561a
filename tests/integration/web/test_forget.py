"""Programs forget a contact with one request, and with nobody else's token."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, cast

import pytest
from litestar.testing import TestClient
from tests.support.people import add_contact

from footfall import accounts
from footfall.accounts import NewAccount
from footfall.contacts import Contact
from footfall.kit import Database, Settings
from footfall.web import Parts, make_web


@pytest.fixture
def shop(database: Database) -> NewAccount:
    with database.write() as connection:
        return accounts.create_account(connection, "Shop")


@pytest.fixture
def ann(database: Database, shop: NewAccount) -> Contact:
    with database.write() as connection:
        return add_contact(connection, shop.account.account, "ann@x.example")


@pytest.fixture
def web(database: Database) -> Iterator[TestClient[Any]]:
    # Forgetting touches the people database alone.
    nothing = cast("Any", None)
    parts = Parts(Settings(), database, events=nothing, log=nothing, commit=nothing, refused={})
    with TestClient(make_web(parts)) as client:
        yield client


def ask(web: TestClient[Any], token: str, contact: str) -> tuple[int, Any]:
    answer = web.post(
        f"/api/v1/contacts/{contact}/forget", headers={"authorization": f"Bearer {token}"}
    )
    return answer.status_code, answer.json()


def test_forgotten_contact_is_gone(web: TestClient[Any], shop: NewAccount, ann: Contact) -> None:
    assert ask(web, shop.api_token, ann.contact.upper()) == (200, {"forgotten": [ann.contact]})

    status, body = ask(web, shop.api_token, ann.contact)
    assert (status, list(body)) == (404, ["status_code", "detail"])


def test_forgetting_needs_the_own_token(
    web: TestClient[Any], database: Database, ann: Contact
) -> None:
    with database.write() as connection:
        stranger = accounts.create_account(connection, "Other")

    assert ask(web, "wrong", ann.contact)[0] == 401
    assert ask(web, stranger.api_token, ann.contact)[0] == 404
