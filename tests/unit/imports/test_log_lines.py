"""Lines of every format become requests, whatever stands in them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.log_lines import make_json_line, make_line

from footfall.imports.log_lines import (
    Request,
    choose_reader,
    read_combined,
    read_common,
    read_json,
)
from footfall.kit import Refused, from_ms

COMMON = '192.0.2.7 - - [01/Mar/2025:12:00:00 +0000] "GET /a HTTP/1.1" 200 512'
VHOST = (
    'shop.example:443 192.0.2.7 - - [01/Mar/2025:12:00:00 +0000] "GET / HTTP/1.1" 200 5 "-" "UA"'
)


def read(line: str) -> Request:
    found = read_combined(line.encode())
    assert found is not None, line
    return found


def read_object(**fields: object) -> Request:
    found = read_json(make_json_line(**fields).encode())
    assert found is not None, fields
    return found


def test_combined_line_is_read_whole() -> None:
    line = make_line(target="/a?b=c", referrer="https://example.org/", agent="UA/1", user="anna")

    found = read(line)

    assert (found.address, found.method, found.target, found.status) == (
        *("192.0.2.7", "GET", "/a?b=c"),
        200,
    )
    assert (found.referrer, found.agent, found.user) == ("https://example.org/", "UA/1", "anna")


@pytest.mark.parametrize(
    ("written", "instant"),
    [
        ("01/Mar/2025:12:00:00 +0000", "2025-03-01T12:00:00Z"),
        ("01/Mar/2025:12:00:00 +0530", "2025-03-01T06:30:00Z"),
        ("01/Mar/2025:00:30:00 +0200", "2025-02-28T22:30:00Z"),
        ("28/Feb/2025:23:30:00 -0800", "2025-03-01T07:30:00Z"),
        ("30/Mar/2025:02:30:00 +0100", "2025-03-30T01:30:00Z"),  # an hour that summer time skips
        ("29/Feb/2024:00:00:00 +0000", "2024-02-29T00:00:00Z"),
        ("31/Dec/2016:23:59:60 +0000", "2017-01-01T00:00:00Z"),  # a leap second
    ],
)
def test_zone_of_line_is_respected(written: str, instant: str) -> None:
    found = read(make_line().replace("01/Mar/2025:12:00:00 +0000", written))

    assert from_ms(found.at_ms) == datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    ("written", "address"),
    [
        ("2001:DB8:0:0::1", "2001:db8::1"),
        ("::1", "::1"),
        ("::ffff:192.0.2.9", "192.0.2.9"),
        ("fe80::1%eth0", "fe80::1"),
        ("[2001:db8::2]", "2001:db8::2"),
        ("host.example.net", ""),  # a name tells no place
        ("999.1.1.1", ""),
    ],
)
def test_addresses_get_one_form(written: str, address: str) -> None:
    assert read(make_line(address=written)).address == address


@pytest.mark.parametrize(
    ("written", "agent"),
    [
        (r"say \"hi\" (X)", 'say "hi" (X)'),  # Apache
        (r"say \x22hi\x22", 'say "hi"'),  # nginx
        (r"back\\slash", r"back\slash"),
        (r"ends with \\", "ends with \\"),
        (r"\xC5\x81\xC3\xB3d\xC5\xBA", "Łódź"),
        (r"Caf\xe9", "Café"),
        (r"tab\there", "tab\there"),
        ("", ""),
        ("-", ""),
        ("[x] GET / HTTP", "[x] GET / HTTP"),
    ],
)
def test_escapes_are_undone(written: str, agent: str) -> None:
    assert read(make_line(agent=written)).agent == agent


@pytest.mark.parametrize(
    ("request_line", "method", "target"),
    [
        ("GET / HTTP/1.1", "GET", "/"),
        ("HEAD /a HTTP/2.0", "HEAD", "/a"),
        ("GET /with space HTTP/1.1", "GET", "/with space"),
        ("GET http://shop.example/a?b=c HTTP/1.1", "GET", "/a?b=c"),
        ("GET https://shop.example HTTP/1.1", "GET", "/"),
        (r"\x16\x03\x01", "", ""),  # somebody spoke TLS to the plain port
        ("-", "", ""),
        ("", "", ""),
        ("GET /", "", ""),
    ],
)
def test_request_line_is_split(request_line: str, method: str, target: str) -> None:
    found = read(make_line().replace("GET / HTTP/1.1", request_line))

    assert (found.method, found.target) == (method, target)


def test_common_log_keeps_no_agent() -> None:
    found = read_common(COMMON.encode())

    assert found is not None
    assert (found.agent, found.target) == (None, "/a")
    assert read_combined(COMMON.encode()) is None


def test_virtual_host_stands_before_line() -> None:
    found = read(VHOST)

    assert (found.host, found.address) == ("shop.example:443", "192.0.2.7")


@pytest.mark.parametrize(
    ("user", "read_as"), [("anna", "anna"), ("-", ""), ('""', ""), ("anna b", "anna b")]
)
def test_user_may_be_odd(user: str, read_as: str) -> None:
    assert read(make_line(user=user)).user == read_as


def test_cookies_after_line_are_found() -> None:
    found = read(make_line(rest=' "a=b; smuuid=19aa-01; smclient=11-22" 0.003'))

    assert (found.visitor, found.client) == ("19aa-01", "11-22")


@pytest.mark.parametrize(
    "line",
    [
        *("", "nonsense", "192.0.2.7 - -", COMMON.replace("Mar", "Mrz")),
        *(COMMON.replace("01/", "32/"), COMMON.replace("12:00:00", "25:00:00")),
        *(COMMON.replace("2025", "1969"), COMMON.replace(" 200 ", " ok "), COMMON[:60]),
        *("{", "[]", "{}", '{"time_iso8601":"soon","status":200}', '{"msec":"1741000000"}'),
        '{"msec":-5,"status":200}',
    ],
)
def test_broken_lines_are_no_requests(line: str) -> None:
    assert read_common(line.encode()) is None
    assert read_json(line.encode()) is None


@given(st.binary(max_size=200))
def test_no_line_breaks_reading(line: bytes) -> None:
    assert read_common(line) is None
    assert read_json(line) is None or line.strip().startswith(b"{")


@given(st.text(max_size=60))
def test_any_agent_survives_json(agent: str) -> None:
    expected = "" if agent == "-" else agent

    assert read_object(http_user_agent=agent).agent == expected


@pytest.mark.parametrize(
    ("fields", "instant"),
    [
        ({"time_iso8601": "2025-03-01T13:00:00+01:00"}, "2025-03-01T12:00:00Z"),
        ({"time_iso8601": "2025-03-01T12:00:00Z"}, "2025-03-01T12:00:00Z"),
        ({"msec": "1740830400.250"}, "2025-03-01T12:00:00.250Z"),
        ({"msec": 1740830400.25}, "2025-03-01T12:00:00.250Z"),
        ({"msec": 1740830400250}, "2025-03-01T12:00:00.250Z"),
        ({"time_iso8601": "2025-03-01T12:00:00"}, "2025-03-01T11:00:00Z"),  # of the zone given
    ],
)
def test_json_times_are_read(fields: dict[str, object], instant: str) -> None:
    found = read_json(make_json_line(**fields).encode(), ZoneInfo("Europe/Warsaw"))

    assert found is not None
    assert from_ms(found.at_ms) == datetime.fromisoformat(instant)


@pytest.mark.parametrize(
    ("fields", "target"),
    [
        ({"request_uri": "/a?b=c", "args": "x=y"}, "/a?b=c"),
        ({"request_uri": "", "request": "GET /b HTTP/1.1"}, "/b"),
        ({"request_uri": "/c", "args": "x=y"}, "/c?x=y"),
    ],
)
def test_json_target_is_put_together(fields: dict[str, object], target: str) -> None:
    assert read_object(**fields).target == target


def test_json_names_more_than_combined() -> None:
    found = read_object(scheme="http", cookie_smuuid="19aa-01", cookie_smclient="-")

    assert (found.host, found.scheme) == ("shop.example.com", "http")
    assert (found.visitor, found.client) == ("19aa-01", "")


def test_json_in_latin_1_is_read() -> None:
    line = make_json_line(request_uri="/caf_").encode().replace(b"caf_", b"caf\xe9")

    found = read_json(line)

    assert found is not None
    assert found.target == "/caf\ufffd"


@pytest.mark.parametrize(
    ("line", "agent"), [(make_line(), True), (COMMON, False), (make_json_line(), True)]
)
def test_format_is_told_by_sample(line: str, agent: bool) -> None:
    read_any = choose_reader("auto", [b"broken", line.encode(), line.encode()], UTC)

    found = read_any(line.encode())

    assert found is not None
    assert (found.agent is not None) is agent


@pytest.mark.parametrize(("name", "sample"), [("auto", [b"x"]), ("auto", []), ("w3c", [])])
def test_unknown_format_is_refused(name: str, sample: list[bytes]) -> None:
    with pytest.raises(Refused):
        choose_reader(name, sample)
