"""The office changes its letterhead, a figure of the rules, a template on the page 管理 and takes them back, in a real browser."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Browser, Page, expect

from casework.reports.own_templates import OwnTemplates
from huiying.wiring import Desk
from pipeline.own_limits import own_rules
from pipeline.own_names import own_names
from tests.casework.reports.packages import with_text
from tests.dashboard import driver, seeding
from tests.dashboard.conftest import Served, serving_desk
from tests.dashboard.seeding import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk with people alone."""
    with serving_desk(tmp_path_factory.mktemp("desk"), lambda desk: seeding.add_people(desk)) as opened:
        yield opened


def kept(desk: Desk) -> tuple[object, object]:
    with desk.store.reading() as t:
        return own_names(t), own_rules(t)


def test_the_letterhead_is_looked_at_saved_printed_and_taken_back(page: Page, desk: Desk, tmp_path: Path):
    driver.sign_in(page, "wangfang", PASSWORD, "/administration")
    driver.tab(page, "名称与抬头")
    expect(page.locator(".st-key-letterhead_now").get_by_text("舆情专报")).to_be_visible()
    page.get_by_role("button", name="修改名称与抬头").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_role("button", name="保存")).to_be_visible()
    dialog.get_by_label("报告版头").fill("县委 <img src=x> 专报")
    dialog.get_by_label("主送机关").fill("县委、县政府")
    dialog.get_by_role("button", name="预览").click()
    typed = dialog.locator(".st-key-letterhead_typed")
    expect(typed.get_by_text("县委 <img src=x> 专报")).to_be_visible()
    expect(typed.get_by_text("县委、县政府：")).to_be_visible()
    dialog.get_by_role("button", name="保存").click()
    expect(dialog.get_by_text("请填写改动的理由")).to_be_visible()
    dialog.get_by_label("理由（必填").fill("机构改革")
    dialog.get_by_role("button", name="保存").click()
    driver.told(page, "名称与抬头已改")
    expect(page.locator(".st-key-letterhead_now").get_by_text("县委、县政府：")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载样张").click()
    waiting.value.save_as(tmp_path / "sample.docx")
    lines = [one.text for one in docx.Document(io.BytesIO((tmp_path / "sample.docx").read_bytes())).paragraphs]
    assert lines[0] == "县委 <img src=x> 专报"
    assert kept(desk)[0] == {"letterhead": lines[0], "report_to": ["县委", "县政府"]}
    page.get_by_role("button", name="撤销").first.click()
    driver.told(page, "已撤销")
    page.get_by_role("button", name="撤销").and_(page.locator(":not([disabled])")).last.click()
    expect(page.locator(".st-key-letterhead_now").get_by_text("区委、区政府：")).to_be_visible()


def test_a_figure_of_the_rules_is_made_stricter_and_never_looser_than_the_document(browser: Browser, served: Served):
    page = driver.new_page(browser, served.base, driver.PHONE)
    driver.sign_in(page, "wangfang", PASSWORD, "/administration")
    driver.tab(page, "规则数值")
    page.get_by_role("combobox", name="哪一类").click()
    page.get_by_role("option", name="首报").click()
    expect(page.get_by_text("启动预案后多久之内报送首报").first).to_be_visible()
    page.get_by_role("button", name="改一个数值").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("spinbutton").fill("121")
    dialog.get_by_label("理由（必填").fill("更严")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog.get_by_text("只能更早，不能更晚").last).to_be_visible()
    dialog.get_by_role("spinbutton").fill("115")
    dialog.get_by_role("button", name="保存").click()
    driver.told(page, "数值已改")
    expect(page.get_by_text("120 分钟 → 115 分钟")).to_be_visible()
    page.get_by_role("button", name="撤销").click()
    driver.told(page, "已撤销")
    expect(page.get_by_text("115 分钟 → 120 分钟")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.context.close()


def sent(page: Page, file: Path, content: bytes) -> None:
    file.write_bytes(content)
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text(file.name)).to_be_visible()
    page.get_by_role("button", name="查验并换上").click()


def test_a_bad_template_is_refused_with_the_reason_and_a_good_one_taken_and_given_back(
    page: Page, desk: Desk, tmp_path: Path
):
    own = OwnTemplates(desk.settings.templates_dir)
    driver.sign_in(page, "wangfang", PASSWORD, "/administration")
    driver.tab(page, "报告模板")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载正在用的模板").click()
    assert waiting.value.suggested_filename == "模板-首报、续报、终报.docx"
    sent(page, tmp_path / "bad.docx", with_text("incident", "{{网民观点}}", "{{7*7}}"))
    driver.told(page, "不认得的字段“7*7”")
    assert own.there() == []
    good = with_text("incident", "{{主送}}：", "本区主送：")
    sent(page, tmp_path / "good.docx", good)
    driver.told(page, "首报、续报、终报从现在起用新的模板")
    assert own.first("incident") == ("incident", good)
    page.get_by_role("button", name="改回随附的模板").click()
    driver.told(page, "首报、续报、终报改回随附的模板")
    assert own.there() == []
