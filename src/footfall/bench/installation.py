"""The whole product, started as an operator would, in a folder of its own on a free port."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from footfall import accounts
from footfall.accounts import Account
from footfall.app import open_database, open_events
from footfall.bench.client import Client, find_free_port, wait_for_port
from footfall.bench.processes import running
from footfall.events import EventStore
from footfall.kit import Database, Settings, read_settings
from footfall.supervisor import wait_for

START_SECONDS = 60.0
SITE = "shop.example.com"


@dataclass(frozen=True)
class Installation:
    """One running product with one account and its first user."""

    port: int
    process_id: int
    settings: Settings
    database: Database
    events: EventStore
    account: Account
    api_token: str
    staff_token: str

    def open_door(self, headers: Mapping[str, str] | None = None) -> Client:
        return Client(self.port, headers)

    def open_api(self) -> Client:
        return Client(self.port, {"Authorization": f"Bearer {self.api_token}"})

    def open_panel(self) -> Client:
        return Client(self.port, {"Cookie": f"footfall_staff={self.staff_token}"})


@contextmanager
def start_installation(folder: Path) -> Iterator[Installation]:
    """Raise Unavailable when it does not start."""
    port = find_free_port()
    environment = settings_in(folder, port)
    command = [sys.executable, "-m", "footfall", "serve", "--no-demo", "--port", str(port)]
    settings = read_settings(environment)
    database = open_database(settings)
    account, api_token, staff_token = create_account(database)
    with running(command, folder / "serve.log", environment) as process:
        wait_for_port(port, START_SECONDS)
        wait_for(settings.data / "store.sock", START_SECONDS)
        yield Installation(
            port=port,
            process_id=process.pid,
            settings=settings,
            database=database,
            events=open_events(settings),
            account=account,
            api_token=api_token,
            staff_token=staff_token,
        )
    database.close()


def settings_in(folder: Path, port: int = 0) -> dict[str, str]:
    """The environment of an installation in this folder, whatever ours is."""
    return {
        "FOOTFALL_CONFIG": str(folder / "none.toml"),
        "FOOTFALL_DATA": str(folder / "data"),
        "FOOTFALL_DATABASE_URL": "",
        "FOOTFALL_EVENTS_URL": "",
        "FOOTFALL_LOG_URL": "",
        "FOOTFALL_TRUSTED_PROXIES": "",
        "FOOTFALL_PUBLIC_URL": f"http://127.0.0.1:{port}",
    }


def create_account(database: Database) -> tuple[Account, str, str]:
    """The account, its API token, and the panel cookie of its first user."""
    with database.write() as connection:
        new = accounts.create_account(connection, "Bench", smid="bench00000000001")
        accounts.list_site(connection, new.account.account, SITE)
        user = accounts.add_user(connection, new.account.account, "bench@example.com", "bench pass")
        return new.account, new.api_token, accounts.start_staff_session(connection, user)


def wait_until(is_true: Callable[[], bool], seconds: float) -> bool:
    """Whether the condition came true in time."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if is_true():
            return True
        time.sleep(0.01)
    return is_true()
