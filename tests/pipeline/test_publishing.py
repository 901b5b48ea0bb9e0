"""The publication log: what is noted and taken back by whom, and what is not published everywhere it should be."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline.acts import Actor
from pipeline.publishing import NOTE, Noted, note_publication, take_back, unpublished
from pipeline.refusals import Refused
from records.people import Person
from records.publications import Publication
from records.words import Role, Scope
from regulation.platforms import platform_rules
from storage.store import Store
from tests.storage.making import DAY, HOUR, NOON, disclosure

OFFICE = Actor("王芳", Role.OFFICE)
RULES = platform_rules()
NOTED = Noted("d1", "gov_site", NOON, "https://gov.example/1", "r1")


def with_record(store: Store, **more: object) -> None:
    with store.transaction() as t:
        t.disclosures.add(disclosure(**more), NOON, "王芳")  # type: ignore[arg-type]


def log(store: Store) -> list[Publication]:
    with store.reading() as t:
        return t.publications.of(["d1"])


@pytest.mark.clause("H-14")
def test_what_is_published_is_noted_with_platform_time_link_and_whoever_noted_it(store: Store):
    with_record(store)
    note_publication(store, NOTED, OFFICE, NOON + HOUR, RULES)
    note_publication(store, NOTED, OFFICE, NOON + 2 * HOUR, RULES)
    (entry,) = log(store)
    assert (entry.platform_name, entry.published_at, entry.link) == ("政府公众网", NOON, "https://gov.example/1")
    assert (entry.noted_by, entry.noted_at) == ("王芳", NOON + HOUR)
    with store.reading() as t:
        assert [row.act for row in t.audit.about("d1")] == [NOTE]


@pytest.mark.clause("H-14")
def test_the_responsible_unit_notes_for_its_own_records_and_for_no_others(store: Store):
    with_record(store)
    note_publication(store, NOTED, Actor("李强", Role.UNIT, "住建局"), NOON, RULES)
    for actor in (Actor("赵敏", Role.UNIT, "教育局"), Actor("李军", Role.DUTY), Actor("钱", Role.EVALUATOR)):
        with pytest.raises(Refused, match="没有权限"):
            note_publication(store, replace(NOTED, request="r2"), actor, NOON, RULES)
    assert len(log(store)) == 1
    with store.reading() as t:
        assert [row.allowed for row in t.audit.about("d1")].count(False) == 3


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"record": "d9"}, "没有这条公开事项"),
        ({"platform": "elsewhere"}, "没有这个发布平台"),
        ({"published_at": NOON + DAY}, "不能晚于现在"),
        ({"link": ""}, "请填写网址"),
        ({"link": "javascript:alert(1)"}, "网址应以"),
        ({"link": "https://a:b@gov.example/"}, "网址应以"),
    ],
)
def test_what_cannot_be_noted_is_said(store: Store, change: dict[str, object], said: str):
    with_record(store)
    with pytest.raises(Refused, match=said):
        note_publication(store, replace(NOTED, **change), OFFICE, NOON, RULES)  # type: ignore[arg-type]
    assert log(store) == []


@pytest.mark.clause("H-20")
def test_an_entry_is_taken_back_once_with_a_reason_and_stays_in_the_log(store: Store):
    with_record(store)
    note_publication(store, NOTED, OFFICE, NOON, RULES)
    (entry,) = log(store)
    with pytest.raises(Refused, match="原因"):
        take_back(store, entry.id, " ", OFFICE, NOON)
    take_back(store, entry.id, "网址登错", OFFICE, NOON + HOUR)
    with pytest.raises(Refused, match="已由王芳撤回"):
        take_back(store, entry.id, "再撤", OFFICE, NOON + HOUR)
    (entry,) = log(store)
    assert (entry.link, entry.taken_back_by, entry.reason) == ("https://gov.example/1", "王芳", "网址登错")


@pytest.mark.clause("H-13")
def test_a_record_is_listed_until_it_is_published_in_every_way_that_its_item_asks_for(store: Store):
    with store.transaction() as t:
        t.disclosures.add(disclosure(catalogue_item="H1", scope=Scope.PARTY), NOON, "王芳")
        t.disclosures.add(disclosure("old", catalogue_item="H1", published_at=NOON - 100 * DAY), NOON, "王芳")
        t.disclosures.add(disclosure("none"), NOON, "王芳")
    office, evaluator = Person("w", "王芳", Role.OFFICE), Person("z", "赵敏", Role.EVALUATOR)

    def listed(person: Person) -> list[str]:
        with store.reading() as t:
            return [one.record.id for one in unpublished(t, person, NOON + DAY, RULES)]

    assert (listed(office), listed(evaluator)) == (["d1"], [])
    for number, platform in enumerate(("gov_site", "meeting", "document", "briefing", "local_network")):
        note_publication(store, replace(NOTED, platform=platform, request=f"r{number}"), OFFICE, NOON, RULES)
    assert listed(office) == []
    first = log(store)
    for entry in first:
        take_back(store, entry.id, "登错", OFFICE, NOON + HOUR)
    assert listed(office) == ["d1"]
