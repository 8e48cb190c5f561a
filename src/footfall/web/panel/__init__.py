"""The panel: what staff see and do, behind a login.

Every page is HTML made on the server; what is live asks again for its own fragment. Each file
holds the addresses of one page: ``login``, ``home``, ``people`` (the list of contacts), ``card``
(and what can be done on it), ``visitors``, ``integration`` and ``health``.
"""

from litestar import Router
from litestar.types import ControllerRouterHandler

from footfall.web.panel.card import CARD
from footfall.web.panel.health import HEALTH
from footfall.web.panel.home import HOME, count_homes_ahead
from footfall.web.panel.integration import INTEGRATION
from footfall.web.panel.login import LOGIN
from footfall.web.panel.people import PEOPLE
from footfall.web.panel.staff import require_staff
from footfall.web.panel.templates import make_templates
from footfall.web.panel.visitors import VISITORS

__all__ = ["PANEL", "count_homes_ahead", "make_templates"]

PANEL: list[ControllerRouterHandler] = [
    *LOGIN,
    Router(
        path="/",
        before_request=require_staff,
        include_in_schema=False,
        route_handlers=[*HOME, *PEOPLE, *CARD, *VISITORS, *INTEGRATION, *HEALTH],
    ),
]
