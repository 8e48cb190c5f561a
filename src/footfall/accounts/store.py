"""Accounts in the people database: create, find by code or token, check a signature."""

from __future__ import annotations

import hmac
from datetime import datetime
from hashlib import sha1, sha256
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from footfall.accounts.tables import accounts
from footfall.kit import Connection, NotFound, make_secret, make_smid, now
from footfall.model import AccountId, Record, SmId


class AccountSettings(Record, frozen=True):
    """What an owner may choose. ``cookies`` holds lives in days that differ from the default."""

    consent_required: bool = False
    cookies: dict[str, int] = {}
    cookie_domain: str = ""
    keep_address: bool = True


class Account(Record, frozen=True):
    account: AccountId
    smid: SmId
    name: str
    time_zone: str
    settings: AccountSettings
    created_at: datetime


class NewAccount(NamedTuple):
    """A fresh account with the credentials that are shown once."""

    account: Account
    api_secret: str
    api_token: str


def create_account(
    connection: Connection, name: str, time_zone: str = "UTC", smid: str | None = None
) -> NewAccount:
    api_secret, api_token = make_secret(), make_secret()
    smid = smid or make_smid()
    row = {
        "smid": smid,
        "name": name,
        "api_secret": api_secret,
        "api_token_hash": _hash(api_token),
        "time_zone": time_zone,
        "settings": "{}",
        "created_at": now(),
    }
    connection.execute(sa.insert(accounts).values(row))
    return NewAccount(_found(find_account(connection, smid)), api_secret, api_token)


def find_account(connection: Connection, smid: str) -> Account | None:
    row = connection.execute(sa.select(accounts).where(accounts.c.smid == smid)).first()
    return _account(row) if row else None


def fetch_account(connection: Connection, account: AccountId) -> Account:
    """Raise NotFound."""
    row = connection.execute(sa.select(accounts).where(accounts.c.account_id == account)).first()
    return _found(_account(row) if row else None)


def find_account_by_token(connection: Connection, api_token: str) -> Account | None:
    row = connection.execute(
        sa.select(accounts).where(accounts.c.api_token_hash == _hash(api_token))
    ).first()
    return _account(row) if row else None


def list_accounts(connection: Connection) -> list[Account]:
    rows = connection.execute(sa.select(accounts).order_by(accounts.c.account_id))
    return [_account(row) for row in rows]


def find_secret(connection: Connection, account: AccountId) -> str:
    """The secret that callers of the compatible API sign with; shown to owners only."""
    query = sa.select(accounts.c.api_secret).where(accounts.c.account_id == account)
    return str(connection.execute(query).scalar_one())


def is_signed(connection: Connection, smid: str, api_key: str, sha: str) -> bool:
    """Whether ``sha`` is sha1(apiKey + clientId + apiSecret); the key is the caller's choice."""
    query = sa.select(accounts.c.api_secret).where(accounts.c.smid == smid)
    secret = connection.execute(query).scalar()
    if secret is None:
        return False
    # The wire prescribes sha1; it is a shared-secret check here, not a password hash.
    expected = sha1(f"{api_key}{smid}{secret}".encode(), usedforsecurity=False).hexdigest()
    return hmac.compare_digest(expected.encode(), sha.lower().encode())


def renew_token(connection: Connection, account: AccountId) -> str:
    """A new API token; the old one stops working with this transaction."""
    token = make_secret()
    connection.execute(
        sa.update(accounts)
        .where(accounts.c.account_id == account)
        .values(api_token_hash=_hash(token))
    )
    return token


def save_settings(
    connection: Connection,
    account: AccountId,
    settings: AccountSettings,
    *,
    name: str,
    time_zone: str,
) -> None:
    connection.execute(
        sa.update(accounts)
        .where(accounts.c.account_id == account)
        .values(settings=msgspec.json.encode(settings).decode(), name=name, time_zone=time_zone)
    )


def _hash(token: str) -> str:
    # Tokens are 256 random bits, so a plain hash cannot be searched backwards.
    return sha256(token.encode()).hexdigest()


def _found(account: Account | None) -> Account:
    if account is None:
        raise NotFound("there is no such account")
    return account


def _account(row: Any) -> Account:
    return Account(
        account=AccountId(row.account_id),
        smid=SmId(row.smid),
        name=row.name,
        time_zone=row.time_zone,
        settings=msgspec.json.decode(row.settings, type=AccountSettings),
        created_at=row.created_at,
    )
