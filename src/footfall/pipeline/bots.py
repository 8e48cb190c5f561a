"""Person or machine: what a browser says of itself in, the machine's name or "" out."""

from __future__ import annotations

import re
from functools import lru_cache

from footfall.pipeline.crawlers import find_crawler

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
_HEADLESS = ("headless", "phantomjs", "electron/", "puppeteer", "playwright", "selenium")
# A browser says so when it loads a page that nobody has asked to see yet:
# https://fetch.spec.whatwg.org/#sec-purpose-header
_AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
# A machine that is on no list may still call itself one; Cubot makes phones.
_SELF_NAMED = re.compile(
    r"(?<![a-z.-])(?!cubot)[a-z.-]*(?:bot|crawler|spider)(?=[/;:,)]| ?\(|$)", re.I
)
_NAMES = ("bot", "crawler", "spider")  # looked for first: a pattern costs ten times as much


@lru_cache(maxsize=50_000)
def name_bot(
    user_agent: str, brands: str = "", purpose: str = "", *, automated: bool = False
) -> str:
    """The machine's name; "" for a person. ``automated``: the browser itself says so."""
    if not user_agent.strip():
        return "no user agent"
    lowered = user_agent.lower()
    # The hints of a headless browser keep its name when its user agent is disguised.
    if automated or _has_any(_HEADLESS, lowered) or _has_any(_HEADLESS, brands.lower()):
        return "headless browser"
    if _AHEAD.search(purpose):
        return "page loaded ahead"
    for word, name in _SCANNERS.items():
        if word in lowered:
            return name
    found = find_crawler(user_agent)
    if found is not None:
        return found.strip("/ ;(")[:60]
    return _read_own_name(lowered, user_agent)


def _read_own_name(lowered: str, user_agent: str) -> str:
    named = _SELF_NAMED.search(user_agent) if _has_any(_NAMES, lowered) else None
    if named is not None:
        return named.group(0).strip("/ ;(")[:60]
    # Where to complain: no browser has that.
    return "machine" if "(+http" in lowered else ""


def _has_any(words: tuple[str, ...], text: str) -> bool:
    return any(word in text for word in words)
