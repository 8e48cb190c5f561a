"""0002: when a contact was forgotten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from footfall.kit import UtcDateTime


def add_forgotten(operations: Operations) -> None:
    operations.add_column("contacts", sa.Column("forgotten_at", UtcDateTime))
