"""The words of the house: ids, and the records that rooms hand to each other.

A hit is what a browser sent; an event is an accepted, enriched hit. Every record here is
immutable, and every time is an aware UTC datetime unless its name ends in ``_ms``.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any, NewType

import msgspec

AccountId = NewType("AccountId", int)
SmId = NewType("SmId", str)
"""The account's public monitoring code: 16 lowercase letters and digits."""
VisitorId = NewType("VisitorId", str)
"""The ``smuuid`` cookie: one browser, for ever."""
IMPORTED_VISITOR = "import:"
"""Begins the id of a visitor whom an old log shows without a cookie: never a contact's."""
ContactId = NewType("ContactId", str)
"""The ``smclient`` cookie: a lowercase UUID, one person we can name."""


class Record(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Base of the immutable records."""


class RawHit(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One hit as it stood on the wire, before anything was understood.

    ``query`` is the query string of ``GET /api/r.gif``, undecoded; ``body`` is one JSON
    object of ``POST /api/hits`` (or an event made by our own server). One of the two is empty.
    A hit that was imported happened when its ``timestamp`` says, however long ago.
    ``headers`` holds lowercase names, only those in ``collector.KEPT_HEADERS``.
    """

    received_at_ms: int
    door: str  # "gif", "batch", "server" or "import"
    address: str  # the visitor's address, trusted proxies already resolved; "" if unknown
    query: bytes = b""
    body: bytes = b""
    headers: dict[str, str] = {}


class DropReason(StrEnum):
    """Why an understood hit was not stored: a closed set, each one counted."""

    UNKNOWN_ACCOUNT = "unknown_account"
    UNLISTED_DOMAIN = "unlisted_domain"
    DUPLICATE = "duplicate"
    NO_CONSENT = "no_consent"
    STOPPED = "stopped"  # monitoring of this contact was stopped by a person
    JUNK_VISITOR = "junk_visitor"  # no usable smuuid, and none could be given


class BuryReason(StrEnum):
    """Why a hit could not be read; it is kept whole for replay."""

    BAD_QUERY = "bad_query"
    BAD_JSON = "bad_json"
    TOO_LARGE = "too_large"
    BAD_SHAPE = "bad_shape"
    CRASHED = "crashed"  # our own fault: a step raised on it


class Channel(StrEnum):
    """The kind of place a visit came from."""

    DIRECT = "direct"
    SEARCH = "search"
    SOCIAL = "social"
    ASSISTANT = "assistant"
    CAMPAIGN = "campaign"
    MAILING = "mailing"
    REFERRAL = "referral"
    INTERNAL = "internal"  # from a page of the same account: not a new visit by itself


class Touchpoint(Record, frozen=True):
    """How a visit began. ``term`` None means the source never gave a phrase;
    for search engines that hide it the panel says "(not provided)"."""

    channel: Channel = Channel.DIRECT
    source: str = ""  # "Google", "newsletter", "blog.example.org"; "" for direct
    medium: str = ""
    campaign: str = ""
    term: str | None = None
    content: str = ""
    referrer: str = ""  # the full referring address as sent
    click_id: str = ""  # "gclid:abc"
    mailing: str = ""  # smconv
    link: str = ""  # smlid
    product: str = ""  # smpid


class Place(Record, frozen=True):
    """Where the visitor's address likely is. ``confidence`` is 0..1 for the finest part given."""

    country: str = ""  # ISO 3166-1 alpha-2, upper case; "" unknown
    region: str = ""
    city: str = ""
    latitude: float | None = None
    longitude: float | None = None
    accuracy_km: int | None = None
    confidence: float = 0.0
    source: str = ""  # which database said so, with its build date


class OrganisationKind(StrEnum):
    COMPANY = "company"
    PROVIDER = "provider"  # internet or mobile access provider: says nothing about the visitor
    HOSTING = "hosting"
    EDUCATION = "education"
    UNKNOWN = "unknown"


class Organisation(Record, frozen=True):
    """Who runs the network behind the address, and why we think so."""

    name: str = ""
    asn: int | None = None
    kind: OrganisationKind = OrganisationKind.UNKNOWN
    confidence: float = 0.0
    reason: str = ""


class Device(Record, frozen=True):
    """What the visit was made with, from the user agent and client hints."""

    kind: str = "unknown"  # desktop, phone, tablet, tv, bot, unknown
    brand: str = ""
    model: str = ""
    browser: str = ""
    browser_version: str = ""
    system: str = ""
    system_version: str = ""


class EventKind(StrEnum):
    PAGE = "page"
    ENGAGED = "engaged"  # visible time on a page, sent when it is left
    CUSTOM = "custom"  # sm('event', …)
    IDENTIFY = "identify"
    CONSENT = "consent"
    FORM = "form"
    CART = "cart"
    PURCHASE = "purchase"
    EXTERNAL = "external"  # any other external event of the compatible API; ``name`` says which


class Event(Record, frozen=True):
    """An accepted, enriched hit: one row of a visitor's timeline.

    ``visitor`` is a browser; server-side events of a contact without a known browser use
    the visitor id ``contact:{contact_id}`` so that they too are keyed by visitor for ever.
    """

    account: AccountId
    event_id: str  # unique within the account; for CART and PURCHASE the public ``eventId``
    visitor: VisitorId
    visit: int  # unsigned 64 bits, derived from visitor and start: the same on every replay
    kind: EventKind
    occurred_at: datetime
    received_at: datetime
    site: str = ""  # host[:port]
    path: str = ""  # path and query, mailing and campaign parameters taken out
    title: str = ""
    name: str = ""  # name of a custom or external event
    is_entry: bool = False  # first event of its visit
    bot: str = ""  # "" for people; else the name of the machine
    touchpoint: Touchpoint = Touchpoint()  # of the visit
    device: Device = Device()
    place: Place = Place()
    organisation: Organisation = Organisation()
    address: str = ""
    language: str = ""
    screen: str = ""
    engaged_ms: int = 0
    value: float | None = None
    corrects: float | None = None  # the value of the state that this newer state replaces
    currency: str = ""
    products: tuple[str, ...] = ()
    data: dict[str, Any] = {}  # whatever else the hit carried, and details of carts

    @property
    def added_value(self) -> float:
        """What it adds to a sum: a newer state adds only the difference."""
        return (self.value or 0.0) - (self.corrects or 0.0)


class ClaimKind(StrEnum):
    """What made us believe that a browser is a contact."""

    LOGIN = "login"
    FORM = "form"
    API = "api"
    PLUGIN = "plugin"
    MANUAL_LINK = "manual_link"
    MAIL_LINK = "mail_link"


class Claim(Record, frozen=True):
    """ "This visitor is this contact": one appended line of the identity ledger."""

    claim_id: int  # position in the ledger; ties in time are broken by it
    account: AccountId
    visitor: VisitorId
    contact: ContactId
    kind: ClaimKind
    claimed_at: datetime
    evidence: str = ""
    confirmed_at: datetime | None = None  # a person looked at the conflict and said yes
    revoked_at: datetime | None = None


class Span(Record, frozen=True, kw_only=False):
    """A stretch of one visitor's life that belongs to one contact; None is for ever."""

    visitor: VisitorId
    contact: ContactId
    from_at: datetime | None
    until_at: datetime | None
