"""The settings of an installation in; what was looked at, and how to mend it, out."""

from __future__ import annotations

import os
import platform
import shutil
import socket
import sqlite3
import stat
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path
from typing import NamedTuple
from urllib.parse import urlsplit

import maxminddb
import sqlalchemy as sa

from footfall import __version__, accounts
from footfall.app import open_engine, open_log
from footfall.kit import Database, FootfallError, Settings, now, to_ms
from footfall.model import BuryReason, RawHit
from footfall.rawlog import RawLog
from footfall.schema import list_missing
from footfall.web.alarms import find_alarms
from footfall.web.public import BUILT, SCRIPTS, count_hits

# Two clocks of one machine do not differ; a minute is a clock that was set back.
CLOCK_SECONDS = 60
# Addresses move between networks and towns; half a year turns one in ten.
OLDEST_GEO_DAYS = 180
# Rows are returned by what wrote them (RETURNING).
OLDEST_SQLITE = (3, 35, 0)
MAIL_PORTS = {"smtps": 465, "smtp+tls": 587, "smtp": 25}
MAIL_SECONDS = 5.0
# Enough to tell a site behind a proxy from one with a single visitor.
RECENT_HITS = 200
SECRETS = ("demo.json", "store.key", "setup-code", "people.db", "rawlog.db")


class Finding(NamedTuple):
    """``remedy`` is what to type or do; with ``is_fine`` it is only a hint."""

    is_fine: bool
    what: str
    remedy: str = ""


def list_findings(settings: Settings) -> list[Finding]:
    """Look at everything worth knowing; mend nothing."""
    if not settings.data.is_dir():
        remedy = "start footfall once with 'footfall serve', or say where it is with --data"
        return [Finding(False, f"there is no data folder at {settings.data}", remedy)]
    with closing(Database(settings.people_url)) as database:
        place = _Place(settings, database)
        return [finding for look in LOOKS for finding in look(place)]


@dataclass(frozen=True)
class _Place:
    """What the looks share."""

    settings: Settings
    database: Database

    @property
    def has_log(self) -> bool:
        """Whether there is one to read; where a server keeps it, its own look says why not."""
        if not self.settings.log_url:
            return (self.settings.data / "rawlog.db").exists()
        try:
            with self.open_log() as log:
                return bool(log.epoch)
        except FootfallError:
            return False

    def open_log(self) -> closing[RawLog]:
        return closing(open_log(self.settings))


def look_at_folder(place: _Place) -> Iterator[Finding]:
    folder = place.settings.data
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"footfall")
    except OSError as error:
        yield Finding(False, f"{folder} cannot be written: {error}", f"chown -R $(id -u) {folder}")
        return
    yield Finding(True, f"{folder} can be written")


def look_at_disk(place: _Place) -> Iterator[Finding]:
    free = shutil.disk_usage(place.settings.data).free
    remedy = _find_remedy("disk_nearly_full", place, 0.0)
    yield Finding(
        not remedy, f"{free / (1 << 30):.1f} GiB are free for {place.settings.data}", remedy
    )


def look_at_owner(place: _Place) -> Iterator[Finding]:
    """One command run as root leaves files that the service may not write afterwards."""
    folder = place.settings.data
    owner = folder.stat().st_uid
    strange = [path for path in _walk(folder) if _owner_of(path) not in (owner, None)]
    if strange:
        what = f"{len(strange)} files in {folder} belong to somebody else, first {strange[0].name}"
        yield Finding(False, what, f"chown -R --reference={folder} {folder}")
        return
    yield Finding(True, f"all in {folder} belongs to one user")


def look_at_secrets(place: _Place) -> Iterator[Finding]:
    """A closed folder keeps everything in it, whatever the files say."""
    folder = place.settings.data
    if not _is_open(folder):
        yield Finding(True, f"only its owner can look into {folder}")
        return
    shown = [name for name in SECRETS if (folder / name).exists() and _is_open(folder / name)]
    if shown:
        what = f"others on this machine can read {', '.join(shown)} in {folder}"
        yield Finding(False, what, f"chmod 700 {folder}")


