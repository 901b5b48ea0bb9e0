"""An inspection in a browser: the office begins, scores, hands over and signs; the unit sees its own and puts right; an
evaluator reads."""

from __future__ import annotations

from datetime import date

import pytest
from playwright.sync_api import Browser, Page, expect

from huiying.wiring import Desk
from pipeline import inspection_view
from records.inspections import SheetKind
from records.rectifications import RectificationStanding
from records.zone import CHINA
from regulation.inspection import half_year_of
from tests.dashboard import driver, office_items, seeding
from tests.dashboard.conftest import Served
from tests.dashboard.seeding import PASSWORD
from tests.pipeline.inspected import RULES

pytestmark = pytest.mark.browser


def this_half_year(desk: Desk) -> date:
    return half_year_of(desk.clock.now().astimezone(CHINA).date()).first


@pytest.mark.clause("H-50", "H-51", "H-53")
def test_a_unit_is_inspected_told_and_puts_right_what_was_found(
    page: Page, desk: Desk, browser: Browser, served: Served
):
    unit = seeding.unit_of_the_outage()
    driver.sign_in(page, "wangfang", PASSWORD)
    driver.visit(page, "督导检查")
    driver.unfold(page, "个单位没有检查表")
    page.get_by_role("button", name="开始检查", exact=True).click()
    driver.told(page, "督导检查表已建好")
    with desk.store.reading() as t:
        sheet = t.inspections.find(SheetKind.OFFICE, unit, this_half_year(desk))
    assert sheet is not None
    office_items.judge(desk, sheet, left="leadership")

    page.locator(f".st-key-sheet_{sheet.id}").get_by_role("link").click()
    first = page.locator(".st-key-check_leadership")
    expect(first).to_contain_text("未评分 / 10 分")
    first.get_by_role("button", name="评分…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("分数（0 至 10）").fill("9.5")
    dialog.get_by_role("button", name="记下").click()
    driver.told(page, "第（一）项的分已记下")
    expect(first).to_contain_text("9.5 / 10 分")

    archive = page.locator(".st-key-check_archive")
    archive.get_by_role("button", name="交办整改…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("要整改的问题（必填）").fill("缺两份签批原件")
    dialog.get_by_role("button", name="交办", exact=True).click()
    driver.told(page, "已交办整改")

    page.get_by_role("button", name="起草反馈文稿").click()
    expect(page.get_by_role("heading", name=f"关于{unit}")).to_be_visible()
    page.get_by_role("button", name="签发…").click()
    page.get_by_role("button", name="核对无误，签发").click()
    driver.told(page, "已签发")

    own = driver.new_page(browser, served.base)
    driver.sign_in(own, "chenjie", PASSWORD, f"/inspection?id={sheet.id}")
    expect(own.locator(".st-key-check_leadership")).to_contain_text("9.5 / 10 分")
    expect(own.get_by_role("button", name="评分…")).to_have_count(0)
    driver.tab(own, "填写经过")
    expect(own.get_by_text("〔1〕")).to_be_visible()
    expect(own.get_by_text("〔2〕")).to_be_visible()
    with desk.store.reading() as t:
        (item,) = t.rectifications.listed(sheet=sheet.id)
    own.goto(f"/rectification?id={item.id}")
    own.get_by_role("button", name="定措施…").click()
    dialog = own.get_by_role("dialog")
    dialog.get_by_label("整改措施和责任人（必填）").fill("月底前补齐原件")
    dialog.get_by_role("button", name="定措施", exact=True).click()
    driver.told(own, "“定措施”已记入台账")
    own.context.close()
    with desk.store.reading() as t:
        page_of_item = inspection_view.item_page(t, seeding.PEOPLE["wangfang"], item.id, RULES.rectification)
        others = [one.id for one in t.inspections.listed() if one.unit != unit]
    assert page_of_item is not None
    assert page_of_item.row.course.standing is RectificationStanding.TO_RECTIFY

    evaluator = driver.new_page(browser, served.base)
    driver.sign_in(evaluator, "zhaomin", PASSWORD, f"/inspection?id={others[0]}")
    expect(evaluator.locator(".st-key-check_plan")).to_be_visible()
    assert driver.to_press(evaluator) == {"数字的意思", "赵敏 · 评估人员", "取自哪里"}
    evaluator.context.close()
