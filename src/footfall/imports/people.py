"""E-mail addresses in, contacts out: those whom a log of the past calls by their address."""

from __future__ import annotations

from footfall import contacts
from footfall.contacts import ContactChange
from footfall.kit import Database, Refused, from_ms
from footfall.model import AccountId, ContactId


class People:
    """Finds or makes each contact once, and remembers who is none."""

    def __init__(self, database: Database, account: AccountId, source: str) -> None:
        self._database, self._account = database, account
        self.source = source
        self._known: dict[str, ContactId | None] = {}
        self.added = 0

    def find(self, name: str, at_ms: int) -> ContactId | None:
        """The contact whose address the name is, made with this time when new; else None."""
        if name not in self._known:
            self._known[name] = self._find_or_add(name, at_ms) if "@" in name else None
        return self._known[name]

    def _find_or_add(self, email: str, at_ms: int) -> ContactId | None:
        change = ContactChange(source=self.source)
        with self._database.write() as connection:
            try:
                found, is_new = contacts.upsert_contact(
                    connection, self._account, email, change, from_ms(at_ms)
                )
            except Refused:  # a name with an @ in it
                return None
        self.added += is_new
        return found.contact
