"""Claims of one visitor in, who-is-who out: pure functions over the unrevoked ledger.

The rules, in order of time:

1. The first claim owns the browser and its anonymous past.
2. A later claim for another contact takes the browser over from its own moment on:
   a shared browser belongs to whoever identified last.
3. A link (from a mail, or made by a person) may be forwarded or opened on a friend's
   computer, so it never takes over from a stronger claim: it is a conflict for a person
   to look at. When the person confirms it, the browser changes hands at that moment.
4. Revoked claims do not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from footfall.model import Claim, ClaimKind, ContactId, Span, VisitorId

# How sure a claim makes us, in percent: what the card shows, and what rule 3 compares.
STRENGTH = {
    ClaimKind.LOGIN: 95,
    ClaimKind.API: 90,
    ClaimKind.PLUGIN: 85,
    ClaimKind.FORM: 80,
    ClaimKind.MANUAL_LINK: 60,
    ClaimKind.MAIL_LINK: 50,
}
CONFIRMED = 100  # a person has looked
LINKS = frozenset({ClaimKind.MAIL_LINK, ClaimKind.MANUAL_LINK})


class Conflict(NamedTuple):
    """A link claim that did not count, and the contact who held the browser then."""

    claim: Claim
    holder: ContactId


class Ownership(NamedTuple):
    """The view over one visitor's claims."""

    spans: list[Span]
    conflicts: list[Conflict]

    def holder_at(self, moment: datetime) -> ContactId | None:
        for span in reversed(self.spans):
            if span.from_at is None or span.from_at <= moment:
                return span.contact
        return None


def _itself(contact: ContactId) -> ContactId:
    return contact


def resolve(
    claims: Iterable[Claim], canonical: Callable[[ContactId], ContactId] = _itself
) -> Ownership:
    """Fold one visitor's claims into spans; ``canonical`` maps merged contacts to survivors."""
    spans: list[Span] = []
    conflicts: dict[int, Conflict] = {}
    strength = 0
    for moment, claim, is_confirmation in _list_acts(claims):
        contact = canonical(claim.contact)
        holder = spans[-1].contact if spans else None
        counts = not is_confirmation or conflicts.pop(claim.claim_id, None) is not None
        claimed = CONFIRMED if is_confirmation else STRENGTH[claim.kind]
        if contact == holder:
            strength = max(strength, claimed)
        elif not counts:
            continue  # it had counted at once, and somebody else has taken over since
        elif holder is not None and claim.kind in LINKS and claimed < strength:
            conflicts[claim.claim_id] = Conflict(claim, holder)
        else:
            _hand_over(spans, claim.visitor, contact, moment)
            strength = claimed
    return Ownership(spans, list(conflicts.values()))


def adds_nothing(known: Iterable[Claim], new: Claim) -> bool:
    """Whether the ledger says this already, and nobody else has claimed the visitor since.

    Keeps one line per reason instead of one per page view of a logged-in customer. Merges play
    no part, so that undoing one finds every claim that it needs.
    """
    for claim in reversed(_in_order(known)):
        if claim.claimed_at > new.claimed_at:
            continue
        if claim.contact != new.contact:
            return False
        if claim.kind == new.kind:
            return True
    return False


def strength_of(claim: Claim) -> int:
    return CONFIRMED if claim.confirmed_at else STRENGTH[claim.kind]


def _list_acts(claims: Iterable[Claim]) -> list[tuple[datetime, Claim, bool]]:
    """Each claim at its moment, and once more, as a confirmation, when a person confirmed it."""
    acts = []
    for claim in _in_order(claims):
        acts.append((claim.claimed_at, claim, False))
        if claim.confirmed_at is not None:
            # A browser's clock may run ahead of ours; nothing is confirmed before it is said.
            acts.append((max(claim.claimed_at, claim.confirmed_at), claim, True))
    return sorted(acts, key=lambda act: (act[0], act[1].claim_id, act[2]))


def _in_order(claims: Iterable[Claim]) -> list[Claim]:
    unrevoked = (claim for claim in claims if claim.revoked_at is None)
    return sorted(unrevoked, key=lambda claim: (claim.claimed_at, claim.claim_id))


def _hand_over(spans: list[Span], visitor: VisitorId, contact: ContactId, moment: datetime) -> None:
    from_at = moment if spans else None
    # Whoever claimed in the same millisecond as the next one held nothing but the past.
    if spans and spans[-1].from_at == from_at:
        spans.pop()
    if spans and spans[-1].contact == contact:
        from_at = spans.pop().from_at
    elif spans:
        spans[-1] = Span(visitor, spans[-1].contact, spans[-1].from_at, from_at)
    spans.append(Span(visitor, contact, from_at, None))
