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
_HEADLESS = re.compile(r"headless|phantomjs|electron/|puppeteer|playwright|selenium", re.I)
# A browser says so when it loads a page that nobody has asked to see yet:
# https://fetch.spec.whatwg.org/#sec-purpose-header
_AHEAD = re.compile(r"prefetch|prerender|preview", re.IGNORECASE)
# A machine that is on no list may still call itself one; Cubot makes phones.
_SELF_NAMED = re.compile(
    r"(?<![a-z])(?!cubot)[a-z.-]*(?:bot|crawler|spider)(?=[/;:,)]| ?\(|$)", re.I
)
_LINKED = re.compile(r"\(\+https?:", re.IGNORECASE)  # where to complain: no browser has that


@lru_cache(maxsize=50_000)
def name_bot(
    user_agent: str, *, brands: str = "", purpose: str = "", automated: bool = False
) -> str:
    """The machine's name; "" for a person. ``automated``: the browser itself says so."""
    if not user_agent.strip():
        return "no user agent"
    # The hints of a headless browser keep its name when its user agent is disguised.
    if automated or _HEADLESS.search(user_agent) or _HEADLESS.search(brands):
        return "headless browser"
    if _AHEAD.search(purpose):
        return "page loaded ahead"
    lowered = user_agent.lower()
    for word, name in _SCANNERS.items():
        if word in lowered:
            return name
    found = find_crawler(user_agent)
    if found is None:
        named = _SELF_NAMED.search(user_agent)
        found = named.group(0) if named else None
    if found is None:
        return "machine" if _LINKED.search(user_agent) else ""
    return found.strip("/ ;(")[:60]
