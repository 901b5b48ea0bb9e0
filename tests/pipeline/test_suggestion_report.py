"""The paper for the leading group: the figures of a period, the important suggestions and what was done, as .docx."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from io import BytesIO

import docx
import pytest

from pipeline.refusals import Refused
from pipeline.suggestion_report import figures_of, rows_of, written_report
from records.suggestions import Did
from records.words import Role
from storage.store import Store
from tests.pipeline.known_answers import DAY, NOON
from tests.pipeline.test_suggesting import BOX, HOUSING, OFFICE, RULES, Actor, Desk, person

PERIOD = (date(2026, 4, 1), date(2026, 4, 30))


def report(desk: Desk, *chosen: str, actor: Actor = OFFICE) -> list[str]:
    with desk.store.reading() as t:
        content = written_report(t, person(actor), PERIOD, chosen, NOON + DAY, RULES, "区委办公室")
    return [one.text for one in docx.Document(BytesIO(content)).paragraphs]


@pytest.fixture
def desk(store: Store) -> Desk:
    made = Desk(store)
    for did in (Did.IMPORTANT, Did.ADOPTED, Did.CARRIED_OUT, Did.FED_BACK, Did.SUBMITTED, Did.INSTRUCTED):
        made.do(did)
    made.register(replace(BOX, way="telephone"))
    made.register(replace(BOX, received_at=NOON - 30 * DAY))
    return made


@pytest.mark.clause("H-47", "E-2(6)5")
def test_the_paper_holds_the_figures_and_what_was_done_with_the_important_ones(desk: Desk):
    lines = report(desk, desk.number)
    assert lines[0] == "区委办公室"
    assert "区党务公开工作领导小组：" in lines
    (summary,) = [line for line in lines if line.startswith("2026年4月1日至")]
    assert "意见建议 2 件（意见箱 1 件、电话 1 件）" in summary
    assert "已采纳 1 件，其中已落实 1 件；未采纳并作出解释 0 件；已反馈 1 件；已办结 0 件，正在办理 2 件" in summary
    (matter,) = [line for line in lines if line.startswith("（一）")]
    assert BOX.text in matter
    (done,) = [line for line in lines if line.startswith("办理情况：")]
    for said in ("由住建局办理", "已采纳：每季度", "已落实：二季度", "反馈", "领导批示：请住建局抓紧落实"):
        assert said in done


@pytest.mark.clause("E-2(3)2")
def test_the_paper_holds_no_title_of_a_party_record(desk: Desk):
    desk.number = desk.register(replace(BOX, record="d3"))
    (matter,) = [line for line in report(desk, desk.number) if line.startswith("（一）")]
    assert "，涉及“党内公开事项（d3）”" in matter


def test_a_period_without_important_ones_says_so(desk: Desk):
    assert "本期没有列为重要的意见建议。" in report(desk)


def test_only_the_office_writes_the_paper(desk: Desk):
    for actor in (HOUSING, Actor("王芳", Role.DUTY)):
        with pytest.raises(Refused, match="没有权限"):
            report(desk, actor=actor)


def test_what_was_taken_back_does_not_count(desk: Desk):
    desk.number = desk.register(BOX)
    desk.take_back(desk.course().entries[0].id)
    with desk.store.reading() as t:
        rows = rows_of(t, person(OFFICE), *PERIOD, NOON + DAY)
    assert (len(rows), figures_of(rows, RULES, NOON + DAY).received) == (3, 2)
