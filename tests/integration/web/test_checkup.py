"""What the doctor finds, and that it finds nothing where nothing is wrong."""

from __future__ import annotations

import os
import socket
import sqlite3
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
import time_machine
from tests.support.geo_files import write_mmdb
from tests.support.installation import Installation
from tests.support.nats import start_nats
from tests.support.raw_hits import make_hit

from footfall import accounts
from footfall.checkup import Finding, list_findings
from footfall.kit import Database, Settings, now, read_settings, to_ms
from footfall.model import BuryReason, RawHit
from footfall.rawlog import SqliteLog, open_log
from footfall.schema import migrate

MINUTE_MS = 60_000


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A data folder as the first start leaves it; no process runs on it."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    database = Database(f"sqlite:///{folder / 'people.db'}")
    migrate(database)
    database.close()
    return read_settings({"FOOTFALL_DATA": str(folder)})


def append(settings: Settings, *hits: RawHit) -> SqliteLog:
    log = SqliteLog(settings.data / "rawlog.db")
    log.append(hits)
    return log


def find(settings: Settings, words: str) -> Finding:
    findings = list_findings(settings)
    return next((found for found in findings if words in found.what), Finding(True, "nothing"))


def test_missing_folder_is_the_only_finding(tmp_path: Path) -> None:
    settings = read_settings({"FOOTFALL_DATA": str(tmp_path / "nowhere")})

    findings = list_findings(settings)

    assert [found.is_fine for found in findings] == [False]
    assert "footfall serve" in findings[0].remedy


def test_running_installation_has_no_fault(installation: Installation) -> None:
    settings = read_settings({"FOOTFALL_DATA": str(installation.data)})

    faults = [found for found in list_findings(settings) if not found.is_fine]

    assert faults == []


def test_running_engine_tells_its_version(installation: Installation) -> None:
    settings = read_settings({"FOOTFALL_DATA": str(installation.data)})

    assert "ClickHouse 2" in find(settings, "event store answers").what


def test_silent_engine_is_a_fault(settings: Settings) -> None:
    assert not find(settings, "event store does not answer").is_fine


def test_unreachable_database_is_one_fault(settings: Settings) -> None:
    append(settings, make_hit())
    gone = "postgresql+psycopg://nobody@127.0.0.1:9/none"

    findings = list_findings(
        read_settings({**_environment(settings), "FOOTFALL_DATABASE_URL": gone})
    )

    faults = [found.what for found in findings if "database does not answer" in found.what]
    assert len(faults) == 1


def test_unmigrated_database_names_the_command(settings: Settings) -> None:
    (settings.data / "people.db").unlink()

    found = find(settings, "lacks")

    assert (found.is_fine, found.remedy) == (False, "footfall migrate")


def test_account_is_hinted_at_until_made(settings: Settings) -> None:
    assert "account create" in find(settings, "no account").remedy

    database = Database(settings.people_url)
    with database.write() as connection:
        new = accounts.create_account(connection, "Shop")
        accounts.add_user(connection, new.account.account, "owner@example.com", "long enough 1!")
    database.close()

    assert find(settings, "no account").what == "nothing"


def test_open_secrets_are_a_fault(settings: Settings) -> None:
    (settings.data / "people.db").chmod(0o644)
    settings.data.chmod(0o755)

    found = find(settings, "others on this machine")

    assert "people.db" in found.what
    assert found.remedy == f"chmod 700 {settings.data}"


def test_closed_folder_hides_its_files(settings: Settings) -> None:
    (settings.data / "people.db").chmod(0o644)

    assert find(settings, "only its owner").is_fine


def test_old_queue_is_a_fault(settings: Settings) -> None:
    append(settings, make_hit(received_at_ms=to_ms(now()) - 5 * MINUTE_MS))

    found = find(settings, "pending")

    assert not found.is_fine
    assert "footfall worker" in found.remedy


def test_young_queue_is_no_fault(settings: Settings) -> None:
    append(settings, make_hit(received_at_ms=to_ms(now())))

    assert find(settings, "1 pending").is_fine


def test_buried_junk_is_only_a_hint(settings: Settings) -> None:
    append(settings, make_hit()).bury(0, BuryReason.BAD_QUERY, make_hit())

    found = find(settings, "buried hits")

    assert found.is_fine
    assert "1 bad_query" in found.what


def test_crashed_hit_is_a_fault(settings: Settings) -> None:
    append(settings, make_hit()).bury(0, BuryReason.CRASHED, make_hit())

    found = find(settings, "buried hits")

    assert not found.is_fine
    assert "footfall replay 0" in found.remedy


