"""What is no whole backup is not restored, and what is there is never overwritten."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest
from tests.support.backups import (
    back_up,
    make_installation,
    make_pages,
    receive,
    restore,
    show_nobody,
    work_on,
)

from footfall.backup import BadArchive, read_archive, write_backup
from footfall.kit import ConfigError, Refused, Settings


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("whole")
    make_installation(folder / "first")
    receive(folder / "first", make_pages(range(20)))
    work_on(folder / "first")
    back_up(folder / "first", folder / "b.tar")
    return folder / "b.tar"


def rewrite(archive: Path, target: Path, name: str, change: object) -> Path:
    """The same backup with one member changed by ``change(bytes)``."""
    with tarfile.open(archive) as old, tarfile.open(target, "w") as new:
        for member in old:
            content = old.extractfile(member)
            assert content is not None
            body = content.read()
            if member.name == name:
                body = change(body)  # type: ignore[operator]
                member.size = len(body)
            new.addfile(member, io.BytesIO(body))
    return target


def test_whole_backup_is_verified(archive: Path) -> None:
    assert read_archive(archive, show_nobody).accepted == 20


@pytest.mark.parametrize("place", [0.1, 0.5, 0.9])
def test_any_changed_byte_is_noticed(archive: Path, tmp_path: Path, place: float) -> None:
    with tarfile.open(archive) as tar:
        largest = max(tar, key=lambda member: member.size)
    body = bytearray(archive.read_bytes())
    body[largest.offset_data + int(largest.size * place)] ^= 1
    (tmp_path / "damaged.tar").write_bytes(body)

    with pytest.raises(BadArchive, match="damaged"):
        read_archive(tmp_path / "damaged.tar", show_nobody)


@pytest.mark.parametrize("share", [0.0, 0.3, 0.8, 0.99])
def test_cut_file_is_no_backup(archive: Path, tmp_path: Path, share: float) -> None:
    body = archive.read_bytes()
    with tarfile.open(archive) as tar:
        end = tar.getmember("manifest.json").offset
    (tmp_path / "cut.tar").write_bytes(body[: int(end * share)])

    with pytest.raises(BadArchive):
        restore(tmp_path / "cut.tar", tmp_path / "second")

    assert list((tmp_path / "second").iterdir()) == []


def test_missing_member_is_noticed(archive: Path, tmp_path: Path) -> None:
    with tarfile.open(archive) as old, tarfile.open(tmp_path / "less.tar", "w") as new:
        for member in old:
            if member.name != "files/demo.json":
                new.addfile(member, old.extractfile(member))

    with pytest.raises(BadArchive, match=r"demo\.json"):
        read_archive(tmp_path / "less.tar", show_nobody)


@pytest.mark.parametrize("name", ["../outside", "/outside", "a/../../outside"])
def test_member_outside_is_refused(tmp_path: Path, name: str) -> None:
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        tar.addfile(tarfile.TarInfo(name), io.BytesIO(b""))

    with pytest.raises(BadArchive, match="nothing that a backup holds"):
        restore(tmp_path / "evil.tar", tmp_path / "second")


def test_link_is_refused(tmp_path: Path) -> None:
    link = tarfile.TarInfo("files/link")
    link.type, link.linkname = tarfile.SYMTYPE, "/"
    with tarfile.open(tmp_path / "evil.tar", "w") as tar:
        tar.addfile(link)

    with pytest.raises(BadArchive, match="nothing that a backup holds"):
        restore(tmp_path / "evil.tar", tmp_path / "second")


def test_backup_of_newer_version_is_refused(archive: Path, tmp_path: Path) -> None:
    def make_newer(body: bytes) -> bytes:
        return json.dumps(json.loads(body) | {"format": 99, "version": "9.0"}).encode()

    newer = rewrite(archive, tmp_path / "newer.tar", "manifest.json", make_newer)

    with pytest.raises(BadArchive, match=r"footfall 9\.0"):
        restore(newer, tmp_path / "second")


@pytest.mark.parametrize(
    ("fact", "value"), [("rows", {"timeline": 1}), ("checkpoint", 7), ("accepted", 7)]
)
def test_every_count_is_compared(archive: Path, tmp_path: Path, fact: str, value: object) -> None:
    def make_wrong(body: bytes) -> bytes:
        return json.dumps(json.loads(body) | {fact: value}).encode()

    wrong = rewrite(archive, tmp_path / "wrong.tar", "manifest.json", make_wrong)

    with pytest.raises(BadArchive, match=r"and (was|were)"):
        restore(wrong, tmp_path / "second")
    assert list((tmp_path / "second").iterdir()) == []


def test_folder_in_use_is_refused(archive: Path, tmp_path: Path) -> None:
    (tmp_path / "people.db").write_text("somebody's")

    with pytest.raises(Refused, match="not empty"):
        restore(archive, tmp_path)

    assert (tmp_path / "people.db").read_text() == "somebody's"


def test_existing_file_is_not_overwritten(archive: Path) -> None:
    before = archive.read_bytes()

    with pytest.raises(Refused, match="exists already"):
        back_up(archive.parent / "first", archive)

    assert archive.read_bytes() == before


@pytest.mark.parametrize(
    ("setting", "instead"),
    [
        ({"database_url": "postgresql://db/footfall"}, "pg_dump"),
        ({"events_url": "http://clickhouse:8123"}, "BACKUP"),
        ({"log_url": "nats://nats:4222"}, "nats stream backup"),
    ],
)
def test_other_servers_are_left_to_their_tools(
    archive: Path, tmp_path: Path, setting: dict[str, str], instead: str
) -> None:
    settings = Settings(data=archive.parent / "first", **setting)  # type: ignore[arg-type]

    with pytest.raises(ConfigError, match=instead):
        write_backup(settings, tmp_path / "b.tar", show_nobody)


def test_folder_without_installation_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="there is no installation"):
        back_up(tmp_path, tmp_path / "b.tar")
