"""A folder and a port belong to one installation at a time."""

from __future__ import annotations

import fcntl
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from footfall.kit.errors import ConfigError


def make_private_folder(folder: Path) -> None:
    """Secrets of accounts stand in it: nobody else on this machine may look in.

    Raise ConfigError when it cannot be made.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _unusable(folder, error) from error


@contextmanager
def hold_folder(folder: Path, name: str, patience_seconds: float = 0.0) -> Iterator[None]:
    """Be the only process of this name over the folder; whoever waits in vain gets ConfigError.

    The kernel lets go for us when we die, however we die.
    """
    make_private_folder(folder)
    try:
        lock = (folder / f"{name}.lock").open("ab")
    except OSError as error:
        raise _unusable(folder, error) from error
    until = time.monotonic() + patience_seconds
    with lock:
        while not _is_locked(lock.fileno()):
            if time.monotonic() >= until:
                raise ConfigError(
                    f"another 'footfall {name}' runs over {folder}: "
                    "stop it first, or name another folder with --data"
                )
            time.sleep(0.05)
        yield


def check_port(host: str, port: int) -> None:
    """Raise ConfigError when we could not listen there.

    The server itself would share a port that is taken already, and get half of its requests.
    """
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        raise ConfigError(
            f"cannot listen on {host}, port {port}: {reason}; choose another with --port or PORT"
        ) from error


def _is_locked(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _unusable(folder: Path, error: OSError) -> ConfigError:
    return ConfigError(
        f"the data folder {folder} cannot be used: {error.strerror or error}; "
        "name another with --data or FOOTFALL_DATA"
    )
