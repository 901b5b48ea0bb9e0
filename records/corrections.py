"""A correction: what a person read in a post that the machine had read otherwise, kept so that it can be learned."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from datetime import datetime
from enum import StrEnum

from records.assessments import Assessment
from records.words import Category, Sentiment


class Part(StrEnum):
    """What of a verdict can be wrong for many posts at once."""

    SENTIMENT = "sentiment"
    DISCLOSURE = "disclosure"


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a post is read: `disclosure` is a record's id, None for no record; `category` is None unless negative."""

    sentiment: Sentiment
    disclosure: str | None
    category: Category | None

    @classmethod
    def of(cls, read: Assessment) -> Verdict:
        """How the post is read at present."""
        return cls(read.sentiment, read.disclosure, read.category)

    def without(self, wrong: Part) -> Verdict:
        """With the wrong part taken out: not negative (neutral then, nobody said that it is praise), or on no record."""
        if wrong is Part.DISCLOSURE:
            return replace(self, disclosure=None)
        negative = self.sentiment is Sentiment.NEGATIVE
        return replace(self, sentiment=Sentiment.NEUTRAL, category=None) if negative else self

    def differs_in(self, other: Verdict) -> tuple[str, ...]:
        """The names of the fields that differ."""
        return tuple(field.name for field in fields(self) if getattr(self, field.name) != getattr(other, field.name))


@dataclass(frozen=True, slots=True)
class Correction:
    """One correction of one post. `title` and `text` are as they stood, masked; both are None once they were let go.

    `root` is the post's first original, `version` that of the record in `after`; `model` made the verdict `before`,
    `post_version` is that of the post, `follows` the post whose correction a copy takes over (None: said of this very
    post), `number` counts corrections and is 0 before one is stored.
    """

    post_id: str
    root: str
    title: str | None
    text: str | None
    seen_at: datetime
    before: Verdict
    after: Verdict
    version: int | None
    model: str
    actor: str
    at: datetime
    reason: str | None
    post_version: int = 1
    follows: str | None = None
    number: int = 0
