"""回应 in a browser: the unit drafts and verifies, the office approves, the unit registers what was published."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from huiying.wiring import Desk
from records.answers import AnswerKind, AnswerState
from tests.dashboard import driver, seeding
from tests.dashboard.conftest import Served
from tests.dashboard.seeding import PASSWORD

pytestmark = pytest.mark.browser
TEXT = "供热管道已于9时30分修好。停暖一天的取暖费退还，5月底前到账。"


@pytest.fixture
def office(browser: Browser, served: Served) -> Iterator[Page]:
    opened = driver.new_page(browser, served.base)
    driver.sign_in(opened, "wangfang", PASSWORD)
    yield opened
    opened.context.close()


def incident_of(desk: Desk, unit: str) -> str:
    with desk.store.reading() as t:
        return next(one.id for one in t.incidents.list() if one.unit == unit)


def save(page: Page, text: str, button: str) -> None:
    page.get_by_role("button", name=button).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("回应的内容").fill(text)
    dialog.get_by_label("其他依据").fill("热力公司抢修记录")
    dialog.get_by_role("button", name="保存").click()
    driver.told(page, "已保存")
    expect(dialog).to_have_count(0)


def answers(page: Page) -> Locator:
    return page.locator("[class*='st-key-answer_H']")


@pytest.mark.clause("H-44(1)", "H-44(2)", "H-42(1)")
def test_an_answer_goes_from_the_units_draft_over_the_offices_approval_to_its_publication(
    page: Page, office: Page, desk: Desk
):
    incident = incident_of(desk, seeding.unit_of_the_outage())
    driver.sign_in(page, "chenjie", PASSWORD)
    driver.open_incident(page, incident=incident)
    driver.tab(page, "回应")
    save(page, f"我们高度重视。{TEXT}网传锅炉爆炸不属实。", "起草回应…")
    expect(answers(page)).to_contain_text("否定说法缺核实记录")
    expect(answers(page)).to_contain_text("“高度重视”→删去")
    page.get_by_role("button", name="送审").first.click()
    driver.told(page, "没有核实记录支持")

    page.get_by_role("button", name="登记核实情况…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("网上怎么说").fill("说锅炉爆炸")
    dialog.get_by_text("不属实", exact=True).click()
    dialog.get_by_label("依据：查了什么").fill("到锅炉房查看，设备完好；查运行记录")
    dialog.get_by_role("button", name="登记", exact=True).click()
    driver.told(page, "已登记核实情况")
    expect(page.get_by_text("到锅炉房查看")).to_be_visible()

    save(page, TEXT, "修改…")
    expect(answers(page)).not_to_contain_text("否定说法缺核实记录")
    page.get_by_role("button", name="送审").first.click()
    driver.told(page, "已送审")
    expect(page.get_by_role("button", name="审定…")).to_have_count(0)

    driver.open_incident(office, incident=incident)
    driver.tab(office, "回应")
    office.get_by_role("button", name="审定…").first.click()
    box = office.get_by_role("dialog")
    box.get_by_label("理由").or_(box.get_by_label("意见")).first.fill("先答抢修和退费")
    box.get_by_role("button", name="审定，可以公开").click()
    driver.told(office, "已审定")

    page.reload()
    driver.tab(page, "回应")
    page.get_by_label("发布页面的网址").first.fill("https://gov.example/news/7")
    page.get_by_role("button", name="登记回应").first.click()
    driver.told(page, "回应已登记")
    with desk.store.reading() as t:
        (response,) = t.reports.responses(incident)
        (answer,) = t.answers.about(AnswerKind.INCIDENT, incident)
    assert (response.text, response.url, response.published_by) == (TEXT, "https://gov.example/news/7", "陈杰")
    assert answer.state is AnswerState.PUBLISHED
