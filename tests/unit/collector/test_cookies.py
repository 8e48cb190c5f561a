"""Which cookies the server renews, how, and when it had better leave them alone."""

from __future__ import annotations

import pytest

from footfall.collector import CookieRules
from footfall.collector.cookies import renew_cookies

VISITOR = "smuuid=0123456789abcdef"
CONTACT = "smclient=0a1b2c3d-0a1b-4a1b-8a1b-0a1b2c3d4e5f"
RULES = {
    "abc": CookieRules({"smuuid": 10, "smclient": 0.5}),
    "wide": CookieRules({"smuuid": 10, "smclient": 0.5}, "example.com"),
}


def renew(cookie: str, query: str = "a=1&smid=abc", is_secure: bool = False) -> list[str]:
    renewed = renew_cookies(cookie, query, is_secure, RULES.get)
    assert all(name == "set-cookie" for name, _value in renewed)
    return [value for _name, value in renewed]


def test_visitor_lives_as_long_as_chosen() -> None:
    visitor, _marker = renew(VISITOR)

    assert visitor == f"{VISITOR}; Max-Age=864000; Path=/; SameSite=Lax"


def test_contact_is_renewed_beside_visitor() -> None:
    _visitor, contact, _marker = renew(f"x=1; {VISITOR}; {CONTACT}; y=2")

    assert contact == f"{CONTACT}; Max-Age=43200; Path=/; SameSite=Lax"


def test_marker_keeps_it_to_once_a_day() -> None:
    marker = renew(VISITOR)[-1]

    assert marker.startswith("smsrv=1; Max-Age=86400;")
    assert renew(f"{VISITOR}; smsrv=1") == []


def test_secure_stays_secure() -> None:
    assert all(value.endswith("; Secure") for value in renew(VISITOR, is_secure=True))


def test_domain_is_the_scripts() -> None:
    visitor, marker = renew(VISITOR, "smid=wide")

    assert "; Domain=example.com;" in visitor
    assert "Domain" not in marker


@pytest.mark.parametrize(
    ("cookie", "query"),
    [
        ("", "smid=abc"),
        ("other=1", "smid=abc"),
        (CONTACT, "smid=abc"),
        ("smuuid=short", "smid=abc"),
        ("smuuid=0123456789abcdef<script>", "smid=abc"),
        ("notsmuuid=0123456789abcdef", "smid=abc"),
        (VISITOR, "smid=unknown"),
        (VISITOR, "xsmid=abc"),
        (VISITOR, ""),
    ],
)
def test_these_are_left_alone(cookie: str, query: str) -> None:
    assert renew(cookie, query) == []
