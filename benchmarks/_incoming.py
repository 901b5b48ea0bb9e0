"""Lets posts come into a text index, batch after batch, until its standard input ends.

`python -m benchmarks._incoming POSTS FIRST BATCH PAUSE FILE`, or `… URL PREFIX` for a cluster.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from benchmarks._traffic import posts_written
from records.posts import Post
from storage.search.embedded import EmbeddedIndex
from storage.search.text_index import TextIndex


def main(arguments: list[str]) -> None:
    """Take in the posts of a file from number FIRST on, BATCH at a time with PAUSE seconds between."""
    posts, first, batch, pause, *where = arguments
    over = threading.Event()
    threading.Thread(target=_wait_for_the_end, args=(over,), daemon=True).start()
    taken = 0
    with closing(opened(*where)) as index:
        coming = _again_and_again(Path(posts), int(first))
        while not over.is_set():
            index.add(islice(coming, int(batch)))
            taken += int(batch)
            if taken == int(batch):
                print("begun", flush=True)
            over.wait(float(pause))


def opened(*where: str) -> TextIndex:
    """The index in a file, or in a cluster under a prefix."""
    if len(where) == 1:
        return EmbeddedIndex(Path(where[0]))
    # Imported here: who measures a file needs no cluster.
    from elasticsearch import Elasticsearch

    from storage.search.cluster_layout import Layout
    from storage.search.elasticsearch import ElasticsearchIndex

    url, prefix = where
    return ElasticsearchIndex(Elasticsearch(url, request_timeout=30, max_retries=0), Layout(prefix))


def _wait_for_the_end(over: threading.Event) -> None:
    sys.stdin.read()
    over.set()


def _again_and_again(file: Path, first: int) -> Iterator[Post]:
    while True:
        yield from islice(posts_written(file), first, None)


if __name__ == "__main__":
    main(sys.argv[1:])
