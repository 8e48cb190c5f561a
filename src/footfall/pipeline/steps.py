"""Raw hit in, event out: the steps, in the order they run."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from footfall import accounts, contacts, identity
from footfall.kit import hash64, to_ms
from footfall.model import (
    IMPORTED_VISITOR,
    ContactId,
    DropReason,
    Event,
    EventKind,
    Touchpoint,
    VisitorId,
)
from footfall.pipeline.bots import name_bot
from footfall.pipeline.claims import propose_claims
from footfall.pipeline.draft import Draft
from footfall.pipeline.duplicates import is_duplicate_content, is_duplicate_number
from footfall.pipeline.touchpoint import MailingLink, clean_path, read_touchpoint
from footfall.pipeline.user_agent import LONGEST_HEADER, read_device, read_hints
from footfall.pipeline.visits import assign_visit

Step = Callable[[Draft], DropReason | None]

# Parameters that have a place of their own in an event; whatever else came is kept in data.
PLACED = frozenset(
    (
        *("smid", "uuid", "client", "uri", "location", "scheme", "referrer", "title", "time"),
        *("timestamp", "session", "cp", "ns", "vs", "hit", "seq", "type", "sent", "screen"),
        *("lang", "tz", "auto", "snippets", "how", "link", "smconv", "smlid", "smpid", "manual"),
        *("name", "data", "engaged", "brands", "platform", "platformVersion", "model", "mobile"),
        *("ok", "value", "currency", "products", "eventId", "corrects"),
    )
)
# Far longer than any id of ours, short enough to remember thousands.
LONGEST_VISITOR = 100
# More than any cart is worth in any currency; one larger would drown every sum it enters.
LARGEST_VALUE = 1e12
# Contradicts nothing a person does: one page is rarely looked at for longer without a pause.
LONGEST_ENGAGED_MS = 6 * 60 * 60 * 1000


def run(draft: Draft, steps: Sequence[Step]) -> Event | DropReason:
    """Apply each step in turn; the first drop ends the run."""
    for step in steps:
        reason = step(draft)
        if reason is not None:
            return reason
    assert draft.event is not None  # noqa: S101 (make_event is the last step)
    return draft.event


def drop_unlisted_domain(draft: Draft) -> DropReason | None:
    listed = draft.view.listed
    if not listed or draft.raw.door == "server":
        return None
    return None if is_listed(draft.hit.host, listed) else DropReason.UNLISTED_DOMAIN


def drop_without_consent(draft: Draft) -> DropReason | None:
    """The tracker of an account that asks first says ``ok=1`` with every hit after the yes."""
    if not draft.view.account.settings.consent_required or draft.raw.door == "server":
        return None
    has_consent = draft.hit.text("ok") == "1" or draft.hit.kind is EventKind.CONSENT
    return None if has_consent else DropReason.NO_CONSENT


def drop_junk_visitor(draft: Draft) -> DropReason | None:
    return DropReason.JUNK_VISITOR if draft.visitor == "" else None


def drop_duplicate(draft: Draft) -> DropReason | None:
    number = draft.hit.number("seq")
    memory = draft.known.memory
    if number:
        seen = is_duplicate_number(memory, number, draft.fingerprint)
    else:
        seen = is_duplicate_content(memory, draft.fingerprint)
    return DropReason.DUPLICATE if seen else None


def drop_stopped(draft: Draft) -> DropReason | None:
    if not draft.view.stopped:
        return None
    holder = _holder(draft)
    return DropReason.STOPPED if holder in draft.view.stopped else None


def label_bot(draft: Draft) -> None:
    if draft.raw.door == "server":
        return
    if draft.raw.door == "import" and "user-agent" not in draft.raw.headers:
        return  # imported from where no agents are kept, and machines were left out
    headers, text = draft.raw.headers, draft.hit.text
    agent = headers.get("user-agent", "")[:LONGEST_HEADER]
    brands = text("brands", LONGEST_HEADER) or headers.get("sec-ch-ua", "")[:LONGEST_HEADER]
    purpose = headers.get("sec-purpose", "")[:LONGEST_HEADER]
    if text("auto") == "1":
        draft.bot = name_bot(agent, brands, purpose, automated=True)
    else:
        draft.bot = name_bot(agent, brands, purpose)


def add_device(draft: Draft) -> None:
    headers = draft.raw.headers
    agent = headers.get("user-agent", "")[:LONGEST_HEADER]
    draft.device = read_device(agent, read_hints(draft.hit, headers))


def add_place(draft: Draft) -> None:
    draft.place = draft.sources.geo.find(draft.raw.address)


def add_organisation(draft: Draft) -> None:
    draft.organisation = draft.sources.networks.find(draft.raw.address)


def add_touchpoint(draft: Draft) -> None:
    if draft.hit.kind is EventKind.PAGE:
        text = draft.hit.text
        link = None
        if text("smconv") or text("link"):
            link = MailingLink(text("smconv"), text("smlid"), text("smpid"))
        own, host = draft.view.own_hosts, draft.hit.host
        if host not in own:
            own |= {host}  # nobody has told us yet, but the page's own site is no referrer
        url = page_address(draft) if _MARK_BEGINS.search(text("uri")) else ""
        draft.touchpoint = read_touchpoint(url, text("referrer"), own, link)


def add_visit(draft: Draft) -> None:
    """Server-side events have no browser, so they begin and prolong no visit."""
    if draft.raw.door == "server" and draft.visitor.startswith("contact:"):
        return
    draft.visit, draft.is_entry = assign_visit(
        draft.known.memory,
        draft.view.account.account,
        draft.visitor,
        to_ms(draft.hit.occurred_at),
        draft.touchpoint,
    )


def add_path(draft: Draft) -> None:
    draft.path = clean_path(draft.hit.text("uri"))


def make_event(draft: Draft) -> None:
    hit, text = draft.hit, draft.hit.text
    data = _rest(hit.parameters)
    draft.event = Event(
        account=draft.view.account.account,
        event_id=_event_id(draft),
        visitor=draft.visitor,
        visit=draft.visit.visit if draft.visit else 0,
        kind=hit.kind,
        occurred_at=hit.occurred_at,
        received_at=hit.received_at,
        site=hit.host,
        path=draft.path,
        title=text("title", 500),
        name=text("name", 255),
        is_entry=draft.is_entry,
        bot=draft.bot,
        touchpoint=draft.visit.touchpoint if draft.visit else _NO_TOUCHPOINT,
        device=draft.device,
        place=draft.place,
        organisation=draft.organisation,
        address=draft.raw.address if draft.view.account.settings.keep_address else "",
        language=text("lang", 35),
        screen=text("screen", 20),
        engaged_ms=min(hit.number("engaged") or 0, LONGEST_ENGAGED_MS),
        value=read_value(hit.parameters.get("value"), data.get("value")),
        corrects=_corrects(draft),
        currency=(text("currency") or str(data.get("currency", "")))[:3].upper(),
        products=_products(hit.parameters, data),
        data=data,
    )


STEPS: Sequence[Step] = (
    drop_unlisted_domain,
    drop_without_consent,  # before anything about the person is looked at
    drop_junk_visitor,
    drop_duplicate,  # before bots, so that a resent hit changes nothing
    drop_stopped,
    label_bot,  # labelled, not dropped: a verdict may change
    add_device,
    add_place,
    add_organisation,
    add_path,
    add_touchpoint,
    add_visit,  # a new campaign begins a new visit, so after the touchpoint
    propose_claims,  # after bots: a machine that follows a link identifies nobody
    make_event,
)

# Owners change these rules at any time; a replayed batch keeps to its first decision.
_RULES = (drop_unlisted_domain, drop_without_consent, drop_stopped)
FACT_STEPS: Sequence[Step] = tuple(step for step in STEPS if step not in _RULES)

_NO_TOUCHPOINT = Touchpoint()


def find_visitor(parameters: dict[str, Any], door: str = "") -> VisitorId:
    """The smuuid of a hit, "" when it is missing or junk."""
    value = parameters.get("uuid")
    if not isinstance(value, str) or len(value) > LONGEST_VISITOR:
        return VisitorId("")
    return _read_visitor(value, door)


@lru_cache(maxsize=20_000)
def _read_visitor(value: str, door: str) -> VisitorId:
    text = value.strip().lower()
    # Else a page could add to the past of people without a cookie, or of a known contact.
    is_ours = (door == "import" and _IMPORTED.fullmatch(text) is not None) or (
        door == "server" and text.startswith("contact:") and contacts.is_contact_id(text[8:])
    )
    return VisitorId(text) if is_ours or is_visitor_id(text) else VisitorId("")


def is_visitor_id(text: str) -> bool:
    """Whether this could be an smuuid: long enough to be random, of hexadecimal groups."""
    is_hexadecimal = _HEXADECIMAL.fullmatch(text) is not None
    return is_hexadecimal and 16 <= len(text) <= 80 and text.strip("0-") != ""


# Without one of these an address carries no marks, and few addresses do.
_MARK_BEGINS = re.compile(r"[?&#]")
_HEXADECIMAL = re.compile(r"[0-9a-f]+(?:-[0-9a-f]+)*")
_IMPORTED = re.compile(re.escape(IMPORTED_VISITOR) + r"[0-9a-f]{32}")


def is_listed(host: str, listed: frozenset[str]) -> bool:
    """Whether the host, its bare name, or a domain above it is on the list."""
    return host in listed or not listed.isdisjoint(accounts.list_covering(host))


def read_value(*given: object) -> float | None:
    """The first that is a sum of money: a decimal comma counts, nonsense does not."""
    for source in given:
        try:
            value = float(str(source).replace(",", "."))
        except ValueError:
            continue
        if math.isfinite(value) and abs(value) <= LARGEST_VALUE:
            return value
    return None


def page_address(draft: Draft) -> str:
    """The whole address of the page; a page on another origin comes whole in ``uri``."""
    text = draft.hit.text
    uri = text("uri")
    if uri.startswith(("http://", "https://")):
        return uri
    return f"{text('scheme') or 'https'}://{text('location')}{uri}"


def fingerprint(parameters: dict[str, Any], visitor: VisitorId) -> int:
    """What makes a hit itself: its id, else visitor, time, kind and address."""
    hit = parameters.get("hit")
    if hit:
        return hash64(visitor, str(hit))
    names = ("timestamp", "time", "type", "name", "location", "uri", "eventId")
    return hash64(visitor, *(str(parameters.get(name, "")) for name in names))


def _holder(draft: Draft) -> ContactId | None:
    if draft.visitor.startswith("contact:"):
        return ContactId(draft.visitor[8:])
    return identity.Ownership(draft.known.spans, []).holder_at(draft.hit.occurred_at)


def _event_id(draft: Draft) -> str:
    """Only our own server names events: a page could name one that is another's purchase."""
    given = draft.hit.text("eventId") if draft.raw.door == "server" else ""
    return given or f"{draft.fingerprint:016x}"


def _rest(parameters: dict[str, Any]) -> dict[str, Any]:
    rest: dict[str, Any] = {}
    if not parameters.keys() <= PLACED:
        rest = {name: value for name, value in parameters.items() if name not in PLACED}
    if parameters.get("scheme") == "http":
        rest["scheme"] = "http"  # of all others https goes without saying
    data = parameters.get("data")
    if isinstance(data, dict):
        rest |= data
    elif data:
        rest["data"] = data
    return rest


def _corrects(draft: Draft) -> float | None:
    """Only our own server says so: a page could take back what others bought."""
    value = draft.hit.parameters.get("corrects") if draft.raw.door == "server" else None
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else None


def _products(parameters: dict[str, Any], data: dict[str, Any]) -> tuple[str, ...]:
    products = parameters.get("products") or data.get("products") or ()
    if isinstance(products, str):
        products = products.split(",")
    if not isinstance(products, (list, tuple)):
        return ()
    return tuple(str(product).strip()[:100] for product in products[:200])
