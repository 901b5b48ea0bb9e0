"""A stored web address leads to a post, never to an account."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from nlp.permalinks import neutral_permalink


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        ("https://weibo.com/1234567890/NxYz12abc", "https://weibo.com/detail/NxYz12abc"),
        ("https://x.com/somebody/status/12345", "https://x.com/i/status/12345"),
        ("https://bbs.example/thread-12-1-1.html#pid9", "https://bbs.example/thread-12-1-1.html#pid9"),
        ("https://a.example/post/12?uid=5&page=2&token=abc", "https://a.example/post/12?page=2"),
        ("https://user:pw@a.example:8080/x", "https://a.example:8080/x"),
        ("https://a.example/u/zhangsan", None),
        ("https://a.example/@zhangsan/posts/1", None),
        ("https://a.example/home.php?mod=space&uid=2", None),
        ("https://weibo.com/zhangsan", None),
        ("https://a.example/p/13812345678", None),
        ("javascript:alert(1)", None),
        ("file:///etc/passwd", None),
        ("https://[::1", None),
        ("不是网址", None),
        (None, None),
    ],
)
def test_the_account_goes_and_the_post_stays(url: str | None, kept: str | None) -> None:
    assert neutral_permalink(url) == kept


@given(
    st.one_of(
        st.text(max_size=60), st.text(alphabet="htps:/.ab@?=&#u1中%[]", max_size=60).map(lambda t: "https://" + t)
    )
)
def test_applying_it_twice_gives_the_same_as_once(url: str) -> None:
    once = neutral_permalink(url)
    assert neutral_permalink(once) == once
