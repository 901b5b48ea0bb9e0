"""Charts as pictures: what is on them, and what is said where none can be drawn."""

from __future__ import annotations

import io
from dataclasses import replace

import pytest
from PIL import Image

from casework.reports.charts import TooMany, drawn, in_words, look, ticks
from records.papers import Chart, Series, Shape
from tests.casework.reports.papers import CHART, LINES


def opened(chart: Chart) -> Image.Image:
    return Image.open(io.BytesIO(drawn(chart))).convert("RGB")


def dark(picture: Image.Image) -> int:
    """How many dots a photocopier prints black."""
    return sum(picture.convert("L").histogram()[:128])


@pytest.mark.parametrize("chart", [CHART, LINES])
def test_a_picture_is_as_wide_as_charts_yaml_says_and_the_same_each_time(chart: Chart) -> None:
    picture = Image.open(io.BytesIO(drawn(chart)))
    assert picture.size == (round(150 / 25.4 * 240), round(78 / 25.4 * 240))
    assert [round(one) for one in picture.info["dpi"]] == [240, 240]
    assert drawn(chart) == drawn(chart)


def test_a_higher_figure_makes_a_higher_bar() -> None:
    low, high = (Chart("图", Shape.BARS, ("甲", "乙"), (Series("件", (100, one)),), "件") for one in (20, 80))
    assert dark(opened(high)) > dark(opened(low))


def test_the_paper_stays_white() -> None:
    assert opened(CHART).getpixel((0, 0)) == (255, 255, 255)


def test_every_series_has_a_hatch_and_a_dash_of_its_own() -> None:
    inks = look().inks
    assert len({one.hatch for one in inks if one.hatch != "none"}) == len(inks) - 2
    assert len({one.dash for one in inks}) == len({one.marker for one in inks}) == len(inks)


def test_solid_bars_differ_in_shade_as_well() -> None:
    shades = [
        Image.new("RGB", (1, 1), one.color).convert("L").getpixel((0, 0)) for one in look().inks if one.hatch == "none"
    ]
    assert abs(shades[0] - shades[1]) > 80


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0, 310, [0, 100, 200, 300, 400]),
        (3, 9, [0, 2, 4, 6, 8, 10]),
        (-5, 34, [-10, 0, 10, 20, 30, 40]),
        (0, 0, [0, 1]),
        (0, 0.07, [0, 0.02, 0.04, 0.06, 0.08]),
        (-3, -1, [-3, -2, -1, 0]),
    ],
)
def test_the_scale_has_round_figures_and_begins_at_nothing(low: float, high: float, expected: list[float]) -> None:
    found = ticks(low, high)
    assert found[0] <= low
    assert found[-1] >= high
    assert 0 in found
    assert found == expected


def test_missing_figures_odd_ones_and_hostile_words_are_drawn_around() -> None:
    figures = (None, float("nan"), float("inf"), 3.5)
    hostile = Chart(
        "图\x00", Shape.LINES, ("\n{{7*7}}", "", "国" * 400, "x" * 400), (Series("名" * 300, figures),), "\x07"
    )
    assert dark(opened(hostile)) > 0
    assert dark(opened(replace(hostile, shape=Shape.BARS))) > 0


def test_a_year_of_days_is_one_line() -> None:
    days = Chart("图", Shape.LINES, tuple(f"{one}日" for one in range(366)), (Series("条", tuple(range(366))),), "条")
    assert dark(opened(days)) > 0


@pytest.mark.parametrize(
    "chart",
    [
        replace(CHART, series=CHART.series[:1] * 7),
        replace(CHART, series=()),
        replace(CHART, series=(Series("无", (None,) * 4),)),
    ],
)
def test_what_cannot_be_told_apart_or_is_empty_is_refused(chart: Chart) -> None:
    with pytest.raises(TooMany):
        drawn(chart)


def test_a_chart_is_said_in_words_for_whoever_does_not_see_it() -> None:
    assert in_words(CHART).startswith("柱状图“本月每周帖文数”。供热：第一周 120条，第二周 310条")
    assert "道路施工：第一周 60条，第二周 75条，第三周 —，第四周 90条" in in_words(CHART)
