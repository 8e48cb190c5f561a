"""Who may call the compatible interface: whoever knows the secret, under any key they like."""

from __future__ import annotations

import time
import uuid
from typing import Any

import pytest
from tests.support.shop import Shop, make_email

CALLS = (
    "contact/upsert",
    "contact/hasContact",
    "v2/contact/addContactExtEvent",
    "contact/updateContactExtEvent",
    "integration/upsert",
)
KEYS = ("j2q8qp4fbp9qf2b8p49fb", str(uuid.UUID(int=5)), "zażółć gęślą", "")


@pytest.mark.parametrize("key", KEYS)
def test_any_key_signs(shop: Shop, key: str) -> None:
    answer = shop.post("contact/hasContact", {**shop.sign(key), "email": make_email()})

    assert answer["success"]


@pytest.mark.parametrize("unit", [1, 1000])
@pytest.mark.parametrize("age_seconds", [0, 86_400 * 400])
def test_request_time_is_not_judged(shop: Shop, unit: int, age_seconds: int) -> None:
    sent_at = int(time.time() - age_seconds) * unit

    assert shop.call("contact/hasContact", email=make_email(), requestTime=sent_at)["success"]


def test_upper_case_signature_is_the_same(shop: Shop) -> None:
    signed = shop.sign()

    assert shop.call("contact/hasContact", email=make_email(), **_upper(signed))["success"]


WRONG: list[dict[str, Any]] = [
    {"sha": "0" * 40},
    {"sha": ""},
    {"sha": None},
    {"sha": ["0"]},
    {"apiKey": "another key than was signed"},
    {"clientId": "nobodyknowsthis0"},
    {"clientId": None},
    {"clientId": {"$ne": ""}},
]


@pytest.mark.parametrize("call", CALLS)
@pytest.mark.parametrize("change", WRONG)
def test_wrong_signature_is_refused(shop: Shop, call: str, change: dict[str, Any]) -> None:
    answer = shop.call(call, email=make_email(), **change)

    assert answer == {"success": False, "message": ["User not authenticated"]}


def _upper(signed: dict[str, Any]) -> dict[str, Any]:
    return {"apiKey": signed["apiKey"], "sha": signed["sha"].upper()}
