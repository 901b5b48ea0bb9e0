"""What a chart of a paper says in words, and that every head of a table in a paper has a word about what it means."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from dashboard.meanings import on_page
from dashboard.navigation import Place
from dashboard.screens.paper import in_words
from records.papers import Chart, Series, Shape

CASEWORK = Path(__file__).parents[2] / "casework"
NO_FIGURES = {
    "", "事项", "责任方", "起算", "最迟", "办结", "结果", "依据", "项目", "怎样算", "数据", "环节", "时间", "距首帖（发现）",
    "提醒", "对象", "首次", "末次", "单位", "要求签收", "首次送达", "签收", "签收人", "再提醒", "采集源", "情形", "起", "止",
    "登记人", "内容", "回应以后", "项", "检查内容", "编号", "问题", "整改期限", "状态", "等次", "月份", "类型", "时限", "渠道",
    "责任单位", "等级",
}  # fmt: skip
"""Heads of columns that hold words, days and moments."""


def heads() -> Iterator[str]:
    """The heads of the tables that papers are drafted with, as far as they are written out."""
    for file in [
        *CASEWORK.glob("papers/**/*.py"),
        *CASEWORK.glob("evaluation/*.py"),
        *CASEWORK.glob("inspection/*.py"),
    ]:
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Table":
                yield from _written(node.args[1])
            if (
                isinstance(node, ast.Assign)
                and isinstance(node.targets[0], ast.Name)
                and node.targets[0].id == "header"
            ):
                yield from _written(node.value)


def _written(node: ast.expr) -> Iterator[str]:
    for one in node.elts if isinstance(node, ast.Tuple) else ():
        if isinstance(one, ast.Constant) and isinstance(one.value, str):
            yield one.value


def test_every_figure_in_a_table_of_a_paper_has_a_word_about_what_it_means():
    told = {label for one in on_page(Place.PAPER.name_of_page) for label in one.labels}
    found = set(heads())
    assert {"负面占比", "逾期未公开", "年度得分", "迟发现"} <= found
    assert sorted(found - told - NO_FIGURES) == []


def test_a_chart_is_told_point_by_point_with_its_unit_and_without_days_that_nobody_counted():
    series = (Series("全部", (12.0, None, 7.5)), Series("负面", (3.0, None, 0.0)), Series("上期", (None, None, None)))
    chart = Chart("逐日帖文数", Shape.LINES, ("1", "2", "3"), series, "条", ())
    assert in_words(chart) == "逐日帖文数：全部 1：12 条、3：7.5 条；负面 1：3 条、3：0 条。"
