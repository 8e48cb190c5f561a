"""Each step alone, and what a hit becomes when it has passed all of them."""

from datetime import timedelta

import pytest
from tests.support.browsers import PEOPLE
from tests.support.wire import (
    CONTACT,
    NOON,
    VISITOR,
    make_draft,
    make_gif,
    make_posted,
    make_view,
)

from footfall.kit import from_ms
from footfall.model import (
    Channel,
    ClaimKind,
    ContactId,
    DropReason,
    Event,
    EventKind,
    RawHit,
    Span,
    VisitorId,
)
from footfall.pipeline.draft import AccountView, Known
from footfall.pipeline.memory import Memory
from footfall.pipeline.steps import (
    FACT_STEPS,
    LONGEST_ENGAGED_MS,
    STEPS,
    find_visitor,
    fingerprint,
    is_listed,
    is_visitor_id,
    run,
)

OTHER = "99999999-2222-4333-8444-555555555555"
LISTED = frozenset({"example.com"})


def store(
    raw: RawHit, view: AccountView | None = None, known: Known | None = None
) -> Event | DropReason:
    return run(make_draft(raw, view, known), STEPS)


def accept(raw: RawHit, known: Known | None = None) -> Event:
    event = store(raw, known=known)
    assert isinstance(event, Event), event
    return event


def claim(raw: RawHit, known: Known | None = None) -> list[tuple[str, ClaimKind]]:
    draft = make_draft(raw, known=known)
    run(draft, STEPS)
    return [(proposal.contact, proposal.kind) for proposal in draft.proposals]


def make_known() -> Known:
    """A browser that was one contact's until noon, and is another's since."""
    noon, visitor = from_ms(NOON), VisitorId(VISITOR)
    spans = [Span(visitor, CONTACT, None, noon), Span(visitor, ContactId(OTHER), noon, None)]
    return Known(None, Memory(), spans)


@pytest.mark.parametrize(
    ("raw", "view", "reason"),
    [
        (make_gif(location="evil.test"), make_view(LISTED), DropReason.UNLISTED_DOMAIN),
        (make_gif(location="notexample.com"), make_view(LISTED), DropReason.UNLISTED_DOMAIN),
        (make_gif(location=""), make_view(LISTED), DropReason.UNLISTED_DOMAIN),
        (make_gif(), make_view(consent_required=True), DropReason.NO_CONSENT),
        (make_gif(ok=0), make_view(consent_required=True), DropReason.NO_CONSENT),
        (make_gif(uuid=None), make_view(), DropReason.JUNK_VISITOR),
        (make_gif(uuid=""), make_view(), DropReason.JUNK_VISITOR),
    ],
)
def test_refused_hits_are_dropped(raw: RawHit, view: AccountView, reason: DropReason) -> None:
    assert store(raw, view) is reason


@pytest.mark.parametrize(
    ("raw", "view"),
    [
        (make_gif(location="shop.example.com"), make_view(LISTED)),
        (make_gif(location="EXAMPLE.com:8080"), make_view(LISTED)),
        (make_gif(location="evil.test"), make_view()),  # nothing listed: all are welcome
        (make_posted(door="server", location=""), make_view(LISTED)),
        (make_gif(ok=1), make_view(consent_required=True)),
        (make_posted(type="consent"), make_view(consent_required=True)),
        (make_posted(door="server"), make_view(consent_required=True)),
    ],
)
def test_welcome_hits_are_stored(raw: RawHit, view: AccountView) -> None:
    assert isinstance(store(raw, view), Event)


@pytest.mark.parametrize("number", [7, None])
def test_hit_sent_again_is_duplicate(number: int | None) -> None:
    known = Known(None, Memory())
    first = store(make_gif(seq=number, hit="a"), known=known)

    again = store(make_gif(seq=number, hit="a"), known=known)

    assert isinstance(first, Event)
    assert again is DropReason.DUPLICATE


