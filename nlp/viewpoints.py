"""Groups posts that say much the same, so that a report can quote each view once and say how many share it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from nlp.cleaning import analysed
from nlp.features import Vocabulary, read
from nlp.tokens import plain
from records.posts import Post

QUOTE_LENGTH = 80
LIKE = 0.22
MOST_POSTS = 2000


@dataclass(frozen=True, slots=True)
class Viewpoint:
    """One view: the words of its most typical post (masked, at most QUOTE_LENGTH characters), and how many share it."""

    quote: str
    count: int
    post_ids: tuple[str, ...]


def viewpoints(posts: Sequence[Post], k: int) -> list[Viewpoint]:
    """At most `k` views, the most shared first. Copies count, and are quoted once. The same posts give the same views."""
    posts = posts[-MOST_POSTS:]
    if not posts or k < 1:
        return []
    texts = [analysed(post.title, post.text) for post in posts]
    batch = read(texts, plain())
    vectors = Vocabulary.learned(batch, 1).matrix(batch)[0]
    likeness = np.asarray((vectors @ vectors.T).todense()) / 2
    free = np.ones(len(posts), dtype=bool)
    found: list[Viewpoint] = []
    while free.any() and len(found) < k:
        near = (likeness > LIKE) & free[None, :] & free[:, None]
        centre = int(np.argmax(near.sum(axis=1) + (likeness * near).sum(axis=1) * 1e-3))
        members = np.flatnonzero(near[centre])
        if not len(members):
            members = np.flatnonzero(free)[:1]
        centre = int(centre if centre in members else members[0])
        free[members] = False
        found.append(Viewpoint(_quote(posts[centre]), len(members), tuple(posts[int(n)].id for n in members)))
    return found


def _quote(post: Post) -> str:
    text = post.text.replace("\n", " ")
    return text if len(text) <= QUOTE_LENGTH else text[: QUOTE_LENGTH - 1] + "…"
