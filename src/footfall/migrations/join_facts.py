"""0003: what is known of a visitor at a glance, in one column that is read and written at once."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

_JOINED = ("first_touchpoint", "last_touchpoint", "device", "place", "organisation")


def join_facts(operations: Operations) -> None:
    operations.add_column(
        "visitors", sa.Column("facts", sa.Text, nullable=False, server_default="{}")
    )
    members = " || ',' || ".join(f"'\"{name}\":' || {name}" for name in _JOINED)
    # Each of them is JSON already; escaped, for a colon would be taken for a parameter's.
    statement = f"UPDATE visitors SET facts = '{{' || {members} || '}}'"
    operations.execute(sa.text(statement.replace(":", "\\:")))
    for name in _JOINED:
        operations.drop_column("visitors", name)
