"""User agent and client hints in, device out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

import ua_parser

from footfall.model import Device
from footfall.pipeline.parse import Hit

# No browser writes more; what is longer would fill the memories of what was read before.
LONGEST_HEADER = 1_000

_BRAND = re.compile(r'"?([^";,]+)"?\s*[;/]\s*(?:v=)?"?([\d.]+)"?')
# Browsers put one nonsense brand in the list so that nobody matches on the whole of it.
_GREASE = re.compile(r"not.?a.?brand", re.IGNORECASE)
_BUILD = re.compile(r"\b((?:Chrome|CriOS|EdgA?|EdgiOS|OPR)/\d+\.\d+)\.\d+\.\d+")
_TABLET = re.compile(r"ipad|tablet|\btab\b|sm-t\d|kindle|silk/", re.IGNORECASE)
_TV = re.compile(
    r"smart-?tv|smarttv|hbbtv|appletv|googletv|bravia|roku|web0s|(?-i:\bAFT[A-Z0-9])", re.I
)
# One word for one browser, wherever it runs.
_RENAMED = {
    "Other": "",
    "Mobile Safari": "Safari",
    "Mobile Safari UI/WKWebView": "Safari",
    "Firefox iOS": "Firefox",
    "Chrome Mobile iOS": "Chrome",
    "Chrome Mobile WebView": "Chrome",
    "Google Chrome": "Chrome",
    "Microsoft Edge": "Edge",
}
_DESKTOPS = ("Windows", "Mac OS X", "Linux", "Ubuntu", "Chrome OS", "Fedora", "Debian", "FreeBSD")


class ClientHints(NamedTuple):
    """What newer browsers say besides a user agent that no longer tells the truth."""

    brands: str = ""
    platform: str = ""
    platform_version: str = ""
    model: str = ""
    mobile: str = ""


def read_hints(hit: Hit, headers: Mapping[str, str]) -> ClientHints:
    """What the script found out, else what the browser's headers say."""
    if headers.keys().isdisjoint(_HEADERS) and hit.parameters.keys().isdisjoint(_PARAMETERS):
        return _NO_HINTS
    return ClientHints(
        brands=hit.text("brands", LONGEST_HEADER) or headers.get("sec-ch-ua", "")[:LONGEST_HEADER],
        platform=hit.text("platform", 100)
        or headers.get("sec-ch-ua-platform", "")[:LONGEST_HEADER],
        platform_version=hit.text("platformVersion", 100),
        model=hit.text("model", 100),
        mobile=hit.text("mobile", 10) or headers.get("sec-ch-ua-mobile", "")[:LONGEST_HEADER],
    )


_NO_HINTS = ClientHints()
_PARAMETERS = ("brands", "platform", "platformVersion", "model", "mobile")
_HEADERS = ("sec-ch-ua", "sec-ch-ua-platform", "sec-ch-ua-mobile")


@lru_cache(maxsize=50_000)
def read_device(user_agent: str, hints: ClientHints) -> Device:
    """Hints win over the string, for browsers freeze what the string says."""
    parsed = ua_parser.parse(without_build(user_agent[:1_000])).with_defaults()
    system, version = parsed.os.family, _join(parsed.os.major, parsed.os.minor)
    browser = parsed.user_agent.family
    browser_version = _join(parsed.user_agent.major, parsed.user_agent.minor)
    brand, model = parsed.device.brand or "", parsed.device.model or ""
    if hints.platform.strip('"'):
        system, version = _system_of_hints(hints, system, version)
    named = _browser_of_hints(hints.brands)
    if named and browser in ("Chrome", "Chrome Mobile", "Edge", "Edge Mobile", "Opera", "Other"):
        browser, browser_version = named
    if hints.model.strip('"'):
        model = hints.model.strip('"')
    return Device(
        kind=_kind(user_agent, system, hints),
        brand="" if brand.startswith("Generic") else brand,
        model="" if model in ("K", "Smartphone") else model,
        browser=_RENAMED.get(browser, browser.removesuffix(" Mobile")),
        browser_version=browser_version,
        system="" if system == "Other" else system,
        system_version=version,
    )


def without_build(user_agent: str) -> str:
    """Chrome/131.0.6778.86 as Chrome/131.0.0.0: the parser knows it again, and it is dear.

    A browser of twenty builds is one browser; newer ones write the zeros themselves.
    """
    return _BUILD.sub(r"\1.0.0", user_agent)


def _system_of_hints(hints: ClientHints, system: str, version: str) -> tuple[str, str]:
    platform = hints.platform.strip('"')
    number = hints.platform_version.strip('"')
    major = number.partition(".")[0]
    if platform == "Windows":
        if not (major.isascii() and major.isdigit()):
            return platform, version
        # Windows 11 still calls itself 10; its platform version begins at 13.
        return platform, "11" if int(major) >= 13 else "10" if int(major) else "8"
    if platform == "macOS":
        return "Mac OS X", number.rpartition(".")[0] or number or version
    if platform == "Android":
        return platform, major or version
    # The version in the string is of the system in the string.
    return platform, number or (version if platform == system else "")


def _browser_of_hints(brands: str) -> tuple[str, str] | None:
    found = [(name.strip(), version) for name, version in _BRAND.findall(brands)]
    real = [pair for pair in found if not _GREASE.search(pair[0]) and pair[0] != "Chromium"]
    if not real:
        return None
    name, version = real[0]
    return _RENAMED.get(name, name), version.partition(".")[0]


def _kind(user_agent: str, system: str, hints: ClientHints) -> str:
    if _TV.search(user_agent):
        return "tv"
    if _TABLET.search(user_agent):
        return "tablet"
    if hints.mobile in ("1", "?1", "true", "True"):
        return "phone"
    if system == "Android":
        # Android writes "Mobile" on phones only.
        return "phone" if "Mobile" in user_agent or not user_agent else "tablet"
    if system == "iOS" or "iPhone" in user_agent or "Mobile" in user_agent:
        return "phone"
    return "desktop" if system in (*_DESKTOPS, "macOS") else "unknown"


def _join(*parts: str | None) -> str:
    return ".".join(part for part in parts if part)
