"""Several workers judge together: whoever reads and whoever settles, what comes of it is what one worker makes alone."""

from __future__ import annotations

import random
import shutil
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from nlp.corpus import corpus
from nlp.explaining import ANSWERS, AROUND, DISCLOSURE, SENTIMENT, SHARED, TURNS, WORDS, Explaining
from nlp.judge import Judge
from pipeline.acts import Actor
from pipeline.explained import Explainer
from pipeline.intake import receive
from pipeline.judging import AHEAD, Judging
from pipeline.notify import page_only
from pipeline.redacting import redact
from records.assessments import Assessment
from records.posts import REDACTED_TEXT, Post, Reactions
from records.words import Category, Channel, Role, Sentiment
from regulation.severity import severity_rules
from storage import tables
from storage.posts import Waiting
from storage.store import Store
from tests.pipeline.known_answers import DAY, HOUR, KEEP, NOON, SECOND, KnownAnswers, Label, record

OFFICE = Actor("王芳", Role.OFFICE)
KEPT = (tables.assessment, tables.incident, tables.member, tables.severity_change, tables.deadline, tables.alert)


@pytest.fixture
def stores(tmp_path: Path, migrated_file: Path) -> Iterator[Callable[[], Store]]:
    """Makes empty stores, as many as wanted."""
    made: list[Store] = []

    def make() -> Store:
        path = tmp_path / f"store{len(made)}.db"
        shutil.copy(migrated_file, path)
        made.append(Store(f"sqlite:///{path}"))
        return made[-1]

    yield make
    for store in made:
        store.close()


def moment(waiting: Waiting) -> datetime:
    return waiting.at


def worker(store: Store, load: Callable[[], Any], explain: Callable[[], Explainer] | None = None) -> Judging:
    return Judging(store, load, severity_rules(), page_only, load_explainer=explain)


def kept(store: Store) -> list[list[tuple[Any, ...]]]:
    """Every row that judging leaves, but for its number."""
    with store.reading() as t:
        return [
            sorted(
                tuple(str(value) for name, value in row._mapping.items() if name not in ("id", "number", "seq"))
                for row in t.connection.execute(select(table))
            )
            for table in KEPT
        ]


def take_in(store: Store, posts: Sequence[Post]) -> None:
    with store.transaction() as t:
        for post in posts:
            receive(t, post, post.seen_at, KEEP)


def happening(chance: random.Random) -> tuple[list[Post], dict[str, Label]]:
    """Posts on two records with copies, calm ones among them, some edited or with more reactions later."""
    posts: list[Post] = []
    labels: dict[str, Label] = {}
    at = NOON
    for number in range(60):
        at += chance.choice([SECOND, SECOND, SECOND, HOUR, 12 * HOUR])
        name = f"p{chance.randrange(number)}" if number > 5 and chance.random() < 0.25 else f"p{number}"
        text = f"正文{name}" + ("改" if name != f"p{number}" and chance.random() < 0.5 else "")
        posts.append(Post(name, "bbs", Channel.FORUM, None, None, text, at, at, Reactions(likes=chance.randrange(80))))
        mood = chance.choice([Sentiment.NEGATIVE, Sentiment.NEGATIVE, Sentiment.NEUTRAL])
        root = f"p{chance.randrange(number)}" if number and chance.random() < 0.2 else None
        category = chance.choice([Category.PUBLIC_INTEREST, Category.MISREADING])
        labels.setdefault(name, (mood, chance.choice(["d1", "d2", None]), category, root))
    return posts, labels


def new(store: Store) -> None:
    with store.transaction() as t:
        for name in ("d1", "d2"):
            t.disclosures.add(record(name), NOON - DAY, "王芳")


@pytest.mark.parametrize("seed", range(6))
def test_any_turn_of_reading_and_settling_among_workers_leaves_what_one_worker_leaves(
    stores: Callable[[], Store], seed: int
):
    chance = random.Random(seed)
    posts, labels = happening(chance)
    alone, shared = stores(), stores()
    for store in (alone, shared):
        new(store)
    only = worker(alone, lambda: KnownAnswers(labels))
    workers = [worker(shared, lambda: KnownAnswers(labels)) for _ in range(3)]
    while posts or waiting(shared):
        if posts:
            come, posts = posts[:3], posts[3:]
            take_in(alone, come)
            take_in(shared, come)
        while only.step(moment, 2):
            pass
        for _ in range(3):
            one = chance.choice(workers)
            act = chance.choice(
                [one.read_ahead, lambda n, one=one: one.settle(moment), lambda n, one=one: one.step(moment, n)]
            )
            act(chance.randint(1, 4))
        if not posts:
            workers[0].step(moment, 5)
    assert kept(shared) == kept(alone)
    assert kept(alone)[1], "some incident opened"


