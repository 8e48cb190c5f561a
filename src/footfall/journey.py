"""One page view goes in at the door; where it went comes out, step by step."""

from __future__ import annotations

import json
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urlsplit
from urllib.request import Request, urlopen

import msgspec

from footfall import __version__, accounts, identity
from footfall.app import open_database, open_log
from footfall.identity import Visitor
from footfall.kit import ConfigError, Settings, now, to_ms
from footfall.model import VisitorId

PATIENCE_SECONDS = 15.0
# Where ours is looked for: others may have sent as many since.
NEWEST_HITS = 10_000
# As long as any request of ours to a server on this machine may take.
REQUEST_SECONDS = 10.0
# A plain browser's name: ours would be taken for a machine, and its visit not be shown.
AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/130.0.0.0 Safari/537.36"
)
WHY = {
    "unknown_account": "no account has this monitoring code",
    "unlisted_domain": "the account does not list the site of this page",
    "no_consent": "the account asks for consent first, and the hit carried none",
    "stopped": "monitoring of this contact was stopped",
    "duplicate": "the same hit was here before",
    "junk_visitor": "the visitor's id could not be used",
}


def show_journey(url: str, smid: str, settings: Settings) -> None:
    """Send one page view and follow it. Raise ConfigError when it cannot even be sent."""
    url = url.rstrip("/")
    before = _read_health(url)
    smid = smid or _find_demo_code(settings)
    hit = _make_hit(url, smid)
    _say("sent", f"a page view of {hit['location']}{hit['uri']} with the code {smid}")
    started = time.monotonic()
    answer = _ask(f"{url}/api/r.gif?{urlencode(hit)}")
    milliseconds = (time.monotonic() - started) * 1000
    _say("answered", f"{answer.status} {answer.kind} after {milliseconds:.1f} ms")
    offset = _find_offset(settings, hit["uuid"])
    _say("in the log", _describe_offset(offset, before, _read_health(url)))
    visitor = _wait_for_verdict(url, before, hit["uuid"], settings if offset is not None else None)
    if visitor is not None:
        _show_visitor(url, visitor, settings)


@dataclass(frozen=True)
class _Answer:
    status: int
    kind: str
    body: bytes


def _find_demo_code(settings: Settings) -> str:
    path = settings.data / "demo.json"
    if not path.exists():
        raise ConfigError(
            f"whose page shall it be? There is no {path}: "
            "give --smid, the monitoring code of an account"
        )
    return str(json.loads(path.read_text())["client_id"])


def _make_hit(url: str, smid: str) -> dict[str, Any]:
    """As the tracker would write it, of a browser that nobody has seen before."""
    moment = to_ms(now())
    chosen = _read_configuration(url, smid)
    sites = chosen.get("domains") or [urlsplit(url).netloc]
    hit = {
        "uri": f"/send-hit?version={__version__}",
        "location": sites[0],
        "uuid": f"{moment:011x}-{secrets.token_hex(6)}",
        "smid": smid,
        "timestamp": moment,
        "title": "One hit, sent by hand",
    }
    return hit | ({"ok": "1"} if chosen.get("consent") else {})


def _read_configuration(url: str, smid: str) -> dict[str, Any]:
    """What the tracker would read of the account; nothing of an unknown one."""
    answer = _ask(f"{url}/dynamic/{quote(smid, safe='')}/config.json")
    found: dict[str, Any] = json.loads(answer.body) if answer.status == 200 else {}
    return found


def _find_offset(settings: Settings, uuid: str) -> int | None:
    """Where the hit stands in the log of this machine; None when it went to another."""
    if not settings.log_url and not (settings.data / "rawlog.db").exists():
        return None
    log = open_log(settings)
    try:
        found = (at for at, hit in log.read_newest(NEWEST_HITS) if uuid.encode() in hit.query)
        return next(found, None)
    finally:
        log.close()


