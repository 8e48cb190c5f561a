"""Browsers that send numbered hits at a steady pace, and remember what was acknowledged."""

from __future__ import annotations

import json
import time
from collections import defaultdict
from dataclasses import dataclass, field
from threading import Event, Thread
from typing import Any

import httpx
from tests.support.browsers import PEOPLE
from tests.support.wire import make_visitor

# A browser's life; the visitor's page of the API shows a hundred events.
HITS_PER_VISITOR = 40
PACE_SECONDS = 0.02
# The tracker waits longer; here only the order of its attempts matters.
RESEND_SECONDS = 0.1


@dataclass
class Load:
    """Half of the browsers resend until acknowledged, the others lose what is refused."""

    url: str
    smid: str
    browsers: int = 4
    patience_seconds: float = 10.0  # an answer that takes longer is none
    failures: list[str] = field(default_factory=list)
    acknowledged: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    uncertain: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _stop: Event = field(default_factory=Event)
    _threads: list[Thread] = field(default_factory=list)

    def __enter__(self) -> Load:
        for browser in range(self.browsers):
            send = self._resend if browser % 2 else self._send_once
            thread = Thread(target=self._live, args=(browser, send), daemon=True)
            self._threads.append(thread)
            thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(30)

    def _live(self, browser: int, send: Any) -> None:
        number = 0
        with httpx.Client(base_url=self.url, timeout=self.patience_seconds) as client:
            while not self._stop.wait(PACE_SECONDS):
                visitor = make_visitor((browser << 32) + number // HITS_PER_VISITOR + 1)
                send(client, visitor, f"hit-{browser}-{number}", number % HITS_PER_VISITOR + 1)
                number += 1

    def _send_once(self, client: httpx.Client, visitor: str, hit: str, _number: int) -> None:
        """As a page whose picture is not waited for: refused is lost."""
        query = {**self._hit(visitor, hit), "timestamp": _now_ms()}
        try:
            answer = client.get("/api/r.gif", params=query, headers=_AGENT)
        except httpx.TransportError as error:
            self.failures.append(repr(error))
            self.uncertain[visitor].add(hit)
        else:
            heard = self.acknowledged if answer.status_code == 200 else self.uncertain
            heard[visitor].add(hit)

    def _resend(self, client: httpx.Client, visitor: str, hit: str, number: int) -> None:
        """As the tracker's outbox: the same hit under the same number until it is taken."""
        body = {**self._hit(visitor, hit), "seq": number, "timestamp": _now_ms()}
        while not self._is_taken(client, body):
            time.sleep(RESEND_SECONDS)
        self.acknowledged[visitor].add(hit)

    def _is_taken(self, client: httpx.Client, body: dict[str, Any]) -> bool:
        content = json.dumps([{**body, "sent": _now_ms()}])
        try:
            answer = client.post("/api/hits", content=content, headers=_AGENT)
        except httpx.TransportError as error:
            self.failures.append(repr(error))
            return False
        if answer.status_code != 204:
            self.failures.append(str(answer.status_code))
        return answer.status_code == 204

    def _hit(self, visitor: str, hit: str) -> dict[str, Any]:
        place = {"location": self.url.removeprefix("http://"), "uri": f"/{hit}"}
        return {"smid": self.smid, "uuid": visitor, "hit": hit, "title": hit, **place}


_AGENT = {"user-agent": PEOPLE[0]}


def _now_ms() -> int:
    return time.time_ns() // 1_000_000
