"""The paper states what the records hold, leaves lessons and responsibility to people, and names no record of the party."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.evaluation.course import After, Effect, Forecast
from casework.evaluation.drafting import LESSONS, RESPONSIBILITY, draft, formula, of_score
from casework.evaluation.scoring import facts_of, score
from casework.papers.writing import pending, text_of
from records.alerts import DeadlineState
from records.measures import Measure, Side
from records.papers import Content, Paragraph, Table
from records.reports import Report, Response
from records.words import ReportKind, Severity
from regulation.calming import calming_rules
from regulation.evaluation import evaluation_rules
from tests.casework.evaluation.making import HOUR, INCIDENT, NOON, clock, course, seen

RULES, CALMING = evaluation_rules(), calming_rules()


def said(content: Content, heading: str) -> str:
    """The text of a section, with the rows of its tables."""
    (section,) = [one for one in content.sections if one.heading == heading]
    tables = [block for block in section.blocks if isinstance(block, Table)]
    return "\n".join([text_of(section), *("|".join(row) for table in tables for row in table.rows)])


@pytest.mark.clause("H-45")
def test_the_sections_are_fixed_and_two_of_them_wait_for_people():
    content = draft(course(), RULES, CALMING)
    assert [one.heading for one in content.sections] == [
        "基本情况与时间线",
        "时限对照",
        "预警与签收",
        "漏判与迟报",
        "风险预判对照",
        "评分",
        "经验教训",
        "责任认定",
    ]
    assert pending(content) == [LESSONS, RESPONSIBILITY]


@pytest.mark.clause("H-45")
def test_each_start_of_the_plan_has_its_own_line_and_what_is_not_owed_is_no_failure():
    clocks = [
        clock("initial_report", 0, 120, 20, state=DeadlineState.CANCELLED),
        clock("initial_report", 30, 120, 130, activation=2, start_reason="补记"),
        clock("initial_report", 400, 120, None, activation=3),
        clock("follow_up.major", 3, 60, 10),
    ]
    told = said(draft(course(clocks=clocks), RULES, CALMING), "时限对照")
    assert "共有时限4项：按时1项，超时1项，到期未办1项，不需办1项。" in told
    assert "预案启动2次，每次的首报分别计算。" in told
    assert "第2次启动预案：发现至启动1小时30分钟，补记的理由：补记。" in told
    assert "首报（第1次）|住建局|4月10日 20:00|4月10日 22:00|4月10日 20:20取消|不需办" in told
    assert "首报（第2次）|住建局|4月10日 20:30|4月10日 22:30|4月10日 22:40|超时10分钟，用时2小时10分钟" in told
    assert "首报（第3次）|住建局|4月11日 02:40|4月11日 04:40|没有办结|到期未办" in told


def test_what_never_came_is_not_called_late():
    told = said(draft(course(posts=[seen(0)]), RULES, CALMING), "基本情况与时间线")
    assert "核实|没有|—" in told
    assert "启动预案|没有启动|—" in told
    general = replace(INCIDENT, severity=Severity.GENERAL)
    told = said(draft(course(incident=general), RULES, CALMING), "基本情况与时间线")
    assert "启动预案|不需启动|—" in told
    assert "应启动预案" not in told
    assert "没有归集到帖文，由人员登记立案。" in told


def test_reports_that_were_late_or_replaced_are_named():
    filed = Report("20260410-001", ReportKind.INITIAL, 1, "惠舆情〔2026〕3号", NOON, "李敏", (), "a.docx")
    reports = [replace(filed, superseded_by="惠舆情〔2026〕4号"), replace(filed, serial="惠舆情〔2026〕4号")]
    told = said(
        draft(course(clocks=[clock("initial_report", 0, 120, 121)], reports=reports), RULES, CALMING), "漏判与迟报"
    )
    assert "报送报告：首报2份，续报0份，终报0份；首报超时或到期未报1次。" in told
    assert "惠舆情〔2026〕3号（首报）有误，已由惠舆情〔2026〕4号替代。" in told


def test_a_forecast_that_did_not_hold_says_so_and_one_made_later_is_none():
    lines = [("等级", "低（不出现事件）", "最高“重大突发”，高于预判")]
    for held, sentence in (
        (True, "实际情况未超出公开前的风险预判。"),
        (False, "实际情况超出公开前的风险预判。"),
        (None, "风险评估在公开以后才作出，不作为预判。"),
    ):
        told = said(draft(course(forecast=Forecast(lines, held)), RULES, CALMING), "风险预判对照")
        assert told.startswith(sentence)
    assert "没有可以对照的风险评估。" in said(draft(course(), RULES, CALMING), "风险预判对照")


def test_a_long_answer_is_cut_and_what_reaction_did_stands_beside_it():
    answer = Response("20260410-001", "尽快修复。" * 30, None, NOON + HOUR, "李敏")
    effects = [Effect(answer, After.CALMER, "已回落：每小时帖文由9.0条到1.0条")]
    told = said(draft(course(effects=effects), RULES, CALMING), "基本情况与时间线")
    assert f"4月10日 21:00|李敏|{'尽快修复。' * 12}……|已回落：每小时帖文由9.0条到1.0条" in told


@pytest.mark.clause("H-45")
def test_the_formula_stands_with_its_figures_and_names_what_is_left_out():
    found = course()
    told = formula(score(facts_of(found, RULES, CALMING), RULES))
    assert told.startswith(
        "评分＝100×各项得分之和÷适用各项分值之和＝100×0÷45＝0.0分。不适用、不计入的项目：发现（首帖发布的时间不详）、"
    )
    assert "风险预判（没有公开前的风险评估）。" in told
    nothing = evaluation_rules({item.name: {"points": 0} for item in RULES.items})
    assert formula(score(facts_of(found, nothing, CALMING), nothing)) == "没有适用的项目，不评分。"


@pytest.mark.clause("H-45")
def test_the_score_rests_on_every_record_from_which_an_item_is_scored():
    answer = Response("20260410-001", "尽快修复。", None, NOON + HOUR, "李敏")
    found = course(
        clocks=[clock("initial_report", 30, 120, 60)],
        posts=[seen(0)],
        effects=[Effect(answer, After.CALMER, "已回落")],
        measures=[Measure("20260410-001", Side.ONLINE, "发布回应", "住建局", NOON, NOON, "李敏", id=7)],
        forecast=Forecast((), True),
    )
    content = draft(found, RULES, CALMING)
    (section,) = [one for one in content.sections if one.heading == "评分"]
    said_of, table = section.blocks[0], section.blocks[1]
    assert isinstance(said_of, Paragraph)
    assert isinstance(table, Table)
    (sentence,) = said_of.statements
    assert sentence.rests_on == table.rests_on
    assert {(one.ledger.value, one.words) for one in table.rests_on} == {
        ("incident", "事件20260410-001"),
        ("clock", "时限记录1项"),
        ("post", "事件20260410-001归集的帖文1条"),
        ("post", "人工更正0条"),
        ("answer", "已登记的回应1条"),
        ("measure", "处置措施1项"),
        ("record", "公开事项d1的舆情风险评估"),
    }
    assert len(set(table.rests_on)) == len(table.rests_on)
    only_measures = evaluation_rules({item.name: {"points": 0} for item in RULES.items if item.name != "measures"})
    scored = score(facts_of(found, only_measures, CALMING), only_measures)
    assert [one.ledger.value for one in of_score(scored, found)] == ["measure"]


def test_a_paper_calls_the_matter_as_it_was_told_to():
    content = draft(course(subject="党内公开事项"), RULES, CALMING)
    everything = "\n".join(said(content, one.heading) for one in content.sections)
    assert content.title == "关于党内公开事项舆情处置的评估报告"
    assert INCIDENT.title not in everything