def test_hit_from_the_future_is_a_fault(settings: Settings) -> None:
    append(settings, make_hit(received_at_ms=to_ms(now()) + 5 * MINUTE_MS))

    assert not find(settings, "in the future").is_fine


def test_forgotten_proxy_is_a_fault(settings: Settings) -> None:
    append(settings, make_hit(address="10.0.0.5", headers={"host": "shop.example.com"}))

    found = find(settings, "it is a proxy")

    assert "FOOTFALL_TRUSTED_PROXIES=10.0.0.5" in found.remedy


@pytest.mark.parametrize(("address", "host"), [("8.8.8.8", "a.example.com"), ("::1", "localhost")])
def test_visitors_are_no_proxy(settings: Settings, address: str, host: str) -> None:
    append(settings, make_hit(address=address, headers={"host": host}))

    assert find(settings, "it is a proxy").what == "nothing"


def test_missing_geo_is_only_a_hint(settings: Settings) -> None:
    found = find(settings, "no database of places")

    assert found.is_fine
    assert found.remedy.startswith("footfall geo update")


def test_torn_geo_file_is_a_fault(settings: Settings) -> None:
    (settings.data / "geo").mkdir()
    (settings.data / "geo" / "city.mmdb").write_bytes(b"not a database")

    assert not find(settings, "city.mmdb cannot be read").is_fine


def test_old_geo_file_is_a_fault(settings: Settings) -> None:
    (settings.data / "geo").mkdir()
    write_old_database(settings.data / "geo" / "city.mmdb")

    found = find(settings, "database of places is")

    assert not found.is_fine
    assert found.remedy.startswith("footfall geo update")


def write_old_database(path: Path) -> None:
    with time_machine.travel("2025-01-01T00:00:00Z", tick=False):
        write_mmdb(path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_file_of_other_user_is_a_fault(settings: Settings) -> None:
    os.chown(settings.data / "people.db", 12_345, -1)

    found = find(settings, "belong to somebody else")

    assert "people.db" in found.what
    assert found.remedy.startswith("chown -R")


def test_versions_are_told(settings: Settings) -> None:
    found = find(settings, "runs on")

    assert found.is_fine
    assert f"SQLite {sqlite3.sqlite_version}" in found.what


def test_silent_mail_server_is_a_fault(settings: Settings) -> None:
    environment = _environment(settings) | {"FOOTFALL_SMTP_URL": "smtp://127.0.0.1:9"}

    findings = list_findings(read_settings(environment))

    (found,) = [found for found in findings if "mail server 127.0.0.1:9" in found.what]
    assert not found.is_fine
    assert "FOOTFALL_SMTP_URL" in found.remedy


def test_mail_server_that_listens_is_fine(settings: Settings) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        environment = _environment(settings) | {"FOOTFALL_SMTP_URL": f"smtp://127.0.0.1:{port}"}
        findings = list_findings(read_settings(environment))

    assert [found.is_fine for found in findings if "mail server" in found.what] == [True]


def test_every_fault_has_a_remedy(settings: Settings) -> None:
    append(settings, make_hit()).bury(0, BuryReason.CRASHED, make_hit())

    faults = [found for found in list_findings(settings) if not found.is_fine]

    assert faults
    assert all(found.remedy for found in faults)


def test_doctor_says_by_its_exit_code(settings: Settings) -> None:
    command = [sys.executable, "-m", "footfall", "doctor"]
    environment = {**os.environ, **_environment(settings)}

    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)

    assert done.returncode == 1
    assert "LOOK the event store does not answer" in done.stdout


def _environment(settings: Settings) -> dict[str, str]:
    return {"FOOTFALL_DATA": str(settings.data)}


def test_silent_log_is_a_fault(settings: Settings) -> None:
    away = replace(settings, log_url="nats://127.0.0.1:1")

    found = find(away, "the log's servers do not answer")

    assert (found.is_fine, "FOOTFALL_LOG_URL" in found.remedy) == (False, True)
    assert find(away, "no hit was received") == Finding(True, "nothing")


def test_doctor_looks_into_the_cluster_log(settings: Settings) -> None:
    with start_nats() as nats:
        clustered = replace(settings, log_url=nats.url)
        log = open_log(settings.data, nats.url)
        log.append([make_hit(received_at_ms=to_ms(now()))])
        log.close()

        queue, servers = find(clustered, "hits accepted"), find(clustered, "NATS servers")

    assert "1 hits accepted, 1 pending" in queue.what
    assert "sync_interval: always" in servers.remedy
