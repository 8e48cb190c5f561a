"""Page views are told from everything else that a server answers."""

import pytest

from footfall.imports.log_lines import Request
from footfall.imports.pages import PageRule


def ask(target: str, method: str = "GET", status: int = 200) -> Request:
    return Request(0, "192.0.2.7", method, target, status)


@pytest.mark.parametrize(
    "target",
    [
        *("/", "/shop", "/shop/", "/a.html", "/index.php?page=2", "/v1.2/notes", "/model-1.5"),
        *("/search?file=a.css", "/blog/api", "/Robots", ""),
    ],
)
def test_pages_are_looked_at(target: str) -> None:
    assert PageRule().is_page(ask(target))


@pytest.mark.parametrize(
    "target",
    [
        *("/a.css", "/A.JPG", "/b.js?v=3", "/robots.txt", "/feed.xml", "/f.woff2", "/doc.pdf"),
        *("/.well-known/security", "/wp-json/wp/v2", "/api/r.gif?smid=x", "/api/hits"),
    ],
)
def test_assets_and_doors_are_not(target: str) -> None:
    assert not PageRule().is_page(ask(target))


@pytest.mark.parametrize(
    ("method", "status", "is_page"),
    [
        *(("GET", 200, True), ("GET", 304, True), ("GET", 301, False), ("GET", 404, False)),
        *(("GET", 206, False), ("HEAD", 200, False), ("POST", 200, False), ("", 400, False)),
    ],
)
def test_only_answered_get_counts(method: str, status: int, is_page: bool) -> None:
    assert PageRule().is_page(ask("/", method, status)) is is_page


def test_operator_chooses_what_counts() -> None:
    rule = PageRule(statuses=(404,), skipped=("/internal/*", "*/print"))

    assert rule.is_page(ask("/", status=404))
    assert not rule.is_page(ask("/"))
    assert not rule.is_page(ask("/internal/x", status=404))
    assert not rule.is_page(ask("/a/print", status=404))
