"""Upward reports and further clocks in a browser: what is to be done stands on the watch page until somebody has done it."""

from __future__ import annotations

import csv
from io import StringIO
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from huiying.wiring import Desk
from pipeline.notify import page_only
from pipeline.owing import OPENING, Owed, begin
from records.alerts import DeadlineState
from records.words import Severity
from records.zone import CHINA
from regulation.time_limits import further_limits
from tests.dashboard import driver
from tests.dashboard.seeding import PASSWORD
from tests.pipeline.answered import approved

pytestmark = pytest.mark.browser
CITY = "city_office"
LEADERS = "district_leaders"


def emergency(desk: Desk) -> str:
    """The incident that a rule raised to 重大突发, so that who above must be told is asked."""
    with desk.store.reading() as t:
        urgent = [one.id for one in t.incidents.ongoing() if one.severity is Severity.MAJOR_EMERGENCY]
        return next(incident for incident in urgent if t.upward.of_incident(incident))


def body(page: Page, name: str) -> Locator:
    """What the incident's tab shows of one body."""
    return page.locator(f".st-key-upward_{name}")


@pytest.mark.clause("H-43")
def test_what_must_be_told_upward_is_decided_noted_and_confirmed_and_leaves_the_watch_page(
    page: Page, desk: Desk, tmp_path: Path
):
    driver.sign_in(page, "wangfang", PASSWORD)
    incident = emergency(desk)
    expect(page.locator(f".st-key-row_{incident}")).to_contain_text("向上报告 区委相关领导（待报）")
    driver.open_incident(page, incident=incident)
    driver.tab(page, "上报")
    expect(body(page, LEADERS)).to_contain_text("必报 · 第四十二条（二）")

    body(page, CITY).get_by_role("button", name="视情决定…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("不上报", exact=True).click()
    dialog.get_by_label("理由").fill("影响限于一个小区")
    dialog.get_by_role("button", name="记下决定").click()
    driver.told(page, "决定已记入台账")
    expect(body(page, CITY)).to_contain_text("决定不上报：影响限于一个小区")

    body(page, LEADERS).get_by_role("button", name="上报…").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("没有登记联系方式")
    dialog.get_by_text("机要", exact=True).click()
    dialog.get_by_label("报送时刻").fill(_local(desk))
    dialog.get_by_label("编号，或由谁接收").fill("机要第12号")
    dialog.get_by_label("说明，或要报的内容").fill("=1+1 供热恢复情况")
    dialog.get_by_role("button", name="登记", exact=True).click()
    driver.told(page, "报送已记入台账")
    expect(body(page, LEADERS)).to_contain_text("已报，待回执")

    body(page, LEADERS).get_by_role("button", name="登记回执…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("谁确认收到").fill("何秘书")
    dialog.get_by_role("button", name="登记回执").click()
    driver.told(page, "回执已记入台账")
    expect(body(page, LEADERS)).to_contain_text("回执：何秘书 确认收到")

    driver.visit(page, "上报台账")
    expect(page.locator(f".st-key-upward_{incident}_{LEADERS}")).to_contain_text("已回执")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="导出 .csv").click()
    waiting.value.save_as(tmp_path / "ledger.csv")
    rows = list(csv.DictReader(StringIO((tmp_path / "ledger.csv").read_text("utf-8-sig"))))
    # Other files' tests open incidents on the same desk.
    lines = {row["上报对象"]: row for row in rows if row["事件编号"] == incident}
    line = lines["区委相关领导"]
    assert (line["状态"], line["方式"], line["编号或接收人"], line["回执人"]) == (
        "已回执",
        "机要",
        "机要第12号",
        "何秘书",
    )
    assert line["报送内容"] == "'=1+1 供热恢复情况"
    assert lines["市委办公室信息调研科"]["决定"] == "不上报"


def test_a_unit_sees_neither_the_ledger_nor_the_tab(page: Page, desk: Desk):
    driver.sign_in(page, "chenjie", PASSWORD)
    expect(page.locator(f".st-key-row_{emergency(desk)}")).to_be_visible()
    expect(page.get_by_text("向上报告")).to_have_count(0)
    expect(page.get_by_role("link", name="上报台账")).to_have_count(0)
    driver.open_incident(page, incident=emergency(desk))
    expect(page.get_by_role("tab", name="经过")).to_be_visible()
    expect(page.get_by_role("tab", name="上报")).to_have_count(0)


def test_a_further_clock_runs_beside_that_of_the_report_and_ends_by_what_a_person_notes(page: Page, desk: Desk):
    incident = emergency(desk)
    with desk.store.transaction() as t:
        found = t.incidents.get(incident)
        assert found is not None
        owed = Owed(tuple(one for one in further_limits(["national"]) if one.duty == "press_conference"))
        begin(t, found, OPENING, desk.clock.now(), "测试", owed, page_only)
    driver.sign_in(page, "wangfang", PASSWORD)
    expect(page.locator(f".st-key-row_{incident}")).to_contain_text("举行新闻发布会（最迟")
    driver.open_incident(page, incident=incident)
    expect(page.locator(".st-key-incident_further")).to_contain_text("国办发〔2016〕61号")
    driver.with_reason(page, "时限办理…", "办理情况", "11日9时在区政务大厅举行", "已办理")
    driver.told(page, "已登记")
    expect(page.locator(".st-key-incident_further")).to_contain_text("已办")
    with desk.store.reading() as t:
        clock = t.deadlines.latest(incident, "press_conference")
    assert clock is not None
    assert (clock.state, clock.end_reason) == (DeadlineState.MET, "王芳：11日9时在区政务大厅举行")


def test_a_further_clock_that_an_act_ends_leads_to_that_act_and_asks_for_no_note(page: Page, desk: Desk):
    incident = emergency(desk)
    with desk.store.transaction() as t:
        found = t.incidents.get(incident)
        assert found is not None
        owed = Owed(tuple(one for one in further_limits(["national"]) if one.duty == "authoritative_information"))
        begin(t, found, OPENING, desk.clock.now(), "测试", owed, page_only)
    approved(desk.store, incident, "供热已于9时恢复，热线 12345 继续受理。", desk.clock.now())
    driver.sign_in(page, "wangfang", PASSWORD)
    driver.open_incident(page, incident=incident)
    driver.act(page, "时限办理…")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("登记回应后，“发布权威信息”的时限自动了结")).to_be_visible()
    expect(dialog.get_by_role("button", name="已办理")).to_have_count(0)
    expect(dialog.get_by_role("button", name="不需办理")).to_be_visible()
    dialog.get_by_role("button", name="去登记回应").click()
    expect(page.get_by_role("tab", name="回应")).to_have_attribute("aria-selected", "true")
    page.get_by_role("button", name="登记回应").click()
    driver.told(page, "回应已登记")
    with desk.store.reading() as t:
        clock = t.deadlines.latest(incident, "authoritative_information")
    assert clock is not None
    assert clock.state is DeadlineState.MET


def _local(desk: Desk) -> str:
    """The present moment as a person writes it."""
    return f"{desk.clock.now().astimezone(CHINA):%H:%M}"
