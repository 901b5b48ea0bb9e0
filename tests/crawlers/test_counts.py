"""Numbers of reactions as pages show them."""

from __future__ import annotations

import pytest

from crawlers.counts import count


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        ("0", 0),
        ("12 赞", 12),
        ("评论(56)", 56),
        ("1,234", 1234),
        ("12，345", 12345),
        ("1.2万", 12_000),
        ("10万+", 100_000),
        ("3.4k", 3_400),
        ("1.5w 浏览", 15_000),
        ("２０", 20),
        ("1.2亿", 120_000_000),
        (7, 7),
        (7.9, 7),
    ],
)
def test_a_number_is_read_as_people_read_it(shown: object, meant: int) -> None:
    assert count(shown) == meant


@pytest.mark.parametrize("shown", ["赞", "", None, True, -1, "9" * 30, [], {}])
def test_where_the_page_does_not_say_there_is_no_number(shown: object) -> None:
    assert count(shown) is None
