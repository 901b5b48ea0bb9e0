"""The page of the catalogue shows the office's newest version first, each older one as it stood, and the shipped ones."""

from __future__ import annotations

import io

import docx
import pytest
from openpyxl import load_workbook

from pipeline.acts import Actor
from pipeline.catalogue_view import CataloguePage, Wanted, catalogue_page, found, items_of_record, units
from pipeline.own_catalogue import Meant, change, note_filing, start, withdraw
from records.catalogues import Filing, FilingNoted
from records.disclosures import Disclosure
from records.people import Person
from records.words import Role, Scope, TimeKind
from regulation.catalogue_file import shipped
from storage.store import Store
from tests.storage.making import HOUR, NOON, disclosure

OFFICER = Person("wangfang", "王芳", Role.OFFICE)
OFFICE = Actor("王芳", Role.OFFICE)
H, E = shipped("H"), shipped("E")
CADRES = "全面从严治党/干部队伍、人才队伍建设/干部管理任用"


def kept(store: Store) -> None:
    """Two versions, the first of them filed."""
    start(store, "H", "本区目录", Meant(OFFICE, NOON, "首次编制", None))
    note_filing(store, Filing(1, FilingNoted.FILED, "市委办公室", NOON, "12号", NOON + HOUR, ""), OFFICE)
    withdraw(store, "H22", Meant(OFFICE, NOON + HOUR, "职责划出", 1))


def shown(store: Store, chosen: int | str | None = None, person: Person = OFFICER) -> CataloguePage:
    """The page of somebody who may see it."""
    with store.reading() as t:
        page = catalogue_page(t, person, chosen)
    assert page is not None
    return page


def test_without_an_own_catalogue_the_shipped_one_is_shown_and_may_be_started_from(store: Store):
    page = shown(store)
    assert (page.catalogue, page.version, page.newest) == (H, None, None)
    assert (page.open, page.may_keep) == (False, True)


def test_the_newest_version_is_shown_and_an_older_one_as_it_stood(store: Store):
    kept(store)
    newest, first = shown(store), shown(store, 1)
    assert (newest.version and newest.version.number, len(newest.catalogue.items), newest.open) == (2, 62, True)
    assert (first.catalogue.items, first.catalogue.form.title, first.open) == (H.items, "本区目录", False)
    assert [one.noted for one in first.filings_of(1)] == [FilingNoted.FILED]
    assert newest.filings_of(2) == []
    assert shown(store, "E").catalogue == E


def test_a_version_that_there_is_not_is_not_shown(store: Store):
    with store.reading() as t:
        assert catalogue_page(t, OFFICER, 7) is None


@pytest.mark.parametrize("role", [Role.DUTY, Role.UNIT, Role.EVALUATOR])
def test_others_read_and_change_nothing(store: Store, role: Role):
    kept(store)
    page = shown(store, person=Person("x", "某人", role, "区住建局"))
    assert (len(page.catalogue.items), page.open, page.may_keep, page.may_file) == (62, False, False, False)


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Wanted("干部 培训"), ["H40", "H41", "H54"]),
        (Wanted("h5 平安"), ["H58"]),
        (Wanted(unit="巡察办"), ["H51"]),
        (Wanted(unit="区委办", time_kind=TimeKind.STAGED), ["H10"]),
        (Wanted("重大民生", scope=Scope.PUBLIC), ["H10"]),
        (Wanted(scope=Scope.PUBLIC, unit="机关工委"), []),
        (Wanted("没有的词"), []),
    ],
)
def test_items_are_found_by_words_unit_scope_and_time(wanted: Wanted, ids: list[str]):
    assert [item.id for item in found(H, wanted)] == ids


def test_the_units_stand_once_each_in_order():
    assert units(H)[:4] == ["区委办", "区编办", "组织部", "区纪委"]
    assert len(set(units(H))) == len(units(H))


def test_both_files_hold_the_version_that_is_shown(store: Store):
    kept(store)
    page = shown(store)
    sheet = load_workbook(io.BytesIO(page.file("xlsx", "区委办"))).worksheets[0]
    tables = docx.Document(io.BytesIO(page.file("docx", "区委办"))).tables
    items = sum(len(table.rows) - 1 for table in tables)
    assert (sheet["A1"].value, sheet.max_row, items) == ("本区目录", 64, 62)
    assert page.file("docx", "区委办") == page.file("docx", "区委办") != shown(store, 1).file("docx", "区委办")
    assert shown(store, "E").file("xlsx", "区委办") == shown(store, "E").file("xlsx", "区委办")


def named(item: str | None, scope: Scope = Scope.PUBLIC, url: str | None = None) -> Disclosure:
    """A record that names an item."""
    return disclosure(catalogue_item=item, scope=scope, url=url)


@pytest.mark.clause("E-2(3)1", "E-2(4)")
def test_a_record_gets_its_items_and_what_does_not_fit_them(store: Store):
    with store.reading() as t:
        assert items_of_record(t, named(None)) is None
        unknown = items_of_record(t, named("旧目录第三条"))
        several = items_of_record(t, named(CADRES, url="https://gov.example/1"))
        fitting = items_of_record(t, named(CADRES, Scope.PARTY))
    assert unknown is not None
    assert (unknown.items, unknown.remarks) == ((), ())
    assert several is not None
    assert [item.id for item in several.items] == ["H37", "H38", "H39"]
    assert several.remarks == (
        "目录规定“公开方式”为“党内公开”，这里是“面向社会”",
        "目录规定“公开平台”为“会议、文件”，没有“互联网”",
    )
    assert fitting is not None
    assert fitting.remarks == ()


def test_a_record_that_fits_one_of_its_items_gets_no_remark(store: Store):
    with store.reading() as t:
        both = items_of_record(t, named("自身建设/严肃党内政治生活"))
    assert both is not None
    assert ([item.id for item in both.items], both.remarks) == (["H21", "H22"], ())


def test_a_record_is_read_beside_the_catalogue_in_force(store: Store):
    kept(store)
    cells = {key: H.items[9].cell(key) for key in H.form.cells} | {"way": "党内公开"}
    change(store, "H10", cells, Meant(OFFICE, NOON + HOUR, "收窄", 2))
    with store.reading() as t:
        withdrawn, narrowed = items_of_record(t, named("H22")), items_of_record(t, named("H10"))
    assert withdrawn is not None
    assert withdrawn.items == ()
    assert narrowed is not None
    assert narrowed.remarks == ("目录规定“公开方式”为“党内公开”，这里是“面向社会”",)
