"""Made-up visitors whose variety is that of a real shop: what they send, and what comes of it."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlencode

from footfall.bench.installation import SITE
from footfall.kit import hash64, to_ms
from footfall.model import (
    AccountId,
    Channel,
    Device,
    Event,
    EventKind,
    Organisation,
    OrganisationKind,
    Place,
    RawHit,
    Touchpoint,
    VisitorId,
)

EVENTS_PER_VISITOR = 20
PAGES_OF_VISIT = 5
# A sample of 20,000 real events held 2,144 different user agents.
AGENTS = tuple(
    f"Mozilla/5.0 ({system}) AppleWebKit/537.36 (KHTML, like Gecko) "
    f"Chrome/{major}.0.{build}.{patch} {device}Safari/537.36"
    for system, device in (
        ("Windows NT 10.0; Win64; x64", ""),
        ("Macintosh; Intel Mac OS X 10_15_7", ""),
        ("X11; Linux x86_64", ""),
        ("Linux; Android 14; SM-G998B", "Mobile "),
        ("Linux; Android 13; Pixel 7", "Mobile "),
    )
    for major in range(110, 132)
    for build in (6099, 6261, 6422, 6668)
    for patch in range(5)
)
WORDS = [
    "tea",
    "coffee",
    "cup",
    "pot",
    "green",
    "black",
    "white",
    "oolong",
    "mint",
    "ginger",
    "lemon",
    "honey",
    "gift",
    "box",
    "set",
]
SOURCES = (
    Touchpoint(),
    Touchpoint(channel=Channel.SEARCH, source="Google", referrer="https://www.google.com/"),
    Touchpoint(channel=Channel.SEARCH, source="Bing", referrer="https://www.bing.com/"),
    Touchpoint(channel=Channel.SOCIAL, source="Facebook", referrer="https://l.facebook.com/"),
    Touchpoint(channel=Channel.CAMPAIGN, source="newsletter", medium="email", campaign="spring"),
    Touchpoint(channel=Channel.REFERRAL, source="blog.example.org"),
)
PLACES = tuple(
    Place(country=country, region=region, city=city, accuracy_km=20, confidence=0.7, source="made")
    for country, region, city in (
        ("PL", "Mazowieckie", "Warszawa"),
        ("PL", "Małopolskie", "Kraków"),
        ("DE", "Berlin", "Berlin"),
        ("FR", "Île-de-France", "Paris"),
        ("US", "California", "San Jose"),
    )
)
DEVICES = tuple(
    Device(kind=kind, browser=browser, browser_version=str(version), system=system)
    for kind, browser, system in (
        ("desktop", "Chrome", "Windows"),
        ("phone", "Chrome Mobile", "Android"),
        ("phone", "Mobile Safari", "iOS"),
        ("desktop", "Firefox", "Linux"),
    )
    for version in range(110, 130)
)
ORGANISATIONS = tuple(
    Organisation(name=f"Network {n}", asn=64_512 + n, kind=kind, confidence=0.6, reason="its name")
    for n in range(40)
    for kind in (OrganisationKind.PROVIDER, OrganisationKind.COMPANY)
)


def make_visitor(number: int) -> VisitorId:
    return VisitorId(f"{hash64('bench', str(number)):016x}{number:016x}")


def make_page(chosen: random.Random) -> tuple[str, str]:
    """A path and its title, some far more often than others."""
    number = min(int(chosen.expovariate(1 / 60)), 1_999)
    words = [WORDS[number % 10], WORDS[number // 10 % 10]]
    return f"/products/{'-'.join(words)}-{number}", f"{' '.join(words).title()} – Example Shop"


def make_hits(smid: str, first: int, count: int, at_ms: int, visitors: int) -> Iterator[RawHit]:
    """Page views as the tracker sends them, each visitor's numbered."""
    for number in range(first, first + count):
        chosen = random.Random(number)
        visitor = number % visitors
        agent = AGENTS[min(int(chosen.expovariate(1 / 300)), len(AGENTS) - 1)]
        yield RawHit(
            received_at_ms=at_ms,
            door="gif",
            address=f"10.{visitor >> 16 & 255}.{visitor >> 8 & 255}.{visitor & 255}",
            query=make_query(smid, visitor, number // visitors + 1, at_ms, chosen).encode(),
            headers={
                "user-agent": agent,
                "accept-language": "pl-PL,pl;q=0.9,en;q=0.8",
                "referer": f"https://{SITE}/",
                "host": "127.0.0.1",
            },
        )


def make_query(
    smid: str, visitor: int, number: int, at_ms: int, chosen: random.Random, path: str = ""
) -> str:
    drawn, title = make_page(chosen)
    source = chosen.choice(SOURCES)
    fields = {
        "smid": smid,
        "type": "page",
        "scheme": "https",
        "location": SITE,
        "uri": path or drawn,
        "title": title,
        "referrer": source.referrer,
        "lang": "pl-PL",
        "screen": "1920x1080",
        "timestamp": at_ms,
        "hit": f"{visitor:08x}{number:08x}",
        "uuid": make_visitor(visitor),
        "ns": "false",
        "seq": number,
        "ok": "1",
        "auto": "0",
    }
    return urlencode({name: value for name, value in fields.items() if value != ""})


def make_events(
    account: AccountId, first: int, count: int, until: datetime, days: int
) -> list[Event]:
    """Events as the pipeline stores them, spread over so many days before ``until``.

    A visitor's events are numbered in a row, visit by visit.
    """
    begin = until - timedelta(days=days)
    whole, skipped = divmod(first, EVENTS_PER_VISITOR)
    visitors = range(whole, -(-(first + count) // EVENTS_PER_VISITOR))
    made = [event for n in visitors for event in _make_life(account, n, begin, days)]
    return made[skipped : skipped + count]


def _make_life(account: AccountId, visitor: int, begin: datetime, days: int) -> list[Event]:
    """All events of one visitor; one generator each, because seeding is the dear part."""
    chosen, name = random.Random(visitor), make_visitor(visitor)
    device, place = chosen.choice(DEVICES), chosen.choice(PLACES)
    organisation = chosen.choice(ORGANISATIONS)
    events: list[Event] = []
    for number in range(EVENTS_PER_VISITOR):
        page = number % PAGES_OF_VISIT
        if page == 0:
            source = chosen.choice(SOURCES)
            visit = hash64(name, str(number))
            at = begin + timedelta(milliseconds=chosen.randrange(days * 86_400_000 - 3_600_000))
        at += timedelta(milliseconds=1_000 + chosen.randrange(90_000))
        path, title = make_page(chosen)
        event = Event(
            account=account,
            event_id=f"{visitor * EVENTS_PER_VISITOR + number:016x}",
            visitor=name,
            visit=visit,
            kind=EventKind.PAGE,
            occurred_at=at,
            received_at=at,
            site=SITE,
            path=path,
            title=title,
            is_entry=page == 0,
            touchpoint=source,
            device=device,
            place=place,
            organisation=organisation,
            address=f"10.{visitor >> 16 & 255}.{visitor >> 8 & 255}.{visitor & 255}",
            language="pl-PL",
            screen="1920x1080",
            data={"seq": number + 1, "received": to_ms(at)},
        )
        events.append(event)
    return events
