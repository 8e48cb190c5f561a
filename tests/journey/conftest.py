"""Fixtures of the journeys: people with browsers of their own, and the staff at the panel."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page
from tests.support.browser import open_visitor
from tests.support.installation import Installation
from tests.support.panel import log_in


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Page]:
    """Somebody who has never been here."""
    context = open_visitor(browser)
    yield context.new_page()
    context.close()


@pytest.fixture
def panel(browser: Browser, installation: Installation) -> Iterator[Page]:
    """The panel, logged in as the demo account's owner."""
    context = open_visitor(browser)
    page = context.new_page()
    log_in(page, installation)
    yield page
    context.close()
