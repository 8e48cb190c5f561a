"""The hit on its way: what the steps read and fill in until an event can be made of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from footfall.accounts import Account
from footfall.identity import Visitor
from footfall.model import (
    ClaimKind,
    ContactId,
    Device,
    Event,
    Organisation,
    Place,
    RawHit,
    Span,
    Touchpoint,
    VisitorId,
)

if TYPE_CHECKING:
    from footfall.pipeline.geo import Geo
    from footfall.pipeline.memory import Memory, RecentVisit
    from footfall.pipeline.organisation import Networks
    from footfall.pipeline.parse import Hit


class AccountView(NamedTuple):
    """An account as the steps need it. ``listed`` empty: every host is welcome."""

    account: Account
    listed: frozenset[str]
    own_hosts: frozenset[str]
    stopped: frozenset[ContactId]


class Proposal(NamedTuple):
    """A claim that a hit would like to make; it stands only if the contact exists."""

    contact: ContactId
    kind: ClaimKind
    evidence: str


@dataclass(slots=True)
class Known:
    """What is known of the visitor of a hit, and changes with each of them."""

    visitor: Visitor | None
    memory: Memory
    spans: list[Span] = field(default_factory=list)


@dataclass(slots=True)
class Sources:
    """Where the steps look things up; the same for a whole batch."""

    accounts: Mapping[str, AccountView]
    geo: Geo
    networks: Networks


_DEVICE, _PLACE, _ORGANISATION = Device(), Place(), Organisation()


@dataclass(slots=True)
class Draft:
    """One hit between parse and event."""

    raw: RawHit
    hit: Hit
    sources: Sources
    view: AccountView
    visitor: VisitorId
    known: Known
    fingerprint: int
    bot: str = ""
    device: Device = _DEVICE
    place: Place = _PLACE
    organisation: Organisation = _ORGANISATION
    touchpoint: Touchpoint | None = None
    visit: RecentVisit | None = None
    is_entry: bool = False
    path: str = ""
    proposals: list[Proposal] = field(default_factory=list)
    event: Event | None = None
