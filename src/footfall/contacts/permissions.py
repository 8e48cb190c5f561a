"""Consents (to be tracked, per purpose) and opt-ins (to be mailed, per channel)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import msgspec
import sqlalchemy as sa

from footfall.contacts.tables import consents, opt_ins
from footfall.kit import Connection, now, upsert
from footfall.model import AccountId, ContactId, Record


class Consent(Record, frozen=True):
    """A person's yes or no to one purpose, with when, from where and through what."""

    name: str
    is_given: bool
    decided_at: datetime
    address: str = ""
    source: str = ""


class OptIn(Record, frozen=True):
    """Whether we may write to a contact: unconfirmed, confirmed or unsubscribed."""

    channel: str
    state: str
    changed_at: datetime
    source: str = ""


def set_opt_in(
    connection: Connection,
    account: AccountId,
    contact: ContactId,
    channel: str,
    state: str,
    source: str,
) -> None:
    row = {
        "account_id": account,
        "contact_id": contact,
        "channel": channel,
        "state": state,
        "changed_at": now(),
        "source": source,
    }
    upsert(connection, opt_ins, [row])


def list_opt_ins(
    connection: Connection, account: AccountId, ids: Sequence[ContactId]
) -> list[OptIn]:
    rows = connection.execute(
        sa.select(opt_ins)
        .where(opt_ins.c.account_id == account, opt_ins.c.contact_id.in_(ids))
        .order_by(opt_ins.c.channel)
    )
    return [
        OptIn(channel=r.channel, state=r.state, changed_at=r.changed_at, source=r.source)
        for r in rows
    ]


def record_consent(
    connection: Connection, account: AccountId, contact: ContactId, consent: Consent
) -> None:
    row = {"account_id": account, "contact_id": contact} | msgspec.structs.asdict(consent)
    connection.execute(sa.insert(consents).values(row))


def list_consents(
    connection: Connection, account: AccountId, ids: Sequence[ContactId]
) -> list[Consent]:
    """Every decision, newest first: the newest of a name is the one that holds."""
    rows = connection.execute(
        sa.select(consents)
        .where(consents.c.account_id == account, consents.c.contact_id.in_(ids))
        .order_by(consents.c.decided_at.desc(), consents.c.consent_id.desc())
    )
    return [
        Consent(
            name=r.name,
            is_given=r.is_given,
            decided_at=r.decided_at,
            address=r.address,
            source=r.source,
        )
        for r in rows
    ]
