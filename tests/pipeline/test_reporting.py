"""From the data to a filed report: drafts, confirmations, refusals, numbers, and the clock that stops."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import docx
import pytest

from casework.reports.document import Document, Letterhead, NotPrinted, Paper
from casework.reports.drafting import PENDING, REPLAY_MARK, View
from nlp.admission import without_personal_data
from pipeline import plan, reporting
from pipeline.acts import Actor
from pipeline.masking import told
from pipeline.notify import page_only
from pipeline.printing import FORMATS
from pipeline.refusals import Refused
from pipeline.reporting import NotReady
from records.alerts import AlertState, DeadlineState
from records.incidents import Incident, Member
from records.papers import Ledger
from records.people import Person
from records.reports import Part, Report
from records.words import ReportKind, Role, Scope
from regulation.time_limits import INITIAL_REPORT
from storage.store import Store, Transaction
from tests.pipeline.known_answers import DAY, HOUR, NOON, Town, record
from tests.pipeline.prepared import prepared

INITIAL, PROGRESS, FINAL = ReportKind.INITIAL, ReportKind.PROGRESS, ReportKind.FINAL
MINUTE = timedelta(minutes=1)
LETTERHEAD = Letterhead("中共惠川区委办公室舆情专报", "惠舆情报", "区委、区政府", "中共惠川区委办公室")
OFFICE = Actor("李静", Role.OFFICE)
UNIT = Actor("王芳", Role.UNIT, "住建局")
SCENARIO = Actor("住建局联络员", None)
TEXTS = {part: f"{part.label}：已由责任单位写明。" for part in Part}


def quoted(t: Transaction, members: Sequence[Member]) -> list[View]:
    return [View(f"观点来自{len(members)}条", len(members))]


@pytest.fixture
def incident(store: Store) -> Incident:
    """An incident of d1 with three voices, seen from noon on."""
    town = Town(store)
    for number in range(3):
        town.come(f"p{number}", NOON + number * MINUTE)
    opened = town.judge()
    assert opened is not None
    return opened


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where reports go; not there yet."""
    return tmp_path / "reports"


def start(store: Store, incident: Incident, at: datetime = NOON + HOUR) -> None:
    with store.transaction() as t:
        assert plan.start(t, incident, at, at, "李静", routes=page_only)


def confirm_all(store: Store, incident: Incident, kind: ReportKind = INITIAL, but: Part | None = None) -> None:
    with store.transaction() as t:
        for part, text in TEXTS.items():
            if part is not but:
                reporting.confirm_part(t, incident.id, kind, part, text, UNIT, NOON + HOUR, without_personal_data)


def filed(
    store: Store,
    incident: Incident,
    folder: Path,
    kind: ReportKind = INITIAL,
    at: datetime = NOON + 2 * HOUR,
    actor: Actor = OFFICE,
    parts: dict[Part, str] | None = None,
    replay: bool = False,
) -> Report:
    with store.transaction() as t:
        return reporting.file(
            t, incident.id, kind, actor, at, parts, folder, LETTERHEAD, replay=replay, find_views=quoted
        )


def refusal(store: Store, incident: Incident, folder: Path, kind: ReportKind = INITIAL, **more: object) -> str:
    with pytest.raises(NotReady) as refused:
        filed(store, incident, folder, kind, **more)  # type: ignore[arg-type]
    return str(refused.value)


def printed(folder: Path, report: Report) -> list[str]:
    return [
        one.text.replace("\n", "") for one in docx.Document(io.BytesIO((folder / report.file).read_bytes())).paragraphs
    ]


@pytest.mark.clause("H-42(3)")
def test_a_draft_is_made_from_the_posts_the_rules_and_the_views(store: Store, incident: Incident) -> None:
    parts = prepared(store, incident.id, NOON + HOUR, quoted)
    assert list(parts) == list(Part)
    assert "负面信息3条，其中不同声音3条" in parts[Part.ONLINE_SITUATION]
    assert "24小时内出现3个不同声音" in parts[Part.ONLINE_SITUATION]
    assert "“观点来自3条”" in parts[Part.PUBLIC_VIEWS]
    assert "《d1号方案》" in parts[Part.OFFLINE_EVENT]


def test_the_language_stage_finds_the_views_of_a_real_draft(store: Store, incident: Incident) -> None:
    text = prepared(store, incident.id, NOON + HOUR)[Part.PUBLIC_VIEWS]
    assert "“正文p" in text


