"""Lists of people in, contacts out; rows that cannot be trusted are told, not guessed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import tzinfo

import msgspec

from footfall import contacts
from footfall.contacts import ContactChange
from footfall.imports.contact_columns import Columns, Declared, read_columns, read_row
from footfall.imports.contact_rows import Row, RowFile
from footfall.kit import Connection, Database, Refused
from footfall.model import AccountId

# Others write too: a transaction of this many rows takes some tenths of a second.
ROWS_AT_ONCE = 200
MOST_SHOWN = 50


class ListTally(msgspec.Struct):
    """What became of the rows. ``shown``: line and reason of the first bad ones."""

    rows: int = 0
    added: int = 0
    known: int = 0
    bad: int = 0
    shown: list[tuple[int, str]] = []


class ContactImport:
    """One list into one account. ``is_trial``: nothing is written, all else is the same."""

    def __init__(
        self, database: Database, account: AccountId, zone: tzinfo, *, is_trial: bool = False
    ) -> None:
        self._database, self._account, self._zone = database, account, zone
        self._is_trial = is_trial
        self._new: set[str] = set()
        self.tally = ListTally()

    def run(
        self, file: RowFile, tell: Callable[[ListTally], None] = lambda _tally: None
    ) -> Columns:
        """Read every row; return what the columns were taken for. Raise Refused."""
        rows = file.read_rows()
        header = next(rows, None)
        if header is None:
            raise Refused(f"{file.path} is empty")
        columns = read_columns(header.cells)
        group: list[Declared] = []
        for row in rows:
            declared = self._read(columns, row)
            if declared is not None:
                group.append(declared)
            if len(group) >= ROWS_AT_ONCE:
                self._write(group)
                group = []
                tell(self.tally)
        self._write(group)
        tell(self.tally)
        return columns

    def _read(self, columns: Columns, row: Row) -> Declared | None:
        self.tally.rows += 1
        try:
            if row.broken:
                raise Refused(row.broken)
            return read_row(columns, row.cells, self._zone)
        except Refused as error:
            self.tally.bad += 1
            if len(self.tally.shown) < MOST_SHOWN:
                self.tally.shown.append((row.line, str(error)))
            return None

    def _write(self, group: Sequence[Declared]) -> None:
        opened = self._database.read() if self._is_trial else self._database.write()
        with opened as connection:
            for declared in group:
                is_new = self._look(connection, declared)
                self.tally.added += is_new
                self.tally.known += not is_new

    def _look(self, connection: Connection, declared: Declared) -> bool:
        """Apply one row, unless this is a trial; return whether its contact is new."""
        if self._is_trial:
            found = contacts.find_contact_by_email(connection, self._account, declared.email)
            is_new = found is None and declared.email not in self._new
            self._new.add(declared.email)
            return is_new
        given = declared.change.opt_ins
        change = msgspec.structs.replace(declared.change, opt_ins={})
        contact, is_new = contacts.upsert_contact(
            connection, self._account, declared.email, change, declared.created_at
        )
        if given:
            known = contacts.list_opt_ins(connection, self._account, [contact.contact])
            states = {opt_in.channel: opt_in.state for opt_in in known}
            change = ContactChange(opt_ins=_list_allowed(given, states), source=change.source)
            contacts.apply_change(connection, self._account, contact.contact, change)
        return is_new


def _list_allowed(given: dict[str, str], known: dict[str, str]) -> dict[str, str]:
    """What a person decided here stands against an old list, unless that says no."""
    return {
        channel: state
        for channel, state in given.items()
        if channel not in known or (state == "unsubscribed" and known[channel] != state)
    }
