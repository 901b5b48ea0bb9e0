"""The evaluation of a closed incident in a browser: drafted, written, signed by the office; without it nothing is put away."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from huiying.wiring import Desk
from pipeline.acts import Actor, Deps, attempt
from pipeline.notify import page_only
from records.actions import Act, Action
from records.words import Role
from tests.dashboard import driver
from tests.dashboard.seeding import PASSWORD
from tests.dashboard.test_regrouping import incident_on

pytestmark = pytest.mark.browser


def closed(desk: Desk, record: str, title: str) -> str:
    """An incident of three posts, raised by a person and closed."""
    incident = incident_on(desk, record, title, "公交改线没人通知", "站牌还是旧的", "等了一小时")
    deps = Deps(desk.rules, page_only, desk.settings.reports_dir, desk.letterhead, owed=desk.owed)
    by = Actor("王芳", Role.OFFICE)
    for act, args in (
        (Act.SET_SEVERITY, {"severity": "major", "reason": "电话得知"}),
        (Act.ACKNOWLEDGE, {}),
        (Act.CONFIRM, {}),
        (Act.CLOSE, {"reason": "站牌已换"}),
    ):
        attempt(desk.store, Action(desk.clock.now(), by.name, act, {"incident": incident, **args}), by, deps)
    return incident


@pytest.mark.clause("H-45")
def test_the_office_evaluates_a_closed_incident_and_signs_it_before_it_is_put_away(page: Page, desk: Desk):
    incident = closed(desk, "g-evaluated", "关于公交改线的公告")
    driver.sign_in(page, "wangfang", PASSWORD, f"/incident?id={incident}")
    driver.tab(page, "经过")
    expect(page.get_by_text("签发以后才能归档（第四十五条），请到“评估”页")).to_be_visible()
    expect(page.get_by_role("button", name="归档成包")).to_have_count(0)
    driver.tab(page, "评估")
    expect(page.get_by_text("评分＝100×各项得分之和÷适用各项分值之和")).to_be_visible()
    expect(page.get_by_role("cell", name="首帖发布至发现不超过30分钟得满分")).to_be_visible()
    page.get_by_role("button", name="起草评估报告").click()
    driver.told(page, "评估报告已起草")
    driver.tab(page, "评估")
    page.get_by_role("link", name="打开草稿").click()
    expect(page.get_by_text("待填写：经验教训、责任认定")).to_be_visible()
    for heading, text in (("经验教训", "先换站牌再改线。"), ("责任认定", "没有。")):
        driver.unfold(page, f"改“{heading}”")
        page.get_by_label(heading, exact=True).fill(text)
        page.locator(f".st-key-edit_{6 if heading == '经验教训' else 7}").get_by_role("button", name="保存").click()
        driver.told(page, f"“{heading}”已保存")
    page.get_by_role("button", name="签发…").click()
    page.get_by_role("button", name="核对无误，签发").click()
    driver.told(page, "已签发")
    page.goto(f"/incident?id={incident}")
    driver.tab(page, "评估")
    expect(page.get_by_text("号 已签发")).to_be_visible()
    driver.tab(page, "经过")
    expect(page.get_by_role("button", name="归档成包")).to_be_visible()


def test_an_evaluator_reads_times_and_score_and_finds_nothing_to_press(page: Page, desk: Desk):
    incident = closed(desk, "g-evaluated-too", "关于绿化补种的公告")
    driver.sign_in(page, "zhaomin", PASSWORD, f"/incident?id={incident}")
    driver.tab(page, "评估")
    expect(page.get_by_text("须签发总结评估")).to_be_visible()
    expect(page.get_by_role("cell", name="按时").first).to_be_visible()
    assert driver.to_press(page) == {"数字的意思", "赵敏 · 评估人员", "怎样算的"}
