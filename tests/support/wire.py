"""Hits as browsers write them, and the pieces that the pipeline's steps need around one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

import msgspec
from tests.support.browsers import PEOPLE

from footfall.accounts import Account, AccountSettings
from footfall.kit import from_ms
from footfall.model import AccountId, ContactId, RawHit, SmId
from footfall.pipeline.draft import AccountView, Draft, Known, Sources
from footfall.pipeline.geo import Geo
from footfall.pipeline.memory import Memory
from footfall.pipeline.organisation import Networks
from footfall.pipeline.parse import Hit, parse
from footfall.pipeline.steps import find_visitor, fingerprint

SMID = "demo0client0id00"
NOON = 1_795_435_200_000  # 2026-11-23 12:00:00 UTC
VISITOR = "19aa0c2f3d1-0123456789ab-01234567-89abcdef-01234567-0123456789ab"
CONTACT = ContactId("11111111-2222-4333-8444-555555555555")
ADDRESS = "192.0.2.7"

_PAGE = {"smid": SMID, "uuid": VISITOR, "location": "shop.example.com", "uri": "/"}


def make_visitor(number: int) -> str:
    return f"{VISITOR[:-12]}{number:012x}"


def make_gif(at_ms: int = NOON, agent: str = PEOPLE[0], **parameters: Any) -> RawHit:
    """A page view as ``GET /api/r.gif`` carries it; a parameter None is left out."""
    given = {**_PAGE, "timestamp": at_ms, **parameters}
    query = urlencode({name: value for name, value in given.items() if value is not None})
    return RawHit(at_ms, "gif", ADDRESS, query.encode(), b"", {"user-agent": agent})


def make_posted(
    at_ms: int = NOON, agent: str = PEOPLE[0], door: str = "batch", **parameters: Any
) -> RawHit:
    """One object of ``POST /api/hits``, sent at the moment it speaks of."""
    given = {**_PAGE, "timestamp": at_ms, "sent": at_ms, **parameters}
    body = msgspec.json.encode({n: value for n, value in given.items() if value is not None})
    return RawHit(at_ms, door, ADDRESS, b"", body, {"user-agent": agent})


def make_view(
    listed: frozenset[str] = frozenset(),
    stopped: frozenset[ContactId] = frozenset(),
    **settings: Any,
) -> AccountView:
    account = Account(
        account=AccountId(1),
        smid=SmId(SMID),
        name="Demo",
        time_zone="UTC",
        settings=AccountSettings(**settings),
        created_at=from_ms(NOON),
    )
    return AccountView(account, listed, listed | {"shop.example.com"}, stopped)


def make_draft(raw: RawHit, view: AccountView | None = None, known: Known | None = None) -> Draft:
    """A readable hit as the first step gets it."""
    hit = parse(raw)
    assert isinstance(hit, Hit)
    view = view or make_view()
    visitor = find_visitor(hit.parameters, raw.door)
    sources = Sources({SMID: view}, Geo(), Networks())
    known = known or Known(None, Memory())
    return Draft(raw, hit, sources, view, visitor, known, fingerprint(hit.parameters, visitor))
