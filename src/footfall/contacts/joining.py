"""Cards joined and parted: merges and judged claims, and the activity that hangs on them."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from footfall import identity
from footfall.contacts.store import fetch_contact, find_contacts, set_stopped
from footfall.contacts.tables import contacts
from footfall.kit import Connection, now
from footfall.model import AccountId, Claim, ContactId, VisitorId


def merge(
    connection: Connection, account: AccountId, loser: ContactId, survivor: ContactId, by: str
) -> identity.Merge:
    """Make two cards one. Raise NotFound, or Refused when they are one already."""
    for contact in (loser, survivor):
        fetch_contact(connection, account, contact)
    merged = identity.merge_contacts(connection, account, loser, survivor, now(), by)
    _set_merged(connection, account, merged.loser, merged.survivor)
    _keep_stopped(connection, account, merged)
    renew_activity(connection, account, [merged.survivor, merged.loser])
    return merged


def unmerge(connection: Connection, account: AccountId, merge_id: int) -> identity.Merge:
    """Undo one merge: both cards are again what they were. Raise NotFound."""
    merged = identity.unmerge_contacts(connection, account, merge_id, now())
    _set_merged(connection, account, merged.loser, None)
    survivor = identity.survivors(connection, account, {merged.survivor})[merged.survivor]
    renew_activity(connection, account, [survivor, merged.survivor, merged.loser])
    return merged


def confirm_claim(connection: Connection, account: AccountId, claim_id: int) -> Claim:
    """Say that a conflicting link is right: from now on the browser is its contact's.

    Raise NotFound.
    """
    return _judge(connection, account, identity.confirm_claim(connection, account, claim_id, now()))


def revoke_claim(connection: Connection, account: AccountId, claim_id: int) -> Claim:
    """Say that a claim is wrong: what it brought leaves the card again. Raise NotFound."""
    return _judge(connection, account, identity.revoke_claim(connection, account, claim_id, now()))


def renew_activity(connection: Connection, account: AccountId, ids: Iterable[ContactId]) -> None:
    """Recompute last_seen_at and is_monitored from the spans: derived, so never added up."""
    for contact in ids:
        spans = identity.list_spans(connection, account, contact)
        visitors = identity.find_visitors(connection, account, [s.visitor for s in spans])
        seen = [
            min(visitors[s.visitor].last_seen_at, s.until_at or visitors[s.visitor].last_seen_at)
            for s in spans
            if s.visitor in visitors
        ]
        is_monitored = any(not s.visitor.startswith("contact:") for s in spans)
        connection.execute(
            sa.update(contacts)
            .where(contacts.c.account_id == account, contacts.c.contact_id == contact)
            .values(last_seen_at=max(seen, default=None), is_monitored=is_monitored)
        )


def _judge(connection: Connection, account: AccountId, claim: Claim) -> Claim:
    """Renew everybody who ever claimed the browser: a hand-over moves the ones beside it."""
    visitor = VisitorId(claim.visitor)
    claims = identity.list_claims_of_visitor(connection, account, visitor)
    survivors = identity.survivors(connection, account, {known.contact for known in claims})
    renew_activity(connection, account, set(survivors.values()))
    return claim


def _set_merged(
    connection: Connection, account: AccountId, loser: ContactId, survivor: ContactId | None
) -> None:
    connection.execute(
        sa.update(contacts)
        .where(contacts.c.account_id == account, contacts.c.contact_id == loser)
        .values(merged_into=survivor, modified_at=now())
    )


def _keep_stopped(connection: Connection, account: AccountId, merged: identity.Merge) -> None:
    """A person who asked not to be monitored is not, by whatever card: a merge lifts no stop."""
    cards = find_contacts(connection, account, [merged.loser, merged.survivor])
    if any(card.stopped_at for card in cards.values()):
        set_stopped(connection, account, merged.survivor, is_stopped=True)
