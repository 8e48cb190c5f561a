"""Staff log in with their own password, and a session ends when it should."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from tests.support.people import add_account

from footfall import accounts
from footfall.accounts import SESSION_DAYS, User
from footfall.kit import Connection, Refused, now

PASSWORD = "correct horse"


@pytest.fixture
def eva(connection: Connection) -> User:
    return accounts.add_user(
        connection, add_account(connection), " Eva@X.example", PASSWORD, name="Eva"
    )


def test_password_finds_its_user(connection: Connection, eva: User) -> None:
    assert eva.email == "eva@x.example"
    assert accounts.check_password(connection, "EVA@x.example ", PASSWORD) == eva


@pytest.mark.parametrize("password", ["", "correct hors", "Correct horse", "correct horse\0"])
def test_wrong_password_finds_nobody(connection: Connection, eva: User, password: str) -> None:
    assert accounts.check_password(connection, eva.email, password) is None


def test_unknown_address_finds_nobody(connection: Connection, eva: User) -> None:
    assert accounts.check_password(connection, "nobody@x.example", PASSWORD) is None


def test_password_is_kept_as_a_hash(connection: Connection, eva: User) -> None:
    stored = connection.execute(sa.text("SELECT password_hash FROM users")).scalar_one()

    assert stored.startswith("$argon2id$")


def test_short_password_is_refused(connection: Connection) -> None:
    with pytest.raises(Refused, match="8 characters"):
        accounts.add_user(connection, add_account(connection), "eva@x.example", "1234567")


def test_one_address_is_one_login(connection: Connection, eva: User) -> None:
    with pytest.raises(Refused, match=r"eva@x\.example"):
        accounts.add_user(connection, add_account(connection), "EVA@x.example", PASSWORD)


def test_first_user_is_noticed(connection: Connection) -> None:
    assert not accounts.has_users(connection)

    accounts.add_user(connection, add_account(connection), "eva@x.example", PASSWORD)

    assert accounts.has_users(connection)


def test_users_are_listed_by_account(connection: Connection, eva: User) -> None:
    assert accounts.list_users(connection, eva.account) == [eva]
    assert accounts.list_users(connection, add_account(connection)) == []


def test_session_finds_its_user(connection: Connection, eva: User) -> None:
    token = accounts.start_staff_session(connection, eva)

    found = accounts.find_staff_session(connection, token)

    assert found is not None
    assert found.user == eva
    assert len(found.csrf_token) >= 24


def test_sessions_differ_in_everything(connection: Connection, eva: User) -> None:
    tokens = {accounts.start_staff_session(connection, eva) for _ in range(3)}

    sessions = [accounts.find_staff_session(connection, token) for token in tokens]
    assert len({session.csrf_token for session in sessions if session}) == len(tokens) == 3


def test_session_token_is_kept_as_a_hash(connection: Connection, eva: User) -> None:
    token = accounts.start_staff_session(connection, eva)

    row = connection.execute(sa.text("SELECT * FROM staff_sessions")).one()

    assert token not in map(str, row)
    assert accounts.find_staff_session(connection, row.token_hash) is None


def test_ended_session_finds_nobody(connection: Connection, eva: User) -> None:
    token = accounts.start_staff_session(connection, eva)

    accounts.end_staff_session(connection, token)

    assert accounts.find_staff_session(connection, token) is None


def test_session_expires_and_is_swept(connection: Connection, eva: User) -> None:
    token = accounts.start_staff_session(connection, eva)

    with time_machine.travel(now() + timedelta(days=SESSION_DAYS, seconds=1)):
        assert accounts.find_staff_session(connection, token) is None
        accounts.start_staff_session(connection, eva)

    left = connection.execute(sa.text("SELECT count(*) FROM staff_sessions")).scalar()
    assert left == 1


@pytest.mark.parametrize("email", ["", "eva", "eva@", "@x.example", "e va@x.example", "a@b@c"])
def test_login_needs_an_address(connection: Connection, email: str) -> None:
    with pytest.raises(Refused, match="not an e-mail address"):
        accounts.add_user(connection, add_account(connection), email, PASSWORD)
