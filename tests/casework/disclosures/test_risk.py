"""A risk assessment becomes a level with its calculation; what it lacks is said; afterwards it is held against what came."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.disclosures.risk import Outcome, awaits_head, calculation, compared, faults, level_of
from records.risks import Judged, Prepared, RiskAssessment, RiskForm, RiskNote, RiskNoted
from records.words import Risk, Severity
from regulation.risk import risk_rules

NOON = datetime(2026, 4, 10, 4, tzinfo=UTC)
RULES = risk_rules()
UNITS = {"住建局", "信访局"}
QUIET = Judged("political", 1, 1, "不涉及")
STABLE = Judged("stability", 2, 2, "个别住户有意见")
LOUD = Judged("opinion", 3, 3, "停暖时间长")
FORM = RiskForm(
    judged=(QUIET, STABLE, LOUD),
    means=("tracking", "meeting"),
    units=("住建局", "信访局"),
    plan="先入户说明，再发公告。",
    prepared=(Prepared("什么时候恢复供暖？", "11月1日。", "住建局"),),
    lead_unit="住建局",
)


def made(form: RiskForm = FORM, **more: Any) -> RiskAssessment:
    return RiskAssessment(
        "d1", 1, NOON, "承办甲", form, level_of(form.judged, RULES), calculation(form.judged, RULES), **more
    )


@pytest.mark.clause("H-39")
def test_the_worst_kind_decides_the_level_and_the_calculation_shows_it():
    assert level_of(FORM.judged, RULES) is Risk.MEDIUM
    assert calculation(FORM.judged, RULES) == (
        "政治安全风险：可能性 1（很小）× 影响 1（轻微）＝ 1，低",
        "社会稳定风险：可能性 2（较小）× 影响 2（较小）＝ 4，低",
        "社会舆情风险：可能性 3（一般）× 影响 3（一般）＝ 9，中",
        "按最高的一类定为“中”（1 起为低，5 起为中，12 起为高；惠党办发〔2019〕48号第三十九条）",
    )


@pytest.mark.clause("H-39")
@given(st.tuples(*(st.tuples(st.integers(1, 5), st.integers(1, 5)) for _ in range(3))), st.integers(0, 2))
def test_no_kind_that_becomes_likelier_lowers_the_level(figures: tuple[tuple[int, int], ...], which: int):
    judged = [Judged(row.kind, *pair, "有理由") for row, pair in zip(RULES.kinds, figures, strict=True)]
    before = level_of(judged, RULES)
    judged[which] = replace(judged[which], probability=min(5, judged[which].probability + 1))
    assert list(Risk).index(level_of(judged, RULES)) >= list(Risk).index(before)


@pytest.mark.clause("H-39", "E-2(7)2")
def test_a_complete_assessment_has_no_faults():
    assert faults(FORM, RULES, UNITS) == ()


@pytest.mark.clause("H-39", "E-2(7)2")
@pytest.mark.parametrize(
    ("form", "said"),
    [
        (replace(FORM, judged=(QUIET, LOUD)), "评估社会稳定风险的可能性和影响"),
        (replace(FORM, judged=(QUIET, STABLE, LOUD, LOUD)), "评估社会舆情风险"),
        (replace(FORM, judged=(*FORM.judged, Judged("economy", 1, 1, "无"))), "没有这种风险：economy"),
        (replace(FORM, judged=(QUIET, STABLE, replace(LOUD, impact=6))), "应为 1 至 5"),
        (replace(FORM, judged=(QUIET, STABLE, replace(LOUD, reasons=" "))), "写明社会舆情风险这样评估的理由"),
        (
            replace(FORM, means=()),
            "选择评估采用的方式：舆情跟踪、抽样调查、重点走访、会商分析（惠党办发〔2019〕48号第三十九条）",
        ),
        (replace(FORM, means=("guessing",)), "选择评估采用的方式"),
        (replace(FORM, units=()), "选择参加评估的单位"),
        (replace(FORM, units=("某某",)), "没有“某某”这个单位"),
        (replace(FORM, lead_unit="某某"), "没有“某某”这个单位"),
        (replace(FORM, prepared=(Prepared("为什么？", "", "住建局"),)), "每条准备的答复都要写明问题、答复"),
        (replace(FORM, plan=" "), "风险等级为中，还要写明处置预案（惠党办发〔2019〕48号第三十九条）"),
    ],
)
def test_what_an_assessment_lacks_is_said(form: RiskForm, said: str):
    assert said in "；".join(faults(form, RULES, UNITS))


@pytest.mark.clause("H-39")
def test_a_low_risk_asks_for_no_plan_and_a_high_one_for_plan_lead_and_the_head_s_look():
    low = replace(FORM, judged=(QUIET, STABLE, replace(LOUD, probability=1)), plan="", prepared=(), lead_unit=None)
    assert faults(low, RULES, UNITS) == ()
    high = replace(FORM, judged=(QUIET, STABLE, replace(LOUD, impact=4)), lead_unit=None, plan="")
    assert faults(high, RULES, UNITS) == (
        "风险等级为高，还要写明处置预案（惠党办发〔2019〕48号第三十九条）",
        "风险等级为高，还要确定牵头单位（惠党办发〔2019〕48号第三十九条）",
    )
    grave = made(replace(high, lead_unit="住建局", plan="有"))
    assert (awaits_head(grave, RULES), awaits_head(made(), RULES)) == (True, False)
    assert not awaits_head(replace(grave, notes=(RiskNote(1, RiskNoted.SEEN, NOON, "主要己"),)), RULES)


@pytest.mark.clause("H-39", "E-2(7)2")
def test_the_forecast_is_held_against_what_came():
    used = RiskNote(1, RiskNoted.USED, NOON, "李军", 0)
    lines = compared(made(notes=(used,)), Outcome(42, 30, 2, Severity.MAJOR), RULES)
    assert [(line.what, line.forecast, line.happened) for line in lines] == [
        ("等级", "中（至多出现“一般”事件）", "最高“重大”，高于预判"),
        ("各类风险", "政治安全风险低；社会稳定风险低；社会舆情风险中", "事件 2 起"),
        ("反映", "", "42 条，其中负面 30 条"),
        ("准备的答复", "1 条", "用上 1 条"),
    ]
    calm = compared(made(), Outcome(3, 0, 0, None), RULES)
    assert (calm[0].happened, calm[-1].happened) == ("没有出现事件，未超出预判", "用上 0 条")
    late = compared(made(), Outcome(3, 0, 0, None), RULES, late=True)
    assert late[0].forecast == "中（至多出现“一般”事件；公开后才评估）"
    assert "未超出预判" in compared(made(), Outcome(9, 5, 1, Severity.GENERAL), RULES)[0].happened


def test_the_last_word_on_a_prepared_answer_counts():
    words = (RiskNoted.USED, RiskNoted.UNUSED)
    notes = [RiskNote(1, noted, NOON + timedelta(hours=hour), "李军", 0) for hour, noted in enumerate(words)]
    assert made(notes=(notes[0],)).used == {0}
    assert made(notes=tuple(notes)).used == frozenset()
