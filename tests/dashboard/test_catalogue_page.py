"""The catalogue in a browser: the office starts its own, changes it, files it and exports it; others only read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from huiying.wiring import Desk
from records.words import Scope
from tests.dashboard import driver, seeding
from tests.dashboard.conftest import Served, serving_desk
from tests.dashboard.seeding import PASSWORD

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk of its own: what is done here stays."""
    with serving_desk(tmp_path_factory.mktemp("desk"), lambda desk: seeding.fill(desk, 30)) as opened:
        yield opened


def rows(page: Page) -> Locator:
    """The items that are shown."""
    return page.locator(".st-key-catalogue_items tbody tr")


def do(page: Page, button: str, reason: str, said: str) -> None:
    """Give the reason that is asked for and press a button of the tab that is open."""
    page.get_by_label("理由（必填").locator("visible=true").fill(reason)
    page.get_by_role("button", name=button, exact=True).click()
    driver.told(page, said)


@pytest.mark.clause("E-2(2)", "E-2(7)6")
def test_the_office_starts_changes_files_and_exports_its_catalogue(page: Page, desk: Desk, tmp_path: Path):
    driver.sign_in(page, "wangfang", PASSWORD, "/catalogue")
    expect(rows(page)).to_have_count(63)
    page.get_by_label("本单位目录的名称").fill(f"惠川区目录{HOSTILE}")
    do(page, "开始", "首次编制", "本单位目录已建立")
    expect(page.get_by_text("未备案")).to_be_visible()

    page.get_by_label("哪一项").fill("H10 ")
    page.get_by_role("option", name="H10 全区重大民生措施").click()
    form = page.locator("[data-testid=stForm]").filter(has=page.get_by_role("button", name="保存修改"))
    expect(form.get_by_label("公开时限")).to_have_value("分阶段公开")
    form.get_by_label("责任单位").fill("区委办 区发改局")
    do(page, "保存修改", "机构改革", "H10 已修改，记为新版本")
    page.get_by_label("查找").fill("h10 民生")
    page.get_by_label("查找").press("Enter")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("区委办 区发改局")

    driver.tab(page, "备案")
    page.get_by_label("备案机关").fill("市委办公室")
    page.get_by_label("凭据").fill("机要交换12号")
    page.get_by_role("button", name="登记", exact=True).click()
    driver.told(page, "备案情况已登记")
    expect(page.get_by_text("已报送备案").first).to_be_visible()

    driver.tab(page, "版本记录")
    history = page.locator(".st-key-catalogue_history tbody tr")
    expect(history).to_have_count(2)
    expect(history.first).to_contain_text("修改 H10")
    expect(history.first).to_contain_text("机构改革")

    for ending in ("xlsx", "docx"):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=f"导出 .{ending}").click()
        waiting.value.save_as(tmp_path / f"catalogue.{ending}")
    sheet = load_workbook(tmp_path / "catalogue.xlsx").worksheets[0]
    assert (sheet["H12"].value, sheet.max_row) == ("区委办 区发改局", 65)
    tables = docx.Document(str(tmp_path / "catalogue.docx")).tables
    items = [[cell.text.split() for cell in row.cells] for table in tables for row in table.rows[1:]]
    assert len(items) == 63
    assert items[9][7] == ["区委办", "区发改局"]

    page.get_by_label("目录和版本").click()
    page.get_by_role("option", name="第 1 版").click()
    expect(rows(page)).not_to_contain_text("区发改局")
    expect(page.get_by_text("这里看的不是现行版本")).to_be_visible()
    with desk.store.reading() as t:
        assert [one.item for one in t.catalogues.versions()] == ["H10", None]


def test_a_file_is_taken_in_and_its_bad_rows_are_named(page: Page, tmp_path: Path):
    driver.sign_in(page, "wangfang", PASSWORD, "/catalogue")
    head = "一级目录,二级目录,三级目录,公开内容,公开方式,公开平台,公开时限,责任单位\n"
    good = "自身建设,机构设置,区委全会,区委全会公报。,社会公开,互联网,随时公开,区委办\n"
    (tmp_path / "新目录.csv").write_text(
        head + good + good.replace("随时公开", "常年").replace("公报", "纪要"), "utf-8"
    )
    driver.tab(page, "导入")
    page.locator("input[type=file]").set_input_files(tmp_path / "新目录.csv")
    expect(page.get_by_text("新目录.csv")).to_be_visible()
    do(page, "导入目录", "年度修订", "目录已导入")
    expect(page.get_by_text("上次导入：增加 1 项，修改 0 项，未变 0 项，撤销 0 项")).to_be_visible()
    expect(page.locator(".st-key-catalogue_left_out_rows")).to_contain_text("“公开时限”是“常年”")
    expect(rows(page)).to_have_count(64)


def test_who_does_not_keep_the_catalogue_reads_it_only(page: Page):
    driver.sign_in(page, "lijun", PASSWORD, "/catalogue")
    expect(rows(page)).not_to_have_count(0)
    expect(page.get_by_role("tab", name="版本记录")).to_be_visible()
    expect(page.get_by_role("tab", name="增加")).to_have_count(0)
    expect(page.get_by_role("button", name="登记", exact=True)).to_have_count(0)


def test_a_record_shows_its_item_and_where_it_does_not_fit(page: Page, desk: Desk):
    with desk.store.transaction() as t:
        record = t.disclosures.current()[0]
        for name, item in (("fits-not", "H22"), ("unknown", "旧目录第三条")):
            made = replace(record, id=name, catalogue_item=item, scope=Scope.PUBLIC, url=None)
            t.disclosures.add(made, desk.clock.now(), "王芳")
    driver.sign_in(page, "wangfang", PASSWORD, "/record?id=fits-not")
    shown = page.locator(".st-key-catalogue_items")
    expect(shown).to_contain_text("H22 领导班子述职述责、领导干部述职述德述廉情况。")
    expect(shown).to_contain_text("目录规定“公开方式”为“党内公开”，这里是“面向社会”")
    page.goto("/record?id=unknown")
    expect(shown).to_contain_text("目录里没有这一项")
