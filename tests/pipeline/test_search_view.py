"""A search finds the posts that hold the words, thinned by time, channel and reading."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.indexing import catch_up
from pipeline.intake import receive_file_row
from pipeline.search_view import Found, Wanted, search
from records.posts import Post
from records.words import Category, Channel, Sentiment
from storage.search.embedded import EmbeddedIndex
from storage.store import Store
from tests.pipeline.known_answers import HOUR, KEEP, NOON, Town
from tests.pipeline.test_views import OFFICER

TEXTS = {
    "p1": ("小区又停暖了，三天没有热水", NOON, Channel.FORUM, Sentiment.NEGATIVE),
    "p2": ("停暖通知在哪里看", NOON + HOUR, Channel.WECHAT, Sentiment.NEUTRAL),
    "p3": ("公交票价调整", NOON + 2 * HOUR, Channel.FORUM, Sentiment.NEGATIVE),
}


@pytest.fixture
def index(store: Store, tmp_path: Path) -> Iterator[EmbeddedIndex]:
    town = Town(store)
    for post_id, (text, at, channel, sentiment) in TEXTS.items():
        town.labels[post_id] = (sentiment, "d1", Category.PUBLIC_INTEREST, None)
        with store.transaction() as t:
            receive_file_row(t, Post(post_id, "bbs", channel, None, None, text, at, at), at, KEEP)
        town.judge()
    opened = EmbeddedIndex(tmp_path / "search.db")
    while catch_up(store, opened):
        pass
    yield opened
    opened.close()


def found(store: Store, index: EmbeddedIndex, wanted: Wanted, limit: int = 50) -> Found:
    with store.reading() as t:
        return search(t, OFFICER, index, wanted, limit)


def ids(result: Found) -> list[str]:
    return [row.post.id for row in result.rows]


def test_posts_with_the_words_are_found_newest_first(store: Store, index: EmbeddedIndex):
    assert ids(found(store, index, Wanted("停暖"))) == ["p2", "p1"]
    assert ids(found(store, index, Wanted("停暖 热水"))) == ["p1"]


def test_time_channel_and_reading_thin_them_out(store: Store, index: EmbeddedIndex):
    wanted = Wanted("停暖")
    assert ids(found(store, index, replace(wanted, since=NOON + HOUR))) == ["p2"]
    assert ids(found(store, index, replace(wanted, until=NOON))) == ["p1"]
    assert ids(found(store, index, replace(wanted, channel=Channel.WECHAT))) == ["p2"]
    assert ids(found(store, index, replace(wanted, sentiment=Sentiment.NEGATIVE))) == ["p1"]


def test_a_cut_list_says_so(store: Store, index: EmbeddedIndex):
    cut = found(store, index, Wanted("停暖"), limit=1)
    assert (ids(cut), cut.more) == (["p2"], True)
    assert not found(store, index, Wanted("停暖"), limit=2).more


def test_no_words_find_nothing(store: Store, index: EmbeddedIndex):
    assert found(store, index, Wanted("  ")) == Found((), False)
    assert ids(found(store, index, Wanted('" OR *'))) == []


def test_a_post_that_is_still_indexed_but_gone_is_not_shown(store: Store, index: EmbeddedIndex):
    with store.transaction() as t:
        t.posts.expire(NOON + KEEP * 2)
    assert set(ids(found(store, index, Wanted("停暖")))) <= {"p1"}
