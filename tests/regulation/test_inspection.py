"""The rules of the half-yearly inspection: nine checks of a hundred points in all, every row with its article."""

from __future__ import annotations

from copy import deepcopy
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from records.rectifications import RectificationDid
from regulation.clauses import clause
from regulation.inspection import half_year_of, half_years_of, inspection_rules, inspection_rules_from
from regulation.permissions import allowed
from regulation.rule_rows import BadRules

ROWS = yaml.safe_load((Path(__file__).parents[2] / "regulation" / "inspection.yaml").read_text("utf-8"))


@pytest.mark.clause(
    "H-50",
    "H-50(1)",
    "H-50(2)",
    "H-50(3)",
    "H-50(4)",
    "H-50(5)",
    "H-50(6)",
    "H-50(7)",
    "H-50(8)",
    "H-50(9)",
)
def test_the_nine_checks_are_those_of_the_article_in_its_words_and_come_to_a_hundred_points():
    rules = inspection_rules()
    assert [one.number for one in rules.checks] == list("一二三四五六七八九")
    for number, check in enumerate(rules.checks, 1):
        assert check.clause == f"H-50({number})"
        assert clause(check.clause).text.rstrip("；。") == check.words
    assert sum(check.points for check in rules.checks) == 100


def test_the_first_two_and_the_fourth_are_for_a_person_alone():
    rules = inspection_rules()
    assert [one.number for one in rules.checks if not one.counted_points] == ["一", "二", "四"]
    assert all(one.judged_points >= 0 for one in rules.checks)


@pytest.mark.clause("H-51")
@pytest.mark.parametrize(
    ("day", "label", "first", "last"),
    [
        (date(2026, 1, 1), "2026年上半年", date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 6, 30), "2026年上半年", date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 7, 1), "2026年下半年", date(2026, 7, 1), date(2026, 12, 31)),
    ],
)
def test_half_years(day: date, label: str, first: date, last: date):
    found = half_year_of(day)
    assert (found.label, found.first, found.last) == (label, first, last)
    assert found in half_years_of(2026)


@pytest.mark.parametrize(
    ("points", "grade"), [(100, "优秀"), (90, "优秀"), (89.9, "良好"), (60, "合格"), (0, "不合格")]
)
def test_what_points_are_called(points: float, grade: str):
    assert inspection_rules().grade(points) == grade


@pytest.mark.clause("H-53")
def test_every_step_of_putting_right_has_a_row():
    rules = inspection_rules().rectification
    assert {one.step for one in rules.steps} == set(RectificationDid)
    assert "link" in rules.step(RectificationDid.PUBLISHED).needs


def _without(rows: Any) -> None:
    rows["checks"].pop()


def _more_points(rows: Any) -> None:
    rows["checks"][0]["points"] = 20


def _figures_over(rows: Any) -> None:
    rows["checks"][2]["figures"][0]["points"] = 11


def _unknown_figure(rows: Any) -> None:
    rows["checks"][2]["figures"][0]["figure"] = "likes"


def _unknown_clause(rows: Any) -> None:
    rows["checks"][2]["clause"] = "H-99"


def _weights(rows: Any) -> None:
    rows["year"]["standing"] = 0.5


def _twice(rows: Any) -> None:
    rows["checks"][4]["figures"][0]["figure"] = "items_listed"


def _grades(rows: Any) -> None:
    rows["grades"][-1]["from_points"] = 10


def _no_step(rows: Any) -> None:
    rows["rectification"]["steps"].pop()


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_without, "9 项"),
        (_more_points, "等于 full"),
        (_figures_over, "多于这一项的分"),
        (_unknown_figure, "没有“likes”这个数"),
        (_weights, "加起来应为 1"),
        (_twice, "写了两次"),
        (_grades, "从 0 起"),
        (_no_step, "各一条"),
    ],
)
def test_rules_that_cannot_be_are_refused_with_the_reason(spoil: Any, said: str):
    rows = deepcopy(ROWS)
    spoil(rows)
    with pytest.raises(BadRules, match=said):
        inspection_rules_from(rows, "inspection.yaml")


def test_an_unknown_article_is_an_error():
    rows = deepcopy(ROWS)
    _unknown_clause(rows)
    with pytest.raises(ValueError, match="H-99"):
        inspection_rules_from(rows, "inspection.yaml")


@pytest.mark.clause("H-49", "H-52", "H-55")
@pytest.mark.parametrize(
    ("act", "anywhere", "own"),
    [
        ("view_inspections", {"office", "admin", "evaluator"}, {"unit", "leader", "head"}),
        ("fill_inspection", {"office", "admin"}, set()),
        ("draft_inspection", {"office", "admin"}, set()),
        ("inspect_oneself", set(), {"unit", "leader"}),
        ("open_rectification", {"office", "admin"}, set()),
        ("rectify", {"office", "admin"}, {"unit", "leader"}),
        ("check_rectification", {"office", "admin"}, set()),
        ("publish_rectification", {"office", "admin"}, {"unit", "leader"}),
    ],
)
def test_who_may(act: str, anywhere: set[str], own: set[str]):
    roles = ["duty", "unit", "office", "evaluator", "admin", "drafter", "leader", "secrecy", "head", "archivist"]
    assert {role for role in roles if allowed(role, act, own=False)} == anywhere
    assert {role for role in roles if allowed(role, act)} == anywhere | own
