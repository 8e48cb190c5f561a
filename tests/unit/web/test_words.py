"""How the panel says things, odd things among them."""

from __future__ import annotations

import pytest
from tests.support.events import make_event

from footfall.web.panel import words


@pytest.mark.parametrize(
    ("path", "data", "link"),
    [
        ("/boots?size=42", {}, "https://shop.example.com/boots?size=42"),
        ("/boots", {"scheme": "http"}, "http://shop.example.com/boots"),
        ("/boots", {"scheme": "javascript"}, "https://shop.example.com/boots"),
        ("@evil.example/", {}, ""),
        (".evil.example/", {}, ""),
        (":80@evil.example/", {}, ""),
        ("https://evil.example/", {}, ""),
        ("", {}, ""),
    ],
)
def test_page_links_stay_on_their_site(path: str, data: dict[str, str], link: str) -> None:
    assert words.page_link(make_event(path=path, data=data)) == link


@pytest.mark.parametrize(
    ("value", "currency", "said"),
    [
        (None, "EUR", ""),
        (89.0, "EUR", "€89.00"),
        (1_234.5, "", "1,234.50"),
        (12.0, "<B>", "<B>12.00"),
        (1e308, "EUR", "1e+308 EUR"),
        (float("inf"), "", "inf"),
        (float("nan"), "EUR", "nan EUR"),
    ],
)
def test_any_sum_can_be_said(value: float | None, currency: str, said: str) -> None:
    assert words.money(value, currency) == said
