"""The patrol page in a real browser: a day by watch periods, another day, and the file to take away; silence on 值班台."""

from __future__ import annotations

import csv
from datetime import timedelta
from io import StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Locator, Page, expect

from huiying.clock import SystemClock
from records.zone import CHINA
from tests.dashboard import driver
from tests.dashboard.seeding import PASSWORD, SOURCES

pytestmark = pytest.mark.browser
PERIODS = ["00:00–08:00", "08:00–16:00", "16:00–24:00"]


def row(page: Page, source: str) -> Locator:
    """The line of a source."""
    return page.get_by_role("row").filter(has_text=source)


def go_back_a_day(page: Page) -> None:
    """Choose the day before the one that is shown."""
    page.get_by_test_id("stDateInputCalendarButton").click()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")


@pytest.mark.clause("H-41")
def test_every_source_stands_in_every_period_of_the_day(page: Page):
    driver.sign_in(page, "lijun", PASSWORD, "/patrol")
    for period in PERIODS:
        expect(page.get_by_role("columnheader", name=period)).to_be_visible()
    for source in SOURCES:
        expect(row(page, str(source["name"]))).to_be_visible()
    expect(page.get_by_text("进行中")).to_be_visible()
    expect(row(page, "云川论坛").get_by_text("已巡查，有新帖").first).to_be_visible()
    expect(page.get_by_text("不表示没有舆情")).to_be_visible()


@pytest.mark.clause("H-41")
def test_a_day_on_which_nobody_patrolled_reads_otherwise_than_a_day_without_posts(page: Page):
    driver.sign_in(page, "lijun", PASSWORD, "/patrol")
    expect(row(page, "云川论坛")).to_be_visible()
    go_back_a_day(page)
    yesterday = (SystemClock().now() - timedelta(days=1)).astimezone(CHINA)
    expect(page.get_by_test_id("stDateInputField").get_by_role("spinbutton").last).to_have_text(f"{yesterday.day:02}")
    cells = row(page, "云川论坛").get_by_role("cell")
    expect(cells.filter(has_text="已巡查，有新帖")).to_have_count(1)
    expect(cells.filter(has_text="未巡查").filter(has_not_text="已巡查")).to_have_count(2)
    expect(cells.filter(has_text="中断")).to_have_count(1)


@pytest.mark.clause("H-41")
def test_the_day_is_taken_away_as_a_file(page: Page, tmp_path: Path):
    driver.sign_in(page, "zhaomin", PASSWORD, "/patrol")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="导出 .xlsx").click()
    waiting.value.save_as(tmp_path / "patrol.xlsx")
    sheet = load_workbook(tmp_path / "patrol.xlsx").active
    assert sheet is not None
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[0][:5] == ("日期", "班次", "采集源", "编号", "结果")
    assert len(rows) == 1 + len(SOURCES) * len(PERIODS)
    with page.expect_download() as waiting:
        page.get_by_role("button", name="导出 .csv").click()
    waiting.value.save_as(tmp_path / "patrol.csv")
    lines = list(csv.reader(StringIO((tmp_path / "patrol.csv").read_text("utf-8-sig"))))
    assert lines[0] == list(rows[0])
    assert {line[3] for line in lines[1:]} == {source["id"] for source in SOURCES}


@pytest.mark.clause("H-41")
def test_sources_that_cannot_be_read_stand_on_the_first_screen_of_the_watch_page(page: Page):
    driver.sign_in(page, "lijun", PASSWORD)
    banner = page.locator(".st-key-unread_sources")
    expect(banner).to_contain_text("1 个采集源没有采集到内容")
    expect(banner).to_contain_text("惠川新闻网")
    expect(banner).to_contain_text("没有采集到不等于没有舆情")
    banner.get_by_role("link", name="查看巡查记录").click()
    expect(page.get_by_role("heading", name="网上巡查", level=2)).to_be_visible()
