"""One line of a web server's log in, the request that it tells of out; None for a broken line."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from ipaddress import IPv6Address, ip_address
from typing import Any, NamedTuple

import msgspec

from footfall.kit import Refused, from_ms, to_ms

FORMATS = ("auto", "combined", "common", "json")
# No server writes longer ones, and whoever looks for a format does not need the whole file.
LONGEST_LINE = 64 * 1024


class Request(NamedTuple):
    """What a line tells. ``agent`` None: the log keeps none; else "" when there was none."""

    at_ms: int
    address: str
    method: str
    target: str
    status: int
    referrer: str = ""
    agent: str | None = None
    host: str = ""
    scheme: str = ""
    user: str = ""
    visitor: str = ""
    client: str = ""


Reader = Callable[[bytes], Request | None]


def choose_reader(name: str, sample: Sequence[bytes], zone: tzinfo = UTC) -> Reader:
    """The reader of a format; "auto" is the one that understands most of the sample.

    ``zone`` is of times that name none. Raise Refused when nothing understands a line.
    """
    readers: dict[str, Reader] = {
        "combined": read_combined,
        "common": read_common,
        "json": lambda line: read_json(line, zone),
    }
    if name != "auto":
        if name not in readers:
            raise Refused(f"no log format is called {name!r}: it is one of {', '.join(FORMATS)}")
        return readers[name]
    understood = Counter(
        {name: sum(1 for line in sample if readers[name](line)) for name in readers}
    )
    [(best, lines)] = understood.most_common(1)
    if not lines:
        shown = sample[0][:200].decode(errors="replace") if sample else "(nothing)"
        raise Refused(f"no known format fits; the first line is: {shown}")
    return readers[best]


def read_combined(line: bytes) -> Request | None:
    """nginx's and Apache's "combined", also with Apache's virtual host before it."""
    request = read_common(line)
    return request if request is not None and request.agent is not None else None


def read_common(line: bytes) -> Request | None:
    """The Common Log Format, whether or not referrer and agent follow."""
    text = _decode(line)
    found = _LINE.match(text)
    if found is None:
        return None
    host, address, user, moment, request, status, referrer, agent, rest = found.groups()
    at_ms = _read_clf_time(moment)
    if at_ms is None:
        return None
    method, target = _split_request(_unescape(request))
    visitor, client = _find_cookies(rest) if rest and "smuuid=" in rest else ("", "")
    return Request(
        at_ms,
        _read_address(address),
        method,
        target,
        int(status),
        _text(referrer),
        None if agent is None else _text(agent),
        host or "",
        "",
        "" if user == "-" else _text(user.strip('"')),
        visitor,
        client,
    )


