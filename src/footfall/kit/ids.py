"""Ids and secrets: how they are made, and whether a string could be one."""

from __future__ import annotations

import re
import secrets
import string
import uuid
from hashlib import blake2b

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_SMID_LETTERS = string.ascii_lowercase + string.digits


def make_uuid() -> str:
    return str(uuid.uuid4())


def make_smid() -> str:
    """16 lowercase letters and digits, the form that existing snippets carry."""
    return "".join(secrets.choice(_SMID_LETTERS) for _ in range(16))


def make_secret() -> str:
    return secrets.token_urlsafe(32)


def is_uuid(text: str) -> bool:
    """Whether this is a lowercase UUID; the nil UUID is nobody's."""
    return _UUID.fullmatch(text) is not None and text.strip("0-") != ""


def hash64(*parts: str) -> int:
    """An unsigned 64-bit number from these strings, the same on every machine and replay."""
    digest = blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8)
    return int.from_bytes(digest.digest(), "big")
