"""Contacts over the wire: upsert answers the id at once; hasContact looks one up."""

from __future__ import annotations

import re
from typing import Any

from litestar import Request, Response, post
from litestar.concurrency import sync_to_thread
from litestar.datastructures import State

from footfall import contacts
from footfall.accounts import Account
from footfall.contacts import Consent, ContactChange
from footfall.kit import Connection, Refused, now
from footfall.model import AccountId, ContactId
from footfall.web.compat.envelope import (
    Answer,
    Body,
    answer_signed,
    fail,
    flag,
    moment,
    read_body,
    succeed,
    text,
    words,
)
from footfall.web.parts import Parts

SOURCE = "api"
STATES = ("CUSTOMER", "PROSPECT", "PARTNER", "OTHER", "UNKNOWN")
_FIELDS = {
    "name": "name",
    "phone": "phone",
    "company": "company",
    "externalId": "external_id",
}
_DAY = re.compile(r"(?P<year>\d{4})?[.-]?(?P<month>0[1-9]|1[0-2])[.-]?(?P<day>[0-2]\d|3[01])")


@post("/api/contact/upsert", status_code=200, include_in_schema=False)
async def upsert_contact(request: Request[object, object, State]) -> Response[Answer]:
    body = await read_body(request)
    return await sync_to_thread(answer_signed, request.app.state, body, _upsert)


@post("/api/contact/hasContact", status_code=200, include_in_schema=False)
async def has_contact(request: Request[object, object, State]) -> Response[Answer]:
    body = await read_body(request)
    return await sync_to_thread(answer_signed, request.app.state, body, _has)


def _upsert(_parts: Parts, connection: Connection, account: Account, body: Body) -> Answer:
    external_id = text(part(body, "contact"), "externalId")
    answer = succeed(contactId=apply_upsert(connection, account.account, body))
    return answer | ({"externalId": external_id} if external_id else {})


def _has(_parts: Parts, connection: Connection, account: Account, body: Body) -> Answer:
    email = text(body, "email")
    if not email:
        return fail("email is missing")
    found = contacts.find_contact_by_email(connection, account.account, email)
    return succeed(result=found is not None, contactId=found.contact if found else None)


def apply_upsert(connection: Connection, account: AccountId, body: Body) -> ContactId:
    """Find or make the contact and change it as declared. Raise Refused or NotFound."""
    contact = part(body, "contact")
    email = text(contact, "email") or text(body, "email")
    change = read_change(body, contact)
    key = (text(body, "contactId") or text(contact, "contactId")).lower()
    if not contacts.is_contact_id(key):
        key = _find_moved(connection, account, email, change.new_email)
    if key:
        found = contacts.resolve_contact(connection, account, ContactId(key))
        contacts.apply_change(connection, account, found.contact, change)
    elif email:
        found, _is_new = contacts.upsert_contact(connection, account, email, change)
    else:
        raise Refused("contact.email is missing")
    _record_consents(connection, account, found.contact, body)
    return found.contact


def _find_moved(connection: Connection, account: AccountId, email: str, new_email: str) -> str:
    """Who has moved to ``new_email`` already: a repeated request must not make a second card."""
    if not new_email or contacts.find_contact_by_email(connection, account, email):
        return ""
    moved = contacts.find_contact_by_email(connection, account, new_email)
    return moved.contact if moved else ""


def read_change(body: Body, contact: Body) -> ContactChange:
    """What the request declares; nulls mean "not given"."""
    fields = {ours: text(contact, theirs) for theirs, ours in _FIELDS.items()}
    fields["name"] = fields["name"] or _full_name(contact)
    fields["state"] = _state(text(contact, "state"))
    fields["birthday"] = _birthday(text(body, "birthday") or text(contact, "birthday"))
    fields |= {"language": text(body, "lang"), "owner": text(body, "owner")}
    return ContactChange(
        fields={name: value[:255] for name, value in fields.items() if value},
        address=_address(body, contact) or None,
        properties=_properties(body, contact) or None,
        tags=words(body, "tags"),
        remove_tags=words(body, "removeTags"),
        opt_ins=_opt_ins(body),
        new_email=text(body, "newEmail"),
        source=SOURCE,
    )


def part(body: Body, name: str) -> Body:
    """An object inside the request; an empty one when it is missing or none."""
    value = body.get(name)
    return value if isinstance(value, dict) else {}


def _full_name(contact: Body) -> str:
    return f"{text(contact, 'firstName')} {text(contact, 'lastName')}".strip()


def _state(given: str) -> str:
    return given.upper() if given.upper() in STATES else ""


def _birthday(given: str) -> str:
    """``19901231``, ``1231`` and ``1990.12.31`` become 1990-12-31 and 12-31."""
    match = _DAY.fullmatch(given)
    if match is None:
        return ""
    return "-".join(number for number in match.group("year", "month", "day") if number)


def _address(body: Body, contact: Body) -> dict[str, str]:
    province = text(body, "province")
    return _texts(contact.get("address")) | ({"province": province} if province else {})


def _properties(body: Body, contact: Body) -> dict[str, str]:
    """Free ones, typed ones, and the fax number, which has no better place."""
    typed = body.get("dictionaryProperties")
    listed = {
        text(entry, "name"): entry.get("value")
        for entry in (typed if isinstance(typed, list) else ())
        if isinstance(entry, dict) and text(entry, "name")
    }
    fax = text(contact, "fax")
    return _texts(body.get("properties")) | _texts(listed) | ({"fax": fax} if fax else {})


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
        consent = Consent(
            name=text(detail, "consentName")[:255],
            is_given=flag(detail, "consentAccept") and not flag(detail, "optOut"),
            decided_at=moment(detail.get("agreementDate")) or now(),
            address=text(detail, "ip")[:64],
            source=SOURCE,
        )
        contacts.record_consent(connection, account, contact, consent)
