"""A statement that somebody heard waits to be verified, masked, until a named person finds something or sets it aside."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from nlp.admission import without_personal_data
from pipeline import claiming, verifying
from pipeline.acts import Actor
from pipeline.claiming import Heard
from pipeline.duty_handover import open_matters
from pipeline.refusals import Refused
from pipeline.verifying import Finding
from records.actions import Act
from records.answers import Verdict
from records.claims import Claim, Way
from records.incidents import IncidentState
from records.words import Role
from storage.store import Store
from tests.pipeline.known_answers import NOON
from tests.pipeline.test_acts import OFFICE, OTHER_UNIT, UNIT, WHY
from tests.pipeline.test_answering import ANSWERING, Answers, meant
from tests.pipeline.test_matters import HOUSING, SCHOOLS, ZHAO, wanted

DUTY = Actor("李军", Role.DUTY)
READER = Actor("赵敏", Role.EVALUATOR)
SAID = "有人说学校有学生中毒"


@pytest.fixture
def answers(store: Store, tmp_path: Path) -> Answers:
    return Answers(store, tmp_path / "reports")


def enter(answers: Answers, heard: Heard, actor: Actor = DUTY, request: str | None = None) -> str:
    return claiming.enter_claim(answers.store, heard, actor, NOON, answers.desk.deps, without_personal_data, request)


def entered(answers: Answers, actor: Actor = DUTY) -> Claim:
    enter(answers, Heard(SAID, Way.TELEPHONE, answers.incident.id), actor)
    return waiting(answers)[-1]


def waiting(answers: Answers, incident: str | None = None) -> list[Claim]:
    name = incident or answers.incident.id
    with answers.store.reading() as t:
        return claiming.waiting_claims(t, [name])[name]


def verify(answers: Answers, claim: Claim, verdict: Verdict = Verdict.UNTRUE) -> int:
    finding = Finding(SAID, verdict, "到校查看，问了校医", claim.id)
    made = verifying.verify(answers.store, meant(answers.incident.id, UNIT), finding, ANSWERING)
    assert made is not None
    assert made.id is not None
    return made.id


@pytest.mark.clause("H-42(1)")
def test_a_statement_goes_to_an_incident_masked_with_its_way_and_without_who_said_it(answers: Answers):
    enter(answers, Heard(f"张三来电13912345678：{SAID}", Way.LEADER, answers.incident.id))
    (kept,) = waiting(answers)
    assert "13912345678" not in kept.text
    assert SAID in kept.text
    assert (kept.way, kept.actor, kept.incident) == (Way.LEADER, "李军", answers.incident.id)
    with answers.store.reading() as t:
        logged = t.audit.about(answers.incident.id)[-1]
    assert (logged.act, logged.detail["way"], logged.allowed) == ("enter_claim", "领导交办", True)
    assert "13912345678" not in str(logged.detail)


@pytest.mark.clause("H-41", "H-42(1)")
def test_a_statement_of_nothing_that_is_known_opens_an_incident_that_nobody_has_confirmed(answers: Answers):
    name = enter(answers, Heard(f"{SAID}\n来电13912345678", Way.TELEPHONE, unit="区教体局"))
    incident = answers.desk.get(name)
    assert (incident.title, incident.unit, incident.state) == (f"待核实：{SAID}", "区教体局", IncidentState.OPEN)
    assert len(waiting(answers, name)) == 1
    with answers.store.reading() as t:
        told = [one.body for one in t.alerts.of_incident(name)]
    assert told
    assert "13912345678" not in "".join(told)


@pytest.mark.clause("H-42(1)")
def test_it_waits_for_those_who_may_verify_until_somebody_has_found_something(answers: Answers):
    before = wanted(answers.store)
    claim = entered(answers)
    said = f"核实说法“{SAID}”"
    assert [one for one in wanted(answers.store) if one not in before] == [said]
    assert said in wanted(answers.store, HOUSING)
    assert said not in wanted(answers.store, SCHOOLS) + wanted(answers.store, ZHAO)
    verify(answers, claim, Verdict.OPEN)
    assert said in wanted(answers.store)
    number = verify(answers, claim)
    assert said not in wanted(answers.store)
    verifying.take_back(answers.store, meant(answers.incident.id, UNIT), number, "看错学校", ANSWERING)
    assert said in wanted(answers.store)


def test_several_are_one_thing_to_do_and_the_note_of_handing_over_counts_them(answers: Answers):
    entered(answers)
    entered(answers)
    assert [one for one in wanted(answers.store) if "说法" in one] == [f"核实说法“{SAID}”等 2 个"]
    with answers.store.reading() as t:
        (matter,) = open_matters(t, "office")
    assert matter["claims"] == 2


@pytest.mark.clause("H-42(1)")
def test_it_is_set_aside_with_a_reason_once(answers: Answers):
    claim = entered(answers)
    number = claim.id or 0
    with pytest.raises(Refused, match="为什么不必"):
        claiming.set_aside(answers.store, meant(answers.incident.id, UNIT), number, " ", without_personal_data)
    for _ in range(2):
        by = meant(answers.incident.id, UNIT, "r1")
        claiming.set_aside(answers.store, by, number, "与来电13912345678说的是一件事", without_personal_data)
    assert waiting(answers) == []
    with pytest.raises(Refused, match="已经核实或不再核实"):
        claiming.set_aside(answers.store, meant(answers.incident.id, UNIT), number, "再一次", without_personal_data)
    with answers.store.reading() as t:
        kept = t.claims.of_incidents([answers.incident.id])[answers.incident.id]
    assert "13912345678" not in kept[-1].text


def test_who_has_settled_it_meanwhile_is_not_overwritten(answers: Answers):
    claim = entered(answers)
    verify(answers, claim)
    with pytest.raises(Refused, match="已经核实"):
        verify(answers, claim, Verdict.TRUE)


@pytest.mark.parametrize(
    ("heard", "actor", "fault"),
    [
        (Heard(" ", Way.TELEPHONE), DUTY, "写明听到的说法"),
        (Heard("长" * 1001, Way.TELEPHONE), DUTY, "过长"),
        (Heard(SAID, Way.TELEPHONE, "20260410-099"), DUTY, "没有编号"),
        (Heard(SAID, Way.TELEPHONE), READER, "没有权限"),
        (Heard(SAID, Way.TELEPHONE, unit="住建局"), OTHER_UNIT, "没有权限"),
    ],
)
def test_what_cannot_be_entered_is_refused_in_words_and_opens_nothing(
    answers: Answers, heard: Heard, actor: Actor, fault: str
):
    with pytest.raises(Refused, match=fault):
        enter(answers, heard, actor)
    with answers.store.reading() as t:
        assert t.incidents.count() == 1
        assert t.audit.newest(1)[0].allowed is False


@pytest.mark.parametrize(
    "deed",
    [
        lambda answers, claim: enter(answers, Heard(SAID, Way.TELEPHONE, answers.incident.id), OTHER_UNIT),
        lambda answers, claim: claiming.set_aside(
            answers.store, meant(answers.incident.id, OTHER_UNIT), claim.id, "不必", without_personal_data
        ),
    ],
)
def test_a_unit_has_no_part_in_the_statements_of_another(answers: Answers, deed: Callable[[Answers, Claim], object]):
    claim = entered(answers)
    with pytest.raises(Refused, match="没有权限"):
        deed(answers, claim)
    assert waiting(answers) == [claim]
    assert answers.page(OTHER_UNIT).claims == []
    assert answers.page(UNIT).claims == [claim]


def test_an_incident_that_has_ended_takes_no_more_of_them(answers: Answers):
    answers.desk.do(Act.DISMISS, incident=answers.incident.id, actor=OFFICE, **WHY)
    with pytest.raises(Refused, match="先重新打开"):
        entered(answers)


def test_a_second_click_enters_it_once(answers: Answers):
    for _ in range(2):
        enter(answers, Heard(SAID, Way.TELEPHONE, answers.incident.id), request="r1")
    assert len(waiting(answers)) == 1
