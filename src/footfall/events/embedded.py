"""The store process: the one owner of the embedded engine, serving its siblings on a socket.

chDB allows one process per folder; web and worker both need it. The socket stands in the data
folder, readable by this user only, and a key file keeps even a wrong permission harmless.
"""

from __future__ import annotations

import logging
import os
import secrets
from collections.abc import Mapping, Sequence
from multiprocessing import AuthenticationError
from multiprocessing.connection import (
    Connection,
    Listener,
    answer_challenge,
    deliver_challenge,
)
from pathlib import Path
from threading import Event, Lock, Thread, local
from typing import Any
from weakref import WeakSet

from footfall.events.engine import ANSWER_SETTINGS, QueryFailed, Row, quote, read_answer

log = logging.getLogger(__name__)

# Bulk loads peaked at 3.9 GB without a limit; a small machine must survive them.
SETTINGS = ANSWER_SETTINGS | {
    "max_memory_usage": 1_500_000_000,
    "max_threads": 2,
    # Else the limit on memory makes the engine fall back to one thread.
    "max_threads_min_free_memory_per_thread": 0,
    "max_insert_threads": 1,
}


KEY_BYTES = 32
# After a failed accept (out of file descriptors, say), so that the loop does not spin.
PAUSE_SECONDS = 0.1


class EmbeddedEngine:
    """chDB in this process. Each thread has a session of its own, so readers never queue."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._inserting = Lock()
        self._mine = local()
        self._sessions: WeakSet[Any] = WeakSet()
        # Held here, because the engine lives only as long as one session does.
        self._first = self._open()
        self._first.query("CREATE DATABASE IF NOT EXISTS footfall")

    def query(self, sql: str, parameters: Mapping[str, Any] | None = None) -> list[Row]:
        return read_answer(self.query_raw(sql, parameters))

    def query_raw(self, sql: str, parameters: Mapping[str, Any] | None = None) -> bytes:
        bound = {name: _escape(value) for name, value in (parameters or {}).items()}
        try:
            answer = self._session().query(sql, "JSONCompact", params=bound)
        except RuntimeError as error:
            raise QueryFailed(str(error)) from error
        return bytes(answer.bytes()) if answer is not None else b""

    def insert(self, table: str, columns: Sequence[str], block: bytes, token: str) -> None:
        # A file, because data inside the statement is parsed three times slower; one for each
        # table, because the engine remembers the columns that it found in a file.
        spool = self._folder.parent / f"insert-{table}.native"
        with self._inserting:
            spool.write_bytes(block)
            self.query_raw(
                f"INSERT INTO {table} ({', '.join(columns)}) "
                f"SETTINGS insert_deduplication_token='{token}' "
                f"SELECT * FROM file({quote(str(spool))}, 'Native')"
            )
            _sync_tokens(self._folder)

    def close(self) -> None:
        """Let go of the folder; until then no other may be opened by this process."""
        for session in list(self._sessions):
            session.close()

    def _session(self) -> Any:
        session = getattr(self._mine, "session", None)
        if session is None:
            session = self._mine.session = self._open()
            session.query("USE footfall")
            session.query("SET " + ", ".join(f"{k} = {v}" for k, v in SETTINGS.items()))
        return session

    def _open(self) -> Any:
        # Here, so that the processes which only ask the store do not load 200 MB of engine.
        from chdb.session import Session

        session = Session(str(self._folder))
        self._sessions.add(session)
        return session


def list_token_logs(folder: Path) -> list[Path]:
    """Where the engine writes which tokens each table has seen."""
    return sorted(folder.glob("store/*/*/deduplication_logs/*.txt"))


def _sync_tokens(folder: Path) -> None:
    # The engine makes rows survive a power cut when asked to, but never the tokens: a batch that
    # is repeated after one would be stored twice.
    for path in list_token_logs(folder):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _escape(value: Any) -> Any:
    """The engine reads a bound text as a field of tab-separated values."""
    return value.translate(_ESCAPES) if isinstance(value, str) else value


_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r", "\0": "\\0"})


class StoreServer:
    """Answers StoreClients until stopped; a thread for each connection."""

    def __init__(self, folder: Path, engine: EmbeddedEngine) -> None:
        self._engine = engine
        folder.mkdir(parents=True, exist_ok=True)
        self._key = _make_key(folder / "store.key")
        self._path = folder / "store.sock"
        self._path.unlink(missing_ok=True)
        self._listener = Listener(str(self._path), "AF_UNIX", backlog=64)
        self._path.chmod(0o600)

    def run(self, stop: Event) -> None:
        acceptor = Thread(target=self._accept, args=(stop,), daemon=True)
        acceptor.start()
        stop.wait()
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _accept(self, stop: Event) -> None:
        while not stop.is_set():
            try:
                connection = self._listener.accept()
            except OSError as error:
                if not stop.wait(PAUSE_SECONDS):
                    log.warning("the store's socket could not accept: %s", error)
                continue
            Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: Connection[Any, Any]) -> None:
        with connection:
            try:
                # Here and not while accepting: one who connects and keeps silent waits alone.
                deliver_challenge(connection, self._key)
                answer_challenge(connection, self._key)
                while True:
                    connection.send(self._answer(connection.recv()))
            except AuthenticationError:
                log.warning("somebody without the key knocked at the store's socket")
            except (EOFError, OSError):
                pass  # the asker went away
            except Exception:
                log.exception("bytes that are no request came to the store's socket")

    def _answer(self, request: tuple[Any, ...]) -> tuple[bool, bytes]:
        try:
            if request[0] == "insert":
                self._engine.insert(*request[1:])
                return True, b""
            return True, self._engine.query_raw(*request[1:])
        except Exception as error:  # noqa: BLE001 (process edge: the asker gets the message)
            return False, str(error).encode()


def _make_key(path: Path) -> bytes:
    # A crash between the two lines leaves an empty file, which is no key.
    if not path.exists() or path.stat().st_size != KEY_BYTES:
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_bytes(KEY_BYTES))
    return path.read_bytes()
