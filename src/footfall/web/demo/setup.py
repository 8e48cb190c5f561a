"""The first start: a demo account with a login, kept in a file only the operator can read."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from footfall import accounts
from footfall.kit import Connection, Database, Settings


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
