"""Who sees which papers, which of their versions and files, and what each may do with them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pipeline import paper_view, papering
from pipeline.refusals import Refused
from records.papers import About, OfficePaper, PaperKind
from records.people import Person
from records.words import Role
from tests.pipeline.test_papering import CONTENT, NOW, OCTOBER, Desk, desk
from tests.storage.plans import asked

__all__ = ["desk"]
SCHOOLS, HOUSING = About(OCTOBER.incident, OCTOBER.first, OCTOBER.last, "教育局"), replace(OCTOBER, unit="住建局")
UNIT, OFFICE = Person("u", "陈杰", Role.UNIT, "教育局"), Person("o", "赵主任", Role.OFFICE)
WATCH, EVALUATOR = Person("w", "李军", Role.DUTY), Person("e", "赵敏", Role.EVALUATOR)


def drafted(desk: Desk, kind: PaperKind, about: About) -> int:
    with desk.store.transaction() as t:
        return papering.drafted(t, kind, about, CONTENT, NOW, "系统").id


def signed(desk: Desk, kind: PaperKind, about: About) -> OfficePaper:
    desk.number = drafted(desk, kind, about)
    desk.write("请抓紧办理。")
    return desk.sign()


def listed(desk: Desk, person: Person, *, drafts_only: bool = False) -> list[int]:
    with desk.store.reading() as t:
        return paper_view.listed(t, person, list(PaperKind), drafts_only=drafts_only)


@pytest.mark.clause("H-53")
def test_each_finds_what_concerns_them_and_drafts_of_inspections_stay_with_the_office(desk: Desk):
    monthly = desk.number
    own, other = (signed(desk, PaperKind.INSPECTION, one).id for one in (SCHOOLS, HOUSING))
    notice = signed(desk, PaperKind.SCHEDULING, OCTOBER).id
    draft = drafted(desk, PaperKind.ASSESSMENT, SCHOOLS)
    assert listed(desk, OFFICE) == [draft, notice, other, own, monthly]
    assert listed(desk, OFFICE, drafts_only=True) == [draft, monthly]
    assert listed(desk, UNIT) == [notice, own]
    assert listed(desk, WATCH) == [notice, monthly]


def test_the_list_asks_the_store_once_however_many_there_are(desk: Desk):
    with asked(desk.store) as statements:
        listed(desk, UNIT)
    few = len(statements)
    for month in range(1, 8):
        drafted(desk, PaperKind.MONTHLY, replace(SCHOOLS, first=OCTOBER.first and OCTOBER.first.replace(month=month)))
    with asked(desk.store) as statements:
        assert len(listed(desk, UNIT)) == 7
    assert len(statements) == few


def test_the_page_of_a_paper_reads_the_words_of_the_one_version_that_is_shown(desk: Desk):
    paper = signed(desk, PaperKind.MONTHLY, OCTOBER)
    with desk.store.reading() as t, asked(desk.store) as statements:
        heads = paper_view.page(t, OFFICE, paper.id).versions
        assert [sum("paper_version.content" in one for one in statements), len(heads)] == [1, 2]
        assert paper_view.version(t, OFFICE, paper.id, 2) == paper.content
        assert paper_view.version(t, OFFICE, paper.id, 1) != paper.content
        with pytest.raises(Refused, match="没有这一稿"):
            paper_view.version(t, OFFICE, paper.id, 3)


def test_who_is_merely_told_of_a_signed_paper_reads_none_of_its_drafts(desk: Desk):
    notice = signed(desk, PaperKind.SCHEDULING, OCTOBER)
    own = signed(desk, PaperKind.INSPECTION, SCHOOLS)
    with desk.store.reading() as t:
        for paper in (notice, own):
            assert paper_view.page(t, UNIT, paper.id).versions == ()
            assert [one.revision for one in paper_view.page(t, OFFICE, paper.id).versions] == [1, 2]
        assert len(paper_view.page(t, EVALUATOR, own.id).versions) == 2
        with pytest.raises(Refused, match="没有权限看历次修改"):
            paper_view.version(t, UNIT, notice.id, 1)
        with pytest.raises(Refused, match="没有权限看"):
            paper_view.page(t, replace(UNIT, unit="住建局"), own.id)


@pytest.mark.parametrize(
    ("person", "before", "after"),
    [
        (OFFICE, (True, True, False), (False, False, True)),
        (WATCH, (True, False, False), (False, False, True)),
        (EVALUATOR, (False, False, False), (False, False, False)),
    ],
)
def test_a_page_offers_what_the_person_may_do_now(
    desk: Desk, person: Person, before: tuple[bool, ...], after: tuple[bool, ...]
):
    def offered() -> tuple[bool, bool, bool]:
        with desk.store.reading() as t:
            page = paper_view.page(t, person, desk.number)
        return page.may_write, page.may_sign, page.may_correct

    assert offered() == before
    desk.write("继续抓好落实。")
    desk.sign()
    assert offered() == after
    papering.correct(desk.store, desk.meant(), "帖文数有误", desk.office)
    number, desk.number = desk.number, next(one for one in listed(desk, OFFICE) if one != desk.number)
    desk.sign()
    desk.number = number
    assert offered() == (False, False, False)


@pytest.mark.clause("H-43", "H-53")
@pytest.mark.parametrize("ending", ["docx", "pdf"])
def test_a_file_is_handed_out_to_who_may_read_its_paper_and_to_nobody_else(desk: Desk, ending: str):
    special = signed(desk, PaperKind.SPECIAL, OCTOBER)
    own, other = (signed(desk, PaperKind.INSPECTION, one) for one in (SCHOOLS, HOUSING))
    notice = signed(desk, PaperKind.SCHEDULING, OCTOBER)

    def may(person: Person, paper: OfficePaper) -> bool:
        assert paper.file is not None
        with desk.store.reading() as t:
            return paper_view.may_download(t, person, paper.file.replace("docx", ending))

    assert [may(UNIT, one) for one in (special, own, other, notice)] == [False, True, False, True]
    assert [may(OFFICE, one) for one in (special, own, other, notice)] == [True] * 4
    with desk.store.reading() as t:
        assert not paper_view.may_download(t, OFFICE, f"../secret.{ending}")
