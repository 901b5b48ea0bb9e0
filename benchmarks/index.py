"""The text index over posts: how fast it takes posts in, finds them, also while more come in, and how many bytes it keeps.

With `--elasticsearch URL` the same of a cluster, its bulk beside a bare one of the same documents.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import secrets
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import TYPE_CHECKING, Any

from benchmarks._process import process
from benchmarks._traffic import SEED, posts_written, write_posts
from nlp.corpus import corpus
from pipeline.indexing import AT_ONCE
from records.posts import Post
from storage.search.embedded import EmbeddedIndex
from storage.search.text_index import TextIndex
from storage.search.words import terms_of

if TYPE_CHECKING:
    from elasticsearch import Elasticsearch

    from storage.search.cluster_layout import Layout

POSTS, QUICK_POSTS = 1_000_000, 40_000
CLUSTER_POSTS, QUICK_CLUSTER_POSTS = 60_000, 6_000
WEIGHED_POSTS, QUICK_WEIGHED_POSTS = 200_000, 6_000
LONGER = 4
"""Posts of so many texts end to end are weighed as well: what a post takes grows with its length."""
MORE = 5_000
"""So many posts beside those come in while queries are asked."""
QUERIES, QUICK_QUERIES = 2_000, 400
BATCH = 500
ROUNDS, QUICK_ROUNDS = 5, 2
LIMIT = 50
RANGE = timedelta(days=7)
COMING, COMING_PAUSE = 100, 0.2
"""So many posts come in at once, and so many seconds pass before the next do: some five hundred a second."""

MOST_MS, LEAST_POSTS_A_SECOND, MOST_BYTES, LEAST_SHARE = 10.0, 6_000, 800, 0.8
Query = tuple[str, datetime, datetime]


def main(argv: list[str]) -> int:
    """Measure; 1 where a promise is broken. `--quick` takes fewer posts, of which none is promised anything."""
    parser = argparse.ArgumentParser(prog="index", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--elasticsearch", metavar="URL")
    chosen = parser.parse_args(argv)
    count = QUICK_POSTS if chosen.quick else POSTS
    found: dict[str, Any] = {"benchmark": "index", "posts": count, "load_before": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory(prefix="huiying-index-") as folder:
        file = Path(folder) / "posts.jsonl"
        found["characters_a_post"] = round(write_posts(corpus(), count + MORE, file), 1)
        found["embedded"] = embedded(Path(folder), file, count, QUICK_QUERIES if chosen.quick else QUERIES)
        if chosen.elasticsearch:
            found["elasticsearch"] = _cluster(chosen.elasticsearch, file, chosen.quick)
    found["load_after"] = os.getloadavg()[0]
    found["broken"] = [] if chosen.quick else broken(found)
    print(json.dumps(found))
    return 1 if found["broken"] else 0


def broken(found: dict[str, Any]) -> list[str]:
    """What was promised and does not hold."""
    own, cluster = found["embedded"], found.get("elasticsearch")
    slow = [
        f"{name} p99" for name in ("found", "found_while_posts_come_in") if own[name]["two_words"]["p99_ms"] > MOST_MS
    ]
    few = ["posts_a_second"] if own["posts_a_second"] < LEAST_POSTS_A_SECOND else []
    large = ["bytes_a_post_with_its_text"] if own["bytes_a_post_with_its_text"] > MOST_BYTES else []
    behind = ["share_of_a_bare_bulk"] if cluster and cluster["share_of_a_bare_bulk"] < LEAST_SHARE else []
    return [*slow, *few, *large, *behind]


def embedded(folder: Path, file: Path, count: int, queries: int) -> dict[str, Any]:
    """Fill an index with the first posts of the file, ask it, and ask it again while others come in."""
    path = folder / "search.db"
    with closing(EmbeddedIndex(path)) as index:
        filled = _filled(index, file, count)
        asked = _queries(file, count, queries)
        size = sum(each.stat().st_size for each in folder.glob("search.db*"))
        text = sum(len(post.text.encode()) for post in islice(posts_written(file), count))
        alone = _asked(index, asked)
        with process("benchmarks._incoming", str(file), str(count), str(COMING), str(COMING_PAUSE), str(path)):
            beside = _asked(index, asked)
        by_day = _milliseconds([_taken(index.days, *query) for query in asked["two_words"][: queries // 4]])
    return {
        **filled,
        "index_bytes_a_post": round(size / count, 1),
        "text_bytes_a_post": round(text / count, 1),
        "bytes_a_post_with_its_text": round((size + text) / count, 1),
        "found": alone,
        "found_while_posts_come_in": beside,
        "days_of_two_words": by_day,
    }


def _filled(index: TextIndex, file: Path, count: int) -> dict[str, float]:
    """Posts a second from text to index, over all and over the last tenth; and how many of them are cut alone."""
    coming, taken, cpu = islice(posts_written(file), count), [], process_time()
    done = 0
    while batch := list(islice(coming, AT_ONCE)):
        begun = perf_counter()
        done += len(batch)
        index.add(batch, done)
        taken.append(perf_counter() - begun)
    cpu = process_time() - cpu
    last = taken[-max(1, len(taken) // 10) :]
    sample = [post.text for post in islice(posts_written(file), 20_000)]
    begun = perf_counter()
    for text in sample:
        terms_of(text)
    cutting = perf_counter() - begun
    return {
        "posts_a_second": round(done / sum(taken)),
        "posts_a_second_of_the_last_tenth": round(len(last) * AT_ONCE / sum(last)),
        "cpu_us_a_post_with_reading_the_file": round(cpu / done * 1e6, 1),
        "posts_a_second_cut_alone": round(len(sample) / cutting),
    }


def _queries(file: Path, count: int, number: int) -> dict[str, list[Query]]:
    """Two words of one post, and two that are in many, each with a week of those over which the posts are spread."""
    chance = random.Random(SEED)
    chosen = set(chance.sample(range(count), min(count, 4 * number)))
    posts = [post for at, post in enumerate(islice(posts_written(file), count)) if at in chosen]
    words = [sorted({term for term in terms_of(post.text) if len(term) > 1}) for post in posts]
    begin, end = posts[0].seen_at, posts[-1].seen_at
    often: dict[str, int] = {}
    for each in words:
        for word in each:
            often[word] = often.get(word, 0) + 1
    common = sorted(often, key=lambda word: -often[word])[:20]

    def query(pair: Sequence[str]) -> Query:
        since = begin + chance.random() * max(end - begin - RANGE, timedelta())
        return " ".join(pair), since, since + RANGE

    together = [query(chance.sample(each, 2)) for each in words if len(each) > 1][:number]
    return {
        "two_words": together,
        "two_common_words": [query(chance.sample(common, 2)) for _ in range(number // 4)],
        "two_words_of_two_posts": [
            query((chance.choice(words[n] or [""]), chance.choice(words[-n - 1] or [""]))) for n in range(number // 4)
        ],
    }


def _asked(index: TextIndex, queries: dict[str, list[Query]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, asked in queries.items():
        for query in asked[:50]:
            index.find(*query, LIMIT)
        found[name] = _milliseconds([_taken(index.find, *query, LIMIT) for query in asked])
    return found


def _taken(ask: Callable[..., Any], *query: object) -> float:
    begun = perf_counter()
    ask(*query)
    return perf_counter() - begun


def _milliseconds(taken: list[float]) -> dict[str, float]:
    ordered = sorted(taken)
    at = {
        name: ordered[min(len(ordered) - 1, int(share * len(ordered)))] for name, share in (("p50", 0.5), ("p99", 0.99))
    }
    return {f"{name}_ms": round(seconds * 1000, 2) for name, seconds in at.items()} | {"asked": len(ordered)}


def _cluster(url: str, file: Path, quick: bool) -> dict[str, Any]:
    # Imported here: who measures the file alone needs no cluster.
    from elasticsearch import Elasticsearch

    from storage.search.elasticsearch import document_of

    count = QUICK_CLUSTER_POSTS if quick else CLUSTER_POSTS
    # Over three of the dated indices, as posts of an edited or late page are.
    posts = [_spread(post, number) for number, post in enumerate(islice(posts_written(file), count))]
    documents = [document_of(post) for post in posts]
    rates: dict[str, list[float]] = {"bare": [], "ours": [], "ours_with_cutting": []}
    with Elasticsearch(url, request_timeout=60, max_retries=0) as asking:
        for number in range(QUICK_ROUNDS if quick else ROUNDS + 1):
            taken = {
                "bare": _in_new(asking, lambda layout: _bare(asking, layout, documents)),
                "ours": _in_new(asking, lambda layout: _ours(asking, layout, documents)),
                "ours_with_cutting": _in_new(asking, lambda layout: _whole(asking, layout, posts)),
            }
            if number or quick:  # The first round warms the engine up.
                for name, seconds in taken.items():
                    rates[name].append(count / seconds)
        latency = _latency(asking, url, file, posts, QUICK_QUERIES if quick else QUERIES // 2)
        weighed = _weighed(asking, file, QUICK_WEIGHED_POSTS if quick else WEIGHED_POSTS)
    shares = [ours / bare for ours, bare in zip(rates["ours"], rates["bare"], strict=True)]
    whole = [ours / bare for ours, bare in zip(rates["ours_with_cutting"], rates["bare"], strict=True)]
    return {
        "posts": count,
        **{f"{name}_posts_a_second": round(median(each)) for name, each in rates.items()},
        "share_of_a_bare_bulk": round(median(shares), 3),
        "share_with_cutting": round(median(whole), 3),
        **latency,
        **weighed,
    }


def _weighed(asking: Elasticsearch, file: Path, count: int) -> dict[str, Any]:
    """Bytes a post without any copy, as written and merged into one segment a shard; then of fewer but longer posts."""
    posts = list(islice(posts_written(file), count))
    longer = [
        replace(post, text="。".join(each.text for each in posts[start : start + LONGER]))
        for start, post in ((start, posts[start]) for start in range(0, count - LONGER + 1, LONGER))
    ]
    return {
        "weighed": count,
        "index_bytes_a_post": _bytes(asking, posts),
        "longer_posts": {
            "characters_a_post": round(sum(len(post.text) for post in longer) / len(longer), 1),
            "index_bytes_a_post": _bytes(asking, longer),
        },
    }


def _bytes(asking: Elasticsearch, posts: Sequence[Post]) -> dict[str, float]:
    from storage.search.cluster_layout import Layout
    from storage.search.elasticsearch import ElasticsearchIndex

    layout = Layout(f"bench-{secrets.token_hex(6)}")
    index = ElasticsearchIndex(asking.options(request_timeout=600), layout)
    try:
        index.add(posts)
        indices = asking.options(request_timeout=600).indices

        def size() -> float:
            # Segment by segment: what the cluster says of a whole index is some seconds old.
            indices.refresh(index=layout.posts)
            found = indices.segments(index=layout.posts)["indices"].values()
            copies = [copy for each in found for shard in each["shards"].values() for copy in shard]
            segments = [one for copy in copies if copy["routing"]["primary"] for one in copy["segments"].values()]
            if sum(one["num_docs"] for one in segments) != len(posts):
                raise RuntimeError("the segments do not hold the posts that were written")
            whole: int = sum(one["size_in_bytes"] for one in segments)
            return round(whole / len(posts), 1)

        written = size()
        indices.forcemerge(index=layout.posts, max_num_segments=1)
        return {"as_written": written, "merged": size()}
    finally:
        index.clear()


def _spread(post: Post, number: int) -> Post:
    return replace(post, seen_at=post.seen_at - timedelta(days=30 * (number % 3)))


def _in_new(asking: Elasticsearch, fill: Callable[[Layout], None]) -> float:
    """How many seconds it takes to fill empty dated indices."""
    from storage.search.cluster_layout import Layout
    from storage.search.elasticsearch import ElasticsearchIndex

    layout = Layout(f"bench-{secrets.token_hex(6)}")
    try:
        begun = perf_counter()
        fill(layout)
        return perf_counter() - begun
    finally:
        ElasticsearchIndex(asking, layout).clear()


def _bare(asking: Elasticsearch, layout: Layout, documents: Sequence[Any]) -> None:
    """The same documents into indices of the same make, as the client's own helper sends them."""
    from elasticsearch import helpers

    from storage.search.cluster_layout import make_posts, writable
    from storage.search.dated import span_of

    names = [span_of(each.seen_at, layout.days, layout.posts).name for each in documents]
    for name in sorted(set(names)):
        make_posts(asking, layout, name)

    def actions() -> Iterator[dict[str, Any]]:
        for name, each in zip(names, documents, strict=True):
            yield {"_index": writable(name), "_id": each.key, "_source": json.loads(each.body)}

    helpers.bulk(asking, actions(), chunk_size=BATCH)


