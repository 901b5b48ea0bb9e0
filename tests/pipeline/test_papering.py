"""A paper goes from draft to signature by those who may, keeps every version, and is superseded by a new one that names it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from io import BytesIO
from pathlib import Path
from threading import Barrier

import docx
import pytest

from casework.papers.writing import text_of
from casework.reports.document import Letterhead, NotPrinted
from nlp.admission import without_personal_data
from pipeline import notices, papering
from pipeline.acts import Actor
from pipeline.meant import Meant
from pipeline.notify import stored_contacts
from pipeline.papering import Office
from pipeline.printing import FORMATS
from pipeline.refusals import Refused
from records.papers import (
    About,
    OfficePaper,
    PaperKind,
    PaperSection,
    Paragraph,
    Statement,
)
from records.people import Contact, Person
from records.words import Role
from regulation.papers import paper_rules
from storage.store import Store, Transaction
from tests.casework.papers.october import DAYS, OCTOBER, october

NOW = datetime(2026, 11, 2, 1, tzinfo=UTC)
WATCH, CHIEF = Actor("李军", Role.DUTY), Actor("赵主任", Role.OFFICE)
CONTENT = october()
HEAD = Letterhead("舆情专报", "惠舆情", "区委、区政府", "区委办公室")


@dataclass
class Desk:
    """A store with one draft of a monthly report, and the folder of the signed ones."""

    store: Store
    office: Office
    number: int = 0

    def meant(self, actor: Actor = CHIEF, seen: int | None = None, request: str | None = None, hour: int = 0) -> Meant:
        standing = self.paper().revision if seen is None else seen
        return Meant(str(self.number), actor, NOW + timedelta(hours=hour), request, standing)

    def paper(self, number: int | None = None) -> OfficePaper:
        with self.store.reading() as t:
            found = t.papers.get(number or self.number)
        assert found is not None
        return found

    def write(self, text: str, section: int = 1, **meant: object) -> Mapping[str, int]:
        return papering.write_section(self.store, self.meant(**meant), section, text, self.office)  # type: ignore[arg-type]

    def sign(self, **meant: object) -> OfficePaper:
        return papering.sign(self.store, self.meant(**meant), self.office)  # type: ignore[arg-type]

    def printed(self, paper: OfficePaper) -> list[str]:
        assert paper.file is not None
        found = docx.Document(BytesIO((self.office.reports_dir / paper.file).read_bytes()))
        return [one.text.replace("\n", "") for one in found.paragraphs]

    def refusals(self) -> list[str]:
        with self.store.reading() as t:
            entries = t.audit.about(f"paper:{self.number}")
        return [str(one.detail["refused"]) for one in entries if not one.allowed]


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    made = Desk(store, Office(HEAD, tmp_path / "reports", without_personal_data))
    with store.transaction() as t:
        made.number = papering.drafted(t, PaperKind.MONTHLY, OCTOBER, CONTENT, NOW, "系统").id
    return made


def test_the_same_period_has_one_draft_which_nothing_writes_over(desk: Desk):
    desk.write("继续抓好落实。")
    with desk.store.transaction() as t:
        again = papering.drafted(t, PaperKind.MONTHLY, OCTOBER, CONTENT, NOW + timedelta(hours=1), "系统")
    assert (again.id, again.revision) == (desk.number, 2)


def test_a_paper_is_written_in_versions_and_signed_by_name(desk: Desk):
    desk.write("继续抓好落实。", actor=WATCH)
    signed = desk.sign(hour=1)
    assert (signed.serial, signed.signed_by, signed.file) == (
        "2026年第1期",
        "赵主任",
        "monthly-2026-1.docx",
    )
    lines = desk.printed(signed)
    assert lines[0] == "舆情工作月报"
    assert "2026年第1期" in lines
    assert "区委、区政府：" in lines
    assert "（签发人：赵主任，签发时间：2026年11月2日10时00分）" in lines
    appendix = "\n".join(lines)
    tables = docx.Document(BytesIO((desk.office.reports_dir / signed.file).read_bytes())).tables
    cells = [cell.text for table in tables for row in table.rows for cell in row.cells]
    assert any("2026年10月逐日统计" in one for one in [appendix, *cells])
    assert any("李军，2026年11月2日09时00分" in one for one in [appendix, *cells])
    with desk.store.reading() as t:
        assert [one.written_by for one in t.papers.versions(desk.number)] == ["系统", "李军"]


def test_what_is_not_written_yet_cannot_be_signed(desk: Desk):
    with pytest.raises(Refused, match="这些部分有待填写的内容：下步打算"):
        desk.sign()
    assert desk.paper().serial is None
    assert len(desk.refusals()) == 1


def test_numbers_have_no_gaps_and_begin_anew_each_year(desk: Desk):
    serials = []
    for days in (0, 30, 59, 61):
        with desk.store.transaction() as t:
            about = About(first=OCTOBER.first, last=date(2026, 10, 2) + timedelta(days=days))
            desk.number = papering.drafted(t, PaperKind.MONTHLY, about, CONTENT, NOW, "系统").id
        desk.write("继续抓好落实。")
        serials.append(desk.sign(hour=24 * days).serial)
    assert serials == [f"{year}年第{number}期" for year, number in ((2026, 1), (2026, 2), (2026, 3), (2027, 1))]


def test_a_wrong_paper_is_superseded_by_one_that_names_it(desk: Desk):
    desk.write("继续抓好落实。")
    wrong = desk.sign()
    for deed in (
        lambda: desk.write("改一改。"),
        lambda: papering.drop(desk.store, desk.meant()),
        lambda: papering.refresh(desk.store, desk.meant(), CONTENT),
    ):
        with pytest.raises(Refused, match="已签发的文稿不能再改"):
            deed()
    with pytest.raises(Refused, match="请写明更正的理由"):
        papering.correct(desk.store, desk.meant(), " ", desk.office)
    number = papering.correct(desk.store, desk.meant(), "帖文数有误，联系13812345678", desk.office)
    assert papering.correct(desk.store, desk.meant(), "再来一次", desk.office) == number
    desk.number = number
    desk.write("10月共收到帖文121条。\n〔表：分类统计〕\n〔图：逐日走势〕", 0)
    right = desk.sign(hour=1)
    lines = desk.printed(right)
    told = next(line for line in lines if "替代" in line)
    assert told.strip() == f"本件替代月报2026年第1期，原件作废。更正理由：{right.reason}。"
    assert "13812345678" not in told
    assert "帖文数有误" in told
    assert desk.paper(wrong.id).superseded_by == right.id
    assert desk.paper(wrong.id).content == wrong.content
    with pytest.raises(Refused, match="没有被替代"):
        papering.correct(desk.store, replace(desk.meant(), subject=str(wrong.id)), "又错了", desk.office)


def test_two_people_at_one_paper_notice_each_other(desk: Desk):
    desk.write("继续抓好落实。", seen=1)
    with pytest.raises(Refused, match="请刷新后再办"):
        desk.write("另一种写法。", seen=1, actor=WATCH)
    with pytest.raises(Refused, match="请刷新后再办"):
        desk.sign(seen=1)
    assert text_of(desk.paper().content.sections[1]) == "继续抓好落实。"


def test_a_double_click_does_it_once(desk: Desk):
    desk.write("继续抓好落实。", seen=1, request="a")
    desk.write("继续抓好落实。", seen=1, request="a")
    assert desk.paper().revision == 2
    first = desk.sign(request="b")
    assert desk.sign(request="b").serial == first.serial


def test_personal_data_is_masked_and_colleagues_are_not(desk: Desk):
    with desk.store.transaction() as t:
        t.people.add(Person("liuyang", "刘洋", Role.DUTY), "x", NOW)
    assert dict(desk.write("由刘洋负责，群众电话13812345678。")) == {"手机号": 1}
    text = text_of(desk.paper().content.sections[1])
    assert "刘洋" in text
    assert "13812345678" not in text


def test_fresh_figures_leave_what_people_wrote(desk: Desk):
    desk.write("继续抓好落实。")
    newer = replace(
        CONTENT,
        sections=(
            PaperSection("总体情况", (Paragraph((Statement("10月共收到帖文121条。", (DAYS,)),)),)),
            *CONTENT.sections[1:],
        ),
    )
    papering.refresh(desk.store, desk.meant(), newer)
    assert [text_of(one) for one in desk.paper().content.sections] == ["10月共收到帖文121条。", "继续抓好落实。"]


@pytest.mark.parametrize("role", [one for one in Role if one not in (Role.DUTY, Role.OFFICE, Role.ADMIN)])
def test_others_neither_write_nor_sign(desk: Desk, role: Role):
    other = Actor("某人", role, "教育局")
    deeds: list[Callable[[], object]] = [
        lambda: desk.write("改一改。", actor=other),
        lambda: desk.sign(actor=other),
        lambda: papering.drop(desk.store, desk.meant(other)),
        lambda: papering.correct(desk.store, desk.meant(other), "理由", desk.office),
        lambda: papering.draft(desk.store, PaperKind.WEEKLY, OCTOBER, CONTENT, desk.meant(other)),
    ]
    for deed in deeds:
        with pytest.raises(Refused, match="不能对这份文稿做这一步"):
            deed()
    assert desk.paper().revision == 1


def test_the_watch_writes_and_does_not_sign(desk: Desk):
    desk.write("继续抓好落实。", actor=WATCH)
    with pytest.raises(Refused, match="不能对这份文稿做这一步"):
        desk.sign(actor=WATCH)


@pytest.mark.parametrize(
    ("role", "unit", "may"),
    [
        (Role.EVALUATOR, None, True),
        (Role.UNIT, "教育局", True),
        (Role.UNIT, "住建局", False),
        (Role.ARCHIVIST, None, False),
    ],
)
def test_a_unit_reads_what_is_about_it(desk: Desk, role: Role, unit: str | None, may: bool):
    with desk.store.transaction() as t:
        about = replace(OCTOBER, unit="教育局")
        paper = papering.drafted(t, PaperKind.MONTHLY, about, CONTENT, NOW, "系统")
    with desk.store.reading() as t:
        if may:
            assert papering.seen(t, Person("p", "某人", role, unit), paper.id) == paper
        else:
            with pytest.raises(Refused, match="没有权限看"):
                papering.seen(t, Person("p", "某人", role, unit), paper.id)


def test_a_file_that_cannot_be_written_signs_nothing(desk: Desk):
    desk.write("继续抓好落实。")
    desk.office.reports_dir.write_text("in the way")
    with pytest.raises(Refused, match=r"文稿写不进 .*reports：已经有同名的文件"):
        desk.sign()
    assert not desk.paper().signed


def test_a_refused_signature_leaves_no_file(desk: Desk):
    def refuse(t: Transaction, paper: OfficePaper) -> None:
        raise Refused("还不能签发")

    desk.write("继续抓好落实。")
    desk.office = replace(desk.office, signed=[refuse])
    with pytest.raises(Refused, match="还不能签发"):
        desk.sign()
    assert not desk.office.reports_dir.exists()
    assert not desk.paper().signed


def side_by_side(*deeds: Callable[[], object]) -> list[object]:
    """What each came to, all begun at once; a refusal stands for itself."""
    start = Barrier(len(deeds), timeout=60)

    def done(deed: Callable[[], object]) -> object:
        start.wait()
        try:
            return deed()
        except Refused as refused:
            return refused

    with ThreadPoolExecutor(len(deeds)) as pool:
        return list(pool.map(done, deeds, timeout=120))


def test_several_who_draft_the_same_at_once_have_one_draft(desk: Desk):
    about = replace(OCTOBER, unit="教育局")

    def draft() -> int:
        with desk.store.transaction() as t:
            return papering.drafted(t, PaperKind.MONTHLY, about, CONTENT, NOW, "系统").id

    assert len(set(side_by_side(draft, draft, draft))) == 1


def test_a_paper_that_is_signed_while_somebody_drops_it_stays_or_was_never_signed(desk: Desk):
    desk.write("继续抓好落实。")
    sign = partial(papering.sign, desk.store, desk.meant(seen=2), desk.office)
    signed, dropped = side_by_side(sign, lambda: papering.drop(desk.store, desk.meant(seen=2)))
    with desk.store.reading() as t:
        there = t.papers.get(desk.number)
    if isinstance(signed, Refused):
        assert there is None
    else:
        assert isinstance(dropped, Refused)
        assert there is not None
        assert there.signed


def test_one_click_that_comes_twice_at_once_signs_and_corrects_once(desk: Desk):
    desk.write("继续抓好落实。")
    sign = partial(papering.sign, desk.store, desk.meant(request="a"), desk.office)
    first, second = side_by_side(sign, sign)
    assert isinstance(first, OfficePaper)
    assert isinstance(second, OfficePaper)
    assert first.serial == second.serial
    correct = partial(papering.correct, desk.store, desk.meant(), "帖文数有误", desk.office)
    assert len(set(side_by_side(correct, correct))) == 1


def test_nothing_is_drafted_beside_a_signed_paper_about_the_same(desk: Desk):
    desk.write("继续抓好落实。")
    desk.sign()
    with pytest.raises(Refused, match="月报2026年第1期已经签发"):
        papering.draft(desk.store, PaperKind.MONTHLY, OCTOBER, CONTENT, desk.meant())


@dataclass
class Slow:
    """A further format that takes its time: it writes to the store itself, as everybody else must be able to meanwhile."""

    store: Store
    EXTENSION: str = "pdf"
    fails: bool = False

    def render(self, document: object) -> bytes:
        raise NotImplementedError

    def printed(self, document: object) -> bytes:
        with self.store.transaction() as t:
            t.meta.put("printed", "x")
        if self.fails:
            raise NotPrinted("没有装")
        return b"pdf"


def test_a_slow_format_is_printed_when_nobody_waits_for_the_signature(desk: Desk):
    desk.write("继续抓好落实。")
    desk.office = replace(desk.office, formats=(*FORMATS, Slow(desk.store)))
    signed = desk.sign()
    assert (desk.office.reports_dir / "monthly-2026-1.pdf").read_bytes() == b"pdf"
    assert signed.file == "monthly-2026-1.docx"


def test_no_file_of_words_that_were_never_signed_lies_beside_the_signed_ones(desk: Desk):
    desk.write("继续抓好落实。")
    desk.office.reports_dir.mkdir()
    (desk.office.reports_dir / "monthly-2026-1.pdf").write_bytes(b"of a signature that was taken back")
    desk.office = replace(desk.office, formats=(*FORMATS, Slow(desk.store, fails=True)))
    desk.sign()
    assert not (desk.office.reports_dir / "monthly-2026-1.pdf").exists()


def test_every_kind_has_its_row():
    assert set(paper_rules()) == set(PaperKind)
    assert len({one.series for one in paper_rules().values()}) == len(PaperKind)


def readers(t: Transaction, paper: OfficePaper) -> set[Role]:
    return {role for role in Role if papering.may_see(t, Person("p", "某人", role, "教育局"), paper)}


@pytest.mark.clause("E-2(7)7", "H-51")
def test_a_signed_notice_is_read_by_every_unit_and_each_is_told_once(desk: Desk):
    with desk.store.transaction() as t:
        for unit in ("教育局", "住建局"):
            t.people.set_contacts(unit, [Contact(unit, "page", unit)])
        whole = papering.drafted(t, PaperKind.SCHEDULING, OCTOBER, CONTENT, NOW, "系统")
        own = papering.drafted(t, PaperKind.INSPECTION, replace(OCTOBER, unit="住建局"), CONTENT, NOW, "系统")
        assert readers(t, whole) == {Role.DUTY, Role.OFFICE, Role.EVALUATOR, Role.ADMIN}
    desk.office = replace(desk.office, signed=[notices.when_signed(stored_contacts, ["区委"])])
    for paper in (whole, own):
        desk.number = paper.id
        desk.write("请抓紧办理。")
        desk.sign()
    with desk.store.reading() as t:
        assert readers(t, desk.paper(whole.id)) == set(Role)
        assert readers(t, desk.paper(own.id)) == {Role.OFFICE, Role.EVALUATOR, Role.ADMIN}
        told = [(one.recipient, one.title) for one in t.alerts.all() if one.kind == "notice_signed"]
    assert sorted(told) == [(unit, "调度通报〔2026〕第1期已印发，请查看") for unit in ("住建局", "教育局")]
