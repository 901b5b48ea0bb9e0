"""Groups what many people say into views, so that each can be quoted once with how many share it (网民观点)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import rjieba
from numpy.typing import NDArray
from scipy import sparse
from scipy.cluster.hierarchy import fcluster, linkage

from nlp.cleaning import analysed
from records.posts import Post
from records.words import Category

QUOTE_LENGTH = 80
MOST_VIEWS = 5
MOST_VOICES = 2000
"""Of more voices only the newest are grouped."""

_APART = 0.9
_ANOTHER = 0.8
_LEAST_QUOTED = 8
_TOPIC = re.compile(r"#[^#\n]{1,40}#")
_TELLING = frozenset("najlsviz")
"""First letters of jieba's tags for words that say what a text is about: nouns, verbs, adjectives, places, idioms."""

_Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Voice:
    """One voice: its post, how many posts say it (copies count), and what it was read as."""

    post: Post
    count: int = 1
    category: Category | None = None


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """One view: words of its one or two most typical posts (masked, QUOTE_LENGTH characters at most), how many posts share
    it, their share of all that were grouped, the category of most of them, and the posts of its voices, oldest first."""

    quotes: tuple[str, ...]
    count: int
    share: float
    category: Category | None
    post_ids: tuple[str, ...]


def viewpoints(voices: Sequence[Voice], k: int = MOST_VIEWS) -> list[Viewpoint]:
    """At most `k` views, the most shared first; the same voices give the same views, in whatever order they are handed in."""
    voices = sorted(voices, key=lambda one: (one.post.seen_at, one.post.id))[-MOST_VOICES:]
    if not voices or k < 1:
        return []
    texts = [_TOPIC.sub("", analysed(one.post.title, one.post.text)) for one in voices]
    like = _likeness(texts)
    counts = np.array([one.count for one in voices])
    groups = _groups(like)
    groups.sort(key=lambda group: (-counts[group].sum(), group[0]))
    total = int(counts.sum())
    return [_view([voices[at] for at in group], texts, group, like, counts, total) for group in groups[:k]]


def _likeness(texts: Sequence[str]) -> _Matrix:
    """How much each text speaks of the same as each other one, 0 to 1: rare words count for more, repeated ones little."""
    told = [Counter(_telling(text)) for text in texts]
    column = {word: number for number, word in enumerate(dict.fromkeys(word for words in told for word in words))}
    columns = np.fromiter((column[word] for words in told for word in words), dtype=np.int64)
    times = np.fromiter((number for words in told for number in words.values()), dtype=np.float64)
    bounds = np.cumsum([0, *map(len, told)])
    rarity = np.log((1 + len(texts)) / (1 + np.bincount(columns, minlength=len(column)))) + 1
    weights = (1 + np.log(times)) * rarity[columns]
    lengths = np.sqrt(np.add.reduceat(weights**2, bounds[:-1]))
    shape = (len(texts), len(column))
    vectors = sparse.csr_matrix((weights / np.repeat(lengths, np.diff(bounds)), columns, bounds), shape=shape)
    like: _Matrix = np.clip((vectors @ vectors.T).toarray(), 0.0, 1.0)
    return like


def _telling(text: str) -> list[str]:
    """The words that say what the text is about, and their characters; the text itself where it has none."""
    words = [word for word, tag in rjieba.tag(text, False) if tag[:1] in _TELLING]
    return [*words, *(sign for word in words if len(word) > 1 for sign in word)] or [text or " "]


def _groups(like: _Matrix) -> list[NDArray[np.int64]]:
    """The rows that belong together, each group in order."""
    if len(like) == 1:
        return [np.zeros(1, dtype=np.int64)]
    apart = 1 - like[np.triu_indices(len(like), 1)]
    labels = fcluster(linkage(apart, "average"), _APART, "distance")
    order = np.argsort(labels, kind="stable")
    return np.split(order, np.flatnonzero(np.diff(labels[order])) + 1)


def _view(
    voices: Sequence[Voice],
    texts: Sequence[str],
    group: NDArray[np.int64],
    like: _Matrix,
    counts: NDArray[np.int64],
    total: int,
) -> Viewpoint:
    among = like[np.ix_(group, group)]
    central = among @ counts[group]
    central[[len(texts[at]) < _LEAST_QUOTED for at in group]] *= 1e-3
    first = int(np.argmax(central))
    others = np.flatnonzero(among[first] < _ANOTHER)
    typical = [first, *others[np.argsort(-central[others], kind="stable")][:1]]
    said = Counter[Category]()
    for one in voices:
        if one.category is not None:
            said[one.category] += one.count
    count = int(counts[group].sum())
    return Viewpoint(
        quotes=tuple(_quote(voices[at].post) for at in typical),
        count=count,
        share=count / total,
        category=max(said, key=lambda one: (said[one], -list(Category).index(one))) if said else None,
        post_ids=tuple(one.post.id for one in voices),
    )


def _quote(post: Post) -> str:
    text = post.text.replace("\n", " ")
    return text if len(text) <= QUOTE_LENGTH else text[: QUOTE_LENGTH - 1] + "…"
