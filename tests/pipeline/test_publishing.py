"""The publication log: what is noted and taken back by whom, and what is not published everywhere it should be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipeline.acts import Actor, attempt
from pipeline.proposing import sign
from pipeline.publication_log import Page
from pipeline.publishing import NOTE, Noted, note_publication, take_back, unpublished
from pipeline.refusals import Refused
from records.actions import Act, Action
from records.people import Person
from records.proposals import Form
from records.publications import Publication
from records.words import Purpose, Role, Scope
from regulation.platforms import platform_rules
from storage.store import Store
from tests.pipeline.answered import approved
from tests.pipeline.known_answers import NOON as TOWN_NOON
from tests.pipeline.known_answers import Town, record
from tests.pipeline.test_incident_view import DEPS, FIRST
from tests.pipeline.test_proposing import DRAFTER, FORM, UNIT, Office
from tests.storage.making import DAY, HOUR, NOON, disclosure

OFFICE = Actor("王芳", Role.OFFICE)
RULES = platform_rules()
OFFICIAL = Person("w", "王芳", Role.OFFICE)
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


def town_with_incident(store: Store) -> Town:
    town = Town(store)
    with store.transaction() as t:
        t.disclosures.add(replace(record("d1"), catalogue_item="H1", explanation="补目录项"), TOWN_NOON, "王芳")
    for number in range(3):
        town.come(f"v{number}")
    return town


def answered(store: Store, **more: object) -> None:
    approved(store, FIRST, "说明", TOWN_NOON)
    args = {"incident": FIRST, "text": "说明", **more}
    attempt(store, Action(TOWN_NOON + HOUR, "王芳", Act.PUBLISH_RESPONSE, args), OFFICE, DEPS)


@pytest.mark.clause("H-14", "H-42(1)")
def test_an_answer_with_an_address_stands_in_the_log_of_its_record_as_an_answer(store: Store):
    town_with_incident(store)
    answered(store, url="https://gov.example/a", platform="gov_site")
    answered(store, url="https://elsewhere.example/a")
    answered(store)
    first, second = log(store)
    assert (first.platform_name, first.link, first.incident) == ("政府公众网", "https://gov.example/a", FIRST)
    assert (second.platform_name, second.link, second.noted_by) == ("未写明平台", "https://elsewhere.example/a", "王芳")
    with pytest.raises(Refused, match="没有这个发布平台"):
        answered(store, url="https://gov.example/b", platform="nowhere")
    assert len(log(store)) == 2


@pytest.mark.clause("H-13")
def test_an_answer_does_not_stand_for_the_record_itself(store: Store):
    town_with_incident(store)
    answered(store, url="https://gov.example/a", platform="gov_site")
    with store.reading() as t:
        (left,) = unpublished(t, OFFICIAL, TOWN_NOON + DAY, RULES)
    assert left.record.id == "d1"
    note_publication(store, replace(NOTED, published_at=TOWN_NOON), OFFICE, TOWN_NOON + DAY, RULES)
    with store.reading() as t:
        assert unpublished(t, OFFICIAL, TOWN_NOON + DAY, RULES) == []


def carried_out(
    store: Store,
    form: Form,
    link: str | None = None,
    request: str | None = None,
    on: Sequence[str] | None = None,
) -> Office:
    """A proposal that is taken through its course to the signature of its publication."""
    office = Office(store, form)
    office.walk("publish")
    sign(store, office.meant(DRAFTER, request), "publish", UNIT, page=Page(link, on), platforms=RULES)
    return office


def left(store: Store, record_id: str) -> list[str]:
    """Where the record is still to be published."""
    with store.reading() as t:
        found = unpublished(t, OFFICIAL, TOWN_NOON + DAY, RULES)
    return [way for one in found if one.record.id == record_id for way in one.ways]


NAMES = ("公开栏", "政府公众网", "党建网", "区委公众号")


@pytest.mark.clause("H-13", "H-18")
def test_the_signature_of_the_publication_notes_every_platform_of_the_form_that_shares_the_address(store: Store):
    office = carried_out(store, replace(FORM, platforms=NAMES, catalogue_item=None), "https://gov.example/1")
    with store.reading() as t:
        entries = t.publications.of([office.id])
    assert [(one.platform_name, one.link) for one in entries] == [
        ("公开栏", None),
        ("政府公众网", "https://gov.example/1"),
        ("党建网", "https://gov.example/1"),
        ("区委公众号", None),
    ]
    assert {(one.noted_by, one.incident) for one in entries} == {(DRAFTER.name, None)}
    assert left(store, office.id) == []


@pytest.mark.clause("H-13", "H-18")
def test_an_address_of_one_platform_alone_leaves_the_others_to_be_noted(store: Store):
    form = replace(FORM, platforms=NAMES, catalogue_item=None)
    office = carried_out(store, form, "https://party.example/1", on=("党建网",))
    with store.reading() as t:
        noted = {one.platform_name: one.link for one in t.publications.of([office.id])}
    assert noted == {"公开栏": None, "党建网": "https://party.example/1", "区委公众号": None}
    assert left(store, office.id) == ["政府公众网（审批表）"]


@pytest.mark.clause("H-13")
def test_an_address_on_no_known_platform_is_that_of_those_the_desk_does_not_know(store: Store):
    office = carried_out(store, replace(FORM, platforms=("区委公众号", "会议")), "https://mp.example/1")
    with store.reading() as t:
        noted = {one.platform_name: one.link for one in t.publications.of([office.id])}
    assert noted == {"区委公众号": "https://mp.example/1", "会议": None}


@pytest.mark.clause("H-13")
def test_without_an_address_the_online_platforms_of_the_form_are_still_asked_for(store: Store):
    office = carried_out(store, replace(FORM, platforms=("政府公众网", "会议"), catalogue_item="H7"))
    with store.reading() as t:
        assert [one.platform_name for one in t.publications.of([office.id])] == ["会议"]
    assert left(store, office.id) == ["互联网", "文件", "政府公众网（审批表）"]


def test_an_address_that_is_none_is_refused_and_nothing_is_published(store: Store):
    with pytest.raises(Refused, match="网址应以"):
        carried_out(store, FORM, "javascript:alert(1)")
    with store.reading() as t:
        assert {record.id for record in t.disclosures.current()} == {"d1", "d2"}


def test_the_same_request_again_notes_nothing_again(store: Store):
    office = carried_out(store, replace(FORM, platforms=("会议",)), request="once")
    sign(store, office.meant(DRAFTER, "once"), "publish", UNIT, platforms=RULES)
    with store.reading() as t:
        assert len(t.publications.of([office.id])) == 1


@pytest.mark.clause("H-20")
def test_a_correction_is_noted_where_it_was_published(store: Store):
    form = replace(FORM, purpose=Purpose.CORRECTION, record="d1", explanation="日期写错", platforms=("会议",))
    carried_out(store, form)
    assert [one.platform_name for one in log(store)] == ["会议"]


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
