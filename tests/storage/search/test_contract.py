"""Every text index: posts are found by their words, newest first, and forgotten when they are gone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from records.posts import Post
from storage.search.text_index import TextIndex
from tests.nlp.making import NOON, post
from tests.storage.search.conftest import Opened

SECOND = timedelta(seconds=1)
POSTS = [
    post("老旧小区改造什么时候轮到铁运新村", "a", 0),
    post("渠阳那边停水了，改造工程挖断水管", "b", 10),
    post("ＷＩＦＩ和暖气都不行，改造完再说", "c", 20),
    post("正文里没有", "d", 30, title="公交票价听证会"),
]


def test_every_word_must_be_there_and_the_newest_comes_first(index: TextIndex) -> None:
    index.add(POSTS)
    assert index.find("改造") == ["c", "b", "a"]
    assert index.find("改造 小区") == ["a"]
    assert index.find("改造 公交") == []


QUERIES: dict[str, list[str]] = {
    '"挖断水管"': ["b"],
    '"水管挖断"': [],
    "渠阳": ["b"],
    "wifi": ["c"],
    "ｗｉｆｉ": ["c"],
    "听证会": ["d"],
    "": [],
    '"': [],
    "？！": [],
    "改造 OR 公交": [],
    "NEAR(改造)": [],
    "words:改造*": [],
    "'; DROP TABLE word; --": [],
}


def test_quotes_mean_together_and_nothing_else_is_an_operator(index: TextIndex) -> None:
    index.add(POSTS)
    assert {query: index.find(query) for query in QUERIES} == QUERIES


def test_the_time_range_includes_both_ends(index: TextIndex) -> None:
    index.add(POSTS)
    ten, twenty = NOON + timedelta(minutes=10), NOON + timedelta(minutes=20)
    assert index.find("改造", since=ten, until=twenty) == ["c", "b"]
    assert index.find("改造", until=ten) == ["b", "a"]
    assert index.find("改造", limit=1) == ["c"]
    assert index.find("改造", limit=0) == []


def test_posts_of_one_second_are_all_kept(index: TextIndex) -> None:
    index.add(post("改造", f"p{n}") for n in range(300))
    assert len(index.find("改造", limit=1000)) == 300


def test_a_known_id_is_replaced_and_adding_again_changes_nothing(index: TextIndex) -> None:
    index.add(POSTS)
    index.add(POSTS)
    assert index.count() == len(POSTS)
    index.add([post("换了说法", "a", 0)])
    assert index.find("铁运新村") == []
    assert index.find("说法") == ["a"]


def test_removed_posts_are_not_found_and_strange_ids_are_passed_over(index: TextIndex) -> None:
    index.add(POSTS)
    index.remove(["a", "nobody"])
    assert index.find("改造") == ["c", "b"]
    assert index.count() == 3


def test_the_watermark_survives_and_clearing_forgets_it(opened: Opened) -> None:
    with opened() as first:
        assert first.watermark == 0
        first.add(POSTS, watermark=42)
    with opened() as again:
        assert (again.watermark, again.count()) == (42, len(POSTS))
        again.clear()
        assert (again.watermark, again.count(), again.find("改造")) == (0, 0, [])
        again.add(POSTS[:1])
        assert (again.watermark, again.find("改造")) == (0, ["a"])


def test_a_walk_meets_every_post_and_begins_again(index: TextIndex) -> None:
    index.add(POSTS)
    met = [index.some_ids(3), index.some_ids(3), index.some_ids(3)]
    assert met == [["a", "b", "c"], ["d"], ["a", "b", "c"]]


def test_a_walk_goes_on_where_another_process_left_it(opened: Opened) -> None:
    with opened() as first:
        first.add(POSTS)
        assert first.some_ids(2) == ["a", "b"]
    with opened() as second:
        assert (second.some_ids(2), second.some_ids(2), second.some_ids(2)) == (["c", "d"], [], ["a", "b"])


@pytest.mark.parametrize("moment", ["1901-01-01T00:00:00+08:00", "2999-12-31T23:59:59+08:00"])
def test_odd_times_are_kept(index: TextIndex, moment: str) -> None:
    at = NOON.fromisoformat(moment)
    index.add([Post(**{**_fields(POSTS[0]), "seen_at": at})])
    assert index.find("改造", since=at, until=at) == ["a"]


LETTERS = (
    ("圆周率是3.14，不是3.41", "3.14", True),
    ("圆周率是3.41", "3.14", False),
    ("C++和COVID-19", "covid-19", True),
    ("ΣΟΦΌΣ", "σοφός", True),
    ("他姓𬭚，住在𪚥村", "𬭚", True),
    ("他姓𬭚", "𪚥", False),
    ("half ｱｲｳ width", "アイウ", True),
    ("a_b", "a b", True),
    ("x" * 40_000 + " 停水", "停水", True),
    ("x" * 300, "x" * 300, True),
    ("x" * 300, "x" * 299, False),
    ("١٢٣ तीन", "123", False),
    ("停水\u3000停暖\u00a0停电", "停暖 停电", True),
    ("停水\x00停暖", "停暖", True),
)


def test_letters_of_every_kind_are_cut_the_same(index: TextIndex) -> None:
    """Each text is of a minute of its own, so that a query meets no other."""
    index.add(post(text, f"p{number}", number) for number, (text, _, _) in enumerate(LETTERS))
    for number, (text, query, found) in enumerate(LETTERS):
        at = NOON + timedelta(minutes=number)
        assert index.find(query, at, at) == ([f"p{number}"] if found else []), (text[:50], query[:50])


def test_the_days_of_a_query_are_those_of_beijing(index: TextIndex) -> None:
    midnight = NOON.fromisoformat("2026-05-02T00:00:00+08:00")
    seen = (NOON, midnight - SECOND, midnight, midnight + SECOND, midnight + timedelta(days=3))
    index.add(post("停水" if n else "停水了", f"p{n}", seen_at=at) for n, at in enumerate(seen))
    index.add([post("别的", "other", seen_at=NOON)])
    assert index.days("停水") == {date(2026, 5, 1): 2, date(2026, 5, 2): 2, date(2026, 5, 5): 1}
    assert list(index.days("停水")) == sorted(index.days("停水"))
    assert index.days("停水", since=midnight, until=midnight + SECOND) == {date(2026, 5, 2): 2}
    assert index.days("停水", until=midnight - SECOND) == {date(2026, 5, 1): 2}
    assert (index.days("？！"), index.days("没有的词")) == ({}, {})


def test_a_post_seen_again_in_another_month_stands_once(index: TextIndex) -> None:
    spring = NOON - timedelta(days=90)
    index.add([post("停水", "a", seen_at=spring), post("停水", "b", seen_at=NOON)])
    index.add([post("停水又停暖", "a", seen_at=NOON + SECOND)])
    assert (index.find("停水"), index.count()) == (["a", "b"], 2)
    assert index.find("停水", until=spring) == []
    index.add([post("停暖", "a", seen_at=spring)])
    assert (index.find("停水"), index.find("停暖"), index.count()) == (["b"], ["a"], 2)


def test_of_one_post_given_twice_the_last_stands(index: TextIndex) -> None:
    index.add([post("停水", "a"), post("停暖", "a", seen_at=NOON - timedelta(days=90))])
    assert (index.find("停水"), index.find("停暖"), index.count()) == ([], ["a"], 1)


def test_an_id_of_any_length_is_kept_whole(index: TextIndex) -> None:
    long = "https://a.example/" + "帖" * 900
    index.add([post("停水", long), post("停水", long + "2"), post("停水", "waiting-a b/?#")])
    assert set(index.find("停水")) == {long, long + "2", "waiting-a b/?#"}
    index.remove([long, "waiting-a b/?#"])
    assert index.find("停水") == [long + "2"]


def test_what_was_removed_and_comes_again_is_found_again(index: TextIndex) -> None:
    index.add(POSTS, 4)
    index.remove([post.id for post in POSTS])
    assert (index.count(), index.watermark) == (0, 4)
    index.add(POSTS)
    assert index.find("改造") == ["c", "b", "a"]


def test_an_index_without_posts_finds_nothing_and_can_be_cleared(index: TextIndex) -> None:
    assert (index.find("停水"), index.find("停水", limit=20_001), index.days("停水")) == ([], [], {})
    assert (index.some_ids(5), index.count(), dict(index.waiting()), list(index.spans())) == ([], 0, {}, [])
    index.remove(["nobody"])
    index.clear()
    assert index.watermark == 0


def test_bringing_it_in_line_with_the_settings_loses_nothing(index: TextIndex) -> None:
    index.adjust()
    assert (index.count(), index.watermark) == (0, 0)
    index.add(POSTS, 4)
    index.adjust()
    assert (index.find("改造"), index.watermark) == (["c", "b", "a"], 4)


def test_every_hit_beyond_one_page_comes_once_and_in_order(index: TextIndex) -> None:
    """Twelve thousand posts: more than an engine gives at a time, in two months, sixty of them in each second."""
    begin = NOON + timedelta(days=20)
    posts = [post("停水", f"p{n}", seen_at=begin + timedelta(hours=n // 60)) for n in range(12_000)]
    index.add(posts)
    found = index.find("停水", limit=20_001)
    assert len(found) == 12_000 == len(set(found))
    hours = [int(post_id[1:]) // 60 for post_id in found]
    assert hours == sorted(hours, reverse=True)
    assert found[:7_000] == index.find("停水", limit=7_000)
    assert found[:5_000] == index.find("停水", limit=5_000)


def _fields(post: Post) -> dict[str, object]:
    return {name: getattr(post, name) for name in post.__slots__}
