"""0001: accounts, contacts, the identity ledger, and the pipeline's place in the log."""

from __future__ import annotations

import sqlalchemy as sa
from alembic.operations import Operations

from footfall.kit import UtcDateTime


def create_people(operations: Operations) -> None:
    _create_accounts(operations)
    _create_contacts(operations)
    _create_identity(operations)
    _create_pipeline(operations)


def _create_accounts(operations: Operations) -> None:
    operations.create_table(
        "accounts",
        sa.Column("account_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("smid", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("api_secret", sa.Text, nullable=False),
        sa.Column("api_token_hash", sa.Text, nullable=False, unique=True),
        sa.Column("time_zone", sa.Text, nullable=False, server_default="UTC"),
        sa.Column("settings", sa.Text, nullable=False, server_default="{}"),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )
    operations.create_table(
        "users",
        sa.Column("user_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.account_id"), nullable=False),
        sa.Column("email", sa.Text, nullable=False, unique=True),
        sa.Column("name", sa.Text, nullable=False, server_default=""),
        sa.Column("password_hash", sa.Text, nullable=False),
        sa.Column("role", sa.Text, nullable=False, server_default="owner"),
        sa.Column("created_at", UtcDateTime, nullable=False),
    )
    operations.create_table(
        "staff_sessions",
        sa.Column("token_hash", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Integer, sa.ForeignKey("users.user_id"), nullable=False),
        sa.Column("csrf_token", sa.Text, nullable=False),
        sa.Column("expires_at", UtcDateTime, nullable=False),
    )
    operations.create_table(
        "sites",
        sa.Column("account_id", sa.Integer, primary_key=True),
        sa.Column("host", sa.Text, primary_key=True),
        sa.Column("is_listed", sa.Boolean, nullable=False),
        sa.Column("first_hit_at", UtcDateTime),
        sa.Column("last_hit_at", UtcDateTime),
        sa.Column("refused_at", UtcDateTime),
        sa.Column("twice_at", UtcDateTime),
    )
    operations.create_table(
        "wrong_codes",
        sa.Column("smid", sa.Text, primary_key=True),
        sa.Column("host", sa.Text, primary_key=True),
        sa.Column("last_hit_at", UtcDateTime, nullable=False),
    )


