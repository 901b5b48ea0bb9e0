"""Adds to what was read of posts why it was read so, before it is settled."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from records.assessments import Assessment, ReadPosts, Unexplained
from records.disclosures import Disclosure
from records.posts import Post
from storage.store import Transaction


class Explainer(Protocol):
    """What says why posts were read so: nlp.explaining.Explaining."""

    def explain(self, readings: Sequence[Unexplained], records: Mapping[str, Disclosure]) -> list[Assessment]:
        """The same assessments with their grounds, in order."""
        ...


class Explained:
    """Explains whatever its reader tells of; without `load`, or where the reader does not tell, grounds stay out.

    `load` is called again once `stamp` gives another text: then another model is to be used.
    """

    def __init__(self, load: Callable[[], Explainer] | None, stamp: Callable[[], str]) -> None:
        self._load = load
        self._stamp = stamp
        self._loaded_at = ""
        self._explainer: Explainer | None = None
        self._versions = -1
        self._records: dict[str, Disclosure] = {}

    def of(self, t: Transaction, read: ReadPosts, posts: Mapping[str, Post]) -> ReadPosts:
        """The same with grounds; `posts` are those of its changes. It writes nothing."""
        if self._load is None or not (read.alone or any(one.alone is not None for one in read.again)):
            return read
        unexplained = self._unexplained(t, read, posts)
        found = dict(
            zip(unexplained, self._ready().explain([*unexplained.values()], self._known(t, read)), strict=True)
        )
        return replace(
            read,
            assessed=tuple(found.get((False, n), one) for n, one in enumerate(read.assessed)),
            again=tuple(
                replace(one, assessment=found.get((True, n), one.assessment)) for n, one in enumerate(read.again)
            ),
        )

    def _unexplained(
        self, t: Transaction, read: ReadPosts, posts: Mapping[str, Post]
    ) -> dict[tuple[bool, int], Unexplained]:
        """What of it can be explained: assessments, and again-read ones, by where they stand there."""
        wanted = {post_id for one in read.again for post_id in (one.assessment.post_id, one.by)} - posts.keys()
        posts = {**posts, **t.posts.many(wanted)}
        found: dict[tuple[bool, int], Unexplained] = {}
        for n, (one, alone) in enumerate(zip(read.assessed, read.alone, strict=False)):
            post = posts.get(one.post_id)
            if post is not None:
                found[False, n] = Unexplained(post, one, alone)
        for n, again in enumerate(read.again):
            post, by = posts.get(again.assessment.post_id), posts.get(again.by)
            if post is not None and by is not None and again.alone is not None:
                found[True, n] = Unexplained(post, again.assessment, again.alone, by)
        return found

    def _ready(self) -> Explainer:
        assert self._load is not None
        stamp = self._stamp()
        if self._explainer is None or stamp != self._loaded_at:
            self._loaded_at, self._explainer = stamp, self._load()
        return self._explainer

    def _known(self, t: Transaction, read: ReadPosts) -> dict[str, Disclosure]:
        """The records that posts were linked to; none is asked for twice while all stay as they are."""
        versions = t.disclosures.count_versions()
        if versions != self._versions:
            self._versions, self._records = versions, {}
        found = (*read.assessed, *(again.assessment for again in read.again))
        linked = {one.disclosure for one in found if one.disclosure is not None}
        self._records |= t.disclosures.many(linked - self._records.keys())
        return {key: self._records[key] for key in linked & self._records.keys()}
