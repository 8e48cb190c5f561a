"""Who runs a network, what kind of organisation that is, and why we think so."""

from typing import Any

import pytest

from footfall.model import Organisation, OrganisationKind
from footfall.pipeline.organisation import (
    CONFIDENCE_OF_DATABASE,
    Networks,
    judge,
    judge_record,
    read_network,
)

COMPANY, PROVIDER = OrganisationKind.COMPANY, OrganisationKind.PROVIDER
HOSTING, EDUCATION = OrganisationKind.HOSTING, OrganisationKind.EDUCATION
UNKNOWN = OrganisationKind.UNKNOWN


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Uniwersytet Warszawski", EDUCATION),
        ("Politechnika Gdanska", EDUCATION),
        ("Gdansk University of Technology", EDUCATION),
        ("Massachusetts Institute of Technology", EDUCATION),
        ("Naukowa I Akademicka Siec Komputerowa NASK", EDUCATION),
        ("Technische Hochschule Nuernberg", EDUCATION),
        ("Hetzner Online GmbH", HOSTING),
        ("OVH SAS", HOSTING),
        ("Amazon.com, Inc.", HOSTING),
        ("Microsoft Corporation", HOSTING),
        ("DigitalOcean, LLC", HOSTING),
        ("home.pl S.A.", HOSTING),
        ("Cloudflare, Inc.", HOSTING),
        ("M247 Europe SRL", HOSTING),
        ("Orange Polska Spolka Akcyjna", PROVIDER),
        ("Deutsche Telekom AG", PROVIDER),
        ("Telefonica de Espana S.A.U.", PROVIDER),
        ("Vodafone GmbH", PROVIDER),
        ("T-Mobile Polska S.A.", PROVIDER),
        ("P4 Sp. z o.o. PLAY", PROVIDER),
        ("Vectra S.A.", PROVIDER),
        ("Comcast Cable Communications, LLC", PROVIDER),
        ("Netia SA", PROVIDER),
        ("Small Town Internet Sp. z o.o.", PROVIDER),
        ("mBank S.A.", COMPANY),
        ("Allegro sp. z o.o.", COMPANY),
        ("ACME Holding", COMPANY),
        ("Siemens AG", COMPANY),
        ("Volkswagen AG", COMPANY),
        ("IKEA IT AB", COMPANY),
        ("Kowalski Jan", UNKNOWN),
        ("Agnieszka", UNKNOWN),  # "ag" within a word is no legal form
        ("", UNKNOWN),
    ],
)
def test_name_tells_kind(name: str, kind: OrganisationKind) -> None:
    verdict = judge(name, 1)

    assert verdict.kind is kind
    assert (verdict.confidence > 0) == (kind is not UNKNOWN)


def test_verdict_gives_reason() -> None:
    verdict = judge("Hetzner Online GmbH", 24940)

    assert verdict.reason == "the network's name says 'Hetzner'"
    assert (verdict.name, verdict.asn) == ("Hetzner Online GmbH", 24940)


def test_company_is_least_certain_verdict() -> None:
    """A legal form in a name says less than a word of the trade."""
    others = [judge(name, 1).confidence for name in ("OVH", "Orange", "University")]

    assert judge("Acme Ltd", 1).confidence < min(others)


@pytest.mark.parametrize(
    ("record", "name", "asn"),
    [
        ({"autonomous_system_number": 5617, "autonomous_system_organization": "O"}, "O", 5617),
        ({"asn": "AS5617", "as_name": "O", "as_domain": "o.pl"}, "O", 5617),
        ({"asn": 5617, "as": "O"}, "O", 5617),
        ({"as_number": "5617", "as_name": "O"}, "O", 5617),
        ({"isp": "O", "autonomous_system_number": 5617}, "O", 5617),
        ({"traits": {"autonomous_system_number": 5617, "isp": "O"}}, "O", 5617),
        ({"asn": "-", "as": "-"}, "", None),
        ({"asn": "ASX"}, "", None),
        ({"asn": 0, "as_name": None}, "", None),
        ({"asn": "9" * 30}, "", None),
        ({"country": {"iso_code": "PL"}}, "", None),
        ({}, "", None),
    ],
)
def test_any_shape_names_network(record: dict[str, Any], name: str, asn: int | None) -> None:
    assert read_network(record) == (name, asn)


@pytest.mark.parametrize(
    ("said", "kind"),
    [
        ({"user_type": "business"}, COMPANY),
        ({"user_type": "residential"}, PROVIDER),
        ({"user_type": "cellular"}, PROVIDER),
        ({"user_type": "hosting"}, HOSTING),
        ({"user_type": "college"}, EDUCATION),
        ({"as_type": "isp"}, PROVIDER),
        ({"type": "education"}, EDUCATION),
        ({"usage_type": "DCH"}, HOSTING),
        ({"usage_type": "COM"}, COMPANY),
    ],
)
def test_database_knows_better_than_name(said: dict[str, str], kind: OrganisationKind) -> None:
    verdict = judge_record({"asn": 1, "as_name": "Hetzner Orange University", **said})

    assert (verdict.kind, verdict.confidence) == (kind, CONFIDENCE_OF_DATABASE)
    assert next(iter(said.values())) in verdict.reason


def test_strange_kind_leaves_verdict_to_name() -> None:
    assert judge_record({"as_name": "OVH SAS", "type": "spaceship"}).kind is HOSTING


def test_everything_is_unknown_without_file() -> None:
    assert Networks(None).find("192.0.2.1") == Organisation()
