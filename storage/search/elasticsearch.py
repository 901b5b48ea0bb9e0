"""Finds posts by their words in an Elasticsearch cluster: dated indices behind one name, which can always be rebuilt."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import islice
from typing import Any

from elasticsearch import ApiError, Elasticsearch, NotFoundError, TransportError

from records.posts import Post
from storage.search.bulk import Pause, Refusal, Write, send
from storage.search.cluster_layout import ORDER, Layout, adjust, make_posts, writable
from storage.search.cluster_marks import ClusterMarks
from storage.search.cluster_trouble import absent, trouble_of
from storage.search.dated import span_named, span_of
from storage.search.text_index import PostsRefused, SearchDown, Span, full_text, second_of, tie_of
from storage.search.words import phrases, terms_of

BATCH = 500
"""So many posts go to the cluster in one request."""
PAGE = 5_000
"""So many hits come back in one answer; beyond that, page by page from one point in time."""
_KEEP_ALIVE = "1m"
_BEIJING = "+08:00"
_LONGEST_KEY = 400
_RECENT = 100_000
_ID = ORDER.index("id")


@dataclass(frozen=True, slots=True)
class Document:
    """A post as the cluster is given it, under the name `key`."""

    key: str
    post_id: str
    seen_at: datetime
    body: bytes


class ElasticsearchIndex:
    """The same posts by the same words in the same order as in the embedded index.

    One writer at a time. What was taken in is found a few seconds later, what was removed is not found any more at once.
    """

    def __init__(
        self, client: Elasticsearch, layout: Layout, pause: Pause | None = None, write_seconds: float = 30.0
    ) -> None:
        """A write may take so many seconds; a question only as long as the client allows."""
        self._client = client
        self.layout = layout
        self._pause = pause or threading.Event().wait
        self._writing = client.options(request_timeout=write_seconds)
        self._marks = ClusterMarks(self._writing, layout, self._pause)
        self._known: frozenset[str] | None = None
        self._recent: dict[str, str] = {}
        self._level = False

    def close(self) -> None:
        """Nothing: the client belongs to whoever made it."""

    @property
    def watermark(self) -> int:
        """Number of the newest post taken in, 0 before the first, and where the posts are gone from the cluster."""
        with self._telling():
            mark = self._marks.get("watermark")
            return int(mark["value"]) if mark and self._indices() else 0

    def add(self, posts: Iterable[Post], watermark: int | None = None) -> None:
        """Take in posts, and the watermark with them; a known id is replaced. Taking in twice gives the same as once.

        A post that the cluster refuses waits (`waiting`). Where it refuses all of them, nothing counts as taken in.
        """
        coming = iter(posts)
        with self._telling():
            with ThreadPoolExecutor(1) as sender:
                sent: Future[None] | None = None
                while batch := [document_of(post) for post in islice(coming, BATCH)]:
                    # While the cluster takes in one batch, the terms of the next are cut.
                    if sent is not None:
                        sent.result()
                    sent = sender.submit(self.take_in, batch)
                if sent is not None:
                    sent.result()
            if watermark is not None:
                self._marks.put({"watermark": {"value": watermark}})

    def remove(self, post_ids: Sequence[str]) -> None:
        """Forget these posts; ids that are not here are passed over."""
        with self._telling():
            keys = [_key(post_id) for post_id in post_ids]
            gone = [Write(index, key) for index in sorted(self._indices()) for key in keys]
            self._marks.waiting()
            gone += self._marks.no_longer_waiting(keys)
            refused = send(self._writing, gone, self._pause, at_once=True)
            if refused:
                raise SearchDown(f"有 {len(refused)} 条没有从索引里删去：{refused[0].reason}")
            for key in keys:
                self._recent.pop(key, None)

    def clear(self) -> None:
        """Forget everything, the watermark too."""
        with self._telling():
            # The watermark first: whoever is killed here fills everything anew.
            self._marks.drop_all()
            for name in sorted(self._indices()):
                self._writing.options(ignore_status=404).indices.delete(index=name)
            self._forget()

    def count(self) -> int:
        """How many posts are here."""
        with self._telling():
            if not self._indices():
                return 0
            self.refresh()
            return int(self._client.count(index=self.layout.posts)["count"])

    def refresh(self) -> None:
        """Make everything that was taken in findable now."""
        with self._telling():
            self._writing.options(ignore_status=404).indices.refresh(index=self.layout.posts)

    def some_ids(self, number: int) -> list[str]:
        """The next `number` ids in a walk through the index that begins again after the end: to check them one by one."""
        with self._telling():
            mark = self._marks.get("walked")
            after = json.loads(mark["after"]) if mark else None
            found = self._page({"match_all": {}}, number, "asc", after)
            done = len(found) < number
            if done:
                self._marks.drop("walked")
            else:
                self._marks.put({"walked": {"after": json.dumps(found[-1])}})
            return [hit[_ID] for hit in found]

    def find(
        self, query: str, since: datetime | None = None, until: datetime | None = None, limit: int = 50
    ) -> list[str]:
        """Ids of posts seen from `since` up to and including `until` that hold every word of the query, newest first.

        Words in "quotes" must stand together. A query without any letter, digit or 汉字 finds nothing.
        """
        wanted = _wanted(query, since, until)
        if wanted is None or limit < 1:
            return []
        with self._telling():
            if limit <= PAGE:
                return [hit[_ID] for hit in self._page(wanted, limit)]
            return [hit[_ID] for page in self._pages(wanted, limit) for hit in page]

    def days(self, query: str, since: datetime | None = None, until: datetime | None = None) -> dict[date, int]:
        """How many posts `find` would find on each day in Beijing, the first day first; days without any are left out."""
        wanted = _wanted(query, since, until)
        if wanted is None:
            return {}
        by_day = {"field": "seen_at", "calendar_interval": "day", "time_zone": _BEIJING, "format": "yyyy-MM-dd"}
        with self._telling():
            answer = self._searched(
                query=wanted, size=0, aggs={"days": {"date_histogram": {**by_day, "min_doc_count": 1}}}
            )
        buckets = answer.get("aggregations", {}).get("days", {}).get("buckets", ())
        return {date.fromisoformat(bucket["key_as_string"]): bucket["doc_count"] for bucket in buckets}

    def waiting(self) -> Mapping[str, str]:
        """Posts that the cluster refused to take in, each with its reason. They come again, or go with `remove`."""
        with self._telling():
            return self._marks.waiting()

    def spans(self) -> Sequence[Span]:
        """The dated indices, oldest first."""
        with self._telling():
            self._forget()
            found = [span for name in self._indices() if (span := span_named(name)) is not None]
            return sorted(found, key=lambda span: span.since)

    def drop(self, span: Span) -> None:
        """Forget all posts of that index."""
        with self._telling():
            self._writing.options(ignore_status=404).indices.delete(index=span.name)
            self._forget()

    def adjust(self) -> None:
        """Give the indices that are there as many copies, and make them findable as often, as the layout says."""
        with self._telling():
            adjust(self._writing, self.layout)

    def take_in(self, documents: Iterable[Document]) -> None:
        """Take in posts whose terms are cut already, no more than BATCH of them; of two of one post the last."""
        coming = {document.key: document for document in documents}
        names = {key: span_of(each.seen_at, self.layout.days, self.layout.posts).name for key, each in coming.items()}
        self._make(names.values())
        writes = [
            *(Write(writable(names[key]), key, each.body) for key, each in coming.items()),
            *self._elsewhere(names),
        ]
        refused = send(self._writing, writes, self._pause)
        if any(each.gone for each in refused):
            # Somebody has deleted the index: it is made again, once.
            self._forget()
            self._make(names.values())
            gone = [each.write for each in refused if each.gone]
            refused = [each for each in refused if not each.gone] + send(self._writing, gone, self._pause)
        self._remember(names)
        if refused:
            self._let_wait(refused, {key: each.post_id for key, each in coming.items()})
        done = self._marks.no_longer_waiting(coming.keys() - {each.write.key for each in refused})
        send(self._writing, done, self._pause)

    def _elsewhere(self, names: Mapping[str, str]) -> list[Write]:
        """What takes an older version of these posts out of the dated indices in which it stands."""
        if len(self._indices()) == 1:
            return []
        if not self._level:
            # What an earlier process has written last cannot be searched yet, and is not known here.
            self.refresh()
            self._level = True
        stands = {key: {self._recent[key]} for key in names if key in self._recent}
        for hit in (
            self._searched(
                query={"ids": {"values": list(names)}},
                size=PAGE,
                _source=False,
                filter_path=["hits.hits._index", "hits.hits._id"],
            )
            .get("hits", {})
            .get("hits", ())
        ):
            stands.setdefault(hit["_id"], set()).add(hit["_index"])
        return [Write(old, key) for key, found in stands.items() for old in sorted(found - {names[key]})]

    def _remember(self, names: Mapping[str, str]) -> None:
        """What was just written cannot be searched yet; where it stands is known here."""
        for key in names:
            self._recent.pop(key, None)
        self._recent.update(names)
        for key in list(islice(self._recent, max(0, len(self._recent) - _RECENT))):
            del self._recent[key]

    def _let_wait(self, refused: Sequence[Refusal], posts: Mapping[str, str]) -> None:
        first = refused[0]
        if len(refused) >= len(posts):
            raise PostsRefused(f"搜索引擎不肯收 {len(posts)} 条帖文（如 {posts[first.write.key]}）：{first.reason}")
        self._marks.let_wait([(each.write.key, posts[each.write.key], each.reason) for each in refused])

    def _indices(self) -> frozenset[str]:
        """The dated indices there are."""
        if self._known is None:
            try:
                self._known = frozenset(self._client.indices.get_alias(name=self.layout.posts).body)
            except NotFoundError as error:
                absent(error)
                self._known = frozenset()
        return self._known

    def _forget(self) -> None:
        self._known = None

    def _make(self, names: Iterable[str]) -> None:
        for name in sorted(set(names) - self._indices()):
            make_posts(self._writing, self.layout, name)
            self._known = self._indices() | {name}

    def _page(
        self, wanted: Any, size: int, order: str = "desc", after: Sequence[Any] | None = None, **more: Any
    ) -> list[list[Any]]:
        """The sort values of one page of hits: when seen, tie, id."""
        answer = self._searched(
            query=wanted,
            size=size,
            sort=[{field: order} for field in ORDER],
            search_after=after,
            stored_fields="_none_",
            filter_path="hits.hits.sort",
            **more,
        )
        return [hit["sort"] for hit in answer.get("hits", {}).get("hits", ())]

    def _pages(self, wanted: Any, limit: int) -> Iterator[list[list[Any]]]:
        """Pages of hits as the index stood when the first was asked for."""
        if not self._indices():
            return
        pit = self._client.open_point_in_time(index=self.layout.posts, keep_alive=_KEEP_ALIVE)["id"]
        try:
            after: list[Any] | None = None
            while limit > 0:
                found = self._page(wanted, min(limit, PAGE), after=after, pit={"id": pit, "keep_alive": _KEEP_ALIVE})
                yield found
                if len(found) < min(limit, PAGE):
                    return
                after, limit = found[-1], limit - len(found)
        finally:
            self._client.options(ignore_status=404).close_point_in_time(id=pit)

    def _searched(self, **asked: Any) -> dict[str, Any]:
        if "pit" not in asked:
            asked["index"] = self.layout.posts
        given = {name: value for name, value in asked.items() if value is not None}
        try:
            # Half an answer would look like a whole one.
            answer = self._client.search(**given, track_total_hits=False, allow_partial_search_results=False)
        except NotFoundError as error:
            if error.error != "index_not_found_exception":
                raise
            return {}
        found: dict[str, Any] = answer.body
        return found

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """Whatever the cluster does not do becomes SearchDown, with its reason in Chinese. Raises SearchDown."""
        try:
            yield
        except (ApiError, TransportError) as error:
            where = self._client.transport.node_pool.get().base_url
            raise SearchDown(trouble_of(error, where, self.layout.prefix)) from error


def _wanted(query: str, since: datetime | None, until: datetime | None) -> dict[str, Any] | None:
    asked: list[dict[str, Any]] = [
        {"term": {"terms": terms[0]}} if len(terms) == 1 else {"match_phrase": {"terms": " ".join(terms)}}
        for terms in phrases(query)
    ]
    if not asked:
        return None
    bounds = {name: _written(moment) for name, moment in (("gte", since), ("lte", until)) if moment is not None}
    if bounds:
        asked.append({"range": {"seen_at": bounds}})
    return {"bool": {"filter": asked}}


def document_of(post: Post) -> Document:
    """What the cluster is given of a post."""
    said = {
        "id": post.id,
        "seen_at": _written(post.seen_at),
        "tie": tie_of(post.id),
        "terms": " ".join(terms_of(full_text(post))),
    }
    return Document(_key(post.id), post.id, post.seen_at, json.dumps(said, ensure_ascii=False).encode())


def _written(moment: datetime) -> str:
    """The second of that moment: posts of one second are in the order of their ties, whatever parts of it they were seen in."""
    return f"{datetime.fromtimestamp(second_of(moment), UTC):%Y-%m-%dT%H:%M:%SZ}"


def _key(post_id: str) -> str:
    """The name of a post's document: its id, or a fingerprint where that is longer than the cluster allows."""
    written = post_id.encode()
    return post_id if len(written) <= _LONGEST_KEY else hashlib.sha256(written).hexdigest()