def test_a_draft_knows_nothing_that_came_after_its_moment(store: Store, incident: Incident) -> None:
    early = prepared(store, incident.id, NOON + MINUTE, quoted)
    assert "负面信息2条" in early[Part.ONLINE_SITUATION]


def test_measures_come_from_the_acts_on_record(store: Store, incident: Incident) -> None:
    with store.transaction() as t:
        t.audit.append(NOON + 5 * MINUTE, "值班员甲", "duty", "acknowledge", incident.id, True)
        t.audit.append(NOON + 6 * MINUTE, "某人", "evaluator", "confirm", incident.id, False)
    start(store, incident)
    lines = prepared(store, incident.id, NOON + HOUR, quoted)[Part.MEASURES_TAKEN]
    assert "1. 2026年4月10日20时05分，值班员甲签收预警。" in lines
    assert "2. 2026年4月10日21时00分，李静启动应急预案。" in lines
    assert "某人" not in lines


@pytest.mark.clause("H-42(3)")
def test_a_live_report_is_refused_until_the_last_of_the_four_parts_is_confirmed(
    store: Store, incident: Incident, folder: Path
) -> None:
    said = refusal(store, incident, folder)
    assert all(part.label in said for part in Part)
    for part in Part:
        confirm_all(store, incident, but=part)
        with store.transaction() as t:
            reporting.save_part(
                t, incident.id, INITIAL, part, TEXTS[part] + "（待核）", UNIT, NOON + HOUR, without_personal_data
            )
        said = refusal(store, incident, folder)
        assert f"“{part.label}”尚未由具名人员确认" in said
        assert said.count("尚未") == 1
    confirm_all(store, incident)
    assert filed(store, incident, folder).number == 1


def test_an_emptied_part_is_named_as_empty(store: Store, incident: Incident, folder: Path) -> None:
    confirm_all(store, incident)
    with store.transaction() as t:
        reporting.save_part(t, incident.id, INITIAL, Part.PUBLIC_VIEWS, " \n", UNIT, NOON + HOUR, without_personal_data)
    assert "“网民观点”没有内容" in refusal(store, incident, folder)


def test_a_refused_report_leaves_no_file_and_no_number(store: Store, incident: Incident, folder: Path) -> None:
    refusal(store, incident, folder)
    assert not folder.exists()
    confirm_all(store, incident)
    assert filed(store, incident, folder).serial == "惠舆情报〔2026〕1号"


@pytest.mark.parametrize("text", ["", "  \n", f"已知：……\n{PENDING}：起因〕"])
def test_nobody_confirms_an_empty_or_unfinished_part(store: Store, incident: Incident, text: str) -> None:
    with pytest.raises(NotReady, match="线下事件"), store.transaction() as t:
        reporting.confirm_part(t, incident.id, INITIAL, Part.OFFLINE_EVENT, text, UNIT, NOON, without_personal_data)


def test_the_draft_of_the_offline_part_cannot_be_confirmed_as_it_is(store: Store, incident: Incident) -> None:
    with store.transaction() as t:
        parts = reporting.prepare(t, incident.id, INITIAL, NOON + HOUR, find_views=quoted)
    text = parts[Part.OFFLINE_EVENT].text
    with pytest.raises(NotReady, match="待责任单位补充"), store.transaction() as t:
        reporting.confirm_part(
            t, incident.id, INITIAL, Part.OFFLINE_EVENT, text, UNIT, NOON + HOUR, without_personal_data
        )


def test_preparing_fills_what_is_missing_and_keeps_what_people_wrote(store: Store, incident: Incident) -> None:
    with store.transaction() as t:
        reporting.save_part(t, incident.id, INITIAL, Part.PUBLIC_VIEWS, "人写的观点", UNIT, NOON, without_personal_data)
        first = reporting.prepare(t, incident.id, INITIAL, NOON + HOUR, find_views=quoted)
        again = reporting.prepare(t, incident.id, INITIAL, NOON + 9 * HOUR, find_views=quoted)
    assert first[Part.PUBLIC_VIEWS].text == "人写的观点"
    assert all(part.confirmed_by is None for part in first.values())
    assert again == first


