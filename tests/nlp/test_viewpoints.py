"""Views are quoted once, with how many share them."""

from __future__ import annotations

from nlp.viewpoints import QUOTE_LENGTH, viewpoints
from tests.nlp.making import post

POSTS = [
    post("在读的孩子凭什么要转学", "a"),
    post("转发：在读的孩子凭什么要转学！", "b"),
    post("凭什么让在读的孩子转学，不同意", "c"),
    post("热费什么时候退", "d"),
    post("请问热费什么时候退，到哪里退", "e"),
]


def test_posts_that_say_the_same_are_one_view_and_the_most_shared_comes_first() -> None:
    found = viewpoints(POSTS, 5)
    assert [view.count for view in found] == [3, 2]
    assert set(found[0].post_ids) == {"a", "b", "c"}
    assert found[0].quote in {p.text for p in POSTS[:3]}


def test_no_more_views_than_asked_for() -> None:
    assert len(viewpoints(POSTS, 1)) == 1
    assert viewpoints(POSTS, 0) == []
    assert viewpoints([], 3) == []


def test_the_same_posts_give_the_same_views() -> None:
    assert viewpoints(POSTS, 5) == viewpoints(list(POSTS), 5)


def test_a_long_post_is_quoted_short() -> None:
    (view,) = viewpoints([post("暖气不热" * 100, "a")], 1)
    assert len(view.quote) == QUOTE_LENGTH


def test_posts_of_signs_alone_do_not_break_it() -> None:
    assert sum(view.count for view in viewpoints([post("👍", "a"), post("。。。", "b")], 5)) == 2
