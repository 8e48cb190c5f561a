"""The door alone, as an RSGI application: what the web process puts before everything else.

Settings come from the environment: DOOR_LOG (a path), and where a test wants them DOOR_TRUSTED
(networks, comma-separated), DOOR_PAGES (the size of the disk) and DOOR_WAITING (hits).
"""

from __future__ import annotations

import os
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from footfall.collector import CookieRules, Door
from footfall.rawlog import GroupCommit, SqliteLog, group_commit

COOKIE_RULES = {
    "abc": CookieRules({"smuuid": 10.0, "smclient": 20.0}),
    "wide": CookieRules({"smuuid": 10.0, "smclient": 20.0}, "example.com"),
}


class DoorApp:
    """Any path that is not the door's is 404."""

    def __rsgi_init__(self, loop: Any) -> None:
        log = SqliteLog(Path(os.environ["DOOR_LOG"]))
        if pages := os.environ.get("DOOR_PAGES"):
            log._connection.execute(f"PRAGMA max_page_count = {int(pages)}")
        if waiting := os.environ.get("DOOR_WAITING"):
            group_commit.MOST_WAITING = int(waiting)
        networks = os.environ.get("DOOR_TRUSTED", "").split(",")
        self._commit = GroupCommit(log.append)
        self._door = Door(
            self._commit,
            tuple(ip_network(network) for network in networks if network),
            COOKIE_RULES.get,
        )

    def __rsgi_del__(self, loop: Any) -> None:
        self._commit.close()

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        if not await self._door(scope, protocol):
            protocol.response_empty(404, [])


app = DoorApp()
