"""The hot path: check size and shape, make durable, answer. An RSGI application piece."""

from __future__ import annotations

import time
import zlib
from collections import Counter
from typing import Any

import msgspec

from footfall.collector.cookies import FindRules, renew_cookies
from footfall.collector.proxies import Network, find_address
from footfall.kit.errors import Unavailable
from footfall.model import RawHit
from footfall.rawlog import GroupCommit

GIF = bytes.fromhex(
    "47494638396101000100800000000000ffffff21f90401000000002c00000000010001000002024401003b"
)
KEPT_HEADERS = (
    "user-agent",
    "accept-language",
    "referer",
    "sec-ch-ua",
    "sec-ch-ua-mobile",
    "sec-ch-ua-platform",
    "sec-gpc",
    "sec-purpose",
    "dnt",
    "host",
    "origin",
)
MOST_BYTES = 1 << 20
MOST_UNPACKED_BYTES = 4 << 20
MOST_HITS = 1_000
METHODS = {"/api/r.gif": ("GET", "HEAD", "OPTIONS"), "/api/hits": ("POST", "OPTIONS")}
PERMISSION = (
    ("access-control-allow-methods", "GET, POST"),
    ("access-control-allow-headers", "content-type, content-encoding"),
    ("access-control-max-age", "86400"),
)
GIF_TYPE = ("content-type", "image/gif")
RETRY = ("retry-after", "1")
# Enough of an unreadable body to see what it was.
KEPT_OF_BAD_BODY = 64 << 10

Headers = list[tuple[str, str]]

_decode_array = msgspec.json.Decoder(list[msgspec.Raw]).decode


class BadBatch(Exception):
    """A body that is no batch; the message is for the caller."""

    def __init__(self, status: int, message: str, body: bytes) -> None:
        super().__init__(message)
        self.status = status
        self.body = body


