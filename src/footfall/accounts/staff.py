"""Staff: users of an account, their passwords, and their login sessions."""

from __future__ import annotations

import re
import secrets
from datetime import datetime, timedelta
from functools import cache
from hashlib import sha256
from typing import Any

import sqlalchemy as sa
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from footfall.accounts.tables import staff_sessions, users
from footfall.kit import Connection, Refused, now
from footfall.model import AccountId, Record

SESSION_DAYS = 14
SHORTEST_PASSWORD = 8
# Nobody writes to it: what matters is that a slip of the hand is no login.
_ADDRESS = re.compile(r"[^\s@]+@[^\s@]+")

_hasher = PasswordHasher()


@cache
def _nobody() -> str:
    """Checked when the address is unknown, so that the answer takes as long as for a known one."""
    return _hasher.hash(secrets.token_hex())


class User(Record, frozen=True):
    user_id: int
    account: AccountId
    email: str
    name: str
    role: str


class StaffSession(Record, frozen=True):
    user: User
    csrf_token: str
    expires_at: datetime


def add_user(
    connection: Connection, account: AccountId, email: str, password: str, name: str = ""
) -> User:
    """Raise Refused for a short password, or an address that is none or logs in already."""
    if len(password) < SHORTEST_PASSWORD:
        raise Refused(f"the password needs at least {SHORTEST_PASSWORD} characters")
    email = email.strip().lower()
    if not _ADDRESS.fullmatch(email):
        raise Refused(f"{email[:80]!r} is not an e-mail address")
    if connection.execute(sa.select(users.c.user_id).where(users.c.email == email)).first():
        raise Refused(f"{email} is a user already")
    row = {
        "account_id": account,
        "email": email,
        "name": name,
        "password_hash": _hasher.hash(password),
        "created_at": now(),
    }
    inserted = sa.insert(users).values(row).returning(users.c.user_id)
    user_id = connection.execute(inserted).scalar_one()
    return User(user_id=user_id, account=account, email=email, name=name, role="owner")


def check_password(connection: Connection, email: str, password: str) -> User | None:
    query = sa.select(users).where(users.c.email == email.strip().lower())
    row = connection.execute(query).first()
    try:
        _hasher.verify(row.password_hash if row else _nobody(), password)
    except (VerificationError, InvalidHashError):
        return None
    return _user(row) if row else None


def has_users(connection: Connection) -> bool:
    return connection.execute(sa.select(users.c.user_id).limit(1)).first() is not None


def list_users(connection: Connection, account: AccountId) -> list[User]:
    query = sa.select(users).where(users.c.account_id == account).order_by(users.c.user_id)
    return [_user(row) for row in connection.execute(query)]


def start_staff_session(connection: Connection, user: User) -> str:
    """Return the cookie's value; only its hash is kept."""
    connection.execute(sa.delete(staff_sessions).where(staff_sessions.c.expires_at < now()))
    token = secrets.token_urlsafe(32)
    row = {
        "token_hash": _hash(token),
        "user_id": user.user_id,
        "csrf_token": secrets.token_urlsafe(24),
        "expires_at": now() + timedelta(days=SESSION_DAYS),
    }
    connection.execute(sa.insert(staff_sessions).values(row))
    return token


def find_staff_session(connection: Connection, token: str) -> StaffSession | None:
    row = connection.execute(
        sa.select(users, staff_sessions.c.csrf_token, staff_sessions.c.expires_at)
        .join(staff_sessions, staff_sessions.c.user_id == users.c.user_id)
        .where(staff_sessions.c.token_hash == _hash(token), staff_sessions.c.expires_at > now())
    ).first()
    if row is None:
        return None
    return StaffSession(user=_user(row), csrf_token=row.csrf_token, expires_at=row.expires_at)


def end_staff_session(connection: Connection, token: str) -> None:
    connection.execute(sa.delete(staff_sessions).where(staff_sessions.c.token_hash == _hash(token)))


def _hash(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _user(row: Any) -> User:
    return User(
        user_id=row.user_id,
        account=AccountId(row.account_id),
        email=row.email,
        name=row.name,
        role=row.role,
    )
