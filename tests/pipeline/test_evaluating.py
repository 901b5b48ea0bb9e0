"""A closed incident is evaluated: owed from 重大 on, drafted by its unit, signed by the office, needed before it is put away."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta
from pathlib import Path

import docx
import pytest

from casework.disclosures.archive_pieces import Wording
from casework.papers import writing
from nlp.admission import without_personal_data
from pipeline import archive_view, archiving, evaluating, measures, papering
from pipeline.acts import Actor
from pipeline.archiving import Shelf
from pipeline.matters import matters
from pipeline.meant import Meant
from pipeline.measures import Taken
from pipeline.notify import page_only
from pipeline.refusals import Refused
from pipeline.sweep import sweep
from records.actions import Act
from records.alerts import DeadlineState
from records.incidents import Incident
from records.measures import Side
from records.papers import Table
from records.people import Person
from records.words import Role
from regulation.disclosure_time import disclosure_time
from regulation.risk import risk_rules
from regulation.severity import severity_rules
from regulation.suggestions import suggestion_rules
from regulation.upward import upward_rules
from storage.store import Store
from tests.pipeline.answered import approved
from tests.pipeline.evaluated import CHIEF, EVALUATOR, HOUSING, LATER, SCHOOLS, Evaluated
from tests.pipeline.known_answers import DAY, HOUR, NOON
from tests.pipeline.test_correcting import CALM, on

MINUTE = timedelta(minutes=1)
CLOSED = NOON + DAY
ARCHIVIST = Actor("党安", Role.ARCHIVIST)


@pytest.fixture
def town(store: Store, tmp_path: Path) -> Evaluated:
    return Evaluated(store, tmp_path)


def closed(town: Evaluated, severity: str = "major", prefix: str = "a", record: str = "d1") -> Incident:
    """An incident of that severity, acknowledged, confirmed, answered and closed a day after it was opened."""
    incident = town.incident(record, prefix)
    if severity != "general":
        incident = town.act(incident, Act.SET_SEVERITY, NOON + 2 * MINUTE, severity=severity, reason="电话得知")
    town.act(incident, Act.ACKNOWLEDGE, NOON + 10 * MINUTE, CHIEF)
    town.act(incident, Act.CONFIRM, NOON + 12 * MINUTE, HOUSING)
    approved(town.store, incident.id, "今晚恢复供热", NOON + 30 * MINUTE)
    town.act(incident, Act.PUBLISH_RESPONSE, NOON + 40 * MINUTE, HOUSING, text="今晚恢复供热")
    return town.act(incident, Act.CLOSE, CLOSED, CHIEF, reason="已恢复供热")


def shelf(town: Evaluated, folder: Path) -> Shelf:
    wording = Wording("惠川区委", suggestion_rules(), severity_rules(), upward_rules(), risk_rules())
    return Shelf(folder / "archive", town.office.reports_dir, wording)


def refused(step: object) -> str:
    with pytest.raises(Refused) as refusal:
        step()  # type: ignore[operator]
    return str(refusal.value)


def wanted(town: Evaluated, person: Person, at: object = LATER) -> list[str]:
    with town.store.reading() as t:
        found = matters(t, person, [], at, disclosure_time())  # type: ignore[arg-type]
    return [one.what for matter in found for one in matter.wanted]


ZHAO = Person("zhao", "赵主任", Role.OFFICE)
CHEN, LI = Person("chen", "陈杰", Role.UNIT, "住建局"), Person("li", "李敏", Role.UNIT, "教体局")


@pytest.mark.clause("H-45")
def test_closing_a_major_incident_owes_its_evaluation_at_once_and_a_general_one_owes_none(town: Evaluated):
    incident = closed(town)
    assert wanted(town, ZHAO, CLOSED) == wanted(town, CHEN, CLOSED) == ["总结评估"]
    assert wanted(town, LI, CLOSED) == []
    with town.store.reading() as t:
        clock = evaluating.owed(t, incident.id)
    assert clock is not None
    # Closed on Saturday 11 April 2026: ten working days end with Friday 24 April.
    assert clock.due_at == NOON.replace(day=24, hour=16)
    assert clock.clause == "H-45"
    other = closed(town, "general", "b", "d2")
    with town.store.reading() as t:
        assert evaluating.owed(t, other.id) is None


@pytest.mark.clause("H-45")
def test_unit_and_office_are_reminded_of_it_and_told_when_it_is_late(town: Evaluated):
    incident = closed(town)
    for day in range(1, 18):
        sweep(town.store, CLOSED + day * DAY, page_only)
    with town.store.reading() as t:
        told = [(one.kind, one.recipient, one.title) for one in t.alerts.of_incident(incident.id) if one.at > CLOSED]
    assert {(kind, recipient) for kind, recipient, _ in told} >= {
        ("owed_reminder", "住建局"),
        ("owed_reminder", "office"),
        ("owed_overdue", "住建局"),
        ("owed_escalated", "office"),
    }
    assert all("总结评估" in title for _, _, title in told)


@pytest.mark.clause("H-45")
def test_the_unit_drafts_the_office_signs_and_nobody_else_does(town: Evaluated):
    incident = closed(town)
    assert "没有权限" in refused(lambda: town.draft(incident, SCHOOLS))
    assert "没有权限" in refused(lambda: town.draft(incident, EVALUATOR))
    number = town.draft(incident, HOUSING)
    town.write(number, "经验教训", "先通知再停热。")
    town.write(number, "责任认定", "没有。")
    assert "不能" in refused(lambda: town.sign(number, HOUSING))
    assert "不能" in refused(lambda: town.sign(number, EVALUATOR))
    assert "不能" in refused(lambda: town.write(number, "经验教训", "改", EVALUATOR))
    signed = town.sign(number)
    assert (signed.serial, signed.signed_by) == ("〔2026〕1号", "赵主任")
    with town.store.reading() as t:
        (clock,) = [one for one in t.deadlines.of_incident(incident.id) if one.kind == "evaluation"]
    assert (clock.state, clock.ended_at, clock.end_reason) == (DeadlineState.MET, LATER, "赵主任")
    assert wanted(town, ZHAO) == []


@pytest.mark.clause("H-45")
def test_lessons_and_responsibility_are_written_by_people_and_without_them_nothing_is_signed(town: Evaluated):
    number = town.draft(closed(town))
    assert "经验教训、责任认定" in refused(lambda: town.sign(number))
    town.write(number, "经验教训", "居民张先生13912345678反映后，陈杰牵头整改。")
    assert "责任认定" in refused(lambda: town.sign(number))
    said = town.text(number)
    assert "13912345678" not in said
    assert "张先生" not in said


def test_a_colleague_of_the_desk_is_named_and_a_person_of_the_public_is_not(town: Evaluated):
    with town.store.transaction() as t:
        t.people.add(CHEN, "correct horse battery", NOON)
    number = town.draft(closed(town))
    town.write(number, "责任认定", "陈杰未及时核实。居民王建国来访反映。")
    assert "陈杰" in town.text(number)
    assert "王建国" not in town.text(number)


@pytest.mark.clause("H-45")
def test_evaluators_and_the_unit_see_it_and_another_unit_does_not(town: Evaluated):
    incident = closed(town)
    assert town.page(incident, SCHOOLS) is None
    for actor, may_begin in ((CHIEF, True), (HOUSING, True), (EVALUATOR, False)):
        page = town.page(incident, actor)
        assert page is not None
        assert page.may_begin is may_begin
    opened = town.incident("d3", "c")
    assert town.page(opened) is None, "it is not closed"
    assert "办结以后才能评估" in refused(lambda: town.draft(opened))


def test_the_same_request_drafts_once_and_there_is_one_draft(town: Evaluated):
    incident = closed(town)
    first = town.draft(incident, request="r1")
    assert town.draft(incident, request="r1") == first
    assert town.draft(incident, CHIEF) == first


@pytest.mark.clause("H-45")
def test_figures_follow_the_data_until_the_signature_and_what_people_wrote_stays(town: Evaluated):
    incident = closed(town)
    number = town.draft(incident)
    town.write(number, "经验教训", "先通知再停热。")
    town.write(number, "责任认定", "没有。")
    assert "误判（机器误判为本事项负面、由人工更正移出）：0条。" in town.text(number)
    town.correct("a0", CALM, NOON + 3 * HOUR)
    page = town.page(incident)
    assert page is not None
    assert (page.stale, page.may_refresh) == (True, True)
    assert "更新数字" in refused(lambda: town.sign(number))
    assert town.paper(number).signed is False
    town.refresh(incident, number)
    assert "移出）：1条，从发现到更正最长3小时。" in town.text(number)
    assert "先通知再停热。" in town.text(number)
    signed = town.sign(number)
    town.correct("a1", CALM, NOON + 4 * HOUR)
    assert town.paper(number).content == signed.content, "what is signed stays"
    page = town.page(incident)
    assert page is not None
    assert (page.stale, page.signed is not None) == (False, True)


@pytest.mark.clause("H-45")
def test_after_reopening_another_evaluation_takes_the_place_of_the_signed_one(town: Evaluated):
    incident = closed(town)
    first = town.finish(incident)
    assert "更正" in refused(lambda: town.draft(incident))
    town.act(incident, Act.REOPEN, LATER + HOUR, CHIEF, reason="又停热")
    with town.store.reading() as t:
        assert evaluating.owed(t, incident.id) is None, "while it goes on nothing is owed"
    again = town.act(incident, Act.CLOSE, LATER + 2 * HOUR, CHIEF, reason="恢复")
    page = town.page(again, at=LATER + 3 * HOUR)
    assert page is not None
    assert (page.outdated, page.may_begin, page.owed is not None) == (True, True, True)
    second = town.finish(again, LATER + 3 * HOUR)
    assert second.supersedes == first.id
    assert town.paper(first.id).superseded_by == second.id
    assert "重新打开" in (second.reason or "")
    assert "（第2次）" in town.text(second.id), "it was to be acknowledged again"


def test_a_draft_of_an_incident_that_was_reopened_is_not_signed(town: Evaluated):
    incident = closed(town)
    number = town.draft(incident)
    for heading in ("经验教训", "责任认定"):
        town.write(number, heading, "没有。")
    town.act(incident, Act.REOPEN, LATER, CHIEF, reason="又停热")
    assert "没有办结" in refused(lambda: town.sign(number, at=LATER + HOUR))


def test_the_office_may_note_that_no_evaluation_is_owed(town: Evaluated, tmp_path: Path):
    incident = closed(town)
    assert "签发总结评估" in refused(
        lambda: town.act(incident, Act.OWED_DONE, LATER, CHIEF, duty="evaluation", reason="办了")
    )
    town.act(incident, Act.OWED_VOID, LATER, CHIEF, duty="evaluation", reason="与另一事件合并评估")
    archiving.archive_incident(town.store, incident.id, ARCHIVIST, LATER, shelf(town, tmp_path))


@pytest.mark.clause("H-45", "H-35(3)")
def test_an_incident_is_put_away_with_its_evaluation_and_not_without(town: Evaluated, tmp_path: Path):
    incident = closed(town)
    away = shelf(town, tmp_path)
    said = refused(lambda: archiving.archive_incident(town.store, incident.id, ARCHIVIST, LATER, away))
    assert "还没有总结评估，不能归档" in said
    archivist = Person("d", "党安", Role.ARCHIVIST)
    with town.store.reading() as t:
        ((waiting,), _) = archive_view.to_archive(t, archivist)
        page = archive_view.page(t, archivist, incident.id)
        assert t.archives.of(incident.id, of_incident=True) == []
    assert waiting.owed is not None
    assert page is not None
    assert page.owed is not None
    signed = town.finish(incident)
    made = archiving.archive_incident(town.store, incident.id, ARCHIVIST, LATER, away)
    with zipfile.ZipFile(away.folder / made.file) as package:
        name = f"舆情事件/{incident.id}/总结评估/{signed.file}"
        paper = docx.Document(io.BytesIO(package.read(name)))
        assert name in package.read("目录.txt").decode()
    assert any("舆情处置的评估报告" in one.text for one in paper.paragraphs)


def test_a_general_incident_and_one_from_before_are_put_away_without(town: Evaluated, tmp_path: Path):
    incident = closed(town, "general")
    archiving.archive_incident(town.store, incident.id, ARCHIVIST, LATER, shelf(town, tmp_path))
    page = town.page(incident)
    assert page is not None
    assert page.may_begin, "one may be drafted all the same"
    town.finish(incident)


def test_the_package_of_the_record_says_that_an_evaluation_is_missing_still(town: Evaluated, tmp_path: Path):
    closed(town)
    away = shelf(town, tmp_path)
    made = archiving.archive(town.store, "d1", ARCHIVIST, LATER, away)
    with zipfile.ZipFile(away.folder / made.file) as package:
        assert "还没有签发总结评估：签发后应再归档一次" in package.read("目录.txt").decode()


@pytest.mark.clause("H-45")
def test_merged_incidents_are_evaluated_with_the_one_that_they_became_part_of(town: Evaluated):
    source, target = town.two()
    with town.store.transaction() as t:
        t.people.add(LI, "correct horse battery", NOON)
    town.act(source, Act.HAND_OVER, NOON + 65 * MINUTE, CHIEF, unit="教体局", reason="学校的事")
    town.act(source, Act.ACKNOWLEDGE, NOON + 70 * MINUTE, SCHOOLS)
    target = town.merge(source, target, NOON + 80 * MINUTE)
    target = town.act(target, Act.CLOSE, CLOSED, CHIEF, reason="办完")
    assert town.page(town.get(source)) is None
    assert f"已并入 {target.id}" in refused(lambda: town.draft(town.get(source), CHIEF))
    number = town.draft(target, CHIEF)
    said = town.text(number)
    assert f"并入本事件的有{source.id}" in said
    assert "共归集帖文6条" in said
    (times,) = [block for block in town.paper(number).content.sections[1].blocks if isinstance(block, Table)]
    assert [row[:2] for row in times.rows] == [
        (f"签收（第1次）（{source.id}）", "住建局"),
        ("签收", "住建局"),
        (f"签收（第2次）（{source.id}）", "教体局"),
        (f"签收后办理（{source.id}）", "教体局"),
    ]
    assert "李敏（教体局）" in said


def test_what_was_split_off_is_evaluated_where_its_posts_are(town: Evaluated):
    incident = town.incident("d1", "a", voices=6)
    part = town.split(incident, ["a3", "a4", "a5"], "d2")
    both = [town.act(one, Act.CLOSE, CLOSED, CHIEF, reason="办完") for one in (incident, part)]
    whole, taken = (town.text(town.draft(one, CHIEF)) for one in both)
    assert f"由本事件拆出的有{part.id}" in whole
    assert f"本事件由{incident.id}拆出" in taken
    assert "共归集帖文3条" in whole
    assert "共归集帖文3条" in taken


def test_measures_that_were_taken_back_do_not_count(town: Evaluated):
    incident = town.incident("d1", "a")
    for number, side in enumerate(Side):
        meant = Meant(incident.id, CHIEF, NOON + HOUR, f"m{number}")
        measures.note(town.store, meant, Taken(side, "抢修", "住建局", NOON), without_personal_data)
    measures.take_back(town.store, Meant(incident.id, CHIEF, NOON + HOUR, "m9"), 2, "登记错", without_personal_data)
    incident = town.act(incident, Act.CLOSE, CLOSED, CHIEF, reason="办完")
    assert "登记的处置措施：线上1项，线下0项。" in town.text(town.draft(incident, CHIEF))


@pytest.mark.clause("H-45")
def test_times_and_score_are_the_records_own_and_what_explains_them_may_be_added(town: Evaluated):
    incident = closed(town)
    number = town.draft(incident)
    for heading in ("经验教训", "责任认定"):
        town.write(number, heading, "没有。")
    sections = {one.heading: writing.text_of(one) for one in town.paper(number).content.sections}
    town.write(number, "评分", sections["评分"].replace("＝100×", "＝99×"))
    page = town.page(incident)
    assert page is not None
    assert (page.altered, page.stale) == (("评分",), False)
    assert "“评分”由记录计算，不能改写" in refused(lambda: town.sign(number))
    town.write(number, "评分", f"{sections['评分']}\n签收逾时的一次是换班时。")
    town.write(number, "基本情况与时间线", f"{sections['基本情况与时间线']}\n当天降温。")
    assert "换班时" in town.text(town.sign(number).id)


def test_a_post_that_the_machine_had_not_counted_in_is_a_missed_one(town: Evaluated):
    incident = town.incident("d1", "a")
    town.come("late", NOON + HOUR, disclosure="d2")
    town.correct("late", on("d1"), NOON + 3 * HOUR)
    incident = town.act(incident, Act.CLOSE, CLOSED, CHIEF, reason="办完")
    said = town.text(town.draft(incident, CHIEF))
    assert "漏判（机器没有判为本事项负面、由人工更正）：1条，从发现到更正最长2小时。" in said


def test_every_sentence_with_a_figure_names_what_it_rests_on(town: Evaluated):
    number = town.draft(closed(town))
    content = town.paper(number).content
    grounded = {words for words, _ in writing.grounds(content)}
    for section in content.sections[:6]:
        for line in writing.text_of(section).split("\n"):
            assert line in grounded or not any(char.isdigit() for char in line), line


def test_a_signature_that_is_refused_leaves_the_paper_a_draft_without_a_number(town: Evaluated):
    incident = closed(town)
    number = town.draft(incident)
    for heading in ("经验教训", "责任认定"):
        town.write(number, heading, "没有。")
    town.correct("a0", CALM, NOON + 3 * HOUR)
    assert refused(lambda: town.sign(number))
    paper = town.paper(number)
    assert (paper.serial, paper.signed_at) == (None, None)
    town.refresh(incident, number)
    assert town.sign(number).serial == "〔2026〕1号"
    assert papering.named(town.paper(number))
