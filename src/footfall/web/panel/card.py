"""The contact card: the whole story of one person, and what staff can do about it."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlsplit

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body, FromPath, FromQuery
from litestar.response import Redirect, Template

from footfall import contacts, identity
from footfall.contacts import Card, ContactChange
from footfall.events import Cursor
from footfall.kit import Connection, Refused, hash64
from footfall.model import ContactId
from footfall.web.panel.addresses import read_cursor
from footfall.web.panel.staff import PanelRequest, panel_parts, render

Form = Annotated[dict[str, str], Body(media_type=RequestEncodingType.URL_ENCODED)]


@get("/contacts/{contact:str}", sync_to_thread=True)
def show_card(request: PanelRequest, contact: FromPath[str]) -> Template | Redirect:
    card = _fetch(request, contact)
    if card.contact.contact != contact:
        return Redirect(f"/contacts/{card.contact.contact}")
    return render(request, "card", card=card, mark=_mark(card))


@get("/contacts/{contact:str}/live", sync_to_thread=True)
def renew_card(
    request: PanelRequest, contact: FromPath[str], mark: FromQuery[str] = ""
) -> Template | Response[None]:
    """The card's content when it has changed since ``mark``, else nothing."""
    card = _fetch(request, contact)
    if _mark(card) == mark:
        return Response(None, status_code=204)
    return render(request, "_card", card=card, mark=_mark(card))


@get("/contacts/{contact:str}/visits", sync_to_thread=True)
def show_older_visits(
    request: PanelRequest, contact: FromPath[str], before: FromQuery[str]
) -> Template:
    return render(request, "_visits", card=_fetch(request, contact, read_cursor(before)))


@get("/contacts/{contact:str}/export.json", sync_to_thread=True)
def export_card(request: PanelRequest, contact: FromPath[str]) -> Response[bytes]:
    """Everything on the card and every visit there ever was, for the person who asks for it."""
    card = page = _fetch(request, contact)
    visits = list(card.visits)
    while page.next is not None:
        page = _fetch(request, contact, page.next)
        visits += page.visits
    card = msgspec.structs.replace(card, visits=visits, next=None)
    return Response(
        msgspec.json.format(msgspec.json.encode(card), indent=2),
        media_type="application/json",
        headers={"content-disposition": f'attachment; filename="{card.contact.contact}.json"'},
    )


@post("/contacts/{contact:str}/note", sync_to_thread=True)
def add_note(request: PanelRequest, contact: FromPath[str], data: Form) -> Template:
    text = data.get("text", "").strip()
    with panel_parts(request).database.write() as connection:
        found = contacts.resolve_contact(connection, request.auth.account, ContactId(contact))
        if text:
            author = request.user.user.name or request.user.user.email
            contacts.add_note(connection, request.auth.account, found.contact, text[:5_000], author)
    return _again(request, contact)


@post("/contacts/{contact:str}/tags", sync_to_thread=True)
def change_tags(request: PanelRequest, contact: FromPath[str], data: Form) -> Template:
    """``add`` holds tags between commas; ``remove`` one tag."""
    added = tuple(tag.strip() for tag in data.get("add", "").split(",") if tag.strip())
    removed = (data["remove"],) if data.get("remove") else ()
    change = ContactChange(tags=added, remove_tags=removed, source="panel")
    removal = ContactChange(remove_tags=removed, source="panel")
    with panel_parts(request).database.write() as connection:
        account = request.auth.account
        found = contacts.resolve_contact(connection, account, ContactId(contact))
        contacts.apply_change(connection, account, found.contact, change)
        # A tag may sit on any of the cards that were merged into this one.
        members = identity.list_members(connection, account, found.contact) if removed else []
        for member in members[1:]:
            contacts.apply_change(connection, account, member, removal)
    return _again(request, contact)


@post("/contacts/{contact:str}/claims/{claim_id:int}/revoke", sync_to_thread=True)
def revoke_claim(
    request: PanelRequest, contact: FromPath[str], claim_id: FromPath[int]
) -> Template:
    """The browser's past leaves the card again; nothing is deleted."""
    with panel_parts(request).database.write() as connection:
        _check_claim(connection, request, contact, claim_id)
        contacts.revoke_claim(connection, request.auth.account, claim_id)
    return _again(request, contact)


