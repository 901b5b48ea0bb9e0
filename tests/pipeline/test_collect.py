"""Collecting: from due sources to stored posts, with every outcome in the patrol log."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from crawlers.jobs import Begun, Done, Ended, Event, Found, Gone, Job, KnownPage, PageRead, There, Whole
from crawlers.outcomes import Outcome
from crawlers.settings import CrawlSettings
from crawlers.sources import Source
from pipeline.collect import Collector, collect_due
from pipeline.patrols import BATCH, LONGEST_WAIT, Collecting, Habits
from records.posts import Reactions
from storage.posts import Change
from storage.store import Store
from tests.crawlers.crawling import source
from tests.crawlers.site import Answer, serving

NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
A, B, C = (source(name, f"https://{name}.example/rss", interval_seconds=60, adaptive=False) for name in "abc")


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.at = NOON

    def __call__(self) -> datetime:
        return self.at


def found(of: str, name: str, text: str = "三天没水了", likes: int = 0) -> Found:
    return Found(of, name, "forum", f"https://{of}.example/{name}", None, text, NOON, Reactions(likes=likes), None, ())


def page(of: str, name: str) -> PageRead:
    return PageRead(of, KnownPage(name, None, None, "f", NOON))


def done(of: str, outcome: Outcome = Outcome.OK, **more: Any) -> Done:
    values = {"pages": 1, "found": 1, "dropped": {}, "flags": {}, "detail": None, "retry_after": None}
    return Done(of, outcome, **{**values, **more})


def deps(
    store: Store, clock: Callable[[], datetime], crawl: Callable[[Job], Iterator[Event]], **more: Any
) -> Collecting:
    return Collecting(store, CrawlSettings(), timedelta(days=180), clock, crawl=crawl, **more)


def scripted(*events: Event, jobs: list[Job] | None = None) -> Callable[[Job], Iterator[Event]]:
    """A crawl that says what the test wants."""

    def crawl(job: Job) -> Iterator[Event]:
        if jobs is not None:
            jobs.append(job)
        yield from events

    return crawl


def log(store: Store, of: str) -> list[tuple[str, int, int, int]]:
    with store.reading() as t:
        return [(p.outcome, p.new_posts, p.updates, p.dropped) for p in t.sources.patrol_log(of)]


def texts(store: Store) -> set[str]:
    with store.reading() as t:
        return {post.text for post in t.posts.newest(1000)}


def test_what_is_found_is_masked_stored_queued_and_logged(store: Store) -> None:
    crawl = scripted(Begun("a"), found("a", "1", "电话13912345678，三天没水了"), page("a", "p"), done("a"), Ended(None))
    (patrol,) = collect_due(deps(store, Clock(), crawl), [A])
    assert (patrol.outcome, patrol.new_posts, patrol.updates) == ("ok", 1, 0)
    with store.reading() as t:
        post = t.posts.get("1")
        assert post is not None
        assert "13912345678" not in post.text
        assert "三天没水了" in post.text
        assert (post.source, post.seen_at) == ("a", NOON)
        assert [(w.post_id, w.change) for w in t.posts.waiting(10)] == [("1", Change.NEW)]
        assert [known.page for known in t.sources.pages("a")] == ["p"]
        assert t.sources.states()["a"].last_post_at == NOON
    assert log(store, "a") == [("ok", 1, 0, 0)]


def test_reading_again_updates_the_reactions_of_known_posts_and_stores_none_twice(store: Store) -> None:
    clock = Clock()
    collect_due(deps(store, clock, scripted(found("a", "1"), done("a"), Ended(None))), [A])
    clock.at += MINUTE
    crawl = scripted(found("a", "1", likes=99), found("a", "2", "第二条"), done("a"), Ended(None))
    (patrol,) = collect_due(deps(store, clock, crawl), [A])
    assert (patrol.new_posts, patrol.updates) == (1, 1)
    with store.reading() as t:
        post = t.posts.get("1")
        assert post is not None
        assert (post.reactions.likes, post.seen_at) == (99, NOON)


def test_an_edited_page_becomes_a_new_version(store: Store) -> None:
    clock = Clock()
    collect_due(deps(store, clock, scripted(found("a", "1"), done("a"), Ended(None))), [A])
    clock.at += MINUTE
    crawl = scripted(found("a", "1", "水来了，谢谢大家"), done("a"), Ended(None))
    (patrol,) = collect_due(deps(store, clock, crawl), [A])
    assert (patrol.new_posts, patrol.updates) == (0, 1)
    with store.reading() as t:
        post = t.posts.get("1")
        assert post is not None
        assert (post.text, post.version) == ("水来了，谢谢大家", 2)


def test_an_item_that_cannot_be_let_in_is_counted_with_its_reason(store: Store) -> None:
    crawl = scripted(found("a", "1"), found("a", "2", "\u200b"), done("a", dropped={"取不到正文": 2}), Ended(None))
    (patrol,) = collect_due(deps(store, Clock(), crawl), [A])
    assert (patrol.new_posts, patrol.dropped) == (1, 3)
    assert patrol.detail is not None
    assert "丢弃 2 条：取不到正文" in patrol.detail
    assert "丢弃 1 条：“text”" in patrol.detail


def test_a_source_all_of_whose_items_are_turned_away_was_not_collected(store: Store) -> None:
    (patrol,) = collect_due(deps(store, Clock(), scripted(found("a", "1", "\u200b"), done("a"), Ended(None))), [A])
    assert patrol.outcome == "nothing_extracted"
    with store.reading() as t:
        assert t.sources.states()["a"].failures == 1


def test_an_odd_text_that_trips_the_cleaning_loses_itself_alone(store: Store) -> None:
    from nlp.admission import admit

    def tripping(raw: Any) -> Any:
        if raw.text == "怪":
            raise IndexError("怪")
        return admit(raw)

    crawl = scripted(found("a", "1", "怪"), found("a", "2"), done("a"), Ended(None))
    (patrol,) = collect_due(deps(store, Clock(), crawl, admit=tripping), [A])
    assert (patrol.new_posts, patrol.dropped, patrol.detail) == (1, 1, "丢弃 1 条：清洗时程序出错（IndexError）")


def test_only_due_and_enabled_sources_are_read_and_all_of_them_in_one_crawl(store: Store) -> None:
    jobs: list[Job] = []
    off = source("off", "https://off.example/", enabled=False)
    clock = Clock()
    crawl = scripted(done("a"), done("b"), Ended(None), jobs=jobs)
    collect_due(deps(store, clock, crawl), [A, B, off])
    clock.at += MINUTE - timedelta(seconds=7)  # a tenth of the interval, and a second, early
    assert collect_due(deps(store, clock, crawl), [A, B, off]) == []
    clock.at += timedelta(seconds=7)
    collect_due(deps(store, clock, crawl), [A, B, off])
    assert [[source.id for source in job.sources] for job in jobs] == [["a", "b"], ["a", "b"]]


def test_a_source_that_is_nearly_due_shares_the_process_of_one_that_is(store: Store) -> None:
    jobs: list[Job] = []
    clock = Clock()
    collect_due(deps(store, clock, scripted(done("a"), Ended(None))), [A])
    clock.at += timedelta(seconds=5)
    collect_due(deps(store, clock, scripted(done("b"), Ended(None))), [B])
    clock.at = NOON + MINUTE
    collect_due(deps(store, clock, scripted(done("a"), done("b"), Ended(None), jobs=jobs)), [A, B])
    assert [source.id for source in jobs[0].sources] == ["a", "b"]


def test_a_crawl_is_told_what_its_pages_looked_like(store: Store) -> None:
    jobs: list[Job] = []
    clock = Clock()
    collect_due(deps(store, clock, scripted(found("a", "1"), page("a", "p"), done("a"), Ended(None))), [A])
    clock.at += MINUTE
    collect_due(deps(store, clock, scripted(done("a"), Ended(None), jobs=jobs)), [A])
    assert jobs[0].known == {"a": [KnownPage("p", None, None, "f", NOON)]}


@pytest.mark.clause("H-41")
def test_a_failing_source_is_logged_backs_off_and_delays_no_other(store: Store) -> None:
    clock = Clock()
    crawl = scripted(done("a", Outcome.TIMEOUT, pages=0, detail="超时"), found("b", "1"), done("b"), Ended(None))
    collect_due(deps(store, clock, crawl), [A, B])
    assert (log(store, "a"), log(store, "b")) == ([("timeout", 0, 0, 0)], [("ok", 1, 0, 0)])
    with store.reading() as t:
        states = t.sources.states()
        assert (states["a"].failures, states["a"].error, states["a"].silent_since) == (1, "超时", NOON)
        assert (states["b"].failures, states["b"].silent_since) == (0, None)


def test_a_site_that_asks_to_be_left_alone_is_left_alone_though_posts_came(store: Store) -> None:
    clock = Clock()
    collect_due(deps(store, clock, scripted(found("a", "1"), done("a", retry_after=3600.0), Ended(None))), [A])
    clock.at += timedelta(minutes=59, seconds=50)
    with store.reading() as t:
        assert t.sources.due(clock.at, ["a"]) == []
        assert t.sources.due(NOON + timedelta(hours=1), ["a"]) == ["a"]


def test_a_page_without_anything_new_is_an_answer_and_not_a_silence(store: Store) -> None:
    collect_due(deps(store, Clock(), scripted(done("a", Outcome.UNCHANGED, found=0), Ended(None))), [A])
    with store.reading() as t:
        state = t.sources.states()["a"]
        assert (state.last_answer_at, state.last_post_at, state.silent_since) == (NOON, None, None)


@pytest.mark.parametrize(
    "outcome", [outcome for outcome in Outcome if not outcome.answered and outcome is not Outcome.CUT_OFF]
)
def test_nothing_that_went_wrong_counts_as_an_answer(store: Store, outcome: Outcome) -> None:
    collect_due(deps(store, Clock(), scripted(done("a", outcome, found=0), Ended(None))), [A])
    with store.reading() as t:
        state = t.sources.states()["a"]
        assert (state.last_answer_at, state.failures) == (None, 1)
        assert state.error


def test_when_a_crawl_hangs_the_source_it_hung_on_fails_and_the_others_go_on_at_once(store: Store) -> None:
    clock = Clock()
    crawl = scripted(
        Begun("a"),
        found("a", "1"),
        done("a"),
        Begun("c"),
        found("c", "2", "已经到的一条"),
        Begun("b"),
        Ended(Outcome.HUNG, "超过时限，已终止"),
    )
    collect_due(deps(store, clock, crawl), [A, B, C])
    assert log(store, "a") == [("ok", 1, 0, 0)]
    assert log(store, "b") == [("hung", 0, 0, 0)]
    assert log(store, "c") == [("cut_off", 1, 0, 0)]
    assert "已经到的一条" in texts(store)
    with store.reading() as t:
        states = t.sources.states()
        assert (states["b"].failures, states["c"].failures) == (1, 0)
        assert t.sources.due(NOON + timedelta(seconds=1), ["a", "b", "c"]) == ["c"]


def test_a_crawl_that_falls_over_before_any_page_fails_all_its_sources(store: Store) -> None:
    collect_due(deps(store, Clock(), scripted(Ended(Outcome.CRASHED, "采集进程意外退出（-11）"))), [A, B])
    assert log(store, "a") == log(store, "b") == [("crashed", 0, 0, 0)]


def test_a_source_cut_off_after_some_pages_goes_on_at_its_next_turn_without_blame(store: Store) -> None:
    crawl = scripted(found("a", "1"), done("a", Outcome.CUT_OFF), Ended(None))
    collect_due(deps(store, Clock(), crawl), [A])
    with store.reading() as t:
        assert t.sources.states()["a"].failures == 0
        assert t.sources.due(NOON + MINUTE, ["a"]) == ["a"]


def test_posts_are_stored_while_the_crawl_still_runs(store: Store) -> None:
    seen: list[int] = []

    def crawl(job: Job) -> Iterator[Event]:
        for number in range(BATCH):
            yield found("a", str(number), f"第{number}条")
        seen.append(len(texts(store)))
        clock.at += LONGEST_WAIT
        yield found("a", "late", "页末的一条")
        yield page("a", "p")
        seen.append(len(texts(store)))
        yield done("a")
        yield Ended(None)

    clock = Clock()
    collect_due(deps(store, clock, crawl), [A])
    assert seen == [BATCH, BATCH + 1]


def test_pages_that_come_fast_are_stored_together(store: Store) -> None:
    seen: list[int] = []

    def crawl(job: Job) -> Iterator[Event]:
        for number in range(3):
            yield found("a", str(number), f"第{number}条")
            yield page("a", f"p{number}")
            seen.append(len(texts(store)))
        clock.at += LONGEST_WAIT
        yield found("a", "later", "一秒以后")
        yield page("a", "later")
        seen.append(len(texts(store)))
        yield done("a")
        yield Ended(None)

    clock = Clock()
    collect_due(deps(store, clock, crawl), [A])
    assert seen == [1, 1, 1, 4]


def test_a_crash_between_posts_and_the_end_repeats_a_page_and_loses_none(store: Store) -> None:
    class Died(Exception):
        pass

    def dies(job: Job) -> Iterator[Event]:
        yield found("a", "1")
        yield page("a", "first")
        yield found("a", "2", "还没写完的一页")
        raise Died

    clock = Clock()
    with pytest.raises(Died):
        collect_due(deps(store, clock, dies), [A])
    with store.reading() as t:
        assert [known.page for known in t.sources.pages("a")] == ["first"]
    assert texts(store) == {"三天没水了"}
    # It is due again, and the page whose posts were lost is not known.
    clock.at += timedelta(seconds=CrawlSettings().run_seconds) + MINUTE
    jobs: list[Job] = []
    crawl = scripted(found("a", "2", "还没写完的一页"), page("a", "second"), done("a"), Ended(None), jobs=jobs)
    collect_due(deps(store, clock, crawl), [A])
    assert [known.page for known in jobs[0].known["a"]] == ["first"]
    assert texts(store) == {"三天没水了", "还没写完的一页"}


def test_while_one_source_hangs_the_others_are_read_as_they_become_due(store: Store) -> None:
    hanging, reading = threading.Event(), threading.Event()
    read: list[str] = []

    def crawl(job: Job) -> Iterator[Event]:
        for asked in job.sources:
            read.append(asked.id)
            if asked.id != "a":
                yield done(asked.id, Outcome.UNCHANGED)
        if job.sources[0].id == "a":
            reading.set()
            assert hanging.wait(20)
            yield done("a", Outcome.TIMEOUT)
        yield Ended(None)

    clock = Clock()
    collector = Collector(deps(store, clock, crawl), lambda: [A, B])
    assert collector.tick() == 2
    assert reading.wait(20)
    wait_until(lambda: collector.busy() == {"a"})
    clock.at += MINUTE
    assert collector.tick() == 1
    wait_until(lambda: collector.busy() == {"a"})
    hanging.set()
    wait_until(lambda: not collector.busy())
    assert read == ["a", "b", "b"]


def test_a_host_is_read_by_one_crawl_at_a_time(store: Store) -> None:
    hold, read = threading.Event(), []

    def crawl(job: Job) -> Iterator[Event]:
        read.append([asked.id for asked in job.sources])
        if job.sources[0].id == "a":
            assert hold.wait(20)
        yield from [done(asked.id, Outcome.UNCHANGED) for asked in job.sources]
        yield Ended(None)

    beside = source("beside", "https://a.example:8443/other", interval_seconds=60)
    rows: list[Source] = [A]
    collector = Collector(deps(store, Clock(), crawl), lambda: rows)
    assert collector.tick() == 1
    rows += [beside, B]
    assert collector.tick() == 1
    wait_until(lambda: collector.busy() == {"a"})
    hold.set()
    wait_until(lambda: not collector.busy())
    assert collector.tick() == 1
    wait_until(lambda: not collector.busy())
    assert read == [["a"], ["b"], ["beside"]]


def test_a_host_that_wants_to_be_left_alone_is_left_alone_by_every_source_on_it(store: Store) -> None:
    clock, read = Clock(), []

    def crawl(job: Job) -> Iterator[Event]:
        read.append([asked.id for asked in job.sources])
        for asked in job.sources:
            busy = asked.id == "a" and len(read) == 1
            yield done(asked.id, Outcome.SLOW_DOWN, retry_after=600.0) if busy else done(asked.id, Outcome.UNCHANGED)
        yield Ended(None)

    beside = source("beside", "https://a.example/other", interval_seconds=60)
    rows: list[Source] = [A]
    collector = Collector(deps(store, clock, crawl), lambda: rows)
    collector.tick()
    wait_until(lambda: not collector.busy())
    rows.append(beside)
    clock.at += timedelta(seconds=599)
    assert collector.tick() == 0
    clock.at += timedelta(seconds=1)
    assert collector.tick() == 2
    wait_until(lambda: not collector.busy())
    assert read == [["a"], ["a", "beside"]]


def test_what_went_wrong_in_a_crawl_is_raised_where_somebody_can_act(store: Store) -> None:
    def crawl(job: Job) -> Iterator[Event]:
        raise OSError("no process")
        yield

    collector = Collector(deps(store, Clock(), crawl), lambda: [A])
    collector.tick()
    wait_until(lambda: not collector.busy())
    with pytest.raises(OSError, match="no process"):
        collector.tick()


def test_no_more_crawls_run_side_by_side_than_allowed(store: Store) -> None:
    hold = threading.Event()

    def crawl(job: Job) -> Iterator[Event]:
        assert hold.wait(20)
        yield from [done(asked.id) for asked in job.sources]
        yield Ended(None)

    rows: Sequence[Source] = [A, B, C]
    clock = Clock()
    collector = Collector(deps(store, clock, crawl), lambda: rows[:1], side_by_side=1)
    assert collector.tick() == 1
    clock.at += timedelta(hours=1)
    assert collector.tick() == 0
    hold.set()
    wait_until(lambda: not collector.busy())


def test_a_real_crawl_of_a_real_site_goes_from_page_to_store_and_back_for_the_reactions(store: Store) -> None:
    with serving() as site:
        site.pages["/f"] = Answer(
            "<li><a href=/t1>停水</a><i>1</i></li>".encode("gbk"), content_type="text/html; charset=utf-8"
        )
        thread = "<h1>停水第三天</h1><div id=p1><p>水龙头一滴水没有，电话13912345678</p><b>赞 {}</b></div>{}"
        site.pages["/t1"] = Answer(thread.format(2, "").encode("gbk"), content_type="text/html")
        read = {"thread": "li", "mark": "i", "title": "h1", "post": "div", "text": "p", "reactions": {"likes": "b"}}
        row = source("bbs", site.url("/f"), "thread", interval_seconds=60, adaptive=False, read=read)
        clock = Clock()
        settings = CrawlSettings(allow_private_hosts=(site.host,), delay_seconds=0)
        real = Collecting(store, settings, timedelta(days=180), clock)
        (first,) = collect_due(real, [row])
        assert (first.outcome, first.new_posts) == ("ok", 1)
        clock.at += MINUTE
        (second,) = collect_due(real, [row])
        assert (second.outcome, second.pages) == ("unchanged", 1)
        site.pages["/f"] = "<li><a href=/t1>停水</a><i>2</i></li>"
        reply = "<div id=p2><p>我家也是</p></div>"
        site.pages["/t1"] = Answer(thread.format(120, reply).encode("gbk"), content_type="text/html")
        clock.at += MINUTE
        (third,) = collect_due(real, [row])
        assert (third.new_posts, third.updates) == (1, 1)
    with store.reading() as t:
        first_post, answer = sorted(t.posts.newest(10), key=lambda post: post.seen_at)
    assert (first_post.title, first_post.reactions.likes) == ("停水第三天", 120)
    assert "13912345678" not in first_post.text
    assert (answer.text, answer.in_reply_to) == ("我家也是", first_post.id)


def wait_until(holds: Callable[[], bool]) -> None:
    """Wait for what another thread is about to do, for 20 seconds at most."""
    pause = threading.Event()
    for _ in range(2000):
        if holds():
            return
        pause.wait(0.01)
    raise AssertionError("it did not come about within 20 seconds")


def test_a_busy_source_is_read_oftener_and_a_quiet_one_less_often_within_bounds(store: Store) -> None:
    row = source("a", "https://a.example/rss", interval_seconds=600)
    habits = Habits(shortest_interval=timedelta(seconds=200), quiet_factor=1.5)
    clock = Clock()
    waits = []
    numbers = iter(range(1000))
    for new in (10, 2, 1, 0, *[0] * 30):
        crawl = scripted(*[found("a", str(next(numbers)), f"第{n}条") for n in range(new)], done("a"), Ended(None))
        collect_due(deps(store, clock, crawl, habits=habits), [row])
        with store.reading() as t:
            due = t.sources.states()["a"].next_due_at
        assert due is not None
        waits.append((due - clock.at).total_seconds())
        clock.at = due
    assert waits[:3] == [200, 200, 200]
    assert waits[3] == pytest.approx(220)
    assert waits[-1] == 900


def test_a_row_that_wants_no_adaption_is_read_as_it_says(store: Store) -> None:
    clock = Clock()
    crawl = scripted(*[found("a", str(n), f"第{n}条") for n in range(9)], done("a"), Ended(None))
    collect_due(deps(store, clock, crawl), [source("a", "https://a.example/rss", interval_seconds=600, adaptive=False)])
    with store.reading() as t:
        assert t.sources.states()["a"].next_due_at == NOON + 10 * MINUTE


def test_the_posts_that_stood_there_at_the_first_patrol_are_flagged_and_make_the_source_no_busier(store: Store) -> None:
    row = source("a", "https://a.example/rss", interval_seconds=600)
    old = replace(found("a", "old", "一个月前的帖子"), published_at=NOON - timedelta(days=30))
    clock = Clock()
    collect_due(deps(store, clock, scripted(old, found("a", "today", "今天的"), done("a"), Ended(None))), [row])
    with store.reading() as t:
        assert {post.id: post.flags for post in t.posts.newest(9)} == {"old": ("backlog",), "today": ()}
        assert t.sources.states()["a"].interval_seconds == 600
    clock.at += timedelta(hours=25)
    older = replace(found("a", "older", "翻出来的"), published_at=NOON - timedelta(days=60))
    collect_due(deps(store, clock, scripted(older, done("a"), Ended(None))), [row])
    with store.reading() as t:
        assert {post.id: post.flags for post in t.posts.newest(9)}["older"] == ()


def test_a_first_patrol_that_fails_or_dies_is_not_the_first_one(store: Store) -> None:
    clock = Clock()
    for outcome in (Outcome.TIMEOUT, Outcome.CUT_OFF):
        collect_due(deps(store, clock, scripted(done("a", outcome), Ended(None))), [A])
        clock.at += timedelta(days=3)
    old = replace(found("a", "old"), published_at=NOON - timedelta(days=30))
    collect_due(deps(store, clock, scripted(old, done("a"), Ended(None))), [A])
    with store.reading() as t:
        assert [post.flags for post in t.posts.newest(9)] == [("backlog",)]


def test_what_is_gone_from_its_page_is_flagged_and_told_in_the_patrol_log_and_back_when_it_is_there(
    store: Store,
) -> None:
    answer = replace(found("a", "r1", "我家也没水"), in_reply_to="1")
    clock = Clock()
    collect_due(deps(store, clock, scripted(found("a", "1"), answer, done("a"), Ended(None))), [A])

    def patrol(*events: Event) -> tuple[str | None, list[str]]:
        clock.at += MINUTE
        (logged,) = collect_due(deps(store, clock, scripted(*events, done("a"), Ended(None))), [A])
        with store.reading() as t:
            return logged.detail, [post.id for post in t.posts.newest(9) if "gone" in post.flags]

    assert patrol(Whole("a", "1", ("1", "r1"), None)) == (None, [])
    assert patrol(Whole("a", "1", ("1",), None)) == ("1 条原帖已删除或打不开", ["r1"])
    assert patrol(answer) == (None, [])
    assert patrol(Gone("a", "1")) == ("2 条原帖已删除或打不开", ["r1", "1"])
    assert patrol(There("a", "1")) == (None, [])
    assert patrol(Gone("a", "of no stored post")) == (None, [])


def test_a_thread_in_which_a_post_is_missed_is_read_again_before_its_mark_is_remembered(store: Store) -> None:
    # While thirty pages are read, a post may slip from the one that comes next to the one that was read before.
    answer = replace(found("a", "r1", "我家也没水"), in_reply_to="1")
    clock = Clock()
    crawl = scripted(found("a", "1"), answer, Whole("a", "1", ("1", "r1"), "m"), page("a", "m"), done("a"), Ended(None))
    collect_due(deps(store, clock, crawl), [A])
    clock.at += MINUTE
    missed = [Whole("a", "1", ("1",), "m"), page("a", "other"), replace_mark("m", "new"), done("a"), Ended(None)]
    collect_due(deps(store, clock, scripted(*missed)), [A])
    with store.reading() as t:
        assert {known.page: known.fingerprint for known in t.sources.pages("a")} == {"m": "f", "other": "f"}
    clock.at += MINUTE
    collect_due(deps(store, clock, scripted(*missed)), [A])
    with store.reading() as t:
        assert {known.page: known.fingerprint for known in t.sources.pages("a")} == {"m": "new", "other": "f"}


def replace_mark(name: str, mark: str) -> PageRead:
    return PageRead("a", KnownPage(name, None, None, mark, NOON))


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://bbs.example/thread-1-30.html", True),
        ("https://bbs.example/viewthread.php?tid=1&page=30", True),
        ("https://bbs.example/viewthread.php?tid=1&page=30&authorid=77", False),
        ("https://bbs.example/u/laowang/30", False),
    ],
)
def test_where_to_go_on_in_a_thread_is_not_stored_where_the_address_may_name_somebody(
    store: Store, url: str, kept: bool
) -> None:
    resume = json.dumps({"url": url, "page": "30", "whole_at": NOON.isoformat()})
    read = PageRead("a", KnownPage("m", None, None, "mark", NOON, resume))
    collect_due(deps(store, Clock(), scripted(read, done("a"), Ended(None))), [A])
    with store.reading() as t:
        (known,) = t.sources.pages("a")
    assert (known.fingerprint, known.resume) == ("mark", resume if kept else None)


def test_the_posts_whose_pages_may_be_looked_at_again_are_named_once_some_page_is_old_enough(store: Store) -> None:
    row = source("a", "https://a.example/rss", interval_seconds=60, recheck_seconds=3600)
    reply = replace(found("a", "r1", "我家也没水"), in_reply_to="1")
    clock = Clock()
    collect_due(deps(store, clock, scripted(found("a", "1"), reply, page("a", "p"), done("a"), Ended(None))), [row])
    asked: list[Mapping[str, object]] = []
    for wait in (timedelta(minutes=59), 2 * MINUTE, timedelta(days=13), timedelta(days=1)):
        clock.at += wait
        jobs: list[Job] = []
        collect_due(deps(store, clock, scripted(done("a"), Ended(None), jobs=jobs)), [row])
        asked.append(jobs[0].rechecks)
    wanted = {"a": [("1", "https://a.example/1")]}
    assert asked == [{}, wanted, wanted, {}]
