"""A folder end to end: an export is dropped, and masked posts stand in the store, each once, whatever happens to the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawlers.jobs import Ended, Event, Found, Job
from crawlers.outcomes import Outcome
from crawlers.processes import run_crawl
from crawlers.settings import CrawlSettings
from crawlers.sources import Source
from pipeline.collect import collect_due
from pipeline.patrols import Collecting
from records.posts import Post
from storage.sources import Patrol
from storage.store import Store
from tests.crawlers.dropping import aged, drop, rows
from tests.crawlers.spiders.exports import folder
from tests.crawlers.spiders.reading import PAGES

MORNING = datetime(2026, 3, 5, 4, 0, tzinfo=UTC)
HOTLINE = (PAGES / "hotline.csv").read_bytes()


class Desk:
    """A store with one watched folder."""

    def __init__(self, store: Store, place: Path) -> None:
        self.store, self.place, self.at = store, place, MORNING
        self.source: Source = folder("hot", str(place), channel="hotline", interval_seconds=60)
        self.crawl: Callable[[Job], Iterator[Event]] = run_crawl

    def drop(self, name: str, content: str | bytes) -> Path:
        return drop(self.place, name, content, self.at, age=60)

    def visit(self) -> Patrol:
        """The folder is read once more, some time later."""
        deps = Collecting(self.store, CrawlSettings(), timedelta(days=180), lambda: self.at, crawl=self.crawl)
        (patrol,) = collect_due(deps, [self.source])
        self.at += timedelta(hours=2)
        return patrol

    def posts(self) -> list[Post]:
        with self.store.reading() as t:
            return sorted(t.posts.newest(10_000), key=lambda post: post.text)


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    """A desk with an empty folder."""
    place = tmp_path / "drop"
    place.mkdir()
    return Desk(store, place)


def counted(patrol: Patrol) -> tuple[str, int, int, int]:
    return (patrol.outcome, patrol.new_posts, patrol.updates, patrol.dropped)


def test_an_export_that_is_dropped_becomes_masked_posts(desk: Desk) -> None:
    desk.drop("工单.csv", HOTLINE.replace("没人来修".encode("gbk"), "没人来修，请打13912345678".encode("gbk")))
    patrol = desk.visit()
    assert counted(patrol) == ("ok", 3, 0, 3)
    assert patrol.detail is not None
    assert "“工单.csv”第 6、8 行：缺少正文；“工单.csv”第 7 行：时间无法辨认" in patrol.detail
    posts = desk.posts()
    assert {post.channel.value for post in posts} == {"hotline"}
    assert any("没人来修" in post.text for post in posts)
    everything = repr(posts) + patrol.detail
    for told in ("13912345678", "赵大勇", "翠园路18号", "GD2026"):
        assert told not in everything


def test_the_same_export_under_another_name_repeats_nothing(desk: Desk) -> None:
    path = desk.drop("a.csv", rows("停水三天了", "停电两天了"))
    assert counted(desk.visit()) == ("ok", 2, 0, 0)
    assert counted(desk.visit()) == ("unchanged", 0, 0, 0)
    path.rename(desk.place / "b.csv")
    aged(desk.place / "b.csv", desk.at)
    assert counted(desk.visit()) == ("ok", 0, 0, 0)
    assert len(desk.posts()) == 2


def test_a_row_that_was_edited_is_the_next_version_of_its_post(desk: Desk) -> None:
    desk.drop("a.csv", rows("停水三天了", "停电两天了"))
    desk.visit()
    desk.drop("a.csv", rows("停水三天了，今天来了", "停电两天了"))
    assert counted(desk.visit()) == ("ok", 0, 1, 0)
    assert [(post.text, post.version) for post in desk.posts()] == [("停水三天了，今天来了", 2), ("停电两天了", 1)]


def test_counts_that_grew_are_those_of_the_newest_export(desk: Desk) -> None:
    desk.drop("a.csv", "编号,内容,点赞数\nGD1,停水三天了,3\n")
    desk.visit()
    desk.drop("b.csv", "编号,内容,点赞数\nGD1,停水三天了,1.2万\n")
    assert counted(desk.visit()) == ("ok", 0, 1, 0)
    assert [post.reactions.likes for post in desk.posts()] == [12_000]


def test_rows_without_numbers_are_known_again_by_what_they_say(desk: Desk) -> None:
    desk.drop("a.csv", "内容,时间\n停水三天了,2026-03-04 08:00\n")
    desk.visit()
    desk.drop("b.csv", "时间,内容\n2026/3/4 8:00,停水三天了\n2026/3/4 9:00,停电两天了\n")
    assert counted(desk.visit()) == ("ok", 1, 0, 0)


def test_a_file_that_cannot_be_read_is_a_failure_until_it_is_taken_out(desk: Desk) -> None:
    bad = desk.drop("旧.xls", b"x")
    assert counted(desk.visit()) == ("not_expected", 0, 0, 0)
    with desk.store.reading() as t:
        state = t.sources.states()["hot"]
        assert (state.failures, state.error) == (1, "“旧.xls”这类表格读不了：请打开后另存为 .xlsx")
    bad.unlink()
    assert counted(desk.visit()) == ("empty", 0, 0, 0)
    with desk.store.reading() as t:
        assert t.sources.states()["hot"].failures == 0


def test_a_folder_that_went_away_is_never_taken_for_an_empty_one(desk: Desk) -> None:
    desk.place.rmdir()
    patrol = desk.visit()
    assert patrol.outcome == Outcome.FOLDER_MISSING
    assert patrol.detail == f"{desk.place} 没有这个文件夹"


@pytest.mark.parametrize("after", [1, 60, 2_500])
def test_a_crash_on_the_way_loses_no_row_and_repeats_none(desk: Desk, after: int) -> None:
    total = 3_000
    desk.drop("a.csv", rows(*(f"停水第{number}天，没有人管" for number in range(total))))

    def crashing(job: Job) -> Iterator[Event]:
        found = 0
        for event in run_crawl(job):
            found += isinstance(event, Found)
            if found > after:
                break
            yield event
        yield Ended(Outcome.CRASHED, "采集进程意外退出")

    desk.crawl = crashing
    assert desk.visit().outcome == Outcome.CRASHED
    assert len(desk.posts()) == after
    desk.crawl = run_crawl
    patrol = desk.visit()
    assert (patrol.outcome, patrol.new_posts) == ("ok", total - after)
    assert len({post.text for post in desk.posts()}) == total
