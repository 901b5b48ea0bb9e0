"""Statements are given back as they were entered, oldest first, and never changed."""

from __future__ import annotations

from dataclasses import replace

from records.answers import Verdict, Verification
from records.claims import Claim, Way, waiting
from storage.claims import Claims
from storage.store import Store
from tests.storage.making import HOUR, NOON
from tests.storage.test_upward import opened

POISONED = Claim("20260410-001", NOON, "李军", None, Way.TELEPHONE, "有人说学校有学生中毒")
FOUND = Verification("20260410-001", NOON + HOUR, "李强", "区教体局", "学生中毒", Verdict.UNTRUE, "到校查看", id=7)


def test_statements_come_back_by_incident_with_what_ended_them(store: Store):
    opened(store, "20260410-001", "20260410-002", "20260410-003")
    with store.transaction() as t:
        first = t.claims.add(POISONED)
        ended = t.claims.add(replace(POISONED, at=NOON + HOUR, text="", of=first.id, verification=7))
        other = t.claims.add(replace(POISONED, incident="20260410-002", way=Way.LEADER))
    with store.reading() as t:
        found = t.claims.of_incidents(["20260410-001", "20260410-002", "20260410-003"])
    assert found == {"20260410-001": [first, ended], "20260410-002": [other]}


def test_a_statement_waits_until_a_record_that_stands_finds_something_or_somebody_sets_it_aside():
    asked = replace(POISONED, id=1)
    by_record = replace(POISONED, id=2, of=1, verification=7, text="")
    aside = replace(POISONED, id=3, of=1, text="与另一条相同")
    assert waiting([asked], [FOUND]) == [asked]
    assert waiting([asked, by_record], [FOUND]) == []
    assert waiting([asked, by_record], [replace(FOUND, verdict=Verdict.OPEN)]) == [asked]
    assert waiting([asked, by_record], [FOUND, replace(FOUND, id=8, of=7)]) == [asked]
    assert waiting([asked, aside], []) == []


def test_nothing_entered_can_be_changed():
    assert [name for name in vars(Claims) if not name.startswith("_")] == ["add", "of_incidents"]
