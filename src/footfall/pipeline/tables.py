"""Where the pipeline stands: how far the log is read, what it is about to do, what it did."""

from __future__ import annotations

import sqlalchemy as sa

from footfall.kit import UtcDateTime, metadata

checkpoints = sa.Table(
    "checkpoints",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("epoch", sa.Text, nullable=False),
    sa.Column("next_offset", sa.BigInteger, nullable=False),
    # The batch being written: its end and its refusals, so that a replay decides the same.
    sa.Column("intent_until", sa.BigInteger),
    sa.Column("intent_refusals", sa.Text),
    sa.Column("moved_at", UtcDateTime),
)

outcomes = sa.Table(
    "outcomes",
    metadata,
    sa.Column("outcome", sa.Text, primary_key=True),  # stored, dropped or buried
    sa.Column("reason", sa.Text, primary_key=True),  # "" for stored
    sa.Column("hits", sa.BigInteger, nullable=False),
)
