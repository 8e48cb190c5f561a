"""The demo account: made at the first start, its login kept in a file only the operator reads."""

from __future__ import annotations

import json
import secrets
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

from footfall import accounts, contacts
from footfall.accounts import Account
from footfall.contacts import ContactChange
from footfall.kit import Connection, Database, Refused, Settings, now
from footfall.model import ContactId
from footfall.rawlog import RawLog
from footfall.web.demo.history import PEOPLE, make_history

HISTORY_MARK = "demo-history"
HITS_AT_ONCE = 500


def prepare_demo(database: Database, settings: Settings) -> None:
    """Create the demo account when there is no account at all; print how to get in."""
    path = settings.data / "demo.json"
    port = urlsplit(settings.public_url).port or 80
    with database.write() as connection:
        if not accounts.list_accounts(connection):
            _write_private(path, _create(connection, settings))
        known = json.loads(path.read_text()) if path.exists() else None
        if known:
            account = accounts.find_account(connection, known["client_id"])
            for name in ("localhost", "127.0.0.1"):
                if account is not None:
                    accounts.list_site(connection, account.account, f"{name}:{port}")
    if known:
        _announce(settings, known, port)


def may_add_history(settings: Settings, account: Account) -> bool:
    """Only to the demo account, and only once."""
    path = settings.data / "demo.json"
    if not (settings.has_demo and path.exists()) or (settings.data / HISTORY_MARK).exists():
        return False
    return bool(json.loads(path.read_text())["client_id"] == account.smid)


def add_history(database: Database, log: RawLog, settings: Settings, account: Account) -> int:
    """Give the demo account a month of visitors; return the number of hits. Raise Refused."""
    if not may_add_history(settings, account):
        raise Refused("only the demo account can be filled, and only once")
    (settings.data / HISTORY_MARK).touch()
    moment = now()
    with database.write() as connection:
        known = [
            _add_person(connection, account, email, moment - timedelta(days=28 - 2.3 * number))
            for number, email in enumerate(PEOPLE)
        ]
    port = urlsplit(settings.public_url).port or 80
    hits = make_history(account.smid, f"127.0.0.1:{port}", known, moment)
    for start in range(0, len(hits), HITS_AT_ONCE):
        log.append(hits[start : start + HITS_AT_ONCE])
    return len(hits)


def _add_person(
    connection: Connection, account: Account, email: str, created_at: datetime
) -> ContactId:
    name, company = PEOPLE[email]
    change = ContactChange(
        fields={"name": name, "company": company},
        tags=("NEWSLETTER",),
        opt_ins={"email": "confirmed"},
        source="a month of demo visitors",
    )
    found, _is_new = contacts.upsert_contact(connection, account.account, email, change, created_at)
    return found.contact


def _create(connection: Connection, settings: Settings) -> dict[str, str]:
    new = accounts.create_account(connection, "Demo shop", "Europe/Warsaw")
    password = secrets.token_urlsafe(9)
    accounts.add_user(connection, new.account.account, "demo@example.com", password, "Demo")
    return {
        "login": "demo@example.com",
        "password": password,
        "client_id": new.account.smid,
        "api_secret": new.api_secret,
        "api_token": new.api_token,
        "endpoint": settings.public_url,
    }


def _write_private(path: Path, content: dict[str, str]) -> None:
    path.touch(mode=0o600)
    path.write_text(json.dumps(content, indent=2) + "\n")


def _announce(settings: Settings, known: dict[str, str], port: int) -> None:
    lines = (
        ("Panel", settings.public_url),
        ("Login", known["login"]),
        ("Password", known["password"]),
        ("Demo shop", f"http://127.0.0.1:{port}/demo and http://localhost:{port}/demo"),
        ("Client id", known["client_id"]),
        ("API secret", known["api_secret"]),
        ("API token", known["api_token"]),
    )
    print("\n".join(f"  {name:11} {value}" for name, value in lines), flush=True)  # noqa: T201