@pytest.mark.parametrize(
    ("changed", "is_same"),
    [
        ({}, True),
        ({"title": "came late"}, True),
        ({"timestamp": NOON + 1}, False),
        ({"uri": "/other"}, False),
        ({"location": "other.example.com"}, False),
        ({"name": "signup", "type": "event"}, False),
    ],
)
def test_unnumbered_hit_is_visitor_time_address(changed: dict[str, object], is_same: bool) -> None:
    known = Known(None, Memory())
    store(make_gif(), known=known)

    again = store(make_gif(**changed), known=known)

    assert (again is DropReason.DUPLICATE) == is_same


@pytest.mark.parametrize(
    ("minutes", "is_dropped"), [(-9, True), (-1, True), (0, False), (9, False)]
)
def test_stopped_contact_is_dropped_while_it_holds(minutes: int, is_dropped: bool) -> None:
    raw = make_gif(NOON + minutes * 60_000)

    outcome = store(raw, make_view(stopped=frozenset({CONTACT})), make_known())

    assert (outcome is DropReason.STOPPED) == is_dropped


def test_server_event_of_stopped_contact_is_dropped() -> None:
    raw = make_posted(door="server", uuid=f"contact:{CONTACT}")

    assert store(raw, make_view(stopped=frozenset({CONTACT}))) is DropReason.STOPPED


def test_replay_applies_no_owners_rule() -> None:
    view = make_view(frozenset({"elsewhere.test"}), frozenset({CONTACT}), consent_required=True)

    outcome = run(make_draft(make_gif(NOON - 1), view, make_known()), FACT_STEPS)

    assert isinstance(outcome, Event)


JUNK = [
    *("", " ", "0", "null", "undefined", "None", "NaN", "nan", "true", "false", "-1", "1"),
    *("[object Object]", "{}", "[]", "{{contact.id}}", "%%smclient%%", "${id}", "anonymous"),
    *("00000000-0000-0000-0000-000000000000", "test@example.com", "guest", "\0", "0" * 32),
]


@pytest.mark.parametrize("junk", [*JUNK, 0, 1, True, False, None, [], {}, ["a"], 1.5])
def test_junk_is_no_visitor(junk: object) -> None:
    assert find_visitor({"uuid": junk}) == ""


@pytest.mark.parametrize("junk", [*JUNK, 0, 1, True, None, [], {}, {"id": CONTACT}, [CONTACT]])
@pytest.mark.parametrize("how", ["login", "api", "form", "cookie", ""])
def test_junk_identifies_nobody(junk: object, how: str) -> None:
    assert claim(make_posted(client=junk, how=how)) == []
    assert claim(make_posted(link=junk, how=how)) == []


@pytest.mark.parametrize(
    ("text", "is_id"),
    [
        (VISITOR, True),
        (CONTACT, True),  # other trackers' browsers bring a UUID
        ("0123456789abcdef", True),
        ("0123456789abcde", False),
        ("a" * 80, True),
        ("a" * 81, False),
        (f"{VISITOR}-", False),
        (f"{VISITOR}\n", False),
        ("g123456789abcdef", False),
        ("0123456789--abcdef", False),
        ("٠١٢٣٤٥٦٧٨٩abcdef", False),
        (f"contact:{CONTACT}", False),
    ],
)
def test_visitor_id_is_long_and_hexadecimal(text: str, is_id: bool) -> None:
    assert is_visitor_id(text) == is_id


@pytest.mark.parametrize(
    ("door", "text", "found"),
    [
        ("server", f"contact:{CONTACT}", f"contact:{CONTACT}"),
        ("server", "contact:undefined", ""),
        ("server", "contact:", ""),
        ("gif", f"contact:{CONTACT}", ""),
        ("batch", f"contact:{CONTACT}", ""),
    ],
)
def test_only_our_server_speaks_for_contacts(door: str, text: str, found: str) -> None:
    assert find_visitor({"uuid": text}, door) == found


