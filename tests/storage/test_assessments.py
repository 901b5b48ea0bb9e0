"""One assessment a post; corrections stand beside it and change nothing of what the machine said."""

from __future__ import annotations

from records.words import Sentiment
from storage.store import Store
from tests.storage.making import DAY, HOUR, NOON, assessment, post


def test_an_assessment_comes_back_as_it_was_with_its_reasons_in_order(store: Store):
    with store.transaction() as t:
        t.assessments.put(assessment(duplicate_of="p0"), NOON)
    with store.reading() as t:
        assert t.assessments.get("p1") == assessment(duplicate_of="p0")
        assert t.assessments.get("p2") is None


def test_a_new_assessment_replaces_the_old_one(store: Store):
    calm = assessment(sentiment=Sentiment.NEUTRAL, category=None, category_scores={}, disclosure=None, link=0.0)
    with store.transaction() as t:
        t.assessments.put(assessment(), NOON)
        t.assessments.put(calm, NOON + HOUR)
        assert t.assessments.get("p1") == calm
        assert t.assessments.disclosures_of(["p1", "p9"]) == {"p1": None}


def test_roots_name_the_first_original_of_every_post_seen_since_in_the_order_they_were_seen(store: Store):
    with store.transaction() as t:
        for post_id, at, first in (
            ("copy", NOON + HOUR, "first"),
            ("old", NOON - HOUR, None),
            ("first", NOON, None),
        ):
            t.posts.add(post(post_id, seen_at=at), NOON + 180 * DAY)
            t.assessments.put(assessment(post_id, duplicate_of=first), NOON)
        assert t.assessments.roots(NOON) == [("first", "first"), ("copy", "first")]


def test_a_correction_is_kept_with_who_when_and_why(store: Store):
    with store.transaction() as t:
        t.assessments.put(assessment(), NOON)
        t.assessments.correct("p1", "disclosure", "d1", "d2", "王芳", NOON + HOUR, "说的是二期")
        t.assessments.correct("p9", "sentiment", "negative", "neutral", "王芳", NOON + HOUR)
        (correction,) = t.assessments.corrections("p1")
        assert (correction.field, correction.before, correction.after) == ("disclosure", "d1", "d2")
        assert (correction.actor, correction.at, correction.reason) == ("王芳", NOON + HOUR, "说的是二期")
        assert len(t.assessments.corrections()) == 2
        assert t.assessments.get("p1") == assessment()
