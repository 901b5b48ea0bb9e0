"""Who was taken for what, how probabilities came true, hard kinds of text, worst mistakes."""

from __future__ import annotations

from nlp.corpus import Labelled
from nlp.measures import (
    Bin,
    calibration_bins,
    category_confusion,
    measurable,
    sentiment_confusion,
    slices,
    worst_categories,
    worst_links,
    worst_sentiments,
)
from records.assessments import Assessment
from records.words import Category, Sentiment
from tests.nlp.making import post

NEGATIVE, NEUTRAL, POSITIVE = Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE
HURT, MISREAD = Category.PUBLIC_INTEREST, Category.MISREADING
Pair = tuple[Labelled, Assessment]


def pair(
    name: str,
    true: Sentiment,
    found: Sentiment,
    negative: float,
    *,
    true_category: Category | None = None,
    category: Category | None = None,
    sure: float = 0.9,
    record: str | None = None,
    linked: str | None = None,
    link: float = 0.9,
    tags: frozenset[str] = frozenset(),
) -> Pair:
    """A post with its label, and how it was read."""
    scores = {} if category is None else {category: sure}
    read = Assessment(name, found, negative, linked, link, category, scores, None, ())
    return Labelled(post(f"正文{name}", name), true, true_category, record, "here", tags), read


def test_rows_are_what_is_true_and_columns_what_was_read():
    read = [
        pair("a", NEGATIVE, NEGATIVE, 0.9),
        pair("b", NEGATIVE, POSITIVE, 0.1),
        pair("c", NEUTRAL, NEGATIVE, 0.8),
    ]
    found = sentiment_confusion(read)
    assert found.values == (NEGATIVE, NEUTRAL, POSITIVE)
    assert found.counts == ((1, 0, 1), (1, 0, 0), (0, 0, 0))


def test_categories_are_counted_where_a_post_is_negative_or_was_read_so():
    read = [
        pair("a", NEGATIVE, NEGATIVE, 0.9, true_category=HURT, category=MISREAD),
        pair("b", NEGATIVE, NEUTRAL, 0.1, true_category=HURT),
        pair("c", NEUTRAL, NEGATIVE, 0.8, category=HURT),
        pair("d", NEUTRAL, NEUTRAL, 0.1),
        pair("e", NEGATIVE, NEGATIVE, 0.9, true_category=Category.SUPERIOR_REQUEST, category=HURT),
    ]
    found = category_confusion(read)
    at = {value: n for n, value in enumerate(found.values)}
    assert found.counts[at[HURT]][at[MISREAD]] == 1
    assert found.counts[at[HURT]][at[None]] == 1
    assert found.counts[at[None]][at[HURT]] == 1
    assert sum(map(sum, found.counts)) == 3


def test_bins_say_what_was_promised_and_what_came():
    read = [pair("a", NEGATIVE, NEGATIVE, 0.92), pair("b", NEUTRAL, NEGATIVE, 0.98), pair("c", NEUTRAL, NEUTRAL, 0.0)]
    assert calibration_bins(read) == [Bin(0.0, 0.1, 1, 0.0, 0.0), Bin(0.9, 1.0, 2, 0.95, 0.5)]


def test_look_alikes_are_told_apart_and_sarcasm_is_counted_among_negatives():
    sarcastic, elsewhere, other = (
        frozenset({"sarcasm"}),
        frozenset({"lookalike_elsewhere"}),
        frozenset({"lookalike_matter"}),
    )
    read = [
        pair("a", NEGATIVE, NEGATIVE, 0.9, tags=sarcastic),
        pair("b", NEGATIVE, POSITIVE, 0.1, tags=sarcastic),
        pair("c", POSITIVE, POSITIVE, 0.1, tags=sarcastic),
        pair("d", NEUTRAL, NEUTRAL, 0.1, linked="d1", tags=elsewhere),
        pair("e", NEUTRAL, NEUTRAL, 0.1, tags=elsewhere),
        pair("f", NEUTRAL, NEUTRAL, 0.1, record="d1", linked="d1", tags=other),
        pair("g", NEUTRAL, NEUTRAL, 0.1, record="d1", linked="d2", tags=other),
        pair("h", NEUTRAL, NEUTRAL, 0.1, tags=other),
        pair("i", NEUTRAL, NEUTRAL, 0.1, tags=other),
    ]
    assert [(one.posts, one.share) for one in slices(read)] == [(2, 0.5), (2, 0.5), (4, 0.25)]
    assert slices(read[:0]) == []


def test_the_surest_mistakes_come_first():
    read = [
        pair("right", NEGATIVE, NEGATIVE, 0.99, true_category=HURT, category=HURT),
        pair("unsure", NEGATIVE, NEUTRAL, 0.4),
        pair("sure", NEGATIVE, POSITIVE, 0.05),
        pair("false alarm", NEUTRAL, NEGATIVE, 0.8),
    ]
    assert [one.post.post.id for one in worst_sentiments(read, 9)] == ["sure", "false alarm", "unsure"]
    assert [one.post.post.id for one in worst_sentiments(read, 1)] == ["sure"]


def test_a_missed_record_is_the_worse_the_less_likely_it_seemed():
    read = [
        pair("missed", NEGATIVE, NEGATIVE, 0.9, record="d1", link=0.05),
        pair("nearly", NEGATIVE, NEGATIVE, 0.9, record="d1", link=0.7),
        pair("wrong", NEGATIVE, NEGATIVE, 0.9, record="d1", linked="d2", link=0.8),
        pair("right", NEGATIVE, NEGATIVE, 0.9, record="d1", linked="d1"),
    ]
    assert [one.post.post.id for one in worst_links(read, 9)] == ["missed", "wrong", "nearly"]


def test_categories_are_mistaken_only_where_both_are_negative():
    read = [
        pair("a", NEGATIVE, NEGATIVE, 0.9, true_category=HURT, category=MISREAD, sure=0.7),
        pair("b", NEGATIVE, NEUTRAL, 0.1, true_category=HURT),
        pair("c", NEGATIVE, NEGATIVE, 0.9, true_category=HURT, category=MISREAD, sure=0.8),
    ]
    assert [one.post.post.id for one in worst_categories(read, 9)] == ["c", "a"]


def test_a_score_of_what_does_not_occur_is_not_told():
    assert measurable([pair("a", NEGATIVE, NEGATIVE, 0.9), pair("b", NEUTRAL, NEUTRAL, 0.1)]) == [
        "negative",
        "neutral",
        "brier",
        "calibration",
    ]
    everything = [
        pair("a", NEGATIVE, NEGATIVE, 0.9, true_category=HURT, record="d1"),
        pair("b", NEUTRAL, NEUTRAL, 0.1),
        pair("c", POSITIVE, NEUTRAL, 0.1),
    ]
    assert {"sentiment", "category", "link", "false_links"} <= set(measurable(everything))
