"""The door: hits from anybody come in, durable raw hits go to the log, a gif or 204 goes out.

It parses nothing it does not need, has no business logic, and no database but its log.
"""

from footfall.collector.cookies import CookieRules
from footfall.collector.door import KEPT_HEADERS, Door
from footfall.collector.proxies import find_address

__all__ = ["KEPT_HEADERS", "CookieRules", "Door", "find_address"]
