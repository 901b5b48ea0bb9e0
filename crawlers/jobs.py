"""What goes to a crawl subprocess (one job) and what comes back (events), as JSON Lines over pipes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from crawlers.outcomes import Outcome
from crawlers.reading import Item, post_id
from crawlers.settings import CrawlSettings, crawl_settings_from
from crawlers.sources import Source, source_from
from records.posts import RawPost, Reactions, channel_from, reactions_from

LONGEST_TEXT = 100_000
"""Characters of a post that pass the pipe; what is longer is cut and flagged."""


@dataclass(frozen=True, slots=True)
class KnownPage:
    """How a page looked when its posts were last stored; `page` is a hash of its address and how it is read.

    `resume` says, as JSON, where reading can begin next time: of a mark, on the chain of pages that it stands for; of a
    file, at which row.
    """

    page: str
    etag: str | None
    last_modified: str | None
    fingerprint: str | None
    fetched_at: datetime
    resume: str | None = None


@dataclass(frozen=True, slots=True)
class Job:
    """Sources to read together, and what is known of each, by source id.

    `known` are its pages, `queries` what to ask a site's search for, `rechecks` stored posts, each with the address of
    its page, that may be looked at again to see whether they are still there.
    """

    now: datetime
    settings: CrawlSettings
    sources: Sequence[Source]
    known: Mapping[str, Sequence[KnownPage]] = field(default_factory=dict)
    queries: Mapping[str, Sequence[str]] = field(default_factory=dict)
    rechecks: Mapping[str, Sequence[tuple[str, str]]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Found:
    """A post was read: unmasked, so it goes to no disk and no log as it is."""

    source: str
    id: str
    channel: str
    url: str | None
    title: str | None
    text: str
    published_at: datetime
    reactions: Reactions
    in_reply_to: str | None
    flags: tuple[str, ...]

    def raw(self, seen_at: datetime) -> RawPost:
        """The post, seen at `seen_at`."""
        return RawPost(
            id=self.id,
            source=self.source,
            channel=channel_from(self.channel),
            url=self.url,
            title=self.title,
            text=self.text,
            published_at=min(self.published_at, seen_at),
            seen_at=seen_at,
            reactions=self.reactions,
            in_reply_to=self.in_reply_to,
            flags=self.flags,
        )


@dataclass(frozen=True, slots=True)
class PageRead:
    """A page was read to its end; every post found on it came before this."""

    source: str
    page: KnownPage


@dataclass(frozen=True, slots=True)
class Gone:
    """The page of a stored post is no longer there (404 or 410); `id` is the post's."""

    source: str
    id: str


@dataclass(frozen=True, slots=True)
class There:
    """The page of a stored post was looked at and is still there; `id` is the post's."""

    source: str
    id: str


@dataclass(frozen=True, slots=True)
class Whole:
    """Everything that stands under the post `root` was read (without a root, all that the source has): only `ids` are there.

    `mark` is the page under which that is remembered: while it was read over many pages, a post may have slipped from
    one to another, so that who misses one had better forget the mark and read again.
    """

    source: str
    root: str | None
    ids: tuple[str, ...]
    mark: str | None


@dataclass(frozen=True, slots=True)
class Begun:
    """The parsing of a page of this source begins: who is to blame should the subprocess hang or fall over."""

    source: str


@dataclass(frozen=True, slots=True)
class Asked:
    """For this source a host is asked for the first time in this crawl, with so many seconds between two requests."""

    source: str
    host: str
    delay: float


@dataclass(frozen=True, slots=True)
class Done:
    """A source is read. `pages` counts answers, `found` posts, `dropped` entries without a post, by Chinese reason.

    `retry_after` is in seconds, where the site asked for it; `detail` is Chinese and holds no text of any post.
    """

    source: str
    outcome: Outcome
    pages: int
    found: int
    dropped: Mapping[str, int]
    flags: Mapping[str, int]
    detail: str | None
    retry_after: float | None


