"""A week on the web as a stream of posts, made of the clauses of nlp/texts: different texts, reposts with a prefix, answers."""

from __future__ import annotations

import json
import random
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

from benchmarks._traffic import write_posts, write_records
from nlp.admission import admit
from nlp.corpus import Corpus
from records.disclosures import Disclosure, disclosure_from
from records.posts import Post, raw_post_from

WEEK = timedelta(days=7)
REPOSTS = 0.3
"""The share of posts that repeat another one."""

_SEED = 7
_LATELY = 2_000
_PREFIXES = ("转发微博：", "转：", "【转】", "")


def posts_of_a_week(texts: Corpus, count: int, begin: datetime) -> Iterator[Post]:
    """So many posts, evenly over a week from `begin` on, in their order."""
    chance = random.Random(_SEED)
    seen: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "posts.jsonl"
        write_posts(texts, count, path)
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines):
                post = admit(raw_post_from(json.loads(line)))
                at = begin + WEEK * number / count
                text = post.text
                if seen and chance.random() < REPOSTS:
                    text = chance.choice(_PREFIXES) + chance.choice(seen[-_LATELY:])
                else:
                    seen.append(text)
                yield replace(post, text=text, published_at=at, seen_at=at)


def records_of_a_city(texts: Corpus, count: int, before: datetime) -> list[Disclosure]:
    """So many records, published in the month before."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "records.jsonl"
        write_records(texts, count, path)
        rows = [disclosure_from(json.loads(line)) for line in path.read_text("utf-8").splitlines()]
    return [
        replace(record, published_at=before - timedelta(hours=6 + 690 * n / count)) for n, record in enumerate(rows)
    ]
