"""Settings: environment over ``footfall.toml`` over defaults, read once and handed down."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network, ip_network
from pathlib import Path

from footfall.kit.errors import ConfigError

Network = IPv4Network | IPv6Network


@dataclass(frozen=True)
class Settings:
    """Every knob of an installation. Empty URLs mean the embedded engine in ``data``."""

    data: Path = Path("data")
    database_url: str = ""
    events_url: str = ""
    log_url: str = ""
    public_url: str = "http://127.0.0.1:8080"
    smtp_url: str = ""
    geo_db: Path | None = None
    asn_db: Path | None = None
    trusted_proxies: tuple[Network, ...] = ()
    has_demo: bool = True
    metrics_token: str = ""
    log_format: str = "text"

    @property
    def people_url(self) -> str:
        """SQLAlchemy address of the people database."""
        return self.database_url or f"sqlite:///{self.data / 'people.db'}"


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Raise ConfigError naming the setting that cannot be understood."""
    env = os.environ if environment is None else environment
    written = _read_file(Path(env.get("FOOTFALL_CONFIG", "footfall.toml")))

    def find(name: str) -> str:
        return env.get(f"FOOTFALL_{name.upper()}") or str(written.get(name, ""))

    data = Path(find("data") or "data").absolute()
    return Settings(
        data=data,
        database_url=find("database_url"),
        events_url=find("events_url"),
        log_url=find("log_url"),
        public_url=(find("public_url") or _served_at(data) or Settings.public_url).rstrip("/"),
        smtp_url=find("smtp_url"),
        geo_db=_path(find("geo_db")) or data / "geo" / "city.mmdb",
        asn_db=_path(find("asn_db")) or data / "geo" / "asn.mmdb",
        trusted_proxies=_networks(find("trusted_proxies")),
        has_demo=find("demo") != "no",
        metrics_token=find("metrics_token"),
        log_format=_log_format(find("log_format") or Settings.log_format),
    )


def _read_file(path: Path) -> dict[str, object]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text())
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}") from error


def keep_address(settings: Settings) -> None:
    """Tell commands that run beside the server where it is."""
    (settings.data / _ADDRESS).write_text(settings.public_url + "\n")


def _served_at(data: Path) -> str:
    try:
        return (data / _ADDRESS).read_text().strip()
    except OSError:
        return ""


_ADDRESS = "address"


def _path(text: str) -> Path | None:
    return Path(text) if text else None


def _log_format(text: str) -> str:
    if text not in ("text", "json"):
        raise ConfigError(f"FOOTFALL_LOG_FORMAT: {text!r} is neither text nor json")
    return text


def _networks(text: str) -> tuple[Network, ...]:
    try:
        return tuple(
            ip_network(part.strip(), strict=False) for part in text.split(",") if part.strip()
        )
    except ValueError as error:
        raise ConfigError(
            f"FOOTFALL_TRUSTED_PROXIES: {error}; write addresses or networks, comma-separated"
        ) from error
