"""Where an address likely is: any shape of mmdb record in, a place with its confidence out."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

from footfall.model import Place
from footfall.pipeline.mmdb import LiveDatabase

_NOWHERE = Place()

# Rules of thumb where the vendor publishes no probability of its own.
COUNTRY_ONLY = 0.9
REGION_ONLY = 0.6
# Without a radius a town is a guess: flat databases name one for every address there is.
TOWN_WITHOUT_RADIUS = 0.4
# Where the block of addresses was registered, which need not be where it is used.
REGISTERED_ONLY = 0.5

# What the vendors write where they know nothing.
_BLANKS = frozenset(("", "-", "N/A", "Unknown", "unknown"))


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
    """GeoIP2, GeoLite2, DB-IP and IP2Location nest their facts; ip-location-db and IPinfo
    write them flat, each under names of their own."""
    country = _country(record)
    region = _name(record, "subdivisions", "state1", "region_name", "region", "stateprov")
    city = _name(record, "city", "city_name")
    location = record.get("location")
    spot = location if isinstance(location, Mapping) else record
    radius = _number(spot.get("accuracy_radius"))
    place = Place(
        country=country,
        region=region,
        city=city,
        latitude=_degrees(spot, 90, "latitude", "lat"),
        longitude=_degrees(spot, 180, "longitude", "lng", "lon"),
        accuracy_km=None if radius is None else round(radius),
        confidence=_confidence(record, city, region, country, radius),
        source=source,
    )
    return place if place.country or place.city or place.latitude is not None else _NOWHERE


def _confidence(
    record: Mapping[str, Any], city: str, region: str, country: str, radius: float | None
) -> float:
    """How likely the finest part is right.

    With a radius r the town is right with 0.9 within 5 km, falling to 0.1 at 200 km and
    beyond; a rule of thumb, for most vendors publish no probability.
    """
    finest = "city" if city else "subdivisions" if region else "country"
    published = _published(record.get(finest))
    if published is not None:
        return published
    if city and radius is not None:
        share = min(max((radius - 5) / 195, 0.0), 1.0)
        return round(0.9 - 0.8 * share, 2)
    if city:
        return TOWN_WITHOUT_RADIUS
    if region:
        return REGION_ONLY
    if not country:
        return 0.0
    return COUNTRY_ONLY if _country_of(record) else REGISTERED_ONLY


def _published(part: object) -> float | None:
    """GeoIP2 Enterprise says itself how sure it is, in per cent."""
    if isinstance(part, list):
        part = part[0] if part else None
    percent = _number(part.get("confidence")) if isinstance(part, Mapping) else None
    return None if percent is None else round(min(max(percent, 0.0), 100.0) / 100, 2)


def _country(record: Mapping[str, Any]) -> str:
    return _country_of(record) or _iso_code(record.get("registered_country"))


def _country_of(record: Mapping[str, Any]) -> str:
    return _iso_code(record.get("country_code")) or _iso_code(record.get("country"))


def _iso_code(value: object) -> str:
    """Two letters; some vendors write the country's whole name under the same key."""
    if isinstance(value, Mapping):
        value = value.get("iso_code") or value.get("code")
    text = str(value or "").upper()
    return text if len(text) == 2 and text.isascii() and text.isalpha() else ""


def _name(record: Mapping[str, Any], *keys: str) -> str:
    """The first of these that names something, in English where there are languages."""
    for key in keys:
        value = record.get(key)
        if isinstance(value, list):
            value = value[0] if value else None
        if isinstance(value, Mapping):
            names = value.get("names")
            languages = names if isinstance(names, Mapping) else value
            value = languages.get("en") or languages.get("name")
        if isinstance(value, str) and value.strip() not in _BLANKS:
            return value.strip()
    return ""


def _degrees(spot: Mapping[str, Any], most: int, *keys: str) -> float | None:
    for key in keys:
        degrees = _number(spot.get(key))
        if degrees is not None and abs(degrees) <= most:
            return degrees
    return None


def _number(value: object) -> float | None:
    """IPinfo writes numbers as text."""
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        return None
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
