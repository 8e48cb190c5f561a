"""Both wire forms become parameters, or a reason why nobody can read them."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.support.wire import NOON, make_gif, make_posted

from footfall.kit import from_ms
from footfall.model import BuryReason, EventKind, RawHit
from footfall.pipeline.parse import (
    DEEPEST,
    LONGEST_BODY,
    LONGEST_QUERY,
    MOST_PARAMETERS,
    OLDEST_HIT,
    Hit,
    parse,
)


def make_query(query: bytes) -> RawHit:
    return RawHit(NOON, "gif", "", query)


def make_body(body: bytes, door: str = "batch") -> RawHit:
    return RawHit(NOON, door, "", b"", body)


def read(raw: RawHit) -> Hit:
    hit = parse(raw)
    assert isinstance(hit, Hit), hit
    return hit


@pytest.mark.parametrize(
    ("query", "name", "value"),
    [
        (b"smid=x&title=A%20b", "title", "A b"),
        (b"smid=x&title=A+b", "title", "A b"),
        (b"smid=x&title=A%2Bb", "title", "A+b"),
        (b"smid=x&title=Caf%C3%A9", "title", "Café"),
        (b"smid=x&title=Caf%E9", "title", "Café"),  # an old page in Latin-1
        (b"smid=x&title=%C5%81%C3%B3d%C5%BA", "title", "Łódź"),
        (b"smid=x&title=\xc5\x81\xc3\xb3d\xc5\xba", "title", "Łódź"),  # not escaped at all
        (b"smid=x&title=Caf\xe9", "title", "Café"),
        (b"smid=x&title=100%", "title", "100%"),
        (b"smid=x&title=100%+sure", "title", "100% sure"),
        (b"smid=x&title=%zz%2", "title", "%zz%2"),
        (b"smid=x&title=%u0141", "title", "%u0141"),
        (b"smid=x&title=", "title", ""),
        (b"smid=x&title", "title", ""),
        (b"smid=x&title=a=b=c", "title", "a=b=c"),
        (b"smid=x&title=first&title=last", "title", "last"),
        (b"&&smid=x&&title=bare&", "title", "bare"),
        (b"smid=x&title=a%00b", "title", "a\0b"),
        (b"smid=x&title=a;b", "title", "a;b"),
        (b"smid=x&ti%74le=named", "title", "named"),
        (b"smid=x&a+b=named", "a b", "named"),
        (b"smid=x&=nameless", "", "nameless"),
        (b"smid=x&title=" + b"a" * 8_192, "title", "a" * 8_192),
    ],
)
def test_query_is_read_leniently(query: bytes, name: str, value: str) -> None:
    hit = read(make_query(query))

    assert hit.parameters[name] == value
    assert hit.parameters["smid"] == "x"


@given(st.lists(st.tuples(st.text(min_size=1), st.text()), min_size=1, max_size=20))
def test_query_is_read_as_library_does(pairs: list[tuple[str, str]]) -> None:
    written = urlencode([*pairs, ("smid", "x")])

    assert read(make_query(written.encode())).parameters == dict([*pairs, ("smid", "x")])


@given(st.text(alphabet="xy%+&=25ć;\0", max_size=40))
def test_any_utf8_query_equals_library(text: str) -> None:
    expected = dict(parse_qsl(f"smid=x&{text}", keep_blank_values=True, errors="strict"))

    assert read(make_query(f"smid=x&{text}".encode())).parameters == expected


@given(st.binary(max_size=200))
def test_no_query_breaks_parsing(query: bytes) -> None:
    assert isinstance(parse(make_query(query)), (Hit, BuryReason))


@given(st.binary(max_size=200))
def test_no_body_breaks_parsing(body: bytes) -> None:
    assert isinstance(parse(make_body(body)), (Hit, BuryReason))


TOO_MANY = "&".join(f"p{number}=1" for number in range(MOST_PARAMETERS)).encode()
DEEP = b'{"smid":"x","a":' + b"[" * DEEPEST + b"[]" + b"]" * DEEPEST + b"}"
BOTTOMLESS = b'{"smid":"x","a":' + b"[" * 20_000 + b"]" * 20_000 + b"}"


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (make_query(b""), BuryReason.BAD_QUERY),
        (make_query(b"&&&"), BuryReason.BAD_QUERY),
        (make_query(b"smid=x&" + TOO_MANY), BuryReason.BAD_QUERY),
        (make_query(b"smid=" + b"x" * LONGEST_QUERY), BuryReason.TOO_LARGE),
        (make_query(b"uri=%2F"), BuryReason.BAD_SHAPE),
        (make_query(b"smid=&uri=%2F"), BuryReason.BAD_SHAPE),
        (make_body(b"{"), BuryReason.BAD_JSON),
        (make_body(b"not json"), BuryReason.BAD_JSON),
        (make_body(b'{"smid":"\xe9"}'), BuryReason.BAD_JSON),
        (make_body(b'{"smid":"\\ud800"}'), BuryReason.BAD_JSON),
        (make_body(b'{"smid":"x","a":NaN}'), BuryReason.BAD_JSON),
        (make_body(b'{"smid":"x"} {"smid":"x"}'), BuryReason.BAD_JSON),
        (make_body(BOTTOMLESS), BuryReason.BAD_JSON),
        (make_body(DEEP), BuryReason.BAD_SHAPE),
        (make_body(b"[]"), BuryReason.BAD_SHAPE),
        (make_body(b"42"), BuryReason.BAD_SHAPE),
        (make_body(b"null"), BuryReason.BAD_SHAPE),
        (make_body(b'"smid"'), BuryReason.BAD_SHAPE),
        (make_body(b"{}"), BuryReason.BAD_SHAPE),
        (make_body(b'{"smid":null}'), BuryReason.BAD_SHAPE),
        (make_body(b'{"smid":"x","a":1e999}'), BuryReason.BAD_SHAPE),
        (make_body(b'{"smid":"' + b"x" * LONGEST_BODY + b'"}'), BuryReason.TOO_LARGE),
    ],
)
def test_unreadable_hits_are_buried(raw: RawHit, reason: BuryReason) -> None:
    assert parse(raw) is reason


def test_limits_themselves_are_readable() -> None:
    query = b"smid=" + b"x" * (LONGEST_QUERY - 5)
    body = b'{"smid":"x","a":' + b"[" * (DEEPEST - 1) + b"]" * (DEEPEST - 1) + b"}"

    assert read(make_query(query))
    assert read(make_body(body))


@pytest.mark.parametrize(
    ("value", "text", "number"),
    [
        ("7", "7", 7),
        (7, "7", 7),
        (7.0, "7.0", 7),
        (7.5, "7.5", None),
        (-7, "-7", None),
        ("-7", "-7", None),
        ("٧", "٧", None),  # a digit, but no browser of ours writes it
        ("7 ", "7 ", None),
        (True, "True", None),
        (None, "", None),
        ([7], "[7]", None),
        ({"a": 7}, "{'a': 7}", None),
        (10**15, "1000000000000000", None),
        ("9" * 16, "9" * 16, None),
    ],
)
def test_odd_values_become_text_or_number(value: object, text: str, number: int | None) -> None:
    hit = Hit({"a": value}, EventKind.PAGE, "", from_ms(0), from_ms(0))

    assert (hit.text("a"), hit.number("a")) == (text, number)


def test_text_is_cut_to_length() -> None:
    hit = read(make_gif(title="x" * 5_000))

    assert len(hit.text("title")) == 2_000
    assert len(hit.text("title", 10)) == 10


@pytest.mark.parametrize(
    ("raw", "kind"),
    [
        (make_gif(), EventKind.PAGE),
        (make_posted(type="page"), EventKind.PAGE),
        (make_posted(type="engaged"), EventKind.ENGAGED),
        (make_posted(type="identify"), EventKind.IDENTIFY),
        (make_posted(type="consent"), EventKind.CONSENT),
        (make_posted(type="form"), EventKind.FORM),
        (make_posted(type="event", name="signup"), EventKind.CUSTOM),
        (make_posted(type="event", name="CART"), EventKind.CART),
        (make_posted(type="event", name="purchase"), EventKind.PURCHASE),
        (make_posted(type="unheard of"), EventKind.CUSTOM),
        (make_posted(type=7), EventKind.CUSTOM),
        (make_posted(type=["page"]), EventKind.CUSTOM),
        (make_posted(type="external", name="CART"), EventKind.CART),
        (make_posted(door="server", type="external", name="PURCHASE"), EventKind.PURCHASE),
        (make_posted(door="server", type="external", name="RETURN"), EventKind.EXTERNAL),
        # Only our own server declares external events.
        (make_posted(type="external", name="RETURN"), EventKind.CUSTOM),
    ],
)
def test_kind_is_told_by_type(raw: RawHit, kind: EventKind) -> None:
    assert read(raw).kind is kind


def test_gif_happened_when_received() -> None:
    raw = make_gif(timestamp=NOON - 86_400_000)

    assert read(raw).occurred_at == from_ms(NOON)


@pytest.mark.parametrize(
    ("timestamp", "sent", "seconds_ago"),
    [
        (NOON - 60_000, NOON, 60),
        (5_000, 65_000, 60),  # a clock that is off by decades is off by as much at sending
        (NOON + 7_200_000, NOON + 7_260_000, 60),
        (NOON, NOON, 0),
        (NOON, NOON - 1, 0),  # sent before it happened: such a clock tells nothing
        (NOON, None, 0),
        (None, NOON, 0),
        ("soon", NOON, 0),
        (0, NOON, OLDEST_HIT.total_seconds()),
    ],
)
def test_batch_happened_by_our_clock(timestamp: object, sent: object, seconds_ago: float) -> None:
    hit = read(make_posted(timestamp=timestamp, sent=sent))

    assert hit.occurred_at == from_ms(NOON) - timedelta(seconds=seconds_ago)


def test_server_event_keeps_its_time() -> None:
    raw = make_posted(door="server", timestamp=NOON - 90 * 86_400_000)

    assert read(raw).occurred_at == from_ms(NOON - 90 * 86_400_000)
