"""Who answers for an incident, on the page: handing it over, and an acknowledgement that holds no longer."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from alerts.channels.page import Page as Inbox
from huiying.wiring import Desk
from pipeline.message_writing import message_writer
from pipeline.notify import page_only
from pipeline.send import Sender
from pipeline.sweep import sweep
from records.actions import Act
from tests.dashboard import driver
from tests.dashboard.seeding import PASSWORD, unit_of_the_outage
from tests.dashboard.test_browser import act_on, acts_on, opened_by_hand
from tests.pipeline.clocks import TERMS

pytestmark = pytest.mark.browser


@pytest.mark.clause("H-40(3)")
def test_an_incident_is_handed_over_with_a_reason_and_the_page_says_that_no_clock_moves(page: Page, desk: Desk):
    incident = opened_by_hand(desk, "校门口塌陷")
    act_on(desk, incident, Act.START_PLAN)
    driver.sign_in(page, "wangfang", PASSWORD, f"/incident?id={incident}")
    driver.act(page, "转办")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("正在计时的首报时限不重新计算，也不延后")).to_be_visible()
    dialog.get_by_label("转给哪个单位").click()
    page.get_by_role("option").first.click()
    dialog.get_by_role("button", name="转办", exact=True).click()
    expect(dialog.get_by_text("请填写理由")).to_be_visible()
    dialog.get_by_label("转办的理由").fill("道路归属已核实")
    dialog.get_by_role("button", name="转办", exact=True).click()
    driver.told(page, "事件已转办")
    expect(page.get_by_text("转办，原为区住建局；转办不改变首报时限")).to_be_visible()
    expect(page.get_by_text("尚未签收：由区住建局转办")).to_be_visible()
    expect(driver.clock(page)).to_contain_text("剩 1小时5")
    driver.tab(page, "经过")
    expect(page.get_by_text("道路归属已核实")).to_be_visible()
    expect(page.get_by_text("转办：区住建局 → ")).to_be_visible()
    assert [act for act, _ in acts_on(desk, incident)] == ["confirm", "start_plan", "hand_over"]


@pytest.mark.clause("H-41")
def test_an_acknowledgement_after_which_nothing_is_done_is_lost_visibly(page: Page, desk: Desk):
    incident = opened_by_hand(desk, "井盖缺失")
    act_on(desk, incident, Act.ACKNOWLEDGE, at=desk.clock.now() - timedelta(hours=5))
    driver.sign_in(page, "lijun", PASSWORD)
    row = page.locator(f".st-key-row_{incident}")
    expect(row.get_by_text("已签收")).to_be_visible()
    sweep(desk.store, desk.clock.now(), page_only)
    expect(row.get_by_text("签收后4小时没有办理，签收失效")).to_be_visible()
    driver.open_incident(page, incident=incident)
    expect(page.get_by_text("签收后4小时没有办理，签收失效")).to_be_visible()
    driver.act(page, "签收")
    driver.told(page, "已签收")
    driver.tab(page, "经过")
    expect(page.get_by_text("计时 收回签收")).to_be_visible()


@pytest.mark.clause("H-40(3)")
def test_the_office_names_a_unit_that_helps_acknowledges_for_it_by_telephone_and_takes_it_off(page: Page, desk: Desk):
    incident = opened_by_hand(desk, "管网爆裂")
    driver.sign_in(page, "wangfang", PASSWORD, f"/incident?id={incident}")
    driver.act(page, "协办")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("增加协办单位").click()
    page.get_by_role("option").filter(has_text="区水务局").click()
    dialog.get_by_role("button", name="增加", exact=True).click()
    expect(dialog.get_by_text("请填写理由")).to_be_visible()
    dialog.get_by_label("请它协办的理由").fill("管网归它管")
    dialog.get_by_role("button", name="增加", exact=True).click()
    driver.told(page, "协办单位已确定")
    expect(page.get_by_text("牵头单位　区住建局")).to_be_visible()
    expect(page.get_by_text("尚未签收").first).to_be_visible()
    driver.act(page, "协办")
    dialog.get_by_role("button", name="区水务局已电话确认，代为签收").click()
    driver.told(page, "已代区水务局签收")
    expect(page.get_by_text("王芳 签收")).to_be_visible()
    driver.tab(page, "经过")
    expect(page.get_by_text("确定协办单位：区水务局")).to_be_visible()
    driver.act(page, "协办")
    dialog.get_by_label("撤下协办单位").click()
    page.get_by_role("option").filter(has_text="区水务局").click()
    dialog.get_by_label("不再协办的理由").fill("与供水无关")
    dialog.get_by_role("button", name="撤下", exact=True).click()
    driver.told(page, "协办单位已撤下")
    driver.tab(page, "概况")
    expect(page.get_by_text("责任单位　区住建局")).to_be_visible()
    assert [act for act, _ in acts_on(desk, incident)] == ["confirm", "name_co_unit", "acknowledge", "remove_co_unit"]


@pytest.mark.clause("H-40(3)")
def test_a_unit_that_helps_finds_the_incident_on_its_desk_and_acknowledges_for_itself(page: Page, desk: Desk):
    incident = opened_by_hand(desk, "换热站停电", "区教体局")
    act_on(desk, incident, Act.NAME_CO_UNIT, unit=unit_of_the_outage(), reason="换热站归它管")
    driver.sign_in(page, "chenjie", PASSWORD)
    row = page.locator(f".st-key-row_{incident}")
    expect(row.get_by_text(f"区教体局，协办 {unit_of_the_outage()}（未签收）")).to_be_visible()
    driver.open_incident(page, incident=incident)
    driver.act(page, "签收")
    driver.told(page, "已签收")
    expect(page.get_by_text("陈杰 签收")).to_be_visible()
    expect(page.locator(".st-key-acts").get_by_role("button")).to_have_count(0)


@pytest.mark.clause("H-41")
def test_the_office_is_offered_no_sign_off_in_the_message_that_asks_a_unit_that_helps(page: Page, desk: Desk):
    incident = opened_by_hand(desk, "泵房进水", "区教体局")
    act_on(desk, incident, Act.NAME_CO_UNIT, unit=unit_of_the_outage(), reason="泵房归它管")
    inbox = Inbox(message_writer(desk.store), timedelta(seconds=5))
    Sender(desk.store, {"page": inbox}, "send", TERMS).send_due(desk.clock.now() + timedelta(seconds=1))
    driver.sign_in(page, "lijun", PASSWORD)
    page.get_by_role("link", name=re.compile("消息")).click()
    about = page.locator("[class*=st-key-message_]").filter(has_text="泵房进水")
    asking, opening = about.filter(has_text="请协办"), about.filter(has_text="新事件")
    expect(asking.get_by_text("由协办单位签收")).to_be_visible()
    expect(asking.get_by_role("button", name="签收事件")).to_have_count(0)
    opening.get_by_role("button", name="签收事件").click()
    driver.told(page, "已签收")
    with desk.store.reading() as t:
        found = t.incidents.get(incident)
    assert found is not None
    assert found.acknowledged_by == "李军"
