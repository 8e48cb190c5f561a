"""The commands as an operator types them: what is refused at once, and what is told."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from tests.support.log_lines import START, make_line, write_log
from tests.support.matomo import write_matomo

from footfall import accounts
from footfall.accounts import AccountSettings
from footfall.app import open_database, open_log
from footfall.import_commands import import_app
from footfall.kit import ConfigError, Database, Settings

SITE = ("--site", "shop.example.com")


class Folder:
    """An installation that does not run."""

    def __init__(self, path: Path, database: Database) -> None:
        self.path, self.database = path, database
        with database.write() as connection:
            self.account = accounts.create_account(connection, "Shop").account

    def run(self, *words: object) -> None:
        import_app(
            [*map(str, words), "--data", str(self.path)],
            exit_on_error=False,
            result_action="return_value",
        )

    def count_hits(self) -> int:
        with closing(open_log(Settings(data=self.path))) as log:
            return log.end()


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    data = tmp_path / "data"
    database = open_database(Settings(data=data))
    yield Folder(data, database)
    database.close()


def test_log_is_read_and_told(
    folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_log(tmp_path / "access.log", [make_line(), make_line(target="/a.css"), "oh"])

    folder.run("access-log", path, *SITE)

    told = capsys.readouterr().out
    assert folder.count_hits() == 1
    assert all(words in told for words in ("3  lines read", "1  page views", "1  broken", "  oh"))


def test_second_run_tells_that_it_knows(
    folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write_log(tmp_path / "access.log", [make_line()])
    for _ in range(2):
        folder.run("access-log", path, *SITE)

    assert "read on from where the last run ended" in capsys.readouterr().out
    assert folder.count_hits() == 1


def test_options_reach_the_import(folder: Folder, tmp_path: Path) -> None:
    lines = [make_line(m, target, status=s) for m, target, s in PAGES]
    path = write_log(tmp_path / "access.log", lines)

    folder.run("access-log", path, *SITE, "--skip", "/b*", "--status", 404, "--until", "2025-03-02")
    first = folder.count_hits()
    folder.run("access-log", path, *SITE, "--from-start")

    assert (first, folder.count_hits()) == (1, 1 + 2)


PAGES = [(0, "/a", 404), (0, "/b", 404), (0, "/c", 200), (0, "/d", 301), (2_000, "/e", 200)]


def test_until_is_by_the_accounts_clock(folder: Folder, tmp_path: Path) -> None:
    with folder.database.write() as connection:
        accounts.save_settings(
            *(connection, folder.account.account, AccountSettings()),
            name="Shop",
            time_zone="Asia/Tokyo",
        )
    path = write_log(tmp_path / "access.log", [make_line(-1), make_line(0)])

    folder.run("access-log", path, *SITE, "--until", f"{START:%Y-%m-%d}T21:00:00")

    assert folder.count_hits() == 1


def test_only_site_need_not_be_named(folder: Folder, tmp_path: Path) -> None:
    with folder.database.write() as connection:
        accounts.list_site(connection, folder.account.account, "shop.example.com")

    folder.run("access-log", write_log(tmp_path / "access.log", [make_line()]))

    assert folder.count_hits() == 1


def list_other_site(folder: Folder) -> None:
    with folder.database.write() as connection:
        accounts.list_site(connection, folder.account.account, "elsewhere.example")


def ask_consent(folder: Folder) -> None:
    asking = AccountSettings(consent_required=True)
    with folder.database.write() as connection:
        accounts.save_settings(
            connection, folder.account.account, asking, name="Shop", time_zone="UTC"
        )


def add_account(folder: Folder) -> None:
    with folder.database.write() as connection:
        accounts.create_account(connection, "Second")


@pytest.mark.parametrize(
    ("arrange", "message"),
    [
        (list_other_site, "does not list the site"),
        (ask_consent, "--consented"),
        (add_account, "which account"),
    ],
)
def test_useless_import_is_refused_at_once(
    folder: Folder, tmp_path: Path, arrange: object, message: str
) -> None:
    arrange(folder)  # type: ignore[operator]
    path = write_log(tmp_path / "access.log", [make_line()])

    with pytest.raises(ConfigError, match=message):
        folder.run("access-log", path, *SITE)
    assert folder.count_hits() == 0


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("access-log",), "which log"),
        (("access-log", "missing.log"), "no file"),
        (("contacts", "missing.csv"), "no file"),
        (("matomo", "missing"), "there is no"),
    ],
)
def test_missing_source_is_named(folder: Folder, words: tuple[str, ...], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        folder.run(*words)


def test_unknown_zone_is_named(folder: Folder, tmp_path: Path) -> None:
    path = write_log(tmp_path / "access.log", [make_line()])

    with pytest.raises(ConfigError, match="Mars"):
        folder.run("access-log", path, *SITE, "--zone", "Mars/North")


def test_folder_without_installation_is_refused(tmp_path: Path) -> None:
    path = write_log(tmp_path / "access.log", [make_line()])

    with pytest.raises(ConfigError, match="no installation"):
        import_app(["access-log", str(path), "--data", str(tmp_path / "none")], exit_on_error=False)


def test_list_tells_columns_and_bad_lines(
    folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "list.csv"
    path.write_text("E-mail;Size\nanna@example.com;38\nnobody;1\n")

    folder.run("contacts", path)

    told = capsys.readouterr().out
    assert "E-mail → email, Size → property" in told
    assert "line 3: 'nobody' is not an e-mail address" in told


def test_matomo_is_read_and_told(
    folder: Folder, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder.run("matomo", write_matomo(tmp_path / "dump"), "--idsite", 1)

    assert folder.count_hits() == 6
    assert "1  contacts made" in capsys.readouterr().out