def _describe_offset(
    offset: int | None, before: Mapping[str, Any], after: Mapping[str, Any]
) -> str:
    if offset is not None:
        return f"at offset {offset}, on disk before the answer left"
    return f"of another machine, among the hits {before['accepted'] + 1} to {after['accepted']}"


def _wait_for_verdict(
    url: str, before: Mapping[str, Any], uuid: str, local: Settings | None
) -> Visitor | None:
    """Say what became of the hit; return its visitor when it can be read here."""
    until = time.monotonic() + PATIENCE_SECONDS
    health = _read_health(url)
    while health["pending"] and time.monotonic() < until:
        time.sleep(0.05)
        health = _read_health(url)
    visitor = _find_visitor(local, uuid) if local is not None else None
    if visitor is not None:
        _say("stored", "as an event of a new visitor")
    elif health["pending"]:
        _say("pending", f"{health['pending']} hits still wait: does the worker run? See the log.")
    else:
        _say("result", _describe_change(before, health))
    return visitor


def _find_visitor(settings: Settings, uuid: str) -> Visitor | None:
    database = open_database(settings)
    try:
        with database.read() as connection:
            for account in accounts.list_accounts(connection):
                key = VisitorId(uuid)
                found = identity.find_visitors(connection, account.account, [key])
                if found:
                    return found[key]
    finally:
        database.close()
    return None


def _describe_change(before: Mapping[str, Any], after: Mapping[str, Any]) -> str:
    """The counters that moved; more than ours when others send hits meanwhile."""
    dropped = {
        reason: hits - before["dropped"].get(reason, 0)
        for reason, hits in after["dropped"].items()
        if hits > before["dropped"].get(reason, 0)
    }
    moved = [f"dropped: {reason} ({WHY.get(reason, 'see the glossary')})" for reason in dropped]
    if after["buried"] > before["buried"]:
        moved.append("buried: it could not be read")
    if after["stored"] > before["stored"]:
        moved.append("stored")
    return "; or ".join(moved) or "no counter moved: was it counted before we looked?"


def _show_visitor(url: str, visitor: Visitor, settings: Settings) -> None:
    device, place = visitor.device, visitor.place
    where = ", ".join(part for part in (place.city, place.country) if part)
    seen = f"{device.browser} on {device.system}, from {where or 'an unknown place'}"
    _say("visitor", f"{visitor.visitor}: {visitor.pages} page, {seen}")
    _say("look", f"{url}/visitors/{visitor.visitor}")
    if not (settings.data / "geo").exists():
        _say("hint", "places stay unknown until 'footfall geo update' has fetched a database")


def _read_health(url: str) -> dict[str, Any]:
    answer = _ask(f"{url}/api/health")
    try:
        health: dict[str, Any] = msgspec.json.decode(answer.body, type=dict[str, Any])
        return health if "accepted" in health else _raise_stranger(url, answer)
    except msgspec.MsgspecError:
        return _raise_stranger(url, answer)


def _raise_stranger(url: str, answer: _Answer) -> dict[str, Any]:
    raise ConfigError(f"what answers at {url} is no footfall: {answer.status} {answer.kind}")


def _ask(address: str) -> _Answer:
    if not address.startswith(("http://", "https://")):
        raise ConfigError(f"{address.partition('/api')[0]!r} is no address: begin with http://")
    request = Request(address, headers={"user-agent": AGENT})  # noqa: S310 (checked above)
    try:
        with urlopen(request, timeout=REQUEST_SECONDS) as answer:  # noqa: S310
            return _Answer(answer.status, answer.headers.get_content_type(), answer.read())
    except HTTPError as error:
        return _Answer(error.code, error.headers.get_content_type(), error.read())
    except (URLError, OSError) as error:
        base = "{0.scheme}://{0.netloc}".format(urlsplit(address))
        reason = getattr(error, "reason", error)
        raise ConfigError(
            f"nothing answers at {base} ({reason}); start it with 'footfall serve' or 'make run'"
        ) from error


def _say(step: str, what: str) -> None:
    print(f"  {step:11} {what}", flush=True)  # noqa: T201 (the command's output)