class Door:
    """``GET /api/r.gif`` and ``POST /api/hits``; False for any other path.

    ``find_cookie_rules`` maps a monitoring code to how its cookies live. ``refused`` counts
    requests that were answered with an error and of which nothing was accepted.
    """

    def __init__(
        self,
        commit: GroupCommit,
        trusted_proxies: tuple[Network, ...] = (),
        find_cookie_rules: FindRules | None = None,
    ) -> None:
        self._commit = commit
        self._trusted = trusted_proxies
        self._find_cookie_rules = find_cookie_rules
        self.refused: Counter[str] = Counter()

    async def __call__(self, scope: Any, protocol: Any) -> bool:
        path, method = scope.path, scope.method
        if path not in METHODS:
            return False
        given = scope.headers  # each look makes them anew
        headers = _answer_headers(given)
        if method not in METHODS[path]:
            _say(protocol, 405, [*headers, ("allow", ", ".join(METHODS[path]))], "no such method")
        elif method == "GET":
            await self._receive_gif(scope, given, protocol, headers)
        elif method == "POST":
            await self._receive_batch(scope, given, protocol, headers)
        elif method == "HEAD":  # somebody asks whether we are there, and saw no page
            protocol.response_bytes(200, [*headers, GIF_TYPE], GIF)
        else:
            protocol.response_empty(204, [*headers, *PERMISSION])
        return True

    async def _receive_gif(self, scope: Any, given: Any, protocol: Any, headers: Headers) -> None:
        """A picture whatever was sent; 503 only when the hit could not be made durable.

        The tracker's image then fails, and the hit stays in its outbox.
        """
        # A hit too large for a gif is still kept whole; the pipeline buries it.
        hit = self._raw_hit(scope, given, "gif", query=scope.query_string.encode())
        if await self._keep([hit]):
            self._renew_cookies(scope, given, headers)
            protocol.response_bytes(200, [*headers, GIF_TYPE], GIF)
        else:
            protocol.response_empty(503, [*headers, RETRY])

    async def _receive_batch(self, scope: Any, given: Any, protocol: Any, headers: Headers) -> None:
        status, message, hits = await self._read_hits(scope, given, protocol)
        if hits and not await self._keep(hits):
            protocol.response_empty(503, [*headers, RETRY])
        elif message:
            _say(protocol, status, headers, message)
        else:
            protocol.response_empty(204, headers)

    async def _read_hits(
        self, scope: Any, given: Any, protocol: Any
    ) -> tuple[int, str, list[RawHit]]:
        """The hits of the body; a body that is no batch is one unreadable hit."""
        try:
            items = _split(await _read_body(given, protocol))
        except BadBatch as bad:
            self.refused["bad_batch"] += 1
            kept = bad.body[:KEPT_OF_BAD_BODY]
            hits = [self._raw_hit(scope, given, "batch", body=kept)] if kept else []
            return bad.status, str(bad), hits
        if not items:
            return 204, "", []
        first = self._raw_hit(scope, given, "batch", body=bytes(items[0]))
        rest = (msgspec.structs.replace(first, body=bytes(item)) for item in items[1:])
        return 204, "", [first, *rest]

    async def _keep(self, hits: list[RawHit]) -> bool:
        """Whether the hits are durable. Never acknowledge what is not."""
        try:
            await self._commit.accept(hits)
        except Unavailable:
            self.refused["unavailable"] += len(hits)
            return False
        return True

    def _raw_hit(
        self, scope: Any, given: Any, door: str, query: bytes = b"", body: bytes = b""
    ) -> RawHit:
        headers = {name: value for name in KEPT_HEADERS if (value := given.get(name))}
        address = self._find_address(scope.client, given)
        return RawHit(time.time_ns() // 1_000_000, door, address, query, body, headers)

    def _find_address(self, peer: str, given: Any) -> str:
        if not self._trusted:
            return find_address(peer, "", ())
        # All lines of a header: a proxy may add its own below the one a visitor made up.
        hops, forwarded = map(given.get_all, ("x-forwarded-for", "forwarded"))
        return find_address(peer, ",".join(hops), self._trusted, ",".join(forwarded))

    def _renew_cookies(self, scope: Any, given: Any, headers: Headers) -> None:
        cookie = given.get("cookie")
        if cookie and self._find_cookie_rules is not None:
            # Made up without a proxy, this harms nobody but the one who made it up.
            is_secure = "https" in (scope.scheme, given.get("x-forwarded-proto"))
            headers += renew_cookies(cookie, scope.query_string, is_secure, self._find_cookie_rules)


def _answer_headers(given: Any) -> Headers:
    headers = [("cache-control", "private, no-store")]
    origin = given.get("origin")
    if origin:
        headers += [
            ("access-control-allow-origin", origin),
            ("access-control-allow-credentials", "true"),
            ("vary", "origin"),
        ]
    return headers


def _say(protocol: Any, status: int, headers: Headers, message: str) -> None:
    body = msgspec.json.encode({"error": message})
    protocol.response_bytes(status, [*headers, ("content-type", "application/json")], body)


async def _read_body(given: Any, protocol: Any) -> bytes:
    """The unpacked body. Raise BadBatch when it is too large or no gzip."""
    chunks: list[bytes] = []
    size = 0
    declared = given.get("content-length", "")
    async for chunk in protocol:
        size += len(chunk)
        if size > MOST_BYTES:
            raise BadBatch(413, f"a batch may have {MOST_BYTES} bytes", b"".join(chunks))
        chunks.append(chunk)
    if declared and declared != str(size):
        # The connection broke; the browser still has the batch and sends it again.
        raise BadBatch(400, f"the body ends after {size} of {declared} bytes", b"")
    body = b"".join(chunks)
    if given.get("content-encoding") == "gzip" or body[:2] == b"\x1f\x8b":
        return _unpack(body)
    return body


def _unpack(body: bytes) -> bytes:
    """Unpack gzip, but never more than the limit: a bomb stops there."""
    inflate = zlib.decompressobj(wbits=31)
    try:
        plain = inflate.decompress(body, MOST_UNPACKED_BYTES)
    except zlib.error as error:
        raise BadBatch(400, f"not valid gzip: {error}", body) from error
    if inflate.unconsumed_tail:
        raise BadBatch(413, f"a batch may unpack to {MOST_UNPACKED_BYTES} bytes", plain)
    if not inflate.eof:
        raise BadBatch(400, "the gzip data ends too early", body)
    return plain


def _split(body: bytes) -> list[msgspec.Raw]:
    try:
        items = _decode_array(body)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise BadBatch(400, f"not a JSON array of hits: {error}", body or b"\x00") from error
    if len(items) > MOST_HITS:
        raise BadBatch(413, f"a batch may have {MOST_HITS} hits, not {len(items)}", body)
    return items
