"""A real Chromium for tests, as a visitor would have it and not as a machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Playwright, sync_playwright

NAMES = ("/usr/bin/chromium", "chromium", "chromium-browser", "google-chrome", "chrome")
# Visitors who say they are headless or driven are labelled machines and identify nobody.
USER_AGENT = (
    "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/141.0.0.0 Safari/537.36"
)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-blink-features=AutomationControlled",
]
# Visitors have these; Playwright switches them off.
KEPT = ["--disable-back-forward-cache"]


def find_chromium() -> str:
    """The browser's path. Fail without one, unless FOOTFALL_NO_BROWSER=1 says to skip."""
    for name in NAMES:
        path = shutil.which(name)
        if path:
            return path
    if os.environ.get("FOOTFALL_NO_BROWSER") == "1":
        pytest.skip("FOOTFALL_NO_BROWSER=1 and no Chromium")
    pytest.fail(
        "no Chromium found (Debian: apt-get install chromium); "
        "FOOTFALL_NO_BROWSER=1 leaves out the tests that need one",
        pytrace=False,
    )


@contextmanager
def open_chromium() -> Iterator[Browser]:
    path = find_chromium()
    with sync_playwright() as playwright, _launch(playwright, path) as browser:
        yield browser


@contextmanager
def open_without_cookies(chromium: BrowserType, profile: Path) -> Iterator[BrowserContext]:
    """A browser whose owner has forbidden every site to keep anything."""
    preferences = profile / "Default" / "Preferences"
    preferences.parent.mkdir(parents=True)
    preferences.write_text('{"profile":{"default_content_setting_values":{"cookies":2}}}')
    context = chromium.launch_persistent_context(
        profile, executable_path=find_chromium(), args=ARGUMENTS, user_agent=USER_AGENT
    )
    try:
        yield context
    finally:
        context.close()


@contextmanager
def open_undriven(address: str, profile: Path) -> Iterator[None]:
    """A browser that nobody drives: under a driver Chromium loads no page in advance."""
    command = [find_chromium(), "--headless", "--no-first-run", f"--user-data-dir={profile}"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    process = subprocess.Popen([*command, *ARGUMENTS, address], **quiet)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)


def open_visitor(browser: Browser, **options: Any) -> BrowserContext:
    """A browser profile of its own: no cookies, no storage, no cache."""
    context = browser.new_context(**{"user_agent": USER_AGENT} | options)
    context.set_default_timeout(10_000)
    return context


@contextmanager
def _launch(playwright: Playwright, path: str) -> Iterator[Browser]:
    browser = playwright.chromium.launch(
        executable_path=path, args=ARGUMENTS, ignore_default_args=KEPT
    )
    try:
        yield browser
    finally:
        browser.close()
