"""What the store needs of an engine: run a query, insert rows once; and the two that can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from multiprocessing.connection import Client, Connection
from pathlib import Path
from threading import local
from typing import Any, Protocol

import msgspec

from footfall.kit.errors import FootfallError, Unavailable

Row = list[Any]

# How every engine must write its answers: numbers as numbers, infinities as text.
ANSWER_SETTINGS = {
    "output_format_json_quote_64bit_integers": 0,
    "output_format_json_quote_denormals": 1,
}


class QueryFailed(FootfallError):
    """The engine refused a query; the message is the engine's."""


class Engine(Protocol):
    """The same SQL runs on each."""

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]: ...

    def insert(self, table: str, columns: Sequence[str], block: bytes, token: str) -> None:
        """``block``: Native, of these columns. A token that was used before inserts nothing."""
        ...


class _Answer(msgspec.Struct):
    data: list[Row]


_decode = msgspec.json.Decoder(_Answer).decode


def read_answer(body: bytes) -> list[Row]:
    return _decode(body).data if body else []


class StoreClient:
    """The embedded engine, reached through the store process's socket; one connection a thread."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._mine = local()

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        return read_answer(self._ask(("query", sql, dict(parameters or {}))))

    def insert(self, table: str, columns: Sequence[str], block: bytes, token: str) -> None:
        self._ask(("insert", table, list(columns), block, token))

    def _ask(self, request: tuple[Any, ...]) -> bytes:
        try:
            answer = self._exchange(request)
        except (OSError, EOFError):
            # The store process was restarted: one fresh connection, then give up. Inserts
            # carry a token, so asking twice does no harm.
            self._mine.connection = None
            try:
                answer = self._exchange(request)
            except (OSError, EOFError) as error:
                self._mine.connection = None
                raise Unavailable(f"the event store does not answer: {error}") from error
        is_fine, body = answer
        if not is_fine:
            raise QueryFailed(body.decode())
        return body

    def _exchange(self, request: tuple[Any, ...]) -> tuple[bool, bytes]:
        connection: Connection[Any, Any] | None = getattr(self._mine, "connection", None)
        if connection is None:
            key = (self._folder / "store.key").read_bytes()
            connection = Client(str(self._folder / "store.sock"), "AF_UNIX", authkey=key)
            self._mine.connection = connection
        connection.send(request)
        answer: tuple[bool, bytes] = connection.recv()
        return answer


class ServerClient:
    """A ClickHouse server, through its own client library.

    Untried against a real server so far: only what it sends is tested.
    """

    def __init__(self, url: str) -> None:
        import clickhouse_connect

        # Without a session of its own, one client may be used by many threads.
        self._client = clickhouse_connect.get_client(dsn=url, autogenerate_session_id=False)

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        if not sql.lstrip().startswith(("SELECT", "WITH")):
            self._client.command(sql)
            return []
        body = self._client.raw_query(
            sql, parameters=dict(parameters or {}), settings=ANSWER_SETTINGS, fmt="JSONCompact"
        )
        return read_answer(body)

    def insert(self, table: str, columns: Sequence[str], block: bytes, token: str) -> None:
        self._client.raw_insert(
            table,
            column_names=list(columns),
            insert_block=block,
            fmt="Native",
            settings={"insert_deduplication_token": token},
        )


def quote(text: str) -> str:
    """A string literal, for the few places where no parameter may stand."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def split_statements(text: str) -> Sequence[str]:
    """The statements of a schema file, comments left out."""
    lines = [line for line in text.splitlines() if not line.startswith("--")]
    return [part.strip() for part in "\n".join(lines).split(";") if part.strip()]