def test_any_edit_takes_the_confirmation_away(store: Store, incident: Incident) -> None:
    confirm_all(store, incident)
    with store.transaction() as t:
        reporting.save_part(t, incident.id, INITIAL, Part.PUBLIC_VIEWS, "改过的", UNIT, NOON, without_personal_data)
        parts = t.reports.parts(incident.id, INITIAL)
    assert parts[Part.PUBLIC_VIEWS].confirmed_by is None
    assert parts[Part.ONLINE_SITUATION].confirmed_by == "王芳"


def test_two_editors_of_one_part_notice_each_other(store: Store, incident: Incident) -> None:
    with store.transaction() as t:
        reporting.save_part(t, incident.id, INITIAL, Part.PUBLIC_VIEWS, "甲稿", UNIT, NOON, without_personal_data)
    for late in (reporting.save_part, reporting.confirm_part):
        with pytest.raises(Refused, match="刚被他人修改"), store.transaction() as t:
            late(t, incident.id, INITIAL, Part.PUBLIC_VIEWS, "乙稿", OFFICE, NOON, without_personal_data, 0)  # type: ignore[operator]


@pytest.mark.parametrize("stranger", [Actor("外人", Role.UNIT, "教体局"), Actor("评估", Role.EVALUATOR)])
def test_only_the_unit_and_the_office_write_and_file(
    store: Store, incident: Incident, folder: Path, stranger: Actor
) -> None:
    for act in (reporting.save_part, reporting.confirm_part):
        with pytest.raises(Refused, match="不能对这个事件"), store.transaction() as t:
            act(t, incident.id, INITIAL, Part.PUBLIC_VIEWS, "文字", stranger, NOON, without_personal_data)  # type: ignore[operator]
    confirm_all(store, incident)
    with pytest.raises(Refused, match="不能对这个事件"):
        filed(store, incident, folder, actor=stranger)


def test_edits_and_confirmations_are_audited_without_their_text(store: Store, incident: Incident) -> None:
    confirm_all(store, incident, but=Part.PUBLIC_VIEWS)
    with store.transaction() as t:
        reporting.save_part(t, incident.id, INITIAL, Part.PUBLIC_VIEWS, "初稿文字", OFFICE, NOON, without_personal_data)
    with store.reading() as t:
        log = t.audit.about(incident.id)
    assert [(entry.act, entry.actor) for entry in log] == [("confirm_part", "王芳")] * 3 + [("edit_part", "李静")]
    assert log[-1].detail == {"kind": "initial", "part": "public_views"}
    assert "初稿文字" not in str(log)


@pytest.mark.clause("H-42(3)")
def test_filing_the_initial_report_stops_the_clock(store: Store, incident: Incident, folder: Path) -> None:
    start(store, incident)
    confirm_all(store, incident)
    report = filed(store, incident, folder, at=NOON + 2 * HOUR)
    with store.reading() as t:
        deadline = t.deadlines.latest(incident.id, INITIAL_REPORT)
        assert deadline is not None
        assert deadline.id is not None
        assert t.deadlines.pending(deadline.id) == []
        waiting = [one for one in t.alerts.of_incident(incident.id) if one.state is AlertState.QUEUED]
    assert (deadline.state, deadline.ended_at) == (DeadlineState.MET, NOON + 2 * HOUR)
    assert report.activation == deadline.activation
    assert "reminder" not in {one.kind for one in waiting}


def test_a_progress_report_does_not_stop_the_clock(store: Store, incident: Incident, folder: Path) -> None:
    start(store, incident)
    confirm_all(store, incident, PROGRESS)
    filed(store, incident, folder, PROGRESS)
    with store.reading() as t:
        deadline = t.deadlines.latest(incident.id, INITIAL_REPORT)
    assert deadline is not None
    assert deadline.state is DeadlineState.OPEN


def test_one_initial_report_an_activation(store: Store, incident: Incident, folder: Path) -> None:
    start(store, incident)
    confirm_all(store, incident)
    first = filed(store, incident, folder)
    confirm_all(store, incident)
    assert first.serial in refusal(store, incident, folder)
    assert first.activation == 1


def test_a_plan_that_was_cancelled_and_started_again_is_another_activation(
    store: Store, incident: Incident, folder: Path
) -> None:
    start(store, incident)
    with store.transaction() as t:
        plan.cancel(t, incident.id, NOON + HOUR, "李静", "误启动")
    start(store, incident, NOON + 2 * HOUR)
    confirm_all(store, incident)
    assert filed(store, incident, folder, at=NOON + 3 * HOUR).activation == 2


