"""``footfall send-hit`` follows one page view through a running installation."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.support.installation import Installation

from footfall.journey import show_journey
from footfall.kit import ConfigError, Settings, read_settings


@pytest.fixture
def here(installation: Installation) -> Settings:
    return read_settings({"FOOTFALL_DATA": str(installation.data)})


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    return read_settings({"FOOTFALL_DATA": str(tmp_path)})


@pytest.fixture
def stranger() -> Iterator[str]:
    """The address of a web server that is no footfall."""
    server = http.server.HTTPServer(("127.0.0.1", 0), http.server.BaseHTTPRequestHandler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_every_step_is_shown(
    installation: Installation, here: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    show_journey(installation.url, "", here)

    shown = capsys.readouterr().out
    steps = [line.split()[0] for line in shown.splitlines()]
    assert steps[:5] == ["sent", "answered", "in", "stored", "visitor"]
    assert "at offset" in shown


def test_link_leads_to_the_visitor(
    installation: Installation, here: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    show_journey(installation.url, "", here)

    link = next(line.split()[1] for line in capsys.readouterr().out.splitlines() if "look" in line)
    found = installation.api.get(f"/api/v1/visitors/{link.rpartition('/')[2]}").json()
    assert found["visitor"]["last_title"] == "One hit, sent by hand"


def test_wrong_code_shows_the_reason(
    installation: Installation, here: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    show_journey(installation.url, "nobodys code", here)

    assert "dropped: unknown_account (no account has" in capsys.readouterr().out


def test_another_machine_is_followed_too(
    installation: Installation, elsewhere: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    show_journey(installation.url, installation.smid, elsewhere)

    shown = capsys.readouterr().out
    assert "of another machine" in shown
    assert "stored" in shown


def test_closed_port_says_how_to_start(elsewhere: Settings) -> None:
    with pytest.raises(ConfigError, match=r"nothing answers at http://127\.0\.0\.1:9 .*serve"):
        show_journey("http://127.0.0.1:9", "x", elsewhere)


def test_another_server_is_named_a_stranger(stranger: str, elsewhere: Settings) -> None:
    with pytest.raises(ConfigError, match="is no footfall: 501"):
        show_journey(stranger, "x", elsewhere)


def test_address_without_scheme_is_refused(elsewhere: Settings) -> None:
    with pytest.raises(ConfigError, match="begin with http"):
        show_journey("127.0.0.1:8080", "x", elsewhere)


def test_missing_code_is_asked_for(installation: Installation, elsewhere: Settings) -> None:
    with pytest.raises(ConfigError, match="--smid"):
        show_journey(installation.url, "", elsewhere)
