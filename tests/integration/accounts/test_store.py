"""Accounts: made once, found by code or token, and trusted only with their own signature."""

from __future__ import annotations

import re
from hashlib import sha1

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from footfall import accounts
from footfall.accounts import AccountSettings, NewAccount
from footfall.kit import Connection, Database, NotFound
from footfall.model import AccountId


@pytest.fixture
def shop(connection: Connection) -> NewAccount:
    return accounts.create_account(connection, "Shop", "Europe/Warsaw")


def sign(api_key: str, smid: str, secret: str) -> str:
    return sha1(f"{api_key}{smid}{secret}".encode(), usedforsecurity=False).hexdigest()


def test_account_is_found_by_code(connection: Connection, shop: NewAccount) -> None:
    found = accounts.find_account(connection, shop.account.smid)

    assert found == shop.account == accounts.fetch_account(connection, shop.account.account)
    assert (shop.account.name, shop.account.time_zone) == ("Shop", "Europe/Warsaw")


def test_monitoring_code_has_the_known_form(shop: NewAccount) -> None:
    assert re.fullmatch(r"[a-z0-9]{16}", shop.account.smid)


def test_code_can_be_kept_from_before(connection: Connection) -> None:
    made = accounts.create_account(connection, "Old", smid="abcdefghijklmnop")

    assert made.account.smid == "abcdefghijklmnop"


def test_one_code_is_one_account(database: Database) -> None:
    with database.write() as connection:
        smid = accounts.create_account(connection, "First").account.smid

    with pytest.raises(IntegrityError), database.write() as connection:
        accounts.create_account(connection, "Second", smid=smid)


def test_unknown_account_is_not_found(connection: Connection) -> None:
    assert accounts.find_account(connection, "nobody") is None
    with pytest.raises(NotFound):
        accounts.fetch_account(connection, AccountId(404))


def test_token_finds_its_account(connection: Connection, shop: NewAccount) -> None:
    assert accounts.find_account_by_token(connection, shop.api_token) == shop.account
    assert accounts.find_account_by_token(connection, shop.api_secret) is None


def test_token_is_kept_as_a_hash(connection: Connection, shop: NewAccount) -> None:
    row = connection.execute(sa.text("SELECT * FROM accounts")).one()

    assert shop.api_token not in map(str, row)


def test_renewed_token_replaces_the_old(connection: Connection, shop: NewAccount) -> None:
    fresh = accounts.renew_token(connection, shop.account.account)

    assert accounts.find_account_by_token(connection, shop.api_token) is None
    assert accounts.find_account_by_token(connection, fresh) == shop.account


@pytest.mark.parametrize("api_key", ["", "any", "żółw", "d41d8cd98f00b204e9800998ecf8427e"])
def test_signature_holds_for_any_key(
    connection: Connection, shop: NewAccount, api_key: str
) -> None:
    sha = sign(api_key, shop.account.smid, shop.api_secret)

    assert accounts.is_signed(connection, shop.account.smid, api_key, sha)
    assert accounts.is_signed(connection, shop.account.smid, api_key, sha.upper())


@pytest.mark.parametrize("sha", ["", "0" * 40, "żółw", "null"])
def test_wrong_signature_is_refused(connection: Connection, shop: NewAccount, sha: str) -> None:
    assert not accounts.is_signed(connection, shop.account.smid, "any", sha)


def test_signature_of_another_account_is_refused(connection: Connection, shop: NewAccount) -> None:
    other = accounts.create_account(connection, "Other")

    sha = sign("any", shop.account.smid, other.api_secret)

    assert not accounts.is_signed(connection, shop.account.smid, "any", sha)
    assert not accounts.is_signed(connection, "nobody", "any", sha)


def test_secret_is_told_to_its_owner(connection: Connection, shop: NewAccount) -> None:
    assert accounts.find_secret(connection, shop.account.account) == shop.api_secret


def test_settings_come_back_as_saved(connection: Connection, shop: NewAccount) -> None:
    chosen = AccountSettings(
        consent_required=True, cookies={"smuuid": 30}, cookie_domain="x.example", keep_address=False
    )

    accounts.save_settings(
        connection, shop.account.account, chosen, name="New", time_zone="Asia/Tokyo"
    )

    found = accounts.fetch_account(connection, shop.account.account)
    assert (found.settings, found.name, found.time_zone) == (chosen, "New", "Asia/Tokyo")


def test_accounts_are_listed_in_order(connection: Connection, shop: NewAccount) -> None:
    other = accounts.create_account(connection, "Other")

    assert accounts.list_accounts(connection) == [shop.account, other.account]
