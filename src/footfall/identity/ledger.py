"""The ledger in the people database: append, revoke, confirm, merge, unmerge, erase.

Every function works inside the caller's transaction, so a claim, its spans and whatever
else the caller writes become visible together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from footfall.identity.merges import Merge, list_members, read_merge, survivors
from footfall.identity.resolve import adds_nothing
from footfall.identity.tables import claims, merges
from footfall.identity.view import find_spans, list_claims_of_visitor, read_claim, renew_view
from footfall.kit import Connection, NotFound, Refused, UtcDateTime
from footfall.model import AccountId, Claim, ContactId, VisitorId

# Any number, as long as every process of ours uses the same one.
_LEDGER_LOCK = 7_230_115


def lock_ledgers(connection: Connection, accounts: Iterable[AccountId]) -> None:
    """Let one transaction at a time change an account's ledger, so that no view misses a line.

    Whoever asks first and claims later (does this contact exist still?) locks before asking.

    SQLite has one writer anyway. In order, so that two of us never wait for each other.
    """
    if connection.dialect.name != "sqlite":
        for account in sorted(accounts):
            key = sa.func.pg_advisory_xact_lock(_LEDGER_LOCK, account)
            connection.execute(sa.select(key))


def append_claims(connection: Connection, new_claims: Sequence[Claim]) -> list[Claim]:
    """Append what the ledger does not say yet; return the lines added, with their ids."""
    added: list[Claim] = []
    by_visitor: dict[tuple[AccountId, VisitorId], list[Claim]] = defaultdict(list)
    for claim in new_claims:
        by_visitor[claim.account, claim.visitor].append(claim)
    lock_ledgers(connection, {claim.account for claim in new_claims})
    for (account, visitor), fresh in by_visitor.items():
        known = list_claims_of_visitor(connection, account, visitor)
        size = len(known)
        for claim in fresh:
            if not adds_nothing(known, claim):
                known.append(_insert(connection, claim))
        if len(known) > size:
            added += known[size:]
            renew_view(connection, account, [visitor])
    return added


def revoke_claim(
    connection: Connection, account: AccountId, claim_id: int, revoked_at: datetime
) -> Claim:
    """Take a claim out of the view; its visitor's past goes with it. Raise NotFound."""
    return _stamp(connection, account, claim_id, claims.c.revoked_at, revoked_at)


def confirm_claim(
    connection: Connection, account: AccountId, claim_id: int, confirmed_at: datetime
) -> Claim:
    """A person looked at a conflicting link and says it is right. Raise NotFound."""
    return _stamp(connection, account, claim_id, claims.c.confirmed_at, confirmed_at)


def merge_contacts(
    connection: Connection,
    account: AccountId,
    loser: ContactId,
    survivor: ContactId,
    merged_at: datetime,
    merged_by: str = "",
) -> Merge:
    """Declare two contacts one. Raise Refused when they already are."""
    lock_ledgers(connection, {account})
    roots = survivors(connection, account, {loser, survivor})
    if roots[loser] == roots[survivor]:
        raise Refused(f"{loser} and {survivor} are one contact already")
    row = {
        "account_id": account,
        "loser_id": roots[loser],
        "survivor_id": roots[survivor],
        "merged_at": merged_at,
        "merged_by": merged_by,
    }
    inserted = sa.insert(merges).values(row).returning(merges.c.merge_id)
    merge_id = connection.execute(inserted).scalar_one()
    _renew_view_of_contacts(connection, account, [roots[loser], roots[survivor]])
    return Merge(merge_id, roots[loser], roots[survivor], merged_at, merged_by)


def unmerge_contacts(
    connection: Connection, account: AccountId, merge_id: int, revoked_at: datetime
) -> Merge:
    """Revoke one merge; the two groups are again what they were. Raise NotFound."""
    lock_ledgers(connection, {account})
    of_merge = sa.and_(merges.c.account_id == account, merges.c.merge_id == merge_id)
    row = connection.execute(
        sa.select(merges).where(of_merge, merges.c.revoked_at.is_(None))
    ).first()
    if row is None:
        raise NotFound(f"there is no merge {merge_id} to undo")
    connection.execute(sa.update(merges).where(of_merge).values(revoked_at=revoked_at))
    _renew_view_of_contacts(connection, account, [row.loser_id, row.survivor_id])
    return read_merge(row)


def erase_claims(
    connection: Connection, account: AccountId, contacts: Sequence[ContactId]
) -> list[ContactId]:
    """Delete every claim for these contacts, the one thing that ever leaves the ledger.

    Their browsers turn anonymous, or go to whoever else claimed them; return those contacts.
    """
    lock_ledgers(connection, {account})
    of_contacts = sa.and_(claims.c.account_id == account, claims.c.contact_id.in_(contacts))
    visitors = _list_visitors_claimed(connection, of_contacts)
    connection.execute(sa.delete(claims).where(of_contacts))
    renew_view(connection, account, visitors)
    held = find_spans(connection, account, visitors)
    return list({span.contact: None for spans in held.values() for span in spans})


def _insert(connection: Connection, claim: Claim) -> Claim:
    row = {
        "account_id": claim.account,
        "visitor_id": claim.visitor,
        "contact_id": claim.contact,
        "kind": claim.kind.value,
        "claimed_at": claim.claimed_at,
        "evidence": claim.evidence,
        "confirmed_at": claim.confirmed_at,
        "revoked_at": claim.revoked_at,
    }
    inserted = sa.insert(claims).values(row).returning(claims.c.claim_id)
    return msgspec.structs.replace(claim, claim_id=connection.execute(inserted).scalar_one())


def _stamp(
    connection: Connection,
    account: AccountId,
    claim_id: int,
    column: sa.Column[datetime],
    moment: datetime,
) -> Claim:
    """Write a time that is written once: saying it again must not move what it took effect on."""
    lock_ledgers(connection, {account})
    row = connection.execute(
        sa.update(claims)
        .where(claims.c.account_id == account, claims.c.claim_id == claim_id)
        .values({column: sa.func.coalesce(column, sa.literal(moment, UtcDateTime))})
        .returning(claims)
    ).first()
    if row is None:
        raise NotFound(f"there is no claim {claim_id}")
    renew_view(connection, account, [VisitorId(row.visitor_id)])
    return read_claim(row)


def _renew_view_of_contacts(
    connection: Connection, account: AccountId, contacts: Sequence[ContactId]
) -> None:
    members = [m for contact in contacts for m in list_members(connection, account, contact)]
    of_members = sa.and_(claims.c.account_id == account, claims.c.contact_id.in_(members))
    renew_view(connection, account, _list_visitors_claimed(connection, of_members))


def _list_visitors_claimed(
    connection: Connection, condition: sa.ColumnElement[bool]
) -> list[VisitorId]:
    query = sa.select(claims.c.visitor_id).where(condition).distinct()
    return [VisitorId(visitor) for visitor in connection.execute(query).scalars()]
