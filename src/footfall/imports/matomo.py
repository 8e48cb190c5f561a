"""Matomo's visits and actions in, hits of the past into the raw log out, each action once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlencode, urlsplit

import msgspec

from footfall.imports.bookmarks import Bookmarks
from footfall.imports.feed import Feed, FeedableLog, Group, Pace, make_imported_hit
from footfall.imports.matomo_tables import MatomoTables
from footfall.imports.people import People
from footfall.imports.visitor_ids import VisitorIds
from footfall.kit import now, to_ms
from footfall.model import RawHit, SmId

SOURCE = "matomo user id"
TELL_EVERY = 1_000

# Matomo's numbers and codes: core/Tracker/PageUrl.php, core/Tracker/Action.php and
# plugins/Referrers/Columns/Base.php of its source; browsers and systems of its device detector.
PREFIXES = {"0": "http://", "1": "http://www.", "2": "https://", "3": "https://www."}
PAGE, OUTLINK, DOWNLOAD, SEARCH = "1", "2", "3", "8"
CAMPAIGN = "6"
PHONES = frozenset(("1", "3", "10"))
BROWSERS = {
    code: name
    for name, codes in {
        "Chrome": "CH CM CI",
        "Chromium": "CR",
        "Brave": "BR",
        "Firefox": "FF FM",
        "Safari": "SF MF",
        "Edge": "PS",
        "Opera": "OP OM",
        "Internet Explorer": "IE",
        "Samsung Internet": "SB",
        "Vivaldi": "VI",
        "Yandex Browser": "YA",
    }.items()
    for code in codes.split()
}
SYSTEMS = {
    "WIN": "Windows",
    "MAC": "macOS",
    "IOS": "iOS",
    "IPA": "iOS",
    "AND": "Android",
    "LIN": "Linux",
    "UBT": "Ubuntu",
    "COS": "Chrome OS",
}


class MatomoRules(msgspec.Struct, frozen=True, kw_only=True):
    """``name`` tells one Matomo from another; ``sites`` empty: all of its sites."""

    smid: SmId
    name: str = "matomo"
    sites: frozenset[str] = frozenset()
    has_consent: bool = False


class MatomoTally(msgspec.Struct):
    """What became of the actions."""

    actions: int = 0
    hits: int = 0
    others: int = 0  # of another site, or of a kind that has no place here
    broken: int = 0
    contacts: int = 0
    resumed: bool = False


class MatomoImport:
    """One run; a later dump of the same Matomo goes on after the last action of this one."""

    def __init__(
        self,
        rules: MatomoRules,
        log: FeedableLog,
        bookmarks: Bookmarks,
        pace: Pace,
        ids: VisitorIds,
        people: People,
    ) -> None:
        self._rules, self._ids, self._people = rules, ids, people
        bookmark = bookmarks.find_named(rules.smid, rules.name)
        self._feed = Feed(log, bookmarks, bookmark, pace)
        self.tally = MatomoTally(resumed=bookmark.done > 0)

    @property
    def first(self) -> int:
        """The id of the first action that was not read yet."""
        return self._feed.bookmark.done

    def run(
        self, tables: MatomoTables, tell: Callable[[MatomoTally], None] = lambda _tally: None
    ) -> MatomoTally:
        tally, group = self.tally, Group(self._feed)
        for row in tables.read_actions(self.first):
            tally.actions += 1
            number = int(row["idlink_va"])
            name = f"{group.key}:{number}"
            self._add(group, row, name, number)
            group.end = number + 1
            if tally.actions % TELL_EVERY == 0:
                tell(tally)
        group.flush()
        self._feed.close()
        tally.contacts = self._people.added
        tell(tally)
        return tally

    def _add(self, group: Group, row: Mapping[str, Any], name: str, number: int) -> None:
        at_ms = _read_time(row["server_time"])
        said = _read_action(row)
        if at_ms is None:
            self.tally.broken += 1
        elif said is None or (self._rules.sites and str(row["idsite"]) not in self._rules.sites):
            self.tally.others += 1
        else:
            self.tally.hits += 1
            group.add(self._make_hit(row, said, name, at_ms), name, number)

    def _make_hit(
        self, row: Mapping[str, Any], said: dict[str, Any], name: str, at_ms: int
    ) -> RawHit:
        user = str(row["user_id"] or "")
        client = self._people.find(user, at_ms) if user else None
        body = {
            "smid": self._rules.smid,
            "uuid": self._find_visitor(row, user),
            "hit": name,
            "timestamp": at_ms,
            "lang": row["location_browser_lang"] or "",
            **_read_hints(row),
            **said,
        }
        if client:
            body |= {"client": client, "how": SOURCE}
        if self._rules.has_consent:
            body["ok"] = "1"
        # Matomo keeps no agents, and counts no machines.
        return make_imported_hit(_encode(body), _read_address(row["location_ip"]), None)

    def _find_visitor(self, row: Mapping[str, Any], user: str) -> str:
        """A user by name. Without one: Matomo's visitor, whom a fingerprint may have made."""
        if user:
            return self._ids.of_name(user)
        known = row["idvisitor"]
        if known:
            return self._ids.of_foreign(self._rules.name, str(known).lower().removeprefix("0x"))
        return self._ids.of_foreign(f"{self._rules.name} visit", str(row["idvisit"]))


