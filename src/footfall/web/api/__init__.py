"""The own interface, version 1: bearer token in, JSON out, described by OpenAPI."""

from footfall.web.api.contacts import CONTACTS
from footfall.web.api.events import EVENTS
from footfall.web.api.numbers import NUMBERS

API = [*CONTACTS, *EVENTS, *NUMBERS]

__all__ = ["API"]
