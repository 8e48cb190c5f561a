"""Lines of access logs, as nginx and Apache write them, and files of them."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

import msgspec
from tests.support.browsers import PEOPLE

START = datetime.fromisoformat("2025-03-01T12:00:00+00:00")


def make_line(
    minute: float = 0,
    target: str = "/",
    address: str = "192.0.2.7",
    agent: str = PEOPLE[0],
    referrer: str = "-",
    user: str = "-",
    status: int = 200,
    method: str = "GET",
    rest: str = "",
) -> str:
    moment = START + timedelta(minutes=minute)
    return (
        f"{address} - {user} [{moment:%d/%b/%Y:%H:%M:%S +0000}] "
        f'"{method} {target} HTTP/1.1" {status} 512 "{referrer}" "{agent}"{rest}'
    )


def make_json_line(minute: float = 0, **fields: object) -> str:
    """As nginx with ``escape=json``."""
    usual = {
        "time_iso8601": (START + timedelta(minutes=minute)).isoformat(),
        "remote_addr": "192.0.2.7",
        "request_method": "GET",
        "request_uri": "/",
        "status": "200",
        "http_referer": "",
        "http_user_agent": PEOPLE[0],
        "host": "shop.example.com",
    }
    return msgspec.json.encode(usual | fields).decode()


def write_log(path: Path, lines: Sequence[str], end: str = "\n") -> Path:
    """A name that ends with .gz is packed."""
    text = ("\n".join(lines) + end).encode()
    path.write_bytes(gzip.compress(text) if path.suffix == ".gz" else text)
    return path
