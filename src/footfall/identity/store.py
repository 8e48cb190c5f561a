"""The ledger in the people database: append, revoke, merge, and the view kept beside it.

Every function works inside the caller's transaction, so a claim, its spans and whatever
else the caller writes become visible together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, NamedTuple

import msgspec
import sqlalchemy as sa

from footfall.identity.resolve import Conflict, Ownership, adds_nothing, resolve
from footfall.identity.tables import claims, conflicts, merges, spans
from footfall.kit import Connection, NotFound, Refused
from footfall.model import AccountId, Claim, ClaimKind, ContactId, Span, VisitorId

# SQLite takes 32,766 bound values in a statement; stay far below it.
IN_LIST = 5_000

# A chain of merges is short in life; this only bails out should a cycle ever sneak in.
LONGEST_CHAIN = 1_000


class Merge(NamedTuple):
    """Two contacts declared one; revoking it makes them two again."""

    merge_id: int
    loser: ContactId
    survivor: ContactId
    merged_at: datetime
    merged_by: str


def append_claims(connection: Connection, new_claims: Sequence[Claim]) -> list[Claim]:
    """Append what the ledger does not say yet; return the lines added, with their ids."""
    added: list[Claim] = []
    by_visitor: dict[tuple[AccountId, VisitorId], list[Claim]] = defaultdict(list)
    for claim in new_claims:
        by_visitor[claim.account, claim.visitor].append(claim)
    for (account, visitor), fresh in by_visitor.items():
        known = list_claims_of_visitor(connection, account, visitor)
        canonical = survivors(connection, account, {c.contact for c in [*known, *fresh]})
        size = len(known)
        for claim in fresh:
            if not adds_nothing([_as(canonical, c) for c in known], _as(canonical, claim)):
                known.append(_insert(connection, claim))
        if len(known) > size:
            added += known[size:]
            _renew_view(connection, account, [visitor])
    return added


def revoke_claim(
    connection: Connection, account: AccountId, claim_id: int, revoked_at: datetime
) -> Claim:
    """Take a claim out of the view; its visitor's past goes with it. Raise NotFound."""
    return _stamp(connection, account, claim_id, {"revoked_at": revoked_at})


def confirm_claim(
    connection: Connection, account: AccountId, claim_id: int, confirmed_at: datetime
) -> Claim:
    """A person looked at a conflicting link and says it is right. Raise NotFound."""
    return _stamp(connection, account, claim_id, {"confirmed_at": confirmed_at})


def merge_contacts(
    connection: Connection,
    account: AccountId,
    loser: ContactId,
    survivor: ContactId,
    merged_at: datetime,
    merged_by: str = "",
) -> Merge:
    """Declare two contacts one. Raise Refused when they already are."""
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
    of_merge = sa.and_(merges.c.account_id == account, merges.c.merge_id == merge_id)
    row = connection.execute(
        sa.select(merges).where(of_merge, merges.c.revoked_at.is_(None))
    ).first()
    if row is None:
        raise NotFound(f"there is no merge {merge_id} to undo")
    connection.execute(sa.update(merges).where(of_merge).values(revoked_at=revoked_at))
    _renew_view_of_contacts(connection, account, [row.loser_id, row.survivor_id])
    return _merge(row)


def survivors(
    connection: Connection, account: AccountId, contacts: Iterable[ContactId]
) -> dict[ContactId, ContactId]:
    """Map each contact to the one it was merged into, itself if none."""
    found = {contact: contact for contact in contacts}
    if not found or not _has_merges(connection, account):
        return found
    for contact in found:
        root = contact
        for _ in range(LONGEST_CHAIN):
            step = connection.execute(
                sa.select(merges.c.survivor_id).where(
                    merges.c.account_id == account,
                    merges.c.loser_id == root,
                    merges.c.revoked_at.is_(None),
                )
            ).scalar()
            if step is None:
                break
            root = ContactId(step)
        found[contact] = root
    return found


def list_members(
    connection: Connection, account: AccountId, survivor: ContactId
) -> list[ContactId]:
    """The survivor and every contact merged into it, directly or through others."""
    members = [survivor]
    for member in members:
        members += connection.execute(
            sa.select(merges.c.loser_id).where(
                merges.c.account_id == account,
                merges.c.survivor_id == member,
                merges.c.revoked_at.is_(None),
            )
        ).scalars()
    return members


def list_merges(connection: Connection, account: AccountId, survivor: ContactId) -> list[Merge]:
    members = list_members(connection, account, survivor)
    rows = connection.execute(
        sa.select(merges)
        .where(
            merges.c.account_id == account,
            merges.c.survivor_id.in_(members),
            merges.c.revoked_at.is_(None),
        )
        .order_by(merges.c.merge_id)
    )
    return [_merge(row) for row in rows]


def list_spans(connection: Connection, account: AccountId, survivor: ContactId) -> list[Span]:
    """Every stretch of browser life that is this contact's, own server-side events included."""
    rows = connection.execute(
        sa.select(spans).where(spans.c.account_id == account, spans.c.contact_id == survivor)
    )
    found = [_span(row) for row in rows]
    members = list_members(connection, account, survivor)
    return found + [Span(server_visitor(member), survivor, None, None) for member in members]


def server_visitor(contact: ContactId) -> VisitorId:
    """The visitor id under which events of a contact without a browser are kept."""
    return VisitorId(f"contact:{contact}")


