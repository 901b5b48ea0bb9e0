"""What should be interpreted is known from the form, and a missing or late interpretation is stated."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from casework.disclosures.interpreting import grounds_of, late_by, plan_of, without_interpretation
from records.words import Attribute, Purpose
from regulation.procedures import procedure
from tests.casework.disclosures.test_procedure import FORM, OTHER

H, E = procedure("H"), procedure("E")
NEEDED = replace(FORM, interpreted=True, interpretation_due=date(2026, 4, 12))


@pytest.mark.clause("H-28")
def test_an_important_document_is_in_the_scope_without_being_named():
    assert grounds_of(H, replace(FORM, document=True)) == ()
    (ground,) = grounds_of(H, replace(FORM, document=True, important=True))
    assert ground.ground == "policy"
    assert [one.ground for one in grounds_of(H, replace(FORM, grounds=("reform", "livelihood")))] == [
        "reform",
        "livelihood",
    ]


@pytest.mark.clause("H-28")
def test_what_is_in_the_scope_and_has_no_interpretation_is_stated_with_its_article():
    said = without_interpretation(H, replace(FORM, grounds=("livelihood",)), Attribute.OPEN)
    assert said is not None
    assert "没有安排解读：重大民生措施（" in said
    assert said.endswith("第二十八条）")


@pytest.mark.parametrize(
    ("change", "attribute"),
    [
        ({}, Attribute.OPEN),
        ({"grounds": ("livelihood",), "interpreted": True}, Attribute.OPEN),
        ({"grounds": ("livelihood",)}, Attribute.WITHHELD),
        ({"grounds": ("livelihood",), "purpose": Purpose.WITHDRAWAL}, Attribute.OPEN),
    ],
)
def test_nothing_is_stated_where_nothing_is_missing(change: dict[str, Any], attribute: Attribute):
    assert without_interpretation(H, replace(FORM, **change), attribute) is None


@pytest.mark.clause("H-29", "H-30")
def test_the_plan_says_who_drafts_until_when_and_how():
    assert plan_of(FORM) is None
    assert plan_of(NEEDED) == "住建局起草，2026-04-12 前拟好"
    told = plan_of(replace(NEEDED, interpreter=OTHER, interpretation_ways=("图标图解", "新闻发布会")))
    assert told == "教体局起草，2026-04-12 前拟好；方式：图标图解、新闻发布会"


@pytest.mark.parametrize(("day", "days"), [(12, 0), (13, 1), (20, 8)])
def test_a_draft_is_late_from_the_day_after_its_day(day: int, days: int):
    assert late_by(NEEDED, date(2026, 4, day)) == days
    assert late_by(replace(NEEDED, interpretation="为什么改"), date(2026, 4, day)) == 0


@pytest.mark.clause("H-31", "H-32")
def test_the_form_offers_what_an_interpretation_tells_and_by_which_ways():
    assert H.interpreting.outline is not None
    assert H.interpreting.outline.words[0] == "背景依据"
    assert H.interpreting.ways is not None
    assert {"图标图解", "新闻发布会", "媒体访谈"} <= set(H.interpreting.ways.words)
    assert E.interpreting.outline is not None
    assert "办事指南" in E.interpreting.outline.words
