"""The code that lets whoever started the installation, and nobody else, create the first user."""

from __future__ import annotations

import hmac
import secrets
from pathlib import Path

from footfall.kit import Refused

_NAME = "setup-code"


def make_setup_code(folder: Path) -> str:
    """The code of this installation, written on first use to a file only its owner may read."""
    path = folder / _NAME
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_urlsafe(12))
    return path.read_text().strip()


def check_setup_code(folder: Path, given: str) -> None:
    """Raise Refused for a wrong code."""
    if not hmac.compare_digest(make_setup_code(folder).encode(), given.strip().encode()):
        raise Refused("the setup code is wrong; it was printed when footfall started")
