"""A forgotten contact leaves no word behind, and its browsers are anonymous again."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from tests.support.claims import at, make_claim
from tests.support.people import add_account, add_browser, add_contact

from footfall import contacts, identity
from footfall.contacts import Consent, Contact, ContactQuery
from footfall.kit import Connection, NotFound, metadata
from footfall.model import AccountId, VisitorId

SECRET = "Kowalska"


@pytest.fixture
def account(connection: Connection) -> AccountId:
    return add_account(connection)


@pytest.fixture
def ann(connection: Connection, account: AccountId) -> Contact:
    """A contact with something secret in every place that a contact has."""
    fields = ("name", "phone", "company", "external_id", "state", "owner", "language", "birthday")
    ann = add_contact(
        connection,
        account,
        f"{SECRET}@x.example",
        fields=dict.fromkeys(fields, SECRET),
        address={"city": SECRET},
        properties={SECRET: SECRET},
        tags=(SECRET,),
        opt_ins={"email": SECRET},
        source=SECRET,
    )
    add_browser(connection, ann, "aaaa", 7)
    claim = make_claim(ann.contact, "login", 1, account=account, evidence=SECRET)
    identity.append_claims(connection, [claim])
    contacts.add_note(connection, account, ann.contact, SECRET, "eva@x.example")
    consent = Consent(name="tracking", is_given=True, decided_at=at(0), address=SECRET)
    contacts.record_consent(connection, account, ann.contact, consent)
    return ann


def test_no_table_keeps_a_word(connection: Connection, account: AccountId, ann: Contact) -> None:
    assert find_secret(connection) >= {"contacts", "claims", "tags", "notes", "consents", "opt_ins"}

    contacts.forget(connection, account, ann.contact)

    assert find_secret(connection) == set()


def test_browser_turns_anonymous(connection: Connection, account: AccountId, ann: Contact) -> None:
    contacts.forget(connection, account, ann.contact)

    assert identity.find_spans(connection, account, [VisitorId("aaaa")]) == {}


def test_shared_browser_stays_with_the_other(
    connection: Connection, account: AccountId, ann: Contact
) -> None:
    bob = add_contact(connection, account, "bob@x.example")
    identity.append_claims(connection, [make_claim(bob.contact, minute=3, account=account)])

    contacts.forget(connection, account, ann.contact)

    [span] = identity.find_spans(connection, account, [VisitorId("aaaa")])[VisitorId("aaaa")]
    assert (span.contact, span.from_at) == (bob.contact, None)
    assert contacts.fetch_contact(connection, account, bob.contact).last_seen_at == at(7)


def test_forgotten_contact_is_found_nowhere(
    connection: Connection, account: AccountId, ann: Contact
) -> None:
    contacts.forget(connection, account, ann.contact)

    assert contacts.find_contacts(connection, account, [ann.contact]) == {}
    assert contacts.find_contact_by_email(connection, account, ann.email) is None
    assert contacts.list_contacts(connection, account, ContactQuery()).contacts == []
    with pytest.raises(NotFound):
        contacts.forget(connection, account, ann.contact)


def test_tombstone_keeps_later_hits_away(
    connection: Connection, account: AccountId, ann: Contact
) -> None:
    contacts.forget(connection, account, ann.contact)

    assert contacts.find_stopped(connection, account) == {ann.contact}


def test_same_address_begins_a_new_card(
    connection: Connection, account: AccountId, ann: Contact
) -> None:
    contacts.forget(connection, account, ann.contact)

    again = add_contact(connection, account, ann.email)

    assert again.contact != ann.contact
    assert (again.name, again.stopped_at) == ("", None)


def test_merged_cards_are_forgotten_together(
    connection: Connection, account: AccountId, ann: Contact
) -> None:
    bob = add_contact(connection, account, "bob@x.example")
    contacts.merge(connection, account, ann.contact, bob.contact, "staff")

    forgotten = contacts.forget(connection, account, ann.contact)

    assert set(forgotten) == {ann.contact, bob.contact}
    assert find_secret(connection) == set()
    assert contacts.find_contact_by_email(connection, account, "bob@x.example") is None


def test_nobody_merges_with_a_tombstone(
    connection: Connection, account: AccountId, ann: Contact
) -> None:
    bob = add_contact(connection, account, "bob@x.example")
    contacts.forget(connection, account, ann.contact)

    with pytest.raises(NotFound):
        contacts.merge(connection, account, ann.contact, bob.contact, "staff")


def test_other_account_forgets_nothing(connection: Connection, ann: Contact) -> None:
    with pytest.raises(NotFound):
        contacts.forget(connection, add_account(connection), ann.contact)


def find_secret(connection: Connection) -> set[str]:
    """Names of the tables that still hold the word."""
    found = set()
    for table in metadata.sorted_tables:
        for row in connection.execute(sa.select(table)):
            if SECRET.lower() in str(tuple(row)).lower():
                found.add(table.name)
    return found
