"""A verification record says what a named person found on what evidence, and stays when it is taken back."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline import verifying
from pipeline.refusals import Refused
from pipeline.verifying import Finding
from records.answers import Verdict
from records.words import Role
from storage.store import Store
from tests.pipeline.test_acts import OFFICE, OTHER_UNIT, UNIT
from tests.pipeline.test_answering import ANSWERING, Actor, Answers, meant


@pytest.fixture
def answers(store: Store, tmp_path: Path) -> Answers:
    return Answers(store, tmp_path / "reports")


@pytest.mark.clause("H-42(1)")
def test_what_a_person_found_is_kept_with_name_time_and_evidence_masked(answers: Answers):
    finding = Finding("说补偿款被截留", Verdict.PARTLY, "查账；问了村民，电话13912345678")
    verifying.verify(answers.store, meant(answers.incident.id, UNIT), finding, ANSWERING)
    with answers.store.reading() as t:
        (kept,) = t.answers.verifications(answers.incident.id)
        entry = t.audit.newest(1)[0]
    assert (kept.actor, kept.unit, kept.verdict) == ("李强", "住建局", Verdict.PARTLY)
    assert "13912345678" not in kept.evidence
    assert (entry.act, entry.detail["verdict"], entry.allowed) == ("verify_claim", "partly", True)


@pytest.mark.clause("H-42(1)")
@pytest.mark.parametrize(
    ("actor", "claim", "evidence", "fault"),
    [
        (UNIT, " ", "查账", "所核实的说法"),
        (UNIT, "说水有毒", " ", "核实的依据"),
        (UNIT, "长" * 5001, "查账", "过长"),
        (OTHER_UNIT, "说水有毒", "查账", "没有权限"),
        (Actor("赵敏", Role.EVALUATOR), "说水有毒", "查账", "没有权限"),
    ],
)
def test_without_statement_evidence_or_duty_nothing_is_kept(
    answers: Answers, actor: Actor, claim: str, evidence: str, fault: str
):
    finding = Finding(claim, Verdict.UNTRUE, evidence)
    with pytest.raises(Refused, match=fault):
        verifying.verify(answers.store, meant(answers.incident.id, actor), finding, ANSWERING)
    with answers.store.reading() as t:
        assert t.answers.verifications(answers.incident.id) == []


def test_a_record_is_taken_back_once_with_a_reason_and_stays(answers: Answers):
    number = answers.verify()
    by = meant(answers.incident.id, OFFICE)
    with pytest.raises(Refused, match="写明理由"):
        verifying.take_back(answers.store, by, number, "", ANSWERING)
    for _ in range(2):
        verifying.take_back(answers.store, meant(answers.incident.id, OFFICE, "r1"), number, "样品弄错", ANSWERING)
    with pytest.raises(Refused, match="已经作废"):
        verifying.take_back(answers.store, by, number, "再一次", ANSWERING)
    page = answers.page(UNIT)
    assert ([one.id for one in page.valid], page.back, len(page.verifications)) == ([], {number}, 2)


def test_a_second_click_keeps_one_record(answers: Answers):
    finding = Finding("说水有毒", Verdict.OPEN, "等检测结果")
    for _ in range(2):
        verifying.verify(answers.store, meant(answers.incident.id, UNIT, "r1"), finding, ANSWERING)
    with answers.store.reading() as t:
        assert len(t.answers.verifications(answers.incident.id)) == 1
