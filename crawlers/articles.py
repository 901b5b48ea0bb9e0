"""Reads one article page: title, text, date, reactions and the comments below it."""

from __future__ import annotations

from records.words import Channel

from crawlers.reading import Options
from crawlers.selectors import ElementSelector, Selector


class Counts(Options):
    """Where the numbers of reactions stand."""

    comments: Selector | None = None
    reposts: Selector | None = None
    likes: Selector | None = None
    views: Selector | None = None


class Comments(Options):
    """Where the comments below an article stand; each becomes a post that answers the article.

    `anchor` is what names a comment for good, such as its element's id (`@id`). `next` is the link to more of them.
    """

    item: ElementSelector
    anchor: Selector = "@id"
    text: Selector
    published: Selector | None = None
    reactions: Counts = Counts()
    drop: tuple[ElementSelector, ...] = ()
    next: Selector | None = None
    channel: Channel = Channel.COMMENT


class Article(Options):
    """Where the parts of an article page stand; without `text` the main text is found automatically."""

    title: Selector | None = None
    text: Selector | None = None
    published: Selector | None = None
    reactions: Counts = Counts()
    drop: tuple[ElementSelector, ...] = ()
    comments: Comments | None = None
    revisit_seconds: float = 0
