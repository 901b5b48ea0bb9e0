"""What is let go after its time, and that nothing comes back as news because of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import Connection, event, func, select

from crawlers.jobs import Ended, Event, Job
from crawlers.settings import CrawlSettings
from crawlers.sources import Source
from pipeline.collect import collect_due
from pipeline.expiry import Keeping, LetGo, let_go_of_old
from pipeline.patrols import Collecting
from storage import tables
from storage.sources import PageState, Patrol
from storage.store import Store
from tests.crawlers.crawling import source
from tests.crawlers.walking import FORUM, Crawl
from tests.pipeline.known_answers import DAY, NOON
from tests.storage.making import post
from tests.storage.test_corrections import correction

KEEPING = Keeping(posts=30 * DAY, gone=3 * DAY, patrols=400 * DAY)


def test_what_is_over_is_let_go_and_doing_it_again_changes_nothing(store: Store):
    with store.transaction() as t:
        for name in ("over", "gone", "gone lately"):
            t.posts.add(post(name), NOON + (30 * DAY if name != "over" else timedelta()))
        t.posts.gone("gone", "bbs", NOON - 3 * DAY)
        t.posts.gone("gone lately", "bbs", NOON - 2 * DAY)
        pages = [PageState(f"{days}", None, None, None, NOON - days * DAY) for days in (59, 60, 61)]
        t.sources.remember_pages("bbs", pages)
        for days in (399, 400, 401):
            t.sources.log(Patrol("bbs", NOON - days * DAY, NOON, "ok"))
    assert let_go_of_old(store, KEEPING, NOON) == LetGo(posts=2, pages=1, patrols=1)
    assert let_go_of_old(store, KEEPING, NOON) == LetGo(0, 0, 0)
    with store.reading() as t:
        assert [kept.id for kept in t.posts.newest(9)] == ["gone lately"]
        assert [page.page for page in t.sources.pages("bbs")] == ["59", "60"]


def test_posts_go_a_few_at_a_time_so_that_acts_on_incidents_need_not_wait_for_all(store: Store):
    with store.transaction() as t:
        for number in range(5):
            t.posts.add(post(f"p{number}"), NOON)
        t.posts.add(post("kept"), NOON + DAY)
    stored: list[int] = []

    def note(connection: Connection) -> None:
        stored.append(connection.execute(select(func.count()).select_from(tables.post)).scalar_one())

    event.listen(store.engine, "commit", note)
    assert let_go_of_old(store, KEEPING, NOON, at_once=2).posts == 5
    event.remove(store.engine, "commit", note)
    assert stored[:3] == [4, 2, 1]
    assert set(stored[3:]) == {1}


def test_the_text_of_a_correction_outlives_its_post_by_no_more_than_its_own_time(store: Store):
    with store.transaction() as t:
        t.posts.add(post("p1"), NOON)
        t.corrections.add(correction(at=NOON))
    keeping = Keeping(posts=30 * DAY, corrections=10 * DAY)
    assert let_go_of_old(store, keeping, NOON + 10 * DAY) == LetGo(posts=1, pages=0, patrols=0, corrections=0)
    assert let_go_of_old(store, keeping, NOON + 11 * DAY) == LetGo(posts=0, pages=0, patrols=0, corrections=1)
    with store.reading() as t:
        (kept,) = t.corrections.all()
    assert (kept.title, kept.text) == (None, None)
    assert kept.actor == "王芳"


def test_pages_are_remembered_for_as_long_as_posts_are_kept(store: Store):
    with store.transaction() as t:
        t.sources.remember_pages("bbs", [PageState("p", None, None, None, NOON - 90 * DAY)])
    assert let_go_of_old(store, Keeping(posts=90 * DAY), NOON).pages == 0
    assert let_go_of_old(store, Keeping(posts=89 * DAY), NOON).pages == 1


class Year:
    """A forum that shows no dates: a thread pinned to its top for good, and a new one every three days, five in the list."""

    def __init__(self) -> None:
        self.day = 0
        self.asked: Counter[str] = Counter()

    def pages(self) -> dict[str, str]:
        newest = range(self.day, max(-1, self.day - 15), -3)
        # Every hundred days somebody likes the rules.
        rows = [(f"/t{day}", "0") for day in newest] + [("/pinned", str(self.day // 100))]
        found = {FORUM: "".join(f"<li><a href={link}>x</a><i>{mark}</i></li>" for link, mark in rows)}
        for link, _ in rows:
            found[f"https://a.example{link}"] = f"<div id=p><p>{link}的首帖</p></div>"
        return found

    def crawl(self, job: Job) -> Iterator[Event]:
        (row,) = job.sources
        crawl = Crawl(row, self.pages(), list(job.known[row.id]), job.now, job.rechecks.get(row.id, ()))
        self.asked.update(call.follow.url.removeprefix("https://a.example") for call in crawl.asked if not call.recheck)
        yield from crawl.events
        yield Ended(None)


def forum() -> Source:
    read = {"thread": "li", "mark": "i", "post": "div", "text": "p"}
    return source("a", FORUM, "thread", interval_seconds=3600, read=read)


def test_over_two_years_no_post_comes_as_new_twice_though_it_expires_while_its_page_still_stands_there(store: Store):
    year = Year()
    collecting = Collecting(store, CrawlSettings(), KEEPING.posts, lambda: NOON + year.day * DAY, crawl=year.crawl)
    new = 0
    most_pages = 0
    for year.day in range(0, 730, 3):
        (patrol,) = collect_due(collecting, [forum()])
        new += patrol.new_posts
        let_go_of_old(store, KEEPING, NOON + year.day * DAY)
        with store.reading() as t:
            most_pages = max(most_pages, len(t.sources.pages("a")))
    assert new == len(range(0, 730, 3)) + 1
    # The pinned thread is read when its mark changes, and not because it was forgotten.
    assert year.asked["/pinned"] == 8
    assert set(year.asked.values()) == {8, 1, len(range(0, 730, 3))}
    # Of 244 threads only those of the last sixty days are remembered, three memories each.
    assert most_pages <= 3 * (60 / 3 + 5 + 2)
