"""Who is who: claims come in, spans of browser life that belong to a contact go out.

Claims and merges form a ledger that is only appended to or revoked; spans and conflicts are
a view over it, renewed in the same transaction. Nothing is ever joined by address or
fingerprint, and no event is ever rewritten.
"""

from footfall.identity.ledger import (
    append_claims,
    confirm_claim,
    erase_claims,
    lock_ledgers,
    merge_contacts,
    revoke_claim,
    unmerge_contacts,
)
from footfall.identity.merges import Merge, list_members, list_merges, survivors
from footfall.identity.resolve import (
    LINKS,
    STRENGTH,
    Conflict,
    Ownership,
    adds_nothing,
    resolve,
    strength_of,
)
from footfall.identity.view import (
    find_spans,
    list_claims,
    list_claims_of_visitor,
    list_conflicts,
    list_spans,
    server_visitor,
)
from footfall.identity.visitors import (
    Visitor,
    count_missing,
    find_visitors,
    list_visitors,
    save_visitors,
)

__all__ = [
    "LINKS",
    "STRENGTH",
    "Conflict",
    "Merge",
    "Ownership",
    "Visitor",
    "adds_nothing",
    "append_claims",
    "confirm_claim",
    "count_missing",
    "erase_claims",
    "find_spans",
    "find_visitors",
    "list_claims",
    "list_claims_of_visitor",
    "list_conflicts",
    "list_members",
    "list_merges",
    "list_spans",
    "list_visitors",
    "lock_ledgers",
    "merge_contacts",
    "resolve",
    "revoke_claim",
    "save_visitors",
    "server_visitor",
    "strength_of",
    "survivors",
    "unmerge_contacts",
]
