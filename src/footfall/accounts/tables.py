"""Accounts, the people who work in them, their logins and the sites they monitor."""

from __future__ import annotations

import sqlalchemy as sa

from footfall.kit import Text, UtcDateTime, metadata

accounts = sa.Table(
    "accounts",
    metadata,
    sa.Column("account_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("smid", Text, nullable=False, unique=True),
    sa.Column("name", Text, nullable=False),
    # Kept readable: the wire's sha1(apiKey + clientId + apiSecret) cannot be checked otherwise.
    sa.Column("api_secret", Text, nullable=False),
    sa.Column("api_token_hash", Text, nullable=False, unique=True),
    sa.Column("time_zone", Text, nullable=False, server_default="UTC"),
    sa.Column("settings", Text, nullable=False, server_default="{}"),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

users = sa.Table(
    "users",
    metadata,
    sa.Column("user_id", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("account_id", sa.Integer, sa.ForeignKey("accounts.account_id"), nullable=False),
    sa.Column("email", Text, nullable=False, unique=True),
    sa.Column("name", Text, nullable=False, server_default=""),
    sa.Column("password_hash", Text, nullable=False),
    sa.Column("role", Text, nullable=False, server_default="owner"),
    sa.Column("created_at", UtcDateTime, nullable=False),
)

staff_sessions = sa.Table(
    "staff_sessions",
    metadata,
    sa.Column("token_hash", Text, primary_key=True),
    sa.Column("user_id", sa.Integer, sa.ForeignKey("users.user_id"), nullable=False),
    sa.Column("csrf_token", Text, nullable=False),
    sa.Column("expires_at", UtcDateTime, nullable=False),
)

sites = sa.Table(
    "sites",
    metadata,
    sa.Column("account_id", sa.Integer, primary_key=True),
    sa.Column("host", Text, primary_key=True),
    sa.Column("is_listed", sa.Boolean, nullable=False),
    sa.Column("first_hit_at", UtcDateTime),
    sa.Column("last_hit_at", UtcDateTime),
    sa.Column("refused_at", UtcDateTime),  # last hit dropped because the host is not listed
    sa.Column("twice_at", UtcDateTime),  # last page that carried the snippet more than once
)

wrong_codes = sa.Table(
    "wrong_codes",
    metadata,
    sa.Column("smid", Text, primary_key=True),
    sa.Column("host", Text, primary_key=True),
    sa.Column("last_hit_at", UtcDateTime, nullable=False),
)
