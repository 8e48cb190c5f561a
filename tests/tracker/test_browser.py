"""A machine without a browser: a clear failure, or an honest skip."""

from __future__ import annotations

import pytest
from tests.support import browser


def test_missing_browser_fails_clearly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "NAMES", ("no-such-browser",))
    monkeypatch.delenv("FOOTFALL_NO_BROWSER", raising=False)

    with pytest.raises(pytest.fail.Exception, match="no Chromium found"):
        browser.find_chromium()


def test_wish_skips_browser_tests(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(browser, "NAMES", ("no-such-browser",))
    monkeypatch.setenv("FOOTFALL_NO_BROWSER", "1")

    with pytest.raises(pytest.skip.Exception):
        browser.find_chromium()
