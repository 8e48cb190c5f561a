"""Who made a request of the past: ids that are stable, secret and never too wide."""

from zoneinfo import ZoneInfo

import pytest
from tests.support.wire import NOON, VISITOR

from footfall import pipeline
from footfall.imports import VisitorIds
from footfall.model import IMPORTED_VISITOR

HOUR = 3_600_000
WARSAW = VisitorIds("secret", ZoneInfo("Europe/Warsaw"))
SEEN = ("192.0.2.7", "Firefox", NOON)


def test_same_browser_of_a_day_is_one() -> None:
    later = ("192.0.2.7", "Firefox", NOON + 8 * HOUR)

    assert WARSAW.of_address(*SEEN) == WARSAW.of_address(*later)


@pytest.mark.parametrize(
    "other",
    [
        ("192.0.2.8", "Firefox", NOON),
        ("192.0.2.7", "Chrome", NOON),
        ("192.0.2.7", "Firefox", NOON + 24 * HOUR),
        ("192.0.2.7", "Firefox", NOON + 11 * HOUR),  # midnight in Warsaw
    ],
)
def test_another_day_or_browser_is_another(other: tuple[str, str, int]) -> None:
    assert WARSAW.of_address(*SEEN) != WARSAW.of_address(*other)


def test_ids_depend_on_secret() -> None:
    other = VisitorIds("another secret", ZoneInfo("Europe/Warsaw"))

    assert WARSAW.of_address(*SEEN) != other.of_address(*SEEN)


def test_address_gives_imported_visitor() -> None:
    found = WARSAW.of_address(*SEEN)

    assert found.startswith(IMPORTED_VISITOR)
    assert pipeline.find_visitor({"uuid": found}, "import") == found


def test_name_gives_visitor_that_may_be_claimed() -> None:
    found = WARSAW.of_name("anna")

    assert pipeline.find_visitor({"uuid": found}) == found
    assert found != WARSAW.of_name("bert")


@pytest.mark.parametrize(
    ("cookie", "visitor"),
    [(VISITOR, VISITOR), (VISITOR.upper(), VISITOR), ("undefined", ""), ("import:" + "5" * 32, "")],
)
def test_cookie_is_the_visitor_itself(cookie: str, visitor: str) -> None:
    assert WARSAW.of_cookie(cookie) == visitor
