"""What of people's corrections is learned: the last of each post, as it stood, beside the records that it was about."""

from __future__ import annotations

from dataclasses import replace

from pipeline.learning import MOST_RECORDS, PLACE, to_learn
from records.corrections import Verdict
from records.words import Category, Sentiment
from storage.store import Store
from tests.pipeline.known_answers import DAY, NOON, record
from tests.storage.test_corrections import RIGHT, correction

ON_D1 = Verdict(Sentiment.NEGATIVE, "d1", Category.MISREADING)


def test_without_corrections_there_is_nothing_to_learn(store: Store):
    with store.reading() as t:
        made = to_learn(t)
    assert (made.corrections, made.texts.posts, made.texts.records) == ((), (), {})
    assert made.learned.by_kind == {}


def test_the_last_correction_of_each_post_is_learned_with_its_text(store: Store):
    with store.transaction() as t:
        t.corrections.add(correction("a"))
        t.corrections.add(correction("b", text=None, title=None))
        t.corrections.add(correction("a", before=RIGHT, after=ON_D1))
        made = to_learn(t)
    (learned,) = made.texts.posts
    assert (learned.post.id, learned.post.title, learned.post.text) == ("a", "供热", "请问几号供热")
    assert (learned.sentiment, learned.disclosure, learned.category) == (ON_D1.sentiment, "d1", ON_D1.category)
    assert learned.place == PLACE
    assert made.learned.by_kind == {"情感": 1, "关联": 1, "类别": 1}


def test_a_record_is_learned_as_it_stood_and_beside_the_newest_ones(store: Store):
    with store.transaction() as t:
        for number in range(MOST_RECORDS + 3):
            t.disclosures.add(replace(record(f"n{number:03}"), published_at=NOON - number * DAY), NOON, "王芳")
        t.disclosures.add(replace(record("d1"), published_at=NOON - 900 * DAY), NOON, "王芳")
        t.disclosures.add(
            replace(record("d1"), published_at=NOON - 900 * DAY, body="改过", explanation="更正"), NOON, "王芳"
        )
        t.corrections.add(correction("a", after=ON_D1, version=1))
        records = to_learn(t).texts.records[PLACE]
    assert len(records) == MOST_RECORDS + 1
    assert next(one.body for one in records if one.id == "d1") == "全文"


def test_what_a_model_has_learned_is_not_asked_of_it_again(store: Store):
    with store.transaction() as t:
        known = t.corrections.add(correction("a"))
        t.corrections.add(correction("b", root="b0"))
        made = to_learn(t)
    assert made.fresh(frozenset({known})) == {"b": "b0"}
    assert made.fresh(frozenset()) == {"a": "p0", "b": "b0"}


def test_the_same_corrections_have_the_same_hash(store: Store):
    with store.transaction() as t:
        t.corrections.add(correction("a"))
        first = to_learn(t).learned.sha256
        assert to_learn(t).learned.sha256 == first
        t.corrections.add(correction("a", after=ON_D1))
        assert to_learn(t).learned.sha256 != first
