"""Person or machine: a user agent in, the machine's name or "" out.

A user agent seen for the first time must be cheap, for there are thousands a day. So one
combined pattern, made only of literal beginnings, decides fast that a string is harmless;
only a suspicious one meets the whole list.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache

import crawleruseragents

# Mail gateways that open every link of a message before its reader does.
_SCANNERS = {
    "barracuda": "Barracuda link scanner",
    "proofpoint": "Proofpoint link scanner",
    "mimecast": "Mimecast link scanner",
    "safelinks": "Outlook Safe Links",
    "msoffice": "Microsoft Office link preview",
    "ms office": "Microsoft Office link preview",
    "googleimageproxy": "Gmail image proxy",
    "yahoomailproxy": "Yahoo mail proxy",
    "symantec": "Symantec link scanner",
    "cloudmark": "Cloudmark link scanner",
}
_HEADLESS = re.compile(r"headless|phantomjs|electron/|puppeteer|playwright|selenium", re.I)
# The list has patterns for makers that also sell phones under the name.
_PHONES = re.compile(r"cubot", re.IGNORECASE)
_BROWSER = re.compile(
    r"Mozilla/5\.0 \([^()]*(?:\([^()]*\)[^()]*)*\)(?: AppleWebKit/[\d.]+ \(KHTML, like Gecko\))?"
    r"(?: (?:Gecko/[\w.]+|Firefox/[\d.]+|Chrome/[\d.]+|CriOS/[\d.]+|FxiOS/[\d.]+|Version/[\d.]+|"
    r"Mobile(?:/\w+)?|Safari/[\d.]+|Edg(?:A|iOS)?/[\d.]+|OPR/[\d.]+|SamsungBrowser/[\d.]+))*"
)
_SUSPICIOUS_PLATFORM = re.compile(
    r"bot|crawl|spider|compatible;|https?:|\+http|preview|lighthouse|scan", re.I
)


@lru_cache(maxsize=50_000)
def name_bot(user_agent: str, *, automated: bool) -> str:
    """The machine's name; "" for a person. ``automated``: the browser itself says so."""
    if not user_agent.strip():
        return "no user agent"
    headless = _HEADLESS.search(user_agent)
    if headless or automated:
        return "headless browser"
    lowered = user_agent.lower()
    for word, name in _SCANNERS.items():
        if word in lowered:
            return name
    # A string of nothing but browser parts matches none of the list (checked by a test).
    if _BROWSER.fullmatch(user_agent) and not _SUSPICIOUS_PLATFORM.search(user_agent):
        return ""
    if _PHONES.search(user_agent) and "compatible;" not in lowered:
        return ""
    return _look_up(user_agent)


def _look_up(user_agent: str) -> str:
    found = _combined().search(user_agent)
    if found is None:
        return ""
    word = found.group(0).strip("^$/ ;(")
    return word[:60] or "machine"


@cache
def _combined() -> re.Pattern[str]:
    patterns = (entry["pattern"] for entry in crawleruseragents.CRAWLER_USER_AGENTS_DATA)
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))
