"""Contacts over the wire: upsert answers the id at once; hasContact looks one up."""

from __future__ import annotations

from typing import Any

from litestar import Request, Response, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import State

from footfall import contacts
from footfall.accounts import Account
from footfall.contacts import Consent, ContactChange
from footfall.kit import Connection, from_ms, now
from footfall.model import AccountId, ContactId
from footfall.web.compat.envelope import (
    Answer,
    Body,
    answer_signed,
    fail,
    flag,
    read_body,
    succeed,
    text,
    words,
)
from footfall.web.parts import Parts

SOURCE = "api"
_FIELDS = {
    "name": "name",
    "phone": "phone",
    "company": "company",
    "externalId": "external_id",
    "state": "state",
}


@post("/api/contact/upsert", status_code=200, include_in_schema=False)
async def upsert_contact(request: Request[object, object, State]) -> Response[Answer]:
    body = await read_body(request)
    return await sync_to_thread(answer_signed, request.app.state, body, _upsert)


@post("/api/contact/hasContact", status_code=200, include_in_schema=False)
async def has_contact(request: Request[object, object, State]) -> Response[Answer]:
    body = await read_body(request)
    return await sync_to_thread(answer_signed, request.app.state, body, _has)


def _upsert(_parts: Parts, connection: Connection, account: Account, body: Body) -> Answer:
    declared = body.get("contact")
    contact = declared if isinstance(declared, dict) else {}
    change = read_change(body, contact)
    email = text(contact, "email") or text(body, "email")
    key = text(body, "contactId") or text(contact, "contactId")
    if contacts.is_contact_id(key.lower()):
        found = contacts.resolve_contact(connection, account.account, ContactId(key.lower()))
        contacts.apply_change(connection, account.account, found.contact, change)
    elif email:
        found, _is_new = contacts.upsert_contact(connection, account.account, email, change)
    else:
        return fail("contact.email is missing")
    _record_consents(connection, account.account, found.contact, body)
    return succeed(contactId=found.contact, externalId=text(contact, "externalId") or None)


def _has(_parts: Parts, connection: Connection, account: Account, body: Body) -> Answer:
    email = text(body, "email")
    if not email:
        return fail("email is missing")
    found = contacts.find_contact_by_email(connection, account.account, email)
    return succeed(result=found is not None, contactId=found.contact if found else None)


def read_change(body: Body, contact: Body) -> ContactChange:
    """What the request declares; nulls mean "not given"."""
    fields = {ours: text(contact, theirs) for theirs, ours in _FIELDS.items()}
    fields |= {"language": text(body, "lang"), "owner": text(body, "owner")}
    fields["birthday"] = text(body, "birthday") or text(contact, "birthday")
    fields["name"] = fields["name"] or _full_name(contact)
    return ContactChange(
        fields={name: value[:255] for name, value in fields.items() if value},
        address=_texts(contact.get("address")) or None,
        properties=_texts(body.get("properties")) or None,
        tags=words(body, "tags"),
        remove_tags=words(body, "removeTags"),
        opt_ins=_opt_ins(body),
        new_email=text(body, "newEmail"),
        source=SOURCE,
    )


def _full_name(contact: Body) -> str:
    return f"{text(contact, 'firstName')} {text(contact, 'lastName')}".strip()


def _opt_ins(body: Body) -> dict[str, str]:
    """Contradictory flags do arrive: the no wins, for it is the safer reading."""
    states: dict[str, str] = {}
    for channel, word in (("email", ""), ("phone", "Phone")):
        if flag(body, f"force{word}OptIn"):
            states[channel] = "confirmed"
        if flag(body, f"force{word}OptOut"):
            states[channel] = "unsubscribed"
    return states


def _texts(value: Any) -> dict[str, str]:
    if not isinstance(value, dict):
        return {}
    return {str(name): str(item)[:2_000] for name, item in value.items() if item is not None}


def _record_consents(
    connection: Connection, account: AccountId, contact: ContactId, body: Body
) -> None:
    details = body.get("consentDetails")
    for detail in details if isinstance(details, list) else ():
        if not isinstance(detail, dict) or not text(detail, "consentName"):
            continue
        decided = text(detail, "agreementDate")
        consent = Consent(
            name=text(detail, "consentName")[:255],
            is_given=flag(detail, "consentAccept"),
            decided_at=from_ms(int(decided)) if decided.isdigit() else now(),
            address=text(detail, "ip")[:64],
            source=SOURCE,
        )
        contacts.record_consent(connection, account, contact, consent)
