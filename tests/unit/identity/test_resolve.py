"""The rules of who is who, one by one, and then any history against the plain model."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.fakes.plain_identity import PlainIdentity
from tests.support.claims import VISITORS, at, histories, make_claim, minute_of, play

from footfall.identity import Ownership, adds_nothing, resolve, strength_of
from footfall.model import Claim, ClaimKind, ContactId


def test_nobody_owns_an_unclaimed_browser() -> None:
    ownership = resolve([])

    assert ownership.holder_at(at(3)) is None


def test_first_claim_owns_the_past() -> None:
    ownership = resolve([make_claim("ann", minute=5)])

    assert ownership.holder_at(at(0)) == "ann"


def test_household_browser_follows_last_identified() -> None:
    claims = number(make_claim("ann", minute=1), make_claim("bob", minute=4))

    assert write_out(resolve(claims)) == ["ann -4", "bob 4-"]


def test_hand_over_counts_from_its_moment() -> None:
    ownership = resolve(number(make_claim("ann", minute=1), make_claim("bob", minute=4)))

    assert [ownership.holder_at(at(minute)) for minute in (0, 3, 4, 99)] == [
        *("ann", "ann", "bob", "bob")
    ]


@pytest.mark.parametrize("held_by", ["login", "api", "plugin", "form", "manual_link"])
def test_mail_link_never_takes_over(held_by: str) -> None:
    claims = number(make_claim("ann", held_by), make_claim("bob", "mail_link", 3))

    ownership = resolve(claims)

    assert write_out(ownership) == ["ann -"]
    assert [(c.claim.contact, c.holder) for c in ownership.conflicts] == [("bob", "ann")]


@pytest.mark.parametrize("held_by", ["login", "api", "plugin", "form"])
def test_manual_link_never_takes_over(held_by: str) -> None:
    claims = number(make_claim("ann", held_by), make_claim("bob", "manual_link", 3))

    assert write_out(resolve(claims)) == ["ann -"]


def test_link_takes_over_from_link() -> None:
    claims = number(make_claim("ann", "mail_link"), make_claim("bob", "mail_link", 3))

    assert write_out(resolve(claims)) == ["ann -3", "bob 3-"]


def test_stronger_claim_protects_earlier_link() -> None:
    claims = number(
        make_claim("ann", "mail_link"),
        make_claim("ann", "form", 1),
        make_claim("bob", "mail_link", 2),
    )

    assert write_out(resolve(claims)) == ["ann -"]


def test_confirmed_link_counts_from_confirmation() -> None:
    link = make_claim("bob", "mail_link", 3, confirmed=8)

    ownership = resolve(number(make_claim("ann"), link))

    assert write_out(ownership) == ["ann -8", "bob 8-"]
    assert ownership.conflicts == []


def test_confirmation_of_counted_link_protects() -> None:
    known = make_claim("ann", "mail_link", 0, confirmed=1)

    ownership = resolve(number(known, make_claim("bob", "manual_link", 5)))

    assert write_out(ownership) == ["ann -"]


def test_confirming_lost_browser_changes_nothing() -> None:
    lost = make_claim("ann", "mail_link", 0, confirmed=9)

    ownership = resolve(number(lost, make_claim("bob", "form", 5)))

    assert write_out(ownership) == ["ann -5", "bob 5-"]


def test_revoked_claim_gives_past_to_next() -> None:
    revoked = replace(make_claim("ann"), revoked_at=at(9))

    ownership = resolve(number(revoked, make_claim("bob", minute=4)))

    assert write_out(ownership) == ["bob -"]


def test_same_moment_goes_to_last() -> None:
    claims = number(make_claim("ann", minute=2), make_claim("bob", minute=2))

    assert write_out(resolve(claims)) == ["ann -2", "bob 2-"]


def test_momentary_holder_leaves_no_span() -> None:
    claims = number(make_claim("ann"), make_claim("bob", minute=2), make_claim("ann", minute=2))

    assert write_out(resolve(claims)) == ["ann -"]


def test_merged_contacts_hold_as_one() -> None:
    claims = number(make_claim("ann"), make_claim("bob", minute=4))

    ownership = resolve(claims, lambda contact: ContactId("ann" if contact == "bob" else contact))

    assert write_out(ownership) == ["ann -"]


def test_confirmation_by_slow_clock_waits_for_claim() -> None:
    link = make_claim("bob", "mail_link", 6, confirmed=4)

    ownership = resolve(number(make_claim("ann"), link))

    assert write_out(ownership) == ["ann -6", "bob 6-"]


def test_weaker_repeat_weakens_nobody() -> None:
    known = make_claim("ann", "form"), make_claim("ann", "mail_link", 1)

    ownership = resolve(number(*known, make_claim("bob", "mail_link", 2)))

    assert write_out(ownership) == ["ann -"]


def test_weaker_form_takes_over_from_login() -> None:
    claims = number(make_claim("ann", "login"), make_claim("bob", "form", 3))

    assert write_out(resolve(claims)) == ["ann -3", "bob 3-"]


def test_repeated_reason_adds_nothing() -> None:
    known = number(make_claim("ann", "login"))

    assert adds_nothing(known, make_claim("ann", "login", 5))
    assert not adds_nothing(known, make_claim("ann", "form", 5))


def test_return_after_another_adds_something() -> None:
    known = number(make_claim("ann", "login"), make_claim("bob", "login", 3))

    assert not adds_nothing(known, make_claim("ann", "login", 5))


def test_late_arrival_is_judged_by_its_time() -> None:
    known = number(make_claim("ann", "login", 5))

    assert not adds_nothing(known, make_claim("ann", "login", 2))


def test_repeat_of_revoked_claim_counts() -> None:
    known = [replace(make_claim("ann", "login"), revoked_at=at(1))]

    assert not adds_nothing(known, make_claim("ann", "login", 5))


def test_every_kind_has_a_strength() -> None:
    strengths = [strength_of(make_claim("ann", kind.value)) for kind in ClaimKind]

    assert min(strengths) >= 50
    assert strength_of(make_claim("ann", "mail_link", confirmed=1)) > max(strengths)


@given(histories, st.randoms(use_true_random=False))
@settings(max_examples=400)
def test_any_history_matches_plain_model(history: list[tuple[Any, ...]], chance: Random) -> None:
    plain = PlainIdentity()
    play(plain, history)
    claims = [to_claim(claim) for claim in plain.claims if claim["visitor"] == VISITORS[0]]
    chance.shuffle(claims)

    ownership = resolve(claims, lambda contact: ContactId(plain.person(contact)))

    assert write_out(ownership) == [write_span(*span) for span in plain.spans(VISITORS[0])]
    disputed = {conflict.claim.claim_id - 1: conflict.holder for conflict in ownership.conflicts}
    assert disputed == plain.conflicts(VISITORS[0])


def write_out(ownership: Ownership) -> list[str]:
    """Spans as "ann 0-5": minutes, nothing for the open ends."""
    return [
        write_span(s.contact, minute_of(s.from_at), minute_of(s.until_at)) for s in ownership.spans
    ]


def write_span(who: str, start: int | None, end: int | None) -> str:
    return f"{who} {'' if start is None else start}-{'' if end is None else end}"


def number(*claims: Claim) -> list[Claim]:
    return [replace(claim, claim_id=place) for place, claim in enumerate(claims, 1)]


def to_claim(plain: dict[str, Any]) -> Claim:
    claim = make_claim(
        plain["contact"],
        plain["kind"],
        plain["minute"],
        claim_id=plain["number"] + 1,
        confirmed=plain["confirmed"],
    )
    return replace(claim, revoked_at=at(99)) if plain["is_revoked"] else claim
