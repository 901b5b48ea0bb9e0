"""What people and time take away while posts are being judged stays away, whoever comes first."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from sqlalchemy import func, select

from huiying.clock import steady_seconds
from pipeline.acts import Actor
from pipeline.expiry import Keeping, let_go_of_old
from pipeline.intake import receive
from pipeline.judging import Judging
from pipeline.notify import page_only
from pipeline.redacting import redact
from records.assessments import Assessment
from records.corrections import Correction, Verdict
from records.posts import Post, Reactions
from records.words import Channel, Role, Sentiment
from regulation.severity import severity_rules
from storage import tables
from storage.store import Store
from tests.pipeline.known_answers import DAY, HOUR, KEEP, NOON, KnownAnswers

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
