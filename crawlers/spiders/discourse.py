"""A Discourse forum by its public JSON interface: the newest topics, their first posts and every reply."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit

from pydantic import Field

from crawlers.addresses import resolved
from crawlers.answers import answer, objects, part, spoken, whole, word
from crawlers.articles import NO_ANCHOR, NO_TEXT, flagged
from crawlers.counts import count
from crawlers.dates import dated
from crawlers.outcomes import Outcome
from crawlers.reading import Follow, Item, Options, Page, Reading, Unreadable, post_id
from records.posts import Reactions


class DiscourseOptions(Options):
    """The row's `url` is the forum's home, or a category (`/c/…/12`) or tag (`/tag/…`) of it.

    `pages`: how many pages of the topic list are read at most. `revisit_seconds`: how long the earlier parts of a long
    topic are left alone when only new replies have come.
    """

    pages: int = Field(5, ge=1, le=100)
    revisit_seconds: float = Field(6 * 3600, ge=0, le=90 * 86400)


OPTIONS = DiscourseOptions
LIST = "start"
TOPIC = "topic"
"""Step of a topic's first part, which also lists the ids of all its posts."""
POSTS = "posts"
"""Step of a further part of a topic; `memo` holds the topic's address as `key`."""

HIDDEN = "已被隐藏或删除"
NO_SPEECH = "不是发言（系统或管理操作的记录）"

_SPEECH = 1
_LIKE = 2
_PART = 20
_SIGNED_OUT = "论坛要求登录后才能看"
# What the poster did not say: quoted posts, previews of linked pages, captions of files, names of others.
_NOT_SAID = ("aside", ".lightbox-wrapper .meta", "a.mention, span.mention")
_PLACE = re.compile(r"(?P<home>.*?)(?:/latest|(?P<list>/(?:c|tag)/.+?)(?:/l/\w+)?|/t/.*)?(?:\.json)?/?", re.DOTALL)


def starts(url: str, options: DiscourseOptions, queries: Sequence[str]) -> list[Follow]:
    """The forum's newest topics, or those of the category or tag that `url` names."""
    home, inside = _place(url)
    return [Follow(_at(url, f"{home}{inside}/l/latest.json" if inside else f"{home}/latest.json"), LIST)]


def read(page: Page, step: str, memo: Mapping[str, str], source: str, options: DiscourseOptions) -> Reading:
    """A list's topics to read, or the posts of a part of a topic."""
    if urlsplit(page.url).path.endswith("/login"):
        raise Unreadable(Outcome.SIGN_IN, _SIGNED_OUT)
    said = answer(page)
    if step == TOPIC:
        return _topic(page, said, source, options)
    if step == POSTS:
        return _posts(page, _stream(said), memo["key"], source, {})
    return _topics(page, said, int(memo.get("page", "1")), options)


def refused(status: int, text: str) -> Unreadable | None:
    """What it means that the forum answers with an error."""
    if status not in (401, 403):
        return None
    try:
        said = part(json.loads(text), "errors")
    except (ValueError, RecursionError):
        return None
    return Unreadable(Outcome.SIGN_IN, _SIGNED_OUT) if said else None


def _topics(page: Page, said: Any, number: int, options: DiscourseOptions) -> Reading:
    topics = objects(part(said, "topic_list", "topics"))
    if topics is None:
        raise Unreadable(Outcome.NOTHING_EXTRACTED, "回答里没有主题列表（topic_list.topics）")
    follows = [follow for topic in topics if (follow := _to_topic(page, topic)) is not None]
    more = word(part(said, "topic_list"), "more_topics_url")
    if topics and more and number < options.pages:
        follows.append(_to_older(page, more, number, topics[-1]))
    lost = len(topics) - sum(follow.step == TOPIC for follow in follows)
    return Reading(
        follows=tuple(follows), matched=len(topics), vacant=not topics, dropped={NO_ANCHOR: lost} if lost else {}
    )


def _to_topic(page: Page, topic: Mapping[str, Any]) -> Follow | None:
    number = whole(topic, "id")
    if number is None:
        return None
    # The number of views changes all the time and is no reason to read a topic again.
    changing = ("posts_count", "highest_post_number", "last_posted_at", "bumped_at", "like_count")
    mark = "\n".join(word(topic, key) or "" for key in changing)
    key = f"{_home(page)}/t/{number}"
    return Follow(f"{key}.json", TOPIC, mark=mark, root=f"{key}/1")