def test_a_report_filed_without_a_plan_does_not_stand_for_the_one_a_plan_asks_for(
    store: Store, incident: Incident, folder: Path
) -> None:
    confirm_all(store, incident)
    assert filed(store, incident, folder).activation is None
    confirm_all(store, incident)
    assert "首报已经报送" in refusal(store, incident, folder)
    start(store, incident)
    second = filed(store, incident, folder)
    assert (second.activation, second.number) == (1, 2)


def test_progress_reports_count_on_and_serials_run_through_the_year(
    store: Store, incident: Incident, folder: Path
) -> None:
    reports = []
    for kind, at in ((INITIAL, NOON), (PROGRESS, NOON + HOUR), (PROGRESS, NOON + DAY), (FINAL, NOON + 300 * DAY)):
        confirm_all(store, incident, kind)
        reports.append(filed(store, incident, folder, kind, at))
    assert [report.number for report in reports] == [1, 1, 2, 1]
    assert [report.serial for report in reports] == [
        "惠舆情报〔2026〕1号",
        "惠舆情报〔2026〕2号",
        "惠舆情报〔2026〕3号",
        "惠舆情报〔2027〕1号",
    ]
    assert sorted(path.name for path in folder.iterdir()) == sorted(report.file for report in reports)
    assert reports[2].file == f"{incident.id}-progress-2.docx"


def test_the_next_progress_report_starts_from_new_drafts(store: Store, incident: Incident, folder: Path) -> None:
    confirm_all(store, incident, PROGRESS)
    filed(store, incident, folder, PROGRESS)
    with store.reading() as t:
        assert t.reports.parts(incident.id, PROGRESS) == {}
    refusal(store, incident, folder, PROGRESS)


def test_the_file_holds_what_was_confirmed_and_by_whom(store: Store, incident: Incident, folder: Path) -> None:
    confirm_all(store, incident)
    lines = printed(folder, filed(store, incident, folder))
    assert "关于《d1号方案》负面舆情情况的报告（首报）" in lines
    for text in TEXTS.values():
        assert text in lines
    assert lines.count("（本部分由王芳于2026年4月10日21时00分确认）") == 4
    assert "（回放演练，非正式报送）" not in lines


def test_the_row_of_a_filed_report_says_what_its_file_says(store: Store, incident: Incident, folder: Path) -> None:
    confirm_all(store, incident)
    report = filed(store, incident, folder)
    with store.reading() as t:
        assert t.reports.of(incident.id) == [report]
    assert [(one.part, one.text, one.confirmed_by) for one in report.parts] == [
        (part, text, "王芳") for part, text in TEXTS.items()
    ]


def test_a_disk_that_takes_no_file_leaves_no_report(store: Store, incident: Incident, folder: Path) -> None:
    start(store, incident)
    confirm_all(store, incident)
    folder.write_text("no folder")
    with pytest.raises(Refused, match=r"文稿写不进 .*reports：已经有同名的文件"):
        filed(store, incident, folder)
    with store.reading() as t:
        assert t.reports.of(incident.id) == []
        deadline = t.deadlines.latest(incident.id, INITIAL_REPORT)
        assert deadline is not None
        assert deadline.state is DeadlineState.OPEN
        assert len(t.reports.parts(incident.id, INITIAL)) == 4


def test_a_replay_files_marked_drafts(store: Store, incident: Incident, folder: Path) -> None:
    report = filed(store, incident, folder, actor=SCENARIO, replay=True)
    assert all(part.text.startswith(REPLAY_MARK) for part in report.parts)
    assert any(PENDING in part.text for part in report.parts)
    assert {part.confirmed_by for part in report.parts} == {"住建局联络员"}
    assert "（回放演练，非正式报送）" in printed(folder, report)


def test_a_replay_takes_the_parts_of_the_scenario_unmarked_and_refuses_a_missing_one(
    store: Store, incident: Incident, folder: Path
) -> None:
    some = {part: text for part, text in TEXTS.items() if part is not Part.OFFLINE_EVENT}
    assert "线下事件" in refusal(store, incident, folder, actor=SCENARIO, parts=some, replay=True)
    report = filed(store, incident, folder, actor=SCENARIO, parts=TEXTS, replay=True)
    assert [part.text for part in report.parts] == list(TEXTS.values())


