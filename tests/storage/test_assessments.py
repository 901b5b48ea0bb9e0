"""One assessment a post; a correction changes its verdict and leaves what the machine gave beside it."""

from __future__ import annotations

from records.assessments import Ground
from records.corrections import Verdict
from records.words import Sentiment
from storage.store import Store
from tests.storage.making import DAY, HOUR, NOON, assessment, post


def test_an_assessment_comes_back_as_it_was_with_its_reasons_in_order(store: Store):
    with store.transaction() as t:
        grounds = (Ground("disclosure", "提到关注词", ("供热", "停暖")), Ground("category", "用词"))
        read = assessment(duplicate_of="p0", grounds=grounds)
        t.assessments.put(read, NOON)
    with store.reading() as t:
        assert t.assessments.get("p1") == read
        assert t.assessments.get("p2") is None


def test_a_new_assessment_replaces_the_old_one(store: Store):
    calm = assessment(sentiment=Sentiment.NEUTRAL, category=None, category_scores={}, disclosure=None, link=0.0)
    with store.transaction() as t:
        t.assessments.put(assessment(), NOON)
        t.assessments.put(calm, NOON + HOUR)
        assert t.assessments.get("p1") == calm
        assert t.assessments.disclosures_of(["p1", "p9"]) == {"p1": None}


def test_many_are_stored_as_one_after_the_other(store: Store):
    many = [(assessment(f"p{number}", link=number / 1000), NOON) for number in range(1_100)]
    again = assessment("p7", link=0.5)
    with store.transaction() as t:
        t.assessments.put(assessment("p5"), NOON)
        t.assessments.put_all([*many, (again, NOON + HOUR)])
        t.assessments.put_all([])
        found = t.assessments.many(f"p{number}" for number in range(1_101))
    assert found == {each.post_id: each for each, _ in many} | {"p7": again}


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
        assert t.assessments.roots(NOON, 1) == [("copy", "first")]


def test_a_correction_changes_the_verdict_and_nothing_else_that_the_machine_said(store: Store):
    calm = Verdict(Sentiment.NEUTRAL, "d2", None)
    with store.transaction() as t:
        t.assessments.put(assessment(), NOON)
        t.assessments.put(assessment("p2"), NOON)
        t.assessments.correct(["p1"], calm)
        corrected = assessment(sentiment=Sentiment.NEUTRAL, disclosure="d2", category=None, corrected=True)
        assert t.assessments.many(["p1", "p2"]) == {"p1": corrected, "p2": assessment("p2")}


def test_the_machine_s_reading_of_another_text_replaces_a_correction(store: Store):
    with store.transaction() as t:
        t.assessments.put(assessment(), NOON)
        t.assessments.correct(["p1"], Verdict(Sentiment.NEUTRAL, None, None))
        t.assessments.put(assessment(), NOON + HOUR)
        assert t.assessments.get("p1") == assessment()
