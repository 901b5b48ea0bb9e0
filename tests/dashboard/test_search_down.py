"""搜索 while the cluster that finds posts is away: it says so, what does not need it goes on, and afterwards all is found."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard import backstage as behind
from dashboard.backstage import Backstage
from dashboard.cookies import Signer
from dashboard.screens import search_days
from huiying.clock import SystemClock
from huiying.settings import Searching, Settings
from huiying.wiring import Desk
from pipeline.indexing import catch_up
from pipeline.intake import receive
from records.posts import Post
from records.words import Channel
from tests.pipeline.known_answers import KEEP
from tests.storage.search.clusters import NEEDS_CLUSTER, layout
from tests.storage.search.gate import Gate, Way, way_in

__all__ = ["way_in"]


@pytest.fixture
def desk(tmp_path: Path, migrated_file: Path, way_in: Gate) -> Iterator[Desk]:
    """A desk that finds posts in the cluster behind the gate: one post on each of two days, two on the third."""
    shutil.copy(migrated_file, tmp_path / "huiying.db")
    with layout() as made:
        search = Searching(engine="elasticsearch", url=way_in.url, prefix=made.prefix, timeout_seconds=3)
        opened = Desk(Settings(data_dir=tmp_path, search=search), SystemClock())
        now = opened.clock.now()
        with opened.store.transaction() as t:
            for number, days in enumerate((0, 0, 1, 3)):
                at = now - timedelta(days=days)
                post = Post(f"p{number}", "bbs", Channel.FORUM, None, None, f"停暖第{number}天", at, at)
                receive(t, post, at, KEEP)
        index = opened.index()
        catch_up(opened.store, index)
        opened.cluster.indices.refresh(index=f"{made.prefix}-posts")  # type: ignore[union-attr]
        behind.install(Backstage(opened, Signer(b"k" * 32)))
        yield opened
        opened.close()


def _page() -> None:
    from dashboard.screens import search
    from dashboard.visit import Visit
    from records.people import Person
    from records.words import Role

    search.draw(Visit(Person("chenjie", "陈杰", Role.UNIT, "区供热服务中心"), {}))


def searched(words: str) -> AppTest:
    page = AppTest.from_function(_page, default_timeout=30).run()
    next(box for box in page.text_input if box.label == "词语").input(words)
    next(button for button in page.button if button.label == "搜索").click()
    page.run()
    assert not page.exception
    return page


@pytest.mark.elasticsearch
@NEEDS_CLUSTER[1]
def test_the_page_says_that_search_is_away_and_finds_all_afterwards(desk: Desk, way_in: Gate) -> None:
    assert any("共 4 条" in caption.value for caption in searched("停暖").caption)
    for away in (Way.SHUT, Way.HANGING):
        way_in.turn(away)
        page = searched("停暖")
        (said,) = [warning.value for warning in page.warning]
        assert said.startswith("**搜索暂时不可用**：连不上搜索引擎")
        assert [tab.label for tab in page.tabs] == ["帖文", "事件 0", "公开事项 0"]
        assert not any("没有找到" in info.value for info in page.info)
    way_in.turn(Way.OPEN)
    page = searched("停暖")
    assert any("共 4 条" in caption.value for caption in page.caption)
    assert not page.warning
    assert any("每天多少条" in caption.value and "最多 2 条" in caption.value for caption in page.caption)


FIRST = date(2026, 5, 1)


def test_the_chart_has_a_bar_for_every_day_and_words_that_say_the_same() -> None:
    by_day = {FIRST: 2, FIRST + timedelta(days=3): 1_200}
    assert search_days.numbers(by_day) == [2, 0, 0, 1_200]
    assert search_days.in_words(by_day) == "2026年5月1日至2026年5月4日共 1,202 条，2026年5月4日最多 1,200 条"


def test_of_many_years_the_last_half_year_is_drawn() -> None:
    by_day = {FIRST - timedelta(days=3_000): 9, FIRST - timedelta(days=179): 3, FIRST: 1}
    shown = search_days.numbers(by_day)
    assert (len(shown), shown[0], shown[-1], sum(shown)) == (180, 3, 1, 4)
    assert search_days.in_words(by_day).startswith("2025年11月3日至2026年5月1日共 4 条")
