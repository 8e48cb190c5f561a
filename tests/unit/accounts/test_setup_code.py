"""Only whoever can read the installation's folder may create its first user."""

from __future__ import annotations

from pathlib import Path

import pytest

from footfall.accounts import check_setup_code, make_setup_code
from footfall.kit import Refused


def test_code_stays_the_same(tmp_path: Path) -> None:
    assert make_setup_code(tmp_path) == make_setup_code(tmp_path)


def test_installations_have_different_codes(tmp_path: Path) -> None:
    folders = [tmp_path / name for name in "ab"]
    for folder in folders:
        folder.mkdir()

    assert len({make_setup_code(folder) for folder in folders}) == 2


def test_code_is_for_its_owner_only(tmp_path: Path) -> None:
    code = make_setup_code(tmp_path)

    [file] = tmp_path.iterdir()
    assert file.stat().st_mode & 0o077 == 0
    assert len(code) >= 16


def test_right_code_may_be_pasted(tmp_path: Path) -> None:
    check_setup_code(tmp_path, f" {make_setup_code(tmp_path)}\n")


@pytest.mark.parametrize("wrong", ["", "wrong", "żółw"])
def test_wrong_code_is_refused(tmp_path: Path, wrong: str) -> None:
    with pytest.raises(Refused, match="setup code"):
        check_setup_code(tmp_path, wrong)
