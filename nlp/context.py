"""Reads a terse post by what it answers and by what is going on: how far both shift its scores, learned from streams."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log
from typing import NamedTuple

from nlp.duplicates import as_much
from nlp.recent import Found

Row = Sequence[float]
"""A value for each class. A few plain numbers are reckoned with far quicker than numpy is called."""

KEPT = 3000
"""Posts whose reading is remembered for those that answer or copy them."""

SETTING = ("going_on", "talk", "answers", "answers_negative", "answers_positive", "answers_emergency")
"""What is known of a post's setting; all 0 for a post that answers none and is linked to a record that is quiet."""

JOINS = ("record", "answered")
"""Those whom a post may join in how they lean: the posts on its record, and the post that it answers."""

SENTIMENTS, CATEGORIES, EMERGENCY = 3, 5, 4
"""How many there are of each, and which category is that of emergencies; the order is that of nlp.model."""

_BEGIN, _FADES, _RARE = 0.5, 0.95, 0.05
_ALONE = (0.0,) * (len(SETTING) - 2)
_NO_SENTIMENT, _NO_CATEGORY = (0.0,) * SENTIMENTS, (0.0,) * CATEGORIES


@dataclass(frozen=True, slots=True)
class Shift:
    """What each part of a post's setting adds to its scores by class, and how far it joins each of JOINS."""

    setting: Sequence[Row]
    joins: Row

    @classmethod
    def none(cls, classes: int) -> Shift:
        """No shift, for a model that learned none."""
        return cls([[0.0] * classes for _ in SETTING], [0.0 for _ in JOINS])

    def added(self, own: Row, setting: Row, others: Sequence[Row]) -> Row:
        """A post's own scores with what is added to them; `others` say how those lean whom it may join."""
        for value, weights in zip(setting, self.setting, strict=True):
            if value:
                own = [score + value * weight for score, weight in zip(own, weights, strict=True)]
        for join, leaning in zip(self.joins, others, strict=True):
            if any(leaning):
                own = [score + join * lean for score, lean in zip(own, leaning, strict=True)]
        return own


class Around(NamedTuple):
    """SETTING of a post, and how those whom it may join lean (JOINS × classes)."""

    setting: Row
    sentiments: Sequence[Row]
    categories: Sequence[Row]


class Reading(NamedTuple):
    """A post's scores by its own words, by sentiment and by category, its chances in context, its record, its length."""

    own: tuple[Row, Row]
    sentiment: Row
    category: Row
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
        self._begin = [_BEGIN] * (SENTIMENTS + CATEGORIES)
        self._sums: dict[str, Row] = {}

    def of(self, record: str | None) -> Row:
        """A weight for each sentiment, then for each category; alike for no record and for a new one."""
        return self._begin if record is None else self._sums.get(record, self._begin)

    def add(self, record: str, sentiment: Row, category: Row) -> None:
        """The next post on a record, with its chances."""
        negative = sentiment[0]
        new = [*sentiment, *(chance * negative for chance in category)]
        self._sums[record] = [_FADES * old + more for old, more in zip(self.of(record), new, strict=True)]


def around(going_on: float, talk: float, mood: Row, answered: Reading | None) -> Around:
    """What is around a post: how much its record has of an emergency and of talk, its mood, and what the post answers."""
    sentiment, category = _leaning(mood[:SENTIMENTS], talk), _leaning(mood[SENTIMENTS:], talk)
    if answered is None:
        return Around((going_on, talk, *_ALONE), (sentiment, _NO_SENTIMENT), (category, _NO_CATEGORY))
    negative, _, positive = answered.sentiment
    return Around(
        (going_on, talk, 1.0, negative, positive, negative * answered.category[EMERGENCY]),
        (sentiment, _leaning(answered.sentiment)),
        (category, _leaning(answered.category, negative)),
    )


def chances(scores: Row) -> Row:
    """Scores as chances that add up to 1; nlp.model.shares for a single post."""
    top = max(scores)
    grown = [exp(score - top) for score in scores]
    total = sum(grown)
    return [each / total for each in grown]


def _leaning(shares: Row, weight: float = 1.0) -> Row:
    """How much likelier each class is than the classes on the average, as a logarithm, times `weight`."""
    if not weight:
        return [0.0] * len(shares)
    mean = sum(shares) / len(shares)
    return [weight * log(max(share / mean, _RARE)) for share in shares]
