"""Whoever leaves writes a note, whoever comes signs for it by name; what is open is listed by the desk (第四十一条)."""

from __future__ import annotations

from datetime import datetime
from threading import Barrier, Thread

import pytest
from sqlalchemy import update

from nlp.admission import without_personal_data
from pipeline.duty_handover import hand_over, take_over, takers
from pipeline.duty_noting import Writing
from pipeline.refusals import Refused
from pipeline.unacknowledged import await_co_unit
from records.co_units import CoUnit
from records.duty import Handover
from records.people import Person
from records.words import Role
from storage.store import Store
from storage.tables import duty_handover
from tests.pipeline.clocks import open_incident, start
from tests.storage.making import HOUR, NOON

LI = Person("lijun", "李军", Role.DUTY)
WANG = Person("wangfang", "王芳", Role.OFFICE)
ZHAO = Person("zhaomin", "赵敏", Role.EVALUATOR)
CHEN = Person("chenjie", "陈杰", Role.UNIT, "住建局")
GONE = Person("gone", "离任", Role.DUTY, active=False)


@pytest.fixture(autouse=True)
def people(store: Store) -> None:
    with store.transaction() as t:
        for person in (LI, WANG, ZHAO, CHEN, GONE):
            t.people.add(person, "hash", NOON)
        t.people.set_active("gone", False)


def writing(person: Person, at: datetime, request: str) -> Writing:
    return Writing(person, at, without_personal_data, request)


def written(store: Store, number: int) -> Handover:
    with store.reading() as t:
        found = t.duty.handover(number)
    assert found is not None
    return found


@pytest.mark.clause("H-41")
def test_open_incidents_and_running_clocks_are_listed_without_being_asked_for(store: Store):
    open_incident(store)
    start(store)
    note = written(store, hand_over(store, "office", "wangfang", "供热的事盯紧", writing(LI, NOON + HOUR, "r1")))
    assert (note.by_name, note.to_name, note.note, note.signed_at) == ("李军", "王芳", "供热的事盯紧", None)
    (matter,) = note.open_matters
    assert matter["unit"] == "住建局"
    assert matter["acknowledged"] is False
    assert [(one["kind"], one["due_at"]) for one in matter["clocks"]] == [
        ("initial_report", (NOON + 2 * HOUR).isoformat())
    ]
    assert "title" not in matter


@pytest.mark.clause("H-40(3)")
def test_the_clock_of_a_unit_that_helps_names_the_unit(store: Store):
    open_incident(store)
    with store.transaction() as t:
        incident = t.incidents.get("20260410-001")
        assert incident is not None
        t.co_units.name(CoUnit(incident.id, "教体局", NOON, "王芳", None))
        await_co_unit(t, incident, "教体局", NOON, "王芳")
    note = written(store, hand_over(store, "office", "wangfang", "供热的事盯紧", writing(LI, NOON + HOUR, "r1")))
    assert [(one["kind"], one["unit"]) for one in note.open_matters[0]["clocks"]] == [
        ("co_acknowledgement.general", "教体局")
    ]


def test_a_unit_hands_over_its_own_incidents_only(store: Store):
    open_incident(store)
    with store.transaction() as t:
        t.people.add(Person("sunli", "孙丽", Role.UNIT, "教体局"), "hash", NOON)
        t.people.add(Person("sunwu", "孙武", Role.UNIT, "教体局"), "hash", NOON)
    note = written(
        store,
        hand_over(store, "教体局", "sunwu", "无", writing(Person("sunli", "孙丽", Role.UNIT, "教体局"), NOON, "r1")),
    )
    assert note.open_matters == ()
    with store.transaction() as t:
        t.co_units.name(CoUnit("20260410-001", "教体局", NOON, "王芳", None))
    note = written(
        store,
        hand_over(store, "教体局", "sunwu", "无", writing(Person("sunli", "孙丽", Role.UNIT, "教体局"), NOON, "r3")),
    )
    assert [matter["incident"] for matter in note.open_matters] == ["20260410-001"], "it helps with that one now"
    with pytest.raises(Refused, match="没有权限"):
        hand_over(store, "住建局", "sunwu", "无", writing(Person("sunli", "孙丽", Role.UNIT, "教体局"), NOON, "r2"))


