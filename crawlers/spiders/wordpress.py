"""A WordPress site by its public REST interface: posts, pages and the approved comments on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Annotated, Any
from urllib.parse import urlencode

from pydantic import Field, StringConstraints

from crawlers.addresses import permalink, resolved
from crawlers.answers import answer, objects, part, spoken, whole, word
from crawlers.articles import NO_ANCHOR, NO_TEXT, NO_TITLE, flagged, rooted
from crawlers.bodies import is_sign_in
from crawlers.dates import Dated, dated
from crawlers.markup import plain
from crawlers.outcomes import Outcome
from crawlers.reading import Follow, Item, Options, Page, Reading, Unreadable, post_id
from crawlers.selectors import ElementSelector, value
from records.words import Channel


class WordPressOptions(Options):
    """The row's `url` is the site's home page.

    `types` are the kinds of posts to read, as the interface's addresses name them (`posts`, `pages`, a kind of the
    site's own). `comments`: whether comments are read. `drop` is taken out of every text first. At most `pages` pages
    of `per_page` entries are read of each list.
    """

    types: tuple[Annotated[str, StringConstraints(pattern=r"^[a-z0-9_-]{1,40}$")], ...] = ("posts",)
    comments: bool = True
    drop: tuple[ElementSelector, ...] = ()
    per_page: int = Field(50, ge=1, le=100)
    pages: int = Field(20, ge=1, le=1000)


OPTIONS = WordPressOptions

HOME = "start"
POSTS = "posts"
"""Step of a list of posts, last published first."""
EDITED = "edited"
"""Step of a list of posts, last changed first: of these only what was changed after it was published is news."""
COMMENTS = "comments"
"""Step of a list of comments, newest first."""

PROTECTED = "文章设了密码"

_RELATION = "https://api.w.org/"
_LINK = f'link[rel="{_RELATION}"]@href'
_INSTEAD = "请改用 kind: feed（文章一般在 /feed/，评论在 /comments/feed/）"
_CLOSED = (401, 403, 404, 410)
# Whatever is not asked for does not come: least of all who wrote it.
_POST_FIELDS = "id,date,date_gmt,modified,modified_gmt,link,title,content"
_COMMENT_FIELDS = "id,post,parent,date,date_gmt,link,content"


def read(page: Page, step: str, memo: Mapping[str, str], source: str, options: WordPressOptions) -> Reading:
    """The lists that the home page leads to, or the posts or comments of a list."""
    if step == HOME:
        return Reading(follows=tuple(_lists(_interface(page), options)), matched=1)
    entries = _entries(page)
    made: list[Item | str]
    if step == COMMENTS:
        made = [_comment(page, entry, source, options) for entry in entries]
    else:
        made = [_post(page, entry, options) for entry in entries if step == POSTS or _changed(page, entry)]
    return Reading(
        tuple(item for item in made if isinstance(item, Item)),
        tuple(_older(page, entries, step, memo, options)),
        matched=len(entries),
        vacant=not entries,
        dropped=Counter(reason for reason in made if isinstance(reason, str)),
    )


def refused(status: int, text: str) -> Unreadable | None:
    """What it means that the site answers with an error."""
    if status not in _CLOSED:
        return None
    return Unreadable(Outcome.HTTP_ERROR, f"对方没有开放 WordPress 接口，或网页不存在（{status}）：{_INSTEAD}")


def _interface(page: Page) -> str:
    """The address that every address of the interface begins with."""
    named = page.links.get(_RELATION) or value(rooted(page), _LINK)
    address = resolved(page.url, named) if named else None
    if address is not None:
        return address
    if is_sign_in(page.text, page.url):
        raise Unreadable(Outcome.SIGN_IN, "首页打开的是登录页")
    raise Unreadable(Outcome.NOT_EXPECTED, f"首页没有给出 WordPress 接口，可能已关闭或不是 WordPress：{_INSTEAD}")


def _lists(interface: str, options: WordPressOptions) -> Iterator[Follow]:
    for kind in options.types:
        for step, order in ((POSTS, "date"), (EDITED, "modified")):
            yield Follow(_address(interface, kind, order, _POST_FIELDS, options), step)
    if options.comments:
        yield Follow(_address(interface, "comments", "date_gmt", _COMMENT_FIELDS, options), COMMENTS)


def _address(interface: str, route: str, order: str, fields: str, options: WordPressOptions) -> str:
    query = urlencode({"per_page": options.per_page, "orderby": order, "order": "desc", "_fields": fields}, safe=",")
    # Where permalinks are plain, the interface is a parameter itself: /?rest_route=/
    return f"{interface}wp/v2/{route}{'&' if '?' in interface else '?'}{query}"


def _entries(page: Page) -> list[Mapping[str, Any]]:
    try:
        entries = objects(answer(page))
    except Unreadable as fault:
        raise Unreadable(fault.outcome, f"{fault}。{_INSTEAD}") from None
    if entries is None:
        raise Unreadable(Outcome.NOT_EXPECTED, f"接口给出的不是列表：{_INSTEAD}")
    return entries


def _older(
    page: Page, entries: list[Mapping[str, Any]], step: str, memo: Mapping[str, str], options: WordPressOptions
) -> Iterator[Follow]:
    number = int(memo.get("page", "1"))
    more = page.links.get("next")
    if more and entries and number < options.pages:
        # The interface sorts: nothing further on is newer than the last entry here.
        last = _time(page, entries[-1], "modified" if step == EDITED else "date").at
        yield Follow(more, step, {"page": str(number + 1)}, newest=last)


def _post(page: Page, entry: Mapping[str, Any], options: WordPressOptions) -> Item | str:
    number = whole(entry, "id")
    if number is None:
        return NO_ANCHOR
    if part(entry, "content", "protected"):
        return PROTECTED
    text = spoken(str(part(entry, "content", "rendered") or ""), options.drop)
    if not text:
        return NO_TEXT
    title = plain(str(part(entry, "title", "rendered") or "")) or None
    when = _time(page, entry, "date")
    return Item(
        key=_post_key(number),
        url=_permalink(page, entry),
        title=title,
        text=text,
        published_at=when.at,
        flags=flagged(page, when.flag, None if title else NO_TITLE),
    )


def _comment(page: Page, entry: Mapping[str, Any], source: str, options: WordPressOptions) -> Item | str:
    number, post, parent = whole(entry, "id"), whole(entry, "post"), whole(entry, "parent")
    if number is None:
        return NO_ANCHOR
    text = spoken(str(part(entry, "content", "rendered") or ""), options.drop)
    if not text:
        return NO_TEXT
    answered = _comment_key(parent) if parent else _post_key(post) if post else None
    when = _time(page, entry, "date")
    return Item(
        key=_comment_key(number),
        url=_permalink(page, entry),
        title=None,
        text=text,
        published_at=when.at,
        reply_to=post_id(source, answered) if answered else None,
        channel=Channel.COMMENT,
        flags=flagged(page, when.flag),
    )


# An edited address moves a post and all comments on it, a number never does.
def _post_key(number: int) -> str:
    return f"post {number}"


def _comment_key(number: int) -> str:
    return f"comment {number}"


def _permalink(page: Page, entry: Mapping[str, Any]) -> str | None:
    link = word(entry, "link")
    address = resolved(page.url, link) if link else None
    return permalink(address) if address else None


def _changed(page: Page, entry: Mapping[str, Any]) -> bool:
    return _time(page, entry, "modified").at > _time(page, entry, "date").at


def _time(page: Page, entry: Mapping[str, Any], name: str) -> Dated:
    # The interface's times carry no zone: `…_gmt` is UTC, the other is the site's own.
    universal = word(entry, f"{name}_gmt")
    return dated(f"{universal}Z" if universal else entry.get(name), page.fetched_at)
