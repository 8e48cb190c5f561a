"""Blocks of whole lines out of files, however these are packed, cut or grow."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from footfall.imports import LogFile, log_file
from footfall.imports.log_lines import LONGEST_LINE

TEXT = b"".join(b"line %d of some length\n" % number for number in range(3_000))


def write(path: Path, content: bytes) -> LogFile:
    path.write_bytes(content)
    return LogFile(path)


def read(log: LogFile, start: int = 0) -> bytes:
    return b"".join(block.text for block in log.read_blocks(start))


@pytest.fixture(params=["plain", "packed"])
def log(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> LogFile:
    """With chunks so small that lines stand across their borders."""
    monkeypatch.setattr(log_file, "_CHUNK", 1_000)
    monkeypatch.setattr(log_file, "_PACKED_CHUNK", 100)
    is_packed = request.param == "packed"
    return write(tmp_path / "log", gzip.compress(TEXT) if is_packed else TEXT)


def test_every_octet_comes_once(log: LogFile) -> None:
    assert read(log) == TEXT
    assert log.position == log.size


def test_blocks_hold_whole_lines(log: LogFile) -> None:
    blocks = list(log.read_blocks())

    assert len(blocks) > 1
    assert all(TEXT[block.start :].startswith(block.text) for block in blocks)
    assert all(block.text.endswith(b"\n") for block in blocks)


@pytest.mark.parametrize("line", [1, 500, 2_999, 3_000])
def test_reading_goes_on_anywhere(log: LogFile, line: int) -> None:
    start = len(b"".join(TEXT.splitlines(keepends=True)[:line]))

    assert read(log, start) == TEXT[start:]


def test_unfinished_line_waits_in_tail(tmp_path: Path) -> None:
    log = write(tmp_path / "log", b"whole\nhal")

    assert read(log) == b"whole\n"
    assert log.tail == (6, b"hal")


def test_packed_and_renamed_log_begins_alike(tmp_path: Path) -> None:
    plain = write(tmp_path / "access.log", TEXT)
    packed = write(tmp_path / "access.log.2.gz", gzip.compress(TEXT))

    assert plain.hash_prefix(4096) == packed.hash_prefix(4096)


def test_packed_members_follow_each_other(tmp_path: Path) -> None:
    content = gzip.compress(b"a\n") + gzip.compress(b"b\n") + b"\0" * 700
    log = write(tmp_path / "log.gz", content)

    assert read(log) == b"a\nb\n"
    assert not log.is_cut


@pytest.mark.parametrize("kept", [0.3, 0.99])
def test_cut_archive_gives_what_it_has(tmp_path: Path, kept: float) -> None:
    packed = gzip.compress(TEXT)
    log = write(tmp_path / "log.gz", packed[: int(len(packed) * kept)])

    found = read(log)

    assert TEXT.startswith(found) and found
    assert log.is_cut


def test_damaged_archive_gives_what_it_has(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "_PACKED_CHUNK", 100)
    packed = bytearray(gzip.compress(TEXT))
    packed[-2_000:-1_900] = b"\xff" * 100
    log = write(tmp_path / "log.gz", bytes(packed))

    assert 0 < len(read(log)) < len(TEXT)
    assert log.is_cut


def test_file_without_lines_is_not_hoarded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(log_file, "_CHUNK", LONGEST_LINE)
    log = write(tmp_path / "log", b"x" * (5 * LONGEST_LINE) + b"\nline\n")

    longest = max(len(block.text) for block in log.read_blocks())

    assert longest <= 2 * LONGEST_LINE
