"""What the incident page says of an incident's course, in a browser."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from huiying.wiring import Desk
from records.actions import Act
from tests.dashboard import driver
from tests.dashboard.seeding import PASSWORD
from tests.dashboard.test_browser import act_on, opened_by_hand

pytestmark = pytest.mark.browser


def test_the_main_views_stand_with_counts_shares_and_quotes(page: Page):
    driver.sign_in(page, "zhaomin", PASSWORD)
    driver.open_incident(page, "供热期")
    driver.tab(page, "网民观点")
    first = page.locator(".st-key-view_1")
    expect(first).to_contain_text("条 ·")
    expect(first).to_contain_text("突发事件")
    expect(first).to_contain_text("“")
    expect(page.get_by_text("报告中的“网民观点”与此相同")).to_be_visible()


def test_the_spread_names_channels_and_sources_in_their_order(page: Page):
    driver.sign_in(page, "zhaomin", PASSWORD)
    driver.open_incident(page, "供热期")
    driver.tab(page, "走势与传播")
    expect(page.get_by_text("媒体已介入")).to_be_visible()
    expect(page.get_by_role("row").nth(1)).to_contain_text("最先")
    page.get_by_text("按小时", exact=True).click()
    expect(page.get_by_text("每小时帖文数")).to_be_visible()


def test_the_timeline_holds_posts_and_alerts_and_shows_one_kind_alone(page: Page):
    driver.sign_in(page, "zhaomin", PASSWORD)
    driver.open_incident(page, "供热期")
    driver.tab(page, "经过")
    table = page.get_by_test_id("stTable").first  # while it is drawn anew, the old one stands below
    expect(table).to_contain_text("新增")
    page.locator(".st-key-timeline_kinds").get_by_text("提醒", exact=True).click()
    expect(table).to_contain_text("站内消息")
    expect(table).not_to_contain_text("新增")


def test_a_step_is_added_ticked_and_stands_on_the_timeline(page: Page):
    driver.sign_in(page, "wangfang", PASSWORD)
    driver.open_incident(page, "供热期")
    driver.tab(page, "处置预案")
    page.get_by_role("button", name="增加一步…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("要做什么").fill("逐户登记老人")
    dialog.get_by_label("由谁来做").fill("北关街道")
    dialog.get_by_role("button", name="增加", exact=True).click()
    driver.told(page, "步骤已增加")
    row = page.locator("[class*='st-key-step_']").filter(has_text="逐户登记老人")
    expect(row).to_contain_text("北关街道")
    row.get_by_role("button", name="已做…").click()
    dialog.get_by_label("怎样做的").fill("登记三十二户")
    dialog.get_by_role("button", name="登记已做").click()
    driver.told(page, "已登记")
    expect(row).to_contain_text("王芳，登记三十二户")
    driver.tab(page, "经过")
    expect(page.get_by_test_id("stTable").first).to_contain_text("登记处置步骤：逐户登记老人")


def test_a_measure_is_noted_and_stands_on_its_side(page: Page):
    driver.sign_in(page, "wangfang", PASSWORD)
    driver.open_incident(page, "供热期")
    driver.tab(page, "措施")
    page.get_by_role("button", name="登记措施…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("线下", exact=True).click()
    dialog.get_by_label("做了什么").fill("更换破损管段，恢复供热")
    dialog.get_by_role("button", name="登记", exact=True).click()
    driver.told(page, "措施已登记")
    expect(page.locator("[class*='st-key-measure_']").first).to_contain_text("更换破损管段")
    driver.act(page, "办结…")
    expect(dialog.get_by_text("没有登记线上措施")).to_be_visible()


def test_an_incident_that_was_opened_from_the_list_stays_open_when_a_tab_is_pressed(page: Page):
    driver.sign_in(page, "zhaomin", PASSWORD, "/incident")
    driver.incident_links(page).first.click()
    expect(page.get_by_role("tab", name="概况")).to_be_visible()
    driver.tab(page, "经过")
    expect(page.get_by_test_id("stTable")).to_contain_text("新事件")


FALLS_BACK = """async (tab) => {
  tab.click()
  await new Promise(requestAnimationFrame)
  return tab.getAttribute("aria-selected")
}"""


def test_the_tab_pressed_last_comes_back_where_the_page_fell_back_to_the_one_before(page: Page):
    """As it does by itself where the answer to the press before arrives in the very moment of the next one."""
    driver.sign_in(page, "lijun", PASSWORD)
    driver.open_incident(page, "供热期")
    before, last = (page.get_by_role("tab", name=name) for name in ("帖文", "报告"))
    driver.tab(page, "帖文")
    driver.tab(page, "报告")
    draft = page.get_by_role("button", name=re.compile("起草|核对无误")).first
    expect(draft).to_be_visible()
    assert before.evaluate(FALLS_BACK) == "true"
    expect(last).to_have_attribute("aria-selected", "true")
    expect(draft).to_be_visible()
    page.keyboard.press("Shift")
    assert before.evaluate(FALLS_BACK) == "true"
    expect(page.get_by_text("为什么这样判").first).to_be_visible()
    expect(before).to_have_attribute("aria-selected", "true")


def test_news_of_an_incident_moves_nothing_under_the_hand(page: Page, desk: Desk):
    incident = opened_by_hand(desk, "井盖缺失")
    driver.sign_in(page, "lijun", PASSWORD)
    driver.open_incident(page, incident=incident)
    acts = page.locator(".st-key-acts")
    expect(acts.get_by_role("button", name="办结…")).to_be_visible()
    before = acts.bounding_box()
    act_on(desk, incident, Act.SET_SEVERITY, severity="major", reason="有人受伤")
    expect(page.get_by_role("button", name="本事件刚有变动，点此刷新")).to_be_visible()
    assert acts.bounding_box() == before
