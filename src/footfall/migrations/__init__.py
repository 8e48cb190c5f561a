"""Schema changes of the people database, in order; never edited after a release."""

from __future__ import annotations

from collections.abc import Callable

from alembic.operations import Operations

from footfall.migrations.add_forgotten import add_forgotten
from footfall.migrations.create_people import create_people

MIGRATIONS: dict[str, Callable[[Operations], None]] = {
    "0001_create_people": create_people,
    "0002_add_forgotten": add_forgotten,
}
