"""Reads one article page: title, text, date, reactions and the comments below it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import replace
from functools import cached_property

from selectolax.lexbor import LexborNode

from crawlers.addresses import permalink, resolved, without_anchor
from crawlers.canonical import canonical
from crawlers.counts import count
from crawlers.dates import MISSING, Dated, dated
from crawlers.front_matter import published, title_of
from crawlers.main_text import main_text
from crawlers.markup import parsed
from crawlers.outcomes import Outcome
from crawlers.outline import Outline, outlined
from crawlers.reading import Follow, Item, Options, Page, Reading, Unreadable, post_id
from crawlers.selectors import ElementSelector, Selector, elements, value
from records.posts import Reactions
from records.words import Channel

NO_TEXT = "取不到正文"
NO_ANCHOR = "取不到编号"
NO_LINK = "没有可用的链接"
NO_TITLE = "no_title"
"""Flag: the page shows no title."""


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
    """Where the parts of an article page stand; title, time and main text are found without a selector too.

    A known page is asked for again no sooner than after `revisit_seconds`.
    """

    title: Selector | None = None
    text: Selector | None = None
    published: Selector | None = None
    reactions: Counts = Counts()
    drop: tuple[ElementSelector, ...] = ()
    comments: Comments | None = None
    revisit_seconds: float = 0


ARTICLE = "article"
"""Step of an article page; `memo` holds the article's `key`, and `title` and `published` where the list gave them."""
COMMENTS = "comments"
"""Step of a further page of comments; `memo` holds the article's `key`."""


def to_article(
    base: str, link: str | None, options: Article, title: str | None, published: str | None
) -> Follow | None:
    """The article page that `link` on the page `base` leads to; None where it leads to none."""
    address = resolved(base, link) if link else None
    if address is None:
        return None
    key = without_anchor(permalink(address))
    known = {"title": title, "published": published}
    memo = {"key": key, **{name: text for name, text in known.items() if text}}
    return Follow(without_anchor(address), ARTICLE, memo, revisit=options.revisit_seconds, root=key)


def read_article(page: Page, memo: Mapping[str, str], source: str, options: Article) -> Reading:
    """The article on a page, and its comments."""
    root = rooted(page)
    key = memo["key"]
    own_address = canonical(root, page.url)
    remarks = _comments(page, root, key, source, options.comments) if options.comments else Reading()
    take_out(root, (*options.drop, *((options.comments.item,) if options.comments else ())))
    unaided = _Unaided(page, root)
    listed = memo.get("title")
    title = value(root, options.title) or (None if _is_cut(listed) else listed) or unaided.title or listed
    when = dated(value(root, options.published) or memo.get("published"), page.fetched_at)
    when = (unaided.published() or when) if when.flag == MISSING else when
    reactions = counts(root, options.reactions)
    text = value(root, options.text) if options.text else unaided.text(title)
    if not text:
        return replace(remarks, dropped=Counter(remarks.dropped) + Counter({NO_TEXT: 1}), complete=False)
    article = Item(
        key=key,
        url=key,
        title=title,
        text=text,
        published_at=when.at,
        reactions=reactions,
        flags=flagged(page, when.flag, None if title else NO_TITLE),
    )
    found = (article, *remarks.items)
    return replace(remarks, items=found, matched=remarks.matched + 1, canonical=own_address)


def read_more_comments(page: Page, memo: Mapping[str, str], source: str, options: Article) -> Reading:
    """A further page of comments on an article."""
    if options.comments is None:
        return Reading()
    return _comments(page, rooted(page), memo["key"], source, options.comments)


def _comments(page: Page, root: LexborNode, key: str, source: str, options: Comments) -> Reading:
    items: list[Item] = []
    dropped: Counter[str] = Counter()
    for element in elements(root, options.item):
        item = _comment(page, element, key, source, options)
        if isinstance(item, Item):
            items.append(item)
        else:
            dropped[item] += 1
    more = following(page, root, options.next)
    follows = (Follow(more, COMMENTS, {"key": key}),) if more else ()
    matched = len(items) + dropped.total()
    # No comment at all may as well mean that the site changed: then nothing is said of those that are stored.
    return Reading(tuple(items), follows, matched, dropped=dropped, complete=bool(items) and not dropped)


def _comment(page: Page, element: LexborNode, key: str, source: str, options: Comments) -> Item | str:
    anchor = value(element, options.anchor)
    reactions = counts(element, options.reactions)
    when = dated(value(element, options.published), page.fetched_at)
    take_out(element, options.drop)
    text = value(element, options.text)
    if not text or not anchor:
        return NO_TEXT if anchor else NO_ANCHOR
    name = f"{key}#{anchor}"
    return Item(
        key=name,
        url=name,
        title=None,
        text=text,
        published_at=when.at,
        reactions=reactions,
        reply_to=post_id(source, key),
        channel=options.channel,
        flags=flagged(page, when.flag),
    )


def counts(node: LexborNode, where: Counts) -> Reactions:
    """The reactions that are shown under `node`."""
    return Reactions(
        comments=count(value(node, where.comments)),
        reposts=count(value(node, where.reposts)),
        likes=count(value(node, where.likes)),
        views=count(value(node, where.views)),
    )


def following(page: Page, root: LexborNode, selector: Selector | None) -> str | None:
    """The address of the next page, if there is another."""
    link = value(root, selector)
    address = resolved(page.url, link) if link else None
    return address if address and without_anchor(address) != without_anchor(page.url) else None


def rooted(page: Page) -> LexborNode:
    """The page's root element. Raises Unreadable for a page that has none."""
    root = parsed(page.text).root
    if root is None:
        raise Unreadable(Outcome.BAD_CONTENT, "网页里什么也没有")
    return root


def take_out(node: LexborNode, selectors: Iterable[ElementSelector]) -> None:
    """Remove the elements under `node` that match."""
    for selector in selectors:
        for element in elements(node, selector):
            element.decompose()


def flagged(page: Page, *flags: str | None) -> tuple[str, ...]:
    """The page's own flags and those of them that are set."""
    return tuple(dict.fromkeys(flag for flag in (*page.flags, *flags) if flag))


def _is_cut(title: str | None) -> bool:
    """Whether a list shows only the beginning of a title."""
    return title is not None and title.endswith(("…", "..."))


class _Unaided:
    """What a page says where no selector tells where it says it; worked out when it is asked for."""

    def __init__(self, page: Page, root: LexborNode) -> None:
        self._page = page
        self._root = root

    @cached_property
    def _outline(self) -> Outline:
        return outlined(self._root)

    @cached_property
    def title(self) -> str | None:
        """The title."""
        return title_of(self._root, self._outline, self._page.text)

    def published(self) -> Dated | None:
        """When it was published."""
        return published(self._root, self._outline, self._page.text, self._page.url, self._page.fetched_at)

    def text(self, title: str | None) -> str:
        """The main text, without a line that repeats one of its titles."""
        return main_text(self._outline, (title, self.title))
