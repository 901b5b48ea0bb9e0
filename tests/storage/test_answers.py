"""Answers, the entries of their course and verification records come back as they were written."""

from __future__ import annotations

from dataclasses import replace

from records.answers import (
    Answer,
    AnswerEntry,
    AnswerKind,
    AnswerNoted,
    AnswerState,
    Exchange,
    PublicWords,
    Verdict,
    Verification,
    Wording,
)
from storage.store import Store
from tests.pipeline.clocks import open_incident
from tests.storage.making import DAY, HOUR, NOON

WORDING = Wording("已抢修", True, (3, 4), ("抢修记录", "https://gov.example/1"), ("k1",))
INCIDENT = "20260410-001"
PUBLIC = PublicWords("供热情况", (Exchange("何时修好", "12时30分"), Exchange("退不退费", "退")), "换了管段")


def answer(answer_id: str = "H20260410-001", kind: AnswerKind = AnswerKind.INCIDENT, about: str = "i1") -> Answer:
    return Answer(answer_id, kind, about, "住建局", NOON, "承办甲")


def test_every_entry_comes_back_as_it_was(store: Store):
    entries = [
        AnswerEntry("H20260410-001", AnswerNoted.WRITTEN, NOON, "承办甲", "住建局", words=WORDING),
        AnswerEntry("H20260410-001", AnswerNoted.RETURNED, NOON + HOUR, "王芳", reason="太长"),
        AnswerEntry("H20260410-001", AnswerNoted.PUBLISHED, NOON + HOUR, "承办甲", link="https://gov.example/1"),
    ]
    public = AnswerEntry("K20260410-001", AnswerNoted.WRITTEN, NOON, "王芳", words=PUBLIC)
    with store.transaction() as t:
        t.answers.begin(answer())
        t.answers.begin(answer("K20260410-001", AnswerKind.PUBLIC, "d1"))
        kept = [t.answers.add(one) for one in (*entries, public)]
    with store.reading() as t:
        found = t.answers.entries(["H20260410-001", "K20260410-001"])
    assert [*found["H20260410-001"], *found["K20260410-001"]] == kept
    assert [replace(one, id=None) for one in kept] == [*entries, public]


def test_answers_are_found_by_what_they_are_about_and_by_where_they_stand(store: Store):
    with store.transaction() as t:
        t.answers.begin(answer())
        t.answers.begin(answer("K20260410-001", AnswerKind.PUBLIC, "i1"))
        t.answers.stand("H20260410-001", AnswerState.APPROVED)
    with store.reading() as t:
        (mine,) = t.answers.about(AnswerKind.INCIDENT, "i1")
        assert mine == replace(answer(), state=AnswerState.APPROVED)
        assert t.answers.standing_at(AnswerKind.INCIDENT, AnswerState.APPROVED, AnswerState.DRAFT) == [mine]
        assert t.answers.standing_at(AnswerKind.PUBLIC, AnswerState.APPROVED) == []
        assert t.answers.get("H9") is None


def test_ids_count_by_kind_and_day(store: Store):
    with store.transaction() as t:
        assert t.answers.next_id(AnswerKind.INCIDENT, NOON) == "H20260410-001"
        t.answers.begin(answer())
        assert t.answers.next_id(AnswerKind.INCIDENT, NOON) == "H20260410-002"
        assert t.answers.next_id(AnswerKind.PUBLIC, NOON) == "K20260410-001"
        assert t.answers.next_id(AnswerKind.INCIDENT, NOON + DAY) == "H20260411-001"


def test_verification_records_stay_with_what_took_them_back(store: Store):
    open_incident(store)
    made = Verification(INCIDENT, NOON, "李军", "住建局", "说水里有毒", Verdict.UNTRUE, "送检报告")
    with store.transaction() as t:
        first = t.answers.verify(made)
        second = t.answers.verify(replace(made, evidence="样品弄错", of=first.id))
    with store.reading() as t:
        assert t.answers.verifications(INCIDENT) == [first, second]
        assert t.answers.verifications("none") == []
    assert (replace(first, id=None), second.of) == (made, first.id)
