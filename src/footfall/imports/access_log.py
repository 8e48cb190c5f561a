"""Access logs in, page views into the raw log out, each line once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from pathlib import Path

import msgspec

from footfall.imports.bookmarks import Bookmarks
from footfall.imports.feed import Feed, FeedableLog, Group, Pace, make_imported_hit
from footfall.imports.log_file import Block, LogFile
from footfall.imports.log_lines import LONGEST_LINE, Reader, Request, choose_reader
from footfall.imports.pages import PageRule
from footfall.imports.people import People
from footfall.imports.visitor_ids import VisitorIds
from footfall.kit import Refused, now, to_ms
from footfall.model import RawHit, SmId

SAMPLE_LINES = 50
MOST_SHOWN = 5
# A server's clock may run ahead of ours; a line from further ahead is broken.
AHEAD = timedelta(days=1)

Tell = Callable[[LogFile, "Tally"], None]


class LogRules(msgspec.Struct, frozen=True, kw_only=True):
    """How to read a log. ``site`` is where lines without a host happened."""

    smid: SmId
    site: str = ""
    format: str = "auto"
    pages: PageRule = PageRule()
    until: datetime | None = None
    zone: tzinfo = UTC
    has_consent: bool = False
    from_start: bool = False


class Tally(msgspec.Struct):
    """What became of the lines. ``resumed`` files had been read before, in whole or part."""

    lines: int = 0
    pages: int = 0
    others: int = 0  # no page views
    late: int = 0  # after the moment until which is imported
    broken: int = 0
    shown: list[str] = []  # the first broken lines
    resumed: int = 0
    cut: list[str] = []  # files whose packed data end too early
    contacts: int = 0  # made because a user was called by an e-mail address


class AccessLogImport:
    """One run over any number of files, from the oldest to the newest."""

    def __init__(
        self,
        rules: LogRules,
        log: FeedableLog,
        bookmarks: Bookmarks,
        pace: Pace,
        ids: VisitorIds,
        people: People,
    ) -> None:
        self._rules, self._log, self._bookmarks, self._pace = rules, log, bookmarks, pace
        self._ids, self._people = ids, people
        self._last_ms = to_ms(now() + AHEAD)
        self._until_ms = to_ms(rules.until) if rules.until else self._last_ms
        self.tally = Tally()

    def run(self, paths: Sequence[Path], tell: Tell = lambda _log, _tally: None) -> Tally:
        """Read each file from where it was left. Raise Refused when no format fits one."""
        opened = [LogFile(path) for path in paths]
        read = [(self._choose_reader(log), log) for log in opened if log.size]
        # In order of time, or a visit that goes over into the next file would count twice.
        for reader, log in sorted(read, key=lambda pair: self._find_first(*pair)):
            self._read_file(reader, log, tell)
        self.tally.contacts = self._people.added
        return self.tally

    def _choose_reader(self, log: LogFile) -> Reader:
        sample = _sample(log)
        try:
            read = choose_reader(self._rules.format, sample, self._rules.zone)
        except Refused as error:
            raise Refused(f"{log.path}: {error}") from error
        requests = [request for line in sample if (request := read(line))]
        if not self._rules.site and not all(request.host for request in requests):
            raise Refused(f"{log.path} names no host: say with --site where that was")
        return read

    def _find_first(self, read: Reader, log: LogFile) -> int:
        found = (request.at_ms for line in _sample(log) if (request := read(line)))
        return next(found, 0)

    def _read_file(self, read: Reader, log: LogFile, tell: Tell) -> None:
        bookmark = self._bookmarks.find_of_log(self._rules.smid, log)
        if self._rules.from_start:
            bookmark.done, bookmark.intent = 0, None
        feed = Feed(self._log, self._bookmarks, bookmark, self._pace)
        self.tally.resumed += bookmark.done > 0
        group = Group(feed)
        for block in log.read_blocks(bookmark.done):
            self._read_block(read, block, group)
            tell(log, self.tally)
        # The last line of a file that somebody cut out by hand has no end, and one that is
        # being written is not whole yet: taken when it can be read.
        if log.tail.text and read(log.tail.text) is not None:
            self._read_block(read, log.tail, group)
        group.flush()
        feed.close()
        tell(log, self.tally)
        if log.is_cut:
            self.tally.cut.append(log.path.name)

    def _read_block(self, read: Reader, block: Block, group: Group) -> None:
        tally, is_page = self.tally, self._rules.pages.is_page
        at = block.start
        for line in block.text.removesuffix(b"\n").split(b"\n"):
            request = read(line) if len(line) <= LONGEST_LINE else None
            tally.lines += 1
            if request is None or request.at_ms > self._last_ms:
                self._note_broken(line)
            elif request.at_ms >= self._until_ms:
                tally.late += 1
            elif is_page(request):
                tally.pages += 1
                name = f"{group.key}:{at}"
                group.add(self._make_hit(request, name), name, at)
            else:
                tally.others += 1
            at += len(line) + 1
        group.end = block.start + len(block.text)

    def _note_broken(self, line: bytes) -> None:
        if not line.strip():
            self.tally.lines -= 1  # no line at all
            return
        self.tally.broken += 1
        if len(self.tally.shown) < MOST_SHOWN:
            self.tally.shown.append(line[:200].decode(errors="replace").strip())

    def _make_hit(self, request: Request, name: str) -> RawHit:
        agent = request.agent or ""
        visitor = self._ids.of_cookie(request.visitor) if request.visitor else None
        client, how = "", ""
        if visitor:
            client = request.client
        elif request.user:
            visitor = self._ids.of_name(request.user)
            known = self._people.find(request.user, request.at_ms)
            client, how = known or "", self._people.source if known else ""
        else:
            visitor = self._ids.of_address(request.address, agent, request.at_ms)
        body = _PageView(
            smid=self._rules.smid,
            uuid=visitor,
            hit=name,
            timestamp=request.at_ms,
            location=request.host or self._rules.site,
            uri=request.target,
            referrer=request.referrer,
            scheme=request.scheme,
            client=client,
            how=how,
            ok="1" if self._rules.has_consent else "",
        )
        return make_imported_hit(_encode(body), request.address, request.agent)


class _PageView(msgspec.Struct, omit_defaults=True):
    """A page view as the wire names it."""

    smid: str
    uuid: str
    hit: str
    timestamp: int
    location: str
    uri: str
    referrer: str = ""
    scheme: str = ""
    client: str = ""
    how: str = ""
    ok: str = ""


_encode = msgspec.json.Encoder().encode


def _sample(log: LogFile) -> list[bytes]:
    lines = log.read_prefix(SAMPLE_LINES * 1_000).split(b"\n")
    # The last one is cut where the prefix ends.
    return [line for line in (lines[:-1] or lines)[:SAMPLE_LINES] if line.strip()]
