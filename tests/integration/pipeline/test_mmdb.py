"""The file in use may be missing, torn, swapped or overwritten: the worker goes on."""

import shutil
from pathlib import Path

import pytest
from tests.support.geo_files import GDANSK, LODZ, write_mmdb

from footfall.pipeline import mmdb
from footfall.pipeline.geo import Geo


@pytest.fixture(autouse=True)
def look_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mmdb, "LOOK_SECONDS", 0.0)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "city.mmdb"


def find_city(geo: Geo, address: str = "192.0.2.1") -> str:
    geo.reload_if_changed()
    return geo.find(address).city


def test_swapped_file_answers_at_once(path: Path, tmp_path: Path) -> None:
    write_mmdb(path, LODZ)
    geo = Geo(path)
    assert find_city(geo) == "Łódź"

    write_mmdb(tmp_path / "new.mmdb", GDANSK)
    (tmp_path / "new.mmdb").replace(path)

    assert find_city(geo) == "Gdańsk"


def test_file_that_comes_later_is_noticed(path: Path) -> None:
    geo = Geo(path)
    assert find_city(geo) == ""

    write_mmdb(path, LODZ)

    assert find_city(geo) == "Łódź"
    assert geo.name.startswith("City 20")


def test_removed_file_is_given_up(path: Path) -> None:
    write_mmdb(path, LODZ)
    geo = Geo(path)

    path.unlink()

    assert (find_city(geo), geo.name) == ("", "")


def test_torn_file_leaves_last_good_one(path: Path) -> None:
    write_mmdb(path, LODZ)
    geo = Geo(path)

    path.write_bytes(b"<html>")

    assert find_city(geo) == "Łódź"


def test_file_overwritten_in_place_does_no_harm(path: Path, tmp_path: Path) -> None:
    write_mmdb(path, LODZ)
    geo = Geo(path)
    geo.reload_if_changed()

    path.open("wb").close()  # under a map of the file itself, the next look-up is a crash
    before = geo.find("192.0.2.200").city
    write_mmdb(tmp_path / "new.mmdb", GDANSK)
    shutil.copyfile(tmp_path / "new.mmdb", path)

    assert (before, find_city(geo)) == ("Łódź", "Gdańsk")


@pytest.mark.parametrize(
    "address", ["", "junk", "192.0.2", "198.51.100.1", "2001:db8::1", "::ffff:", "1.2.3.4.5", "\0"]
)
def test_address_without_record_is_nowhere(path: Path, address: str) -> None:
    write_mmdb(path, LODZ)

    assert Geo(path).find(address).country == ""


def test_torn_record_is_nowhere(path: Path) -> None:
    content = write_mmdb(path, GDANSK)
    start = content.index(b"country")
    path.write_bytes(content[:start] + b"\xff" * 20 + content[start + 20 :])

    assert Geo(path).find("192.0.2.1").city in ("", "Gdańsk")
