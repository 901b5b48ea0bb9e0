"""A special report is drafted from what is known of the incident, waits for a person's judgement, and shares the reports' numbers."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from casework.papers.writing import pending, text_of
from nlp.admission import without_personal_data
from pipeline import papering
from pipeline.acts import Actor
from pipeline.meant import Meant
from pipeline.papering import Office
from pipeline.refusals import Refused
from pipeline.special_report import draft_special
from records.incidents import Incident
from records.papers import OfficePaper, Paragraph
from records.people import Person
from records.words import ReportKind, Role, Scope
from storage.store import Store
from tests.pipeline.known_answers import Town, record
from tests.pipeline.test_reporting import (
    HOUR,
    LETTERHEAD,
    NOON,
    OFFICE,
    UNIT,
    confirm_all,
    filed,
    folder,
    incident,
    quoted,
)

__all__ = ["folder", "incident"]


def drafted(store: Store, incident: Incident, actor: Actor = OFFICE) -> OfficePaper:
    number = draft_special(store, Meant(incident.id, actor, NOON + HOUR), find_views=quoted)
    with store.reading() as t:
        found = t.papers.get(number)
    assert found is not None
    return found


@pytest.mark.clause("H-43")
def test_it_says_what_is_known_and_leaves_the_judgement_to_a_person(store: Store, incident: Incident):
    paper = drafted(store, incident)
    assert [one.heading for one in paper.content.sections] == [
        "事件基本情况",
        "网上舆情",
        "网民主要观点",
        "处置情况",
        "研判和建议",
    ]
    assert "研判和建议" in pending(paper.content)
    assert "共监测到" in text_of(paper.content.sections[1])
    said = [
        one for block in paper.content.sections[1].blocks if isinstance(block, Paragraph) for one in block.statements
    ]
    assert all(one.rests_on for one in said)
    assert drafted(store, incident).id == paper.id


def test_it_shares_the_numbers_of_the_reports(store: Store, incident: Incident, folder: Path):
    office = Office(LETTERHEAD, folder, without_personal_data)
    confirm_all(store, incident)
    assert filed(store, incident, folder).serial.endswith("1号")
    paper = drafted(store, incident)
    for number, section in enumerate(paper.content.sections):
        revision = papering_revision(store, paper.id)
        meant = Meant(str(paper.id), OFFICE, NOON + 2 * HOUR, None, revision)
        papering.write_section(store, meant, number, f"{section.heading}已核对。", office)
    meant = Meant(str(paper.id), OFFICE, NOON + 3 * HOUR, None, papering_revision(store, paper.id))
    assert papering.sign(store, meant, office).serial == "惠舆情报〔2026〕2号"
    confirm_all(store, incident, ReportKind.PROGRESS)
    assert filed(store, incident, folder, ReportKind.PROGRESS, NOON + 4 * HOUR).serial.endswith("3号")


def papering_revision(store: Store, number: int) -> int:
    with store.reading() as t:
        found = t.papers.get(number)
    assert found is not None
    return found.revision


@pytest.mark.parametrize("actor", [UNIT, Actor("评估", Role.EVALUATOR)])
def test_the_watch_and_the_office_draft_it(store: Store, incident: Incident, actor: Actor):
    with pytest.raises(Refused, match="专报由"):
        drafted(store, incident, actor)


def test_an_unknown_incident_is_refused(store: Store, incident: Incident):
    with pytest.raises(Refused, match="没有编号"):
        drafted(store, replace(incident, id="20990101-001"))


@pytest.mark.clause("E-2(3)2")
def test_it_names_no_title_of_a_party_record(store: Store):
    town = Town(store, records=())
    with store.transaction() as t:
        t.disclosures.add(replace(record("d1", scope=Scope.PARTY), title="机密感标题"), NOON - 24 * HOUR, "王芳")
    for number in range(3):
        town.come(f"p{number}", NOON + timedelta(minutes=number))
    opened = town.judge()
    assert opened is not None
    whole = str(drafted(store, opened).content)
    assert "党内公开事项" in whole
    assert "机密感标题" not in whole


@pytest.mark.clause("H-43")
def test_no_unit_reads_what_is_told_upward(store: Store, incident: Incident):
    paper = drafted(store, incident)
    with store.reading() as t:
        may = {role for role in Role if papering.may_see(t, Person("p", "某人", role, incident.unit), paper)}
    assert may == {Role.DUTY, Role.OFFICE, Role.EVALUATOR, Role.ADMIN}
