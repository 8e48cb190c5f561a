"""The ``footfall import`` commands: what to read, a progress bar, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import cyclopts
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from footfall import accounts, imports, pipeline
from footfall.accounts import Account
from footfall.app import open_database, open_log
from footfall.imports import Columns, FeedableLog, ListTally, LogFile, RowFile, Tally
from footfall.kit import ConfigError, Database, Settings, read_settings

import_app = cyclopts.App(name="import", help="Bring the past in: logs, lists, other systems.")

Site = Annotated[str, cyclopts.Parameter(help="Host of lines that name none: shop.example.com")]
Smid = Annotated[str, cyclopts.Parameter(help="Monitoring code of the account")]
Name = Annotated[str, cyclopts.Parameter(help="Name of the account, instead of its code")]
Consented = Annotated[bool, cyclopts.Parameter(help="The visitors agreed to being tracked")]


@import_app.command(name="access-log")
def import_access_log(
    *files: Path,
    smid: Smid = "",
    account: Name = "",
    site: Site = "",
    format: str = "auto",
    skip: Annotated[list[str], cyclopts.Parameter(help="Addresses like this: /internal/*")] = [],  # noqa: B006 (cyclopts copies)
    status: Annotated[list[int], cyclopts.Parameter(help="What a page is answered with")] = [  # noqa: B006
        *imports.STATUSES
    ],
    until: Annotated[
        datetime | None, cyclopts.Parameter(help="Leave out what came later: 2026-03-01")
    ] = None,
    zone: Annotated[str, cyclopts.Parameter(help="Time zone of times that name none")] = "UTC",
    consented: Consented = False,
    resume: Annotated[
        bool,
        cyclopts.Parameter(
            negative="--from-start", help="Go on where the last run ended, or read all again"
        ),
    ] = True,
    data: Path | None = None,
) -> None:
    """Read page views from nginx's and Apache's access logs, plain or gzip.

    A file that was read before goes on where it was left; nothing enters twice.
    """
    if not files:
        raise ConfigError("which log? Give at least one file")
    for path in files:
        if not path.is_file():
            raise ConfigError(f"there is no file {path}")
    with _open_place(data, smid, account) as place:
        chosen = place.account
        site = place.check_rules(site, has_consent=consented)
        local = _find_zone(chosen.time_zone)
        rules = imports.LogRules(
            smid=chosen.smid,
            site=site,
            format=format,
            pages=imports.PageRule(status, skip),
            until=until.replace(tzinfo=until.tzinfo or local) if until else None,
            zone=_find_zone(zone),
            has_consent=consented,
            from_start=not resume,
        )
        run = imports.AccessLogImport(
            rules,
            place.log,
            place.bookmarks,
            place.pace,
            place.make_visitor_ids(),
            imports.People(place.database, chosen.account, "access log user"),
        )
        with _show_progress() as progress:
            tally = run.run(files, partial(_show_log, progress))
    _print_tally(Console(), tally)


@import_app.command(name="contacts")
def import_contacts(
    file: Path,
    smid: Smid = "",
    account: Name = "",
    delimiter: Annotated[str, cyclopts.Parameter(help="Found out when not given")] = "",
    encoding: Annotated[str, cyclopts.Parameter(help="Found out when not given")] = "",
    dry_run: Annotated[bool, cyclopts.Parameter(help="Read and check all, write nothing")] = False,
    data: Path | None = None,
) -> None:
    """Read people from a CSV file; the first line names the columns.

    Columns that are not known become properties. A second run changes nothing.
    """
    if not file.is_file():
        raise ConfigError(f"there is no file {file}")
    with (
        _open_place(data, smid, account) as place,
        closing(imports.RowFile(file, delimiter, encoding)) as rows,
    ):
        zone = _find_zone(place.account.time_zone)
        run = imports.ContactImport(place.database, place.account.account, zone, is_trial=dry_run)
        with _show_progress() as progress:
            task = progress.add_task(file.name, total=rows.size, told="")
            columns = run.run(
                rows,
                lambda tally: progress.update(
                    task, completed=rows.position, told=f"{tally.rows:,} rows"
                ),
            )
    _print_list(Console(), run.tally, columns, rows, is_trial=dry_run)


@dataclass(frozen=True)
class _Place:
    """Where an import goes to."""

    account: Account
    database: Database
    log: FeedableLog
    bookmarks: imports.Bookmarks
    pace: imports.Pace

    def make_visitor_ids(self) -> imports.VisitorIds:
        with self.database.read() as connection:
            secret = accounts.find_secret(connection, self.account.account)
        return imports.VisitorIds(secret, _find_zone(self.account.time_zone))

    def check_rules(self, site: str, *, has_consent: bool) -> str:
        """The site, or the account's only one. Raise ConfigError when all would be dropped."""
        with self.database.read() as connection:
            sites = accounts.list_sites(connection, self.account.account)
        listed = frozenset(known.host for known in sites if known.is_listed)
        site = site.strip().lower() or (sites[0].host if len(sites) == 1 else "")
        if site and listed and not pipeline.is_listed(site, listed):
            raise ConfigError(
                f"{self.account.name} does not list the site {site}, and all of it would be "
                f"dropped: list it in the panel, or choose one of {', '.join(sorted(listed))}"
            )
        if self.account.settings.consent_required and not has_consent:
            raise ConfigError(
                f"{self.account.name} asks visitors for consent first, so all of it would be "
                "dropped: say --consented if they agreed to being tracked then"
            )
        return site


