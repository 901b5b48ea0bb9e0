"""Corrections are append only; their texts are let go when their time is up, or with a post that left its page."""

from __future__ import annotations

from dataclasses import replace

from records.corrections import Correction, Verdict
from records.words import Category, Sentiment
from storage.store import Store
from tests.storage.making import DAY, HOUR, NOON, post

WRONG = Verdict(Sentiment.NEGATIVE, "d1", Category.EMERGENCY)
RIGHT = Verdict(Sentiment.NEUTRAL, None, None)


def correction(post_id: str = "p1", **more: object) -> Correction:
    """王芳 finds a negative post on d1 neutral and on no record."""
    values: dict[str, object] = {
        "post_id": post_id,
        "root": "p0",
        "title": "供热",
        "text": "请问几号供热",
        "seen_at": NOON,
        "before": WRONG,
        "after": RIGHT,
        "version": None,
        "model": "m1",
        "actor": "王芳",
        "at": NOON + HOUR,
        "reason": "只是询问",
    }
    return Correction(**(values | more))  # type: ignore[arg-type]


def test_a_correction_comes_back_with_both_verdicts_the_text_who_when_and_why(store: Store):
    linked = correction("p2", after=Verdict(Sentiment.NEGATIVE, "d2", Category.MISREADING), version=3, title=None)
    with store.transaction() as t:
        numbers = [t.corrections.add(correction()), t.corrections.add(linked)]
    with store.reading() as t:
        assert t.corrections.all() == [replace(correction(), number=numbers[0]), replace(linked, number=numbers[1])]
        assert t.corrections.count() == 2


def test_the_last_correction_of_a_post_is_the_one_that_counts(store: Store):
    again = correction(after=WRONG, before=RIGHT, at=NOON + DAY)
    with store.transaction() as t:
        t.corrections.add(correction())
        t.corrections.add(again)
        t.corrections.add(correction("p2"))
        assert t.corrections.latest(["p1", "p9"])["p1"].after == WRONG
        assert set(t.corrections.latest(["p1", "p2", "p9"])) == {"p1", "p2"}


def test_the_correction_of_the_original_leads_its_copies_else_that_of_the_copy_corrected_first(store: Store):
    with store.transaction() as t:
        t.corrections.add(correction("c1", root="o1"))
        t.corrections.add(correction("c2", root="o1"))
        again = t.corrections.add(correction("c1", root="o1", before=RIGHT, after=WRONG))
        t.corrections.add(correction("c3", root="o2"))
        own = t.corrections.add(correction("o2", root="o2"))
        t.corrections.add(correction("c3", root="o2", before=RIGHT, after=WRONG))
        leading = t.corrections.leading(["o1", "o2", "o3"])
    assert {root: one.number for root, one in leading.items()} == {"o1": again, "o2": own}


def test_a_correction_leads_while_its_post_says_what_was_corrected(store: Store):
    with store.transaction() as t:
        for name in ("same", "edited", "o"):
            t.posts.add(post(name), NOON + DAY)
            t.corrections.add(correction(name, root="o" if name == "o" else f"{name}-root"))
        for name in ("edited", "o"):
            t.posts.revise(post(name, text="改过"), NOON + HOUR, NOON + DAY)
        t.corrections.add(correction("o", root="o", post_version=2))
        assert set(t.corrections.leading(["same-root", "edited-root", "o"])) == {"same-root"}


def test_what_copies_take_over_is_kept_apart_from_what_people_said(store: Store):
    with store.transaction() as t:
        said = t.corrections.add(correction("p1"))
        t.corrections.add_copies([correction("p2", follows="p1", text=None, title=None)])
        t.corrections.add_copies([])
        assert [one.number for one in t.corrections.all()] == [said]
        assert t.corrections.count() == 1
        assert t.corrections.latest(["p2"])["p2"].follows == "p1"


def test_the_text_is_let_go_after_its_time_unless_the_post_itself_is_still_kept(store: Store):
    with store.transaction() as t:
        t.posts.add(post("kept"), NOON + 900 * DAY)
        for name in ("kept", "gone"):
            t.corrections.add(correction(name, at=NOON))
        t.corrections.add(correction("late", at=NOON + DAY))
        assert t.corrections.let_go_of_texts(NOON) == 0
        assert t.corrections.let_go_of_texts(NOON + DAY) == 1
        assert t.corrections.let_go_of_texts(NOON + DAY) == 0
        texts = {one.post_id: (one.title, one.text) for one in t.corrections.all()}
        assert texts["gone"] == (None, None)
        assert texts["kept"] == texts["late"] == ("供热", "请问几号供热")
        assert t.corrections.latest(["gone"])["gone"].after == RIGHT


def test_the_text_of_a_post_that_was_taken_off_its_page_goes_with_the_post(store: Store):
    with store.transaction() as t:
        for name in ("deleted", "old"):
            t.posts.add(post(name), NOON + (DAY if name == "old" else 180 * DAY))
            t.corrections.add(correction(name))
        t.posts.gone("deleted", "bbs", NOON)
        assert t.posts.expire(NOON + 3 * DAY, NOON) == 2
        assert {one.post_id: one.text for one in t.corrections.all()} == {"deleted": None, "old": "请问几号供热"}
