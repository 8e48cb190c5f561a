"""A header and a row of a list of people in, what the row declares of a contact out."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, tzinfo
from typing import NamedTuple

from footfall import contacts
from footfall.contacts import ContactChange
from footfall.kit import Refused, from_ms, now

SOURCE = "list of contacts"
# Headers as people write them, without accents, spaces and marks.
MEANINGS: Mapping[str, frozenset[str]] = {
    meaning: frozenset(names.split())
    for meaning, names in {
        "email": "email mail emailaddress mailaddress adresemail emailadresse courriel correo",
        "name": "name fullname contact contactname imieinazwisko nazwa nom nombre",
        "first_name": "firstname givenname imie vorname prenom",
        "last_name": "lastname surname familyname nazwisko nachname",
        "phone": "phone phonenumber telephone tel mobile mobilephone cell telefon komorka handy",
        "company": "company companyname organisation organization org firma firm",
        "tags": "tags tag labels label segments tagi etykiety",
        "created_at": "createdat created createdon creationdate dateadded added signupdate "
        "registered registeredat registrationdate joined datautworzenia utworzono",
        "email_opt_in": "optin emailoptin optinemail newsletter subscribed consent marketing "
        "marketingconsent acceptsmarketing acceptsemailmarketing zgoda optinstatus subscription",
        "email_opt_out": "optout emailoptout optedout unsubscribed hasoptedoutofemail wypisany",
        "phone_opt_in": "phoneoptin optinphone smsoptin optinsms acceptssmsmarketing",
        "external_id": "externalid customerid userid clientid id",
        "language": "language lang locale jezyk sprache",
        "birthday": "birthday birthdate dateofbirth dataurodzenia geburtstag",
        "streetAddress": "street streetaddress address address1 addressline1 ulica adres",
        "zipCode": "zip zipcode postcode postalcode kodpocztowy plz",
        "city": "city town miasto stadt ort",
        "province": "province region county wojewodztwo",
        "country": "country countrycode kraj land",
    }.items()
}
ADDRESS = ("streetAddress", "zipCode", "city", "province", "country")
FIELDS = ("name", "phone", "company", "external_id", "language", "birthday")
YES = frozenset(
    (
        *("1", "yes", "y", "true", "t", "x", "on", "tak", "ja", "oui", "si"),
        *("confirmed", "subscribed", "optin", "active"),
    )
)
NO = frozenset(("0", "no", "n", "false", "f", "off", "nie", "nein", "non"))
LEFT = frozenset(("unsubscribed", "optout", "optedout"))
PENDING = frozenset(("unconfirmed", "pending", "waiting"))
LONGEST_VALUE = 10_000


class Columns(NamedTuple):
    """What each column means; "" for one that becomes a property under its own name."""

    headers: Sequence[str]
    meanings: Sequence[str]


class Declared(NamedTuple):
    """One row, understood."""

    email: str
    change: ContactChange
    created_at: datetime | None


def read_columns(headers: Sequence[str]) -> Columns:
    """The first column of a meaning has it. Raise Refused when none holds addresses."""
    known = {name: meaning for meaning, names in MEANINGS.items() for name in names}
    meanings: list[str] = []
    for header in headers:
        meaning = known.get(_fold(header), "")
        meanings.append("" if meaning in meanings else meaning)
    if "email" not in meanings:
        shown = ", ".join(header.strip()[:40] for header in headers)[:300]
        raise Refused(f"no column holds e-mail addresses; the first line names: {shown}")
    return Columns([header.strip()[:255] for header in headers], meanings)


def read_row(columns: Columns, cells: Sequence[str], zone: tzinfo) -> Declared:
    """What the row says. Raise Refused, with the reason, for one that cannot be trusted."""
    if len(cells) > len(columns.headers):
        raise Refused(f"{len(cells)} cells under {len(columns.headers)} headers")
    texts = [cell.strip() for cell in cells]
    if any(len(text) > LONGEST_VALUE for text in texts):
        raise Refused("a cell is far too long: is a quote never closed?")
    named = dict(zip(columns.meanings, texts, strict=False))
    email = contacts.parse_email(named.get("email", ""))
    full_name = f"{named.get('first_name', '')} {named.get('last_name', '')}".strip()
    named["name"] = named.get("name") or full_name
    rest = zip(columns.headers, columns.meanings, texts, strict=False)
    properties = {header: text for header, meaning, text in rest if not meaning and header and text}
    address = {name: named[name] for name in ADDRESS if named.get(name)}
    change = ContactChange(
        fields={name: named[name] for name in FIELDS if named.get(name)},
        address=address or None,
        properties=properties or None,
        tags=tuple(_split_tags(named.get("tags", ""))),
        opt_ins=_read_opt_ins(named),
        source=SOURCE,
    )
    written = named.get("created_at", "")
    return Declared(email, change, _read_moment(written, zone) if written else None)


def _fold(header: str) -> str:
    plain = unicodedata.normalize("NFKD", header.casefold().replace("ł", "l").replace("ß", "ss"))
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())


def _split_tags(text: str) -> list[str]:
    for mark in (";", "|"):
        text = text.replace(mark, ",")
    return [tag.strip() for tag in text.split(",") if tag.strip()]


def _read_opt_ins(named: Mapping[str, str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for channel in ("email", "phone"):
        text = named.get(f"{channel}_opt_in", "")
        if text:
            found[channel] = _read_state(text)
    left = _fold(named.get("email_opt_out", ""))
    if left in YES or left in LEFT:
        found["email"] = "unsubscribed"
    elif left and left not in NO:  # and a no to having left is no yes to being mailed
        raise Refused(f"{named['email_opt_out'][:40]!r} is neither yes nor no")
    return found


def _read_state(text: str) -> str:
    """A yes that is not understood must not become one."""
    folded = _fold(text)
    for state, words in (("confirmed", YES), ("unsubscribed", NO | LEFT), ("unconfirmed", PENDING)):
        if folded in words:
            return state
    raise Refused(f"{text[:40]!r} is neither yes nor no")


def _read_moment(text: str, zone: tzinfo) -> datetime:
    moment = _parse_moment(text)
    if moment is None:
        raise Refused(f"{text[:40]!r} is no date that can be told: write 2026-03-01 12:00")
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=zone)
    if not from_ms(0) <= moment <= now():
        raise Refused(f"{text[:40]!r} lies in the future, or before 1970")
    return moment.astimezone(UTC)


def _parse_moment(text: str) -> datetime | None:
    """Not 03/04/2026: nobody knows whether that is in March or in April."""
    if text.isascii() and text.isdecimal() and len(text) in (10, 13):
        return from_ms(int(text) * (1000 if len(text) == 10 else 1))
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        pass
    for form in ("%d.%m.%Y", "%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%Y/%m/%d"):
        try:
            return datetime.strptime(text, form)  # noqa: DTZ007 (the zone is the caller's)
        except ValueError:
            continue
    return None
