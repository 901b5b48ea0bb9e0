"""A forum: a list of threads, each with a first post and replies over pages."""

from __future__ import annotations

from pydantic import Field

from crawlers.articles import Counts
from crawlers.reading import Options
from crawlers.selectors import ElementSelector, Selector


class ThreadOptions(Options):
    """In the list: `thread` finds one row, `link` its address, `mark` what changes when somebody replies or reacts
    (the counts and the time of the last reply); a thread whose mark stands still is not read again. Without `mark` every
    listed thread is read each time. `next` is the link to the list's next page, `pages` how many are read.

    In a thread: `title`; `post` finds one post, `anchor` names it for good, `text`, `published` and `reactions` are
    looked for within it, `drop` takes elements (quotes, signatures) out of it first; `thread_reactions` are counts that
    stand outside the posts and belong to the first; `next_posts` is the link to the thread's next page.
    """

    thread: ElementSelector
    link: Selector = "a@href"
    mark: Selector | None = None
    next: Selector | None = None
    pages: int = Field(1, ge=1, le=50)
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
