"""RSS, Atom and JSON Feed, of articles or of comments; with `article` each entry's own page is read as well."""

from __future__ import annotations

import io
import json
import re
from collections import Counter
from collections.abc import Container, Iterable, Mapping
from typing import Any

from crawlers.addresses import permalink, resolved, without_anchor
from crawlers.articles import (
    ARTICLE,
    COMMENTS,
    NO_LINK,
    NO_TEXT,
    Article,
    flagged,
    read_article,
    read_more_comments,
    to_article,
)
from crawlers.bodies import is_html, is_sign_in, refuse_dtd
from crawlers.counts import count
from crawlers.dates import dated
from crawlers.markup import plain
from crawlers.outcomes import Outcome
from crawlers.reading import Follow, Item, Options, Page, ReactionPaths, Reading, Unreadable, post_id
from records.posts import Reactions

BROKEN_FEED = "broken_feed"
"""Flag: the feed's XML is cut off or not well formed; what could be read of it is kept."""

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>\s*")
_ENTRY = re.compile(r"<(?:\w+:)?(?:item|entry)[\s/>]", re.IGNORECASE)
_END_OF_ENTRY = re.compile(r"</(?:\w+:)?(?:item|entry)\s*>", re.IGNORECASE)
_CDATA = ("<![CDATA[", "]]>")
_MOST_MARKS = 60_000
_MOST_ENTRIES = 1000
TOO_MANY = "订阅太长，后面的没有读"
# What nobody reads and some feeds hold by the thousand, and what says who wrote.
_UNREAD = re.compile(
    r"<(category|(?:dc:)?creator|(?:itunes:)?author|media:\w+)\b[^<>]*(?:/>|>[^<]*</\1\s*>)", re.IGNORECASE
)
_COMMENT = re.compile(r"#(?:comment|isso)-\d+\Z")
# WordPress begins a reply in a comment feed with the name of who is answered: <p>回复 <a href="…#comment-2">某某</a>。</p>
_ANSWERED = re.compile(
    r"""\A\s*(?:<p>)?[^<>\n]{0,40}<a\s[^<>]{0,2000}#comment-\d+["'][^<>]*>[^<>]*</a>[\s.。:：,，]{0,5}(?:</p>|\n|\Z)""",
    re.IGNORECASE,
)


class FeedOptions(Options):
    """`article`: read the page that an entry links to, for its full text, reactions and comments.

    `replies_to`: the id of the source whose posts these entries answer (a comment feed); an entry answers the post at
    its own link without the #anchor, or the comment that it names (`thr:in-reply-to`). Left out of comments: the title,
    since feeds put the commenter's name there, and the name of who is answered, which some put before the text.
    `reactions` maps a reaction to an element of the entry, such as `slash:comments`; without it the number of comments is
    what `slash:comments` or `thr:total` says.
    """

    article: Article | None = None
    replies_to: str | None = None
    reactions: ReactionPaths = ReactionPaths()


OPTIONS = FeedOptions


def read(page: Page, step: str, memo: Mapping[str, str], source: str, options: FeedOptions) -> Reading:
    """A feed's posts or articles to read, or an article page's posts."""
    if step == ARTICLE and options.article:
        return read_article(page, memo, source, options.article)
    if step == COMMENTS and options.article:
        return read_more_comments(page, memo, source, options.article)
    entries, broken, unread = _entries(page)
    shared = _shared_links(page, entries)
    marked = Page(page.url, "", page.fetched_at, flags=flagged(page, BROKEN_FEED if broken else None))
    items: list[Item] = []
    follows: list[Follow] = []
    dropped: Counter[str] = Counter()
    for entry in entries:
        if options.article:
            found: Item | Follow | str = _article(marked, entry, options.article)
        else:
            found = _item(marked, entry, source, options, shared)
        if isinstance(found, Item):
            items.append(found)
        elif isinstance(found, Follow):
            follows.append(found)
        else:
            dropped[found] += 1
    if unread:
        dropped[TOO_MANY] = unread
    return Reading(
        tuple(items),
        tuple(follows),
        len(entries),
        vacant=not entries and not broken,
        dropped=dropped,
        flags=(BROKEN_FEED,) if broken else (),
    )


def _entries(page: Page) -> tuple[list[Mapping[str, Any]], bool, int]:
    """The entries as feedparser names their parts, whether the feed is broken, and how many entries were not read."""
    if page.text.lstrip()[:1] == "{":
        listed = _json_feed(page.text)
        return listed[:_MOST_ENTRIES], False, max(0, len(listed) - _MOST_ENTRIES)
    if is_html(page.text):
        if is_sign_in(page.text, page.url):
            raise Unreadable(Outcome.SIGN_IN, "订阅地址打开的是登录页")
        raise Unreadable(Outcome.NOT_EXPECTED, "订阅地址打开的是网页，不是 RSS、Atom 或 JSON Feed")
    refuse_dtd(page.text)
    # Loaded only here: crawls without feeds do without it.
    import feedparser

    text = _DECLARATION.sub("", page.text)
    clean = _CONTROL.sub("", text)
    first, unread = _first_entries(clean)
    # Bytes, never text: feedparser takes a text that looks like an address or a path for one, and fetches it.
    feed = feedparser.parse(
        io.BytesIO(first.encode("utf-8", errors="replace")),
        response_headers={"content-type": "application/xml; charset=utf-8"},
        resolve_relative_uris=False,
        sanitize_html=False,
    )
    if not feed.version and not feed.entries:
        raise Unreadable(Outcome.NOT_EXPECTED, "地址给出的不是 RSS、Atom 或 JSON Feed")
    return list(feed.entries), bool(feed.bozo) or clean != text, unread


