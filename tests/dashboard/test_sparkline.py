"""The row of bars of a trend: one bar a day, the highest as high as the image, nothing of it fetched."""

from __future__ import annotations

import re

from dashboard.sparkline import sparkline


def heights(numbers: list[int]) -> list[int]:
    return [int(height) for height in re.findall(r'<rect [^>]*height="(\d+)"', sparkline(numbers))]


def test_the_highest_day_fills_the_image_and_a_day_with_little_can_still_be_seen():
    assert heights([0, 1, 500, 1000]) == [1, 2, 12, 24]


def test_without_anything_there_is_a_line_on_the_ground():
    assert heights([0, 0]) == [1, 1]
    assert heights([]) == []


def test_the_image_holds_bars_alone():
    assert set(re.findall(r"<(\w+)", sparkline([1, 2]))) == {"svg", "rect"}
    assert "href" not in sparkline([1, 2])


def test_wide_bars_stand_beside_one_another_within_the_image():
    drawn = sparkline([1, 0, 2], bar=18)
    assert 'width="65"' in drawn
    assert [f'x="{at}"' in drawn for at in (4, 23, 42)] == [True, True, True]
    assert drawn.count('width="18"') == 3