def _create_contacts(operations: Operations) -> None:
    operations.create_table(
        "contacts",
        sa.Column("account_id", sa.Integer, primary_key=True),
        sa.Column("contact_id", sa.Text, primary_key=True),
        sa.Column("email", sa.Text),
        sa.Column("name", sa.Text, nullable=False, server_default=""),
        sa.Column("phone", sa.Text, nullable=False, server_default=""),
        sa.Column("company", sa.Text, nullable=False, server_default=""),
        sa.Column("external_id", sa.Text, nullable=False, server_default=""),
        sa.Column("state", sa.Text, nullable=False, server_default="UNKNOWN"),
        sa.Column("owner", sa.Text, nullable=False, server_default=""),
        sa.Column("language", sa.Text, nullable=False, server_default=""),
        sa.Column("birthday", sa.Text, nullable=False, server_default=""),
        sa.Column("address", sa.Text, nullable=False, server_default="{}"),
        sa.Column("properties", sa.Text, nullable=False, server_default="{}"),
        sa.Column("score", sa.Integer, nullable=False, server_default="0"),
        sa.Column("created_at", UtcDateTime, nullable=False),
        sa.Column("modified_at", UtcDateTime, nullable=False),
        sa.Column("last_seen_at", UtcDateTime),
        sa.Column("is_monitored", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("stopped_at", UtcDateTime),
        sa.Column("merged_into", sa.Text),
        sa.UniqueConstraint("account_id", "email", name="one_card_per_address"),
    )
    operations.create_index("contacts_by_created", "contacts", ["account_id", "created_at"])
    operations.create_index("contacts_by_last_seen", "contacts", ["account_id", "last_seen_at"])
    operations.create_table(
        "tags",
        sa.Column("account_id", sa.Integer, primary_key=True),
        sa.Column("contact_id", sa.Text, primary_key=True),
        sa.Column("tag", sa.Text, primary_key=True),
        sa.Column("added_at", UtcDateTime, nullable=False),
    )
    operations.create_index("contacts_of_tag", "tags", ["account_id", "tag"])
    operations.create_table(
        "consents",
        sa.Column("consent_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("contact_id", sa.Text, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("is_given", sa.Boolean, nullable=False),
        sa.Column("decided_at", UtcDateTime, nullable=False),
        sa.Column("address", sa.Text, nullable=False, server_default=""),
        sa.Column("source", sa.Text, nullable=False, server_default=""),
    )
    operations.create_index("consents_of_contact", "consents", ["account_id", "contact_id"])
    operations.create_table(
        "opt_ins",
        sa.Column("account_id", sa.Integer, primary_key=True),
        sa.Column("contact_id", sa.Text, primary_key=True),
        sa.Column("channel", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
        sa.Column("source", sa.Text, nullable=False, server_default=""),
    )
    operations.create_table(
        "notes",
        sa.Column("note_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("contact_id", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("author", sa.Text, nullable=False),
        sa.Column("written_at", UtcDateTime, nullable=False),
    )
    operations.create_index("notes_of_contact", "notes", ["account_id", "contact_id"])
    operations.create_table(
        "contact_changes",
        sa.Column("change_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("contact_id", sa.Text, nullable=False),
        sa.Column("field", sa.Text, nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("changed_at", UtcDateTime, nullable=False),
    )
    operations.create_index("changes_of_contact", "contact_changes", ["account_id", "contact_id"])


def _create_identity(operations: Operations) -> None:
    operations.create_table(
        "claims",
        sa.Column("claim_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("visitor_id", sa.Text, nullable=False),
        sa.Column("contact_id", sa.Text, nullable=False),
        sa.Column("kind", sa.Text, nullable=False),
        sa.Column("claimed_at", UtcDateTime, nullable=False),
        sa.Column("evidence", sa.Text, nullable=False, server_default=""),
        sa.Column("confirmed_at", UtcDateTime),
        sa.Column("revoked_at", UtcDateTime),
    )
    operations.create_index("claims_of_contact", "claims", ["account_id", "contact_id"])
    operations.create_index("claims_of_visitor", "claims", ["account_id", "visitor_id"])
    operations.create_table(
        "merges",
        sa.Column("merge_id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("loser_id", sa.Text, nullable=False),
        sa.Column("survivor_id", sa.Text, nullable=False),
        sa.Column("merged_at", UtcDateTime, nullable=False),
        sa.Column("merged_by", sa.Text, nullable=False, server_default=""),
        sa.Column("revoked_at", UtcDateTime),
    )
    operations.create_index("merges_of_loser", "merges", ["account_id", "loser_id"])
    operations.create_index("merges_of_survivor", "merges", ["account_id", "survivor_id"])
    operations.create_table(
        "spans",
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("visitor_id", sa.Text, nullable=False),
        sa.Column("contact_id", sa.Text, nullable=False),
        sa.Column("from_at", UtcDateTime),
        sa.Column("until_at", UtcDateTime),
    )
    operations.create_index("spans_of_contact", "spans", ["account_id", "contact_id"])
    operations.create_index("spans_of_visitor", "spans", ["account_id", "visitor_id"])
    operations.create_table(
        "conflicts",
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("claim_id", sa.Integer, nullable=False),
        sa.Column("visitor_id", sa.Text, nullable=False),
        sa.Column("contact_id", sa.Text, nullable=False),
        sa.Column("holder_id", sa.Text, nullable=False),
    )
    operations.create_index("conflicts_of_contact", "conflicts", ["account_id", "contact_id"])
    operations.create_index("conflicts_of_holder", "conflicts", ["account_id", "holder_id"])
    operations.create_index("conflicts_of_visitor", "conflicts", ["account_id", "visitor_id"])
    operations.create_table(
        "visitors",
        sa.Column("account_id", sa.Integer, primary_key=True),
        sa.Column("visitor_id", sa.Text, primary_key=True),
        sa.Column("first_seen_at", UtcDateTime, nullable=False),
        sa.Column("last_seen_at", UtcDateTime, nullable=False),
        sa.Column("visits", sa.Integer, nullable=False),
        sa.Column("pages", sa.Integer, nullable=False),
        sa.Column("missing", sa.Integer, nullable=False),
        sa.Column("bot", sa.Text, nullable=False),
        sa.Column("site", sa.Text, nullable=False),
        sa.Column("last_path", sa.Text, nullable=False),
        sa.Column("last_title", sa.Text, nullable=False),
        sa.Column("first_touchpoint", sa.Text, nullable=False),
        sa.Column("last_touchpoint", sa.Text, nullable=False),
        sa.Column("device", sa.Text, nullable=False),
        sa.Column("place", sa.Text, nullable=False),
        sa.Column("organisation", sa.Text, nullable=False),
        sa.Column("memory", sa.LargeBinary, nullable=False),
    )
    operations.create_index("visitors_by_last_seen", "visitors", ["account_id", "last_seen_at"])


def _create_pipeline(operations: Operations) -> None:
    operations.create_table(
        "checkpoints",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("epoch", sa.Text, nullable=False),
        sa.Column("next_offset", sa.BigInteger, nullable=False),
        sa.Column("intent_until", sa.BigInteger),
        sa.Column("intent_refusals", sa.Text),
        sa.Column("moved_at", UtcDateTime),
    )
    operations.create_table(
        "outcomes",
        sa.Column("outcome", sa.Text, primary_key=True),
        sa.Column("reason", sa.Text, primary_key=True),
        sa.Column("hits", sa.BigInteger, nullable=False),
    )
