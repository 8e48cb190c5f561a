"""Tags, consents, opt-ins and notes: what hangs on a contact."""

from __future__ import annotations

from tests.support.claims import at

from footfall import contacts
from footfall.contacts import Consent
from footfall.kit import Connection
from footfall.model import AccountId, ContactId

ACCOUNT = AccountId(1)
ANN, BOB = ContactId("ann"), ContactId("bob")


def test_tags_are_trimmed_and_kept_once(connection: Connection) -> None:
    contacts.add_tags(connection, ACCOUNT, ANN, [" vip ", "vip", "", "  ", "new"])
    contacts.add_tags(connection, ACCOUNT, ANN, ["vip"])

    assert contacts.list_tags(connection, ACCOUNT, [ANN]) == {ANN: ["new", "vip"]}


def test_removed_tag_is_gone(connection: Connection) -> None:
    contacts.add_tags(connection, ACCOUNT, ANN, ["vip", "new"])

    contacts.remove_tags(connection, ACCOUNT, ANN, [" vip "])
    contacts.remove_tags(connection, ACCOUNT, ANN, [])

    assert contacts.list_tags(connection, ACCOUNT, [ANN, BOB]) == {ANN: ["new"]}


def test_tags_are_counted_most_used_first(connection: Connection) -> None:
    contacts.add_tags(connection, ACCOUNT, ANN, ["a", "b"])
    contacts.add_tags(connection, ACCOUNT, BOB, ["b"])
    contacts.add_tags(connection, AccountId(2), BOB, ["b", "theirs"])

    assert list(contacts.count_tags(connection, ACCOUNT).items()) == [("b", 2), ("a", 1)]


def test_opt_in_keeps_its_newest_state(connection: Connection) -> None:
    for state in ("unconfirmed", "confirmed", "unsubscribed"):
        contacts.set_opt_in(connection, ACCOUNT, ANN, "email", state, "form")
    contacts.set_opt_in(connection, ACCOUNT, ANN, "phone", "confirmed", "api")

    found = contacts.list_opt_ins(connection, ACCOUNT, [ANN])
    assert [(o.channel, o.state, o.source) for o in found] == [
        ("email", "unsubscribed", "form"),
        ("phone", "confirmed", "api"),
    ]


def test_every_consent_decision_stays(connection: Connection) -> None:
    yes = Consent(name="tracking", is_given=True, decided_at=at(1), address="192.0.2.1")
    no = Consent(name="tracking", is_given=False, decided_at=at(2), source="panel")

    for consent in (yes, no):
        contacts.record_consent(connection, ACCOUNT, ANN, consent)

    assert contacts.list_consents(connection, ACCOUNT, [ANN]) == [no, yes]


def test_consents_of_one_moment_keep_their_order(connection: Connection) -> None:
    for is_given in (True, False):
        consent = Consent(name="tracking", is_given=is_given, decided_at=at(1))
        contacts.record_consent(connection, ACCOUNT, ANN, consent)

    newest, _oldest = contacts.list_consents(connection, ACCOUNT, [ANN])
    assert not newest.is_given


def test_notes_come_newest_first(connection: Connection) -> None:
    contacts.add_note(connection, ACCOUNT, ANN, "called", "eva@x.example")
    contacts.add_note(connection, ACCOUNT, BOB, "wrote\n<b>", "eva@x.example")

    notes = contacts.list_notes(connection, ACCOUNT, [ANN, BOB])
    assert [note.text for note in notes] == ["wrote\n<b>", "called"]
    assert contacts.list_notes(connection, AccountId(2), [ANN]) == []
