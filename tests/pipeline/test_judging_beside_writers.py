"""What people and time take away while posts are being judged stays away, whoever comes first."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from huiying.clock import steady_seconds
from pipeline.acts import Actor
from pipeline.correcting import Asked, correct
from pipeline.expiry import Keeping, let_go_of_old
from pipeline.intake import receive
from pipeline.judging import Judging
from pipeline.notify import page_only
from pipeline.redacting import redact
from pipeline.refusals import Refused
from records.assessments import Assessment
from records.corrections import Correction, Verdict
from records.people import Contact
from records.posts import REDACTED_TEXT, Post, Reactions
from records.words import Category, Channel, Role, Sentiment
from regulation.severity import severity_rules
from storage import tables
from storage.store import Store, Transaction
from tests.pipeline.known_answers import DAY, HOUR, KEEP, NOON, KnownAnswers, Label, record

OFFICE = Actor("王芳", Role.OFFICE)
WORDS = "王小明住在幸福路3号"


class Telling(KnownAnswers):
    """Keeps the words of a post as the reason; `meanwhile` happens while it reads."""

    def __init__(self, meanwhile: Callable[[], object] = lambda: None) -> None:
        super().__init__({})
        self._meanwhile = meanwhile

    def assess(self, posts: Sequence[Post], disclosures_of: Mapping[str, str | None]) -> list[Assessment]:
        read = super().assess(posts, disclosures_of)
        self._meanwhile()
        return [replace(one, why=((post.text, 1.0),)) for one, post in zip(read, posts, strict=True)]


def worker(store: Store, reader: KnownAnswers) -> Judging:
    return Judging(store, lambda: reader, severity_rules(), page_only)


def come(store: Store, name: str, text: str = WORDS) -> None:
    post = Post(name, "bbs", Channel.FORUM, None, None, text, NOON, NOON, Reactions())
    with store.transaction() as t:
        receive(t, post, NOON, KEEP)


def redacting(store: Store, name: str = "p1") -> None:
    redact(store, name, "漏了住址", OFFICE, NOON + HOUR)


def beside(store: Store, work: Callable[[], object]) -> threading.Thread:
    """Work that another begins now; this returns once it is done or waits for its turn."""
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    if store.engine.dialect.name != "postgresql":
        return thread  # one writer at a time anyway
    waits = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    until = steady_seconds() + 10
    while thread.is_alive() and steady_seconds() < until:
        with store.engine.connect() as connection:
            if connection.exec_driver_sql(waits).scalar_one():
                break
    return thread


def said_anywhere(store: Store) -> list[str]:
    """The tables in which the words still stand."""
    found = []
    with store.reading() as t:
        for table in tables.metadata.sorted_tables:
            rows = [str(tuple(map(_legible, row))) for row in t.connection.execute(select(table))]
            found += [table.name] * any(WORDS in row for row in rows)
    return found


def _legible(value: Any) -> Any:
    return value.decode(errors="replace") if isinstance(value, bytes) else value


def test_who_reads_need_not_wait_for_who_settles(store: Store):
    """On SQLite everybody waits for whoever writes."""
    labels: dict[str, Label] = {f"p{n}": (Sentiment.NEGATIVE, "d1", Category.MISREADING, None) for n in range(6)}
    with store.transaction() as t:
        t.disclosures.add(record("d1"), NOON - DAY, "王芳")
    for name in labels:
        come(store, name, f"正文{name}")
    reading = worker(store, KnownAnswers(labels))
    assert reading.read_ahead(3) == 3
    ahead: list[int] = []
    beside_it: list[threading.Thread] = []

    def routes(t: Transaction, recipient: str) -> Sequence[Contact]:
        # An incident is being opened: settling is in the midst of it.
        if not beside_it:
            beside_it.append(beside(store, lambda: ahead.append(reading.read_ahead(3))))
            if store.engine.dialect.name == "postgresql":
                beside_it[0].join(10)
                assert ahead == [3]
        return ()

    settling = Judging(store, lambda: KnownAnswers({}), severity_rules(), routes)
    assert settling.settle(NOON) == 3
    beside_it[0].join(10)
    assert ahead == [3]
    assert settling.settle(NOON) == 3
    with store.reading() as t:
        assert t.posts.waiting_count() == 0
        assert set(t.assessments.many(labels)) == set(labels)


def test_a_post_that_expired_does_not_come_back_with_the_gathering_that_a_worker_remembers(store: Store):
    labels: dict[str, Label] = {name: (Sentiment.NEGATIVE, "d1", Category.MISREADING, None) for name in ("p1", "p2")}
    with store.transaction() as t:
        t.disclosures.add(record("d1"), NOON - DAY, "王芳")
    judging = worker(store, KnownAnswers(labels))
    for name in labels:
        come(store, name, f"正文{name}")
    assert judging.step(NOON) == 2
    with store.transaction() as t:
        assert t.incidents.newest_ongoing("d1") is None
        t.posts.gone("p1", "bbs", NOON - 10 * DAY)
    assert let_go_of_old(store, Keeping(), NOON).posts == 1
    with store.reading() as t:
        read = t.assessments.get("p2")
    assert read is not None
    correct(store, Asked("p2", 1, Verdict.of(read), Verdict(Sentiment.NEUTRAL, "d1", None), "看错了"), OFFICE, NOON)
    while judging.step(NOON):
        pass
    with store.reading() as t:
        assert list(t.connection.execute(select(tables.member.c.post_id)).scalars()) == []


@pytest.mark.parametrize("before", [False, True])
def test_what_is_read_of_a_post_while_it_is_redacted_is_not_kept(store: Store, before: bool):
    """Nobody has read on a new store, nor since the last redaction: that says nothing about who reads just now."""
    come(store, "p1")
    come(store, "p2", "别的")
    if before:
        redacting(store, "p2")
    reader = Telling(lambda: beside(store, partial(redacting, store)).join(10))
    assert worker(store, reader).read_ahead(10) == 0
    assert said_anywhere(store) == []


def test_a_post_that_is_redacted_while_it_is_judged_leaves_no_words(store: Store):
    begun: list[threading.Thread] = []
    reader = Telling(lambda: begun.append(beside(store, partial(redacting, store))))
    come(store, "p1")
    worker(store, reader).step(NOON, 10)
    begun[0].join(10)
    assert said_anywhere(store) == []


def test_a_post_that_is_redacted_while_it_is_corrected_leaves_no_words(store: Store):
    come(store, "p1")
    worker(store, KnownAnswers({})).step(NOON, 10)
    with store.transaction() as t:
        t.incidents.take_turn()
        post, read = t.posts.get("p1"), t.assessments.get("p1")
        assert post is not None
        assert read is not None
        redaction = beside(store, partial(redacting, store))
        after = Verdict(Sentiment.NEGATIVE, None, None)
        made = Correction("p1", "p1", None, post.text, NOON, Verdict.of(read), after, None, "", "王芳", NOON, None)
        t.corrections.add(made)
    redaction.join(10)
    assert said_anywhere(store) == []


def test_a_post_whose_time_is_up_while_it_is_judged_leaves_nothing_behind(store: Store):
    begun: list[threading.Thread] = []
    expiry = partial(let_go_of_old, store, Keeping(), NOON + KEEP + DAY)
    come(store, "p1")
    worker(store, Telling(lambda: begun.append(beside(store, expiry)))).step(NOON, 10)
    begun[0].join(10)
    with store.reading() as t:
        kept = [
            t.connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (tables.post, tables.assessment, tables.intake, tables.member)
        ]
    assert kept == [0, 0, 0, 0]


class Remembering(KnownAnswers):
    """Reads by the words: bad ones on 甲 are negative on d1. A text that it has met before is a copy."""

    def __init__(self) -> None:
        super().__init__({})
        self._roots: dict[str, str] = {}

    def remember(self, posts_with_root: Iterable[tuple[Post, str]]) -> None:
        for post, root in posts_with_root:
            self._roots.setdefault(post.text, root)

    def assess(self, posts: Sequence[Post], disclosures_of: Mapping[str, str | None]) -> list[Assessment]:
        read = []
        for post in posts:
            bad = "坏" in post.text
            root = self._roots.setdefault(post.text, post.id)
            sentiment = Sentiment.NEGATIVE if bad else Sentiment.NEUTRAL
            self.labels = {post.id: (sentiment, "d1" if bad else None, None, root if root != post.id else None)}
            read.append(replace(self._assessment(post.id), why=((post.text, 1.0),)))
        return read


def judging_at_random(store: Store) -> Callable[[random.Random], object]:
    """A worker that does any part of its work, of any size."""
    one = worker(store, Remembering())
    acts = (one.read_ahead, one.read_ahead, lambda _: one.settle(NOON), partial(one.step, NOON))
    return lambda chance: chance.choice(acts)(chance.randint(1, 9))


class Changing:
    """Somebody who edits, corrects, redacts or lets go of posts named e; `taken_away` are texts that were redacted."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.taken_away: set[str] = set()

    def __call__(self, chance: random.Random) -> None:
        with self.store.reading() as t:
            newest = t.posts.newest(30)
            posts = [post for post in newest if post.id.startswith("e") and post.text != REDACTED_TEXT]
            read = t.assessments.many(post.id for post in posts)
        if posts:
            post = chance.choice(posts)
            act = chance.choice([self.edit, self.redact, self.let_go, partial(self.correct, read.get(post.id))])
            with suppress(Refused):  # somebody else was first
                act(post)

    def edit(self, post: Post) -> None:
        with self.store.transaction() as t:
            receive(t, replace(post, text=f"{post.text}改"), NOON, KEEP)

    def redact(self, post: Post) -> None:
        redacting(self.store, post.id)
        self.taken_away.add(post.text)

    def correct(self, read: Assessment | None, post: Post) -> None:
        if read is not None:
            verdict = Verdict(Sentiment.NEUTRAL, "d1", None)
            correct(self.store, Asked(post.id, post.version, Verdict.of(read), verdict, "看错了"), OFFICE, NOON)

    def let_go(self, post: Post) -> None:
        with self.store.transaction() as t:
            t.posts.gone(post.id, post.source, NOON - 10 * DAY)
        let_go_of_old(self.store, Keeping(), NOON)


