"""One page as one post: its title and its main text."""

from __future__ import annotations

from collections.abc import Mapping

from crawlers.articles import Article, read_article
from crawlers.bodies import is_html, is_sign_in
from crawlers.outcomes import Outcome
from crawlers.reading import Page, Reading, Unreadable

OPTIONS = Article


def read(page: Page, step: str, memo: Mapping[str, str], source: str, options: Article) -> Reading:
    """The post that the page is."""
    if not is_html(page.text):
        raise Unreadable(Outcome.NOT_EXPECTED, "不是网页")
    if is_sign_in(page.text, page.url):
        raise Unreadable(Outcome.SIGN_IN, "要求登录")
    return read_article(page, {"key": page.url}, source, options)