def look_at_people(place: _Place) -> Iterator[Finding]:
    try:
        missing = list_missing(place.database)
        with place.database.read() as connection:
            has_users = not missing and accounts.has_users(connection)
    except sa.exc.SQLAlchemyError as error:
        what = f"the people database does not answer: {str(error).splitlines()[0]}"
        yield Finding(False, what, "check FOOTFALL_DATABASE_URL and that its server runs")
        return
    if missing:
        what = f"the people database lacks {', '.join(missing)}"
        yield Finding(False, what, "footfall migrate")
        return
    yield Finding(True, "the people database is up to date")
    if not has_users:
        remedy = "footfall account create --name … --email … --password …"
        yield Finding(True, "there is no account yet", remedy)


def look_at_log(place: _Place) -> Iterator[Finding]:
    """Whether a server syncs before it acknowledges, it tells nobody."""
    if not place.settings.log_url:
        return
    try:
        with place.open_log() as log:
            log.end()
    except FootfallError as error:
        remedy = "check FOOTFALL_LOG_URL, and that most of the NATS servers run"
        yield Finding(False, str(error), remedy)
        return
    remedy = "each must have 'sync_interval: always' in its jetstream block; it cannot be asked"
    yield Finding(True, "the NATS servers of the log answer", remedy)


def look_at_queue(place: _Place) -> Iterator[Finding]:
    if not place.has_log:
        if not place.settings.log_url:
            yield Finding(True, "no hit was received yet", "footfall send-hit")
        return
    try:
        with place.open_log() as log:
            health = count_hits(place.database, log)
    except sa.exc.SQLAlchemyError:
        return  # the look at the people database has said what is wrong with it
    age = health["oldest_pending_seconds"]
    what = f"{health['accepted']} hits accepted, {health['pending']} pending for {age:.0f} s"
    remedy = _find_remedy("queue_age", place, age)
    yield Finding(not remedy, what, remedy)


def look_at_buried(place: _Place) -> Iterator[Finding]:
    """Junk from the world is no fault; what our own steps crashed on is."""
    if not place.has_log:
        return
    with place.open_log() as log:
        buried = [hit for hit in log.list_buried(1_000) if hit.replayed_at_ms is None]
    reasons = Counter(hit.reason.value for hit in buried)
    shown = ", ".join(f"{hits} {reason}" for reason, hits in reasons.most_common())
    crashed = [hit.offset for hit in buried if hit.reason is BuryReason.CRASHED]
    if crashed:
        remedy = f"update footfall, then: footfall replay {crashed[0]}"
        yield Finding(False, f"buried hits: {shown}", remedy)
    elif buried:
        yield Finding(True, f"buried hits: {shown}", "see what they were under Health in the panel")


def look_at_clock(place: _Place) -> Iterator[Finding]:
    newest = _list_recent(place)[-1:]
    ahead = newest[0].received_at_ms - to_ms(now()) if newest else 0
    if ahead > CLOCK_SECONDS * 1000:
        what = f"the newest hit is {ahead / 1000:.0f} s in the future: the clock was set back"
        yield Finding(False, what, "timedatectl set-ntp true")
    else:
        yield Finding(True, "the clock agrees with the newest hit")


def look_at_proxies(place: _Place) -> Iterator[Finding]:
    """A real site that only this machine or its network visits stands behind a proxy."""
    seen = {hit.address for hit in _list_recent(place) if _is_from_public_site(hit)}
    if place.settings.trusted_proxies or len(seen) != 1 or not _is_private(next(iter(seen))):
        return
    what = f"every recent hit of a public site comes from {next(iter(seen))}: it is a proxy"
    remedy = f"FOOTFALL_TRUSTED_PROXIES={next(iter(seen))}, and let it send X-Forwarded-For"
    yield Finding(False, what, remedy)


def look_at_versions(_place: _Place) -> Iterator[Finding]:
    versions = f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}"
    remedy = "" if sqlite3.sqlite_version_info >= OLDEST_SQLITE else "use a newer Python"
    yield Finding(not remedy, f"footfall {__version__} runs on {versions}", remedy)


