"""Suggestions in a browser: registered by hand, from a file or a post, answered, fed back and finished; a unit sees its own."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import BytesIO, StringIO
from pathlib import Path

import docx
import pytest
from openpyxl import load_workbook
from playwright.sync_api import Browser, Page, expect

from huiying.wiring import Desk
from records.suggestions import Suggestion
from storage.suggestions import Wanted
from tests.dashboard import driver, seeding
from tests.dashboard.conftest import Served
from tests.dashboard.seeding import PASSWORD

pytestmark = pytest.mark.browser
WORDS = "建议把停暖小区的补偿名单贴在小区门口"


@pytest.fixture
def unit_page(browser: Browser, served: Served) -> Iterator[Page]:
    opened = driver.new_page(browser, served.base)
    driver.sign_in(opened, "chenjie", PASSWORD)
    yield opened
    opened.context.close()


def newest(desk: Desk, words: str) -> Suggestion:
    with desk.store.reading() as t:
        return next(one for one in t.suggestions.listed(Wanted(), 100) if words in one.text)


def register(page: Page, text: str) -> None:
    driver.visit(page, "意见建议")
    driver.tab(page, "登记")
    page.get_by_label("意见建议（必填").fill(text)
    page.get_by_role("button", name="登记意见建议").click()
    expect(page.get_by_role("heading", name="意见建议 20")).to_be_visible()


def step(page: Page, name: str, **fields: str) -> None:
    page.get_by_role("button", name=f"{name}…", exact=True).click()
    dialog = page.get_by_role("dialog")
    for label, value in fields.items():
        dialog.get_by_label(label).fill(value)
    dialog.get_by_role("button", name=name, exact=True).click()
    driver.told(page, f"“{name}”已记入台账")


@pytest.mark.clause("H-46", "H-47", "H-48", "E-2(6)5")
def test_a_suggestion_is_registered_transferred_adopted_carried_out_fed_back_and_finished(
    page: Page, unit_page: Page, desk: Desk, tmp_path: Path
):
    driver.sign_in(page, "wangfang", PASSWORD)
    register(page, f"{WORDS}，可致电13912345678")
    found = newest(desk, WORDS)
    assert "13912345678" not in found.text
    expect(page.locator(".st-key-suggestion_words")).to_contain_text(WORDS)

    page.get_by_role("button", name="转办…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("转给哪个单位").click()
    unit = seeding.unit_of_the_outage()
    page.get_by_role("option", name=unit).click()
    dialog.get_by_role("button", name="转办", exact=True).click()
    driver.told(page, "“转办”已记入台账")
    expect(page.get_by_text("承办单位")).to_be_visible()

    driver.visit(unit_page, "意见建议")
    unit_page.locator(f".st-key-suggestion_{found.id}").get_by_role("link").click()
    expect(unit_page.get_by_role("button", name="采纳…")).to_be_visible()
    expect(unit_page.get_by_role("button", name="催办…")).to_have_count(0)
    step(unit_page, "采纳", 采纳后做什么="下月起张贴")
    step(unit_page, "落实", 落实情况和证明="名单已张贴，照片 3 张")
    step(unit_page, "反馈", 反馈的内容和证明="在小区群公布办理结果")
    expect(unit_page.get_by_role("button", name="办结…")).to_have_count(0)

    driver.visit(page, "意见建议")
    page.locator(f".st-key-suggestion_{found.id}").get_by_role("link").click()
    step(page, "办结")
    expect(page.locator(".st-key-suggestion_entries")).to_contain_text("名单已张贴，照片 3 张")
    expect(page.get_by_role("heading", name="已办结")).to_be_visible()

    driver.visit(page, "意见建议")
    page.get_by_label("状态").click()
    page.get_by_role("option", name="已办结").click()
    expect(page.locator(f".st-key-suggestion_{found.id}")).to_contain_text("已办结")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="导出 .csv").click()
    waiting.value.save_as(tmp_path / "ledger.csv")
    rows = list(csv.DictReader(StringIO((tmp_path / "ledger.csv").read_text("utf-8-sig"))))
    line = next(row for row in rows if row["编号"] == found.id)
    assert (line["状态"], line["采纳与否"], line["落实情况"]) == ("已办结", "采纳", "名单已张贴，照片 3 张")


@pytest.mark.clause("H-48")
def test_a_ledger_file_makes_no_formula_of_what_others_wrote(page: Page, tmp_path: Path):
    driver.sign_in(page, "wangfang", PASSWORD)
    register(page, "=1+1 建议公开经费")
    driver.visit(page, "意见建议")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="导出 .xlsx").click()
    waiting.value.save_as(tmp_path / "ledger.xlsx")
    sheet = load_workbook(BytesIO((tmp_path / "ledger.xlsx").read_bytes())).worksheets[0]
    words = [str(row[3]) for row in sheet.iter_rows(values_only=True)]
    assert any(one.startswith("'=1+1") for one in words)


@pytest.mark.clause("H-46")
def test_a_post_becomes_a_suggestion_by_one_press_and_stands_on_the_page_of_its_record(page: Page, desk: Desk):
    driver.sign_in(page, "wangfang", PASSWORD)
    with desk.store.reading() as t:
        record = next(one.disclosure for one in t.incidents.ongoing() if one.disclosure is not None)
    page.goto(f"/record?id={record}")
    driver.settle(page)
    page.get_by_role("button", name="记为意见建议").first.click()
    driver.told(page, "已记为意见建议")
    expect(page.get_by_text("已记为意见建议 20").first).to_be_visible()
    expect(page.locator(".st-key-record_suggestions")).to_contain_text("意见建议 1 件")


@pytest.mark.clause("H-46")
def test_a_file_is_taken_in_with_its_bad_rows_named(page: Page, desk: Desk, tmp_path: Path):
    file = tmp_path / "意见.csv"
    rows = [
        "意见建议,来源,收到时间,姓名,电话",
        "希望公开检修安排,意见箱,2026-05-06,王建国,13912345678",
        "没有时间,电话,,,",
    ]
    file.write_text("\n".join(rows), "utf-8-sig")
    driver.sign_in(page, "lijun", PASSWORD)
    driver.visit(page, "意见建议")
    driver.tab(page, "导入")
    page.get_by_test_id("stFileUploaderDropzoneInput").set_input_files(file)
    page.get_by_role("button", name="导入意见建议").click()
    driver.told(page, "已导入")
    expect(page.locator(".st-key-suggestions_imported")).to_contain_text("新登记 1 件，已登记过 0 件，未导入 1 行")
    expect(page.locator(".st-key-suggestions_imported")).to_contain_text("“收到时间”不是可读的时间")
    assert newest(desk, "希望公开检修安排").way == "mailbox"


@pytest.mark.clause("H-47")
def test_important_ones_are_written_up_for_the_leading_group(page: Page, tmp_path: Path):
    driver.sign_in(page, "wangfang", PASSWORD)
    register(page, "建议统一公布全区供热监督电话")
    step(page, "列为重要", 列为重要的理由="涉及全区")
    driver.visit(page, "意见建议")
    driver.tab(page, "书面报告")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="生成书面报告").click()
    waiting.value.save_as(tmp_path / "report.docx")
    lines = [one.text for one in docx.Document(str(tmp_path / "report.docx")).paragraphs]
    assert "区党务公开工作领导小组：" in lines
    assert any("建议统一公布全区供热监督电话" in line for line in lines)


def test_a_unit_sees_nothing_of_others_and_cannot_write_up(unit_page: Page, desk: Desk):
    driver.visit(unit_page, "意见建议")
    expect(unit_page.get_by_role("tab", name="书面报告")).to_have_count(0)
    with desk.store.reading() as t:
        others = [one.id for one in t.suggestions.listed(Wanted(), 100) if one.unit is None]
    for number in others[:1]:
        unit_page.goto(f"/suggestion?id={number}")
        expect(unit_page.get_by_text("没有这条意见建议")).to_be_visible()
