"""Reads the labelled texts that the models learn from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nlp.admission import admit
from records.disclosures import Disclosure, disclosure_from
from records.posts import Post, raw_post_from
from records.words import Category, Sentiment

TEXTS = Path(__file__).parent / "texts"
POSTS, DISCLOSURES = "posts.jsonl", "disclosures.jsonl"


@dataclass(frozen=True, slots=True)
class Labelled:
    """A post with what a reader says of it, and the place whose records it stands beside.

    `tags` tell what makes it hard: see nlp.scoring.
    """

    post: Post
    sentiment: Sentiment
    category: Category | None
    disclosure: str | None
    place: str
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Corpus:
    """Labelled posts by place, and each place's records."""

    posts: tuple[Labelled, ...]
    records: dict[str, tuple[Disclosure, ...]]

    def of(self, places: Iterable[str]) -> Corpus:
        """The part of these places."""
        wanted = set(places)
        return Corpus(
            tuple(p for p in self.posts if p.place in wanted), {k: v for k, v in self.records.items() if k in wanted}
        )

    def without(self, ids: Iterable[str]) -> Corpus:
        """The same without the posts of these ids."""
        gone = set(ids)
        return Corpus(tuple(p for p in self.posts if p.post.id not in gone), self.records)


def corpus(folder: Path = TEXTS) -> Corpus:
    """Every place of the folder: `<place>/posts.jsonl` and `disclosures.jsonl`, and `tags.jsonl` where there is one."""
    posts: list[Labelled] = []
    records: dict[str, tuple[Disclosure, ...]] = {}
    for place in sorted(p for p in folder.iterdir() if p.is_dir()):
        records[place.name] = tuple(disclosure_from(row) for row in _rows(place / DISCLOSURES))
        file = place / "tags.jsonl"
        tags = {row["id"]: frozenset(row["tags"]) for row in _rows(file)} if file.exists() else {}
        posts += (_labelled(row, place.name, tags.get(row["id"], frozenset())) for row in _rows(place / POSTS))
    return Corpus(tuple(posts), records)


def learned_files(folder: Path) -> list[Path]:
    """The files of the folder that are learned from, in order; others beside them are only measured with."""
    return sorted(file for name in (DISCLOSURES, POSTS) for file in folder.glob(f"*/{name}"))


def fingerprint(folder: Path) -> str:
    """Sixteen digits that change with any file of labelled texts in the folder."""
    return hashlib.sha256(b"".join(file.read_bytes() for file in sorted(folder.rglob("*.jsonl")))).hexdigest()[:16]


def _rows(path: Path) -> Iterator[dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _labelled(row: dict[str, Any], place: str, tags: frozenset[str]) -> Labelled:
    label = row["label"]
    category = label.get("category")
    return Labelled(
        admit(raw_post_from(row)),
        Sentiment(label["sentiment"]),
        Category(category) if category else None,
        label.get("disclosure"),
        place,
        tags,
    )