def _first_entries(text: str) -> tuple[str, int]:
    """The feed without what nobody reads, with its first (newest) entries alone, and how many others there were."""
    text = _UNREAD.sub("", text)
    begins = [found.start() for found in _ENTRY.finditer(text)]
    unread = max(0, len(begins) - _MOST_ENTRIES)
    if unread:
        ends = [found.end() for found in _END_OF_ENTRY.finditer(text, begins[-1])]
        text = text[: begins[_MOST_ENTRIES]] + (text[ends[-1] :] if ends else "")
    if text.count("<") > _MOST_MARKS and _marks(text) > _MOST_MARKS:
        raise Unreadable(Outcome.BAD_CONTENT, "订阅里的标记太多，不予解析")
    return text, unread


def _marks(text: str) -> int:
    """How many tags there are outside CDATA sections."""
    number = at = 0
    while (begin := text.find(_CDATA[0], at)) >= 0:
        number += text.count("<", at, begin) + 1
        at = text.find(_CDATA[1], begin)
        if at < 0:
            return number
    return number + text.count("<", at)


def _shared_links(page: Page, entries: Iterable[Mapping[str, Any]]) -> frozenset[str]:
    """The addresses that more than one entry links to: they name none of them."""
    links = Counter(
        permalink(address) for entry in entries if (address := resolved(page.url, str(entry.get("link") or "")))
    )
    return frozenset(link for link, number in links.items() if number > 1)


def _json_feed(text: str) -> list[Mapping[str, Any]]:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError):
        raise Unreadable(Outcome.BAD_CONTENT, "JSON Feed 不完整或有误") from None
    if not isinstance(feed, dict) or not isinstance(feed.get("items"), list):
        raise Unreadable(Outcome.NOT_EXPECTED, "地址给出的不是 RSS、Atom 或 JSON Feed")
    return [
        {
            "link": entry.get("url") or entry.get("external_url"),
            "id": entry.get("id"),
            "title": entry.get("title"),
            "summary": entry.get("content_html") or entry.get("content_text") or entry.get("summary"),
            "published": entry.get("date_published"),
            "updated": entry.get("date_modified"),
            **{key: value for key, value in entry.items() if key.startswith("_")},
        }
        for entry in feed["items"]
        if isinstance(entry, dict)
    ]


def _article(page: Page, entry: Mapping[str, Any], options: Article) -> Follow | str:
    title = plain(str(entry.get("title") or "")) or None
    return to_article(page.url, entry.get("link"), options, title, _shown_date(entry)) or NO_LINK


def _item(
    page: Page, entry: Mapping[str, Any], source: str, options: FeedOptions, shared: Container[str]
) -> Item | str:
    link = entry.get("link")
    address = resolved(page.url, str(link)) if link else None
    own = permalink(address) if address else None
    name = str(entry.get("id") or "")
    key = own if own and not (own in shared and name and name != link) else name
    comment = bool(options.replies_to) or _COMMENT.search(address or "") is not None
    title = None if comment else plain(str(entry.get("title") or "")) or None
    text = plain(_ANSWERED.sub("", _body(entry)) if comment else _body(entry)) or title or ""
    if not key or not text:
        return NO_TEXT if key else NO_LINK
    when = dated(_shown_date(entry), page.fetched_at)
    return Item(
        key=key,
        url=own,
        title=title,
        text=text,
        published_at=when.at,
        reactions=_reactions(entry, options.reactions),
        reply_to=_reply_to(page, entry, own, source, options.replies_to),
        flags=flagged(page, when.flag),
    )


def _reply_to(
    page: Page, entry: Mapping[str, Any], link: str | None, source: str, replies_to: str | None
) -> str | None:
    # feedparser writes the element thr:in-reply-to so, with the prefix that the feed has for it.
    named = next((value for name, value in entry.items() if name.endswith("_in-reply-to")), None)
    href = named.get("href") if isinstance(named, dict) else None
    answered = resolved(page.url, str(href)) if href else None
    above = permalink(answered) if answered else None
    # A comment stands at an anchor of the page; the page itself is the post, which the other source holds.
    if above is not None and above != link and without_anchor(above) != above:
        return post_id(source, above)
    whole = above or link
    return post_id(replies_to, without_anchor(whole)) if replies_to and whole else None


def _body(entry: Mapping[str, Any]) -> str:
    """The whole text where the feed has it (content:encoded, content), else its summary."""
    contents = entry.get("content")
    texts = [str(content.get("value") or "") for content in contents] if isinstance(contents, list) else []
    return max(texts, key=len, default="") or str(entry.get("summary") or "")


def _shown_date(entry: Mapping[str, Any]) -> str | None:
    shown = entry.get("published") or entry.get("updated") or entry.get("created")
    return str(shown) if shown else None


def _reactions(entry: Mapping[str, Any], paths: ReactionPaths) -> Reactions:
    def at(name: str | None) -> int | None:
        # feedparser writes the element slash:comments as slash_comments; a JSON Feed nests what it adds.
        found: Any = entry
        for part in (name or "").replace(":", "_").lower().split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
        return count(found) if name else None

    comments = at(paths.comments) if paths.comments else _comments(entry)
    return Reactions(comments, at(paths.reposts), at(paths.likes), at(paths.views))


def _comments(entry: Mapping[str, Any]) -> int | None:
    """How many comments the entry itself says that it has."""
    links = entry.get("links") or ()
    replies = [link.get("thr:count") for link in links if isinstance(link, dict) and link.get("rel") == "replies"]
    said = (entry.get("slash_comments"), entry.get("thr_total"), *replies)
    return next((number for number in map(count, said) if number is not None), None)
