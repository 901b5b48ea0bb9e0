"""A Mastodon instance, or one that speaks the same interface: posts with a hashtag, the instance's own, their replies."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Self
from urllib.parse import parse_qsl, quote, urlencode, urlsplit, urlunsplit

from pydantic import Field, field_validator, model_validator

from crawlers.answers import answer, objects, part, spoken, whole, word
from crawlers.articles import NO_ANCHOR, NO_TEXT, flagged
from crawlers.counts import count
from crawlers.dates import dated
from crawlers.outcomes import Outcome
from crawlers.reading import Follow, Item, Options, Page, Reading, Unreadable, post_id
from records.posts import Reactions


class MastodonOptions(Options):
    """The row's `url` is the instance. `tags` are hashtags to read; `local` reads the instance's own public timeline.

    `pages`: how many pages of each are read at most. `replies`: read what answers a post as well, whenever the count of
    its answers has changed.
    """

    tags: tuple[str, ...] = ()
    local: bool = False
    replies: bool = False
    pages: int = Field(5, ge=1, le=100)

    @field_validator("tags")
    @classmethod
    def _bare(cls, tags: tuple[str, ...]) -> tuple[str, ...]:
        bare = tuple(tag.strip().lstrip("#＃") for tag in tags)
        if any(not tag or re.search(r"\s", tag) for tag in bare):
            raise ValueError("每个话题写一个词，不带空格")
        return bare

    @model_validator(mode="after")
    def _something_to_read(self) -> Self:
        if not self.tags and not self.local:
            raise ValueError("里至少要有 tags（话题）或 local: true（本站公共时间线）")
        return self


OPTIONS = MastodonOptions
TIMELINE = "start"
REPLIES = "replies"
"""Step of the answers to one post."""

NOT_PUBLIC = "不是公开发布的"
SHARED = "只是转发，计在原帖上"
NO_INDEX = "作者要求不被收录"

_MOST = 40
_MOST_ANSWERS = 60
# Who is spoken to or quoted is no part of what was said; a hashtag, which looks like a mention, is.
_NOT_SAID = ("a.mention:not(.hashtag)", ".quote-inline")
# The usual address names the account. Mastodon leads from the second form to the same post without it.
_WITH_ACCOUNT = re.compile(r"/@[^/]+/(\d+)")
_WITHOUT_ACCOUNT = re.compile(r"/(?:statuses|notice|objects|notes|display)/[\w-]+")


def starts(url: str, options: MastodonOptions, queries: Sequence[str]) -> list[Follow]:
    """The timelines that the row asks for."""
    tagged = [f"/api/v1/timelines/tag/{quote(tag, safe='')}?limit={_MOST}" for tag in options.tags]
    local = [f"/api/v1/timelines/public?local=true&limit={_MOST}"] if options.local else []
    return [Follow(f"{_instance(url)}{path}", TIMELINE) for path in (*tagged, *local)]


def read(page: Page, step: str, memo: Mapping[str, str], source: str, options: MastodonOptions) -> Reading:
    """The posts of a timeline, or the answers to one."""
    said = answer(page)
    statuses = objects(part(said, "descendants") if step == REPLIES else said)
    if statuses is None:
        raise Unreadable(Outcome.NOTHING_EXTRACTED, "回答里没有帖子列表")
    items: list[Item] = []
    follows: list[Follow] = []
    dropped: Counter[str] = Counter()
    for status in statuses:
        item = _item(page, status, source)
        if isinstance(item, str):
            dropped[item] += 1
            continue
        items.append(item)
        if options.replies and step == TIMELINE:
            follows += _to_replies(page, status)
    if step == TIMELINE:
        follows += _to_older(page, statuses, int(memo.get("page", "1")), options)
    # A visitor is shown no more than so many answers: the rest may be there all the same.
    complete = step == REPLIES and len(statuses) < _MOST_ANSWERS and not dropped[NO_ANCHOR]
    return Reading(tuple(items), tuple(follows), len(statuses), vacant=not statuses, dropped=dropped, complete=complete)


def refused(status: int, text: str) -> Unreadable | None:
    """What it means that the instance answers with an error."""
    if status in (401, 403, 422):
        return Unreadable(Outcome.SIGN_IN, "这个实例不向未登录的访客公开时间线")
    return None


def _item(page: Page, status: Mapping[str, Any], source: str) -> Item | str:
    name = word(status, "id")
    unwanted = _unwanted(status)
    if name is None or unwanted is not None:
        return unwanted or NO_ANCHOR
    text = spoken(word(status, "content") or "", _NOT_SAID)
    if not text:
        return NO_TEXT
    answered = word(status, "in_reply_to_id")
    when = dated(status.get("created_at"), page.fetched_at)
    return Item(
        key=name,
        url=_nameless(word(status, "url")),
        title=word(status, "spoiler_text"),
        text=text,
        published_at=when.at,
        reactions=Reactions(
            comments=count(status.get("replies_count")),
            reposts=count(status.get("reblogs_count")),
            likes=count(status.get("favourites_count")),
        ),
        reply_to=post_id(source, answered) if answered else None,
        flags=flagged(page, when.flag),
    )


def _unwanted(status: Mapping[str, Any]) -> str | None:
    if status.get("reblog"):
        return SHARED
    if status.get("visibility") != "public":
        return NOT_PUBLIC
    return NO_INDEX if part(status, "account", "noindex") is True else None


def _nameless(url: str | None) -> str | None:
    """The post's address, where it has one that names no account."""
    if url is None:
        return None
    parts = urlsplit(url)
    named = _WITH_ACCOUNT.fullmatch(parts.path)
    if named:
        return urlunsplit((parts.scheme, parts.netloc, f"/statuses/{named[1]}", "", ""))
    return (
        urlunsplit((parts.scheme, parts.netloc, parts.path, "", "")) if _WITHOUT_ACCOUNT.fullmatch(parts.path) else None
    )


def _to_replies(page: Page, status: Mapping[str, Any]) -> Iterable[Follow]:
    answers, name = whole(status, "replies_count"), word(status, "id")
    if answers and name:
        url = f"{_instance(page.url)}/api/v1/statuses/{quote(name, safe='')}/context"
        yield Follow(url, REPLIES, mark=str(answers), root=name)


def _to_older(
    page: Page, statuses: Sequence[Mapping[str, Any]], number: int, options: MastodonOptions
) -> Iterable[Follow]:
    more = page.links.get("next") or _before(page.url, statuses)
    if statuses and more and number < options.pages:
        # No post further on is newer than the last one here.
        last = dated(statuses[-1].get("created_at"), page.fetched_at)
        yield Follow(more, TIMELINE, {"page": str(number + 1)}, newest=None if last.flag else last.at)


def _before(url: str, statuses: Sequence[Mapping[str, Any]]) -> str | None:
    """The page after the one at `url`, for instances that do not name it."""
    oldest = word(statuses[-1], "id") if statuses else None
    if oldest is None:
        return None
    parts = urlsplit(url)
    asked = [(key, value) for key, value in parse_qsl(parts.query) if key != "max_id"]
    return urlunsplit(parts._replace(query=urlencode([*asked, ("max_id", oldest)])))


def _instance(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
