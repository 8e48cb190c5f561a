"""Ids are of the form that pages and clients expect, and junk is none."""

from __future__ import annotations

import re

import pytest

from footfall.kit import hash64, is_uuid, make_secret, make_smid, make_uuid


def test_made_uuids_are_recognised() -> None:
    assert is_uuid(make_uuid())


@pytest.mark.parametrize(
    "junk",
    [
        "",
        "null",
        "undefined",
        "0",
        "[object Object]",
        "00000000-0000-0000-0000-000000000000",
        "6F9619FF-8B86-D011-B42D-00C04FC964FF",
        "6f9619ff8b86d011b42d00c04fc964ff",
        "6f9619ff-8b86-d011-b42d-00c04fc964ff\n",
        "{6f9619ff-8b86-d011-b42d-00c04fc964ff}",
        "gf9619ff-8b86-d011-b42d-00c04fc964ff",
    ],
)
def test_junk_is_no_uuid(junk: str) -> None:
    assert not is_uuid(junk)


def test_monitoring_code_has_the_known_form() -> None:
    codes = {make_smid() for _ in range(50)}

    assert all(re.fullmatch(r"[a-z0-9]{16}", code) for code in codes)
    assert len(codes) == 50


def test_secrets_are_long_and_differ() -> None:
    secrets = {make_secret() for _ in range(50)}

    assert len(secrets) == 50
    assert min(map(len, secrets)) >= 43


def test_hash_never_changes() -> None:
    # Events stored by an older release carry these numbers.
    assert hash64("visitor", "1") == 3_771_545_732_142_868_890


def test_hash_keeps_parts_apart() -> None:
    assert hash64("ab", "c") != hash64("a", "bc")
    assert 0 <= hash64("\ud800") < 2**64
