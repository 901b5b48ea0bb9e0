"""One page as one post."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from crawlers.articles import Article
from crawlers.outcomes import Outcome
from crawlers.reading import Page, Unreadable
from crawlers.spiders.page import read

NOON = datetime(2026, 4, 10, 12, tzinfo=UTC)
TEXT = "现将供热方案公布如下，自即日起施行，由住建局负责解释。" * 4


def page(text: str) -> Page:
    return Page("https://gov.example/1", text, NOON, "text/html")


def test_a_page_is_its_title_and_its_main_text():
    html = (
        f"<!DOCTYPE html><html><head><title>供热方案</title></head><body><h1>供热方案</h1><p>{TEXT}</p></body></html>"
    )
    (item,) = read(page(html), "start", {}, "s", Article()).items
    assert (item.title, item.url) == ("供热方案", "https://gov.example/1")
    assert TEXT in item.text


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ('{"title": "供热方案"}', Outcome.NOT_EXPECTED),
        ("<html><body>请先登录<form><input type='password'></form></body></html>", Outcome.SIGN_IN),
    ],
)
def test_what_is_no_page_to_read_is_refused(text: str, outcome: Outcome):
    with pytest.raises(Unreadable) as refused:
        read(page(text), "start", {}, "s", Article())
    assert refused.value.outcome is outcome
