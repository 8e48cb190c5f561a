"""Tallies of an import in, its progress bars and its last words on the terminal out."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.filesize import decimal
from rich.progress import (
    BarColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
)

from footfall.imports.access_log import Tally
from footfall.imports.contact_columns import Columns
from footfall.imports.contact_list import ListTally
from footfall.imports.contact_rows import RowFile
from footfall.imports.log_file import LogFile
from footfall.imports.matomo import MatomoTally


def show_progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TaskProgressColumn(),
        TextColumn("{task.fields[told]}"),
        TimeRemainingColumn(),
    )


def show_log(progress: Progress, log: LogFile, tally: Tally) -> None:
    """One bar per file; the lines and their rate are of all."""
    shown = next((task for task in progress.tasks if task.fields["log"] is log), None)
    if shown is None:
        progress.add_task(log.path.name, total=log.size, log=log, told="")
        shown = progress.tasks[-1]
    seconds = max(0.001, progress.get_time() - (progress.tasks[0].start_time or 0.0))
    size = f"{decimal(log.position)} of {decimal(log.size)}"
    told = f"{size}  {tally.lines:,} lines  {tally.lines / seconds:,.0f}/s"
    progress.update(shown.id, completed=log.position, told=told)


def show_load(progress: Progress, log: LogFile) -> None:
    task = next((t.id for t in progress.tasks if t.description == log.path.name), None)
    if task is None:
        task = progress.add_task(log.path.name, total=log.size, told="")
    progress.update(task, completed=log.position)


def print_matomo(console: Console, tally: MatomoTally) -> None:
    facts = [
        (tally.actions, "actions read"),
        (tally.hits, "page views and events"),
        (tally.others, "other actions, left out"),
        (tally.contacts, "contacts made"),
        (tally.broken, "actions without a time that can be"),
    ]
    _print_facts(console, facts)
    if tally.resumed:
        console.print("Known before: read on from where the last dump ended.")


def print_tally(console: Console, tally: Tally) -> None:
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


def print_list(
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
    for place, (number, what) in enumerate(facts):
        if number or place < 2:
            console.print(f"{number:>12,}  {what}", markup=False, highlight=False)
