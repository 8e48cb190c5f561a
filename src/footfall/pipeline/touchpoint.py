"""How a visit began: the page's address and the referrer in, a touchpoint out."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple
from urllib.parse import urlsplit

from footfall.model import Channel, Touchpoint
from footfall.pipeline.query import read_pairs, unquote
from footfall.pipeline.sources import find_assistant_named, find_phrase, find_source

# Addresses have up to 4 KB here, and anybody can invent as many as they like.
MOST_REMEMBERED = 8_000


class _Click(NamedTuple):
    """What a parameter tells that an advertising or mailing system adds to links."""

    system: str
    channel: Channel
    medium: str


def _paid(system: str) -> _Click:
    return _Click(system, Channel.CAMPAIGN, "cpc")


CLICK_IDS = {
    "gclid": _paid("Google Ads"),
    "gbraid": _paid("Google Ads"),
    "wbraid": _paid("Google Ads"),
    "gclsrc": _paid("Google Ads"),
    "dclid": _paid("Google Display"),
    "msclkid": _paid("Microsoft Ads"),
    "yclid": _paid("Yandex Direct"),
    "ttclid": _paid("TikTok"),
    "twclid": _paid("X"),
    "li_fat_id": _paid("LinkedIn"),
    "sccid": _paid("Snapchat"),
    # Added to every outgoing link, paid or not.
    "fbclid": _Click("Facebook", Channel.SOCIAL, "social"),
    "igshid": _Click("Instagram", Channel.SOCIAL, "social"),
    "epik": _Click("Pinterest", Channel.SOCIAL, "social"),
    "srsltid": _Click("Google Merchant", Channel.SEARCH, "organic"),
    "mc_eid": _Click("Mailchimp", Channel.CAMPAIGN, "email"),
    "_kx": _Click("Klaviyo", Channel.CAMPAIGN, "email"),
}
_REMOVED = re.compile(
    r"[?&#](?:utm_[a-z_]+|smclient|smconv|smlid|smpid|smman|smuuid|smts|"
    + "|".join(CLICK_IDS)
    + r")=[^&#]*",
    re.IGNORECASE,
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
    if not marks and link is None:
        return _read_unmarked(referrer, own_hosts)
    source, medium = marks.get("utm_source", ""), marks.get("utm_medium", "")
    origin = _read_referrer(referrer, own_hosts)
    click, click_id = _find_click(marks)
    assistant = find_assistant_named(source) if source else None
    if link is not None:
        channel = Channel.MAILING
        source, medium = source or "mailing", medium or "email"
    elif assistant is not None:
        channel, source = Channel.ASSISTANT, assistant.name
    elif source or medium or marks.get("utm_campaign"):
        channel = Channel.CAMPAIGN
        if not source and origin.channel is not Channel.INTERNAL:
            source = origin.source
    elif click and (click.medium == "cpc" or origin.channel is Channel.DIRECT):
        # An unpaid mark says less than a referrer, and more than none.
        channel, source, medium = click.channel, click.system, click.medium
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


@lru_cache(maxsize=MOST_REMEMBERED)
def clean_path(uri: str) -> str:
    """Path and query without marks of mailings, campaigns and clicks; one page, one path."""
    path = _REMOVED.sub("", uri)
    if path != uri and "&" in path and "?" not in path:
        # "/page&a=b" with the marks gone from its middle; what is left was a query.
        head, _, tail = path.partition("&")
        path = f"{head}?{tail}" if tail else head
    return (path or "/")[:2_000]


@lru_cache(maxsize=MOST_REMEMBERED)
def _read_unmarked(referrer: str, own_hosts: frozenset[str]) -> Touchpoint:
    """Most hits: the referrer alone tells."""
    origin = _read_referrer(referrer, own_hosts)
    return Touchpoint(
        channel=origin.channel,
        source=origin.source[:255],
        medium=_MEDIUMS.get(origin.channel, ""),
        term=origin.term,
        referrer=referrer[:2_000],
    )


class _Origin(NamedTuple):
    channel: Channel
    source: str = ""
    term: str | None = None


_DIRECT = _Origin(Channel.DIRECT)


def _read_referrer(referrer: str, own_hosts: frozenset[str]) -> _Origin:
    if not referrer:
        return _DIRECT
    try:
        parts = urlsplit(referrer)
        host = (parts.hostname or "").lower().rstrip(".")
        port = parts.port
    except ValueError:
        return _DIRECT
    if parts.scheme == "android-app":
        host = _app_host(host)
    elif parts.scheme not in ("http", "https"):
        return _DIRECT
    if not _HOST.fullmatch(host):
        return _DIRECT
    if host in own_hosts or f"{host}:{port}" in own_hosts:
        return _Origin(Channel.INTERNAL, host)
    known = find_source(host, parts.path or "/")
    if known is None:
        return _Origin(Channel.REFERRAL, _readable_host(host.removeprefix("www.")))
    if known.channel is not Channel.SEARCH:
        return _Origin(known.channel, known.name)
    return _Origin(known.channel, known.name, find_phrase(known, parts.path, parts.query))


_HOST = re.compile(r"[\w.-]+|[0-9a-f:.]+")


def _readable_host(host: str) -> str:
    """Browsers send xn--bcher-kva.example; people know it as bücher.example."""
    try:
        return host.encode("ascii").decode("idna") if "xn--" in host else host
    except UnicodeError:
        return host


def _app_host(package: str) -> str:
    """com.google.android.gm is written backwards: its maker is at google.com."""
    if package == "com.google.android.googlequicksearchbox":
        return "google.com"
    if package == "com.google.android.gm":
        return "mail.google.com"
    labels = package.split(".")
    # Apps that show pages write the page's host instead: m.facebook.com.
    is_host = labels[-1] in ("com", "org", "net")
    return package if is_host or len(labels) < 2 else f"{labels[1]}.{labels[0]}"


@lru_cache(maxsize=MOST_REMEMBERED)
def _read_marks(url: str) -> dict[str, str]:
    """utm_ parameters and click ids, from query, fragment, or after a bare ``&``."""
    lowered = url.lower()
    if "utm_" not in lowered and not any(name in lowered for name in CLICK_IDS):
        return {}
    start = min((at for at in (url.find("?"), url.find("&"), url.find("#")) if at >= 0), default=-1)
    if start < 0:
        return {}
    text = re.sub(r"[?#]", "&", url[start + 1 :])
    marks: dict[str, str] = {}
    for name, value in read_pairs(text[:8_000]):
        mark = name.lower()
        if mark.startswith("utm_") or mark in CLICK_IDS:
            # Twice: mailing systems escape what is escaped already.
            marks.setdefault(mark, unquote(value).strip())
    return marks


def _find_click(marks: dict[str, str]) -> tuple[_Click | None, str]:
    if marks:
        for name, click in CLICK_IDS.items():
            if marks.get(name):
                return click, f"{name}:{marks[name]}"
    return None, ""
