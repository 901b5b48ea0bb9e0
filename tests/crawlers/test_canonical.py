"""The address that a page calls its own is believed only where it can be no other page's."""

from __future__ import annotations

import pytest
from selectolax.lexbor import LexborHTMLParser

from crawlers.canonical import canonical


def said(url: str, href: str | None) -> str | None:
    link = "" if href is None else f'<link rel="canonical" href="{href}">'
    root = LexborHTMLParser(f"<html><head>{link}</head><body>文</body></html>").root
    assert root is not None
    return canonical(root, url)


@pytest.mark.parametrize(
    ("url", "href", "found"),
    [
        (
            "https://news.example/a/20260305_12.html?cid=7",
            "/a/20260305_12.html",
            "https://news.example/a/20260305_12.html",
        ),
        (
            "https://m.news.example/a/1234.html",
            "https://www.news.example/a/1234.html",
            "https://www.news.example/a/1234.html",
        ),
        ("https://news.example/show.php?id=1234", "https://news.example/a/1234/", "https://news.example/a/1234/"),
        ("https://news.example/a/1234.html", "/a/1234.html?utm_source=x#top", "https://news.example/a/1234.html"),
    ],
)
def test_another_address_of_the_same_page_is_found(url: str, href: str, found: str) -> None:
    assert said(url, href) == found


@pytest.mark.parametrize(
    "href",
    [
        None,
        "/",
        "/a/",
        "https://news.example/index.html",
        "https://other.example/a/1234.html",
        "https://news.example/a/1235.html",
        "https://news.example/a/123.html",
        "javascript:alert(1234)",
        "http://[broken/1234.html",
    ],
)
def test_the_address_of_a_list_a_start_page_another_page_or_another_site_is_not_believed(href: str | None) -> None:
    assert said("https://news.example/a/1234.html", href) is None