_encode = msgspec.json.Encoder().encode


def _read_action(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """What the hit says besides who and when; None for what has no place here."""
    kind = str(row["kind"] or "")
    url, previous = _join(row["url"], row["prefix"]), _join(row["ref"], row["ref_prefix"])
    if row["event"]:
        details = {"category": row["category"] or "", "label": row["title"] or ""}
        if row["custom_float"]:
            details["value"] = row["custom_float"]
        return _place(url or previous) | {"type": "event", "name": row["event"], "data": details}
    if kind in (OUTLINK, DOWNLOAD):
        name = "outlink" if kind == OUTLINK else "download"
        return _place(previous or url) | {"type": "event", "name": name, "data": {"target": url}}
    if str(row["title_kind"]) == SEARCH:
        phrase = {"phrase": row["title"]}
        return _place(url or previous) | {"type": "event", "name": "search", "data": phrase}
    if kind != PAGE or not url:
        return None
    referrer = previous
    if not previous:
        referrer, url = str(row["referer_url"] or ""), _mark(url, row)
    return _place(url) | {"type": "page", "referrer": referrer, "title": row["title"] or ""}


def _join(name: str | None, prefix: object) -> str:
    return PREFIXES.get(str(prefix), "") + name if name else ""


def _place(url: str) -> dict[str, Any]:
    try:
        parts = urlsplit(url)
    except ValueError:  # an unclosed bracket
        return {"location": "", "uri": url}
    path = parts.path or "/"
    return {
        "location": parts.netloc,
        "scheme": parts.scheme,
        "uri": f"{path}?{parts.query}" if parts.query else path,
    }


def _mark(url: str, row: Mapping[str, Any]) -> str:
    """Matomo cuts a campaign's marks off the address and keeps them beside it."""
    if str(row["referer_type"]) != CAMPAIGN or "utm_campaign=" in url:
        return url
    marks = {"utm_campaign": row["referer_name"], "utm_term": row["referer_keyword"]}
    written = urlencode({name: value for name, value in marks.items() if value})
    return f"{url}{'&' if '?' in url else '?'}{written}"


def _read_hints(row: Mapping[str, Any]) -> dict[str, str]:
    """Browser and system, in the words in which browsers hint at them."""
    browser = BROWSERS.get(str(row["config_browser_name"] or "").upper(), "")
    system = SYSTEMS.get(str(row["config_os"] or "").upper(), "")
    hints = {"platform": f'"{system}"'} if system else {}
    if browser:
        hints["brands"] = f'"{browser}";v="{row["config_browser_version"] or 0}"'
    if str(row["config_device_type"]) in PHONES:
        hints["mobile"] = "?1"
    return hints


def _read_time(text: str | None) -> int | None:
    """Matomo writes UTC, and names no zone."""
    try:
        moment = datetime.fromisoformat(text or "").replace(tzinfo=UTC)
    except ValueError:
        return None
    at_ms = to_ms(moment)
    return at_ms if 0 < at_ms <= to_ms(now()) else None


def _read_address(text: str | None) -> str:
    """As HEX() writes it, or as text; "" for anything else."""
    written = (text or "").removeprefix("0x")
    try:
        if len(written) in (8, 32):
            return str(ip_address(bytes.fromhex(written)))
        return str(ip_address(written))
    except ValueError:
        return ""