def look_at_engine(place: _Place) -> Iterator[Finding]:
    try:
        version = open_engine(place.settings).query("SELECT version()")[0][0]
    except Exception as error:  # noqa: BLE001 (each client has errors of its own; all mean no)
        is_ours = isinstance(error, FootfallError) and not place.settings.events_url
        remedy = "start footfall" if is_ours else "check FOOTFALL_EVENTS_URL"
        yield Finding(False, f"the event store does not answer: {error}", remedy)
        return
    yield Finding(True, f"the event store answers: ClickHouse {version}")


def look_at_geo(place: _Place) -> Iterator[Finding]:
    """Without them places and networks are unknown, which is allowed."""
    for path, name, option in (
        (place.settings.geo_db, "places", ""),
        (place.settings.asn_db, "networks", " --asn"),
    ):
        command = f"footfall geo update --source dbip{option}"
        if path is None or not path.exists():
            yield Finding(True, f"no database of {name}: they stay unknown", command)
            continue
        try:
            with maxminddb.open_database(path) as opened:
                built_at = opened.metadata().build_epoch
        except (OSError, maxminddb.InvalidDatabaseError) as error:
            yield Finding(False, f"{path} cannot be read: {error}", command)
            continue
        days = (time.time() - built_at) / 86_400
        remedy = command if days > OLDEST_GEO_DAYS else ""
        yield Finding(not remedy, f"the database of {name} is {days:.0f} days old", remedy)


def look_at_mail(place: _Place) -> Iterator[Finding]:
    """Whether the mail server can be reached; nothing is said to it."""
    if not place.settings.smtp_url:
        return
    url = urlsplit(place.settings.smtp_url)
    port = url.port or MAIL_PORTS.get(url.scheme, 25)
    server = f"the mail server {url.hostname}:{port}"
    try:
        socket.create_connection((url.hostname or "", port), MAIL_SECONDS).close()
    except OSError as error:
        remedy = "check FOOTFALL_SMTP_URL, and that no firewall closes the port"
        yield Finding(False, f"{server} cannot be reached: {error}", remedy)
        return
    yield Finding(True, f"{server} can be reached")


def look_at_tracker(_place: _Place) -> Iterator[Finding]:
    missing = [name for name in SCRIPTS if not (BUILT / name).exists()]
    if missing:
        remedy = "'make run' builds it; a wheel of footfall brings it along"
        yield Finding(False, f"the tracker is not built: {', '.join(missing)}", remedy)
    else:
        yield Finding(True, "the tracker is built")


LOOKS: tuple[Callable[[_Place], Iterator[Finding]], ...] = (
    look_at_folder,
    look_at_disk,
    look_at_owner,
    look_at_secrets,
    look_at_versions,
    look_at_people,
    look_at_engine,
    look_at_log,
    look_at_queue,
    look_at_buried,
    look_at_clock,
    look_at_proxies,
    look_at_geo,
    look_at_mail,
    look_at_tracker,
)


def _find_remedy(name: str, place: _Place, age: float) -> str:
    """What the alarm of this name says to do; "" when all is quiet."""
    alarms = find_alarms(place.settings.data, age)
    return next((alarm.remedy for alarm in alarms if alarm.name == name), "")


def _list_recent(place: _Place) -> list[RawHit]:
    if not place.has_log:
        return []
    with place.open_log() as log:
        return [hit for _offset, hit in log.read_newest(RECENT_HITS)]


def _walk(folder: Path) -> Iterator[Path]:
    # Unlike rglob, it goes on where the engine has just taken a folder away.
    for parent, folders, files in os.walk(folder):
        yield from (Path(parent, name) for name in sorted([*folders, *files]))


def _owner_of(path: Path) -> int | None:
    """None for what vanished meanwhile: the engine renames its files all the time."""
    try:
        return path.lstat().st_uid
    except FileNotFoundError:
        return None


def _is_open(path: Path) -> bool:
    """Whether anybody but the owner may read it."""
    return bool(path.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH))


def _is_from_public_site(hit: RawHit) -> bool:
    host = hit.headers.get("host", "").partition(":")[0]
    return bool(hit.address) and "." in host and not host.replace(".", "").isdigit()


def _is_private(address: str) -> bool:
    return ip_address(address).is_private
