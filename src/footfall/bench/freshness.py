"""How soon a hit is on the contact's card while the whole product takes 500 hits a second."""

from __future__ import annotations

import random
import re
import threading
import time
from collections.abc import Sequence

from footfall import contacts, identity
from footfall.bench.client import Client
from footfall.bench.figure import Figure, percentile
from footfall.bench.installation import Installation, start_installation
from footfall.bench.run import Run
from footfall.bench.sample import AGENTS, make_query, make_visitor
from footfall.contacts import ContactChange
from footfall.kit import now, to_ms
from footfall.model import Claim, ClaimKind

HITS_PER_SECOND = 500
SENDERS = 4
# One hit in so many belongs to the contact whose card is watched.
HITS_PER_PROBE = 25
MOST_SECONDS = 1.5
LOOK_SECONDS = 0.05
VISITORS = 2_000
KNOWN = 0  # the number of the visitor who is the contact
_MARK = re.compile(rb"/probe/(\d+)")


def measure_freshness(run: Run) -> list[Figure]:
    """Sent at a steady pace, seen by asking for the card's timeline again and again."""
    with start_installation(run.make_folder("freshness")) as product:
        address = _identify(product)
        watch = _Watch(product, address)
        sender = _Sender(product, count=int(HITS_PER_SECOND * run.seconds))
        watch.start()
        took = sender.run()
        watch.finish(len(sender.probes))
    delays = [
        watch.seen_at.get(number, float("inf")) - sent_at
        for number, sent_at in sender.probes.items()
    ]
    return [
        Figure(
            name="freshness",
            what="until 95 % of hits are on the card",
            unit="s",
            limit=MOST_SECONDS,
            value=percentile(delays, 95),
            note=(
                f"median {percentile(delays, 50):.2f} s, last {max(delays):.2f} s, "
                f"of {len(delays)} watched; {sender.count / took:,.0f} hits/s sent"
            ),
        )
    ]


def _identify(product: Installation) -> str:
    """Make the known visitor somebody; return where that contact's timeline is."""
    account = product.account.account
    with product.database.write() as connection:
        contact, _ = contacts.upsert_contact(
            connection, account, "anna@example.com", ContactChange()
        )
        claim = Claim(
            claim_id=0,
            account=account,
            visitor=make_visitor(KNOWN),
            contact=contact.contact,
            kind=ClaimKind.API,
            claimed_at=now(),
        )
        identity.append_claims(connection, [claim])
    return f"/api/v1/contacts/{contact.contact}/timeline?limit=100"


class _Sender:
    """Keeps the pace with a few connections; remembers when each probe left."""

    def __init__(self, product: Installation, count: int) -> None:
        self.count = count
        self.probes: dict[int, float] = {}
        self._product = product

    def run(self) -> float:
        """The seconds that it took."""
        started = time.perf_counter()
        threads = [
            threading.Thread(target=self._send, args=(range(first, self.count, SENDERS), started))
            for first in range(SENDERS)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return time.perf_counter() - started

    def _send(self, numbers: Sequence[int], started: float) -> None:
        client = self._product.open_door({"User-Agent": AGENTS[0]})
        for number in numbers:
            time.sleep(max(0.0, started + number / HITS_PER_SECOND - time.perf_counter()))
            client.ask(f"/api/r.gif?{self._make_query(number)}")
        client.close()

    def _make_query(self, number: int) -> str:
        is_probe = number % HITS_PER_PROBE == 0
        visitor = KNOWN if is_probe else 1 + number % VISITORS
        path = f"/probe/{number}" if is_probe else ""
        if is_probe:
            self.probes[number] = time.perf_counter()
        smid, at_ms = str(self._product.account.smid), to_ms(now())
        return make_query(smid, visitor, number + 1, at_ms, random.Random(number), path)


class _Watch:
    """Asks for the newest of the timeline and notes when each probe is first in it."""

    def __init__(self, product: Installation, address: str) -> None:
        self.seen_at: dict[int, float] = {}
        self._client: Client = product.open_api()
        self._address = address
        self._wanted: int | None = None
        self._thread = threading.Thread(target=self._look)

    def start(self) -> None:
        self._thread.start()

    def finish(self, wanted: int) -> None:
        """Look on until so many are seen, or hope is lost."""
        self._wanted = wanted
        self._thread.join(20 * MOST_SECONDS)
        self._wanted = 0
        self._thread.join()
        self._client.close()

    def _look(self) -> None:
        while self._wanted is None or len(self.seen_at) < self._wanted:
            body = self._client.ask(self._address).body
            at = time.perf_counter()
            for mark in _MARK.findall(body):
                self.seen_at.setdefault(int(mark), at)
            time.sleep(LOOK_SECONDS)
