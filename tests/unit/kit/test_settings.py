"""Settings: environment over file over defaults, and errors that name the setting."""

from __future__ import annotations

from ipaddress import ip_network
from pathlib import Path

import pytest

from footfall.kit import ConfigError, Settings, keep_address, read_settings


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "footfall.toml"


def test_defaults_need_no_file(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    settings = read_settings({"FOOTFALL_CONFIG": str(config)})

    assert settings.public_url == "http://127.0.0.1:8080"
    assert settings.people_url == f"sqlite:///{Path('data').absolute()}/people.db"


def test_commands_find_their_server(config: Path, tmp_path: Path) -> None:
    environment = {"FOOTFALL_CONFIG": str(config), "FOOTFALL_DATA": str(tmp_path)}
    chosen = environment | {"FOOTFALL_PUBLIC_URL": "https://a.example"}

    keep_address(Settings(data=tmp_path, public_url="http://127.0.0.1:9000"))

    assert read_settings(environment).public_url == "http://127.0.0.1:9000"
    assert read_settings(chosen).public_url == "https://a.example"


def test_environment_wins_over_file(config: Path) -> None:
    config.write_text('data = "/from/file"\nsmtp_url = "smtp://file"\n')

    settings = read_settings({"FOOTFALL_CONFIG": str(config), "FOOTFALL_DATA": "/from/env"})

    assert settings.data == Path("/from/env")
    assert settings.smtp_url == "smtp://file"


def test_database_address_replaces_the_embedded_one() -> None:
    assert Settings(database_url="postgresql://db/x").people_url == "postgresql://db/x"


def test_public_address_loses_its_slash(config: Path) -> None:
    environment = {"FOOTFALL_CONFIG": str(config), "FOOTFALL_PUBLIC_URL": "https://a.example/"}

    assert read_settings(environment).public_url == "https://a.example"


def test_proxies_are_read_as_networks(config: Path) -> None:
    environment = {
        "FOOTFALL_CONFIG": str(config),
        "FOOTFALL_TRUSTED_PROXIES": "10.0.0.1, 192.168.1.7/24,2001:db8::/32",
    }

    assert read_settings(environment).trusted_proxies == tuple(
        map(ip_network, ("10.0.0.1", "192.168.1.0/24", "2001:db8::/32"))
    )


def test_wrong_proxy_is_named(config: Path) -> None:
    environment = {"FOOTFALL_CONFIG": str(config), "FOOTFALL_TRUSTED_PROXIES": "the-proxy"}

    with pytest.raises(ConfigError, match=r"FOOTFALL_TRUSTED_PROXIES.*the-proxy"):
        read_settings(environment)


def test_broken_file_is_named(config: Path) -> None:
    config.write_text("data = ")

    with pytest.raises(ConfigError, match=r"footfall\.toml"):
        read_settings({"FOOTFALL_CONFIG": str(config)})
