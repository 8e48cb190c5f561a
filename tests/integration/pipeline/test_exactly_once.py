"""Wherever the worker dies, the next one leaves what a single undisturbed run leaves."""

import shutil
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.fakes.memory_engine import MemoryEngine
from tests.support.crashes import Crashed, Tripwire, work
from tests.support.databases import open_sqlite
from tests.support.event_stores import open_engine
from tests.support.people import add_contact
from tests.support.wire import SMID, make_gif, make_posted, make_visitor

from footfall import accounts, contacts
from footfall.accounts import AccountSettings
from footfall.events import Engine
from footfall.kit import Connection, Database, metadata
from footfall.model import AccountId, RawHit
from footfall.pipeline import Outcomes, read_outcomes
from footfall.rawlog import SqliteLog

NEW_YEAR = 1_798_761_600_000  # 2027-01-01 00:00:00 UTC: a batch across two partitions
HITS = 18


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of an installation whose log is full and whose worker has not begun."""
    folder = tmp_path_factory.mktemp("start")
    with open_sqlite(folder) as database, database.write() as connection:
        account = accounts.create_account(connection, "Shop", smid=SMID).account.account
        people = [add_contact(connection, account, f"{n}@example.com").contact for n in "ab"]
        contacts.set_stopped(connection, account, people[1], is_stopped=True)
    log = SqliteLog(folder / "rawlog.db")
    log.append(write_hits(*people))
    log.close()
    return folder


def write_hits(buyer: str, stopped: str) -> list[RawHit]:
    """Of everything something: pages, resent and unreadable hits, claims, a stopped contact."""
    hits = []
    for number in range(HITS):
        at, visitor = NEW_YEAR + (number - 4) * 9_000, make_visitor(number % 3)
        page = {"uuid": visitor, "seq": number // 3 + 1, "hit": number, "uri": f"/{number}"}
        hits.append(make_gif(at, referrer="https://www.google.com/?q=shoes", **page))
        if number % 5 == 0:
            hits.append(hits[-1])
        if number % 9 == 0:
            hits += [RawHit(at, "gif", "", b"%"), make_gif(at, smid="wrong0code0wrong")]
        if number == 7:
            hits.append(make_posted(at, uuid=visitor, type="form", how="form", client=buyer))
        if number == 3:
            hits.append(make_posted(at, uuid=visitor, type="identify", how="login", client=stopped))
    return hits


def copy(start: Path, folder: Path) -> Path:
    return Path(shutil.copytree(start, folder / f"copy{len(list(folder.iterdir()))}"))


def work_on(folder: Path, engine: Engine) -> int:
    """Finish the work undisturbed; return how many steps that took."""
    wire = Tripwire()
    work(folder, engine, wire)
    return wire.passed


def die_at(step: int, folder: Path, engine: Engine) -> None:
    with pytest.raises(Crashed):
        work(folder, engine, Tripwire(step))


def read_people(folder: Path) -> dict[str, Any]:
    """All that the people database holds, but for the moments of writing."""
    database = Database(f"sqlite:///{folder / 'people.db'}")
    with database.read() as connection:
        tables = {table.name: read_table(connection, table) for table in metadata.sorted_tables}
    database.close()
    return tables


def read_counters(folder: Path) -> Outcomes:
    with Database(f"sqlite:///{folder / 'people.db'}").read() as connection:
        return read_outcomes(connection)


def read_table(connection: Connection, table: sa.Table) -> list[tuple[Any, ...]]:
    columns = [column for column in table.columns if column.name not in ("moved_at", "modified_at")]
    return sorted((tuple(row) for row in connection.execute(sa.select(*columns))), key=repr)


def read_buried(folder: Path) -> list[tuple[int, str]]:
    log = SqliteLog(folder / "rawlog.db")
    buried = [(one.offset, one.reason.value) for one in log.list_buried()]
    log.close()
    return buried


class Reference:
    """What an undisturbed run leaves, and how many steps it has."""

    def __init__(self, folder: Path) -> None:
        self.engine = MemoryEngine()
        self.steps = work_on(folder, self.engine)
        self.people = read_people(folder)
        self.buried = read_buried(folder)


@pytest.fixture(scope="module")
def reference(start: Path, tmp_path_factory: pytest.TempPathFactory) -> Reference:
    return Reference(copy(start, tmp_path_factory.mktemp("reference")))


def test_undisturbed_run_accounts_for_every_hit(start: Path, tmp_path: Path) -> None:
    folder = copy(start, tmp_path)
    work_on(folder, MemoryEngine())

    log = SqliteLog(folder / "rawlog.db")
    outcomes = read_counters(folder)

    assert outcomes.stored + sum(outcomes.dropped.values()) + outcomes.buried == log.end()
    assert set(outcomes.dropped) == {"duplicate", "unknown_account", "stopped"}
    assert (outcomes.buried, len(log.list_buried())) == (2, 2)


def test_death_at_any_step_changes_nothing(
    start: Path, tmp_path: Path, reference: Reference
) -> None:
    assert reference.steps > 25
    for step in range(1, reference.steps + 1):
        folder, engine = copy(start, tmp_path), MemoryEngine()

        die_at(step, folder, engine)
        work_on(folder, engine)

        assert (engine.changed, engine.blocks) == ([], reference.engine.blocks), step
        assert (read_people(folder), read_buried(folder)) == (reference.people, reference.buried)


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(steps=st.lists(st.integers(1, 20), min_size=2, max_size=5))
def test_many_deaths_change_nothing(
    steps: list[int], start: Path, tmp_path: Path, reference: Reference
) -> None:
    folder, engine = copy(start, tmp_path), MemoryEngine()
    for step in steps:
        try:
            work(folder, engine, Tripwire(step))
        except Crashed:
            continue

    work_on(folder, engine)

    assert (engine.changed, engine.blocks) == ([], reference.engine.blocks)
    assert (read_people(folder), read_buried(folder)) == (reference.people, reference.buried)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    with open_engine(tmp_path / "engine") as opened:
        yield opened


def count_events(engine: Engine, table: str) -> Counter[tuple[Any, ...]]:
    return Counter(tuple(row) for row in engine.query(f"SELECT * FROM footfall.{table}"))


def test_real_engine_holds_each_event_once(
    start: Path, tmp_path: Path, engine: Engine, reference: Reference
) -> None:
    """One death after the other, a step further each time, until the work is done."""
    folder = copy(start, tmp_path)
    for step in range(2, 20):
        try:
            work(folder, engine, Tripwire(step))
        except Crashed:
            continue
    work_on(folder, engine)

    stored = read_counters(folder).stored
    events = count_events(engine, "timeline")
    assert (set(events.values()), events.total()) == ({1}, stored)
    assert count_events(engine, "hits").total() == stored


AFTER_INTENT = 3  # before the transaction, in it, after it


def forbid_domain(connection: Connection, account: AccountId) -> None:
    accounts.list_site(connection, account, "elsewhere.test")


def require_consent(connection: Connection, account: AccountId) -> None:
    accounts.save_settings(
        connection, account, AccountSettings(consent_required=True), name="Shop", time_zone="UTC"
    )


@pytest.mark.parametrize("change", [forbid_domain, require_consent])
def test_rule_changed_meanwhile_waits_for_next_batch(
    change: Callable[[Connection, AccountId], None],
    start: Path,
    tmp_path: Path,
    reference: Reference,
) -> None:
    folder, engine = copy(start, tmp_path), MemoryEngine()
    die_at(AFTER_INTENT, folder, engine)
    with Database(f"sqlite:///{folder / 'people.db'}").write() as connection:
        change(connection, AccountId(1))

    work_on(folder, engine)

    # The batch that was begun is stored as it was decided; no later one is.
    first = [key for key in reference.engine.blocks if key[1].split("-")[-3] == "0"]
    assert engine.blocks == {key: reference.engine.blocks[key] for key in first}