def waiting(store: Store) -> int:
    with store.reading() as t:
        return t.posts.waiting_count()


def test_the_model_reads_ahead_as_it_reads_alone(stores: Callable[[], Store]):
    """Copies, answers and what is going on: everything that a reading takes from those before it."""
    place, records = next((name, found) for name, found in sorted(corpus().records.items()) if len(found) > 3)
    texts = [one.post for one in corpus().posts if one.place == place][:150]
    at = max(one.published_at for one in records) + DAY
    posts = [replace(post, published_at=at + n * SECOND, seen_at=at + n * SECOND) for n, post in enumerate(texts)]
    posts += [
        replace(post, id=f"{post.id}-again", published_at=late, seen_at=late)
        for n, post in enumerate(texts[::5])
        for late in [at + (200 + n) * SECOND]
    ]
    alone, shared = stores(), stores()
    for store in (alone, shared):
        with store.transaction() as t:
            t.disclosures.add_all(records, at, "王芳")
        take_in(store, posts)
    model = Judge.load().model
    only = worker(alone, lambda: Judge(model, tells=True), lambda: Explaining(model))
    while only.step(moment, 50):
        pass
    reader = worker(shared, lambda: Judge(model, tells=True))
    settler = worker(shared, lambda: Judge(model), lambda: Explaining(model))
    while reader.read_ahead(50) + settler.settle(moment):
        pass
    assert kept(shared) == kept(alone)
    found = kept(alone)[0]
    assert len(found) == len(posts)
    assert len({row[7] for row in found}) > 5, "copies were recognised"
    with alone.reading() as t:
        read = t.assessments.many(post.id for post in posts).values()
    said = {(ground.about, ground.rule) for one in read for ground in one.grounds}
    assert {(SENTIMENT, TURNS), (SENTIMENT, WORDS), (DISCLOSURE, SHARED), (DISCLOSURE, ANSWERS)} <= said, "with reasons"
    assert {(SENTIMENT, AROUND), (DISCLOSURE, AROUND)} <= said, "also what was around the posts"


class Counting(KnownAnswers):
    """Counts what it read."""

    def __init__(self, labels: dict[str, Label]) -> None:
        super().__init__(labels)
        self.read: list[str] = []

    def assess(self, posts: Sequence[Post], disclosures_of: Any) -> list[Assessment]:
        self.read += [post.id for post in posts]
        return super().assess(posts, disclosures_of)


def post(name: str, at: datetime = NOON, text: str | None = None) -> Post:
    return Post(name, "bbs", Channel.FORUM, None, None, text or f"正文{name}", at, at, Reactions())


def test_no_more_than_a_few_batches_are_read_ahead_and_each_post_once(store: Store):
    reader = Counting({})
    reading = worker(store, lambda: reader)
    take_in(store, [post(f"p{n}") for n in range(3 * (AHEAD + 2))])
    assert [reading.read_ahead(3) for _ in range(AHEAD + 2)] == [3] * AHEAD + [0, 0]
    assert reading.settle(moment) == 3
    assert reading.read_ahead(3) == 3
    assert reader.read == [f"p{n}" for n in range(3 * (AHEAD + 1))]


def test_a_second_reader_waits_until_what_the_first_read_is_stored_and_then_remembers_it(store: Store):
    first, second = Counting({}), Counting({})
    one, two = worker(store, lambda: first), worker(store, lambda: second)
    take_in(store, [post(f"p{n}", NOON + n * SECOND) for n in range(4)])
    assert one.read_ahead(2) == 2
    assert two.read_ahead(2) == 0  # the first may have died: what it read is not lost, nor read twice
    assert two.settle(moment) == 2
    assert two.read_ahead(2) == 2
    assert [name for name, _ in second.remembered] == ["p0", "p1"]
    assert (first.read, second.read) == (["p0", "p1"], ["p2", "p3"])
    assert one.read_ahead(2) == 0  # it has missed two posts, and waits in its turn


