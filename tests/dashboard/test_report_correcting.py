"""In a browser: a filed report is superseded by a corrected one, and a special report is drafted beside it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from huiying.wiring import Desk
from nlp.admission import without_personal_data
from pipeline import reporting
from pipeline.acts import Actor
from records.actions import Act
from records.words import ReportKind, Role
from tests.dashboard import driver
from tests.dashboard.seeding import PASSWORD
from tests.dashboard.test_browser import act_on, opened_by_hand

pytestmark = pytest.mark.browser
OFFICE = Actor("王芳", Role.OFFICE)


def filed(desk: Desk, incident: str) -> None:
    with desk.store.transaction() as t:
        for part, found in reporting.prepare(t, incident, ReportKind.INITIAL, desk.clock.now()).items():
            text = driver.filled_in(found.text)
            which = (t, incident, ReportKind.INITIAL, part)
            reporting.confirm_part(*which, text, OFFICE, desk.clock.now(), without_personal_data)
    act_on(desk, incident, Act.FILE_REPORT, kind="initial")


def test_a_filed_report_is_corrected_and_a_special_report_drafted(page: Page, desk: Desk):
    incident = opened_by_hand(desk, "围挡占道")
    filed(desk, incident)
    driver.sign_in(page, "wangfang", PASSWORD)
    driver.open_incident(page, incident=incident)
    driver.tab(page, "报告")
    page.get_by_role("button", name="更正…").click()
    page.get_by_label("更正的理由").fill("人数有误")
    page.get_by_role("button", name="起草更正").click()
    driver.told(page, "首报更正稿已起草")
    expect(page.get_by_text("人数有误", exact=False).first).to_be_visible()
    driver.confirm_part(page, driver.PARTS[1], "网民反映围挡占道，共3条。")
    for part in (driver.PARTS[0], *driver.PARTS[2:]):
        driver.confirm_part(page, part)
    driver.file_report(page)
    expect(page.get_by_text(re.compile("已由 .*号 替代"))).to_be_visible()
    page.get_by_role("button", name="起草专报").click()
    expect(page.get_by_role("heading", name=re.compile("关于.*围挡占道.*的专报"))).to_be_visible()
    expect(page.get_by_role("button", name="签发…")).to_be_disabled()