def _to_older(page: Page, more: str, number: int, last: Mapping[str, Any]) -> Follow:
    # The forum names its next page as the address for people.
    address = resolved(page.url, more) or page.url
    parts = urlsplit(address)
    path = parts.path if parts.path.endswith(".json") else f"{parts.path}.json"
    # No topic further on was active later than the last one here, but for pinned ones, which all come first.
    active = dated(last.get("bumped_at"), page.fetched_at)
    newest = None if active.flag or last.get("pinned") else active.at
    return Follow(urlunsplit(parts._replace(path=path)), LIST, {"page": str(number + 1)}, newest=newest)


def _topic(page: Page, said: Any, source: str, options: DiscourseOptions) -> Reading:
    number = whole(said, "id") if isinstance(said, dict) else None
    if number is None:
        raise Unreadable(Outcome.NOTHING_EXTRACTED, "回答里没有主题编号（id）")
    key = f"{_home(page)}/t/{number}"
    posts = _stream(said)
    reading = _posts(page, posts, key, source, said)
    stream = part(said, "post_stream", "stream")
    if not isinstance(stream, list):
        return replace(reading, complete=False)
    return replace(reading, follows=tuple(_to_rest(key, stream, posts, options)))


def _to_rest(
    key: str, stream: Sequence[Any], posts: Sequence[Mapping[str, Any]], options: DiscourseOptions
) -> Iterable[Follow]:
    here = {whole(post, "id") for post in posts}
    rest = [post for post in stream if isinstance(post, int) and post not in here]
    for start in range(0, len(rest), _PART):
        ids = rest[start : start + _PART]
        # A full part changes only by edits and likes; new replies come into the last.
        revisit = options.revisit_seconds if len(ids) == _PART else 0
        query = urlencode([("post_ids[]", post) for post in ids])
        yield Follow(f"{key}/posts.json?{query}", POSTS, {"key": key}, revisit=revisit)


def _stream(said: Any) -> list[Mapping[str, Any]]:
    posts = objects(part(said, "post_stream", "posts"))
    if posts is None:
        raise Unreadable(Outcome.NOTHING_EXTRACTED, "回答里没有帖子（post_stream.posts）")
    return posts


def _posts(page: Page, posts: Sequence[Mapping[str, Any]], key: str, source: str, topic: Mapping[str, Any]) -> Reading:
    items: list[Item] = []
    dropped: Counter[str] = Counter()
    for post in posts:
        item = _item(page, post, key, source, topic)
        if isinstance(item, Item):
            items.append(item)
        else:
            dropped[item] += 1
    # Whatever else is left out is known to be there no longer, or never to have been stored.
    complete = bool(items) and not dropped[NO_ANCHOR]
    return Reading(tuple(items), matched=len(posts), dropped=dropped, complete=complete)


def _item(page: Page, post: Mapping[str, Any], key: str, source: str, topic: Mapping[str, Any]) -> Item | str:
    number = whole(post, "post_number")
    if number is None:
        return NO_ANCHOR
    if post.get("hidden") or post.get("user_deleted") or post.get("deleted_at"):
        return HIDDEN
    if post.get("post_type", _SPEECH) != _SPEECH:
        return NO_SPEECH
    text = spoken(word(post, "cooked") or "", _NOT_SAID)
    if not text:
        return NO_TEXT
    when = dated(post.get("created_at"), page.fetched_at)
    first = number == 1
    return Item(
        key=f"{key}/{number}",
        url=f"{key}/{number}",
        title=word(topic, "title") if first else None,
        text=text,
        published_at=when.at,
        reactions=_of_topic(post, topic)
        if first
        else Reactions(comments=count(post.get("reply_count")), likes=_likes(post)),
        reply_to=None if first else post_id(source, f"{key}/{whole(post, 'reply_to_post_number') or 1}"),
        flags=flagged(page, when.flag),
    )


def _of_topic(post: Mapping[str, Any], topic: Mapping[str, Any]) -> Reactions:
    posts = whole(topic, "posts_count")
    return Reactions(comments=posts - 1 if posts else None, likes=_likes(post), views=count(topic.get("views")))


def _likes(post: Mapping[str, Any]) -> int:
    # Kinds of reaction that nobody has used are left out of the summary.
    kinds = objects(post.get("actions_summary")) or []
    return next((count(kind.get("count")) or 0 for kind in kinds if kind.get("id") == _LIKE), 0)


def _home(page: Page) -> str:
    return _at(page.url, _place(page.url)[0])


def _place(url: str) -> tuple[str, str]:
    """The path of the forum's home, and what of it is meant: a category or a tag, or nothing."""
    found = _PLACE.fullmatch(urlsplit(url).path)
    return (found["home"], found["list"] or "") if found else ("", "")


def _at(url: str, path: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=path, query="", fragment=""))