@pytest.mark.parametrize(
    ("raw", "claims"),
    [
        (make_gif(client=CONTACT), [(CONTACT, ClaimKind.PLUGIN)]),
        (make_gif(client=CONTACT.upper()), [(CONTACT, ClaimKind.PLUGIN)]),
        (make_posted(client=CONTACT, how="login"), [(CONTACT, ClaimKind.LOGIN)]),
        (make_posted(client=CONTACT, how="api"), [(CONTACT, ClaimKind.API)]),
        (make_posted(client=CONTACT, how="form"), [(CONTACT, ClaimKind.FORM)]),
        (make_posted(client=CONTACT, how="link"), []),  # the link itself is the claim
        (make_gif(link=CONTACT, smconv="m1"), [(CONTACT, ClaimKind.MAIL_LINK)]),
        (make_gif(link=CONTACT, manual=1), [(CONTACT, ClaimKind.MANUAL_LINK)]),
        (
            make_gif(link=OTHER, client=CONTACT),
            [(OTHER, ClaimKind.MAIL_LINK), (CONTACT, ClaimKind.PLUGIN)],
        ),
        (make_gif(), []),
    ],
)
def test_hit_claims_what_it_says(raw: RawHit, claims: list[tuple[str, ClaimKind]]) -> None:
    assert claim(raw) == claims


@pytest.mark.parametrize(
    "machine",
    [
        {"agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"},
        {"agent": f"{PEOPLE[0]} Mimecast-URL-Protect"},
        {"agent": ""},
        {"auto": 1},
        {"brands": '"HeadlessChrome";v="131"'},
    ],
)
def test_machine_following_link_identifies_nobody(machine: dict[str, object]) -> None:
    parameters = {"link": CONTACT, "smconv": "m1", "client": CONTACT, **machine}

    assert claim(make_gif(**parameters)) == []


def test_page_loaded_ahead_identifies_nobody() -> None:
    raw = make_gif(link=CONTACT)
    raw.headers["sec-purpose"] = "prefetch;prerender"

    assert claim(raw) == []


def test_cookie_claims_only_when_it_changes() -> None:
    known = Known(None, Memory())

    first = claim(make_gif(client=CONTACT, hit="a"), known)
    second = claim(make_gif(client=CONTACT, hit="b"), known)
    third = claim(make_gif(client=OTHER, hit="c"), known)

    assert (len(first), second, third) == (1, [], [(OTHER, ClaimKind.PLUGIN)])


def test_page_loaded_ahead_does_not_spend_claim() -> None:
    known, ahead = Known(None, Memory()), make_gif(client=CONTACT, hit="a")
    ahead.headers["sec-purpose"] = "prefetch"
    claim(ahead, known)

    assert claim(make_gif(client=CONTACT, hit="b"), known) == [(CONTACT, ClaimKind.PLUGIN)]


def test_login_claims_every_time() -> None:
    known = Known(None, Memory())

    claims = [claim(make_posted(client=CONTACT, how="login", hit=h), known) for h in "ab"]

    assert all(claims)


@pytest.mark.parametrize(
    ("host", "is_welcome"),
    [
        ("example.com", True),
        ("www.example.com", True),
        ("a.b.example.com:8443", True),
        ("example.com.evil.test", False),
        ("badexample.com", False),
        ("com", False),
        ("", False),
        ("localhost:8080", True),
        ("localhost:9090", False),
        ("evil.test/.example.com", False),
        ("evil.test?.example.com", False),
        ("example.com:@evil.test", False),
        ("evil.test#.example.com", False),
    ],
)
def test_listed_host_covers_those_below(host: str, is_welcome: bool) -> None:
    assert is_listed(host, frozenset({"example.com", "localhost:8080"})) == is_welcome


def test_event_tells_whole_hit() -> None:
    event = accept(
        make_gif(
            uri="/shoes?utm_source=news&c=1", title="Shoes", lang="pl", screen="1920x1080", x="y"
        )
    )

    assert (event.kind, event.site, event.path) == (
        EventKind.PAGE,
        "shop.example.com",
        "/shoes?c=1",
    )
    assert (event.title, event.language, event.screen) == ("Shoes", "pl", "1920x1080")
    assert (event.is_entry, event.touchpoint.channel) == (True, Channel.CAMPAIGN)
    assert event.data == {"x": "y"}


