"""Reads posts again that were linked to no record, once more is known of them: how they are answered, and in which
emergency they were the first to call out."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from math import log, log1p
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlp.features import Floats
from nlp.linking import Records, likeliest, weights_of
from nlp.reasons import Reason
from nlp.recent import KEPT as POSTS
from nlp.recent import Found, Said

AGAIN = ("again_same", "again_other", "again_since", "again_urgent")
"""What came after a post, for each record: how much its answers are about this record and about others, what is going on
now and was not then, and how urgent the post is where that was looked at."""

KEPT = 1000
"""So many posts of no record wait for more to be known, each until POSTS others came."""

LOOKS, LOOK_DAYS, LEAST_URGENT = (2, 4, 8, 16, 32, 64, 128, 256), 1 / 24, 0.1
"""A post that may be about an emergency is set beside what is going on after so many others, within the hour."""

NEEDED = 0.8
"""Set by hand: on second thoughts a post is linked from this chance on. In places left out 16 of 18 of these links were right;
from 0.7 on it was 24 of 30."""

_LEAST_SCORE = log(NEEDED / (1 - NEEDED))

MOST_ANSWERS = 16
"""So many answers at most are read again with a post."""


class Unsure:
    """How the records stood for a post of no record, and what came to be known of it since."""

    __slots__ = ("_going_on", "_same", "_score", "_since", "_told", "day", "urgent")

    def __init__(self, day: float, urgent: float, score: Floats, said: Said, weights: Mapping[str, float]) -> None:
        self.day, self.urgent = day, urgent
        self._score = _small(score)
        # What of it came from what was going on then; asked for only where the post may be about an emergency.
        self._going_on = _going_on(said, weights, urgent) if urgent >= LEAST_URGENT else None
        self._since: NDArray[np.float32] | None = None
        self._same: Floats | float = 0.0
        self._told = 0.0

    @property
    def score(self) -> Floats:
        """How the records stood when it was read."""
        return self._score.astype(np.float64)

    def hear(self, words: Floats) -> None:
        """An answer, for which the records stand so by its own words."""
        top = max(float(words.max()), 0.0)
        grown = np.exp(words - top)
        shares = grown / (grown.sum() + np.exp(-top))
        self._same = self._same + shares
        self._told += float(shares.sum())

    @property
    def most_told(self) -> int:
        """The row of the record that its answers are about the most."""
        return int(np.argmax(self._same))

    def look(self, said: Said, weights: Mapping[str, float]) -> None:
        """Something else may be going on now."""
        if self._going_on is not None:
            self._since = _going_on(said, weights, self.urgent) - self._going_on

    def may_be(self, row: int, weights: Mapping[str, float], now: float | None = None) -> bool:
        """Whether it may be about this record at all, were there no other; `now` is what is going on with it now."""
        score = self._score.item(row)
        if now is not None and self._going_on is not None:
            score += weights["again_since"] * (now - self._going_on.item(row)) + weights["again_urgent"] * self.urgent
        elif self._since is not None:
            score += weights["again_since"] * self._since.item(row) + weights["again_urgent"] * self.urgent
        if isinstance(self._same, np.ndarray):
            same = self._same.item(row)
            score += weights["again_same"] * log1p(same) + weights["again_other"] * log1p(max(self._told - same, 0.0))
        return score >= _LEAST_SCORE

    def gain(self, gained: Floats) -> None:
        """The post that it answers is about something else than it seemed."""
        self._score = _small(self._score + gained)

    def features(self) -> Floats:
        """Records × AGAIN."""
        zero = np.zeros(len(self._score))
        same = zero + self._same
        other = np.maximum(self._told - same, 0.0)
        since = zero if self._since is None else self._since
        urgent = 0.0 if self._since is None else self.urgent
        return np.column_stack((np.log1p(same), np.log1p(other), since, zero + urgent))


class Waiting(NamedTuple):
    """A post of no record with what is needed to read it again, and how it was found."""

    post_id: str
    parent: str | None
    text: str
    root: str | None
    why: list[Reason]
    found: Found
    unsure: Unsure


class Reconsidering:
    """The posts of no record that wait for more to be known of them. One call or many find the same."""

    def __init__(self, weights: Mapping[str, float]) -> None:
        self._weights = weights
        self._again = weights_of(weights, AGAIN)
        self._learned = dict(zip(AGAIN, self._again.tolist(), strict=True))
        self._waiting: OrderedDict[str, Waiting] = OrderedDict()
        self._number: dict[str, int] = {}
        # By number, those that may be about an emergency: only they are looked at again for what is going on.
        self._urgent: dict[int, str] = {}
        self._answers: dict[str, list[str]] = {}
        self._end = 0

    def forget(self) -> None:
        """From now on other records are watched: what was read beside these is not read again."""
        self._waiting.clear()
        self._number.clear()
        self._urgent.clear()
        self._answers.clear()

    def add(self, waiting: Waiting) -> None:
        """The last post is one of no record."""
        self._waiting[waiting.post_id] = waiting
        self._number[waiting.post_id] = self._end
        if waiting.unsure.urgent >= LEAST_URGENT:
            self._urgent[self._end] = waiting.post_id
        if waiting.parent is not None:
            self._answers.setdefault(waiting.parent, []).append(waiting.post_id)
        if len(self._waiting) > KEPT:
            self._drop(next(iter(self._waiting)))

    def after(
        self, post_id: str, parent: str | None, words: Floats, said: Said, day: float, records: Records
    ) -> list[tuple[Waiting, Found]]:
        """The next post came: those of which it is now clear what they are about.

        It answers `parent`; by its own `words` the records stand so for it, and so much was going on before it.
        """
        self._end += 1
        self._drop(post_id)
        found: list[tuple[Waiting, Found]] = []
        answered = self._waiting.get(parent or "")
        if answered is not None and self._end - self._number[answered.post_id] <= POSTS:
            unsure = answered.unsure
            unsure.hear(words)
            if looked_at(unsure, day):
                unsure.look(said, self._weights)
            if unsure.may_be(unsure.most_told, self._learned):
                found += self._settled(answered, records)
        burst = said.burst
        leading = int(burst.argmax())
        if burst[leading] > 0.0:
            for waiting in self._due(day):
                unsure = waiting.unsure
                if unsure.may_be(leading, self._learned, said.at(leading, self._weights, unsure.urgent)):
                    unsure.look(said, self._weights)
                    found += self._settled(waiting, records)
        return found

    def _due(self, day: float) -> Iterator[Waiting]:
        for step in LOOKS:
            post_id = self._urgent.get(self._end - step)
            if post_id is not None and looked_at(self._waiting[post_id].unsure, day):
                yield self._waiting[post_id]

    def _settled(self, waiting: Waiting, records: Records) -> list[tuple[Waiting, Found]]:
        """The post, if it is clear now, and those of its answers that are clear by that."""
        found: list[tuple[Waiting, Found]] = []
        asked = [waiting]
        while asked and len(found) <= MOST_ANSWERS:
            one = asked.pop(0)
            best, chance = likeliest(one.unsure.score + one.unsure.features() @ self._again)
            if chance < NEEDED:
                continue
            about = Found(records.ids[best], chance, linked=True)
            answers = [self._waiting[post_id] for post_id in self._answers.get(one.post_id, ())]
            self._drop(one.post_id)
            for answer in answers:
                answer.unsure.gain(self._gained(one.found, about, records))
            asked += answers
            found.append((one, about))
        return found

    def _gained(self, before: Found, now: Found, records: Records) -> Floats:
        """What an answer's score gains once the post that it answers is found to be about something else."""
        gained = np.zeros(len(records.ids))
        for found, sign in ((now, 1.0), (before, -1.0)):
            of_all, of_rows = records.answering(found, self._weights)
            gained += sign * of_all
            for row, more in of_rows:
                gained[row] += sign * more
        return gained

    def _drop(self, post_id: str) -> None:
        gone = self._waiting.pop(post_id, None)
        if gone is not None:
            self._urgent.pop(self._number.pop(post_id), None)
            if gone.parent is not None:
                others = [other for other in self._answers.pop(gone.parent, []) if other != post_id]
                if others:
                    self._answers[gone.parent] = others


def looked_at(unsure: Unsure, day: float) -> bool:
    """Whether what is going on that day may say more of it."""
    return unsure.urgent >= LEAST_URGENT and 0.0 <= day - unsure.day <= LOOK_DAYS


def _going_on(said: Said, weights: Mapping[str, float], urgent: float) -> NDArray[np.float32]:
    gained, of_all = said.setting(weights, urgent)
    return _small(gained + of_all)


def _small(values: Floats) -> NDArray[np.float32]:
    return np.asarray(values, dtype=np.float32)
