"""A risk assessment in a browser: filled in by the unit, looked at by the head, held against what came on the record's page."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from huiying.wiring import Desk
from records.people import Person
from records.words import Role
from tests.dashboard import driver, seeding
from tests.dashboard.conftest import Served
from tests.dashboard.seeding import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture
def head_page(browser: Browser, served: Served, desk: Desk) -> Iterator[Page]:
    person = Person("headofunit", "孙主任", Role.HEAD, seeding.unit_of_the_outage())
    seeding.account(desk, person)
    opened = driver.new_page(browser, served.base)
    driver.sign_in(opened, person.username, PASSWORD)
    yield opened
    opened.context.close()


def record_of(desk: Desk, unit: str) -> str:
    """The record of that unit to which most people react."""
    with desk.store.reading() as t:
        mine = [record.id for record in t.disclosures.current() if record.unit == unit]
        incidents = [one.disclosure for one in t.incidents.list() if one.disclosure in mine]
    return str(incidents[0])


def choose(page: Page, label: str, option: str) -> None:
    """Choose in a list; the first click only shuts a list of several that was open before."""
    field, wanted = page.get_by_label(label), page.get_by_role("option", name=option)
    page.wait_for_timeout(500)
    field.click()
    page.wait_for_timeout(500)
    if not wanted.is_visible():
        field.click()
    wanted.click()


@pytest.mark.clause("H-39", "E-2(7)2")
def test_a_unit_assesses_the_head_looks_and_the_record_shows_forecast_and_outcome(
    page: Page, head_page: Page, desk: Desk
):
    unit = seeding.unit_of_the_outage()
    record = record_of(desk, unit)
    driver.sign_in(page, "chenjie", PASSWORD, f"/record?id={quote(record)}")
    beside = page.locator(".st-key-record_risk")
    expect(beside).to_contain_text("未评估")
    beside.get_by_role("link", name="查看或填写风险评估").click()
    expect(page.get_by_role("heading", name="风险评估", exact=True, level=2)).to_be_visible()

    choose(page, "社会舆情风险：可能性", "4 较大")
    choose(page, "社会舆情风险：影响", "4 较大")
    for kind in ("政治安全", "社会稳定", "社会舆情"):
        page.get_by_label(f"{kind}风险：理由").fill(f"{kind}的理由，来访电话13912345678")
    choose(page, "评估方式", "重点走访")
    page.get_by_label("处置预案").fill("先入户说明，再发公告。")
    page.get_by_role("button", name="保存评估").click()
    driver.told(page, "还要确定牵头单位")
    choose(page, "牵头单位", unit)
    driver.unfold(page, "可能被问到的问题和答复")
    page.get_by_label("问题 1", exact=True).fill("什么时候恢复供暖？")
    page.get_by_label("答复 1", exact=True).fill("十一月一日前全部恢复。")
    page.get_by_role("button", name="保存评估").click()
    driver.told(page, "风险评估已保存")
    expect(page.get_by_text("待主要负责人审看").first).to_be_visible()
    expect(page.get_by_text("＝ 16，高")).to_be_visible()
    expect(page.get_by_text("13912345678")).to_have_count(0)
    expect(page.get_by_role("button", name="已审看这份评估")).to_have_count(0)

    head_page.goto(f"/risk?id={quote(record)}")
    head_page.get_by_role("button", name="已审看这份评估").click()
    driver.told(head_page, "已记下")
    expect(head_page.get_by_text("主要负责人已审看")).to_be_visible()
    expect(head_page.get_by_role("button", name="保存评估")).to_have_count(0)

    page.get_by_text("实际用上了").click()
    driver.told(page, "已记下")
    page.get_by_role("link", name="← 公开事项").click()
    expect(beside).to_contain_text("预判与实际")
    expect(beside).to_contain_text("用上 1 条")
    with desk.store.reading() as t:
        made = t.risks.newest(record)
    assert made is not None
    assert (made.level.value, made.used, made.form.prepared[0].unit) == ("high", {0}, unit)


@pytest.mark.clause("E-2(3)2", "H-39")
def test_nobody_finds_the_assessment_of_a_party_record_that_is_not_theirs(page: Page):
    driver.sign_in(page, "chenjie", PASSWORD, f"/risk?id={seeding.PARTY}")
    expect(page.get_by_text("不属于您可以查看的范围")).to_be_visible()
