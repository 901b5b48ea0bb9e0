"""What a site answers, and the pieces of page that all of them share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from samples.town import BANNER

FORBIDDEN_TEXT = "槐影密卷：这一页不许爬虫读，谁读到了谁就没有遵守约定"
"""Stands only on pages that robots.txt forbids."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, the content-type header and the bytes of one answer."""

    status: int
    content_type: str
    body: bytes


def html_page(title: str, body: str, *, charset: str = "utf-8", header_says_charset: bool = True) -> Answer:
    """A whole page. What the charset cannot hold is written as a character reference, as old sites do."""
    text = (
        f'<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="{charset}"><title>{escape(title)}</title></head>\n'
        f'<body>\n<div class="banner">{BANNER}</div>\n{body}\n<div class="footer">{BANNER}</div>\n</body></html>\n'
    )
    content_type = f"text/html; charset={charset}" if header_says_charset else "text/html"
    return Answer(200, content_type, text.encode(charset, errors="xmlcharrefreplace"))


def xml_page(text: str) -> Answer:
    """An RSS feed."""
    return Answer(200, "application/rss+xml; charset=utf-8", text.encode())


def json_page(value: Any) -> Answer:
    """A JSON answer."""
    return Answer(200, "application/json; charset=utf-8", json.dumps(value, ensure_ascii=False).encode())


def robots(*forbidden: str) -> Answer:
    """A robots.txt that forbids these folders to everyone."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in forbidden), ""]
    return Answer(200, "text/plain; charset=utf-8", "\n".join(lines).encode())


def forbidden_page(charset: str = "utf-8") -> Answer:
    """A page that is there, and that robots.txt forbids."""
    return html_page("内部页面", f'<div class="content message article-body">{FORBIDDEN_TEXT}</div>', charset=charset)


def not_found() -> Answer:
    """404."""
    return Answer(404, "text/html; charset=utf-8", "<h1>404</h1><p>没有这个页面</p>".encode())


def paragraphs(text: str) -> str:
    """One <p> a line."""
    return "".join(f"<p>{escape(line.strip())}</p>" for line in text.split("\n") if line.strip())


def page_of(rows: Sequence[Any], page: int, size: int) -> tuple[Sequence[Any], int] | None:
    """The rows of page `page` (from 1) and the number of pages; None where there is no such page."""
    pages = max(1, -(-len(rows) // size))
    if not 1 <= page <= pages:
        return None
    return rows[(page - 1) * size : page * size], pages
