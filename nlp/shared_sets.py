"""Reads labelled sets that lie outside the project: real messages to government, and scenarios with their truth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nlp.admission import admit
from nlp.corpus import Corpus, Labelled
from records.disclosures import disclosure_from
from records.posts import Post, raw_post_from
from records.words import Category, Sentiment

MESSAGES = "taidi_sentiment.dev.jsonl"
_UNKNOWN = {"source": "messages", "channel": "forum", "published_at": "2020-01-01T00:00:00+08:00"}


def messages(folder: Path) -> Corpus:
    """Real messages to government, labelled by sentiment; they stand beside no record."""
    rows = [json.loads(line) for line in (folder / MESSAGES).read_text(encoding="utf-8").splitlines()]
    return Corpus(tuple(_message(row) for row in rows), {MESSAGES: ()})


def _message(row: Mapping[str, Any]) -> Labelled:
    shown = {"id": row["id"], "title": row["title"], "text": row["text"] or row["title"], **_UNKNOWN}
    return Labelled(admit(raw_post_from(shown)), Sentiment(row["sentiment"]), None, None, MESSAGES)


def scenario(folder: Path) -> Corpus:
    """The posts of a scenario folder, labelled by its truth.json, in the order in which they were seen."""
    truth = json.loads((folder / "truth.json").read_text(encoding="utf-8"))["posts"]
    posts = [admit(raw_post_from(row)) for row in _rows(folder / "posts.jsonl")]
    labelled = tuple(_of_scenario(post, truth[post.id], folder.name) for post in posts)
    records = tuple(disclosure_from(row) for row in _rows(folder / "disclosures.jsonl"))
    return Corpus(tuple(sorted(labelled, key=lambda one: one.post.seen_at)), {folder.name: records})


def _of_scenario(post: Post, label: Mapping[str, Any], name: str) -> Labelled:
    category = label["category"]
    return Labelled(
        post, Sentiment(label["sentiment"]), Category(category) if category else None, label["disclosure"], name
    )


def _rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
