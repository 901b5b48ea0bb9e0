"""How figures are said: beside those of another period, as a share."""

from __future__ import annotations

import pytest

from casework.papers.periodic.wording import change, compared, percent


@pytest.mark.parametrize(
    ("now", "before", "said", "cell"),
    [
        (12, 8, "较上期增加4条，上升50.0%", "+50.0%"),
        (8, 12, "较上期减少4条，下降33.3%", "-33.3%"),
        (0, 3, "较上期减少3条，下降100.0%", "-100.0%"),
        (7, 7, "与上期持平", "持平"),
        (5, 0, "上期为零，不作比较", "不作比较"),
        (0, 0, "上期为零，不作比较", "不作比较"),
        (5, None, "上期没有完整统计，不作比较", "不作比较"),
    ],
)
def test_a_figure_is_compared_only_with_one_that_is_known_and_not_nothing(
    now: int, before: int | None, said: str, cell: str
):
    assert compared(now, before, "条") == said
    assert change(now, before) == cell


def test_what_it_is_compared_with_is_named():
    assert compared(3, 2, "起", "上年同期") == "较上年同期增加1起，上升50.0%"


@pytest.mark.parametrize(
    ("part", "whole", "said"),
    [
        (1, 3, "33.3%"),
        (2, 3, "66.7%"),
        (1, 8, "12.5%"),
        (1, 16, "6.3%"),
        (1, 2000, "0.1%"),
        (0, 5, "0.0%"),
        (0, 0, "—"),
    ],
)
def test_shares_have_one_decimal_and_halves_go_up(part: int, whole: int, said: str):
    assert percent(part, whole) == said
