"""One page has one address."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.addresses import permalink, resolved, without_anchor


@pytest.mark.parametrize(
    "shared",
    [
        "https://news.example.org/a/7?id=3&utm_source=weixin&utm_medium=social",
        "https://news.example.org/a/7?spm=a1.b2&id=3",
        "https://news.example.org/a/7?id=3&from=timeline&isappinstalled=0",
        "https://news.example.org:443/a/7?id=3&share_token=x9&_t=1772590800",
        "https://reader:secret@NEWS.example.org/a/7;jsessionid=AB12?id=3",
        "https://news.example.org/a/7?id=3&sid=a1b2c3d4e5f6a7b8c9",
    ],
)
def test_the_ways_by_which_a_page_was_shared_leave_one_address(shared: str) -> None:
    assert permalink(shared) == "https://news.example.org/a/7?id=3"


@pytest.mark.parametrize("url", ["http://a.example/t?sid=42", "http://a.example/t?from=9", "http://a.example/t?t=7"])
def test_a_pages_own_number_is_kept_though_its_name_looks_like_tracking(url: str) -> None:
    assert permalink(url) == url


def test_a_parameter_in_gbk_is_kept_as_it_was_written() -> None:
    assert permalink("http://a.example/s?q=%B9%E3") == "http://a.example/s?q=%B9%E3"


def test_an_anchor_names_a_post_and_is_kept_until_the_page_is_meant() -> None:
    assert permalink("http://a.example/t/1?utm_source=x#p5") == "http://a.example/t/1#p5"
    assert without_anchor("http://a.example/t/1#p5") == "http://a.example/t/1"


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "mailto:a@b.example",
        "data:text/html,x",
        "http://[",
        "http://a.example:port/",
    ],
)
def test_a_link_that_leads_to_no_web_page_leads_nowhere(link: str) -> None:
    assert resolved("http://a.example/list", link) is None


def test_a_link_is_read_from_the_page_it_stands_on() -> None:
    assert resolved("http://a.example/list/1", " ../t/2 ") == "http://a.example/t/2"


@given(
    st.from_regex(
        r"https?://[a-z]{1,8}\.example(:[1-9][0-9]{0,3})?/[a-z0-9/;=]{0,20}([?][a-z0-9=&%+._-]{0,40})?(#[a-z0-9]{0,8})?",
        fullmatch=True,
    )
)
def test_an_address_that_was_cleaned_once_stays_as_it_is(url: str) -> None:
    assert permalink(permalink(url)) == permalink(url)
