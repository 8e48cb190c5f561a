"""What a hit says about who the visitor is: a draft in, the claims it would like to make out."""

from __future__ import annotations

from footfall import contacts
from footfall.model import IMPORTED_VISITOR, ClaimKind, ContactId
from footfall.pipeline.draft import Draft, Proposal

CLAIMS_OF = {
    "login": ClaimKind.LOGIN,
    "api": ClaimKind.API,
    "form": ClaimKind.FORM,
    "cookie": ClaimKind.PLUGIN,
    "": ClaimKind.PLUGIN,
}


def propose_claims(draft: Draft) -> None:
    """Add to the draft's proposals.

    A machine identifies nobody, and nobody is identified by an address and a user agent.
    """
    if draft.bot or draft.visitor.startswith(IMPORTED_VISITOR):
        return
    text, memory = draft.hit.text, draft.known.memory
    client, previous = text("client").lower(), memory.client
    memory.client = client
    link = text("link").lower()
    if not client and not link:
        return
    if contacts.is_contact_id(link):
        kind = ClaimKind.MANUAL_LINK if text("manual") == "1" else ClaimKind.MAIL_LINK
        mailing = f"mailing {text('smconv')}, " if text("smconv") else ""
        evidence = f"{mailing}link to {_where(draft)}"
        draft.proposals.append(Proposal(ContactId(link), kind, evidence))
    if not contacts.is_contact_id(client):
        return
    how = text("how")
    if draft.raw.door == "import" and how and client != previous:
        draft.proposals.append(Proposal(ContactId(client), ClaimKind.API, how))
        return
    # The cookie of a browser says the same with every hit: only a change of it is an act.
    kind_of_client = CLAIMS_OF.get(how)
    is_act = client != previous or kind_of_client is not ClaimKind.PLUGIN
    if kind_of_client and is_act:
        evidence = _describe(kind_of_client, _where(draft))
        draft.proposals.append(Proposal(ContactId(client), kind_of_client, evidence))


def _where(draft: Draft) -> str:
    return f"{draft.hit.text('location')}{draft.path}"


def _describe(kind: ClaimKind, where: str) -> str:
    return {
        ClaimKind.LOGIN: f"logged in on {where}",
        ClaimKind.API: f"identified by the page {where}",
        ClaimKind.FORM: f"form on {where}",
        ClaimKind.PLUGIN: f"cookie set by the site, seen on {where}",
    }[kind]
