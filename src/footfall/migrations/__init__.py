"""Schema changes of the people database, in order; never edited after a release."""

from __future__ import annotations

from collections.abc import Callable

from alembic.operations import Operations

from footfall.migrations.add_forgotten import add_forgotten
from footfall.migrations.create_people import create_people
from footfall.migrations.join_facts import join_facts

MIGRATIONS: dict[str, Callable[[Operations], None]] = {
    "0001_create_people": create_people,
    "0002_add_forgotten": add_forgotten,
    "0003_join_facts": join_facts,
}
