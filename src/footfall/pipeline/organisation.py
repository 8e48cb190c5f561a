"""Who runs the network behind an address, what kind of organisation that is, and why we think so.

The data knows networks with a number of their own (an AS). A company that buys its line from
a provider looks like that provider, so most visits name none: that is the truth of the data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path

from footfall.model import Organisation, OrganisationKind
from footfall.pipeline.mmdb import LiveDatabase

_UNKNOWN = Organisation()

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
        if not isinstance(record, Mapping):
            return _UNKNOWN
        name = record.get("autonomous_system_organization") or record.get("as_name") or ""
        number = record.get("autonomous_system_number") or record.get("asn")
        return judge(str(name), number if isinstance(number, int) else None)


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
