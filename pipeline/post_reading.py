"""Reads waiting posts beside what was said before: the part of judging that needs the model and a memory."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Protocol

from nlp.duplicates import TEXTS_KEPT
from pipeline.copy_note import CopyNote
from records.assessments import Alone, Assessment, ReadPosts, Reread
from records.disclosures import Disclosure
from records.posts import Post
from regulation.watched_records import WatchedRecords
from storage.posts import Change, Waiting
from storage.store import Transaction

_PART = 2_000


class Reader(Protocol):
    """What reads posts: nlp.judge.Judge, or a table of known answers in a test."""

    def watch(self, disclosures: Iterable[Disclosure]) -> None:
        """From now on link posts to these records."""
        ...

    def assess(self, posts: Sequence[Post], disclosures_of: Mapping[str, str | None]) -> list[Assessment]:
        """Read the posts in order; `disclosures_of` gives the linked record of earlier posts that they answer."""
        ...

    def read_again(self) -> Sequence[Reread]:
        """Earlier posts that those of the last call made clear, in the order in which that was seen."""
        ...

    @property
    def reach(self) -> timedelta:
        """How far back the originals of copies are known at present."""
        ...

    def alone(self) -> Sequence[Alone]:
        """How each post of the last call reads by its own words, in order; none where that is not told."""
        ...

    def remember(self, posts_with_root: Iterable[tuple[Post, str]]) -> None:
        """Take back earlier posts, each with the id of its first original, to know their copies."""
        ...


class PostReading:
    """One reader and what it remembers, which is that of every post read on this store, in the order they came.

    The mark in the store says whether it still is: where another has read meanwhile, or a step has failed, the memory is
    built anew from what is stored.
    """

    def __init__(
        self,
        load_reader: Callable[[], Reader],
        memory: timedelta,
        stamp: Callable[[], str],
        watched: WatchedRecords,
        texts: int = TEXTS_KEPT,
    ) -> None:
        """The reader keeps so many different `texts`; after a restart twice as many of the newest posts are read."""
        self._load_reader = load_reader
        self._memory = memory
        self._most = 2 * texts
        self._note = CopyNote()
        # Of when the oldest post was that could be taken back, where there were more.
        self._from: datetime | None = None
        self._at: datetime | None = None
        self._stamp = stamp
        self._watched = watched
        self._loaded_at = ""
        self._reader: Reader | None = None
        self._watching: _Watching | None = None
        self._name, self._steps = secrets.token_hex(8), 0

    def go_by(self, watched: WatchedRecords) -> None:
        """Link to records chosen so from the next step on."""
        if watched != self._watched:
            self._watched, self._watching = watched, None

    def forget(self) -> None:
        """Drop what is remembered: it may hold what the store does not."""
        self._reader = None
        self._note.forget()

    @property
    def mark(self) -> str:
        """What tells in the store that this reader has read last."""
        return f"{self._name}:{self._steps}"

    def leave_mark(self, t: Transaction) -> None:
        """Say in the store that this reader has read last, and how far back it knows copies."""
        t.read_ahead.leave_mark(self.mark)
        if self._reader is not None:
            reach = self._reader.reach
            if self._from is not None and self._at is not None:
                reach = min(reach, max(self._at - self._from, timedelta(0)))
            self._note.keep(t, reach, self._memory)

    def remembers(self, t: Transaction) -> bool:
        """Whether what is remembered is what was read on this store, by the model that is to be used."""
        return self._reader is not None and self._stamp() == self._loaded_at and t.read_ahead.mark == self.mark

    def read(self, t: Transaction, waiting: Sequence[Waiting], posts: Mapping[str, Post]) -> ReadPosts:
        """How the new texts among the changes are read, and what of earlier posts each of them made clear.

        Whoever calls this leaves `mark`, as it is afterwards, in the store with the result: see `leave_mark`.
        """
        if not self.remembers(t):
            self.forget()
        self._steps += 1
        changes = tuple(change.seq for change in waiting)
        wanted = dict.fromkeys(change.post_id for change in waiting if change.change in (Change.NEW, Change.EDIT))
        fresh = [posts[post_id] for post_id in wanted if post_id in posts]
        if not fresh:
            return ReadPosts(changes)
        reader = self._ready(t, waiting)
        answered = {post.in_reply_to for post in fresh if post.in_reply_to is not None}
        read = reader.assess(fresh, t.assessments.disclosures_of(sorted(answered)))
        return ReadPosts(changes, tuple(read), tuple(reader.read_again()), tuple(reader.alone()))

    def _ready(self, t: Transaction, waiting: Sequence[Waiting]) -> Reader:
        if self._reader is None:
            self._loaded_at, self._watching = self._stamp(), None
            reader = self._load_reader()
            for part in self._remembered(t, min(change.at for change in waiting) - self._memory):
                reader.remember(part)
            self._reader = reader
        self._at = waiting[-1].at
        self._watch(t, self._reader, self._at)
        return self._reader

    def _watch(self, t: Transaction, reader: Reader, at: datetime) -> None:
        """Let the reader link to the records watched now: other ones when a record or an incident is new, and every day."""
        ongoing = frozenset(t.incidents.ongoing_records())
        versions, had = t.disclosures.count_versions(), self._watching
        if had is not None and (had.versions, had.day) == (versions, at.date()) and had.holds(ongoing):
            had.ongoing = ongoing
            return
        watched = t.disclosures.since(at - self._watched.window, ongoing, self._watched.at_least)
        reader.watch(watched)
        self._watching = _Watching(versions, at.date(), ongoing, frozenset(one.id for one in watched))

    def _remembered(self, t: Transaction, since: datetime) -> Iterator[list[tuple[Post, str]]]:
        """The posts to be remembered, a bounded number at a time."""
        roots = t.assessments.roots(since, self._most)
        self._from = None
        for start in range(0, len(roots), _PART):
            part = roots[start : start + _PART]
            posts = t.posts.many(post_id for post_id, _ in part)
            if start == 0 and len(roots) == self._most and posts:
                self._from = next(iter(posts.values())).seen_at
            yield [(posts[post_id], root) for post_id, root in part if post_id in posts]


@dataclass(slots=True)
class _Watching:
    """The records that a reader links to, and by what they were chosen."""

    versions: int
    day: date
    ongoing: frozenset[str]
    records: frozenset[str]

    def holds(self, ongoing: frozenset[str]) -> bool:
        """Whether they are still those to be watched with these incidents going on."""
        return self.ongoing <= ongoing <= self.ongoing | self.records