def _ours(asking: Elasticsearch, layout: Layout, documents: Sequence[Any]) -> None:
    """With everything that keeps a post from standing twice or being lost, the watermark too."""
    from storage.search.elasticsearch import ElasticsearchIndex

    index = ElasticsearchIndex(asking, layout)
    for start in range(0, len(documents), AT_ONCE):
        for first in range(start, min(start + AT_ONCE, len(documents)), BATCH):
            index.take_in(documents[first : first + BATCH])
        index.add((), start + AT_ONCE)


def _whole(asking: Elasticsearch, layout: Layout, posts: Sequence[Post]) -> None:
    from storage.search.elasticsearch import ElasticsearchIndex

    index = ElasticsearchIndex(asking, layout)
    for start in range(0, len(posts), AT_ONCE):
        index.add(posts[start : start + AT_ONCE], start + AT_ONCE)


def _latency(asking: Elasticsearch, url: str, file: Path, posts: Sequence[Post], number: int) -> dict[str, Any]:
    """Milliseconds of a query with nothing else to do, and while posts come in as fast as they are taken."""
    from storage.search.cluster_layout import Layout
    from storage.search.elasticsearch import ElasticsearchIndex

    layout = Layout(f"bench-{secrets.token_hex(6)}")
    index = ElasticsearchIndex(asking, layout)
    try:
        index.add(posts)
        index.refresh()
        asked = _queries(file, len(posts), number)
        alone = _asked(index, asked)
        with process("benchmarks._incoming", str(file), str(len(posts)), str(BATCH), "0", url, layout.prefix):
            beside = _asked(index, asked)
        return {"found": alone, "found_under_load": beside}
    finally:
        index.clear()
