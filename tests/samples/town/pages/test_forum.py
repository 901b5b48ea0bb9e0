"""The forum."""

import re

import pytest

from samples.town.reading import Texts
from tests.samples.town.conftest import Visitor


def test_pages_are_gbk_bytes_named_in_the_page_and_not_in_the_header(visitor: Visitor) -> None:
    _, headers, body = visitor.get("forum", "/thread-f02-1.html")
    assert headers["Content-Type"] == "text/html"
    assert b'<meta charset="gbk">' in body
    assert "石埂乡通公交啦！两块钱到县城" in body.decode("gbk")
    with pytest.raises(UnicodeDecodeError):
        body.decode("utf-8")


def test_a_board_lists_eight_threads_a_page_latest_answered_first(visitor: Visitor, texts: Texts) -> None:
    visitor.after(240)
    first = re.findall(r'id="thread_(\w+)"', visitor.text("forum", "/forum-xianliao-1.html"))
    assert len(first) == 7
    assert first[0] == "f23"
    shenghuo = [
        re.findall(r'id="thread_(\w+)"', visitor.text("forum", f"/forum-shenghuo-{page}.html")) for page in (1, 2)
    ]
    assert len(shenghuo[0]) == 8
    assert shenghuo[0][:3] == ["f24", "f22", "f21"]
    assert len(shenghuo[1]) == 1
    assert visitor.get("forum", "/forum-shenghuo-3.html")[0] == 404


def test_a_thread_has_ten_posts_a_page_and_numbered_floors(visitor: Visitor) -> None:
    first = visitor.text("forum", "/thread-f01-1.html")
    second = visitor.text("forum", "/thread-f01-2.html")
    assert re.findall(r">(\d+)#</a>", first) == [str(floor) for floor in range(1, 11)]
    assert re.findall(r">(\d+)#</a>", second) == ["11", "12"]
    assert 'class="next" href="/thread-f01-2.html"' in first
    assert 'class="next"' not in second
    assert "扫码付的，停了25分钟" in second


def test_an_answer_quotes_what_it_answers_outside_its_own_message(visitor: Visitor) -> None:
    page = visitor.text("forum", "/thread-f01-1.html")
    post = page.split('id="pid_f01-3"')[1].split('id="pid_f01-4"')[0]
    assert 'data-reply-to="f01-2"' in post
    assert "晚上八点以后不要钱对吧" in post.split('<div class="message">')[0]
    assert post.split('<div class="message">')[1].startswith("<p>对，晚八点到早八点免费，办法里写着呢</p></div>")


def test_who_speaks_and_from_where_is_shown_beside_the_message_only(visitor: Visitor, texts: Texts) -> None:
    page = visitor.text("forum", "/thread-f01-1.html")
    sides = "".join(re.findall(r'<div class="side">.*?</div>', page))
    assert sum(name in sides for name in texts.nicknames) >= 3
    assert sum(f"来自{place}" in sides for place in texts.places) >= 3
    messages = "".join(re.findall(r'<div class="message">.*?</div>', page))
    assert not any(name in messages for name in (*texts.nicknames, *texts.places))


def test_likes_views_and_replies_grow(visitor: Visitor) -> None:
    def counts(seconds: float) -> list[int]:
        page = visitor.after(seconds).text("forum", "/thread-f21-1.html")
        return [int(found) for found in re.findall(r'class="(?:views|replies|likes)">(\d+)<', page)[:3]]

    assert counts(46) == [0, 0, 0]
    assert counts(91) == [4100, 15, 80]
    assert counts(240) == [8200, 23, 160]


def test_times_are_relative_for_a_day(visitor: Visitor) -> None:
    page = visitor.after(60).text("forum", "/thread-f20-1.html")
    assert re.findall(r"发表于 (\S+)<", page)[:2] == ["21分钟前", "刚刚"]
    assert "发表于 2026-11-17 10:20<" in visitor.text("forum", "/thread-f02-1.html")
