"""Fixtures of the tracker: the built script, a recording door, a visitor for each test."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from tests.support.browser import open_visitor
from tests.support.recording_door import RecordingDoor

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def built() -> None:
    """Build the tracker where its sources are newer."""
    subprocess.run([sys.executable, ROOT / "tools/build_static.py"], check=True, timeout=300)


@pytest.fixture
def door(built: None) -> Iterator[RecordingDoor]:
    with RecordingDoor() as opened:
        yield opened


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    context = open_visitor(browser)
    yield context
    context.close()


@pytest.fixture
def page(visitor: BrowserContext) -> Iterator[Page]:
    """A tab that must see no error: nothing of the tracker's may escape."""
    tab = visitor.new_page()
    errors: list[str] = []
    tab.on("pageerror", lambda error: errors.append(str(error)))
    yield tab
    assert errors == []