def test_who_judges_alone_settles_what_was_read_ahead_and_reads_on_with_a_memory_of_it(store: Store):
    gone, left = Counting({}), Counting({})
    take_in(store, [post(f"p{n}", NOON + n * SECOND) for n in range(3)])
    assert worker(store, lambda: gone).read_ahead(2) == 2
    alone = worker(store, lambda: left)
    assert [alone.step(moment, 2) for _ in range(3)] == [2, 1, 0]
    assert (gone.read, left.read) == (["p0", "p1"], ["p2"])
    assert [name for name, _ in left.remembered] == ["p0", "p1"]


def test_who_has_missed_what_another_read_remembers_it_from_the_store(store: Store):
    loaded: list[Counting] = []

    def load() -> Counting:
        loaded.append(Counting({}))
        return loaded[-1]

    one, two = worker(store, load), worker(store, load)
    for n, judging in enumerate((one, one, two, one)):
        take_in(store, [post(f"p{n}", NOON + n * SECOND)])
        assert judging.step(moment) == 1
    assert [reader.read for reader in loaded] == [["p0", "p1"], ["p2"], ["p3"]]
    assert [name for name, _ in loaded[-1].remembered] == ["p0", "p1", "p2"]


def test_a_reader_whose_turn_was_taken_meanwhile_writes_nothing(store: Store):
    labels: dict[str, Label] = {}
    other = worker(store, lambda: KnownAnswers(labels))

    class Overtaken(KnownAnswers):
        """Somebody else reads and settles the same posts while this one is reading."""

        def assess(self, posts: Sequence[Post], disclosures_of: Any) -> list[Assessment]:
            done = threading.Thread(target=lambda: other.step(moment, 10))
            done.start()
            done.join(60)
            assert not done.is_alive()
            return super().assess(posts, disclosures_of)

    late = worker(store, lambda: Overtaken(labels))
    take_in(store, [post("p1"), post("p2")])
    assert late.read_ahead(10) == 0
    with store.reading() as t:
        assert t.read_ahead.count() == 0
        assert set(t.assessments.many(["p1", "p2"])) == {"p1", "p2"}
    assert waiting(store) == 0


def test_what_was_read_of_a_post_that_is_redacted_meanwhile_is_gone(store: Store):
    labels: dict[str, Label] = {}

    class Telling(KnownAnswers):
        def assess(self, posts: Sequence[Post], disclosures_of: Any) -> list[Assessment]:
            return [
                replace(read, why=((one.text, 1.0),))
                for read, one in zip(super().assess(posts, {}), posts, strict=True)
            ]

    judging = worker(store, lambda: Telling(labels))
    take_in(store, [post("p1", text="王小明住在幸福路3号"), post("p2")])
    assert judging.read_ahead(10) == 2
    redact(store, "p1", "漏了住址", OFFICE, NOON + HOUR)
    with store.reading() as t:
        assert t.read_ahead.first() is None
    assert judging.settle(moment) == 0
    assert judging.step(moment, 10) == 2
    with store.reading() as t:
        read = t.assessments.get("p1")
    assert read is not None
    assert read.why in ((), ((REDACTED_TEXT, 1.0),))


def test_a_change_whose_number_was_seen_late_is_read_all_the_same(store: Store):
    """On PostgreSQL a correction may get its number before a post and be seen after it."""
    judging = worker(store, lambda: KnownAnswers({}))
    take_in(store, [post("p1"), post("p2"), post("p3")])
    with store.transaction() as t:
        first = t.posts.waiting(1)[0]
        t.posts.settle([first.seq])
    assert judging.read_ahead(1) == 1
    with store.transaction() as t:
        row = {"seq": first.seq, "post_id": first.post_id, "change": first.change.value, "at": first.at}
        t.connection.execute(tables.intake.insert(), row)
    while judging.read_ahead(5) + judging.settle(moment):
        pass
    assert waiting(store) == 0
    with store.reading() as t:
        assert set(t.assessments.many(["p1", "p2", "p3"])) == {"p1", "p2", "p3"}


def test_what_one_worker_remembers_of_a_gathering_is_not_used_once_another_has_settled(store: Store):
    new(store)
    labels: dict[str, Label] = {f"p{n}": (Sentiment.NEGATIVE, "d1", Category.MISREADING, None) for n in range(3)}
    one, two = (worker(store, lambda: KnownAnswers(labels)) for _ in range(2))
    for n, judging in enumerate((one, two, one)):
        take_in(store, [post(f"p{n}", NOON + n * timedelta(minutes=1))])
        assert judging.step(moment) == 1
    with store.reading() as t:
        incident = t.incidents.newest_ongoing("d1")
        assert incident is not None
        assert [member.post_id for member in t.incidents.members(incident.id)] == ["p0", "p1", "p2"]