@contextmanager
def _open_place(data: Path | None, smid: str, name: str) -> Iterator[_Place]:
    settings = read_settings()
    if data is not None:
        settings = replace(settings, data=data.absolute())
    _refuse_strange_folder(settings)
    database, log = open_database(settings), open_log(settings)
    bookmarks = imports.Bookmarks(settings.data / "imports")
    try:
        account = _find_account(database, smid, name)
        pace = imports.Pace(log, partial(_read_place, database))
        with bookmarks.lock():
            yield _Place(account, database, log, bookmarks, pace)
    finally:
        log.close()
        database.close()


def _refuse_strange_folder(settings: Settings) -> None:
    """An empty folder would be filled and the running installation see nothing of it."""
    if not settings.data.exists():
        raise ConfigError(f"there is no installation in {settings.data}: say where with --data")


def _find_account(database: Database, smid: str, name: str) -> Account:
    """The account meant; the only one there is need not be named. Raise ConfigError."""
    with database.read() as connection:
        known = accounts.list_accounts(connection)
    fit = [a for a in known if smid in ("", a.smid) and name in ("", a.name)]
    if len(fit) == 1:
        return fit[0]
    listed = ", ".join(f"{a.name} ({a.smid})" for a in known) or "none yet"
    raise ConfigError(f"which account? Name it with --smid or --account: {listed}")


def _read_place(database: Database) -> int:
    with database.read() as connection:
        checkpoint = pipeline.read_checkpoint(connection)
    return checkpoint.next_offset if checkpoint else 0


def _find_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f"there is no time zone {name!r}: write Europe/Warsaw or UTC") from error


def _show_progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        DownloadColumn(),
        TextColumn("{task.fields[told]}"),
        TimeRemainingColumn(),
    )


def _show_log(progress: Progress, log: LogFile, tally: Tally) -> None:
    """One bar per file; the lines and their rate are of all."""
    shown = next((task for task in progress.tasks if task.fields["log"] is log), None)
    if shown is None:
        progress.add_task(log.path.name, total=log.size, log=log, told="")
        shown = progress.tasks[-1]
    seconds = max(0.001, progress.get_time() - (progress.tasks[0].start_time or 0.0))
    told = f"{tally.lines:,} lines  {tally.lines / seconds:,.0f}/s"
    progress.update(shown.id, completed=log.position, told=told)


def _print_tally(console: Console, tally: Tally) -> None:
    facts = [
        (tally.lines, "lines read"),
        (tally.pages, "page views"),
        (tally.others, "other requests, left out"),
        (tally.late, "later than asked for, left out"),
        (tally.contacts, "contacts made"),
        (tally.broken, "broken lines"),
    ]
    _print_facts(console, facts)
    for line in tally.shown:
        console.print(f"    {line}", markup=False, highlight=False, soft_wrap=True)
    if tally.resumed:
        console.print(f"{tally.resumed} known file(s): read on from where the last run ended")
    for name in tally.cut:
        console.print(f"{name} ends too early: what could be unpacked was read", markup=False)


def _print_list(
    console: Console, tally: ListTally, columns: Columns, file: RowFile, *, is_trial: bool
) -> None:
    taken = zip(columns.headers, columns.meanings, strict=True)
    listed = ", ".join(f"{header} → {meaning or 'property'}" for header, meaning in taken)
    written = f"{file.encoding}, columns between {file.delimiter!r}: {listed}"
    console.print(written, markup=False, highlight=False, soft_wrap=True)
    facts = [
        (tally.rows, "rows read"),
        (tally.added, "new contacts"),
        (tally.known, "contacts known before, or twice in the list"),
        (tally.bad, "rows that could not be used"),
    ]
    _print_facts(console, facts)
    for line, reason in tally.shown:
        console.print(f"    line {line}: {reason}", markup=False, highlight=False, soft_wrap=True)
    if tally.bad > len(tally.shown):
        console.print(f"    … and {tally.bad - len(tally.shown):,} more")
    if is_trial:
        console.print("Nothing was written: this was a dry run.")


def _print_facts(console: Console, facts: Sequence[tuple[int, str]]) -> None:
    for number, what in facts:
        if number or what in ("lines read", "page views", "rows read"):
            console.print(f"{number:>12,}  {what}", markup=False, highlight=False)
