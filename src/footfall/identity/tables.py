"""The ledger's tables: claims and merges are only ever added or revoked; spans are their view."""

from __future__ import annotations

import sqlalchemy as sa

from footfall.kit import Text, UtcDateTime, metadata

claims = sa.Table(
    "claims",
    metadata,
    sa.Column("claim_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("account_id", sa.Integer, nullable=False),
    sa.Column("visitor_id", Text, nullable=False),
    sa.Column("contact_id", Text, nullable=False),
    sa.Column("kind", Text, nullable=False),
    sa.Column("claimed_at", UtcDateTime, nullable=False),
    sa.Column("evidence", Text, nullable=False, server_default=""),
    sa.Column("confirmed_at", UtcDateTime),
    sa.Column("revoked_at", UtcDateTime),
    sa.Index("claims_of_visitor", "account_id", "visitor_id"),
    sa.Index("claims_of_contact", "account_id", "contact_id"),
)

merges = sa.Table(
    "merges",
    metadata,
    sa.Column("merge_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("account_id", sa.Integer, nullable=False),
    sa.Column("loser_id", Text, nullable=False),
    sa.Column("survivor_id", Text, nullable=False),
    sa.Column("merged_at", UtcDateTime, nullable=False),
    sa.Column("merged_by", Text, nullable=False, server_default=""),
    sa.Column("revoked_at", UtcDateTime),
    sa.Index("merges_of_loser", "account_id", "loser_id"),
    sa.Index("merges_of_survivor", "account_id", "survivor_id"),
)

spans = sa.Table(
    "spans",
    metadata,
    sa.Column("account_id", sa.Integer, nullable=False),
    sa.Column("visitor_id", Text, nullable=False),
    sa.Column("contact_id", Text, nullable=False),
    sa.Column("from_at", UtcDateTime),
    sa.Column("until_at", UtcDateTime),
    sa.Index("spans_of_visitor", "account_id", "visitor_id"),
    sa.Index("spans_of_contact", "account_id", "contact_id"),
)

conflicts = sa.Table(
    "conflicts",
    metadata,
    sa.Column("account_id", sa.Integer, nullable=False),
    sa.Column("claim_id", sa.Integer, nullable=False),
    sa.Column("visitor_id", Text, nullable=False),
    sa.Column("contact_id", Text, nullable=False),
    sa.Column("holder_id", Text, nullable=False),
    sa.Index("conflicts_of_visitor", "account_id", "visitor_id"),
    sa.Index("conflicts_of_contact", "account_id", "contact_id"),
    sa.Index("conflicts_of_holder", "account_id", "holder_id"),
)

visitors = sa.Table(
    "visitors",
    metadata,
    sa.Column("account_id", sa.Integer, primary_key=True),
    sa.Column("visitor_id", Text, primary_key=True),
    sa.Column("first_seen_at", UtcDateTime, nullable=False),
    sa.Column("last_seen_at", UtcDateTime, nullable=False),
    sa.Column("visits", sa.Integer, nullable=False),
    sa.Column("pages", sa.Integer, nullable=False),
    sa.Column("missing", sa.Integer, nullable=False),
    sa.Column("bot", Text, nullable=False),
    sa.Column("site", Text, nullable=False),
    sa.Column("last_path", Text, nullable=False),
    sa.Column("last_title", Text, nullable=False),
    sa.Column("memory", sa.LargeBinary, nullable=False),
    # How they came, with what, from where: JSON that nobody searches in.
    sa.Column("facts", Text, nullable=False, server_default="{}"),
    sa.Index("visitors_by_last_seen", "account_id", "last_seen_at"),
)
