"""An assessment: how the desk reads one post, with the reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import TypeAdapter

from records.posts import Post
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
class Alone:
    """How a post reads by its own words: where it was read otherwise, what was said around it has decided.

    `category` is that of the post if it is negative, `disclosure` the record that it is about. `elsewhere` names the other
    district that it speaks of, "" one that it does not name; None where it speaks of none. `answers` is the record that the
    post is about which it answers.
    """

    sentiment: Sentiment
    category: Category
    disclosure: str | None = None
    elsewhere: str | None = None
    answers: str | None = None


@dataclass(frozen=True, slots=True)
class Reread:
    """What the machine reads in an earlier post once the post `by` has come, which says more of what it is about."""

    assessment: Assessment
    by: str
    alone: Alone | None = None


@dataclass(frozen=True, slots=True)
class Unexplained:
    """An assessment that says not yet why; `by` is the later post that made this one clear."""

    post: Post
    assessment: Assessment
    alone: Alone
    by: Post | None = None


@dataclass(frozen=True, slots=True)
class ReadPosts:
    """What a reader made of some waiting changes, by their numbers in the queue: assessments of the posts whose text is new,
    how each reads alone (none where that is not told), and what these made clear of earlier ones."""

    changes: tuple[int, ...]
    assessed: tuple[Assessment, ...] = ()
    again: tuple[Reread, ...] = ()
    alone: tuple[Alone, ...] = ()


_READ_POSTS = TypeAdapter(ReadPosts)


def read_posts_written(read: ReadPosts) -> bytes:
    """As UTF-8 JSON."""
    return _READ_POSTS.dump_json(read)


def read_posts_from(written: bytes) -> ReadPosts:
    """Back from `read_posts_written`, every number as it was. Raises pydantic.ValidationError."""
    return _READ_POSTS.validate_json(written)
