"""An address in, its content as a file out: streamed, counted, and never more than allowed."""

from __future__ import annotations

import base64
import hashlib
import http.client
import json
import shutil
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote, urlsplit, urlunsplit

from footfall.kit import ConfigError
from footfall.kit.errors import Unavailable

Progress = Callable[[int, int | None], None]
"""Bytes so far, and bytes in all where the other side says."""

TIMEOUT_SECONDS = 60
CHUNK_BYTES = 1 << 18
# A package's description is some kilobytes; without a limit a wrong address fills the memory.
MOST_DESCRIPTION_BYTES = 8 << 20


class Missing(Unavailable):
    """Nothing is at this address (yet)."""


class Download(NamedTuple):
    """What to fetch. ``login`` is "user:password"; ``integrity`` as npm writes it: "sha512-…"."""

    url: str
    login: str = ""
    integrity: str = ""


def download(wanted: Download, path: Path, progress: Progress, most_bytes: int) -> None:
    """Stream to ``path``. Raise Missing, Unavailable, or ConfigError for a senseless address."""
    digest = hashlib.sha512()
    with _open(wanted) as answer, path.open("wb") as file:
        length = answer.headers.get("Content-Length")
        total = int(length) if length and length.isascii() and length.isdigit() else None
        done = 0
        while chunk := _read(answer, wanted):
            done += len(chunk)
            if done > most_bytes:
                raise Unavailable(f"{shown(wanted.url)} is larger than {most_bytes:,} bytes")
            digest.update(chunk)
            file.write(chunk)
            progress(done, total)
    if total is not None and done < total:
        raise Unavailable(f"{shown(wanted.url)} ended after {done:,} of {total:,} bytes")
    if wanted.integrity.startswith("sha512-"):
        expected = base64.b64decode(wanted.integrity.removeprefix("sha512-"))
        if digest.digest() != expected:
            raise Unavailable(f"{shown(wanted.url)} is not what its package says it is")


def find_package(name: str, environment: Mapping[str, str]) -> Download:
    """Where the newest tarball of an npm package is. Raise ConfigError without a registry."""
    registry = _find_registry(environment)
    url = f"{registry.rstrip('/')}/{quote(name, safe='@')}/latest"
    with _open(Download(url)) as answer:
        text = answer.read(MOST_DESCRIPTION_BYTES)
    try:
        described = json.loads(text)["dist"]
        return Download(str(described["tarball"]), integrity=str(described.get("integrity", "")))
    except (ValueError, KeyError, TypeError) as error:
        raise Unavailable(f"{shown(url)} is no description of a package") from error


def shown(url: str) -> str:
    """The address for messages: a licence key may be in its query."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return urlunsplit((parts.scheme, host, parts.path, "", ""))


def _open(wanted: Download) -> http.client.HTTPResponse:
    if not wanted.url.startswith(("http://", "https://")):
        raise ConfigError(f"{wanted.url!r} is no address; write http://… or https://…")
    request = urllib.request.Request(wanted.url, headers={"User-Agent": "footfall"})  # noqa: S310
    if wanted.login:
        coded = base64.b64encode(wanted.login.encode()).decode()
        # Unredirected: the download may be sent on to a storage that must not see the key.
        request.add_unredirected_header("Authorization", f"Basic {coded}")
    try:
        answer: http.client.HTTPResponse = urllib.request.urlopen(  # noqa: S310
            request, timeout=TIMEOUT_SECONDS
        )
    except urllib.error.HTTPError as error:
        with error:
            problem = Missing if error.code in (404, 410) else Unavailable
            raise problem(f"{shown(wanted.url)} answers {error.code} {error.reason}") from error
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise Unavailable(f"{shown(wanted.url)} cannot be reached: {error}") from error
    return answer


def _read(answer: http.client.HTTPResponse, wanted: Download) -> bytes:
    try:
        return answer.read(CHUNK_BYTES)
    except (OSError, http.client.HTTPException) as error:
        raise Unavailable(f"{shown(wanted.url)} broke off: {error}") from error


def _find_registry(environment: Mapping[str, str]) -> str:
    for name in ("FOOTFALL_NPM_REGISTRY", "npm_config_registry", "NPM_CONFIG_REGISTRY"):
        if environment.get(name):
            return environment[name]
    npm = shutil.which("npm", path=environment.get("PATH", ""))
    if npm:
        command = [npm, "config", "get", "registry"]
        asked = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)  # noqa: S603
        if asked.stdout.startswith("http"):
            return asked.stdout.strip()
    raise ConfigError(
        "no npm registry is known: set FOOTFALL_NPM_REGISTRY to its address, or install npm"
    )
