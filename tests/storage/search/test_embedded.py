"""Posts are found by their words, newest first, and forgotten when they are gone."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from records.posts import Post
from storage.search.embedded import EmbeddedIndex
from tests.nlp.making import NOON, post


@pytest.fixture
def index(tmp_path: Path) -> Iterator[EmbeddedIndex]:
    """An empty index."""
    opened = EmbeddedIndex(tmp_path / "search.db")
    yield opened
    opened.close()


POSTS = [
    post("老旧小区改造什么时候轮到铁运新村", "a", 0),
    post("渠阳那边停水了，改造工程挖断水管", "b", 10),
    post("ＷＩＦＩ和暖气都不行，改造完再说", "c", 20),
    post("正文里没有", "d", 30, title="公交票价听证会"),
]


def test_every_word_must_be_there_and_the_newest_comes_first(index: EmbeddedIndex) -> None:
    index.add(POSTS)
    assert index.find("改造") == ["c", "b", "a"]
    assert index.find("改造 小区") == ["a"]
    assert index.find("改造 公交") == []


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ('"挖断水管"', ["b"]),
        ('"水管挖断"', []),
        ("渠阳", ["b"]),
        ("wifi", ["c"]),
        ("ｗｉｆｉ", ["c"]),
        ("听证会", ["d"]),
        ("", []),
        ('"', []),
        ("？！", []),
        ("改造 OR 公交", []),
        ("NEAR(改造)", []),
        ("words:改造*", []),
        ("'; DROP TABLE word; --", []),
    ],
)
def test_quotes_mean_together_and_nothing_else_is_an_operator(
    index: EmbeddedIndex, query: str, found: list[str]
) -> None:
    index.add(POSTS)
    assert index.find(query) == found


def test_the_time_range_includes_both_ends(index: EmbeddedIndex) -> None:
    index.add(POSTS)
    ten, twenty = NOON + timedelta(minutes=10), NOON + timedelta(minutes=20)
    assert index.find("改造", since=ten, until=twenty) == ["c", "b"]
    assert index.find("改造", until=ten) == ["b", "a"]
    assert index.find("改造", limit=1) == ["c"]
    assert index.find("改造", limit=0) == []


def test_posts_of_one_second_are_all_kept(index: EmbeddedIndex) -> None:
    index.add(post("改造", f"p{n}") for n in range(300))
    assert len(index.find("改造", limit=1000)) == 300


def test_a_known_id_is_replaced_and_adding_again_changes_nothing(index: EmbeddedIndex) -> None:
    index.add(POSTS)
    index.add(POSTS)
    assert index.count() == len(POSTS)
    index.add([post("换了说法", "a", 0)])
    assert index.find("铁运新村") == []
    assert index.find("说法") == ["a"]


def test_removed_posts_are_not_found_and_strange_ids_are_passed_over(index: EmbeddedIndex) -> None:
    index.add(POSTS)
    index.remove(["a", "nobody"])
    assert index.find("改造") == ["c", "b"]
    assert index.count() == 3


def test_the_watermark_survives_and_clearing_forgets_it(tmp_path: Path) -> None:
    first = EmbeddedIndex(tmp_path / "search.db")
    assert first.watermark == 0
    first.add(POSTS, watermark=42)
    first.close()
    again = EmbeddedIndex(tmp_path / "search.db")
    assert (again.watermark, again.count()) == (42, len(POSTS))
    again.clear()
    assert (again.watermark, again.count(), again.find("改造")) == (0, 0, [])
    again.close()


@pytest.mark.parametrize("damage", [b"not a database at all" * 100, b"SQLite format 3\x00" + b"\xff" * 5000])
def test_a_damaged_file_is_replaced_by_an_empty_index(tmp_path: Path, damage: bytes) -> None:
    path = tmp_path / "search.db"
    path.write_bytes(damage)
    index = EmbeddedIndex(path)
    assert index.watermark == 0
    index.add(POSTS, 4)
    assert index.find("改造") == ["c", "b", "a"]
    index.close()


def test_a_walk_meets_every_post_and_begins_again(index: EmbeddedIndex) -> None:
    index.add(POSTS)
    met = [index.some_ids(3), index.some_ids(3), index.some_ids(3)]
    assert met == [["a", "b", "c"], ["d"], ["a", "b", "c"]]


@pytest.mark.parametrize("moment", ["1901-01-01T00:00:00+08:00", "2999-12-31T23:59:59+08:00"])
def test_odd_times_are_kept(index: EmbeddedIndex, moment: str) -> None:
    at = NOON.fromisoformat(moment)
    index.add([Post(**{**_fields(POSTS[0]), "seen_at": at})])
    assert index.find("改造", since=at, until=at) == ["a"]


def _fields(post: Post) -> dict[str, object]:
    return {name: getattr(post, name) for name in post.__slots__}