def again_and_again(act: Callable[[random.Random], object], seed: int, over: threading.Event) -> None:
    chance = random.Random(seed)
    while not over.is_set():
        act(chance)


def test_three_workers_at_random_beside_everybody_else_judge_each_post_and_keep_no_more_than_is_there(store: Store):
    """Posts named c are left as they came, copies among them."""
    with store.transaction() as t:
        t.disclosures.add(record("d1"), NOON - DAY, "王芳")
    over, changing = threading.Event(), Changing(store)
    acts = [*(judging_at_random(store) for _ in range(3)), changing, changing]
    with ThreadPoolExecutor(len(acts)) as pool:
        running = [pool.submit(again_and_again, act, seed, over) for seed, act in enumerate(acts)]
        try:
            for number in range(70):
                come(store, f"e{number}", f"甲坏e{number}号")
                come(store, f"c{number}", f"甲坏c{number // 3}号")
        finally:
            over.set()
        for one in running:
            one.result(120)
    last = worker(store, Remembering())
    while last.step(NOON, 50):
        pass
    with store.reading() as t:
        rows = {table.name: list(t.connection.execute(select(table))) for table in tables.metadata.sorted_tables}
    posts = {row.id: row for row in rows["post"]}
    assessed = {row.post_id: row for row in rows["assessment"]}
    members = [row.post_id for row in rows["member"]]
    assert (rows["intake"], rows["read_ahead"]) == ([], [])
    assert set(assessed) == set(posts)
    assert len(rows["incident"]) == 1
    assert len(members) == len(set(members))
    assert {f"c{number}" for number in range(70)} <= set(members) <= set(posts)
    firsts = [name for name, row in assessed.items() if name.startswith("c") and row.duplicate_of is None]
    assert len(firsts) == len({row.text for name, row in posts.items() if name.startswith("c")})
    whose = {name: [term for term, _ in row.why] for name, row in assessed.items()}
    assert [name for name, said in whose.items() if said not in ([], [posts[name].text])] == []
    assert changing.taken_away
    assert [name for name, held in rows.items() for text in changing.taken_away if f"'{text}'" in str(held)] == []
