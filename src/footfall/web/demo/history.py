"""A believable month in the demo shop: the account and a moment in, raw hits of the past out.

The same hits that browsers would have sent, so they walk the whole pipeline; drawn from a
seed, so that two installations show the same month.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

import msgspec

from footfall.kit import to_ms
from footfall.model import ContactId, RawHit, SmId
from footfall.web.demo.products import PRODUCTS, Product

SHOP = "Northwind Outdoor"
DAYS = 31
SEED = 1_882
# Visits per hour of the day: quiet nights, a lunch hill, one evening peak.
HOURS = (2, 1, 1, 1, 1, 2, 4, 7, 9, 10, 11, 12, 14, 12, 11, 11, 12, 14, 18, 23, 26, 22, 13, 6)
VISITS_A_DAY = 26

PEOPLE: Mapping[str, tuple[str, str]] = {
    "marta.lewandowska@example.com": ("Marta Lewandowska", "Baltic Rope Works"),
    "jonas.weber@example.com": ("Jonas Weber", ""),
    "amelie.fournier@example.com": ("Amélie Fournier", "Atelier Fournier"),
    "piotr.zielinski@example.com": ("Piotr Zieliński", ""),
    "sofia.rossi@example.com": ("Sofia Rossi", "Studio Rossi"),
    "liam.byrne@example.com": ("Liam Byrne", ""),
    "ingrid.dahl@example.com": ("Ingrid Dahl", "Fjord Guides"),
    "tomas.novak@example.com": ("Tomáš Novák", ""),
    "clara.jansen@example.com": ("Clara Jansen", ""),
    "hugo.martins@example.com": ("Hugo Martins", "Costa Surf School"),
    "elif.kaya@example.com": ("Elif Kaya", ""),
    "david.brown@example.com": ("David Brown", "Peak Rescue"),
}


class Source(NamedTuple):
    """Where a visit comes from: a referring page, or marks on the address."""

    weight: int
    referrer: str = ""
    marks: str = ""


SOURCES = (
    Source(30, "https://www.google.com/"),
    Source(6, "https://www.bing.com/search?q=light+running+shoes"),
    Source(4, "https://duckduckgo.com/?q=rain+jacket+packable"),
    Source(22),
    Source(10, "https://l.facebook.com/", "utm_source=facebook&utm_medium=cpc&utm_campaign=autumn"),
    Source(6, "https://www.instagram.com/"),
    Source(5, "https://chatgpt.com/"),
    Source(7, "https://trailnotes.example.org/ten-boots-for-wet-rock"),
    Source(10, "", "utm_source=newsletter&utm_medium=email&utm_campaign=autumn"),
)
AGENTS = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Safari/537.36",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/26.0 Safari/605.1.15",
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like "
    "Gecko) Version/26.0 Mobile/15E148 Safari/604.1",
    "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/142.0.0.0 Mobile Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0",
)


class Browser:
    """One visitor: numbers its hits, and may belong to one of PEOPLE."""

    def __init__(self, random: Random, contact: ContactId | None) -> None:
        self.uuid = f"{random.getrandbits(128):032x}"
        self.agent = random.choice(AGENTS)
        # Addresses kept for documentation (RFC 5737): nobody's, so no place is invented.
        self.address = f"203.0.113.{random.randint(1, 254)}"
        self.contact = contact
        self.is_known = False
        self.hits = 0


def make_history(
    smid: SmId, host: str, contacts: Sequence[ContactId], now: datetime
) -> list[RawHit]:
    """A month of hits in the order of time, ending an hour before ``now``."""
    random = Random(SEED)  # noqa: S311 (a story, not a secret)
    named = [Browser(random, contact) for contact in contacts]
    # Some people have a phone beside the computer.
    named += [Browser(random, contact) for contact in contacts[::3]]
    others: list[Browser] = []
    hits: list[RawHit] = []
    for moment in _moments(random, now):
        if random.random() < 0.12:
            browser = random.choice(named)
        elif others and random.random() < 0.3:
            browser = random.choice(others)
        else:
            browser = Browser(random, None)
            others.append(browser)
        hits += _visit(random, browser, smid, host, moment)
    end = to_ms(now - timedelta(hours=1))
    return sorted((h for h in hits if h.received_at_ms < end), key=lambda h: h.received_at_ms)


def _moments(random: Random, now: datetime) -> Iterator[datetime]:
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    for day in range(DAYS - 1, -1, -1):
        start = midnight - timedelta(days=day)
        weekend = 0.8 if start.weekday() >= 5 else 1.0
        growth = 1.0 + 0.5 * (DAYS - day) / DAYS
        size = round(VISITS_A_DAY * weekend * growth * random.uniform(0.85, 1.15))
        for hour in random.choices(range(24), HOURS, k=size):
            yield start + timedelta(hours=hour, seconds=random.uniform(0, 3_600))


def _visit(
    random: Random, browser: Browser, smid: SmId, host: str, moment: datetime
) -> Iterator[RawHit]:
    source = random.choices(SOURCES, [source.weight for source in SOURCES])[0]
    base = {"smid": smid, "uuid": browser.uuid, "location": host, "scheme": "http"}
    if browser.is_known:
        base["client"] = str(browser.contact)
    referrer, marks = source.referrer, source.marks
    seen: list[Product] = []
    for page in range(random.choices((1, 2, 3, 4, 6), (30, 25, 20, 15, 10))[0]):
        product = random.choice(PRODUCTS)
        seen.append(product)
        path, title = f"/demo/{product.category}/{product.sku}", product.name
        if page == 0 and random.random() < 0.4:
            path, title = "/demo", "All products"
        base |= {"uri": f"{path}?{marks}" if marks else path, "title": f"{title} – {SHOP}"}
        yield _hit(browser, moment, base | {"type": "page", "referrer": referrer})
        stay = timedelta(seconds=random.uniform(8, 140))
        moment += stay
        engaged = round(stay.total_seconds() * random.uniform(400, 950))
        base["uri"] = path
        yield _hit(browser, moment, base | {"type": "engaged", "engaged": engaged})
        referrer, marks = f"http://{host}{path}", ""
    if browser.contact:
        yield from _act(random, browser, base, seen, moment)


def _act(
    random: Random, browser: Browser, base: dict[str, Any], seen: list[Product], moment: datetime
) -> Iterator[RawHit]:
    """What people do who will be known: sign up, fill a cart, buy."""
    if not browser.is_known and random.random() < 0.6:
        moment += timedelta(seconds=random.uniform(10, 60))
        page = base | {"uri": "/demo/newsletter", "title": f"Newsletter – {SHOP}"}
        yield _hit(browser, moment, page | {"type": "page"})
        moment += timedelta(seconds=random.uniform(10, 40))
        browser.is_known = True
        yield _hit(
            browser, moment, page | {"type": "identify", "client": browser.contact, "how": "api"}
        )
    elif browser.is_known and random.random() < 0.5:
        bought = seen[: random.randint(1, 2)]
        details = {
            "products": [product.sku for product in bought],
            "value": sum(product.price for product in bought),
            "currency": "EUR",
            "category": bought[0].category,
        }
        moment += timedelta(seconds=random.uniform(5, 30))
        yield _hit(browser, moment, base | {"type": "event", "name": "CART", "data": details})
        if random.random() < 0.55:
            moment += timedelta(seconds=random.uniform(40, 200))
            page = base | {"uri": "/demo/checkout", "title": f"Checkout – {SHOP}"}
            yield _hit(browser, moment, page | {"type": "page"})
            moment += timedelta(seconds=random.uniform(30, 90))
            bill = {"type": "event", "name": "PURCHASE", "data": details}
            yield _hit(browser, moment, page | bill)


def _hit(browser: Browser, moment: datetime, parameters: dict[str, Any]) -> RawHit:
    browser.hits += 1
    at = to_ms(moment)
    own = {"seq": browser.hits, "hit": f"{browser.uuid}{browser.hits}", "lang": "en"}
    body = msgspec.json.encode(parameters | own | {"timestamp": at, "sent": at})
    return RawHit(at, "batch", browser.address, b"", body, {"user-agent": browser.agent})
