"""Any shape of record becomes a place with its confidence."""

from typing import Any

import pytest

from footfall.model import Place
from footfall.pipeline.geo import (
    COUNTRY_ONLY,
    REGION_ONLY,
    REGISTERED_ONLY,
    TOWN_WITHOUT_RADIUS,
    Geo,
    read_record,
)

POLAND = {"iso_code": "PL", "names": {"en": "Poland", "de": "Polen"}}
GEOLITE_CITY = {
    "city": {"geoname_id": 3099434, "names": {"en": "Gdańsk", "de": "Danzig"}},
    "country": POLAND,
    "location": {"accuracy_radius": 5, "latitude": 54.3, "longitude": 18.6, "time_zone": "x"},
    "postal": {"code": "80-001"},
    "registered_country": {"iso_code": "DE"},
    "subdivisions": [{"iso_code": "22", "names": {"en": "Pomerania"}}, {"names": {"en": "x"}}],
}
DBIP_CITY = {
    "city": {"names": {"en": "Warsaw (Śródmieście)"}},
    "continent": {"code": "EU", "names": {"en": "Europe"}},
    "country": POLAND,
    "location": {"latitude": 52.2, "longitude": 21.0},
    "subdivisions": [{"names": {"en": "Mazovia"}}],
}
IP_LOCATION_DB = {
    "city": "Malbork",
    "country_code": "PL",
    "latitude": 54.03,
    "longitude": 19.02,
    "postcode": "",
    "state1": "Pomerania",
    "state2": "",
    "timezone": "",
}
IPINFO = {"city": "Łódź", "country": "PL", "lat": "51.7", "lng": "19.4", "region": "Łódź Voivod."}
IPINFO_LITE = {"country": "Poland", "country_code": "PL", "asn": "AS5617", "as_name": "Orange"}
IP2LOCATION = {
    "country_code": "PL",
    "country_name": "Poland",
    "region_name": "Slaskie",
    "city_name": "Katowice",
    "latitude": 50.2,
    "longitude": 19.0,
}


@pytest.mark.parametrize(
    ("record", "country", "region", "city", "spot"),
    [
        (GEOLITE_CITY, "PL", "Pomerania", "Gdańsk", (54.3, 18.6)),
        (DBIP_CITY, "PL", "Mazovia", "Warsaw (Śródmieście)", (52.2, 21.0)),
        (IP_LOCATION_DB, "PL", "Pomerania", "Malbork", (54.03, 19.02)),
        (IPINFO, "PL", "Łódź Voivod.", "Łódź", (51.7, 19.4)),
        (IPINFO_LITE, "PL", "", "", (None, None)),
        (IP2LOCATION, "PL", "Slaskie", "Katowice", (50.2, 19.0)),
        ({"country": POLAND}, "PL", "", "", (None, None)),
        ({"country": "pl"}, "PL", "", "", (None, None)),
        ({"country_code": "PL"}, "PL", "", "", (None, None)),
        ({"registered_country": POLAND}, "PL", "", "", (None, None)),
        ({"country": "Poland"}, "", "", "", (None, None)),
        ({"country_code": "-", "city_name": "-"}, "", "", "", (None, None)),
        ({"country_code": "PL", "city": "", "state1": None}, "PL", "", "", (None, None)),
        ({"country_code": "PL", "city": {"names": {}}}, "PL", "", "", (None, None)),
        ({"country_code": "PL", "city": {"names": 7}}, "PL", "", "", (None, None)),
        ({"country_code": "PL", "subdivisions": []}, "PL", "", "", (None, None)),
        ({"country_code": "PL", "latitude": 91.0}, "PL", "", "", (None, None)),
        ({"country_code": "PL", "latitude": "north"}, "PL", "", "", (None, None)),
        ({"country_code": "PL", "latitude": True}, "PL", "", "", (None, None)),
        ({"country_code": ["PL"]}, "", "", "", (None, None)),
        ({"autonomous_system_number": 5617}, "", "", "", (None, None)),
        ({}, "", "", "", (None, None)),
    ],
)
def test_any_shape_names_place(
    record: dict[str, Any], country: str, region: str, city: str, spot: tuple[object, object]
) -> None:
    place = read_record(record, "source")

    assert (place.country, place.region, place.city) == (country, region, city)
    assert (place.latitude, place.longitude) == spot


def with_radius(radius: object) -> dict[str, Any]:
    return {**GEOLITE_CITY, "location": {**GEOLITE_CITY["location"], "accuracy_radius": radius}}


@pytest.mark.parametrize(
    ("record", "confidence"),
    [
        (with_radius(1), 0.9),
        (with_radius(5), 0.9),
        (with_radius(50), 0.72),
        (with_radius(200), 0.1),
        (with_radius(1_000), 0.1),
        (with_radius(None), TOWN_WITHOUT_RADIUS),
        (with_radius("wide"), TOWN_WITHOUT_RADIUS),
        (DBIP_CITY, TOWN_WITHOUT_RADIUS),
        (IP_LOCATION_DB, TOWN_WITHOUT_RADIUS),
        ({"country": POLAND, "subdivisions": [{"names": {"en": "Mazovia"}}]}, REGION_ONLY),
        ({"country": POLAND}, COUNTRY_ONLY),
        # The radius of a place without a town says nothing about its country.
        ({"country": POLAND, "location": {"accuracy_radius": 1_000}}, COUNTRY_ONLY),
        ({"registered_country": POLAND}, REGISTERED_ONLY),
        # GeoIP2 Enterprise publishes its own.
        ({"country": POLAND, "city": {"confidence": 25, "names": {"en": "Łódź"}}}, 0.25),
        ({"country": {**POLAND, "confidence": 99}}, 0.99),
        ({"country": {**POLAND, "confidence": 250}}, 1.0),
        ({}, 0.0),
    ],
)
def test_confidence_is_of_finest_part(record: dict[str, Any], confidence: float) -> None:
    assert read_record(record, "source").confidence == pytest.approx(confidence)


def test_place_tells_source_and_accuracy() -> None:
    place = read_record(GEOLITE_CITY, "GeoLite2-City 2026-09-18")

    assert (place.source, place.accuracy_km) == ("GeoLite2-City 2026-09-18", 5)


def test_unknown_place_names_no_source() -> None:
    assert read_record({"autonomous_system_number": 5617}, "asn") == Place()


def test_everything_is_unknown_without_file() -> None:
    geo = Geo(None)

    assert (geo.find("192.0.2.1"), geo.name) == (Place(), "")
