"""Files of rows as spreadsheets write them."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from footfall.imports import RowFile
from footfall.imports.contact_rows import Row
from footfall.kit import Refused

LIST = "email;imię\nanna@example.com;Łucja\n"


def read(path: Path, content: bytes | str, **options: str) -> list[Row]:
    path = path / "list.csv"
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    with closing(RowFile(path, **options)) as file:
        return list(file.read_rows())


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        *(("utf-8", "utf-8"), ("utf-8-sig", "utf-8-sig"), ("utf-16", "utf-16")),
        ("cp1250", "cp1250"),
    ],
)
def test_encoding_is_found_out(tmp_path: Path, encoding: str, found: str) -> None:
    path = tmp_path / "list.csv"
    path.write_bytes(LIST.encode(encoding))

    with closing(RowFile(path)) as file:
        rows = [row.cells for row in file.read_rows()]

    assert file.encoding == found
    assert rows == [["email", "imię"], ["anna@example.com", "Łucja"]]


def test_late_odd_letter_decides_encoding(tmp_path: Path) -> None:
    text = "email,name\n" + "a@example.com,a\n" * 100_000 + "b@example.com,Łucja\n"

    assert read(tmp_path, text.encode("cp1250"))[-1].cells == ["b@example.com", "Łucja"]


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
def test_delimiter_is_found_out(tmp_path: Path, mark: str) -> None:
    rows = read(tmp_path, f'email{mark}"name, first; last"\na{mark}b\n')

    assert [len(row.cells) for row in rows] == [2, 2]


def test_list_of_addresses_needs_no_delimiter(tmp_path: Path) -> None:
    assert read(tmp_path, "email\na@example.com\n")[1].cells == ["a@example.com"]


def test_spreadsheet_may_name_its_delimiter(tmp_path: Path) -> None:
    rows = read(tmp_path, "sep=;\r\nemail;name\r\na;b,c\r\n")

    assert rows == [Row(2, ["email", "name"]), Row(3, ["a", "b,c"])]


def test_rows_know_their_first_line(tmp_path: Path) -> None:
    rows = read(tmp_path, 'email,note\na,"two\nlines"\n\n , \nb,one\n')

    assert [row.line for row in rows] == [1, 2, 6]


def test_never_closed_quote_is_one_broken_row(tmp_path: Path) -> None:
    rows = read(tmp_path, 'email,note\na,"open\n' + "b,c\n" * 60_000)

    assert rows[1].line == 2
    assert any(row.broken for row in rows)


def test_unknown_encoding_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="klingon"):
        read(tmp_path, "email\n", encoding="klingon")
