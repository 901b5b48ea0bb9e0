"""An answer is drafted by the unit, approved by somebody else of the office, published in those words, and kept to by co-units."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.answers.course import AnswerStanding
from nlp.admission import without_personal_data
from pipeline import answering, verifying
from pipeline.acts import Actor
from pipeline.answer_checks import Checking
from pipeline.answer_view import AnswersPage, answers_page
from pipeline.answering import Answering
from pipeline.meant import Meant
from pipeline.notify import page_only
from pipeline.refusals import Refused
from pipeline.secrecy_check import text_check
from pipeline.verifying import Finding
from records.actions import Act
from records.answers import AnswerKind, AnswerState, Verdict, Wording
from records.disclosures import Disclosure
from records.incidents import Incident
from records.people import Contact, Person
from records.words import Role, Scope
from regulation.answers import answer_rules
from regulation.secrecy import secrecy_rules
from storage.store import Store
from tests.pipeline.known_answers import DAY, HOUR, NOON
from tests.pipeline.test_acts import OFFICE, OTHER_UNIT, UNIT, Desk

MINUTE = timedelta(minutes=1)
COLLEAGUE = Actor("钱副主任", Role.OFFICE)
DRAFTER = Actor("承办甲", Role.DRAFTER, "住建局")
SECRECY = secrecy_rules()
ANSWERING = Answering(
    Checking(answer_rules(), text_check(SECRECY), SECRECY.personal_label), without_personal_data, page_only
)
TEXT = "正文p0、正文p1、正文p2所说的管道4月10日8时破裂，12时30分修好。"
GOOD = Wording(TEXT, grounds=("热力公司抢修记录",))


class Answers:
    """An incident and the answers on it."""

    def __init__(self, store: Store, reports: Path) -> None:
        self.store = store
        self.desk = Desk(store, reports)
        self.incident = self.desk.open()

    def begin(self, wording: Wording = GOOD, actor: Actor = UNIT, at: datetime = NOON) -> str:
        return answering.begin(self.store, self.incident.id, wording, actor, at, ANSWERING)

    def submitted(self, wording: Wording = GOOD, actor: Actor = UNIT) -> str:
        answer = self.begin(wording, actor)
        answering.submit(self.store, meant(answer, actor), ANSWERING)
        return answer

    def approved(self, wording: Wording = GOOD, reason: str | None = None) -> str:
        answer = self.submitted(wording)
        answering.approve(self.store, meant(answer, OFFICE), 1, reason, ANSWERING)
        return answer

    def verify(self, verdict: Verdict = Verdict.UNTRUE, actor: Actor = UNIT) -> int:
        finding = Finding("说水里有毒", verdict, "送检报告第12号，七项合格")
        made = verifying.verify(self.store, meant(self.incident.id, actor), finding, ANSWERING)
        assert made is not None
        assert made.id is not None
        return made.id

    def publish(self, text: str = TEXT, actor: Actor = UNIT) -> Incident:
        return self.desk.do(Act.PUBLISH_RESPONSE, NOON + HOUR, actor, incident=self.incident.id, text=text)

    def now(self, answer: str) -> AnswerStanding:
        with self.store.reading() as t:
            found = t.answers.get(answer)
            assert found is not None
            now = answering.course_of(t, found).standing()
            assert found.state is now.state, "the list says what the entries say"
            return now

    def page(self, actor: Actor) -> AnswersPage:
        assert actor.role is not None
        person = Person(actor.name, actor.name, actor.role, actor.unit)
        with self.store.reading() as t:
            return answers_page(t, person, self.desk.get(self.incident.id), ANSWERING.checking)

    def published(self) -> list[str]:
        with self.store.reading() as t:
            return [one.text for one in t.reports.responses(self.incident.id)]

    def told(self, kind: str) -> list[str]:
        with self.store.reading() as t:
            return sorted(one.recipient for one in t.alerts.of_incident(self.incident.id) if one.kind == kind)


def meant(subject: str, actor: Actor, request: str | None = None) -> Meant:
    return Meant(subject, actor, NOON + MINUTE, request)


@pytest.fixture
def answers(store: Store, tmp_path: Path) -> Answers:
    return Answers(store, tmp_path / "reports")


# The course


@pytest.mark.clause("H-44(2)", "H-42(1)")
def test_a_unit_drafts_the_office_approves_and_the_unit_registers_it_as_published(answers: Answers):
    answer = answers.submitted()
    assert answers.told("answer_submitted") == ["office"]
    answering.approve(answers.store, meant(answer, OFFICE), 1, None, ANSWERING)
    assert answers.told("answer_approved") == ["住建局"]
    answers.publish(f"\n{TEXT}\r\n")
    now = answers.now(answer)
    assert (now.state, now.approved and now.approved.actor, now.published and now.published.actor) == (
        AnswerState.PUBLISHED,
        "王芳",
        "李强",
    )
    assert len(answers.published()) == 1


@pytest.mark.clause("H-44(2)")
def test_nobody_approves_what_they_wrote_even_with_the_offices_role(answers: Answers):
    answer = answers.submitted(actor=OFFICE)
    with pytest.raises(Refused, match="另一人审定"):
        answering.approve(answers.store, meant(answer, OFFICE), 1, "急", ANSWERING)
    answering.approve(answers.store, meant(answer, COLLEAGUE), 1, None, ANSWERING)
    assert answers.now(answer).state is AnswerState.APPROVED


@pytest.mark.clause("H-44(2)")
@pytest.mark.parametrize("text", [f"{TEXT}另外再加一句。", "别的话"])
def test_nothing_else_than_the_approved_words_is_registered_as_published(answers: Answers, text: str):
    with pytest.raises(Refused, match="与审定的回应不一致"):
        answers.publish()
    answers.approved()
    with pytest.raises(Refused, match="与审定的回应不一致"):
        answers.publish(text)
    answers.publish()
    with pytest.raises(Refused, match="与审定的回应不一致"):
        answers.publish()
    assert answers.published() == [TEXT]


def test_a_change_after_the_approval_needs_another_one(answers: Answers):
    answer = answers.approved()
    answering.write(answers.store, meant(answer, UNIT), Wording("改过的话", grounds=("记录",)), 1, ANSWERING)
    for text in (TEXT, "改过的话"):
        with pytest.raises(Refused):
            answers.publish(text)
    assert answers.now(answer).state is AnswerState.DRAFT


def test_what_the_office_returns_goes_back_to_the_unit_with_the_reason(answers: Answers):
    answer = answers.submitted()
    with pytest.raises(Refused, match="写明理由"):
        answering.send_back(answers.store, meant(answer, OFFICE), " ", ANSWERING)
    answering.send_back(answers.store, meant(answer, OFFICE), "请删去13912345678", ANSWERING)
    assert answers.told("answer_returned") == ["住建局"]
    with answers.store.reading() as t:
        reason = t.answers.entries([answer])[answer][-1].reason
        told = [one.body for one in t.alerts.of_incident(answers.incident.id) if one.kind == "answer_returned"]
        logged = t.audit.newest(1)[0].detail
    assert reason is not None
    assert reason.startswith("请删去")
    assert "13912345678" not in f"{reason}{logged}"
    assert not any("请删去" in one for one in told)
    with pytest.raises(Refused, match="不能审定"):
        answering.approve(answers.store, meant(answer, OFFICE), 1, None, ANSWERING)


def test_two_people_who_write_at_once_are_told_and_so_is_who_approves_what_was_changed(answers: Answers):
    answer = answers.submitted()
    answering.write(answers.store, meant(answer, DRAFTER), Wording("二", grounds=("记录",)), 1, ANSWERING)
    with pytest.raises(Refused, match="刚有人改过"):
        answering.write(answers.store, meant(answer, UNIT), Wording("三"), 1, ANSWERING)
    answering.submit(answers.store, meant(answer, UNIT), ANSWERING)
    with pytest.raises(Refused, match="重新阅读"):
        answering.approve(answers.store, meant(answer, OFFICE), 1, "可以", ANSWERING)


def test_a_second_click_writes_nothing(answers: Answers):
    first, second = (
        answering.begin(answers.store, answers.incident.id, GOOD, UNIT, NOON, ANSWERING, "r1") for _ in range(2)
    )
    assert first == second
    for _ in range(2):
        answering.submit(answers.store, meant(first, UNIT, "r2"), ANSWERING)
    with answers.store.reading() as t:
        assert len(t.answers.entries([first])[first]) == 2
        assert len(t.answers.about(AnswerKind.INCIDENT, answers.incident.id)) == 1


@pytest.mark.clause("H-44")
@pytest.mark.parametrize(
    ("actor", "begins", "approves"),
    [
        (UNIT, True, False),
        (DRAFTER, True, False),
        (OFFICE, True, True),
        (Actor("值班员甲", Role.DUTY), True, False),
        (OTHER_UNIT, False, False),
        (Actor("赵敏", Role.EVALUATOR), False, False),
        (Actor("孙主任", Role.HEAD, "住建局"), False, False),
    ],
)
def test_who_may_draft_and_who_may_approve(answers: Answers, actor: Actor, begins: bool, approves: bool):
    answer = answers.submitted(actor=COLLEAGUE)
    for permitted, deed in (
        (approves, lambda: answering.approve(answers.store, meant(answer, actor), 1, None, ANSWERING)),
        (begins, lambda: answers.begin(actor=actor)),
    ):
        if permitted:
            deed()
        else:
            with pytest.raises(Refused, match="没有权限"):
                deed()
            with answers.store.reading() as t:
                assert not t.audit.newest(1)[0].allowed


# What blocks


@pytest.mark.clause("H-42(1)")
def test_calling_something_untrue_waits_for_a_verification_record_of_a_person(answers: Answers):
    text = f"{TEXT}水里有毒的说法不属实。"
    answer = answers.begin(Wording(text, grounds=("记录",)))
    with pytest.raises(Refused, match="没有核实记录支持"):
        answering.submit(answers.store, meant(answer, UNIT), ANSWERING)
    number = answers.verify()
    answering.write(answers.store, meant(answer, UNIT), Wording(text, verifications=(number,)), 1, ANSWERING)
    answering.submit(answers.store, meant(answer, UNIT), ANSWERING)
    answering.approve(answers.store, meant(answer, OFFICE), 2, None, ANSWERING)
    verifying.take_back(answers.store, meant(answers.incident.id, UNIT), number, "样品弄错", ANSWERING)
    with pytest.raises(Refused, match="核实记录已作废"):
        answers.publish(text)
    assert answers.published() == []


def test_a_record_of_another_incident_supports_nothing(answers: Answers):
    for number in range(10, 13):
        other = answers.desk.town.come(f"p{number}", NOON, disclosure="d2")
    assert other is not None
    finding = Finding("说水里有毒", Verdict.UNTRUE, "送检")
    made = verifying.verify(answers.store, meant(other.id, OFFICE), finding, ANSWERING)
    assert made is not None
    assert made.id is not None
    with pytest.raises(Refused, match="不属于这个事件"):
        answers.begin(Wording(TEXT, verifications=(made.id,)))


@pytest.mark.clause("H-44(1)")
def test_what_leaves_a_focal_point_open_needs_a_reason_of_whoever_approves(answers: Answers):
    answer = answers.submitted(Wording("今天下雨。", grounds=("气象台",)))
    with pytest.raises(Refused, match="没有回应到的关注点"):
        answering.approve(answers.store, meant(answer, OFFICE), 1, None, ANSWERING)
    answering.approve(answers.store, meant(answer, OFFICE), 1, "先说天气，其余今晚回应", ANSWERING)
    approved = answers.now(answer).approved
    assert approved is not None
    assert approved.reason == "先说天气，其余今晚回应"


@pytest.mark.clause("H-25")
def test_personal_data_needs_a_reason_of_whoever_approves(answers: Answers):
    answer = answers.submitted(Wording(f"{TEXT}请打 13912345678。", grounds=("记录",)))
    with pytest.raises(Refused, match="个人信息"):
        answering.approve(answers.store, meant(answer, OFFICE), 1, None, ANSWERING)


@pytest.mark.clause("E-2(3)2")
def test_the_title_of_a_party_record_never_gets_into_an_answer(answers: Answers):
    party = Disclosure("p1", "关于三起问题的党内通报", None, NOON - DAY, "纪委", None, Scope.PARTY, None, "内容")
    with answers.store.transaction() as t:
        t.disclosures.add(party, NOON, "测试")
    answer = answers.begin(Wording(f"{TEXT}按关于三起问题的党内通报处理。", grounds=("记录",)))
    with pytest.raises(Refused, match="党内公开事项的题目"):
        answering.submit(answers.store, meant(answer, UNIT), ANSWERING)


# Agreed wording


@pytest.mark.clause("H-40(3)")
def test_agreed_wording_is_approved_once_shown_to_who_helps_and_taken_note_of(answers: Answers):
    with answers.store.transaction() as t:
        t.people.set_contacts("教体局", [Contact("教体局", "email", "j@q.example", "刘洋")])
    answers.desk.do(Act.NAME_CO_UNIT, NOON, incident=answers.incident.id, unit="教体局", reason="涉及校园")
    draft = answers.begin()
    agreed = answers.submitted(Wording(TEXT, agreed=True, grounds=("记录",)))
    assert answers.page(OTHER_UNIT).rows == []
    answering.approve(answers.store, meant(agreed, OFFICE), 1, None, ANSWERING)
    assert answers.told("wording_agreed") == ["教体局"]
    (row,) = answers.page(OTHER_UNIT).rows
    assert (row.answer.id, row.may_acknowledge, row.may_write, row.unread) == (agreed, True, False, ["教体局"])
    answering.acknowledge(answers.store, meant(agreed, OTHER_UNIT), ANSWERING)
    (row,) = answers.page(OTHER_UNIT).rows
    assert (row.may_acknowledge, row.unread, row.now.acknowledged["教体局"].actor) == (False, [], "赵敏")
    for actor, answer in ((OTHER_UNIT, agreed), (OTHER_UNIT, draft), (UNIT, agreed)):
        with pytest.raises(Refused):
            answering.acknowledge(answers.store, meant(answer, actor), ANSWERING)


@pytest.mark.clause("E-2(3)2")
def test_no_message_about_an_answer_holds_its_words(answers: Answers):
    answers.approved(Wording(TEXT, agreed=True, grounds=("记录",)))
    with answers.store.reading() as t:
        mine = [one for one in t.alerts.of_incident(answers.incident.id) if one.kind.startswith(("answer", "wording"))]
    assert len(mine) == 2
    assert [one for one in mine if "破裂" in one.title + one.body] == []


# What a person sees


def test_the_page_offers_each_what_they_may_do_now(answers: Answers):
    answer = answers.submitted()
    (mine,) = answers.page(UNIT).rows
    (office,) = answers.page(OFFICE).rows
    (watch,) = answers.page(Actor("赵敏", Role.EVALUATOR)).rows
    assert (mine.may_write, mine.may_approve, mine.own_draft) == (True, False, True)
    assert (office.may_approve, office.may_return, office.own_draft) == (True, True, False)
    assert (watch.may_write, watch.may_approve, watch.may_publish, list(watch.remarks)) == (False, False, False, [])
    assert answers.page(OTHER_UNIT).rows == []
    answering.approve(answers.store, meant(answer, OFFICE), 1, None, ANSWERING)
    assert answers.page(UNIT).rows[0].may_publish


# Whatever is tried


DEEDS = st.lists(
    st.tuples(
        st.sampled_from(["write", "submit", "return", "approve", "drop", "publish", "verify"]),
        st.sampled_from([UNIT, OFFICE, COLLEAGUE]),
    ),
    max_size=12,
)


@pytest.mark.clause("H-44(2)")
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=DEEDS)
def test_no_sequence_of_acts_publishes_without_the_approval_of_somebody_else(
    answers: Answers, deeds: list[tuple[str, Actor]]
):
    answer, before = answers.begin(), len(answers.published())
    for what, actor in deeds:
        try:
            _do(answers, answer, what, actor)
        except Refused:
            continue
    now = answers.now(answer)
    if now.state is AnswerState.PUBLISHED:
        assert now.approved is not None
        assert now.approved.actor not in now.writers
        assert now.approved.actor in {OFFICE.name, COLLEAGUE.name}
        assert len(answers.published()) == before + 1
    else:
        assert len(answers.published()) == before
        answering.drop(answers.store, meant(answer, OFFICE), "完", ANSWERING) if not now.state.ended else None


def _do(answers: Answers, answer: str, what: str, actor: Actor) -> None:
    version, by = answers.now(answer).version, meant(answer, actor)
    {
        "write": lambda: answering.write(answers.store, by, GOOD, version, ANSWERING),
        "submit": lambda: answering.submit(answers.store, by, ANSWERING),
        "return": lambda: answering.send_back(answers.store, by, "改", ANSWERING),
        "approve": lambda: answering.approve(answers.store, by, version, "可以", ANSWERING),
        "drop": lambda: answering.drop(answers.store, by, "不用了", ANSWERING),
        "publish": lambda: answers.publish(actor=actor),
        "verify": lambda: answers.verify(actor=actor),
    }[what]()
