"""The ledger as it reads now: claims, and the spans and conflicts kept beside them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa

from footfall.identity.merges import list_members, survivors
from footfall.identity.resolve import Conflict, Ownership, resolve
from footfall.identity.tables import claims, conflicts, spans
from footfall.kit import Connection, is_one_of
from footfall.model import AccountId, Claim, ClaimKind, ContactId, Span, VisitorId


def list_claims(connection: Connection, account: AccountId, survivor: ContactId) -> list[Claim]:
    """All claims for this contact and those merged into it, revoked ones too, oldest first."""
    members = list_members(connection, account, survivor)
    rows = connection.execute(
        sa.select(claims)
        .where(claims.c.account_id == account, claims.c.contact_id.in_(members))
        .order_by(claims.c.claimed_at, claims.c.claim_id)
    )
    return [read_claim(row) for row in rows]


def list_claims_of_visitor(
    connection: Connection, account: AccountId, visitor: VisitorId
) -> list[Claim]:
    rows = connection.execute(
        sa.select(claims).where(claims.c.account_id == account, claims.c.visitor_id == visitor)
    )
    return [read_claim(row) for row in rows]


def list_spans(connection: Connection, account: AccountId, survivor: ContactId) -> list[Span]:
    """Every stretch of browser life that is this contact's, own server-side events included."""
    rows = connection.execute(
        sa.select(spans).where(spans.c.account_id == account, spans.c.contact_id == survivor)
    )
    found = [_span(row) for row in rows]
    members = list_members(connection, account, survivor)
    return found + [Span(server_visitor(member), survivor, None, None) for member in members]


def find_spans(
    connection: Connection, account: AccountId, visitors: Sequence[VisitorId]
) -> dict[VisitorId, list[Span]]:
    """The spans of these visitors, oldest first; a visitor nobody claimed is left out."""
    found: dict[VisitorId, list[Span]] = defaultdict(list)
    rows = connection.execute(
        sa.select(spans)
        .where(spans.c.account_id == account, is_one_of(connection, spans.c.visitor_id, visitors))
        # The open past comes first on both engines, which sort NULL differently.
        .order_by(sa.func.coalesce(spans.c.from_at, sa.literal(-1, sa.BigInteger)))
    )
    for row in rows:
        found[VisitorId(row.visitor_id)].append(_span(row))
    return dict(found)


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
    return [Conflict(read_claim(row), ContactId(row.holder_id)) for row in rows]


def server_visitor(contact: ContactId) -> VisitorId:
    """The visitor id under which events of a contact without a browser are kept."""
    return VisitorId(f"contact:{contact}")


def renew_view(connection: Connection, account: AccountId, visitors: Sequence[VisitorId]) -> None:
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


def read_claim(row: Any) -> Claim:
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
