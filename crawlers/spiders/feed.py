"""RSS, Atom and JSON Feed, of articles or of comments; with `article` each entry's own page is read as well."""

from __future__ import annotations

from crawlers.articles import Article
from crawlers.reading import Options


class FeedOptions(Options):
    """`article`: read the page that an entry links to, for its full text, reactions and comments.

    `replies_to`: the id of the source whose posts these entries answer (a comment feed); an entry answers the post at
    its own link without the #anchor. `reactions` maps a reaction to an element of the entry, such as `slash:comments`.
    """

    article: Article | None = None
    replies_to: str | None = None
    reactions: dict[str, str] = {}


OPTIONS = FeedOptions
