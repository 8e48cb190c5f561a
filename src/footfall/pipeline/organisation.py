"""Who runs the network behind an address, what kind of organisation that is, and why we think so.

The data knows networks with a number of their own (an AS). A company that buys its line from
a provider looks like that provider, so most visits name none: that is the truth of the data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from footfall.model import Organisation, OrganisationKind
from footfall.pipeline.mmdb import LiveDatabase

_UNKNOWN = Organisation()

# GeoIP2, DB-IP and ip-location-db; IPinfo; IP2Location.
_NAME_KEYS = ("autonomous_system_organization", "as_name", "organization", "isp", "as", "name")
_NUMBER_KEYS = ("autonomous_system_number", "asn", "as_number")

# Paid databases say what a network is for; it is their trade to know.
CONFIDENCE_OF_DATABASE = 0.95
_KIND_KEYS = ("user_type", "as_type", "usage_type", "type")
_KINDS_SAID = {
    "business": OrganisationKind.COMPANY,
    "com": OrganisationKind.COMPANY,
    "isp": OrganisationKind.PROVIDER,
    "residential": OrganisationKind.PROVIDER,
    "cellular": OrganisationKind.PROVIDER,
    "mob": OrganisationKind.PROVIDER,
    "hosting": OrganisationKind.HOSTING,
    "dch": OrganisationKind.HOSTING,
    "cdn": OrganisationKind.HOSTING,
    "content_delivery_network": OrganisationKind.HOSTING,
    "college": OrganisationKind.EDUCATION,
    "school": OrganisationKind.EDUCATION,
    "education": OrganisationKind.EDUCATION,
    "edu": OrganisationKind.EDUCATION,
}

# The first pattern that matches decides; the word that matched becomes the reason.
_RULES: tuple[tuple[OrganisationKind, float, re.Pattern[str]], ...] = (
    (
        OrganisationKind.EDUCATION,
        0.9,
        re.compile(
            r"universit|uniwersytet|politechnik|akademi|academ|\bcollege|\bschool|\bszko[lł]"
            r"|hochschule|\.edu\b|\bnask\b|research and education|instytut|institute of tech",
            re.IGNORECASE,
        ),
    ),
    (
        OrganisationKind.HOSTING,
        0.9,
        re.compile(
            r"hosting|hetzner|\bovh|\bcloud|data ?cent|\bvps\b|dedicated|server|digitalocean"
            r"|linode|akamai|fastly|amazon|google|microsoft|azure|vultr|leaseweb|contabo|\bcdn\b"
            r"|\bvpn\b|m247|datacamp|home\.pl|nazwa\.pl",
            re.IGNORECASE,
        ),
    ),
    (
        OrganisationKind.PROVIDER,
        0.85,
        re.compile(
            r"tele[ck]om|mobile|\bmobil|cable|broadband|wireless|\bfib(?:er|re)|internet|\bisp\b"
            r"|\bdsl\b|orange|vodafone|t-mobile|\bplay\b|polkomtel|\bupc\b|vectra|netia|\btoya\b"
            r"|comcast|verizon|at&t|charter|telef[oó]nica|telia|telenor|swisscom|\bnet(?:work)?s?\b",
            re.IGNORECASE,
        ),
    ),
    (
        OrganisationKind.COMPANY,
        0.6,
        re.compile(
            r"\b(?:sp\.? ?z ?o\.? ?o|s\.?a\.?|inc|ltd|limited|gmbh|ag|llc|corp|corporation|plc"
            r"|bank|group|holding|s\.?r\.?o|spa|bv|ab|oy|a/s)\b\.?",
            re.IGNORECASE,
        ),
    ),
)


class Networks:
    """Organisations from the AS database at ``path``; unknown while there is none."""

    def __init__(self, path: Path | None = None) -> None:
        self._database = LiveDatabase(path)
        self._find = lru_cache(maxsize=50_000)(self._look_up)

    def find(self, address: str) -> Organisation:
        return self._find(address)

    def reload_if_changed(self) -> None:
        if self._database.reload_if_changed():
            self._find.cache_clear()

    def _look_up(self, address: str) -> Organisation:
        record = self._database.find(address)
        return judge_record(record) if isinstance(record, Mapping) else _UNKNOWN


def judge_record(record: Mapping[str, Any]) -> Organisation:
    """What the database says of a network's kind wins over what its name suggests."""
    name, asn = read_network(record)
    said = _KINDS_SAID.get(_text(record, *_KIND_KEYS).lower())
    if said is None:
        return judge(name, asn)
    reason = f"the database calls the network {_text(record, *_KIND_KEYS)!r}"
    return Organisation(
        name=name, asn=asn, kind=said, confidence=CONFIDENCE_OF_DATABASE, reason=reason
    )


def read_network(record: Mapping[str, Any]) -> tuple[str, int | None]:
    """Name and number of the network; every vendor has other keys for them."""
    traits = record.get("traits")
    fields = record if not isinstance(traits, Mapping) else {**record, **traits}
    number = _text(fields, *_NUMBER_KEYS).upper().removeprefix("AS")
    # 32 bits, RFC 6793.
    asn = int(number) if number.isascii() and number.isdigit() and len(number) <= 10 else None
    return _text(fields, *_NAME_KEYS), asn


def judge(name: str, asn: int | None) -> Organisation:
    """The verdict on a network's name."""
    for kind, confidence, pattern in _RULES:
        found = pattern.search(name)
        if found:
            word = found.group(0).strip()
            return Organisation(
                name=name,
                asn=asn,
                kind=kind,
                confidence=confidence,
                reason=f"the network's name says {word!r}",
            )
    reason = "nothing in the network's name tells what it is" if name else ""
    return Organisation(name=name, asn=asn, reason=reason)


def _text(record: Mapping[str, Any], *keys: str) -> str:
    for key in keys:
        value = record.get(key)
        if isinstance(value, (str, int)) and str(value).strip() not in ("", "-", "0"):
            return str(value).strip()
    return ""
