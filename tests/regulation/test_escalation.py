"""Who is told as well when nobody acknowledges: rows with an article, changed by the settings, never contradicting each other."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from records.alerts import OFFICE
from records.words import Rung, Severity
from regulation.clauses import clause
from regulation.escalation import escalation
from regulation.recipients import RESPONSIBLE_UNIT
from regulation.rule_rows import BadRules


def minutes(severity: Severity, unit: str | None = None, changes: Any = ()) -> dict[Rung, int]:
    steps = escalation(changes).steps_for(severity, unit)
    return {step.rung: step.after // timedelta(minutes=1) for step in steps if step.rung is not None}


@pytest.mark.clause("H-43")
@pytest.mark.clause("H-40(3)")
def test_unit_head_office_and_leaders_are_told_one_after_the_other_sooner_where_it_is_graver():
    assert minutes(Severity.GENERAL) == {Rung.UNIT_HEAD: 120, Rung.OFFICE: 240}
    assert minutes(Severity.MAJOR) == {Rung.UNIT_HEAD: 15, Rung.OFFICE: 30, Rung.LEADERS: 60}
    assert minutes(Severity.MAJOR_EMERGENCY) == {Rung.UNIT_HEAD: 5, Rung.OFFICE: 10, Rung.LEADERS: 20}


def test_each_step_goes_to_the_unit_or_the_office_and_is_told_once():
    steps = escalation().steps_for(Severity.MAJOR, "区住建局")
    assert [step.recipients for step in steps] == [(RESPONSIBLE_UNIT,), (OFFICE,), (OFFICE,)]
    assert {(step.kind, step.repeat) for step in steps} == {("climbed", None)}


def test_every_row_names_an_article_that_exists():
    assert all(clause(row.clause).text for row in escalation().rows.values())


def test_the_settings_change_a_row_for_all_units_and_for_one():
    changes = [
        {"severity": "major", "unit": "区教体局", "leaders": None, "office": 20},
        {"severity": "major", "unit_head": 12},
        {"severity": "general", "unit": "区教体局", "unit_head": 60},
        {"severity": "major_emergency", "unit": "区教体局", "leaders": 15},
    ]
    assert minutes(Severity.MAJOR, "区教体局", changes) == {Rung.UNIT_HEAD: 12, Rung.OFFICE: 20}
    assert minutes(Severity.MAJOR, "区住建局", changes) == {Rung.UNIT_HEAD: 12, Rung.OFFICE: 30, Rung.LEADERS: 60}
    assert minutes(Severity.MAJOR_EMERGENCY, "区教体局", changes)[Rung.LEADERS] == 15


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"severity": "major", "office": 10}, "“重大”的区委办公室负责人（10 分钟）应晚于单位负责人（15 分钟）"),
        ({"severity": "major", "unit": "区教体局", "leaders": 30}, "“重大”（区教体局）的区领导（30 分钟）应晚于"),
        (
            {"severity": "major_emergency", "unit_head": 20, "office": 25, "leaders": 30},
            "更重的“重大突发”却20 分钟才告知",
        ),
        ({"severity": "major_emergency", "leaders": None}, "“重大” 60 分钟告知区领导，更重的“重大突发”却不告知"),
        (
            {"severity": "major", "unit": "区教体局", "unit_head": 3},
            "“重大”（区教体局） 3 分钟告知单位负责人，更重的“重大突发”",
        ),
        ({"severity": "huge", "unit_head": 20}, "第1条：“severity”应为"),
        ({"severity": "major", "mayor": 20}, "第1条：“mayor”没有这一项"),
        ({"severity": "major", "unit_head": 0}, "第1条：“unit_head”应为 1 到"),
        ({"severity": "major", "unit_head": "5"}, "第1条：“unit_head”应为 1 到"),
        ({"severity": "major", "clause": "H-1"}, "不能改 clause"),
    ],
)
def test_rules_that_contradict_each_other_are_refused_with_the_rows_named(change: dict[str, Any], told: str):
    with pytest.raises(BadRules, match=told):
        escalation([change])


def test_the_same_row_twice_is_refused():
    with pytest.raises(BadRules, match="写了两次"):
        escalation([{"severity": "major", "unit_head": 9}, {"severity": "major", "unit_head": 8}])
