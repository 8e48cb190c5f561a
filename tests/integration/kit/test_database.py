"""The people database behaves alike on both engines."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from threading import Thread

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from footfall.kit import (
    ConfigError,
    Connection,
    Database,
    Text,
    UtcDateTime,
    insert_missing,
    is_one_of,
    upsert,
    upsert_tuples,
)

moments = sa.Table("moments", sa.MetaData(), sa.Column("at", UtcDateTime))
words = sa.Table(
    "words",
    sa.MetaData(),
    sa.Column("word", Text, primary_key=True),
    sa.Column("meaning", Text),
    sa.Column("uses", sa.Integer, nullable=False, server_default="1"),
)


@pytest.fixture
def filled(database: Database) -> Database:
    with database.write() as connection:
        words.create(connection)
        moments.create(connection)
        upsert(connection, words, [{"word": "hit", "meaning": "sent"}])
    return database


@given(moment=st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1)))
@settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_instants_survive_to_the_millisecond(filled: Database, moment: datetime) -> None:
    moment = moment.replace(microsecond=moment.microsecond // 1000 * 1000, tzinfo=UTC)

    with filled.write() as connection:
        connection.execute(sa.delete(moments))
        connection.execute(sa.insert(moments).values(at=moment))

        assert connection.execute(sa.select(moments.c.at)).scalar() == moment


def test_instants_come_back_in_utc(filled: Database) -> None:
    noon_in_warsaw = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    with filled.write() as connection:
        connection.execute(sa.insert(moments).values(at=noon_in_warsaw))
        found = connection.execute(sa.select(moments.c.at)).scalar_one()

    assert (found.hour, found.tzinfo) == (10, UTC)


def test_nul_is_taken_out_of_text(filled: Database) -> None:
    with filled.write() as connection:
        upsert(connection, words, [{"word": "a\0b", "meaning": "\0"}])

        assert read_meanings(connection)["ab"] == ""


def test_failed_transaction_writes_nothing(filled: Database) -> None:
    with pytest.raises(ZeroDivisionError), filled.write() as connection:
        upsert(connection, words, [{"word": "visit", "meaning": "a run"}])
        _ = 1 / 0

    with filled.read() as connection:
        assert list(read_meanings(connection)) == ["hit"]


def test_upsert_updates_named_columns(filled: Database) -> None:
    row = {"word": "hit", "meaning": "new", "uses": 9}
    with filled.write() as connection:
        upsert(connection, words, [row], update=["uses"])

        found = connection.execute(sa.select(words)).one()
    assert tuple(found) == ("hit", "sent", 9)


def test_upsert_updates_everything_given(filled: Database) -> None:
    with filled.write() as connection:
        upsert(connection, words, [{"word": "hit", "meaning": "b"}, {"word": "n", "meaning": "c"}])

        assert read_meanings(connection) == {"hit": "b", "n": "c"}


def test_upsert_of_keys_keeps_the_row(filled: Database) -> None:
    with filled.write() as connection:
        upsert(connection, words, [{"word": "hit", "meaning": "other"}], update=[])
        upsert(connection, words, [])

        assert read_meanings(connection) == {"hit": "sent"}


def test_insert_missing_says_whether_it_did(filled: Database) -> None:
    with filled.write() as connection:
        again = insert_missing(connection, words, {"word": "hit", "meaning": "x"}, ["word"])
        fresh = insert_missing(connection, words, {"word": "new", "meaning": "x"}, ["word"])

        assert (again, fresh) == (False, True)
        assert read_meanings(connection) == {"hit": "sent", "new": "x"}


def test_reader_keeps_its_picture(filled: Database) -> None:
    with filled.read() as reader:
        before = read_meanings(reader)
        with filled.write() as writer:
            upsert(writer, words, [{"word": "late", "meaning": ""}])

        assert read_meanings(reader) == before


def test_reader_sees_what_was_committed(filled: Database) -> None:
    with filled.write() as writer:
        upsert(writer, words, [{"word": "late", "meaning": ""}])

    with filled.read() as reader:
        assert set(read_meanings(reader)) == {"hit", "late"}


def test_writers_take_their_turns(filled: Database) -> None:
    def count_up() -> None:
        for _ in range(20):
            with filled.write() as connection:
                raised = words.c.uses + 1
                connection.execute(sa.update(words).values(uses=raised))

    run_at_once(count_up)

    with filled.read() as connection:
        assert connection.execute(sa.select(words.c.uses)).scalar() == 81


def test_sqlite_writer_has_the_lock_from_its_beginning(sqlite_database: Database) -> None:
    with sqlite_database.write() as connection:
        words.create(connection)
        upsert(connection, words, [{"word": "hit", "uses": 1}])

    def count_up() -> None:
        for _ in range(20):
            with sqlite_database.write() as connection:
                uses = connection.execute(sa.select(words.c.uses)).scalar_one()
                connection.execute(sa.update(words).values(uses=uses + 1))

    run_at_once(count_up)

    with sqlite_database.read() as connection:
        assert connection.execute(sa.select(words.c.uses)).scalar() == 81


def run_at_once(work: Callable[[], None], threads: int = 4) -> None:
    running = [Thread(target=work) for _ in range(threads)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join(30)


def read_meanings(connection: Connection) -> dict[str, str]:
    return {row.word: row.meaning for row in connection.execute(sa.select(words))}


def test_tuples_replace_rows_with_their_key(filled: Database) -> None:
    names = ("word", "meaning")
    with filled.write() as connection:
        upsert_tuples(connection, words, names, [("hit", "stored"), ("visit", "run")])

        found = connection.execute(sa.select(words).order_by(words.c.word)).all()
    assert found == [("hit", "stored", 1), ("visit", "run", 1)]


def test_no_tuples_change_nothing(filled: Database) -> None:
    with filled.write() as connection:
        upsert_tuples(connection, words, ("word", "meaning"), [])

        assert connection.execute(sa.select(words.c.word)).scalars().all() == ["hit"]


@pytest.mark.parametrize(
    ("asked", "found"),
    [([], []), (["hit", "no"], ["hit"]), (["'", '"', "\\", "żółw", "hit"], ["hit", "żółw"])],
)
def test_one_value_asks_for_many_texts(
    filled: Database, asked: list[str], found: list[str]
) -> None:
    with filled.write() as connection:
        upsert(connection, words, [{"word": "żółw", "meaning": "turtle"}])

        query = sa.select(words.c.word).where(is_one_of(connection, words.c.word, asked))
        assert sorted(connection.execute(query).scalars()) == found


def test_many_thousand_texts_are_no_limit(filled: Database) -> None:
    asked = [f"word{number}" for number in range(70_000)] + ["hit"]
    with filled.read() as connection:
        query = sa.select(words.c.word).where(is_one_of(connection, words.c.word, asked))

        assert connection.execute(query).scalars().all() == ["hit"]


def test_failure_names_no_value(filled: Database) -> None:
    with pytest.raises(sa.exc.IntegrityError) as raised, filled.write() as connection:
        connection.execute(
            sa.insert(words).values(word="known", meaning="m@example.com", uses=None)
        )

    assert "m@example.com" not in str(raised.value)


@pytest.mark.parametrize(
    "url", ["nonsense", "", "mysql://root:secret@db/x", "postgresql://db:port/x"]
)
def test_senseless_address_is_refused(url: str) -> None:
    with pytest.raises(ConfigError, match="write it like postgresql") as refused:
        Database(url)

    assert "secret" not in str(refused.value)
