"""The duty page in a real browser: a roster is taken in, a shift swapped, duty handed over and signed for."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from huiying.wiring import Desk
from pipeline.notify import stored_contacts
from pipeline.opening import open_without_record
from records.alerts import OFFICE
from records.people import Contact
from records.zone import CHINA
from tests.dashboard import driver, seeding
from tests.dashboard.conftest import Served, serving_desk
from tests.dashboard.seeding import PASSWORD, unit_of_the_outage

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=alert(1)>[点我](javascript:alert(2))"
MOST_FORMS = """() => {
  const forms = () => document.querySelectorAll("textarea[aria-label^=交接内容]").length
  window.mostForms = forms()
  new MutationObserver(() => { window.mostForms = Math.max(window.mostForms, forms()) })
    .observe(document.body, {childList: true, subtree: true})
}"""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk with people, two contacts of the office by name, and one open incident."""

    def fill(desk: Desk) -> None:
        seeding.add_people(desk)
        with desk.store.transaction() as t:
            t.people.set_contacts(
                OFFICE, [Contact(OFFICE, "sms", f"1380013800{n}", name) for n, name in enumerate(("李军", "王芳"))]
            )
            t.people.set_contacts(unit_of_the_outage(), [Contact(unit_of_the_outage(), "sms", "13800138009", "陈杰")])
            open_without_record(t, "桥面裂缝", "区住建局", desk.clock.now(), "王芳", "电话反映", stored_contacts)

    with serving_desk(tmp_path_factory.mktemp("desk"), fill) as opened:
        yield opened


def hours(desk: Desk, ahead: int) -> str:
    hour: datetime = desk.clock.now().astimezone(CHINA).replace(minute=0)
    return f"{hour + timedelta(hours=ahead):%Y-%m-%d %H:%M}"


def import_file(page: Page, file: Path, *lines: str) -> None:
    file.write_text("\n".join(["单位,值班员,开始时间,结束时间", *lines]), "utf-8")
    page.get_by_role("tab", name="导入").click()
    page.get_by_test_id("stFileUploader").locator("input[type=file]").set_input_files(file)
    expect(page.get_by_text(file.name)).to_be_visible()
    page.get_by_role("button", name="导入值班表").click()
    driver.told(page, "值班表已导入")


@pytest.mark.clause("H-41")
def test_a_roster_is_taken_in_swapped_and_handed_over(
    page: Page, desk: Desk, tmp_path: Path, browser: Browser, served: Served
):
    driver.sign_in(page, "wangfang", PASSWORD, "/duty")
    expect(page.get_by_text("还没有值班表")).to_be_visible()
    lines = (
        f"区委办公室,李军,{hours(desk, -2)},{hours(desk, 12)}",
        f"区委办公室,王芳,{hours(desk, 16)},{hours(desk, 60)}",
    )
    import_file(
        page,
        tmp_path / "值班表.csv",
        *lines,
        f"区委办公室,{HOSTILE.replace(',', '')},{hours(desk, 12)},{hours(desk, 16)}",
    )
    expect(page.get_by_text("现在值班：李军")).to_be_visible()
    expect(page.get_by_text("上次导入有 1 行没有导入")).to_be_visible()
    expect(page.locator(".st-key-duty_left_out_rows").get_by_text("不在区委办公室的联系人里")).to_be_visible()
    expect(page.locator(".st-key-duty_week").get_by_text("李军").first).to_be_visible()

    page.get_by_role("tab", name="换班、撤班").click()
    page.get_by_label("理由（必填，记入操作日志）").first.fill("外出开会")
    page.get_by_role("button", name="换班", exact=True).click()
    driver.told(page, "已换班")
    expect(page.get_by_text("现在值班：王芳")).to_be_visible()
    expect(page.locator(".st-key-duty_week").get_by_text("替李军").first).to_be_visible()

    page.get_by_role("tab", name="交接班").click()
    page.get_by_label("交接内容").fill(f"供热的事盯紧\n{HOSTILE}")
    page.get_by_role("combobox", name="接班人").click()
    page.get_by_role("option", name="李军（值班员）").click()
    page.get_by_role("button", name="写好，交给接班人签收").click()
    driver.told(page, "交接记录已写好")
    expect(page.get_by_text("等李军签收")).to_be_visible()
    expect(page.get_by_role("button", name="签收，接班")).to_have_count(0)

    other = driver.new_page(browser, served.base)
    driver.sign_in(other, "lijun", PASSWORD, "/duty")
    expect(other.get_by_text("[点我](javascript:alert(2))")).to_be_visible()
    expect(other.get_by_role("link", name="桥面裂缝")).to_be_visible()
    expect(other.get_by_text("尚未签收")).to_be_visible()
    other.get_by_role("button", name="签收，接班").click()
    driver.told(other, "已签收接班")
    expect(other.get_by_text("已签收", exact=False).first).to_be_visible()
    other.context.close()
    with desk.store.reading() as t:
        acts = [entry.act for entry in t.audit.about(OFFICE)]
    assert acts == ["swap_duty", "hand_over_duty", "take_over_duty"]


