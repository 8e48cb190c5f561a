"""The ``footfall import`` commands: what to read, a progress bar, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import cyclopts
from rich.console import Console

from footfall import accounts, imports, pipeline
from footfall.accounts import Account
from footfall.app import open_database, open_log
from footfall.imports import FeedableLog, screen
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
        with screen.show_progress() as progress:
            tally = run.run(files, partial(screen.show_log, progress))
    screen.print_tally(Console(), tally)


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
        with screen.show_progress() as progress:
            task = progress.add_task(file.name, total=rows.size, told="")
            columns = run.run(
                rows,
                lambda tally: progress.update(
                    task, completed=rows.position, told=f"{tally.rows:,} rows"
                ),
            )
    screen.print_list(Console(), run.tally, columns, rows, is_trial=dry_run)


@import_app.command(name="matomo")
def import_matomo(
    source: Path,
    smid: Smid = "",
    account: Name = "",
    name: Annotated[str, cyclopts.Parameter(help="Tells one Matomo from another")] = "matomo",
    idsite: Annotated[list[int], cyclopts.Parameter(help="Only these of its sites")] = [],  # noqa: B006
    consented: Consented = False,
    data: Path | None = None,
) -> None:
    """Read visits and actions from dumps of Matomo's log tables.

    source: a folder, zip or tar file with log_visit, log_link_visit_action and log_action as
    .csv or .tsv, with their headers. A later dump goes on where the last one ended.
    """
    if not source.exists():
        raise ConfigError(f"there is no {source}")
    with _open_place(data, smid, account) as place:
        place.check_rules("", has_consent=consented)
        rules = imports.MatomoRules(
            smid=place.account.smid,
            name=name,
            sites=frozenset(map(str, idsite)),
            has_consent=consented,
        )
        run = imports.MatomoImport(
            rules,
            place.log,
            place.bookmarks,
            place.pace,
            place.make_visitor_ids(),
            imports.People(place.database, place.account.account, imports.MATOMO_USER),
        )
        with screen.show_progress() as progress:
            show = partial(screen.show_load, progress)
            with imports.open_matomo(source, show) as tables:
                task = progress.add_task("actions", total=tables.count(run.first), told="")
                run.run(
                    tables,
                    lambda tally: progress.update(
                        task, completed=tally.actions, told=f"{tally.hits:,} hits"
                    ),
                )
    screen.print_matomo(Console(), run.tally)


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
        pace = imports.Pace(log, partial(_count_done, database))
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


def _count_done(database: Database) -> int:
    with database.read() as connection:
        outcomes = pipeline.read_outcomes(connection)
    return outcomes.stored + sum(outcomes.dropped.values()) + outcomes.buried


def _find_zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ConfigError(f"there is no time zone {name!r}: write Europe/Warsaw or UTC") from error
