"""Sheets are begun, counted, scored and closed by those who may; each step is one audited entry, nothing is changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import docx
import pytest

from casework.reports.document import Letterhead
from nlp.admission import without_personal_data
from pipeline import inspecting, inspection_view, paper_view
from pipeline.acts import Actor
from pipeline.inspecting import Remark
from pipeline.inspection_papers import draft_feedback, draft_notice, draft_year, of_half_year, when_signed
from pipeline.matters import About, matters
from pipeline.meant import Meant
from pipeline.notify import stored_contacts
from pipeline.papering import Office, correct, seen
from pipeline.papering import sign as sign_paper
from pipeline.refusals import Refused
from records.inspections import SheetKind, SheetNoted
from records.papers import Chart, Content, PaperKind, Paragraph, Table
from records.people import Person
from records.words import Role, Scope
from regulation.disclosure_time import disclosure_time
from storage.papers import Signing
from storage.store import Store
from tests.pipeline.inspected import (
    ADMIN,
    DUTY,
    EVALUATOR,
    FIRST,
    HEAD,
    HOUSING,
    INSPECTING,
    JULY,
    LEADER,
    MINUTE,
    OFFICE,
    OTHER,
    RULES,
    SCHOOLS,
    UNIT,
    begun,
    clock,
    clocked,
    judged,
    person,
    published,
)
from tests.pipeline.known_answers import DAY, HOUR, NOON
from tests.storage.plans import asked

HEADING = Letterhead("督导检查通报", "惠党公开", "各责任单位", "区委办公室")


@pytest.fixture
def desk(store: Store) -> Store:
    """Two units; 住建局 published a record under no item, was late with a report, and has an account."""
    published(store, "d1", catalogue_item="H1")
    published(store, "d2")
    published(store, "e1", SCHOOLS, catalogue_item="H1")
    clocked(store, "20260410-001", clock("initial_report", NOON + 2 * HOUR))
    with store.transaction() as t:
        t.people.add(Person("chenjie", "陈杰", Role.UNIT, HOUSING), "x", NOON)
    return store


def meant(sheet: int, actor: Actor = OFFICE, **more: object) -> Meant:
    return Meant(str(sheet), actor, JULY, **more)  # type: ignore[arg-type]


def page(store: Store, sheet: int, actor: Actor = OFFICE) -> inspection_view.SheetPage | None:
    with store.reading() as t:
        return inspection_view.page(t, person(actor), sheet)


def total(store: Store, sheet: int) -> float | None:
    found = page(store, sheet)
    assert found is not None
    return found.of.marked.total


def signed(store: Store, paper: int) -> None:
    """Sign a paper without printing it."""
    with store.transaction() as t:
        found = t.papers.get(paper)
        assert found is not None
        number = t.papers.last_number("inspection", 2026) + 1
        t.papers.sign(
            paper, found.revision, Signing(JULY, "赵主任", "inspection", 2026, number, f"督查〔2026〕{number}号", "x")
        )


@pytest.mark.clause("H-50", "H-51")
def test_a_sheet_is_begun_with_its_figures_and_scored_by_the_office(desk: Store):
    sheet = begun(desk)
    found = page(desk, sheet)
    assert found is not None
    content = found.of.marked.check("content")
    assert (content.counted, content.points) == (
        6.0,
        None,
    )  # one of two records under an item: 2 of 4; none corrected: 4
    assert (content.counted_most, content.judged_most) == (8, 7)  # no proposal: the points of secrecy are a person's
    assert [one.ref for one in content.figures[0].faults] == ["d2"]
    assert found.of.marked.total is None
    judged(desk, sheet)
    # What is missing: 三 0, 五 2, 六 4 (no platform), 七 4 (no procedure), 九 8 (not archived, nothing whole).
    assert total(desk, sheet) == 100 - 2 - 4 - 4 - 8
    with desk.reading() as t:
        acts = {row.act for row in t.audit.about(f"sheet:{sheet}")}
    assert acts == {"fill_inspection"}


@pytest.mark.clause("H-51")
def test_sheets_of_several_units_are_begun_at_once_each_only_once(desk: Store):
    both = [HOUSING, SCHOOLS]
    assert inspecting.begin(desk, SheetKind.OFFICE, both, FIRST, OFFICE, JULY, INSPECTING) == 2
    assert inspecting.begin(desk, SheetKind.OFFICE, both, FIRST, OFFICE, JULY, INSPECTING) == 0
    assert inspecting.begin(desk, SheetKind.OFFICE, both, FIRST, OFFICE, JULY, INSPECTING, "r1") == 0
    with desk.reading() as t:
        listed = inspection_view.listed(t, person(OFFICE), FIRST)
    assert [one.of.unit for one in listed] == [HOUSING, SCHOOLS]


@pytest.mark.parametrize(
    ("unit", "day", "said"),
    [("没有的局", FIRST, "没有“没有的局”这个单位"), (HOUSING, date(2026, 12, 1) + timedelta(days=31), "还没有开始")],
)
def test_what_cannot_be_inspected_is_refused(desk: Store, unit: str, day: date, said: str):
    with pytest.raises(Refused, match=said):
        inspecting.begin(desk, SheetKind.OFFICE, [unit], day, OFFICE, JULY, INSPECTING)


def test_other_points_need_a_reason_and_what_was_counted_stays_beside_them(desk: Store):
    sheet = begun(desk)
    judged(desk, sheet)
    before = total(desk, sheet)
    with pytest.raises(Refused, match="理由"):
        inspecting.score(desk, meant(sheet), "archive", SheetNoted.DEVIATED, Remark(8), INSPECTING)
    inspecting.score(desk, meant(sheet), "archive", SheetNoted.DEVIATED, Remark(8, "纸质归档，已核对"), INSPECTING)
    found = page(desk, sheet)
    assert before is not None
    assert found is not None
    assert (found.of.marked.check("archive").counted, found.of.marked.total) == (0.0, before + 8)
    entry = found.of.marked.check("archive").deviated
    assert entry is not None
    inspecting.strike(desk, meant(sheet), entry.id or 0, "没有核对到原件", INSPECTING)
    assert total(desk, sheet) == before
    with pytest.raises(Refused, match="已经撤销过"):
        inspecting.strike(desk, meant(sheet), entry.id or 0, "再撤", INSPECTING)


@pytest.mark.parametrize("points", [-1, 10.5, None, 2.55])
def test_points_out_of_bounds_are_refused(desk: Store, points: float | None):
    sheet = begun(desk)
    with pytest.raises(Refused, match=r"分之间|一位小数"):
        inspecting.score(desk, meant(sheet), "plan", SheetNoted.JUDGED, Remark(points), INSPECTING)


def test_a_finding_is_masked_but_the_names_of_colleagues_stay(desk: Store):
    sheet = begun(desk)
    said = Remark(text="陈杰说台账在柜里，电话13800138000的群众没查到", evidence="见现场照片")
    inspecting.find(desk, meant(sheet), "archive", said, INSPECTING)
    found = page(desk, sheet)
    assert found is not None
    (finding,) = found.of.marked.check("archive").findings
    assert "陈杰" in (finding.text or "")
    assert "13800138000" not in (finding.text or "")
    with pytest.raises(Refused, match="请写明检查出的问题"):
        inspecting.find(desk, meant(sheet), "archive", Remark(text="  "), INSPECTING)
    with pytest.raises(Refused, match="没有“x”这一项"):
        inspecting.find(desk, meant(sheet), "x", said, INSPECTING)


def test_counting_anew_takes_in_what_changed_and_keeps_what_a_person_gave(desk: Store):
    sheet = begun(desk)
    judged(desk, sheet)
    before = total(desk, sheet)
    with desk.transaction() as t:
        t.disclosures.add(
            replace(t.disclosures.get("d2"), catalogue_item="H3", explanation="补目录项"),  # type: ignore[type-var]
            JULY,
            "测试",
        )
    assert total(desk, sheet) == before  # the sheet keeps what was counted
    inspecting.recount(desk, meant(sheet), INSPECTING)
    # d2 now fits (+2) but was corrected (-2); one record has one version, one two.
    found = page(desk, sheet)
    assert found is not None
    content = {one.rule.figure: one.points for one in found.of.marked.check("content").figures}
    assert (content["records_fit"], content["records_uncorrected"]) == (4.0, 2.0)
    assert found.of.marked.check("plan").points == 10


def test_the_same_request_again_changes_nothing(desk: Store):
    sheet = begun(desk)
    for _ in range(2):
        inspecting.find(desk, meant(sheet, request="r7"), "archive", Remark(text="缺原件"), INSPECTING)
    found = page(desk, sheet)
    assert found is not None
    assert len(found.of.marked.check("archive").findings) == 1


@pytest.mark.parametrize("actor", [UNIT, LEADER, HEAD, OTHER, DUTY, EVALUATOR])
def test_nobody_but_the_office_fills_in_its_sheet_and_who_tried_is_audited(desk: Store, actor: Actor):
    sheet = begun(desk)
    for attempt in (
        lambda: inspecting.score(desk, meant(sheet, actor), "plan", SheetNoted.JUDGED, Remark(1), INSPECTING),
        lambda: inspecting.find(desk, meant(sheet, actor), "plan", Remark(text="问题"), INSPECTING),
        lambda: inspecting.recount(desk, meant(sheet, actor), INSPECTING),
        lambda: draft_feedback(desk, meant(sheet, actor)),
        lambda: draft_notice(desk, FIRST, meant(sheet, actor), RULES),
    ):
        with pytest.raises(Refused, match="没有权限"):
            attempt()
    with desk.reading() as t:
        refused = [row for row in t.audit.about(f"sheet:{sheet}") if not row.allowed]
        assert {row.actor for row in refused} == {actor.name}
        assert t.inspections.entries([sheet])[sheet][-1].noted is SheetNoted.COUNTED
    inspecting.find(desk, meant(sheet, ADMIN), "plan", Remark(text="问题"), INSPECTING)


@pytest.mark.clause("H-53")
def test_a_unit_sees_its_own_sheet_once_it_was_told_and_no_other(desk: Store):
    sheet = begun(desk)
    judged(desk, sheet)
    assert [page(desk, sheet, one) is not None for one in (OFFICE, EVALUATOR, ADMIN)] == [True] * 3
    assert [page(desk, sheet, one) for one in (UNIT, LEADER, HEAD, OTHER, DUTY)] == [None] * 5
    signed(desk, draft_feedback(desk, meant(sheet)))
    assert [page(desk, sheet, one) is not None for one in (UNIT, LEADER, HEAD, OTHER, DUTY)] == [
        True, True, True, False, False,
    ]  # fmt: skip
    with desk.reading() as t:
        seen_by = {
            one.name: len(inspection_view.listed(t, person(one), FIRST)) for one in (UNIT, OTHER, DUTY, EVALUATOR)
        }
        assert seen_by == {UNIT.name: 1, OTHER.name: 0, DUTY.name: 0, EVALUATOR.name: 1}
        assert inspection_view.year(t, person(UNIT), 2026, RULES) == []


@pytest.mark.clause("H-53")
def test_while_the_feedback_is_corrected_the_unit_sees_what_was_signed(desk: Store, tmp_path: Path):
    sheet = begun(desk)
    judged(desk, sheet)
    paper = draft_feedback(desk, meant(sheet))
    signed(desk, paper)

    def seen_by(actor: Actor) -> tuple[int, bool, int, str | None]:
        found = page(desk, sheet, actor)
        assert found is not None
        with desk.reading() as t:
            (listed,) = inspection_view.listed(t, person(actor), FIRST)
        assert listed.of == found.of
        findings = [one for check in found.of.marked.checks for one in check.findings]
        return len(findings), found.of.marked.total == 0, len(found.entries), found.closed

    before = seen_by(UNIT)
    office, later = Office(HEADING, tmp_path, without_personal_data), JULY + MINUTE
    again = correct(desk, Meant(str(paper), OFFICE, later), "漏记一个问题", office)
    judged(desk, sheet, share=0.0, at=later)
    inspecting.find(desk, Meant(str(sheet), OFFICE, later), "archive", Remark(text="缺原件"), INSPECTING)
    assert seen_by(UNIT) == seen_by(HEAD) == before
    assert seen_by(OFFICE)[0] == 1
    draft_feedback(desk, Meant(str(sheet), OFFICE, later))
    with desk.reading() as t:
        kept = t.papers.get(again)
    assert kept is not None
    sign_paper(desk, Meant(str(again), OFFICE, later + MINUTE, seen=kept.revision), office)
    assert seen_by(UNIT) == seen_by(OFFICE)
    assert seen_by(UNIT)[0] == 1


def test_many_sheets_are_listed_and_found_owing_with_as_many_questions_as_one(desk: Store):
    def questions() -> list[int]:
        counts = []
        for look in (
            lambda t: inspection_view.listed(t, person(OFFICE), FIRST),
            lambda t: inspection_view.every(t, person(UNIT), HOUSING),
            lambda t: inspection_view.owed(t, person(OFFICE), JULY),
            lambda t: of_half_year(t, FIRST),
        ):
            with desk.reading() as t, asked(desk) as statements:
                look(t)
            counts.append(len(statements))
        return counts

    sheet = begun(desk)
    judged(desk, sheet)
    signed(desk, draft_feedback(desk, meant(sheet)))
    few = questions()
    for unit, day in ((SCHOOLS, FIRST), (HOUSING, date(2025, 7, 1)), (HOUSING, date(2025, 1, 1))):
        judged(desk, begun(desk, unit, day=day))
    signed(desk, draft_feedback(desk, meant(sheet + 1)))
    assert questions() == few


@pytest.mark.clause("H-52")
def test_a_unit_inspects_itself_and_hands_in(desk: Store):
    assert inspecting.begin(desk, SheetKind.SELF, [HOUSING], FIRST, UNIT, JULY, INSPECTING) == 1
    with desk.reading() as t:
        own = t.inspections.find(SheetKind.SELF, HOUSING, FIRST)
    assert own is not None
    for wrong in (OTHER, HEAD, OFFICE, EVALUATOR):
        with pytest.raises(Refused, match="没有权限"):
            inspecting.find(desk, meant(own.id, wrong), "plan", Remark(text="问题"), INSPECTING)
    with pytest.raises(Refused, match="没评分"):
        inspecting.hand_in(desk, meant(own.id, UNIT))
    judged(desk, own.id, by=LEADER)
    inspecting.hand_in(desk, meant(own.id, UNIT))
    with pytest.raises(Refused, match="已提交"):
        inspecting.find(desk, meant(own.id, UNIT), "plan", Remark(text="问题"), INSPECTING)
    with pytest.raises(Refused, match="自查表不出反馈"):
        draft_feedback(desk, meant(own.id))
    assert page(desk, own.id, OFFICE) is not None
    assert page(desk, own.id, OTHER) is None


@pytest.mark.clause("H-53")
def test_a_unit_reads_its_feedback_once_it_is_signed_and_no_notice_or_other_units_paper(desk: Store):
    sheet = begun(desk)
    judged(desk, sheet)
    feedback, notice = draft_feedback(desk, meant(sheet)), draft_notice(desk, FIRST, meant(sheet), RULES)
    kinds = [PaperKind.INSPECTION]

    def seen_by(actor: Actor) -> set[int]:
        with desk.reading() as t:
            return set(paper_view.listed(t, person(actor), kinds))

    assert [seen_by(one) for one in (UNIT, HEAD, OTHER, DUTY)] == [set()] * 4
    assert seen_by(OFFICE) == seen_by(EVALUATOR) == {feedback, notice}
    with desk.reading() as t, pytest.raises(Refused, match="没有权限看"):
        seen(t, person(UNIT), feedback)
    signed(desk, feedback)
    assert [seen_by(one) for one in (UNIT, HEAD, OTHER, DUTY)] == [{feedback}, {feedback}, set(), set()]


def said(content: Content) -> str:
    blocks = [block for section in content.sections for block in section.blocks]
    return "\n".join(block.text if isinstance(block, Paragraph) else repr(block) for block in blocks)


@pytest.mark.clause("H-51", "H-53")
def test_the_feedback_has_every_figure_with_its_rows_and_is_written_only_when_all_is_scored(desk: Store):
    sheet = begun(desk)
    with pytest.raises(Refused, match="没评分的项：（一）"):
        draft_feedback(desk, meant(sheet))
    judged(desk, sheet)
    inspecting.find(desk, meant(sheet), "archive", Remark(text="缺两份原件", evidence="现场照片"), INSPECTING)
    number = draft_feedback(desk, meant(sheet))
    with desk.reading() as t:
        content = seen(t, person(EVALUATOR), number).content
    text = said(content)
    assert "得 82 分（满分 100 分），为良好。" in text
    assert "缺两份原件" in text
    grounds = {
        reference
        for section in content.sections
        for block in section.blocks
        if isinstance(block, Paragraph)
        for one in block.statements
        for basis in one.rests_on
        for reference in basis.refs
    }
    assert {"d1", "d2", "20260410-001/initial_report/1"} <= grounds
    figures = [
        one
        for section in content.sections
        for block in section.blocks
        if isinstance(block, Paragraph)
        for one in block.statements
        if any(mark.isdigit() for mark in one.text)
    ]
    assert [one.text for one in figures if not one.rests_on] == []


def test_drafting_again_takes_the_new_figures_into_the_same_draft(desk: Store):
    sheet = begun(desk)
    judged(desk, sheet)
    first = draft_feedback(desk, meant(sheet))
    inspecting.find(desk, meant(sheet), "archive", Remark(text="缺两份原件"), INSPECTING)
    assert draft_feedback(desk, meant(sheet)) == first
    with desk.reading() as t:
        kept = t.papers.get(first)
    assert kept is not None
    assert kept.revision == 2
    assert "缺两份原件" in said(kept.content)


def test_after_signing_nothing_changes_until_the_paper_is_being_corrected(desk: Store, tmp_path: Path):
    sheet = begun(desk)
    judged(desk, sheet)
    paper = draft_feedback(desk, meant(sheet))
    signed(desk, paper)
    with pytest.raises(Refused, match="已签发，检查表不能再改"):
        inspecting.find(desk, meant(sheet), "archive", Remark(text="缺原件"), INSPECTING)
    with pytest.raises(Refused, match="文稿已签发"):
        draft_feedback(desk, meant(sheet))
    office = Office(HEADING, tmp_path, without_personal_data)
    again = correct(desk, Meant(str(paper), OFFICE, JULY + MINUTE), "漏记一个问题", office)
    inspecting.find(desk, meant(sheet), "archive", Remark(text="缺原件"), INSPECTING)
    assert draft_feedback(desk, meant(sheet)) == again
    with desk.reading() as t:
        kept = t.papers.get(again)
    assert kept is not None
    assert (kept.supersedes, "缺原件" in said(kept.content)) == (paper, True)
    sign_paper(desk, Meant(str(again), OFFICE, JULY + MINUTE, seen=kept.revision), office)
    with pytest.raises(Refused, match="已签发，检查表不能再改"):
        inspecting.find(desk, meant(sheet), "archive", Remark(text="缺原件"), INSPECTING)


@pytest.mark.clause("H-53")
def test_the_unit_is_told_once_its_feedback_is_signed_and_the_paper_goes_to_it(desk: Store, tmp_path: Path):
    sheet = begun(desk)
    judged(desk, sheet)
    office = Office(HEADING, tmp_path, without_personal_data, signed=(when_signed(stored_contacts),))
    feedback, notice = draft_feedback(desk, meant(sheet)), draft_notice(desk, FIRST, meant(sheet), RULES)
    for number in (feedback, notice):
        with desk.reading() as t:
            paper = t.papers.get(number)
        assert paper is not None
        sign_paper(desk, Meant(str(number), OFFICE, JULY, seen=paper.revision), office)
    with desk.reading() as t:
        told = [one for one in t.alerts.all() if one.kind == "inspection_told"]
    assert [(one.recipient, one.link) for one in told] == [(HOUSING, f"/inspection?id={sheet}")]
    assert "2026年上半年督导检查" in told[0].title
    printed = {name: [one.text for one in docx.Document(str(tmp_path / name)).paragraphs] for name in (
        "inspection-2026-1.docx", "inspection-2026-2.docx")}  # fmt: skip
    assert f"{HOUSING}：" in printed["inspection-2026-1.docx"]
    assert "各责任单位：" in printed["inspection-2026-2.docx"]


@pytest.mark.clause("H-51")
def test_the_office_is_reminded_of_the_half_year_that_ended_until_its_notice_is_signed(desk: Store):
    def wanted(actor: Actor, now: datetime = JULY) -> list[tuple[str, str]]:
        with desk.reading() as t:
            found = matters(t, person(actor), [], now, disclosure_time())
        return [(one.title, one.wanted[0].what) for one in found if one.about is About.INSPECTIONS]

    assert wanted(OFFICE) == []  # nobody has begun to inspect at this desk
    first, second = begun(desk), begun(desk, SCHOOLS)
    assert wanted(OFFICE) == wanted(ADMIN) == [("2026年上半年督导检查", "评分、反馈 2 个单位")]
    assert [wanted(one) for one in (UNIT, HEAD, EVALUATOR, DUTY)] == [[]] * 4
    assert wanted(OFFICE, datetime(2026, 6, 30, 15, tzinfo=UTC)) == []  # the half-year has not ended
    for sheet in (first, second):
        judged(desk, sheet)
        signed(desk, draft_feedback(desk, meant(sheet)))
    assert wanted(OFFICE) == [("2026年上半年督导检查", "起草、签发通报")]
    signed(desk, draft_notice(desk, FIRST, meant(first), RULES))
    assert wanted(OFFICE) == []
    assert wanted(OFFICE, datetime(2027, 1, 4, tzinfo=UTC)) == [("2026年下半年督导检查", "开始检查")]


@pytest.mark.clause("H-51")
def test_the_notice_puts_units_side_by_side_with_the_half_year_before_and_a_chart(desk: Store):
    published(desk, "d0", at=NOON - 180 * DAY, catalogue_item="H1")
    before = begun(desk, day=date(2025, 7, 1))
    now, other = begun(desk), begun(desk, SCHOOLS)
    for sheet in (before, now):
        judged(desk, sheet)
    with pytest.raises(Refused, match="还没有评完分"):
        draft_notice(desk, date(2025, 1, 1), meant(now), RULES)
    number = draft_notice(desk, FIRST, meant(now), RULES)
    with desk.reading() as t:
        paper = t.papers.get(number)
    assert paper is not None
    assert (paper.about.unit, paper.about.first) == (None, FIRST)
    tables = {
        block.title: block
        for section in paper.content.sections
        for block in section.blocks
        if isinstance(block, Table | Chart)
    }
    changes, chart = tables["总分变化和等次"], tables["各单位总分"]
    assert isinstance(changes, Table)
    assert isinstance(chart, Chart)
    # The half-year before: one record under an item; no platform -4, no procedure -4, not archived and not whole -8.
    assert changes.rows == ((HOUSING, "84", "82", "-2", "良好"),)
    assert [one.figures for one in chart.series] == [(82.0,), (84.0,)]
    assert f"未列入的单位：{SCHOOLS}。" in said(paper.content)
    judged(desk, other, 0.5)
    assert draft_notice(desk, FIRST, meant(now), RULES) == number


@pytest.mark.clause("H-54", "E-2(7)8", "H-55")
def test_the_year_is_the_mean_of_its_half_years_and_the_standing_figures(desk: Store):
    first = begun(desk)
    second = begun(desk, at=NOON + 270 * DAY, day=date(2026, 7, 1))
    judged(desk, first)
    judged(desk, second, at=NOON + 271 * DAY)
    # The first half-year 82, the second 100; of the standing figures one report, never filed: 0 of 100.
    number = draft_year(desk, 2026, None, replace(meant(first), at=NOON + 271 * DAY), RULES)
    with desk.reading() as t:
        (row,) = inspection_view.year(t, person(EVALUATOR), 2026, RULES)
        paper = t.papers.get(number)
    assert [half.marked.total for half in row.halves if half is not None] == [82.0, 100.0]
    assert (row.standing, row.points) == (0.0, 54.6)  # 91 × 0.6 + 0 × 0.4
    assert paper is not None
    assert repr((HOUSING, "82", "100", "0", "54.6", "不合格")) in said(paper.content)
    one = draft_year(desk, 2026, HOUSING, replace(meant(first), at=NOON + 271 * DAY), RULES)
    assert one != number


def test_no_title_of_a_record_within_the_party_stands_in_any_paper(desk: Store):
    published(desk, "d9", title="关于干部调整的决定", scope=Scope.PARTY, body="内部正文")
    sheet = begun(desk)
    judged(desk, sheet)
    numbers = [draft_feedback(desk, meant(sheet)), draft_notice(desk, FIRST, meant(sheet), RULES)]
    with desk.reading() as t:
        papers = [t.papers.get(number) for number in numbers]
    assert "d9" in repr(papers)
    assert "干部调整" not in repr(papers)
