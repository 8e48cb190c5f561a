"""Where an address likely is: any shape of mmdb record in, a place with its confidence out."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from footfall.model import Place
from footfall.pipeline.mmdb import LiveDatabase

_NOWHERE = Place()

# Without a radius a town is a guess: flat databases name one for every address there is.
TOWN_WITHOUT_RADIUS = 0.4
COUNTRY_ONLY = 0.9


class Geo:
    """Places from the file at ``path``; everything is unknown while there is none."""

    def __init__(self, path: Path | None = None) -> None:
        self._database = LiveDatabase(path)
        self._find = lru_cache(maxsize=50_000)(self._look_up)

    def find(self, address: str) -> Place:
        return self._find(address)

    def reload_if_changed(self) -> None:
        if self._database.reload_if_changed():
            self._find.cache_clear()

    @property
    def name(self) -> str:
        """Which database answers, with its build date; "" without one."""
        return self._database.name

    def _look_up(self, address: str) -> Place:
        record = self._database.find(address)
        return read_record(record, self._database.name) if isinstance(record, Mapping) else _NOWHERE


def read_record(record: Mapping[str, Any], source: str) -> Place:
    """GeoLite2 and DB-IP (nested) and ip-location-db (flat) name the same things differently."""
    country = _country(record)
    region = _name(record.get("subdivisions")) or str(record.get("state1") or "")
    city = _name(record.get("city"))
    location = record.get("location")
    spot = location if isinstance(location, Mapping) else record
    radius = spot.get("accuracy_radius")
    return Place(
        country=country,
        region=region,
        city=city,
        latitude=_number(spot.get("latitude")),
        longitude=_number(spot.get("longitude")),
        accuracy_km=radius if isinstance(radius, int) else None,
        confidence=_confidence(city, country, radius),
        source=source,
    )


def _confidence(city: str, country: str, radius: object) -> float:
    """How likely the finest part is right.

    With a radius r the town is right with 0.9 within 5 km, falling to 0.1 at 200 km and
    beyond; a rule of thumb, for no vendor publishes a probability.
    """
    if not city:
        return COUNTRY_ONLY if country else 0.0
    if not isinstance(radius, int):
        return TOWN_WITHOUT_RADIUS
    share = min(max((radius - 5) / 195, 0.0), 1.0)
    return round(0.9 - 0.8 * share, 2)


def _country(record: Mapping[str, Any]) -> str:
    nested = record.get("country") or record.get("registered_country")
    if isinstance(nested, Mapping):
        return str(nested.get("iso_code") or "").upper()
    return str(record.get("country_code") or nested or "").upper()[:2]


def _name(value: object) -> str:
    if isinstance(value, list):
        value = value[0] if value else None
    if isinstance(value, Mapping):
        names = value.get("names")
        return str(names.get("en") or "") if isinstance(names, Mapping) else ""
    return str(value or "")


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, (int, float)) else None
