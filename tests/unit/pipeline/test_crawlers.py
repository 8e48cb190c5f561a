"""The fast way through the list of machines says what the slow way says."""

import random
import re

import crawleruseragents
import pytest
from tests.support.browsers import PEOPLE

from footfall.pipeline.crawlers import (
    find_crawler,
    find_needed_text,
    read_plain_text,
    split_branches,
)

ENTRIES = crawleruseragents.CRAWLER_USER_AGENTS_DATA
PATTERNS = [entry["pattern"] for entry in ENTRIES]
INSTANCES = sorted({instance for entry in ENTRIES for instance in entry["instances"]})


@pytest.fixture(scope="module")
def plain() -> list[re.Pattern[str]]:
    return [re.compile(pattern) for pattern in PATTERNS]


def find_plainly(plain: list[re.Pattern[str]], user_agent: str) -> str | None:
    """The whole list, one pattern after the other."""
    found = [match for pattern in plain if (match := pattern.search(user_agent))]
    return min(found, key=lambda match: match.start()).group(0) if found else None


def test_every_known_machine_is_found() -> None:
    missed = [agent for agent in INSTANCES if find_crawler(agent) is None]

    assert len(INSTANCES) > 2_000
    assert missed == []


def test_machines_are_named_as_plainly(plain: list[re.Pattern[str]]) -> None:
    wrong = [u for u in INSTANCES if find_crawler(u) != find_plainly(plain, u)]

    assert wrong == []


def test_people_are_found_as_plainly(plain: list[re.Pattern[str]]) -> None:
    wrong = [u for u in PEOPLE if find_crawler(u) != find_plainly(plain, u)]

    assert wrong == []


def test_disturbed_strings_are_found_as_plainly(plain: list[re.Pattern[str]]) -> None:
    chosen = random.Random(7)
    sample = chosen.sample([*INSTANCES, *PEOPLE], 300)
    disturbed = [u[chosen.randrange(len(u)) :] for u in sample] + [u.lower() for u in sample]

    assert [u for u in disturbed if find_crawler(u) != find_plainly(plain, u)] == []


def test_pieces_of_patterns_are_found_as_plainly(plain: list[re.Pattern[str]]) -> None:
    """Strings that are nearly a match: the text of each pattern, and cut short by a letter."""
    texts = [re.sub(r"[\\^$]", "", pattern) for pattern in PATTERNS]
    pieces = [*texts, *(text[:-1] for text in texts), *(text[1:] for text in texts)]

    assert [u for u in pieces if find_crawler(u) != find_plainly(plain, u)] == []


def test_no_match_lacks_needed_text() -> None:
    needed = {p: [find_needed_text(branch) for branch in split_branches(p)] for p in PATTERNS}

    lacking = [
        (pattern, agent)
        for entry in ENTRIES
        for pattern, agent in ((entry["pattern"], agent) for agent in entry["instances"])
        if not any(piece in agent for piece in needed[pattern])
    ]
    assert lacking == []


@pytest.mark.parametrize(
    ("pattern", "needed"),
    [
        ("Googlebot\\/", ["Googlebot/"]),
        ("Automaton|Newsify Feed", ["Automaton", "Newsify Feed"]),
        ("(sistrix|SISTRIX) [cC]rawler", ["rawler"]),
        ("^curl", ["curl"]),
        ("yandex.com", ["yandex"]),
        ("Spider[\\s\\S]*spider\\.com", ["spider.com"]),
        ("Bots?\\/", [""]),  # what stands before a sign of repetition may be missing
        ("a{2}bcd", [""]),
        ("((nested) deep)er", [""]),
        ("\\bword\\b", [""]),
    ],
)
def test_needed_text_is_never_guessed(pattern: str, needed: list[str]) -> None:
    assert [find_needed_text(branch) for branch in split_branches(pattern)] == needed


@pytest.mark.parametrize(
    ("pattern", "text"),
    [("Unshorten\\.It\\!", "Unshorten.It!"), ("BW\\/", "BW/"), ("^BW\\/", None), ("a.b", None)],
)
def test_only_plain_patterns_are_text(pattern: str, text: str | None) -> None:
    assert read_plain_text(pattern) == text