@post("/contacts/{contact:str}/claims/{claim_id:int}/confirm", sync_to_thread=True)
def confirm_claim(
    request: PanelRequest, contact: FromPath[str], claim_id: FromPath[int]
) -> Template:
    with panel_parts(request).database.write() as connection:
        _check_claim(connection, request, contact, claim_id)
        contacts.confirm_claim(connection, request.auth.account, claim_id)
    return _again(request, contact)


@post("/contacts/{contact:str}/stop", sync_to_thread=True)
def stop_monitoring(request: PanelRequest, contact: FromPath[str], data: Form) -> Template:
    with panel_parts(request).database.write() as connection:
        account = request.auth.account
        found = contacts.resolve_contact(connection, account, ContactId(contact))
        contacts.set_stopped(
            connection, account, found.contact, is_stopped=data.get("stopped") == "1"
        )
    return _again(request, contact)


@post("/contacts/{contact:str}/merge", sync_to_thread=True)
def merge_contact(request: PanelRequest, contact: FromPath[str], data: Form) -> Template:
    """Take the card of another address into this one."""
    with panel_parts(request).database.write() as connection:
        account = request.auth.account
        found = contacts.resolve_contact(connection, account, ContactId(contact))
        other = contacts.find_contact_by_email(connection, account, data.get("email", ""))
        if other is None:
            raise Refused(f"there is no contact with the address {data.get('email', '')[:80]!r}")
        author = request.user.user.email
        contacts.merge(connection, account, other.contact, found.contact, author)
    return _again(request, contact)


@post("/contacts/{contact:str}/unmerge/{merge_id:int}", sync_to_thread=True)
def unmerge_contact(
    request: PanelRequest, contact: FromPath[str], merge_id: FromPath[int]
) -> Template:
    with panel_parts(request).database.write() as connection:
        contacts.resolve_contact(connection, request.auth.account, ContactId(contact))
        contacts.unmerge(connection, request.auth.account, merge_id)
    return _again(request, contact)


@post("/contacts/{contact:str}/link", sync_to_thread=True)
def make_link(request: PanelRequest, contact: FromPath[str], data: Form) -> Template:
    """A link for one person: whoever opens it is this contact, until a stronger reason comes."""
    with panel_parts(request).database.read() as connection:
        found = contacts.resolve_contact(connection, request.auth.account, ContactId(contact))
    page = data.get("page", "").strip()
    parts = urlsplit(page)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return render(request, "_link", link="", error="Give the whole address of a page of yours.")
    joint = "&" if parts.query else "?"
    bare, _, fragment = page.partition("#")
    link = f"{bare}{joint}smclient={found.contact}&smman=1" + (f"#{fragment}" if fragment else "")
    return render(request, "_link", link=link, error="")


@post("/contacts/{contact:str}/forget", sync_to_thread=True)
def forget_contact(request: PanelRequest, contact: FromPath[str]) -> Response[None]:
    with panel_parts(request).database.write() as connection:
        found = contacts.resolve_contact(connection, request.auth.account, ContactId(contact))
        contacts.forget(connection, request.auth.account, found.contact)
    return Response(None, status_code=200, headers={"hx-redirect": "/contacts"})


def _fetch(request: PanelRequest, contact: str, before: Cursor | None = None) -> Card:
    parts = panel_parts(request)
    with parts.database.read() as connection:
        return contacts.fetch_card(
            connection, parts.events, request.auth.account, ContactId(contact.lower()), before
        )


def _again(request: PanelRequest, contact: str) -> Template:
    card = _fetch(request, contact)
    return render(request, "_card", card=card, mark=_mark(card))


def _check_claim(
    connection: Connection, request: PanelRequest, contact: str, claim_id: int
) -> None:
    """The claim must be one that this card shows."""
    account = request.auth.account
    survivor = contacts.resolve_contact(connection, account, ContactId(contact)).contact
    shown = [claim.claim_id for claim in identity.list_claims(connection, account, survivor)]
    shown += [c.claim.claim_id for c in identity.list_conflicts(connection, account, survivor)]
    if claim_id not in shown:
        raise Refused(f"line {claim_id} of the ledger is not about this contact")


def _mark(card: Card) -> str:
    """Changes whenever the card shows something else."""
    return f"{hash64(msgspec.json.encode(card).decode()):x}"


CARD = [
    show_card,
    renew_card,
    show_older_visits,
    export_card,
    add_note,
    change_tags,
    revoke_claim,
    confirm_claim,
    stop_monitoring,
    merge_contact,
    unmerge_contact,
    make_link,
    forget_contact,
]
