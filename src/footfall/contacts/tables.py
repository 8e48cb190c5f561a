"""Contacts and what belongs to them: tags, consents, opt-ins, notes, the history of changes."""

from __future__ import annotations

import sqlalchemy as sa

from footfall.kit import Text, UtcDateTime, metadata

contacts = sa.Table(
    "contacts",
    metadata,
    sa.Column("account_id", sa.Integer, primary_key=True),
    sa.Column("contact_id", Text, primary_key=True),
    sa.Column("email", Text),  # lower case
    sa.Column("name", Text, nullable=False, server_default=""),
    sa.Column("phone", Text, nullable=False, server_default=""),
    sa.Column("company", Text, nullable=False, server_default=""),
    sa.Column("external_id", Text, nullable=False, server_default=""),
    sa.Column("state", Text, nullable=False, server_default="UNKNOWN"),
    sa.Column("owner", Text, nullable=False, server_default=""),
    sa.Column("language", Text, nullable=False, server_default=""),
    sa.Column("birthday", Text, nullable=False, server_default=""),
    sa.Column("address", Text, nullable=False, server_default="{}"),
    sa.Column("properties", Text, nullable=False, server_default="{}"),
    sa.Column("score", sa.Integer, nullable=False, server_default="0"),
    sa.Column("created_at", UtcDateTime, nullable=False),
    sa.Column("modified_at", UtcDateTime, nullable=False),
    # Kept by the pipeline and renewed with every claim, so that the list can sort by it.
    sa.Column("last_seen_at", UtcDateTime),
    sa.Column("is_monitored", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("stopped_at", UtcDateTime),
    sa.Column("merged_into", Text),
    # What is left of a forgotten contact is its id and this: claims for it find nobody.
    sa.Column("forgotten_at", UtcDateTime),
    sa.UniqueConstraint("account_id", "email", name="one_card_per_address"),
    sa.Index("contacts_by_created", "account_id", "created_at"),
    sa.Index("contacts_by_last_seen", "account_id", "last_seen_at"),
)

tags = sa.Table(
    "tags",
    metadata,
    sa.Column("account_id", sa.Integer, primary_key=True),
    sa.Column("contact_id", Text, primary_key=True),
    sa.Column("tag", Text, primary_key=True),
    sa.Column("added_at", UtcDateTime, nullable=False),
    sa.Index("contacts_of_tag", "account_id", "tag"),
)

consents = sa.Table(
    "consents",
    metadata,
    sa.Column("consent_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("account_id", sa.Integer, nullable=False),
    sa.Column("contact_id", Text, nullable=False),
    sa.Column("name", Text, nullable=False),
    sa.Column("is_given", sa.Boolean, nullable=False),
    sa.Column("decided_at", UtcDateTime, nullable=False),
    sa.Column("address", Text, nullable=False, server_default=""),
    sa.Column("source", Text, nullable=False, server_default=""),
    sa.Index("consents_of_contact", "account_id", "contact_id"),
)

opt_ins = sa.Table(
    "opt_ins",
    metadata,
    sa.Column("account_id", sa.Integer, primary_key=True),
    sa.Column("contact_id", Text, primary_key=True),
    sa.Column("channel", Text, primary_key=True),
    sa.Column("state", Text, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Column("source", Text, nullable=False, server_default=""),
)

notes = sa.Table(
    "notes",
    metadata,
    sa.Column("note_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("account_id", sa.Integer, nullable=False),
    sa.Column("contact_id", Text, nullable=False),
    sa.Column("text", Text, nullable=False),
    sa.Column("author", Text, nullable=False),
    sa.Column("written_at", UtcDateTime, nullable=False),
    sa.Index("notes_of_contact", "account_id", "contact_id"),
)

changes = sa.Table(
    "contact_changes",
    metadata,
    sa.Column("change_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("account_id", sa.Integer, nullable=False),
    sa.Column("contact_id", Text, nullable=False),
    sa.Column("field", Text, nullable=False),
    sa.Column("value", Text, nullable=False),
    sa.Column("source", Text, nullable=False),
    sa.Column("changed_at", UtcDateTime, nullable=False),
    sa.Index("changes_of_contact", "account_id", "contact_id"),
)
