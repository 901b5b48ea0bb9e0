"""Why a post was read so is said before it is settled, by whoever settles, of what stands there by then."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from sqlalchemy import update

from pipeline.acts import Actor
from pipeline.intake import receive
from pipeline.judging import Judging
from pipeline.notify import page_only
from pipeline.redacting import redact
from records.assessments import Alone, Assessment, Ground, Reread, Unexplained
from records.disclosures import Disclosure
from records.posts import REDACTED_TEXT, Post, Reactions
from records.words import Category, Channel, Role, Sentiment
from regulation.severity import severity_rules
from storage import tables
from storage.store import Store
from tests.pipeline.known_answers import DAY, KEEP, NOON, SECOND, KnownAnswers, Label, record

OFFICE = Actor("王芳", Role.OFFICE)
ANGRY: Label = (Sentiment.NEGATIVE, "d1", Category.PUBLIC_INTEREST, None)
OWN = Alone(Sentiment.NEUTRAL, Category.PUBLIC_INTEREST)


class Telling(KnownAnswers):
    """Tells how each post reads alone."""

    def alone(self) -> list[Alone]:
        return [replace(OWN, disclosure="d9") for _ in self._last]

    def read_again(self) -> list[Reread]:
        return [replace(again, alone=OWN) for again in super().read_again()]


class Quoting:
    """Gives the text of each post for a ground, and whatever else it is told."""

    def explain(self, readings: Sequence[Unexplained], records: Mapping[str, Disclosure]) -> list[Assessment]:
        return [
            replace(
                one.assessment,
                grounds=(
                    Ground(
                        "sentiment",
                        "用词",
                        (one.post.text, str(one.alone.disclosure), one.by.id if one.by else "", *sorted(records)),
                    ),
                ),
            )
            for one in readings
        ]


class Desk:
    """A reader and a settler on one store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.reader = Telling({})
        self.loaded: list[str] = []
        self.stamp = "1"
        self.reading, self.settling = (
            Judging(
                store,
                lambda: self.reader,
                severity_rules(),
                page_only,
                stamp=lambda: self.stamp,
                load_explainer=self._explainer,
            )
            for _ in range(2)
        )
        with store.transaction() as t:
            t.disclosures.add(record("d1"), NOON - DAY, "王芳")

    def _explainer(self) -> Quoting:
        self.loaded.append(self.stamp)
        return Quoting()

    def come(self, *names: str) -> None:
        for name in names:
            self.reader.labels[name] = ANGRY
            post = Post(name, "bbs", Channel.FORUM, None, None, f"正文{name}", NOON, NOON, Reactions())
            with self.store.transaction() as t:
                receive(t, post, NOON, KEEP)

    def grounds(self, name: str) -> list[tuple[str, ...]]:
        with self.store.reading() as t:
            found = t.assessments.get(name)
        assert found is not None
        return [ground.terms for ground in found.grounds]


def beside(act: Callable[[], object]) -> None:
    """In another thread, as another worker would."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(act).result(30)


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


def test_one_worker_reads_and_says_why(desk: Desk):
    desk.come("a", "b")
    desk.settling.step(NOON)
    assert desk.grounds("a") == [("正文a", "d9", "", "d1")]
    assert desk.grounds("b") == [("正文b", "d9", "", "d1")]
    assert desk.loaded == ["1"]


def test_of_two_the_one_that_settles_says_why(desk: Desk):
    desk.come("a")
    desk.reading.read_ahead()
    assert desk.loaded == []
    desk.settling.settle(NOON)
    assert desk.grounds("a") == [("正文a", "d9", "", "d1")]


def test_a_post_that_a_later_one_made_clear_says_by_which(desk: Desk):
    desk.come("a", "b")
    desk.reading.step(NOON)
    desk.reader.clear["c"] = ["a"]
    desk.come("c")
    desk.reading.read_ahead()
    desk.settling.settle(NOON)
    assert desk.grounds("a") == [("正文a", "None", "c", "d1")]


def test_another_model_explains_what_it_reads(desk: Desk):
    desk.come("a")
    desk.settling.step(NOON)
    desk.stamp = "2"
    desk.come("b")
    desk.settling.step(NOON)
    assert desk.loaded == ["1", "2"]


def test_words_of_a_post_that_was_redacted_after_reading_are_in_no_ground(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    desk.come("a", "b")
    desk.reading.read_ahead()
    explain = Quoting.explain

    def while_somebody_redacts(
        self: Quoting, readings: Sequence[Unexplained], records: Mapping[str, Disclosure]
    ) -> list[Assessment]:
        found = explain(self, readings, records)
        with monkeypatch.context() as undone:
            undone.setattr(Quoting, "explain", explain)
            beside(lambda: redact(desk.store, "a", "个人信息", OFFICE, NOON + SECOND))
        return found

    with monkeypatch.context() as patched:
        patched.setattr(Quoting, "explain", while_somebody_redacts)
        assert desk.settling.settle(NOON) == 0, "what was read is thrown away"
    desk.settling.step(NOON + SECOND)
    assert desk.grounds("a") == [(REDACTED_TEXT, "d9", "", "d1")]
    assert desk.grounds("b") == [("正文b", "d9", "", "d1")]


def test_nothing_is_stored_of_a_post_whose_time_ended_after_reading(desk: Desk, monkeypatch: pytest.MonkeyPatch):
    desk.come("a", "b")
    with desk.store.transaction() as t:
        t.connection.execute(update(tables.post).where(tables.post.c.id == "a").values(expires_at=NOON + SECOND))
    desk.reading.read_ahead()
    explain = Quoting.explain

    def expire() -> None:
        with desk.store.transaction() as t:
            assert t.posts.expire(NOON + SECOND, NOON - KEEP) == 1

    def while_one_goes(
        self: Quoting, readings: Sequence[Unexplained], records: Mapping[str, Disclosure]
    ) -> list[Assessment]:
        beside(expire)
        return explain(self, readings, records)

    monkeypatch.setattr(Quoting, "explain", while_one_goes)
    desk.settling.settle(NOON)
    with desk.store.reading() as t:
        assert [*t.assessments.many(["a", "b"])] == ["b"]


def test_a_batch_that_somebody_else_settled_meanwhile_gives_way_to_the_next(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
):
    desk.come("a", "b")
    desk.reading.read_ahead(1)
    desk.reading.read_ahead(1)
    explain = Quoting.explain

    def while_another_settles(
        self: Quoting, readings: Sequence[Unexplained], records: Mapping[str, Disclosure]
    ) -> list[Assessment]:
        monkeypatch.setattr(Quoting, "explain", explain)
        beside(lambda: desk.reading.settle(NOON))
        return explain(self, readings, records)

    monkeypatch.setattr(Quoting, "explain", while_another_settles)
    assert desk.settling.settle(NOON) == 1
    assert [desk.grounds(name) for name in ("a", "b")] == [[("正文a", "d9", "", "d1")], [("正文b", "d9", "", "d1")]]