@pytest.mark.clause("H-41")
def test_the_incoming_person_alone_signs_and_once(store: Store):
    number = hand_over(store, "office", "wangfang", "一切正常", writing(LI, NOON, "r1"))
    for other in (LI, CHEN, ZHAO):
        with pytest.raises(Refused, match="由王芳本人签收"):
            take_over(store, number, other, NOON + HOUR)
    take_over(store, number, WANG, NOON + HOUR)
    take_over(store, number, WANG, NOON + 2 * HOUR)
    assert written(store, number).signed_at == NOON + HOUR
    with store.reading() as t:
        log = [(entry.act, entry.actor) for entry in t.audit.about("office")]
    assert log == [("hand_over_duty", "李军"), ("take_over_duty", "王芳")]


def test_the_log_holds_the_hash_of_what_was_signed(store: Store):
    number = hand_over(store, "office", "wangfang", "一切正常", writing(LI, NOON, "r1"))
    take_over(store, number, WANG, NOON)
    with store.reading() as t:
        digests = {entry.detail["digest"] for entry in t.audit.about("office")}
    assert digests == {written(store, number).digest}


def test_an_altered_note_cannot_be_signed(store: Store):
    number = hand_over(store, "office", "wangfang", "一切正常", writing(LI, NOON, "r1"))
    with store.transaction() as t:
        t.connection.execute(update(duty_handover).values(note="有一件大事"))
    with pytest.raises(Refused, match="与写下时不一致"):
        take_over(store, number, WANG, NOON)


def test_a_double_click_writes_one_note(store: Store):
    assert hand_over(store, "office", "wangfang", "一切正常", writing(LI, NOON, "r1")) == hand_over(
        store, "office", "wangfang", "一切正常", writing(LI, NOON, "r1")
    )
    with store.reading() as t:
        assert len(t.duty.handovers("office", 9)) == 1


@pytest.mark.parametrize(
    ("to", "note", "by", "told"),
    [
        ("lijun", "无", LI, "请选择接班人"),
        ("nobody", "无", LI, "请选择接班人"),
        ("gone", "无", LI, "请选择接班人"),
        ("zhaomin", "无", LI, "请选择接班人"),
        ("chenjie", "无", LI, "请选择接班人"),
        ("wangfang", " ", LI, "请填写交接的内容"),
        ("wangfang", "字" * 4001, LI, "请填写交接的内容"),
        ("wangfang", "无", ZHAO, "没有权限"),
        ("wangfang", "无", GONE, "没有权限"),
    ],
)
def test_what_cannot_be_handed_over_is_refused(store: Store, to: str, note: str, by: Person, told: str):
    with pytest.raises(Refused, match=told):
        hand_over(store, "office", to, note, writing(by, NOON, "r1"))


def test_only_those_who_can_take_over_are_offered(store: Store):
    with store.reading() as t:
        assert [one.username for one in takers(t, "office", LI)] == ["wangfang"]


def test_a_note_that_is_sent_twice_at_the_same_moment_is_kept_once(store: Store):
    together = Barrier(2, timeout=60)
    numbers: list[int] = []

    def press() -> None:
        together.wait()
        numbers.append(hand_over(store, "office", "wangfang", "供热的事盯紧", writing(LI, NOON + HOUR, "r1")))

    threads = [Thread(target=press) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=30)
    assert len(numbers) == 2
    assert len(set(numbers)) == 1


def test_a_note_is_masked_but_for_the_names_of_those_who_work_at_the_desk(store: Store):
    told = "后半夜请王芳盯着；来电人马先生，电话13812345678，说3栋2单元501室没暖气"
    note = written(store, hand_over(store, "office", "wangfang", told, writing(LI, NOON, "r1")))
    assert note.note == "后半夜请王芳盯着；来电人〔姓名〕先生，电话〔手机号〕，说〔门牌号〕没暖气"