def read_json(line: bytes, zone: tzinfo = UTC) -> Request | None:
    """An object a line, as nginx writes with ``escape=json``, under the usual names."""
    try:
        fields = _decode_object(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        # nginx leaves octets of any encoding as they came.
        try:
            fields = _decode_object(line.decode(errors="replace").encode())
        except (msgspec.DecodeError, RecursionError):
            return None

    layout = _find_layout(tuple(fields))

    def find(meaning: str) -> str:
        name = layout.get(meaning)
        return _read_value(fields[name]) if name else ""

    at_ms, status = _read_time(find("time"), zone), find("status")
    if at_ms is None or not (status.isascii() and status.isdigit()):
        return None
    method, target = find("method"), find("target")
    if not (method and target):
        said, whole = _split_request(find("request"))
        method, target = method or said, whole or target
    if "?" not in target and (query := find("query")):
        target = f"{target}?{query}"
    visitor, client = find("visitor"), find("client")
    if not visitor:
        visitor, client = _find_cookies(find("cookies"))
    return Request(
        at_ms,
        _read_address(find("address")),
        method,
        target,
        int(status),
        find("referrer"),
        find("agent") if "agent" in layout else None,
        find("host"),
        find("scheme"),
        find("user"),
        visitor,
        client,
    )


# What each fact is called, the best name first.
_FIELDS = {
    "time": ("msec", "time_iso8601", "@timestamp", "timestamp", "time_local", "time", "ts"),
    "address": ("remote_addr", "client_ip", "clientip", "remote_ip", "ip"),
    "request": ("request", "request_line"),
    "method": ("request_method", "method", "verb"),
    "target": ("request_uri", "uri", "path", "url"),
    "query": ("args", "query_string"),
    "status": ("status", "response_code", "code"),
    "referrer": ("http_referer", "http_referrer", "referer", "referrer"),
    "agent": ("http_user_agent", "user_agent", "agent"),
    "host": ("host", "http_host", "vhost", "server_name"),
    "scheme": ("scheme",),
    "user": ("remote_user", "user"),
    "visitor": ("cookie_smuuid", "smuuid"),
    "client": ("cookie_smclient", "smclient"),
    "cookies": ("http_cookie", "cookie", "cookies"),
}


# A log writes the same fields in every line.
@lru_cache(maxsize=100)
def _find_layout(names: tuple[str, ...]) -> dict[str, str]:
    """By meaning, the name that a line with these fields has for it."""
    return {
        meaning: found
        for meaning, known in _FIELDS.items()
        if (found := next((name for name in known if name in names), None))
    }


_QUOTED = r'"([^"\\]*(?:\\.[^"\\]*)*)"'
_LINE = re.compile(
    r"(?:([^\s:]+:\d+) )?(\S+) \S+ ([^\[]*?) ?\[([^\]]{26})\] "
    + _QUOTED
    + r" (\d{3}) (?:\d+|-)(?: "
    + _QUOTED
    + " "
    + _QUOTED
    + r"(?=\s|$)(.*))?\s*$"
)
_CLF_DAY = re.compile(r"(\d\d)/([A-Z][a-z]{2})/(\d{4}):")
_CLF_ZONE = re.compile(r" ([+-])(\d\d)(\d\d)")
_MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_ESCAPED = re.compile(r"\\(x[0-9A-Fa-f]{2}|.)")
_COOKIE = re.compile(r"\b(smuuid|smclient)=([0-9A-Fa-f-]{1,80})")
_PLAIN_ESCAPES = {"n": b"\n", "t": b"\t", "r": b"\r", "b": b"\b", "v": b"\v"}
# Seconds of the year 5138; a larger number of a time counts milliseconds.
_MOST_SECONDS = 1e11
_FIRST_MOMENT = from_ms(0)
# Asked through a proxy, the target is a whole address.
_ORIGIN = re.compile(r"https?://[^/?#]*", re.IGNORECASE)

_decode_object = msgspec.json.Decoder(dict[str, Any]).decode


def _decode(line: bytes) -> str:
    try:
        return line.decode()
    except UnicodeDecodeError:
        return line.decode("latin-1")


def _read_clf_time(text: str) -> int | None:
    """As in 23/Nov/2026:12:00:00 +0100."""
    midnight = _find_midnight(text[:12], text[20:])
    hour, minute, second = text[12:14], text[15:17], text[18:20]
    if midnight is None or not (hour + minute + second).isdecimal():
        return None
    if hour > "23" or minute > "59" or second > "60":  # 60 is a leap second
        return None
    at_ms = midnight + (int(hour) * 3600 + int(minute) * 60 + int(second)) * 1000
    return at_ms if at_ms >= 0 else None


# A log has few days and fewer zones; understanding one again costs more than the line.
@lru_cache(maxsize=1_000)
def _find_midnight(day: str, zone: str) -> int | None:
    found = _CLF_DAY.fullmatch(day), _CLF_ZONE.fullmatch(zone)
    if not (found[0] and found[1]):
        return None
    number, month, year = found[0].groups()
    sign, hours, minutes = found[1].groups()
    try:
        midnight = datetime(int(year), _MONTHS.index(month) + 1, int(number), tzinfo=UTC)
    except ValueError:
        return None
    ahead = (int(hours) * 60 + int(minutes)) * 60_000
    return to_ms(midnight) - (ahead if sign == "+" else -ahead)


def _read_time(text: str, zone: tzinfo) -> int | None:
    if "/" in text:
        return _read_clf_time(text)
    try:
        number = float(text)
    except ValueError:
        return _read_iso_time(text, zone)
    if not 0 <= number < _MOST_SECONDS * 1000:
        return None
    return round(number if number >= _MOST_SECONDS else number * 1000)


@lru_cache(maxsize=1_000)
def _read_iso_time(text: str, zone: tzinfo) -> int | None:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return _to_positive_ms(moment if moment.tzinfo else moment.replace(tzinfo=zone))


def _to_positive_ms(moment: datetime) -> int | None:
    return to_ms(moment) if moment >= _FIRST_MOMENT else None


@lru_cache(maxsize=50_000)
def _read_address(text: str) -> str:
    """The address in its one form; "" for a host name, which tells no place."""
    try:
        address = ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return ""
    mapped = address.ipv4_mapped if isinstance(address, IPv6Address) else None
    return str(mapped or address)


def _split_request(request: str) -> tuple[str, str]:
    """Method and target; both "" for what is no request (noise that speaks no HTTP)."""
    method, _, rest = request.partition(" ")
    target, _, protocol = rest.rpartition(" ")
    if not protocol.startswith("HTTP/"):
        return "", ""
    return method, _ORIGIN.sub("", target, count=1) or "/" if target[:4] == "http" else target


def _text(field: str | None) -> str:
    """A field as it was before the log escaped it; "-" stands for none."""
    return "" if field is None or field == "-" else _unescape(field)


def _unescape(text: str) -> str:
    if "\\" not in text:
        return text
    octets, end = b"", 0
    for found in _ESCAPED.finditer(text):
        octets += text[end : found.start()].encode() + _unescape_one(found.group(1))
        end = found.end()
    return _decode(octets + text[end:].encode())


def _unescape_one(escape: str) -> bytes:
    if len(escape) == 3:
        return bytes([int(escape[1:], 16)])
    return _PLAIN_ESCAPES.get(escape, escape.encode())


def _find_cookies(text: str) -> tuple[str, str]:
    found = dict(_COOKIE.findall(text))
    return found.get("smuuid", ""), found.get("smclient", "")


def _read_value(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, (str, int, float)):
        return ""
    return "" if value == "-" else str(value)