def list_claims(connection: Connection, account: AccountId, survivor: ContactId) -> list[Claim]:
    """All claims for this contact and those merged into it, revoked ones too, oldest first."""
    members = list_members(connection, account, survivor)
    rows = connection.execute(
        sa.select(claims)
        .where(claims.c.account_id == account, claims.c.contact_id.in_(members))
        .order_by(claims.c.claimed_at, claims.c.claim_id)
    )
    return [_claim(row) for row in rows]


def list_claims_of_visitor(
    connection: Connection, account: AccountId, visitor: VisitorId
) -> list[Claim]:
    rows = connection.execute(
        sa.select(claims).where(claims.c.account_id == account, claims.c.visitor_id == visitor)
    )
    return [_claim(row) for row in rows]


def list_conflicts(
    connection: Connection, account: AccountId, survivor: ContactId
) -> list[Conflict]:
    """Link claims that did not count: those made for this contact and those against it."""
    rows = connection.execute(
        sa.select(claims, conflicts.c.holder_id)
        .join(conflicts, conflicts.c.claim_id == claims.c.claim_id)
        .where(
            conflicts.c.account_id == account,
            sa.or_(conflicts.c.contact_id == survivor, conflicts.c.holder_id == survivor),
        )
        .order_by(claims.c.claim_id)
    )
    return [Conflict(_claim(row), ContactId(row.holder_id)) for row in rows]


def find_spans(
    connection: Connection, account: AccountId, visitors: Sequence[VisitorId]
) -> dict[VisitorId, list[Span]]:
    """The spans of these visitors, oldest first; a visitor nobody claimed is left out."""
    found: dict[VisitorId, list[Span]] = defaultdict(list)
    for start in range(0, len(visitors), IN_LIST):
        rows = connection.execute(
            sa.select(spans)
            .where(
                spans.c.account_id == account,
                spans.c.visitor_id.in_(visitors[start : start + IN_LIST]),
            )
            # The open past comes first on both engines, which sort NULL differently.
            .order_by(sa.func.coalesce(spans.c.from_at, sa.literal(-1, sa.BigInteger)))
        )
        for row in rows:
            found[VisitorId(row.visitor_id)].append(_span(row))
    return dict(found)


def _has_merges(connection: Connection, account: AccountId) -> bool:
    query = sa.select(merges.c.merge_id).where(
        merges.c.account_id == account, merges.c.revoked_at.is_(None)
    )
    return connection.execute(query.limit(1)).first() is not None


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
    connection: Connection, account: AccountId, claim_id: int, values: dict[str, datetime]
) -> Claim:
    of_claim = sa.and_(claims.c.account_id == account, claims.c.claim_id == claim_id)
    row = connection.execute(sa.select(claims).where(of_claim)).first()
    if row is None:
        raise NotFound(f"there is no claim {claim_id}")
    connection.execute(sa.update(claims).where(of_claim).values(values))
    _renew_view(connection, account, [VisitorId(row.visitor_id)])
    return msgspec.structs.replace(_claim(row), **values)


def _renew_view_of_contacts(
    connection: Connection, account: AccountId, contacts: Sequence[ContactId]
) -> None:
    members = [m for contact in contacts for m in list_members(connection, account, contact)]
    rows = connection.execute(
        sa.select(claims.c.visitor_id)
        .where(claims.c.account_id == account, claims.c.contact_id.in_(members))
        .distinct()
    )
    _renew_view(connection, account, [VisitorId(row.visitor_id) for row in rows])


def _renew_view(connection: Connection, account: AccountId, visitors: Sequence[VisitorId]) -> None:
    for visitor in visitors:
        known = list_claims_of_visitor(connection, account, visitor)
        canonical = survivors(connection, account, {claim.contact for claim in known})
        ownership = resolve(known, canonical.__getitem__)
        _write_view(connection, account, visitor, ownership, canonical)


def _write_view(
    connection: Connection,
    account: AccountId,
    visitor: VisitorId,
    ownership: Ownership,
    canonical: dict[ContactId, ContactId],
) -> None:
    for table in (spans, conflicts):
        connection.execute(
            sa.delete(table).where(table.c.account_id == account, table.c.visitor_id == visitor)
        )
    key = {"account_id": account, "visitor_id": visitor}
    span_rows = [
        key | {"contact_id": s.contact, "from_at": s.from_at, "until_at": s.until_at}
        for s in ownership.spans
    ]
    conflict_rows = [
        key
        | {
            "claim_id": claim.claim_id,
            "contact_id": canonical[claim.contact],
            "holder_id": holder,
        }
        for claim, holder in ownership.conflicts
    ]
    for table, rows in ((spans, span_rows), (conflicts, conflict_rows)):
        if rows:
            connection.execute(sa.insert(table), rows)


def _as(canonical: dict[ContactId, ContactId], claim: Claim) -> Claim:
    return msgspec.structs.replace(claim, contact=canonical[claim.contact])


def _claim(row: Any) -> Claim:
    return Claim(
        claim_id=row.claim_id,
        account=AccountId(row.account_id),
        visitor=VisitorId(row.visitor_id),
        contact=ContactId(row.contact_id),
        kind=ClaimKind(row.kind),
        claimed_at=row.claimed_at,
        evidence=row.evidence,
        confirmed_at=row.confirmed_at,
        revoked_at=row.revoked_at,
    )


def _span(row: Any) -> Span:
    return Span(VisitorId(row.visitor_id), ContactId(row.contact_id), row.from_at, row.until_at)


def _merge(row: Any) -> Merge:
    return Merge(
        row.merge_id,
        ContactId(row.loser_id),
        ContactId(row.survivor_id),
        row.merged_at,
        row.merged_by,
    )
