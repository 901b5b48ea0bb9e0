"""Reads the answer of a site's JSON API, and the HTML that stands in it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from crawlers.articles import take_out
from crawlers.bodies import is_html
from crawlers.markup import parsed, text_of
from crawlers.outcomes import Outcome
from crawlers.reading import Page, Unreadable
from crawlers.selectors import ElementSelector


def answer(page: Page) -> Any:
    """What the page says as JSON. Raises Unreadable for anything else."""
    try:
        return json.loads(page.text)
    except (ValueError, RecursionError):
        what = "网页" if is_html(page.text) else "别的内容"
        raise Unreadable(Outcome.NOT_EXPECTED, f"接口给出的不是 JSON，是{what}") from None


def part(value: Any, *keys: str) -> Any:
    """What stands under those keys, one inside the other; None where something on the way is missing."""
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def objects(value: Any) -> list[Mapping[str, Any]] | None:
    """The objects of a list; None where it is no list."""
    return [entry for entry in value if isinstance(entry, dict)] if isinstance(value, list) else None


def word(entry: Mapping[str, Any], key: str) -> str | None:
    """The text or the number under `key` as text, stripped; None where there is none."""
    value = entry.get(key)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return None
    return str(value).strip() or None


def whole(entry: Mapping[str, Any], key: str) -> int | None:
    """The whole number above 0 under `key`; None where there is none."""
    value = entry.get(key)
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def spoken(html: str, without: Iterable[ElementSelector]) -> str:
    """The plain text of a fragment of HTML, the elements `without` taken out of it first."""
    body = parsed(html).body
    if body is None:
        return ""
    take_out(body, without)
    return text_of(body)
