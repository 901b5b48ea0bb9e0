"""A forum: a list of threads, each with a first post and replies over pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from pydantic import Field
from selectolax.lexbor import LexborNode

from crawlers.addresses import permalink, resolved, without_anchor
from crawlers.articles import NO_ANCHOR, NO_LINK, NO_TEXT, Counts, counts, flagged, following, rooted, take_out
from crawlers.dates import dated
from crawlers.order import newest_of
from crawlers.reading import Follow, Item, Options, Page, Reading, post_id
from crawlers.selectors import ElementSelector, Selector, elements, value, values
from records.posts import Reactions


class ThreadOptions(Options):
    """In the list: `thread` finds one row, `link` its address, `mark` what changes when somebody replies or reacts
    (the counts and the time of the last reply); a thread whose mark stands still is not read again. Without `mark` every
    listed thread is read each time. `next` is the link to the list's next page, `pages` how many are read. `active` is
    the time by which the list is sorted, newest first: that of the last reply.

    In a thread: `title`; `post` finds one post, `anchor` names it for good, `text`, `published` and `reactions` are
    looked for within it, `drop` takes elements (quotes, signatures) out of it first; `thread_reactions` are counts that
    stand outside the posts and belong to the first; `next_posts` is the link to the thread's next page.
    """

    thread: ElementSelector
    link: Selector = "a@href"
    mark: Selector | None = None
    next: Selector | None = None
    pages: int = Field(1, ge=1, le=50)
    active: Selector | None = None
    title: Selector | None = None
    post: ElementSelector
    anchor: Selector = "@id"
    text: Selector
    published: Selector | None = None
    reactions: Counts = Counts()
    thread_reactions: Counts = Counts()
    drop: tuple[ElementSelector, ...] = ()
    next_posts: Selector | None = None


OPTIONS = ThreadOptions
THREAD = "thread"
"""Step of a thread's page; `memo` holds the thread's `key` and the `page` number."""


def read(page: Page, step: str, memo: Mapping[str, str], source: str, options: ThreadOptions) -> Reading:
    """A list page's threads to read, or a thread page's posts."""
    if step == THREAD:
        return _posts(page, memo, source, options)
    return _threads(page, step, int(memo.get("page", "1")), options)


def _threads(page: Page, step: str, number: int, options: ThreadOptions) -> Reading:
    root = rooted(page)
    rows = elements(root, options.thread)
    found = [_thread(page, row, options) for row in rows]
    follows = [follow for follow in found if follow is not None]
    more = following(page, root, options.next)
    if more and number < options.pages:
        shown = [dated(value(row, options.active), page.fetched_at) for row in rows] if options.active else []
        follows.append(Follow(more, step, {"page": str(number + 1)}, newest=newest_of(shown)))
    lost = found.count(None)
    return Reading(follows=tuple(follows), matched=len(rows), dropped={NO_LINK: lost} if lost else {})


def _thread(page: Page, row: LexborNode, options: ThreadOptions) -> Follow | None:
    link = value(row, options.link)
    address = resolved(page.url, link) if link else None
    if address is None:
        return None
    mark = "\n".join(values(row, options.mark)) or None
    key = without_anchor(permalink(address))
    return Follow(without_anchor(address), THREAD, {"key": key, "page": "1"}, mark, root=key)


def _posts(page: Page, memo: Mapping[str, str], source: str, options: ThreadOptions) -> Reading:
    root = rooted(page)
    key, number = memo["key"], int(memo["page"])
    title = value(root, options.title)
    outside = counts(root, options.thread_reactions)
    items: list[Item] = []
    dropped: Counter[str] = Counter()
    found = elements(root, options.post)
    for place, element in enumerate(found):
        first = number == 1 and place == 0
        anchor = value(element, options.anchor)
        reactions = counts(element, options.reactions)
        when = dated(value(element, options.published), page.fetched_at)
        take_out(element, options.drop)
        text = value(element, options.text)
        if not text or not (anchor or first):
            dropped[NO_TEXT if anchor or first else NO_ANCHOR] += 1
            continue
        name = key if first else f"{key}#{anchor}"
        items.append(
            Item(
                key=name,
                url=name,
                title=title if first else None,
                text=text,
                published_at=when.at,
                reactions=_together(outside, reactions) if first else reactions,
                reply_to=None if first else post_id(source, key),
                flags=flagged(page, when.flag),
            )
        )
    more = following(page, root, options.next_posts)
    follows = (Follow(more, THREAD, {"key": key, "page": str(number + 1)}),) if more else ()
    return Reading(tuple(items), follows, len(found), dropped=dropped, complete=bool(items) and not dropped)


def _together(outside: Reactions, own: Reactions) -> Reactions:
    return Reactions(
        comments=own.comments if outside.comments is None else outside.comments,
        reposts=own.reposts if outside.reposts is None else outside.reposts,
        likes=own.likes if outside.likes is None else outside.likes,
        views=own.views if outside.views is None else outside.views,
    )
