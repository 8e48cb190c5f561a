"""Machines are labelled, people are not."""

import crawleruseragents
import pytest
from tests.support.browsers import PEOPLE

from footfall.pipeline.bots import name_bot

CHROME = PEOPLE[0]


@pytest.mark.parametrize("user_agent", PEOPLE)
def test_people_are_no_bots(user_agent: str) -> None:
    assert name_bot(user_agent) == ""


def test_every_listed_crawler_is_named() -> None:
    entries = crawleruseragents.CRAWLER_USER_AGENTS_DATA
    agents = [agent for entry in entries for agent in entry["instances"]]

    assert [agent for agent in agents if name_bot(agent) == ""] == []


@pytest.mark.parametrize(
    ("user_agent", "name"),
    [
        ("", "no user agent"),
        ("  ", "no user agent"),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "Googlebot"),
        ("Mozilla/5.0 AppleWebKit/537.36; compatible; GPTBot/1.2; +https://openai.com", "GPTBot"),
        (f"{CHROME} HeadlessChrome/131.0.0.0", "headless browser"),
        ("Mozilla/5.0 (Unknown; Linux x86_64) PhantomJS/2.1.1", "headless browser"),
        ("curl/8.5.0", "curl"),
        ("python-requests/2.32.3", "python-requests"),
        (f"{CHROME} Mimecast-URL-Protect", "Mimecast link scanner"),
        ("Barracuda Sentinel (EE)", "Barracuda link scanner"),
        ("Mozilla/5.0 (Windows NT 5.1) GoogleImageProxy", "Gmail image proxy"),
        ("Microsoft Office/16.0 (Windows NT 10.0; MSOffice 16)", "Microsoft Office link preview"),
        ("AcmeShopBot/1.0 (+https://acme.example/bot)", "AcmeShopBot"),
        ("Mozilla/5.0 (compatible; price-spider; acme)", "price-spider"),
        ("Fetcher 2 (+https://fetcher.example)", "machine"),
    ],
)
def test_machines_are_named(user_agent: str, name: str) -> None:
    assert name_bot(user_agent) == name


def test_automated_browser_is_headless() -> None:
    assert name_bot(CHROME, automated=True) == "headless browser"


def test_hints_betray_disguised_headless_browser() -> None:
    brands = '"HeadlessChrome";v="131", "Chromium";v="131"'

    assert name_bot(CHROME, brands=brands) == "headless browser"


@pytest.mark.parametrize("purpose", ["prefetch", "prefetch;prerender", "preview"])
def test_page_loaded_ahead_is_machine(purpose: str) -> None:
    assert name_bot(CHROME, purpose=purpose) == "page loaded ahead"


def test_name_of_machine_is_short() -> None:
    assert len(name_bot("x" * 300 + "bot/")) <= 60


def test_endless_name_is_read_in_time_of_its_length() -> None:
    """With a start at every dash it would take minutes."""
    assert name_bot("-" * 200_000 + "bot") != ""
