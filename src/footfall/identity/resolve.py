"""Claims of one visitor in, who-is-who out: pure functions over the unrevoked ledger.

The rules, in order of time:

1. The first claim owns the browser and its anonymous past.
2. A later claim for another contact takes the browser over from its own moment on:
   a shared browser belongs to whoever identified last.
3. A link (from a mail, or made by a person) may be forwarded or opened on a friend's
   computer, so it never takes over from a stronger claim: it is a conflict for a person
   to look at, and counts only once it was confirmed.
4. Revoked claims do not exist.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import NamedTuple

from footfall.model import Claim, ClaimKind, ContactId, Span

# How sure a claim makes us, in percent: what the card shows, and what rule 3 compares.
STRENGTH = {
    ClaimKind.LOGIN: 95,
    ClaimKind.API: 90,
    ClaimKind.PLUGIN: 85,
    ClaimKind.FORM: 80,
    ClaimKind.MANUAL_LINK: 60,
    ClaimKind.MAIL_LINK: 50,
}
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
    conflicts: list[Conflict] = []
    strength = 0
    for claim in _in_order(claims):
        contact = canonical(claim.contact)
        holder = spans[-1].contact if spans else None
        if contact == holder:
            strength = max(strength, strength_of(claim))
        elif holder is not None and _must_yield(claim, strength):
            conflicts.append(Conflict(claim, holder))
        else:
            _hand_over(spans, claim, contact)
            strength = strength_of(claim)
    return Ownership(spans, conflicts)


def adds_nothing(claims: Iterable[Claim], new: Claim) -> bool:
    """Whether the ledger already says this: same contact and kind, since the last hand-over.

    Keeps one line per reason instead of one per page view of a logged-in customer.
    """
    earlier = [claim for claim in _in_order(claims) if claim.claimed_at <= new.claimed_at]
    ownership = resolve(earlier)
    if ownership.holder_at(new.claimed_at) != new.contact:
        return any(
            (known.contact, known.kind) == (new.contact, new.kind)
            for known, _holder in ownership.conflicts
        )
    since = ownership.spans[-1].from_at
    return any(
        (claim.contact, claim.kind) == (new.contact, new.kind)
        and (since is None or claim.claimed_at >= since)
        for claim in earlier
    )


def strength_of(claim: Claim) -> int:
    return 100 if claim.confirmed_at else STRENGTH[claim.kind]


def _in_order(claims: Iterable[Claim]) -> list[Claim]:
    unrevoked = (claim for claim in claims if claim.revoked_at is None)
    return sorted(unrevoked, key=lambda claim: (claim.claimed_at, claim.claim_id))


def _must_yield(claim: Claim, held_strength: int) -> bool:
    is_unconfirmed_link = claim.kind in LINKS and claim.confirmed_at is None
    return is_unconfirmed_link and STRENGTH[claim.kind] < held_strength


def _hand_over(spans: list[Span], claim: Claim, contact: ContactId) -> None:
    from_at = None
    if spans:
        from_at = claim.claimed_at
        last = spans.pop()
        # Two claims in the same millisecond: the earlier one held nothing but the past.
        if last.from_at != from_at:
            spans.append(Span(last.visitor, last.contact, last.from_at, from_at))
    spans.append(Span(claim.visitor, contact, from_at, None))
