"""How a visit began: the page's address and the referrer in, a touchpoint out."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import parse_qsl, unquote, urlsplit

from footfall.model import Channel, Touchpoint
from footfall.pipeline.sources import find_assistant_named, find_phrase, find_source

# Parameter to the advertising system that adds it. True: the click was paid for.
CLICK_IDS = {
    "gclid": ("Google Ads", True),
    "gbraid": ("Google Ads", True),
    "wbraid": ("Google Ads", True),
    "gclsrc": ("Google Ads", True),
    "dclid": ("Google Display", True),
    "msclkid": ("Microsoft Ads", True),
    "yclid": ("Yandex Direct", True),
    "fbclid": ("Facebook", False),  # added to every outgoing link, paid or not
    "igshid": ("Instagram", False),
    "ttclid": ("TikTok", True),
    "twclid": ("X", True),
    "li_fat_id": ("LinkedIn", True),
    "epik": ("Pinterest", False),
    "sccid": ("Snapchat", True),
    "srsltid": ("Google Merchant", False),
    "mc_eid": ("Mailchimp", False),
    "_kx": ("Klaviyo", False),
}
_REMOVED = re.compile(
    r"[?&](?:utm_[a-z_]+|smclient|smconv|smlid|smpid|smman|smuuid|smts|"
    + "|".join(CLICK_IDS)
    + r")=[^&#]*"
)


class MailingLink(NamedTuple):
    """The parameters that our own mailings put into links."""

    mailing: str = ""
    link: str = ""
    product: str = ""


def read_touchpoint(
    url: str, referrer: str, own_hosts: frozenset[str], link: MailingLink | None
) -> Touchpoint:
    """A mailing beats a campaign beats a click id beats the referrer. Never raises."""
    marks = _read_marks(url)
    source, medium = marks.get("utm_source", ""), marks.get("utm_medium", "")
    origin = _read_referrer(referrer, own_hosts)
    click, click_id = _click(marks)
    if link is not None:
        channel = Channel.MAILING
        source, medium = source or "mailing", medium or "email"
    elif find_assistant_named(source) is not None:
        channel = Channel.ASSISTANT
        source = find_assistant_named(source).name  # type: ignore[union-attr]
    elif source or marks.get("utm_campaign"):
        channel = Channel.CAMPAIGN
        source = source or origin.source
    elif click and click[1]:
        channel, source, medium = Channel.CAMPAIGN, click[0], medium or "cpc"
    else:
        channel, source = origin.channel, origin.source
    return Touchpoint(
        channel=channel,
        source=source[:255],
        medium=(medium or _MEDIUMS.get(channel, ""))[:255],
        campaign=marks.get("utm_campaign", "")[:255],
        term=marks.get("utm_term") or origin.term,
        content=marks.get("utm_content", "")[:255],
        referrer=referrer[:2_000],
        click_id=click_id[:255],
        mailing=link.mailing[:100] if link else "",
        link=link.link[:100] if link else "",
        product=link.product[:100] if link else "",
    )


_MEDIUMS = {
    Channel.SEARCH: "organic",
    Channel.SOCIAL: "social",
    Channel.ASSISTANT: "assistant",
    Channel.REFERRAL: "referral",
}


@lru_cache(maxsize=20_000)
def clean_path(uri: str) -> str:
    """Path and query without marks of mailings, campaigns and clicks; one page, one path."""
    path = _REMOVED.sub("", uri)
    if "&" in path and "?" not in path:
        head, _, tail = path.partition("&")
        # "/page&a=b" with the marks gone from its middle; what is left was a query.
        path = f"{head}?{tail}" if tail else head
    return (path or "/")[:2_000]


class _Origin(NamedTuple):
    channel: Channel
    source: str = ""
    term: str | None = None


_DIRECT = _Origin(Channel.DIRECT)


@lru_cache(maxsize=20_000)
def _read_referrer(referrer: str, own_hosts: frozenset[str]) -> _Origin:
    if not referrer:
        return _DIRECT
    try:
        parts = urlsplit(referrer)
        host = (parts.hostname or "").lower()
        port = parts.port
    except ValueError:
        return _DIRECT
    if parts.scheme == "android-app":
        host = _app_host(host)
    elif parts.scheme not in ("http", "https"):
        return _DIRECT
    if not host:
        return _DIRECT
    if host in own_hosts or f"{host}:{port}" in own_hosts:
        return _Origin(Channel.INTERNAL, host)
    known = find_source(host, parts.path or "/")
    if known is None:
        return _Origin(Channel.REFERRAL, host.removeprefix("www."))
    if known.channel is not Channel.SEARCH:
        return _Origin(known.channel, known.name)
    return _Origin(known.channel, known.name, find_phrase(known, parts.path, parts.query))


def _app_host(package: str) -> str:
    """com.google.android.gm is written backwards: its maker is at google.com."""
    if package == "com.google.android.googlequicksearchbox":
        return "google.com"
    if package == "com.google.android.gm":
        return "mail.google.com"
    labels = package.split(".")
    return f"{labels[1]}.{labels[0]}" if len(labels) > 1 else package


@lru_cache(maxsize=20_000)
def _read_marks(url: str) -> dict[str, str]:
    """utm_ parameters and click ids, from query, fragment, or after a bare ``&``."""
    if "utm_" not in url and not any(name in url for name in CLICK_IDS):
        return {}
    start = min((at for at in (url.find("?"), url.find("&"), url.find("#")) if at >= 0), default=-1)
    if start < 0:
        return {}
    text = re.sub(r"[?#]", "&", url[start + 1 :])
    marks: dict[str, str] = {}
    for name, value in parse_qsl(text[:8_000], errors="replace"):
        if name.startswith("utm_") or name in CLICK_IDS:
            marks.setdefault(name, unquote(value).strip())
    return marks


def _click(marks: dict[str, str]) -> tuple[tuple[str, bool] | None, str]:
    if marks:
        for name, system in CLICK_IDS.items():
            if marks.get(name):
                return system, f"{name}:{marks[name]}"
    return None, ""
