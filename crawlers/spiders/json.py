"""A JSON API: items at a path, their fields at paths, further pages by a link or a counter."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from string import Formatter
from typing import Any
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from pydantic import Field, field_validator

from crawlers.addresses import permalink, resolved, without_anchor
from crawlers.articles import NO_ANCHOR, NO_TEXT, flagged
from crawlers.counts import count
from crawlers.dates import Dated, dated
from crawlers.markup import plain
from crawlers.order import newest_of
from crawlers.outcomes import Outcome
from crawlers.reading import EVERYTHING, Follow, Item, Options, Page, ReactionPaths, Reading, Unreadable, post_id
from records.posts import Reactions

_DEEPEST = 20


class JsonOptions(Options):
    """Paths are keys joined by dots; a whole number is a place in a list (`data.list`, `items.0.id`).

    `items` leads to the list of items (empty where the answer itself is the list); every other path starts at an item.
    `id` names the item for good. `link` is the item's address, or `link_template` builds it from paths in braces
    (`http://a.example/c/{id}`). `reply_to` leads to the id of an item of this source, or, with `replies_to`, to the
    address of a post of that source; `reply_template` makes an address of the item as `link_template` does. `replies`
    leads to a list of items within an item, which answer it. `next` leads from the top to the next page's address; or
    `page_parameter` counts pages up from `first_page`, by `page_step` (the size of a page where it counts items). At most `pages` pages are read; where the dates of the items show
    that pages go from new to old, no further than to what is known. `complete` says that the pages together show every
    item there is: one that is stored and not among them is gone.
    """

    items: str
    id: str
    text: str
    title: str | None = None
    published: str | None = None
    link: str | None = None
    link_template: str | None = None
    reply_to: str | None = None
    replies_to: str | None = None
    reply_template: str | None = None
    replies: str | None = None
    reactions: ReactionPaths = ReactionPaths()
    next: str | None = None
    page_parameter: str | None = None
    first_page: int = 1
    page_step: int = Field(1, ge=1, le=1000)
    pages: int = Field(10, ge=1, le=1000)
    complete: bool = False

    @field_validator("link_template", "reply_template")
    @classmethod
    def _template(cls, template: str | None) -> str | None:
        try:
            if template is not None:
                list(Formatter().parse(template))
        except ValueError:
            raise ValueError("花括号没有成对") from None
        return template


OPTIONS = JsonOptions


def starts(url: str, options: JsonOptions, queries: Sequence[str]) -> list[Follow]:
    """The first page."""
    return [Follow(url, "start", root=EVERYTHING if options.complete else None)]


def read(page: Page, step: str, memo: Mapping[str, str], source: str, options: JsonOptions) -> Reading:
    """The posts in an answer of the API, and its next page."""
    answer = _answer(page.text)
    listed = _at(answer, options.items)
    if not isinstance(listed, list):
        raise Unreadable(Outcome.NOTHING_EXTRACTED, f"回答里没有“{options.items}”这个列表")
    items: list[Item] = []
    dropped: Counter[str] = Counter()
    for entry, parent in _entries(listed, None, options, 0):
        item = _item(page, entry, parent, source, options)
        if isinstance(item, Item):
            items.append(item)
        else:
            dropped[item] += 1
    number = int(memo.get("page", "1"))
    more = _next(page, answer, number, options) if listed else None
    last = number >= options.pages
    newest = newest_of(_dates(page, listed, options))
    return Reading(
        items=tuple(items),
        follows=(Follow(more, step, {"page": str(number + 1)}, newest=newest),) if more and not last else (),
        matched=len(items) + dropped.total(),
        vacant=not listed,
        dropped=dropped,
        complete=options.complete and not (more and last) and not dropped[NO_ANCHOR],
    )


def _dates(page: Page, listed: list[Any], options: JsonOptions) -> list[Dated]:
    if options.published is None:
        return []
    return [dated(_at(entry, options.published), page.fetched_at) for entry in listed]


def _answer(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable(Outcome.NOT_EXPECTED, "回答不是 JSON") from None


def _entries(
    listed: list[Any], parent: str | None, options: JsonOptions, depth: int
) -> Iterator[tuple[Mapping[str, Any], str | None]]:
    for entry in listed:
        if not isinstance(entry, dict):
            continue
        yield entry, parent
        replies = _at(entry, options.replies) if options.replies and depth < _DEEPEST else None
        if isinstance(replies, list):
            yield from _entries(replies, _text(_at(entry, options.id)), options, depth + 1)


def _item(page: Page, entry: Mapping[str, Any], parent: str | None, source: str, options: JsonOptions) -> Item | str:
    name = _text(_at(entry, options.id))
    text = plain(_text(_at(entry, options.text)) or "")
    if not name or not text:
        return NO_TEXT if name else NO_ANCHOR
    link = _text(_at(entry, options.link)) if options.link else _filled(options.link_template, entry)
    address = resolved(page.url, link) if link else None
    when = dated(_at(entry, options.published) if options.published else None, page.fetched_at)
    paths = options.reactions
    return Item(
        key=name,
        url=permalink(address) if address else None,
        title=plain(_text(_at(entry, options.title)) or "") or None if options.title else None,
        text=text,
        published_at=when.at,
        reactions=Reactions(
            comments=count(_at(entry, paths.comments)) if paths.comments else None,
            reposts=count(_at(entry, paths.reposts)) if paths.reposts else None,
            likes=count(_at(entry, paths.likes)) if paths.likes else None,
            views=count(_at(entry, paths.views)) if paths.views else None,
        ),
        reply_to=post_id(source, parent) if parent else _reply_to(page, entry, source, options),
        flags=flagged(page, when.flag),
    )


def _reply_to(page: Page, entry: Mapping[str, Any], source: str, options: JsonOptions) -> str | None:
    answered = _text(_at(entry, options.reply_to)) if options.reply_to else None
    if options.reply_to and answered and answered != "0" and options.replies_to is None:
        return post_id(source, answered)
    if options.replies_to is None:
        return None
    link = answered or _filled(options.reply_template, entry)
    address = resolved(page.url, link) if link else None
    return post_id(options.replies_to, without_anchor(permalink(address))) if address else None


def _next(page: Page, answer: Any, number: int, options: JsonOptions) -> str | None:
    if options.next:
        link = _text(_at(answer, options.next))
        return resolved(page.url, link) if link else None
    if options.page_parameter is None:
        return None
    parts = urlsplit(page.url)
    others = [
        (key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != options.page_parameter
    ]
    counted = options.first_page + number * options.page_step
    return urlunsplit(parts._replace(query=urlencode([*others, (options.page_parameter, counted)])))


def _at(value: Any, path: str) -> Any:
    for part in path.split(".") if path else ():
        if isinstance(value, dict):
            value = value.get(part)
        elif isinstance(value, list) and part.isdigit() and int(part) < len(value):
            value = value[int(part)]
        else:
            return None
    return value


def _text(value: Any) -> str | None:
    if isinstance(value, bool) or value is None or isinstance(value, dict | list):
        return None
    return str(value).strip() or None


def _filled(template: str | None, entry: Mapping[str, Any]) -> str | None:
    if template is None:
        return None
    filled: list[str] = []
    for literal, path, _, _ in Formatter().parse(template):
        filled.append(literal)
        if path is not None:
            part = _text(_at(entry, path))
            if part is None:
                return None
            filled.append(quote(part, safe="/"))
    return "".join(filled)