def test_a_replay_gives_the_same_bytes_twice(store: Store, incident: Incident, folder: Path) -> None:
    folders = [folder / name for name in "ab"]
    for folder in folders:
        with store.engine.connect() as connection, connection.begin() as undone:
            t = Transaction(connection)
            args = (t, incident.id, INITIAL, SCENARIO, NOON + HOUR, None, folder, LETTERHEAD)
            reporting.file(*args, replay=True, find_views=quoted)
            undone.rollback()
    one, other = (next(folder.iterdir()).read_bytes() for folder in folders)
    assert one == other


@pytest.mark.clause("E-2(3)2", "E-2(4)")
def test_a_report_on_a_party_record_names_no_title(store: Store, folder: Path) -> None:
    town = Town(store, records=())
    with store.transaction() as t:
        t.disclosures.add(replace(record("d1", scope=Scope.PARTY), title="机密感标题"), NOON - DAY, "王芳")
    for number in range(3):
        town.come(f"p{number}", NOON + number * MINUTE)
    opened = town.judge()
    assert opened is not None
    lines = printed(folder, filed(store, opened, folder, actor=SCENARIO, replay=True))
    assert "关于党内公开事项负面舆情情况的报告（首报）" in lines
    assert "机密感标题" not in "\n".join(lines)


def test_hostile_post_text_reaches_the_page_as_text(store: Store, incident: Incident, folder: Path) -> None:
    hostile = "{{7*7}} & <w:br/> =HYPERLINK(1)"

    def find(t: Transaction, members: Sequence[Member]) -> list[View]:
        return [View(hostile + "\x00", 2)]

    with store.transaction() as t:
        report = reporting.file(
            t,
            incident.id,
            INITIAL,
            SCENARIO,
            datetime(2026, 4, 11, tzinfo=UTC),
            None,
            folder,
            LETTERHEAD,
            replay=True,
            find_views=find,
        )
    assert any(hostile in line for line in printed(folder, report))


class PlainText:
    """A format of a test's own."""

    EXTENSION = "txt"

    def render(self, document: Document) -> bytes:
        return document.serial.encode()

    def printed(self, document: Paper) -> bytes:
        return document.serial.encode()


class Unprintable(PlainText):
    """A format whose program is not installed."""

    def render(self, document: Document) -> bytes:
        raise NotPrinted("本机没有安装")


def test_further_formats_lie_beside_the_filed_one(store: Store, incident: Incident, folder: Path) -> None:
    formats = (*FORMATS, PlainText())
    with store.transaction() as t:
        args = (t, incident.id, INITIAL, SCENARIO, NOON, None, folder, LETTERHEAD)
        report = reporting.file(*args, replay=True, find_views=quoted, formats=formats)
    stem = f"{incident.id}-initial-1"
    assert report.file == f"{stem}.docx"
    assert (folder / f"{stem}.txt").read_text("utf-8") == report.serial


