"""A JSON API: items at a path, their fields at paths, further pages by a link or a counter."""

from __future__ import annotations

from pydantic import Field

from crawlers.reading import Options


class JsonOptions(Options):
    """Paths are keys joined by dots; a whole number is a place in a list (`data.list`, `items.0.id`).

    `items` leads to the list of items; every other path starts at an item. `id` names the item for good. `link` is the
    item's address, or `link_template` builds it from the item's top-level keys (`http://a.example/c/{id}`).
    `reply_to` leads to the id of an item of this source, or, with `replies_to`, to the address of a post of that source
    (or with `reply_template` to an id that the template makes an address). `replies` leads to a list of items within
    an item, which answer it. `next` leads from the top to the next page's address; or `page_parameter` counts pages up
    from `first_page`. At most `pages` pages are read.
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
    reactions: dict[str, str] = {}
    next: str | None = None
    page_parameter: str | None = None
    first_page: int = 1
    pages: int = Field(10, ge=1, le=1000)


OPTIONS = JsonOptions
