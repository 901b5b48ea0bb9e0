"""Pushes: who may, what is stored of them, and that each happens once or not at all."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from sqlalchemy.exc import SQLAlchemyError

from crawlers.sources import Source, source_from
from pipeline.inbound import REMEMBERED, Push, Receiving, Taken, TooFast, TooMany, Unproven, take_in
from pipeline.intake import Received
from records.posts import Post, RawPost
from records.signing import signature
from storage.posts import Change
from storage.sources import Patrol, SourceState
from storage.store import Store

NOON = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
KEY, OLD_KEY, OTHER_KEY = b"k" * 32, b"o" * 32, b"x" * 32
HOTLINE = source_from({"id": "hotline", "name": "12345 热线", "kind": "inbound", "channel": "hotline"})


def deps(store: Store, sources: Sequence[Source] = (HOTLINE,), **more: Any) -> Receiving:
    known = {source.id: source for source in sources}
    keys = {"hotline": (KEY, OLD_KEY), "closed": (KEY,)}
    return Receiving(store, known.get, lambda name: keys.get(name, ()), timedelta(days=180), 500, **more)


def post(identifier: str | None = "1", words: str = "三天没水了", **more: Any) -> dict[str, Any]:
    return {"id": identifier, "text": words, "published_at": "2026-03-05T11:00:00+08:00", **more}


def pushed(
    *rows: dict[str, Any] | str,
    at: datetime = NOON,
    key: bytes = KEY,
    source: str = "hotline",
    body: bytes | None = None,
) -> Push:
    """A push of these rows, signed at that time."""
    lines = [row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows]
    body = "\n".join(lines).encode() if body is None else body
    timestamp = str(int(at.timestamp()))
    return Push(source, timestamp, signature(key, timestamp, body), body)


def texts(store: Store) -> set[str]:
    with store.reading() as t:
        return {post.text for post in t.posts.newest(1000)}


def log(store: Store) -> list[Patrol]:
    with store.reading() as t:
        return t.sources.patrol_log("hotline")


def state(store: Store) -> SourceState:
    with store.reading() as t:
        return t.sources.states()["hotline"]


def test_what_is_pushed_is_masked_stored_queued_and_logged(store: Store):
    row = post(words="电话13912345678，三天没水了", author="张某某", url="https://a.example/t/5?uid=99")
    assert take_in(deps(store), pushed(row), NOON) == Taken({Received.NEW: 1})
    with store.reading() as t:
        (stored,) = t.posts.newest(10)
        assert [(waiting.post_id, waiting.change) for waiting in t.posts.waiting(10)] == [(stored.id, Change.NEW)]
    assert "13912345678" not in stored.text
    assert "三天没水了" in stored.text
    assert (stored.source, stored.channel.value, stored.seen_at) == ("hotline", "hotline", NOON)
    assert stored.url == "https://a.example/t/5"
    assert "张某某" not in repr(stored)


@pytest.mark.clause("H-41")
def test_every_accepted_push_is_a_line_of_the_patrol_log(store: Store):
    take_in(deps(store), pushed(post("1"), post("2", "又一条"), post("3", " "), post("4", "")), NOON)
    (line,) = log(store)
    assert (line.outcome, line.new_posts, line.updates, line.dropped) == ("ok", 2, 0, 2)
    assert line.detail == "丢弃 2 条：缺少“text”或不是文字：请填写非空的文字"
    assert state(store).last_answer_at == state(store).last_post_at == NOON
    assert state(store).silent_since is None


@pytest.mark.clause("H-41")
def test_a_push_of_nothing_says_that_there_is_nothing_new(store: Store):
    assert take_in(deps(store), pushed(body=b"[]"), NOON) == Taken()
    assert [(line.outcome, line.new_posts) for line in log(store)] == [("empty", 0)]
    assert state(store).last_answer_at == NOON
    assert state(store).last_post_at is None


def test_a_push_of_which_nothing_can_be_used_is_no_answer(store: Store):
    taken = take_in(deps(store), pushed("{", "[", post(published_at="昨天")), NOON)
    assert not taken.usable
    assert [rejected.line for rejected in taken.rejected] == [1, 2, 3]
    assert [line.outcome for line in log(store)] == ["not_expected"]
    assert state(store).failures == 1
    assert state(store).silent_since == NOON
    assert texts(store) == set()


def test_wrong_lines_are_told_by_number_and_without_their_text_and_the_others_are_stored(store: Store):
    secret = "家住昌平路八号的人"
    rows = (
        post("1"),
        f'{{"text": "{secret}',
        post("2", secret, published_at="x"),
        post("3", "\u200b"),
        post("4", "好了"),
    )
    taken = take_in(deps(store), pushed(*rows), NOON)
    assert [rejected.line for rejected in taken.rejected] == [2, 3, 4]
    assert secret not in repr(taken)
    assert secret not in repr(log(store))
    assert texts(store) == {"三天没水了", "好了"}


def test_half_an_array_is_refused_whole(store: Store):
    taken = take_in(deps(store), pushed(body=json.dumps([post(), post("2", "又一条")]).encode()[:-1]), NOON)
    assert not taken.usable
    assert texts(store) == set()


def refused(store: Store, push: Push, now: datetime = NOON, **more: Any) -> str:
    """Why the push is refused; nothing of it is stored or logged."""
    before = (texts(store), log(store))
    with pytest.raises(Unproven) as told:
        take_in(deps(store, **more), push, now)
    assert (texts(store), log(store)) == before
    return str(told.value)


def test_an_unsigned_forged_or_altered_push_is_refused(store: Store):
    good = pushed(post())
    refused(store, replace(good, signature=""))
    refused(store, replace(good, timestamp=""))
    refused(store, replace(good, body=good.body + b" "))
    refused(store, replace(good, timestamp=str(int(good.timestamp) + 1)))
    refused(store, pushed(post(), key=OTHER_KEY))
    refused(store, pushed(post(), key=b""))


def test_a_push_for_another_source_is_refused(store: Store):
    other = source_from({**HOTLINE.row, "id": "other"})
    refused(store, pushed(post(), source="other"), sources=(HOTLINE, other))
    refused(store, pushed(post(), source="unknown"))
    refused(store, pushed(post(), source="../hotline"))
    assert refused(store, pushed(post(), source="closed")) == "no such source, or disabled"


def test_a_push_of_another_time_is_refused(store: Store):
    for minutes in (-6, 6, -60 * 24):
        refused(store, pushed(post(), at=NOON + minutes * MINUTE))


def test_a_push_of_about_now_by_the_new_or_the_old_key_is_good(store: Store):
    for number, (minutes, key) in enumerate([(-5, KEY), (5, KEY), (0, OLD_KEY)]):
        push = pushed(post(str(number), f"第{number}条"), at=NOON + minutes * MINUTE, key=key)
        assert take_in(deps(store), push, NOON).tally == {Received.NEW: 1}


def test_a_replayed_push_is_refused_as_long_as_its_time_is_good(store: Store):
    early = NOON + 5 * MINUTE  # by a sender whose clock runs fast
    push = pushed(post(), at=early)
    take_in(deps(store), push, NOON)
    for minutes in (0, 1, 10):
        # Pushes in between prune what is remembered.
        take_in(deps(store), pushed(body=b"[]", at=NOON + minutes * MINUTE), NOON + minutes * MINUTE)
        assert refused(store, push, NOON + minutes * MINUTE) == "was accepted before"
        assert refused(store, replace(push, signature=push.signature.upper()), NOON + minutes * MINUTE)
    assert refused(store, push, NOON + 11 * MINUTE) == "no timestamp of about now"


def test_accepted_pushes_are_not_remembered_for_ever(store: Store):
    take_in(deps(store), pushed(post()), NOON)
    later = NOON + REMEMBERED + MINUTE
    take_in(deps(store), pushed(body=b"[]", at=later), later)
    with store.reading() as t:
        assert t.connection.execute(text("SELECT count(*) FROM push")).scalar() == 1


def test_the_same_push_many_times_at_once_is_accepted_once(store: Store):
    push = pushed(*(post(str(number), f"第{number}条") for number in range(20)))
    together = threading.Barrier(4, timeout=60)
    results: list[Taken | Unproven] = []

    def send() -> None:
        def admit_together(raw: RawPost) -> Post:
            if raw.text == "第0条":
                together.wait(30)
            return deps(store).admit(raw)

        try:
            results.append(take_in(deps(store, admit=admit_together), push, NOON))
        except Unproven as refusal:
            results.append(refusal)

    senders = [threading.Thread(target=send) for _ in range(4)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(60)
    accepted = [result for result in results if isinstance(result, Taken)]
    assert len(results) == 4
    assert [taken.tally for taken in accepted] == [{Received.NEW: 20}]
    assert [line.new_posts for line in log(store)] == [20]
    assert len(texts(store)) == 20


def test_pushed_again_with_a_new_signature_nothing_is_stored_twice(store: Store):
    rows = (post("1"), post(None, "没有编号的一条"))
    take_in(deps(store), pushed(*rows), NOON)
    again = take_in(deps(store), pushed(*rows, at=NOON + MINUTE), NOON + MINUTE)
    assert again.tally == {Received.UNCHANGED: 2}
    assert len(texts(store)) == 2


def test_a_post_without_an_id_has_one_name_even_where_its_time_is_in_the_future(store: Store):
    row = post(None, "没有编号的一条", published_at="2026-03-05T23:00:00+08:00")
    take_in(deps(store), pushed(row), NOON)
    assert take_in(deps(store), pushed(row, at=NOON + MINUTE), NOON + MINUTE).tally == {Received.UNCHANGED: 1}
    with store.reading() as t:
        (stored,) = t.posts.newest(10)
    assert (stored.published_at, stored.flags) == (NOON, ("date_clamped",))


def test_a_known_id_brings_new_reactions_or_a_new_version(store: Store):
    take_in(deps(store), pushed(post("1"), post("2", "又一条")), NOON)
    rows = (post("1", reactions={"likes": 9}), post("2", "又一条，改过"))
    taken = take_in(deps(store), pushed(*rows, at=NOON + MINUTE), NOON + MINUTE)
    assert taken.tally == {Received.UPDATED: 1, Received.EDITED: 1}
    with store.reading() as t:
        stored = {p.text: (p.version, p.reactions.likes, p.seen_at) for p in t.posts.newest(10)}
    assert stored == {"三天没水了": (1, 9, NOON), "又一条，改过": (2, None, NOON)}
    assert log(store)[0].updates == 2


def test_what_was_published_too_long_ago_stays_outside(store: Store):
    taken = take_in(deps(store), pushed(post(published_at="2025-01-01T00:00:00+08:00")), NOON)
    assert taken.tally == {Received.TOO_OLD: 1}
    assert texts(store) == set()
    assert (log(store)[0].dropped, log(store)[0].detail) == (1, "丢弃 1 条：发布时间早于保存期限")


def test_a_push_of_too_many_posts_is_refused_whole_and_may_be_sent_in_parts(store: Store):
    rows = [post(str(number), f"第{number}条") for number in range(501)]
    push = pushed(*rows)
    with pytest.raises(TooMany, match="500"):
        take_in(deps(store), push, NOON)
    assert (texts(store), log(store)) == (set(), [])
    assert take_in(deps(store), pushed(*rows[:500]), NOON).tally == {Received.NEW: 500}


def test_a_source_pushes_so_many_new_posts_an_hour_and_the_rest_waits_with_its_sender(store: Store):
    slow = replace(deps(store), most=3, most_an_hour=4)
    assert take_in(slow, pushed(post("1", "甲"), post("2", "乙"), post("3", "丙")), NOON).tally == {Received.NEW: 3}
    two = (post("4", "丁"), post("5", "戊"))
    with pytest.raises(TooFast, match="最多收 4 条"):
        take_in(slow, pushed(*two, at=NOON + MINUTE), NOON + MINUTE)
    assert texts(store) == {"甲", "乙", "丙"}
    # What is known already is no flood: new reactions come in at any time.
    liked = post("1", "甲", reactions={"likes": 9})
    assert take_in(slow, pushed(liked, at=NOON + MINUTE), NOON + MINUTE).tally == {Received.UPDATED: 1}
    later = NOON + timedelta(hours=1)
    assert take_in(slow, pushed(*two, at=later), later).tally == {Received.NEW: 2}


def test_a_text_that_breaks_the_cleaning_is_rejected_alone(store: Store):
    sound = deps(store).admit

    def admit(raw: RawPost) -> Post:
        if "坏" in raw.text:
            raise ZeroDivisionError("坏")
        return sound(raw)

    taken = take_in(deps(store, admit=admit), pushed(post("1", "坏的"), post("2", "好的")), NOON)
    assert [(r.line, r.reason) for r in taken.rejected] == [(1, "清洗时程序出错（ZeroDivisionError）")]
    assert texts(store) == {"好的"}


@pytest.mark.parametrize(
    "at_statement", ["INSERT INTO push", "INSERT INTO post ", "INSERT INTO intake", "INSERT INTO patrol"]
)
def test_a_store_that_fails_half_way_has_taken_nothing_and_the_same_push_may_come_again(
    store: Store, at_statement: str
):
    push = pushed(post("1"), post("2", "又一条"))
    with failing(store, at_statement), pytest.raises(SQLAlchemyError):
        take_in(deps(store), push, NOON)
    assert (texts(store), log(store)) == (set(), [])
    assert take_in(deps(store), push, NOON).tally == {Received.NEW: 2}


class failing:
    """A store whose statements of that kind fail."""

    def __init__(self, store: Store, beginning: str) -> None:
        self._engine = store.engine
        self._beginning = beginning

    def __enter__(self) -> None:
        event.listen(self._engine, "before_cursor_execute", self._fail)

    def __exit__(self, *_: object) -> None:
        event.remove(self._engine, "before_cursor_execute", self._fail)

    def _fail(self, _connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if statement.startswith(self._beginning):
            raise SQLAlchemyError("the store is gone")


def test_for_an_unknown_sender_the_store_is_not_asked(store: Store):
    asked: list[str] = []
    listen: Callable[..., None] = lambda *given: asked.append(given[2])  # noqa: E731
    event.listen(store.engine, "before_cursor_execute", listen)
    with pytest.raises(Unproven):
        take_in(deps(store), pushed(post(), key=OTHER_KEY), NOON)
    assert asked == []
