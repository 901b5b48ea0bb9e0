"""A sitemap (XML or plain text, gzipped or not, an index of others too) whose addresses lead to article pages."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Annotated
from urllib.parse import urlsplit
from xml.parsers.expat import ExpatError, ParserCreate

from pydantic import BeforeValidator, Field, StringConstraints

from crawlers.addresses import resolved
from crawlers.articles import ARTICLE, COMMENTS, NO_LINK, Article, read_article, read_more_comments, to_article
from crawlers.bodies import is_html, is_sign_in, refuse_dtd
from crawlers.dates import MISSING, dated
from crawlers.outcomes import Outcome
from crawlers.reading import Follow, Options, Page, Reading, Unreadable

BROKEN_SITEMAP = "broken_sitemap"
"""Flag: the sitemap is cut off, not well formed or too long; what could be read of it is kept."""

SITEMAP = "sitemap"
"""Step of a sitemap that an index names; `memo` holds its `depth`."""

NOT_MATCHED = "网址不符合 match"
NOT_CHOSEN = "网址不符合 sitemaps"
PERSONAL = "个人主页，不读"

_DEEPEST = 3
_MOST_ROWS = 50_000
_MOST_OPEN = 20
_LONGEST_ADDRESS = 2048
_KEPT = frozenset({"loc", "lastmod", "news/publication_date", "news/title"})
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_DECLARATION = re.compile(r"\A\s*<\?xml[^>]*\?>\s*")
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#\d+|#x[0-9A-Fa-f]+);)")
_ADDRESS = re.compile(r"https?://\S+")
# Pages about one person, and the sitemaps that list them.
_PERSONAL = re.compile(
    r"/(?:authors?|users?|profiles?)(?:[/.]|\Z)|(?:author|user)s?-sitemap|sitemap-(?:author|user)s?\b|"
    r"[?&](?:author|uid)=|mod=space",
    re.IGNORECASE,
)


def _written(value: object) -> object:
    # YAML takes 2026 for a number.
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


Part = Annotated[str, BeforeValidator(_written), StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
"""A part of an address; `*` stands for anything."""


class SitemapOptions(Options):
    """`match`: only addresses that hold one of these parts are read; `sitemaps` says the same of an index's sitemaps.

    Entries that were changed more than `newest_days` ago are left out. An article is read once, and again when its
    entry's `lastmod` changes; with `revisit_seconds` it is read again after that time, whatever its entry says.
    """

    match: tuple[Part, ...] = ()
    sitemaps: tuple[Part, ...] = ()
    newest_days: float = Field(30, ge=1, le=3650)
    article: Article = Article()


OPTIONS = SitemapOptions


@dataclass(frozen=True, slots=True)
class Entry:
    """What a sitemap says of one address. `at` is when it was changed or published, None where it does not say."""

    address: str
    at: datetime | None = None
    mark: str = ""
    title: str | None = None
    published: str | None = None


def read(page: Page, step: str, memo: Mapping[str, str], source: str, options: SitemapOptions) -> Reading:
    """A sitemap's articles or further sitemaps to read, or an article page's posts."""
    if step == ARTICLE:
        return read_article(page, memo, source, options.article)
    if step == COMMENTS:
        return read_more_comments(page, memo, source, options.article)
    entries, index, broken = _entries(page)
    wanted, dropped = _wanted(page, entries, options, index)
    made = [_to_sitemap(page, entry, memo) if index else _to_page(page, entry, options.article) for entry in wanted]
    follows = tuple(follow for follow in made if follow is not None)
    dropped[NO_LINK] += len(made) - len(follows)
    return Reading(
        follows=follows,
        matched=len(entries),
        # Nothing recent, or nothing at all: sound either way.
        vacant=not follows and not broken and not dropped.total(),
        dropped=+dropped,
        flags=(BROKEN_SITEMAP,) if broken else (),
    )


def _wanted(
    page: Page, entries: Sequence[Entry], options: SitemapOptions, index: bool
) -> tuple[list[Entry], Counter[str]]:
    """The entries to read, most recent first and those without a date after them, and what is dropped."""
    named = _naming(options.sitemaps if index else options.match)
    chosen = [entry for entry in entries if named.search(entry.address)]
    unnamed = {NOT_CHOSEN if index else NOT_MATCHED: len(entries)} if entries and not chosen else {}
    others = [entry for entry in chosen if not _is_personal(entry.address)]
    since = page.fetched_at - timedelta(days=options.newest_days)
    recent = [entry for entry in others if entry.at is None or entry.at >= since]
    recent.sort(key=lambda entry: entry.at or _NEVER, reverse=True)
    return recent, Counter({**unnamed, PERSONAL: len(chosen) - len(others)})


def _naming(parts: Sequence[str]) -> re.Pattern[str]:
    return re.compile("|".join(".*".join(map(re.escape, part.split("*"))) for part in parts))


def _is_personal(address: str) -> bool:
    parts = urlsplit(address)
    return _PERSONAL.search(f"{parts.path}?{parts.query}") is not None


def _to_sitemap(page: Page, entry: Entry, memo: Mapping[str, str]) -> Follow | None:
    address, depth = resolved(page.url, entry.address), int(memo.get("depth", "0")) + 1
    # Without a mark: that a sitemap is unchanged does not say that all its articles came through.
    return Follow(address, SITEMAP, {"depth": str(depth)}) if address and depth <= _DEEPEST else None


def _to_page(page: Page, entry: Entry, options: Article) -> Follow | None:
    follow = to_article(page.url, entry.address, options, entry.title, entry.published)
    return follow if follow is None or options.revisit_seconds else replace(follow, mark=entry.mark)


def _entries(page: Page) -> tuple[list[Entry], bool, bool]:
    """The entries, whether they are sitemaps rather than pages, and whether the sitemap is broken."""
    text = page.text.lstrip("\ufeff \t\r\n")
    if not text.startswith("<"):
        lines = [line.strip() for line in text.splitlines()]
        addresses = [line for line in lines if _ADDRESS.fullmatch(line)]
        if not addresses:
            raise Unreadable(Outcome.NOT_EXPECTED, "地址给出的不是网站地图")
        return [Entry(address) for address in addresses[:_MOST_ROWS]], False, len(addresses) > _MOST_ROWS
    if is_html(text):
        if is_sign_in(text, page.url):
            raise Unreadable(Outcome.SIGN_IN, "网站地图的地址打开的是登录页")
        raise Unreadable(Outcome.NOT_EXPECTED, "网站地图的地址打开的是网页")
    refuse_dtd(text)
    return _parsed(page, text)


def _parsed(page: Page, text: str) -> tuple[list[Entry], bool, bool]:
    rows = _Rows()
    broken = not rows.read(_BARE_AMPERSAND.sub("&amp;", _CONTROL.sub("", _DECLARATION.sub("", text))))
    if rows.top in ("rss", "feed", "RDF"):
        raise Unreadable(Outcome.NOT_EXPECTED, "地址给出的是 RSS 或 Atom，请改用 kind: feed")
    if rows.top not in ("urlset", "sitemapindex"):
        raise Unreadable(Outcome.BAD_CONTENT if broken else Outcome.NOT_EXPECTED, "地址给出的不是网站地图")
    entries = [entry for row in rows.found if (entry := _entry(page, row)) is not None]
    return entries, rows.top == "sitemapindex", broken


class _Rows:
    """The rows of a sitemap, in bounded memory. Only a row's own elements and those of its news are kept."""

    def __init__(self) -> None:
        self.top: str | None = None
        self.found: list[dict[str, str]] = []
        self._open: list[str] = []
        self._row: dict[str, str] = {}
        self._words: list[str] | None = None
        self._parser = ParserCreate()
        self._parser.StartElementHandler = self._begins
        self._parser.CharacterDataHandler = self._says
        self._parser.EndElementHandler = self._ends

    def read(self, text: str) -> bool:
        """Whether the sitemap is sound to its end."""
        try:
            self._parser.Parse(text, True)
        except (ExpatError, _Enough):
            return False
        return True

    def _begins(self, name: str, attributes: Mapping[str, str]) -> None:
        # The prefix is what a site chooses; where an element stands says what it is.
        self._open.append(name.rpartition(":")[2])
        self.top = self.top or self._open[0]
        if len(self._open) > _MOST_OPEN or len(self.found) >= _MOST_ROWS:
            raise _Enough
        self._words = [] if "/".join(self._open[2:]) in _KEPT else None

    def _says(self, words: str) -> None:
        if self._words is not None:
            self._words.append(words)

    def _ends(self, name: str) -> None:
        if self._words is not None:
            self._row["/".join(self._open[2:])] = "".join(self._words).strip()
            self._words = None
        if len(self._open) == 2:
            self.found.append(self._row)
            self._row = {}
        self._open.pop()


class _Enough(Exception):
    """A sitemap that is longer or deeper than any should be."""


def _entry(page: Page, row: Mapping[str, str]) -> Entry | None:
    address = row.get("loc")
    if not address or len(address) > _LONGEST_ADDRESS:
        return None
    changed, published = row.get("lastmod"), row.get("news/publication_date")
    when = dated(changed or published, page.fetched_at)
    return Entry(
        address=address,
        at=None if when.flag == MISSING else when.at,
        mark=changed or published or "",
        title=row.get("news/title") or None,
        published=published or changed or None,
    )
