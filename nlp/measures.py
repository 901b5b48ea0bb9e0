"""Counts what the scores sum up: who was taken for what, how probabilities came true, hard kinds of text, worst mistakes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from nlp.corpus import Labelled
from nlp.model import CATEGORIES, SENTIMENTS
from nlp.scoring import BINS, Read
from records.assessments import Assessment
from records.words import Category, Sentiment

Pair = tuple[Labelled, Assessment]


def measurable(read: Read) -> list[str]:
    """The names of the scores that these posts say something of: none of a class that does not occur."""
    sentiments = {p.sentiment for p, _ in read}
    found = ["sentiment"] if len(sentiments) == len(SENTIMENTS) else []
    found += [sentiment.value for sentiment in SENTIMENTS if sentiment in sentiments]
    found += ["category"] if any(p.category in CATEGORIES for p, _ in read) else []
    linked = any(p.disclosure is not None for p, _ in read)
    found += ["link", "link_precision", "link_recall", "false_links"] if linked else []
    return [*found, "brier", "calibration"]


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often each true value (a row) was read as each value (a column); None stands for "not negative"."""

    values: tuple[Sentiment | Category | None, ...]
    counts: tuple[tuple[int, ...], ...]


def sentiment_confusion(read: Read) -> Confusion:
    """Over all posts."""
    return _confusion(SENTIMENTS, ((p.sentiment, a.sentiment) for p, a in read))


def category_confusion(read: Read) -> Confusion:
    """Over the posts that are negative, or were read so; categories that a machine does not give are left out."""
    pairs = [(p.category if p.sentiment is Sentiment.NEGATIVE else None, a.category) for p, a in read]
    known = {*CATEGORIES, None}
    return _confusion((*CATEGORIES, None), [pair for pair in pairs if known.issuperset(pair) and pair != (None, None)])


def _confusion(values: Sequence[Sentiment | Category | None], pairs: Iterable[tuple[object, object]]) -> Confusion:
    counted = Counter(pairs)
    return Confusion(tuple(values), tuple(tuple(counted[true, found] for found in values) for true in values))


@dataclass(frozen=True, slots=True)
class Bin:
    """Posts whose negative probability lies in [low, high): its mean, and the share that is negative."""

    low: float
    high: float
    posts: int
    promised: float
    came: float


def calibration_bins(read: Read) -> list[Bin]:
    """The bins of nlp.scoring.calibration_error that hold a post."""
    held: list[list[Pair]] = [[] for _ in range(BINS)]
    for pair in read:
        held[min(int(pair[1].negative * BINS), BINS - 1)].append(pair)
    return [
        Bin(
            n / BINS,
            (n + 1) / BINS,
            len(pairs),
            sum(a.negative for _, a in pairs) / len(pairs),
            sum(p.sentiment is Sentiment.NEGATIVE for p, _ in pairs) / len(pairs),
        )
        for n, pairs in enumerate(held)
        if pairs
    ]


@dataclass(frozen=True, slots=True)
class Slice:
    """One measure on the posts of one kind: how many there are and the share for which it holds."""

    label: str
    posts: int
    share: float


_SLICES: tuple[tuple[str, str, Callable[[Labelled], bool], Callable[[Labelled, Assessment], bool]], ...] = (
    (
        "sarcasm",
        "反话中的负面看出来的（越高越好）",
        lambda p: p.sentiment is Sentiment.NEGATIVE,
        lambda p, a: a.sentiment is Sentiment.NEGATIVE,
    ),
    (
        "lookalike_elsewhere",
        "别处的同类事错误关联的（越低越好）",
        lambda p: p.disclosure is None,
        lambda p, a: a.disclosure is not None,
    ),
    (
        "lookalike_matter",
        "本地的其他事错误关联的（越低越好）",
        lambda p: True,
        lambda p, a: a.disclosure is not None and a.disclosure != p.disclosure,
    ),
    (
        "near_miss",
        "别处或其他事错误关联的（越低越好）",
        lambda p: p.disclosure is None,
        lambda p, a: a.disclosure is not None,
    ),
    ("needs_parent", "要看上文才懂的，情感读对的", lambda p: True, lambda p, a: p.sentiment is a.sentiment),
    ("contrast", "有转折的，情感读对的", lambda p: True, lambda p, a: p.sentiment is a.sentiment),
    ("negation", "有否定的，情感读对的", lambda p: True, lambda p, a: p.sentiment is a.sentiment),
    ("notice", "通知转述，情感读对的", lambda p: True, lambda p, a: p.sentiment is a.sentiment),
    ("praise_of_decision", "替决定说话的，情感读对的", lambda p: True, lambda p, a: p.sentiment is a.sentiment),
    ("letter", "来信来电，情感读对的", lambda p: True, lambda p, a: p.sentiment is a.sentiment),
)


def slices(read: Read) -> list[Slice]:
    """The measures on posts that tags.jsonl marks; kinds that do not occur are left out."""
    found = []
    for tag, label, counts, holds in _SLICES:
        pairs = [(p, a) for p, a in read if tag in p.tags and counts(p)]
        if pairs:
            found.append(Slice(label, len(pairs), sum(holds(p, a) for p, a in pairs) / len(pairs)))
    return found


@dataclass(frozen=True, slots=True)
class Mistake:
    """A post that was read wrongly, and how sure the model was of it."""

    post: Labelled
    found: Assessment
    sure: float


def worst_sentiments(read: Read, most: int) -> list[Mistake]:
    """The surest wrong sentiments."""
    wrong = [(p, a) for p, a in read if p.sentiment is not a.sentiment]
    return _surest((Mistake(p, a, _sure_of_sentiment(a)) for p, a in wrong), most)


def worst_links(read: Read, most: int) -> list[Mistake]:
    """The surest wrong records, and records that were missed most surely."""
    wrong = [(p, a) for p, a in read if p.disclosure != a.disclosure]
    return _surest((Mistake(p, a, a.link if a.disclosure is not None else 1 - a.link) for p, a in wrong), most)


def worst_categories(read: Read, most: int) -> list[Mistake]:
    """The surest wrong categories of posts that are negative and were read so."""
    wrong = [
        (p, a) for p, a in read if p.sentiment is a.sentiment is Sentiment.NEGATIVE and p.category is not a.category
    ]
    return _surest((Mistake(p, a, max(a.category_scores.values(), default=0.0)) for p, a in wrong), most)


def _sure_of_sentiment(found: Assessment) -> float:
    return found.negative if found.sentiment is Sentiment.NEGATIVE else 1 - found.negative


def _surest(mistakes: Iterable[Mistake], most: int) -> list[Mistake]:
    return sorted(mistakes, key=lambda one: (-one.sure, one.post.place, one.post.post.id))[:most]