def test_a_further_format_that_cannot_be_printed_keeps_no_report_from_being_filed(
    store: Store, incident: Incident, folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with store.transaction() as t:
        args = (t, incident.id, INITIAL, SCENARIO, NOON, None, folder, LETTERHEAD)
        report = reporting.file(*args, replay=True, find_views=quoted, formats=(*FORMATS, Unprintable()))
    assert [file.name for file in folder.iterdir()] == [report.file]
    assert "本机没有安装" in caplog.text


def test_an_unknown_incident_is_named(store: Store, folder: Path) -> None:
    with pytest.raises(Refused, match="没有编号为“x”的事件"), store.transaction() as t:
        reporting.file(t, "x", INITIAL, OFFICE, NOON, None, folder, LETTERHEAD)


def begun(store: Store, incident: Incident, serial: str, reason: str = "人数有误", actor: Actor = UNIT) -> None:
    with store.transaction() as t:
        reporting.correct(t, incident.id, INITIAL, serial, reason, actor, NOON + 3 * HOUR, without_personal_data)


def test_a_filed_report_is_superseded_by_one_that_names_it(store: Store, incident: Incident, folder: Path) -> None:
    start(store, incident)
    confirm_all(store, incident)
    wrong = filed(store, incident, folder)
    begun(store, incident, wrong.serial)
    with store.reading() as t:
        parts = t.reports.parts(incident.id, INITIAL)
    assert {part: one.text for part, one in parts.items()} == TEXTS
    assert all(one.confirmed_by is None for one in parts.values())
    assert "尚未由具名人员确认" in refusal(store, incident, folder, at=NOON + 4 * HOUR)
    confirm_all(store, incident)
    right = filed(store, incident, folder, at=NOON + 4 * HOUR)
    assert (right.supersedes, right.reason, right.number) == (wrong.serial, "人数有误", 2)
    with store.reading() as t:
        assert [one.superseded_by for one in t.reports.of(incident.id)] == [right.serial, None]
        assert t.reports.correcting(incident.id, INITIAL) is None
    lines = printed(folder, right)
    assert f"本件替代{wrong.serial}，原件作废。更正理由：人数有误。" in lines
    assert any(line.endswith("（首报，更正）") for line in lines)
    assert "首报已经报送" in refusal(store, incident, folder, at=NOON + 5 * HOUR)


def test_a_report_is_corrected_once_for_a_reason_and_while_no_other_is_in_writing(
    store: Store, incident: Incident, folder: Path
) -> None:
    confirm_all(store, incident)
    wrong = filed(store, incident, folder)
    for serial, reason, answer in (("惠舆情报〔2026〕9号", "x", "没有被替代"), (wrong.serial, " ", "请写明更正的理由")):
        with pytest.raises(Refused, match=answer):
            begun(store, incident, serial, reason)
    with pytest.raises(Refused, match="不能对这个事件"):
        begun(store, incident, wrong.serial, actor=Actor("评估", Role.EVALUATOR))
    begun(store, incident, wrong.serial)
    with pytest.raises(Refused, match="正在起草"):
        begun(store, incident, wrong.serial)
    with store.transaction() as t:
        reporting.give_up(t, incident.id, INITIAL, UNIT, NOON + 3 * HOUR)
        assert t.reports.parts(incident.id, INITIAL) == {}
        assert t.reports.correcting(incident.id, INITIAL) is None
    with pytest.raises(Refused, match="没有正在起草"), store.transaction() as t:
        reporting.give_up(t, incident.id, INITIAL, UNIT, NOON + 3 * HOUR)


@pytest.mark.clause("H-42(3)")
def test_a_correction_stops_no_clock_that_began_after_the_report_it_corrects(
    store: Store, incident: Incident, folder: Path
) -> None:
    confirm_all(store, incident)
    early = filed(store, incident, folder, at=NOON + HOUR)
    begun(store, incident, early.serial)
    start(store, incident, NOON + 2 * HOUR)
    confirm_all(store, incident)
    corrected = filed(store, incident, folder, at=NOON + 2 * HOUR + MINUTE)
    assert (early.activation, corrected.activation) == (None, None)
    with store.reading() as t:
        running = t.deadlines.latest(incident.id, INITIAL_REPORT)
        assert running is not None
        assert running.state is DeadlineState.OPEN
    confirm_all(store, incident)
    assert filed(store, incident, folder, at=NOON + 3 * HOUR).activation == 1


def test_the_reason_of_a_correction_is_masked(store: Store, incident: Incident, folder: Path) -> None:
    confirm_all(store, incident)
    begun(store, incident, filed(store, incident, folder).serial, "人数有误，见13812345678")
    with store.reading() as t:
        correcting = t.reports.correcting(incident.id, INITIAL)
        assert correcting is not None
        assert "人数有误" in correcting.reason
        assert "13812345678" not in correcting.reason + str([one.detail for one in t.audit.about(incident.id)])


def test_a_start_of_the_plan_rests_on_the_row_of_its_clock(store: Store, incident: Incident) -> None:
    start(store, incident)
    with store.reading() as t:
        running = t.deadlines.latest(incident.id, INITIAL_REPORT)
        assert running is not None
        drafted = reporting.drafted(t, incident.id, NOON + HOUR, find_views=quoted)
    said = [
        (part, one.rests_on)
        for part, paragraphs in drafted.items()
        for paragraph in paragraphs
        for one in paragraph.statements
        if "启动应急预案" in one.text or "应急预案已于" in one.text
    ]
    assert [part for part, _ in said] == [Part.MEASURES_TAKEN, Part.OFFLINE_EVENT]
    assert [basis.refs for _, bases in said for basis in bases] == [(str(running.id),)] * 2


def kept_of(store: Store, incident: Incident, part: Part) -> tuple[str, list[str]]:
    """The text of a part in writing, and of its versions, as they are kept."""
    with store.reading() as t:
        versions = [one.text for one in t.reports.versions(incident.id, INITIAL, 1) if one.part is part]
        return t.reports.parts(incident.id, INITIAL)[part].text, versions


def test_what_a_person_writes_is_masked_before_it_is_kept_and_he_is_told(store: Store, incident: Incident) -> None:
    which = (incident.id, INITIAL, Part.PUBLIC_VIEWS)
    with store.transaction() as t:
        t.people.add(Person("wangfang", UNIT.name, Role.UNIT, UNIT.unit), "x", NOON)
        text = "王芳已联系来电人13812345678，\n另一来电人是13912345678、身份证110101199003071233。"
        saved = reporting.save_part(t, *which, text, UNIT, NOON, without_personal_data)
    masked = "王芳已联系来电人〔手机号〕，\n另一来电人是〔手机号〕、身份证〔身份证号〕。"
    assert kept_of(store, incident, Part.PUBLIC_VIEWS) == (masked, [masked])
    assert told(saved.masked) == "已遮盖个人信息：手机号2处、身份证号1处"
    with store.transaction() as t:
        again = reporting.save_part(t, *which, masked + "完。", UNIT, NOON, without_personal_data)
    assert told(again.masked) == ""


def test_nobody_stands_for_words_that_were_masked_when_he_confirmed_them(store: Store, incident: Incident) -> None:
    which = (incident.id, INITIAL, Part.OFFLINE_EVENT)
    with store.transaction() as t:
        saved = reporting.confirm_part(t, *which, "请拨13812345678。", UNIT, NOON, without_personal_data)
        assert t.reports.parts(incident.id, INITIAL)[Part.OFFLINE_EVENT].confirmed_by is None
        assert [entry.act for entry in t.audit.about(incident.id)] == ["edit_part"]
    text, versions = kept_of(store, incident, Part.OFFLINE_EVENT)
    assert (text, versions, dict(saved.masked)) == ("请拨〔手机号〕。", ["请拨〔手机号〕。"], {"手机号": 1})
    with store.transaction() as t:
        reporting.confirm_part(t, *which, text, UNIT, NOON, without_personal_data)
        assert t.reports.parts(incident.id, INITIAL)[Part.OFFLINE_EVENT].confirmed_by == UNIT.name


def test_a_drafted_line_that_nobody_touched_stays_as_it_was_drafted(store: Store, incident: Incident) -> None:
    drafted = "2026年4月10日20时05分，张建国签收预警。"
    with store.transaction() as t:
        written = reporting.Written(NOON, reporting.DESK)
        t.reports.save_part(incident.id, INITIAL, Part.MEASURES_TAKEN, drafted, written)
        text, which = f"{drafted}\n张建国先生来电。", (incident.id, INITIAL, Part.MEASURES_TAKEN)
        saved = reporting.save_part(t, *which, text, UNIT, NOON, without_personal_data)
    assert kept_of(store, incident, Part.MEASURES_TAKEN)[0].splitlines()[0] == drafted
    assert dict(saved.masked) == {"姓名": 1}


@pytest.mark.clause("H-42(3)")
def test_the_appendix_says_what_each_sentence_with_a_figure_rests_on(
    store: Store, incident: Incident, folder: Path
) -> None:
    with store.transaction() as t:
        reporting.prepare(t, incident.id, INITIAL, NOON + HOUR, find_views=quoted)
        for part, one in t.reports.parts(incident.id, INITIAL).items():
            text = one.text if PENDING not in one.text else "管网爆裂，已停暖两小时。"
            reporting.confirm_part(t, incident.id, INITIAL, part, text, UNIT, NOON + HOUR, without_personal_data)
    report = filed(store, incident, folder)
    bases = [
        (said.text, [one.ledger for one in said.rests_on])
        for part in report.parts
        for paragraph in part.paragraphs
        for said in paragraph.statements
    ]
    assert ("管网爆裂，已停暖两小时。", [Ledger.PERSON]) in bases
    assert all(found for text, found in bases if any(sign.isdigit() for sign in text) and "截至" not in text)
    counted = next(found for text, found in bases if "共监测到" in text)
    assert counted == [Ledger.POST]
    shown = docx.Document(io.BytesIO((folder / report.file).read_bytes())).tables
    cells = [cell.text for table in shown for row in table.rows for cell in row.cells]
    assert any(f"事件{incident.id}归集的帖文" in one for one in cells)
    assert any("王芳" in one for one in cells)
