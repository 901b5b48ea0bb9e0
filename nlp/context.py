"""Reads a terse post by what it answers and by what is going on: how far both shift its scores, learned from streams."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

import numpy as np

from nlp.duplicates import as_much
from nlp.features import Floats
from nlp.recent import Found

KEPT = 3000
"""Posts whose reading is remembered for those that answer or copy them."""

SETTING = ("going_on", "talk", "answers", "answers_negative", "answers_positive", "answers_emergency")
"""What is known of a post's setting; all 0 for a post that answers none and is linked to a record that is quiet."""

JOINS = ("record", "answered")
"""Those whom a post may join in how they lean: the posts on its record, and the post that it answers."""

SENTIMENTS, CATEGORIES, EMERGENCY = 3, 5, 4
"""How many there are of each, and which category is that of emergencies; the order is that of nlp.model."""

_BEGIN, _FADES, _RARE = 0.5, 0.95, 0.05


@dataclass(frozen=True, slots=True)
class Shift:
    """What each part of a post's setting adds to its scores by class, and how far it joins each of JOINS."""

    setting: Floats
    joins: Floats

    @classmethod
    def none(cls, classes: int) -> Shift:
        """No shift, for a model that learned none."""
        return cls(np.zeros((len(SETTING), classes)), np.zeros(len(JOINS)))


@dataclass(frozen=True, slots=True)
class Around:
    """SETTING of a post, and how those whom it may join lean (JOINS × classes)."""

    setting: Floats
    sentiments: Floats
    categories: Floats

    def shifted(self, sentiment: Shift, category: Shift) -> tuple[Floats, Floats]:
        """What is added to the post's scores by sentiment and by category."""
        return (
            self.setting @ sentiment.setting + sentiment.joins @ self.sentiments,
            self.setting @ category.setting + category.joins @ self.categories,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """A post's scores by its own words, by sentiment and by category, its chances in context, its record, its length."""

    own: tuple[Floats, Floats]
    sentiment: Floats
    category: Floats
    found: Found
    length: int

    def same_words(self, length: int) -> bool:
        """Whether a copy of that length holds about as much as this post."""
        return as_much(length, self.length)


class Readings:
    """The last KEPT posts as they were read, by id."""

    def __init__(self) -> None:
        self._read: OrderedDict[str, Reading] = OrderedDict()

    def add(self, post_id: str, reading: Reading) -> None:
        """The next post."""
        self._read[post_id] = reading
        if len(self._read) > KEPT:
            self._read.popitem(last=False)

    def of(self, post_id: str | None) -> Reading | None:
        """How that post was read, if it is remembered."""
        return None if post_id is None else self._read.get(post_id)


class Moods:
    """How the posts on each record were read by their own words, later ones counting more."""

    def __init__(self) -> None:
        self._begin = np.full(SENTIMENTS + CATEGORIES, _BEGIN)
        self._sums: dict[str, Floats] = {}

    def of(self, record: str | None) -> Floats:
        """A weight for each sentiment, then for each category; alike for no record and for a new one."""
        return self._begin if record is None else self._sums.get(record, self._begin)

    def add(self, record: str, sentiment: Floats, category: Floats) -> None:
        """The next post on a record, with its chances."""
        self._sums[record] = _FADES * self.of(record) + np.concatenate((sentiment, category * sentiment[0]))


def around(going_on: float, talk: float, mood: Floats, answered: Reading | None) -> Around:
    """What is around a post: how much its record has of an emergency and of talk, its mood, and what the post answers."""
    sentiments, categories = np.zeros((len(JOINS), SENTIMENTS)), np.zeros((len(JOINS), CATEGORIES))
    sentiments[0], categories[0] = talk * _leaning(mood[:SENTIMENTS]), talk * _leaning(mood[SENTIMENTS:])
    setting = [going_on, talk, 0.0, 0.0, 0.0, 0.0]
    if answered is not None:
        negative, _, positive = answered.sentiment.tolist()
        setting[2:] = 1.0, negative, positive, negative * answered.category.item(EMERGENCY)
        sentiments[1], categories[1] = _leaning(answered.sentiment), negative * _leaning(answered.category)
    return Around(np.array(setting), sentiments, categories)


def _leaning(shares: Floats) -> Floats:
    """How much likelier each class is than the classes on the average, as a logarithm."""
    return np.asarray(np.log(np.maximum(shares / shares.mean(), _RARE)))
