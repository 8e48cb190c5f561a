"""How the panel says things: times, numbers, places, devices and sources in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_datetime
from babel.numbers import format_currency, format_decimal

from footfall.contacts import Visit
from footfall.kit import now
from footfall.model import (
    Channel,
    ClaimKind,
    Device,
    Event,
    EventKind,
    OrganisationKind,
    Place,
    Touchpoint,
)

LOCALE = Locale("en")
NOT_PROVIDED = "(not provided)"

CLAIM_WORDS: Mapping[ClaimKind, str] = {
    ClaimKind.LOGIN: "Logged in on the site",
    ClaimKind.API: "Named by the shop through the API",
    ClaimKind.PLUGIN: "Named by the shop's plugin",
    ClaimKind.FORM: "Filled in a form",
    ClaimKind.MANUAL_LINK: "Opened a link made for them",
    ClaimKind.MAIL_LINK: "Followed a link from a mail",
}
_KIND_WORDS = {
    EventKind.PAGE: "Page",
    EventKind.ENGAGED: "Read",
    EventKind.CUSTOM: "Event",
    EventKind.IDENTIFY: "Became known",
    EventKind.CONSENT: "Consent",
    EventKind.FORM: "Form",
    EventKind.CART: "Cart",
    EventKind.PURCHASE: "Purchase",
    EventKind.EXTERNAL: "Event",
}
_ORGANISATION_WORDS = {
    OrganisationKind.COMPANY: "company network",
    OrganisationKind.PROVIDER: "internet provider, says nothing about the visitor",
    OrganisationKind.HOSTING: "hosting network, perhaps a machine or a VPN",
    OrganisationKind.EDUCATION: "university or school",
    OrganisationKind.UNKNOWN: "unknown network",
}
# Below this a guess is called a guess.
LIKELY = 0.8
# What is larger nobody paid, and the formatter cannot write it.
LARGEST_SUM = 1e15


def number(value: float | int | None) -> str:
    return "–" if value is None else format_decimal(value, locale=LOCALE)


def money(value: float | None, currency: str = "") -> str:
    if value is None:
        return ""
    if not abs(value) <= LARGEST_SUM:
        return f"{value:.3g} {currency}".strip()
    if not currency:
        return format_decimal(value, "#,##0.00", locale=LOCALE)
    try:
        return format_currency(value, currency, locale=LOCALE)
    except ValueError:
        return f"{format_decimal(value, '#,##0.00', locale=LOCALE)} {currency}"


def duration(value: timedelta | int | float) -> str:
    """``value`` a timedelta, or milliseconds."""
    seconds = round(value.total_seconds() if isinstance(value, timedelta) else value / 1000)
    if seconds < 60:
        return f"{seconds} s"
    minutes, seconds = divmod(seconds, 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s" if minutes < 10 and seconds else f"{minutes} min"
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min"


def ago(moment: datetime | None) -> str:
    """The same words as the browser's own renewal in ``panel/src/times.ts``."""
    if moment is None:
        return "never"
    seconds = max(0, int((now() - moment).total_seconds()))
    for size, unit in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size} {unit} ago"
    return f"{seconds} s ago" if seconds > 4 else "just now"


def exact(moment: datetime, zone: str) -> str:
    return format_datetime(moment, "d MMM yyyy, HH:mm:ss", tzinfo=ZoneInfo(zone), locale=LOCALE)


def clock(moment: datetime, zone: str) -> str:
    return format_datetime(moment, "HH:mm:ss", tzinfo=ZoneInfo(zone), locale=LOCALE)


def day(moment: datetime, zone: str) -> str:
    """ "Today", "Yesterday", or the date, in the account's time zone."""
    local = moment.astimezone(ZoneInfo(zone)).date()
    today = now().astimezone(ZoneInfo(zone)).date()
    if local == today:
        return "Today"
    if local == today - timedelta(days=1):
        return "Yesterday"
    return format_datetime(moment, "EEEE, d MMMM yyyy", tzinfo=ZoneInfo(zone), locale=LOCALE)


