"""The store process: the one owner of the embedded engine, serving its siblings on a socket.

chDB allows one process per folder; web and worker both need it. The socket stands in the data
folder, readable by this user only, and a key file keeps even a wrong permission harmless.
"""

from __future__ import annotations

import logging
import secrets
from multiprocessing import AuthenticationError
from multiprocessing.connection import Connection, Listener
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from footfall.events.engine import Row, read_answer

log = logging.getLogger(__name__)

# Bulk loads peaked at 3.9 GB without a limit; a small machine must survive them.
SETTINGS = {
    "max_memory_usage": 1_500_000_000,
    "max_threads": 2,
    "max_insert_threads": 1,
    "output_format_json_quote_64bit_integers": 0,
    "output_format_json_quote_denormals": 1,
}


class EmbeddedEngine:
    """chDB in this process. Readers have a connection each; inserts queue for one."""

    def __init__(self, folder: Path) -> None:
        from chdb import session

        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._spool = folder.parent / "insert.json"
        self._session = session.Session(str(folder))
        self._lock = Lock()
        self.query("CREATE DATABASE IF NOT EXISTS footfall")
        self.query("USE footfall")
        for name, value in SETTINGS.items():
            self.query(f"SET {name} = {value}")

    def query(self, sql: str, parameters: dict[str, Any] | None = None) -> list[Row]:
        return read_answer(self.query_raw(sql, parameters))

    def query_raw(self, sql: str, parameters: dict[str, Any] | None = None) -> bytes:
        with self._lock:
            answer = self._session.query(sql, "JSONCompact", params=parameters or None)
        return answer.bytes() if answer is not None else b""

    def insert(self, table: str, rows: bytes, token: str) -> None:
        # Data inside the statement is parsed three times slower than data from a file.
        with self._lock:
            self._spool.write_bytes(rows)
            structure = ", ".join(f"{name} {kind}" for name, kind in self._columns(table))
            self._session.query(
                f"INSERT INTO {table} SETTINGS insert_deduplication_token='{token}' "
                f"SELECT * FROM file('{self._spool}', 'JSONCompactEachRow', '{structure}')"
            )

    def close(self) -> None:
        with self._lock:
            self._session.close()

    def _columns(self, table: str) -> list[tuple[str, str]]:
        answer = self._session.query(
            "SELECT name, type FROM system.columns "
            f"WHERE database = 'footfall' AND table = '{table}' ORDER BY position",
            "JSONCompact",
        )
        return [(name, kind.replace("'", "\\'")) for name, kind in read_answer(answer.bytes())]


class StoreServer:
    """Answers StoreClients until stopped; a thread for each connection."""

    def __init__(self, folder: Path, engine: EmbeddedEngine) -> None:
        self._engine = engine
        folder.mkdir(parents=True, exist_ok=True)
        key = _make_key(folder / "store.key")
        self._path = folder / "store.sock"
        self._path.unlink(missing_ok=True)
        self._listener = Listener(str(self._path), "AF_UNIX", authkey=key, backlog=64)
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
            except AuthenticationError:
                log.warning("somebody without the key knocked at the store's socket")
                continue
            except OSError:
                return
            Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: Connection[Any, Any]) -> None:
        try:
            while True:
                connection.send(self._answer(connection.recv()))
        except (EOFError, OSError):
            connection.close()

    def _answer(self, request: tuple[Any, ...]) -> tuple[bool, bytes]:
        try:
            if request[0] == "insert":
                self._engine.insert(*request[1:])
                return True, b""
            return True, self._engine.query_raw(*request[1:])
        except Exception as error:  # noqa: BLE001 (process edge: the asker gets the message)
            return False, str(error).encode()


def _make_key(path: Path) -> bytes:
    if not path.exists():
        path.touch(mode=0o600)
        path.write_bytes(secrets.token_bytes(32))
    return path.read_bytes()
