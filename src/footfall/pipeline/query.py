"""A query string as it is found in the world in, names and values out; nothing is refused."""

from __future__ import annotations

from functools import lru_cache
from urllib.parse import unquote_to_bytes


def read_pairs(query: str) -> list[tuple[str, str]]:
    """Every pair in its order, those without a value too.

    Not the library's parse_qsl: it costs three times as much, and knows no text but UTF-8.
    """
    pairs: list[tuple[str, str]] = []
    for pair in query.split("&"):
        if not pair:
            continue
        name, _, value = pair.partition("=")
        if "%" in value or "+" in value:
            value = unquote(value)
        if "%" in name or "+" in name:
            name = unquote(name)
        pairs.append((name, value))
    return pairs


def unquote(text: str) -> str:
    """Percent escapes and plus signs undone; a broken escape stays as it was written."""
    return _unquote(text) if len(text) > LONGEST_CACHED else _unquote_again(text)


def decode_text(octets: bytes) -> str:
    """Old pages write Latin-1, and every octet is something there."""
    try:
        return octets.decode()
    except UnicodeDecodeError:
        return octets.decode("latin-1")


def _unquote(text: str) -> str:
    return decode_text(unquote_to_bytes(text.replace("+", " ")))


# Titles, addresses and referrers come again and again; the bound keeps them to some MB.
LONGEST_CACHED = 300
_unquote_again = lru_cache(maxsize=10_000)(_unquote)
