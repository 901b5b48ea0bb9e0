"""Points out of cases: never outside of what a figure can bring, never fewer for a case that went better."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.inspection.scoring import by_figure, scored, standing_points
from records.inspections import Case, Counted
from regulation.inspection import FigureRule, Formula, inspection_rules

FORMULA = Formula(without_cases="full", decimals=1, clause="H-54")
LIMITS = FigureRule(figure="limits_kept", label="公开时限", points=5, per_day=0.1, clause="E-2(5)")
FIT = FigureRule(figure="records_fit", label="列在目录里", points=4, clause="H-50(5)")


def case(number: int, held: bool = True, late: int = 0) -> Case:
    return Case(f"r{number}", held, late, None if held and not late else "不符")


@pytest.mark.clause("H-54")
@pytest.mark.parametrize(
    ("rule", "cases", "points"),
    [
        (FIT, [case(1), case(2), case(3), case(4)], 4.0),
        (FIT, [case(1), case(2, held=False)], 2.0),
        (FIT, [case(1, held=False)], 0.0),
        (FIT, [case(1), case(2), case(3, held=False)], 2.7),
        (FIT, [], 4.0),
        (LIMITS, [case(1), case(2, late=3)], 4.3),  # 5 × 1.7 ÷ 2 = 4.25, a half upwards
        (LIMITS, [case(1, late=10)], 0.0),
        (LIMITS, [case(1, late=40)], 0.0),
    ],
)
def test_points_are_the_share_of_the_cases_that_were_as_they_should_be(
    rule: FigureRule, cases: list[Case], points: float
):
    assert scored(rule, cases, FORMULA).points == points


def test_the_formula_is_written_out():
    said = scored(LIMITS, [case(1), case(2, late=3), case(3, held=False)], FORMULA).formula
    assert said == "共 3 件，符合 1 件，迟办 1 件，不符 1 件：5 分 × 1.7 ÷ 3 = 2.8 分（每迟一天扣该件的 10%）"


def test_what_did_not_occur_brings_what_the_rule_says():
    none = Formula(without_cases="none", decimals=1, clause="H-54")
    assert (scored(FIT, [], FORMULA).points, scored(FIT, [], none).points) == (4.0, 0.0)


def test_a_figure_without_points_is_only_counted():
    shown = FIT.model_copy(update={"points": 0})
    found = scored(shown, [case(1), case(2, held=False)], FORMULA)
    assert (found.points, found.good, len(found.faults)) == (None, 1, 1)
    assert "不计分" in found.formula


def test_a_row_that_was_counted_twice_counts_once():
    both = by_figure([Counted("reported", (case(1), case(2))), Counted("reported", (case(2, held=False),))])
    assert [(one.ref, one.held) for one in both["reported"]] == [("r1", True), ("r2", False)]


@pytest.mark.clause("E-2(7)8")
def test_standing_figures_of_which_nothing_occurred_count_neither_way():
    rules = [
        FigureRule(figure="acknowledged", label="签收", points=30, clause="H-41"),
        FigureRule(figure="reported", label="报告", points=40, clause="H-42(3)"),
    ]
    assert standing_points(rules, {}, FORMULA)[1] is None
    assert standing_points(rules, {"acknowledged": [case(1), case(2, held=False)]}, FORMULA)[1] == 50.0
    both = {"acknowledged": [case(1)], "reported": [case(2, held=False)]}
    assert standing_points(rules, both, FORMULA)[1] == 42.9  # 30 of 70


some_cases = st.lists(st.tuples(st.booleans(), st.integers(0, 30)), max_size=30).map(
    lambda made: [case(number, held, late) for number, (held, late) in enumerate(made)]
)
rules = st.builds(
    lambda points, per_day: FIT.model_copy(update={"points": points, "per_day": per_day}),
    st.integers(1, 40),
    st.sampled_from([0, 0.05, 0.1, 0.25, 0.3, 1]),
)


@pytest.mark.clause("H-54")
@given(rule=rules, cases=some_cases)
def test_points_stay_between_nothing_and_what_the_figure_can_bring(rule: FigureRule, cases: list[Case]):
    points = scored(rule, cases, FORMULA).points
    assert points is not None
    assert 0 <= points <= rule.points


@pytest.mark.clause("H-54")
@given(rule=rules, cases=some_cases.filter(bool), data=st.data())
def test_a_case_that_goes_better_never_takes_points_away(rule: FigureRule, cases: list[Case], data: st.DataObject):
    place = data.draw(st.integers(0, len(cases) - 1))
    worse = cases[place]
    better = case(place, True, data.draw(st.integers(0, worse.days_late)) if worse.held else worse.days_late)
    before, after = scored(rule, cases, FORMULA), scored(rule, [*cases[:place], better, *cases[place + 1 :]], FORMULA)
    assert before.points is not None
    assert after.points is not None
    assert after.points >= before.points


def test_that_a_figure_is_only_listed_is_said_once():
    rules = inspection_rules()
    listed = [one for check in rules.checks for one in check.figures if not one.points]
    assert listed
    for rule in listed:
        found = scored(rule, [case(1)], rules.formula)
        assert f"{rule.label}{found.formula}".count("只列数") == 1
