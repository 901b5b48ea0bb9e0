"""An assessment: how the desk reads one post, with the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter

from records.words import Category, Sentiment


@dataclass(frozen=True, slots=True)
class Ground:
    """One reason of a reading in words that people read: what it speaks for, the rule, and what of the post it met."""

    about: str
    rule: str
    terms: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Assessment:
    """The machine's reading of one post, or what a person made of it (`corrected`).

    `negative` is a calibrated probability 0–1; `link` a score 0–1 for `disclosure`; `category` and `category_scores`
    follow 第三十八条 and are empty when the post is not negative; `duplicate_of` names the first original;
    `why` holds (term, weight) pairs, strongest first; `grounds` say beside them why this record and this category.
    """

    post_id: str
    sentiment: Sentiment
    negative: float
    disclosure: str | None
    link: float
    category: Category | None
    category_scores: Mapping[Category, float]
    duplicate_of: str | None
    why: tuple[tuple[str, float], ...]
    model: str = ""
    corrected: bool = False
    grounds: tuple[Ground, ...] = ()


@dataclass(frozen=True, slots=True)
class Reread:
    """What the machine reads in an earlier post once the post `by` has come, which says more of what it is about."""

    assessment: Assessment
    by: str


@dataclass(frozen=True, slots=True)
class ReadPosts:
    """What a reader made of some waiting changes, by their numbers in the queue: assessments of the posts whose text is new,
    and what these made clear of earlier ones."""

    changes: tuple[int, ...]
    assessed: tuple[Assessment, ...] = ()
    again: tuple[Reread, ...] = ()


_READ_POSTS = TypeAdapter(ReadPosts)


def read_posts_written(read: ReadPosts) -> bytes:
    """As UTF-8 JSON."""
    return _READ_POSTS.dump_json(read)


def read_posts_from(written: bytes) -> ReadPosts:
    """Back from `read_posts_written`, every number as it was. Raises pydantic.ValidationError."""
    return _READ_POSTS.validate_json(written)
