"""The compatible interface (v2 wire): existing clients work by changing their address only."""

from footfall.web.compat.contacts import has_contact, upsert_contact
from footfall.web.compat.events import add_event, update_event
from footfall.web.compat.fallback import answer_unsupported
from footfall.web.compat.integration import upsert_both

COMPAT = [upsert_contact, has_contact, add_event, update_event, upsert_both, answer_unsupported]

__all__ = ["COMPAT"]