def test_plain_http_is_remembered() -> None:
    plain, secure = (accept(make_posted(scheme=scheme)) for scheme in ("http", "https"))

    assert (plain.data, secure.data) == ({"scheme": "http"}, {})


def test_page_on_other_origin_keeps_source() -> None:
    event = accept(make_gif(uri="https://other.example/p?utm_source=news"))

    assert event.touchpoint.source == "news"


def test_own_site_unknown_yet_is_internal() -> None:
    raw = make_gif(location="new.example.org", referrer="https://new.example.org/before")

    draft = make_draft(raw)
    run(draft, STEPS)

    assert draft.touchpoint is not None
    assert draft.touchpoint.channel is Channel.INTERNAL


@pytest.mark.parametrize(
    ("parameters", "value", "currency", "products"),
    [
        ({"value": 12.5, "currency": "pln"}, 12.5, "PLN", ()),
        ({"value": "12,50"}, 12.5, "", ()),
        ({"value": "free"}, None, "", ()),
        ({"value": "nan"}, None, "", ()),
        ({"value": "1e999"}, None, "", ()),
        ({"value": "1e308"}, None, "", ()),
        ({"value": -1e13}, None, "", ()),
        ({"value": True}, None, "", ()),
        ({"value": [1]}, None, "", ()),
        ({"data": {"value": "7", "currency": "EUR", "products": "1, 2"}}, 7.0, "EUR", ("1", "2")),
        ({"products": [1, "b"]}, None, "", ("1", "b")),
        ({"products": {"a": 1}}, None, "", ()),
        ({"data": "plain"}, None, "", ()),
        ({"data": None}, None, "", ()),
        ({"data": [1, 2]}, None, "", ()),
    ],
)
def test_purchase_is_read_from_odd_values(
    parameters: dict[str, object], value: float | None, currency: str, products: tuple[str, ...]
) -> None:
    event = accept(make_posted(type="event", name="PURCHASE", **parameters))

    assert (event.value, event.currency, event.products) == (value, currency, products)


def test_engaged_time_has_limit() -> None:
    assert accept(make_posted(type="engaged", engaged=10**12)).engaged_ms == LONGEST_ENGAGED_MS
    assert accept(make_posted(type="engaged", engaged=-1)).engaged_ms == 0


def test_address_is_kept_only_if_wanted() -> None:
    unwanted = store(make_gif(), make_view(keep_address=False))

    assert isinstance(unwanted, Event)
    assert unwanted.address == ""
    assert accept(make_gif()).address != ""


def test_only_server_names_events() -> None:
    from_page = accept(make_posted(type="event", eventId="e1"))
    from_server = accept(make_posted(door="server", type="external", eventId="e1"))

    assert (from_page.event_id == "e1", from_server.event_id) == (False, "e1")


def test_server_event_begins_no_visit() -> None:
    event = accept(make_posted(door="server", uuid=f"contact:{CONTACT}", name="CART"))

    assert (event.visit, event.is_entry, event.bot) == (0, False, "")


def test_engagement_continues_visit_of_page() -> None:
    known = Known(None, Memory())
    page = accept(make_gif(referrer="https://www.google.com/"), known)

    engaged = accept(make_posted(NOON + 60_000, type="engaged", engaged=900), known)

    assert (engaged.visit, engaged.is_entry) == (page.visit, False)
    assert engaged.touchpoint == page.touchpoint


def test_fingerprint_needs_visitor_and_hit() -> None:
    one = fingerprint({"hit": "a"}, VisitorId("v1"))

    assert fingerprint({"hit": "a", "title": "x"}, VisitorId("v1")) == one
    assert fingerprint({"hit": "a"}, VisitorId("v2")) != one
    assert fingerprint({"hit": "b"}, VisitorId("v1")) != one


def test_late_hit_is_of_its_own_time() -> None:
    event = accept(make_posted(NOON, timestamp=NOON - 60_000, sent=NOON))

    assert event.received_at - event.occurred_at == timedelta(minutes=1)
