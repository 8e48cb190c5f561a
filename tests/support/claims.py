"""Claims for tests: two browsers, four people, minutes for time, and random histories of them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

from hypothesis import strategies as st

from footfall.model import AccountId, Claim, ClaimKind, ContactId, VisitorId

ACCOUNT = AccountId(1)
VISITORS = ("aaaa", "bbbb")
CONTACTS = ("ann", "bob", "cy", "dee")
START = datetime(2026, 3, 1, tzinfo=UTC)

MINUTES = st.integers(0, 9)

claims = st.tuples(
    st.just("claim"),
    st.sampled_from((*VISITORS, VISITORS[0])),
    st.sampled_from(CONTACTS),
    st.sampled_from([kind.value for kind in ClaimKind]),
    MINUTES,
)
revocations = st.tuples(st.just("revoke"), st.integers(0, 9))
confirmations = st.tuples(st.just("confirm"), st.integers(0, 9), MINUTES)
merges = st.tuples(st.just("merge"), st.sampled_from(CONTACTS), st.sampled_from(CONTACTS))
unmerges = st.tuples(st.just("unmerge"), st.integers(0, 3))

# Six claims to each other step: without claims there is nothing to judge and nothing to merge.
_STEPS = (*(claims,) * 6, revocations, confirmations, confirmations, merges, unmerges)
histories: st.SearchStrategy[list[tuple[Any, ...]]] = st.lists(
    st.integers(0, len(_STEPS) - 1).flatmap(_STEPS.__getitem__), min_size=5, max_size=25
)


class Identity(Protocol):
    """What a history is played on: the plain model, or the ledger behind the same verbs."""

    claims: list[Any]
    merges: list[Any]


def play(identity: Identity, history: Sequence[tuple[Any, ...]]) -> None:
    """Do what the history says; judging what is not there is left out."""
    for verb, *values in history:
        judged = {"revoke": identity.claims, "confirm": identity.claims, "unmerge": identity.merges}
        if verb not in judged or values[0] < len(judged[verb]):
            getattr(identity, verb)(*values)


def at(minute: int) -> datetime:
    return START + timedelta(minutes=minute)


def minute_of(moment: datetime | None) -> int | None:
    return None if moment is None else (moment - START) // timedelta(minutes=1)


def make_claim(
    contact: str,
    kind: str = "form",
    minute: int = 0,
    *,
    claim_id: int = 0,
    visitor: str = VISITORS[0],
    account: AccountId = ACCOUNT,
    confirmed: int | None = None,
    evidence: str = "",
) -> Claim:
    return Claim(
        claim_id=claim_id,
        account=account,
        visitor=VisitorId(visitor),
        contact=ContactId(contact),
        kind=ClaimKind(kind),
        claimed_at=at(minute),
        evidence=evidence,
        confirmed_at=None if confirmed is None else at(confirmed),
    )
