"""Where the rooms are put together: parts, the reactions table, and the web process's entry."""

from __future__ import annotations

import gc
import logging
from collections.abc import Sequence
from threading import Event as Flag
from threading import Thread
from typing import Any, cast

from footfall import accounts, rawlog
from footfall.accounts import Account
from footfall.collector import CookieRules, Door
from footfall.events import Engine, EventStore, ServerClient, StoreClient
from footfall.kit import Database, Settings, make_private_folder, read_settings
from footfall.pipeline import Reaction, Worker
from footfall.pipeline.geo import Geo
from footfall.pipeline.organisation import Networks
from footfall.rawlog import GroupCommit, RawLog
from footfall.schema import migrate
from footfall.supervisor import die_with_parent
from footfall.web import Parts, count_homes_ahead, make_web
from footfall.web.asgi_bridge import AsgiApp, AsgiBridge
from footfall.web.request_ids import identify_requests

log = logging.getLogger(__name__)

# What happens with events once they are stored, in the transaction that moves the checkpoint.
# Rooms that do not know each other meet here.
REACTIONS: Sequence[Reaction] = ()

# How long a changed cookie setting may take to reach the door.
SETTINGS_SECONDS = 10.0

# With 256 hits in flight, or 5,000 in a batch, the default of 700 collects all the time: a tenth
# of the door's work and a fifth of the worker's, and each pass is a pause for who waits.
OBJECTS_PER_COLLECTION = 50_000


def open_database(settings: Settings) -> Database:
    """The people database, brought up to date."""
    make_private_folder(settings.data)
    database = Database(settings.people_url)
    migrate(database)
    return database


def open_engine(settings: Settings) -> Engine:
    return ServerClient(settings.events_url) if settings.events_url else StoreClient(settings.data)


def open_events(settings: Settings) -> EventStore:
    return EventStore(open_engine(settings))


def open_log(settings: Settings) -> RawLog:
    return rawlog.open_log(settings.data, settings.log_url)


def make_worker(settings: Settings) -> Worker:
    return Worker(
        log=open_log(settings),
        events=open_events(settings),
        database=open_database(settings),
        geo=Geo(settings.geo_db),
        networks=Networks(settings.asn_db),
        reactions=REACTIONS,
    )


def collect_seldom() -> None:
    """Once everything is loaded: what lives as long as the process is looked at no more."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(OBJECTS_PER_COLLECTION)


class CookieRulesReader:
    """Cookie rules by monitoring code, read anew now and then in a thread of its own.

    So the door never waits for the database, and works on when that is down.
    """

    def __init__(self, database: Database, every_seconds: float = SETTINGS_SECONDS) -> None:
        self._database = database
        self._every_seconds = every_seconds
        self._rules: dict[str, CookieRules] = {}
        self._stop = Flag()
        Thread(target=self._read_again, name="cookie-rules", daemon=True).start()

    def find(self, smid: str) -> CookieRules | None:
        return self._rules.get(smid)

    def stop(self) -> None:
        self._stop.set()

    def _read_again(self) -> None:
        while not self._stop.is_set():
            try:
                with self._database.read() as connection:
                    listed = accounts.list_accounts(connection)
                self._rules = {str(account.smid): _cookie_rules(account) for account in listed}
            except Exception:
                log.exception("the cookie rules could not be read; the last ones stay in force")
            self._stop.wait(self._every_seconds)


def _cookie_rules(account: Account) -> CookieRules:
    chosen = account.settings
    return CookieRules(accounts.cookie_days(chosen.cookies), chosen.cookie_domain)


class WebProcess:
    """The RSGI application: the door first, everything else through the bridge."""

    def __rsgi_init__(self, loop: Any) -> None:
        die_with_parent()  # else it would keep the port, and answer, after its server's death
        settings = read_settings()
        raw_log = rawlog.open_door_log(settings.data, settings.log_url)
        database = open_database(settings)
        commit = GroupCommit(raw_log.append)
        self._commit, self._log = commit, raw_log
        self._rules = CookieRulesReader(database)
        self._door = Door(commit, settings.trusted_proxies, self._rules.find)
        parts = Parts(
            settings, database, open_events(settings), raw_log, commit, self._door.refused
        )
        self._bridge = AsgiBridge(identify_requests(cast(AsgiApp, make_web(parts))))
        self._stop = loop.run_until_complete(self._bridge.start())
        count_homes_ahead(parts)
        collect_seldom()

    def __rsgi_del__(self, loop: Any) -> None:
        loop.run_until_complete(self._stop())
        self._rules.stop()
        self._commit.close()
        self._log.close()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        if scope.proto != "http":
            protocol.close(1000)
        elif not await self._door(scope, protocol):
            await self._bridge(scope, protocol)


web_process = WebProcess()