@cache
def country(code: str) -> str:
    return LOCALE.territories.get(code, code) if code else "Unknown country"


def flag(code: str) -> str:
    """Two regional indicator letters, which browsers draw as a flag."""
    return "".join(chr(0x1F1E6 + ord(letter) - 65) for letter in code if "A" <= letter <= "Z")


def place(value: Place) -> str:
    """ "likely Gdańsk, Poland (±25 km)": an uncertain fact is said as one."""
    if not value.country:
        return ""
    named = ", ".join(part for part in (value.city or value.region, country(value.country)) if part)
    likely = "" if value.confidence >= LIKELY else "likely "
    accuracy = f" (±{value.accuracy_km} km)" if value.accuracy_km else ""
    return f"{likely}{named}{accuracy}"


def device(value: Device) -> str:
    system = " ".join(part for part in (value.system, value.system_version) if part)
    browser = " ".join(
        part for part in (value.browser, value.browser_version.split(".")[0]) if part
    )
    kind = "" if value.kind in ("unknown", "") else value.kind
    made = " ".join(part for part in (value.brand, value.model) if part)
    return ", ".join(part for part in (made or kind.capitalize(), browser, system) if part)


def touchpoint(value: Touchpoint) -> str:
    """How a visit began, as a sentence's second half."""
    source = value.source or "somewhere"
    match value.channel:
        case Channel.SEARCH:
            return f"from {source}, searched {_quoted(value.term)}"
        case Channel.SOCIAL:
            return f"from {source}"
        case Channel.ASSISTANT:
            return f"sent by {source}"
        case Channel.CAMPAIGN:
            named = f" “{value.campaign}”" if value.campaign else ""
            medium = f" ({value.medium})" if value.medium else ""
            return f"from the campaign{named} on {source}{medium}"
        case Channel.MAILING:
            named = f" “{value.campaign}”" if value.campaign else ""
            return f"from the mailing{named}"
        case Channel.REFERRAL:
            return f"from {source}"
        case Channel.INTERNAL:
            return "from another page of yours"
        case _:
            return "came directly"


def page_link(event: Event) -> str:
    """The address of the page; "" where what the browser sent is none on that site.

    A path such as ``@evil.example`` would lead away from the site that it claims to be of.
    """
    if not event.path.startswith("/"):
        return ""
    scheme = "http" if event.data.get("scheme") == "http" else "https"
    return f"{scheme}://{event.site}{event.path}"


def capitalize_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def engaged_after(events: Sequence[Event], page: Event) -> int:
    """Milliseconds that a page was in view: its own reports come after it, until the next page."""
    if page.kind is not EventKind.PAGE:
        return 0
    following = list(events[events.index(page) + 1 :])
    shown = 0
    for event in following:
        if event.kind is EventKind.PAGE and event.path == page.path:
            break
        if event.kind is EventKind.ENGAGED and event.path == page.path:
            shown += event.engaged_ms
    return shown


def is_wholly_before(visit: Visit) -> bool:
    """The whole visit was anonymous: it joined the card only later."""
    return visit.is_before_known and visit.known_at is not None and visit.ended_at < visit.known_at


def learnt_at(visit: Visit, event: Event) -> bool:
    """Whether this is the event in the visit with which we learnt who it was."""
    if not visit.is_before_known or visit.known_at is None:
        return False
    since = [e for e in visit.events if e.occurred_at >= visit.known_at]
    return bool(since) and since[0] is event


def event_kind(event: Event) -> str:
    return _KIND_WORDS[event.kind]


def organisation_kind(kind: OrganisationKind) -> str:
    return _ORGANISATION_WORDS[kind]


def claim_kind(kind: ClaimKind) -> str:
    return CLAIM_WORDS[kind]


def change(value: float, before: float) -> str:
    """ "+12 %" or "same" against the period before; "" where nothing can be compared."""
    if not before:
        return "new" if value else ""
    if value == before:
        return "same"
    return f"{(value - before) / before:+.0%}".replace("%", " %")


def _quoted(term: str | None) -> str:
    return f"“{term}”" if term else NOT_PROVIDED