@dataclass(frozen=True, slots=True)
class Ended:
    """The subprocess is gone. `fault` is HUNG, CRASHED or None where it ended by itself with all done."""

    fault: Outcome | None
    detail: str | None = None


Event = Found | PageRead | Gone | There | Whole | Begun | Asked | Done | Ended


def found_from(source: Source, item: Item) -> Found:
    """The event for a post that a page of `source` showed."""
    long = len(item.text) > LONGEST_TEXT
    return Found(
        source=source.id,
        id=post_id(source.id, item.key),
        channel=item.channel or source.channel,
        url=item.url,
        title=item.title[:1000] if item.title else None,
        text=item.text[:LONGEST_TEXT],
        published_at=item.published_at,
        reactions=item.reactions,
        in_reply_to=item.reply_to,
        flags=(*item.flags, "truncated") if long and "truncated" not in item.flags else item.flags,
    )


def job_line(job: Job) -> bytes:
    """The job as one line."""
    row = {
        "now": job.now.isoformat(),
        "settings": job.settings.as_row(),
        "sources": [source.row for source in job.sources],
        "known": {source: [_page_row(page) for page in pages] for source, pages in job.known.items()},
        "queries": {source: list(queries) for source, queries in job.queries.items()},
        "rechecks": {source: list(posts) for source, posts in job.rechecks.items()},
    }
    return _line(row)


def job_from(line: bytes) -> Job:
    """The job of that line. Raises ValueError."""
    row = json.loads(line)
    return Job(
        now=datetime.fromisoformat(row["now"]),
        settings=crawl_settings_from(row["settings"]),
        sources=[source_from(source) for source in row["sources"]],
        known={source: [_page_from(page) for page in pages] for source, pages in row["known"].items()},
        queries=row["queries"],
        rechecks={source: [(post, url) for post, url in posts] for source, posts in row["rechecks"].items()},
    )


def event_line(event: Event) -> bytes:
    """The event as one line."""
    row: dict[str, Any] = {"event": type(event).__name__}
    for name in event.__slots__:
        value = getattr(event, name)
        if isinstance(value, datetime):
            value = value.isoformat()
        elif isinstance(value, KnownPage):
            value = _page_row(value)
        elif isinstance(value, Reactions):
            value = {key: getattr(value, key) for key in Reactions.__slots__}
        row[name] = value
    return _line(row)


def event_from(line: bytes) -> Event:
    """The event of that line. Raises ValueError, KeyError or TypeError for anything else."""
    row = json.loads(line)
    kind = _EVENTS[row.pop("event")]
    for name in ("published_at",):
        if name in row:
            row[name] = datetime.fromisoformat(row[name])
    if "reactions" in row:
        row["reactions"] = reactions_from(row["reactions"])
    if "outcome" in row:
        row["outcome"] = Outcome(row["outcome"])
    if kind is PageRead:
        row["page"] = _page_from(row["page"])
    if kind is Found:
        row["flags"] = tuple(row["flags"])
    if kind is Whole:
        row["ids"] = tuple(row["ids"])
    if kind is Ended:
        row["fault"] = None if row["fault"] is None else Outcome(row["fault"])
    event: Event = kind(**row)
    return event


_EVENTS: Mapping[str, Any] = {
    kind.__name__: kind for kind in (Found, PageRead, Gone, There, Whole, Begun, Asked, Done, Ended)
}


def _page_row(page: KnownPage) -> list[str | None]:
    return [page.page, page.etag, page.last_modified, page.fingerprint, page.fetched_at.isoformat(), page.resume]


def _page_from(row: Sequence[Any]) -> KnownPage:
    return KnownPage(row[0], row[1], row[2], row[3], datetime.fromisoformat(row[4]), row[5])


def _line(row: Mapping[str, Any]) -> bytes:
    # Lone surrogates cannot be encoded; pages can hold them all the same (&#xD800; or a JSON escape).
    return json.dumps(row, ensure_ascii=False).encode("utf-8", errors="replace") + b"\n"


def events_of(lines: Iterator[bytes]) -> Iterator[Event]:
    """The events of those lines."""
    for line in lines:
        yield event_from(line)