@pytest.mark.clause("H-41")
def test_what_comes_up_is_noted_struck_where_it_was_wrong_and_stands_in_the_handover_note(page: Page, desk: Desk):
    driver.sign_in(page, "lijun", PASSWORD, "/duty")
    driver.tab(page, "值班日志")
    expect(page.get_by_text("本班还没有记事")).to_be_visible()
    field = page.get_by_label("记一条")
    field.fill(f"供热公司来电13912345678，16时恢复{HOSTILE}")
    page.get_by_role("combobox", name="有关的事件").click()
    page.get_by_role("option", name="桥面裂缝").click()
    field.press("Control+Enter")
    driver.told(page, "已记入值班日志")
    driver.emptied(page, "记一条")
    entries = page.locator("[class*=st-key-duty_entry_]")
    expect(entries).to_have_count(1)
    expect(entries).to_contain_text("16时恢复[点我](javascript:alert(2))")
    expect(entries).not_to_contain_text("13912345678")
    with desk.store.reading() as t:
        (incident,) = t.incidents.ongoing()
    expect(entries.get_by_role("link", name=incident.id)).to_be_visible()

    entries.get_by_role("button", name="更正").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("改记为").fill("供热公司来电，17时恢复")
    dialog.get_by_role("button", name="更正", exact=True).click()
    expect(dialog.get_by_test_id("stAlert")).to_contain_text("为什么更正")
    dialog.get_by_label("更正的理由").fill("听错时间")
    dialog.get_by_role("button", name="更正", exact=True).click()
    driver.told(page, "已更正")
    expect(entries).to_have_count(2)
    expect(page.get_by_text("划去：听错时间")).to_be_visible()
    expect(page.locator("del", has_text="16时恢复")).to_be_visible()

    driver.tab(page, "交接班")
    page.evaluate(MOST_FORMS)
    page.get_by_role("button", name="按现在的情况重新起草").click()
    note = page.get_by_label("交接内容")
    expect(note).to_have_value(re.compile("17时恢复"))
    written = note.input_value()
    assert "16时恢复" not in written
    assert f"没有办完的：\n{incident.id} 一般 区住建局：签收最迟" in written
    driver.settle(page)
    assert page.evaluate("window.mostForms") == 1, "the form never stands on the page twice, not even for a moment"


@pytest.mark.clause("H-41")
def test_tonights_hole_stands_on_the_desk(page: Page, desk: Desk):
    driver.sign_in(page, "wangfang", PASSWORD)
    expect(page.locator(".st-key-duty_holes").get_by_text("没有人值班")).to_be_visible()
    page.locator(".st-key-duty_holes").get_by_role("link", name="查看值班表").click()
    expect(page.get_by_role("heading", name="值班表", exact=True, level=2)).to_be_visible()


def test_a_refused_swap_says_why_and_changes_nothing(page: Page, desk: Desk):
    driver.sign_in(page, "wangfang", PASSWORD, "/duty")
    page.get_by_role("tab", name="换班、撤班").click()
    page.get_by_role("button", name="换班", exact=True).click()
    driver.told(page, "请填写理由")


def test_a_unit_sees_its_own_roster_alone(page: Page):
    driver.sign_in(page, "chenjie", PASSWORD, "/duty")
    expect(page.get_by_text("还没有值班表")).to_be_visible()
    page.get_by_role("combobox", name="单位").click()
    expect(page.get_by_role("option")).to_have_text([unit_of_the_outage()])


def test_the_template_is_taken_away(page: Page, tmp_path: Path):
    driver.sign_in(page, "wangfang", PASSWORD, "/duty")
    page.get_by_role("tab", name="导入").click()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="模板 .csv").click()
    waiting.value.save_as(tmp_path / "模板.csv")
    assert (tmp_path / "模板.csv").read_text("utf-8-sig").startswith("单位,值班员,开始时间,结束时间")


def test_an_evaluator_is_shown_no_roster(page: Page):
    driver.sign_in(page, "zhaomin", PASSWORD, "/duty")
    expect(page.get_by_text("您的身份不能使用“值班表”")).to_be_visible()


def test_choosing_a_file_speaks_chinese(page: Page):
    driver.sign_in(page, "wangfang", PASSWORD, "/duty")
    page.get_by_role("tab", name="导入").click()
    uploader = page.get_by_test_id("stFileUploader")
    expect(uploader).to_be_visible()
    assert uploader.locator("button").evaluate("e => getComputedStyle(e, '::after').content") == '"选择文件"'
    expect(uploader.get_by_text("Upload", exact=True)).to_be_hidden()
