"""Versions of a risk assessment are added and never changed."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from records.risks import Judged, Prepared, RiskAssessment, RiskForm, RiskNote, RiskNoted
from records.words import Risk
from storage.store import Store
from tests.storage.making import HOUR, NOON

FORM = RiskForm(
    judged=(Judged("opinion", 3, 4, "停暖"),),
    means=("tracking",),
    units=("住建局",),
    plan="先说明",
    prepared=(Prepared("何时恢复", "明天", "住建局"),),
    lead_unit="住建局",
)


def version(number: int, level: Risk = Risk.HIGH, subject: str = "d1") -> RiskAssessment:
    return RiskAssessment(subject, number, NOON + number * HOUR, "承办甲", FORM, level, ("3 × 4 ＝ 12",))


def test_every_version_comes_back_as_it_was_with_its_notes(store: Store):
    with store.transaction() as t:
        first = t.risks.add(version(1))
        t.risks.add(version(2, Risk.LOW))
        t.risks.note(RiskNote(first, RiskNoted.SEEN, NOON, "主要己"))
        t.risks.note(RiskNote(first, RiskNoted.USED, NOON, "李军", 0))
    with store.reading() as t:
        one, two = t.risks.versions("d1")
        newest, none = t.risks.newest("d1"), t.risks.newest("d2")
    assert (one.form, one.level, one.at, one.calculation) == (FORM, Risk.HIGH, NOON + HOUR, ("3 × 4 ＝ 12",))
    assert (one.seen and one.seen.actor, one.used, two.notes) == ("主要己", {0}, ())
    assert (newest, none) == (two, None)


def test_the_last_version_of_each_gives_its_level(store: Store):
    with store.transaction() as t:
        for made in (version(1), version(2, Risk.MEDIUM), version(1, Risk.LOW, "d2"), version(1, subject="d3")):
            t.risks.add(made)
    with store.reading() as t:
        assert t.risks.levels(["d1", "d2", "d9"]) == {"d1": Risk.MEDIUM, "d2": Risk.LOW}


def test_one_number_is_given_once(store: Store):
    with store.transaction() as t:
        t.risks.add(version(1))
    with pytest.raises(IntegrityError), store.transaction() as t:
        t.risks.add(version(1))
