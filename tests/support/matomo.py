"""A small Matomo: two sites, four visits, as dumps of its tables."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from pathlib import Path

ANNA = "anna@example.com"
ACTIONS = [
    {"idaction": 1, "name": "shop.example.com/", "type": 1, "url_prefix": 2},
    {"idaction": 2, "name": "shop.example.com/a?b=c", "type": 1, "url_prefix": 3},
    {"idaction": 3, "name": 'Say "hi"\tand go', "type": 4, "url_prefix": None},
    {"idaction": 4, "name": "shop.example.com/x.pdf", "type": 3, "url_prefix": 2},
    {"idaction": 5, "name": "Video", "type": 10, "url_prefix": None},
    {"idaction": 6, "name": "play", "type": 11, "url_prefix": None},
    {"idaction": 7, "name": "boots", "type": 8, "url_prefix": None},
]
VISITS = [
    {
        "idvisit": 1,
        "idsite": 1,
        "idvisitor": "0123456789ABCDEF",
        "user_id": None,
        "referer_type": 2,
        "referer_url": "https://www.google.com/",
        "referer_name": "Google",
        "config_browser_name": "FF",
        "config_browser_version": "128.0",
        "config_os": "WIN",
        "config_device_type": 0,
        "location_ip": "C0000207",
        "location_browser_lang": "pl",
    },
    {
        "idvisit": 2,
        "idsite": 1,
        "idvisitor": "0123456789ABCDEF",
        "user_id": ANNA,
        "referer_type": 6,
        "referer_name": "spring",
        "referer_keyword": "boots",
        "config_browser_name": "MF",
        "config_os": "IOS",
        "config_device_type": 1,
    },
    {"idvisit": 3, "idsite": 2, "idvisitor": "FEDCBA9876543210", "user_id": "member 7"},
]
LINKS = [
    {"idlink_va": 11, "idvisit": 1, "server_time": "2024-05-01 10:00:00", "idaction_url": 1},
    {
        "idlink_va": 12,
        "idvisit": 1,
        "server_time": "2024-05-01 10:01:00",
        "idaction_url": 2,
        "idaction_name": 3,
        "idaction_url_ref": 1,
    },
    {
        "idlink_va": 13,
        "idvisit": 1,
        "server_time": "2024-05-01 10:02:00",
        "idaction_url": 4,
        "idaction_url_ref": 2,
    },
    {"idlink_va": 14, "idvisit": 2, "server_time": "2024-06-01 10:00:00", "idaction_url": 1},
    {
        "idlink_va": 15,
        "idvisit": 2,
        "server_time": "2024-06-01 10:01:00",
        "idaction_url": 1,
        "idaction_event_category": 5,
        "idaction_event_action": 6,
        "custom_float": "2.5",
    },
    {
        "idlink_va": 16,
        "idvisit": 2,
        "server_time": "2024-06-01 10:02:00",
        "idaction_url": 2,
        "idaction_name": 7,
        "idaction_url_ref": 1,
    },
    {"idlink_va": 17, "idvisit": 3, "server_time": "2024-07-01 10:00:00", "idaction_url": 2},
    {"idlink_va": 18, "idvisit": 3, "server_time": "0000-00-00 00:00:00", "idaction_url": 2},
]
Rows = Sequence[Mapping[str, object]]


def write_matomo(folder: Path, kind: str = "csv", links: Rows = LINKS) -> Path:
    folder.mkdir(exist_ok=True)
    tables = {"log_action": ACTIONS, "log_visit": VISITS, "log_link_visit_action": links}
    for table, rows in tables.items():
        header = list(dict.fromkeys(name for row in rows for name in row))
        cells = [[row.get(name) for name in header] for row in rows]
        path = folder / f"matomo_{table}.{kind}"
        write = _write_csv if kind == "csv" else _write_tsv
        write(path, [header, *cells])
    return folder


def _write_csv(path: Path, rows: Sequence[Sequence[object]]) -> None:
    """As phpMyAdmin does."""
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([["NULL" if c is None else c for c in row] for row in rows])


def _write_tsv(path: Path, rows: Sequence[Sequence[object]]) -> None:
    """As ``mysql --batch`` does."""
    lines = ["\t".join(_escape(cell) for cell in row) for row in rows]
    path.write_text("\n".join(lines) + "\n")


def _escape(cell: object) -> str:
    if cell is None:
        return "NULL"
    return str(cell).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n")
