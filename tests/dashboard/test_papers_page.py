"""A paper in a browser: the watch writes what is missing, the office signs and supersedes, an evaluator reads."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import docx
import pytest
from playwright.sync_api import Page, expect

from huiying.wiring import Desk
from pipeline import papering
from records.papers import (
    About,
    PaperKind,
    Statement,
)
from tests.casework.papers.october import DAYS, october
from tests.dashboard import driver
from tests.dashboard.seeding import PASSWORD

pytestmark = pytest.mark.browser
CONTENT = october(Statement("10月共收到帖文<b>120</b>条，其中负面31条。", (DAYS,)))


def drafted(desk: Desk, month: int) -> int:
    about = About(first=date(2026, month, 1), last=date(2026, month, 28))
    with desk.store.transaction() as t:
        return papering.drafted(t, PaperKind.MONTHLY, about, CONTENT, desk.clock.now(), "系统").id


def test_a_paper_is_written_signed_handed_out_and_superseded(page: Page, desk: Desk):
    drafted(desk, 10)
    driver.sign_in(page, "wangfang", PASSWORD)
    driver.visit(page, "报告文稿")
    page.get_by_role("link", name="10月舆情工作情况").first.click()
    expect(page.get_by_role("heading", name="10月舆情工作情况")).to_be_visible()
    expect(page.get_by_text("10月共收到帖文<b>120</b>条")).to_be_visible()
    expect(page.get_by_role("cell", name="态度")).to_be_visible()
    expect(page.get_by_role("button", name="签发…")).to_be_disabled()
    driver.unfold(page, "改“下步打算”")
    page.get_by_label("下步打算").fill("继续抓好落实。")
    page.get_by_role("button", name="保存").last.click()
    driver.told(page, "“下步打算”已保存")
    driver.tab(page, "数据依据")
    expect(page.get_by_role("cell", name="逐日统计：2026年10月逐日统计").first).to_be_visible()
    page.get_by_role("button", name="签发…").click()
    page.get_by_role("button", name="核对无误，签发").click()
    driver.told(page, "已签发")
    link = page.get_by_role("link", name="下载 .docx")
    found = page.request.get(str(link.get_attribute("href")))
    assert found.ok
    lines = [one.text for one in docx.Document(BytesIO(found.body())).paragraphs]
    assert "继续抓好落实。" in lines
    page.get_by_role("button", name="更正…").click()
    page.get_by_label("更正的理由").fill("帖文数有误")
    page.get_by_role("button", name="起草更正").click()
    expect(page.get_by_text("签发时编号")).to_be_visible()
    expect(page.get_by_role("link", name="替代 月报2026年第")).to_be_visible()


def test_an_evaluator_reads_and_finds_nothing_to_press(page: Page, desk: Desk):
    paper = drafted(desk, 9)
    driver.sign_in(page, "zhaomin", PASSWORD)
    page.goto(f"/paper?id={paper}")
    expect(page.get_by_text("〔待补充：下步打算〕")).to_be_visible()
    assert driver.to_press(page) == {"数字的意思", "赵敏 · 评估人员"}
