"""What is to be disclosed goes through its five steps in a real browser, each signed by whoever has the duty."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from docx import Document
from playwright.sync_api import Page, expect

from huiying.wiring import Desk
from pipeline import accounts
from records.people import Person
from records.words import Role, Scope
from tests.dashboard import driver, seeding
from tests.dashboard.conftest import Served, serving_desk
from tests.dashboard.seeding import PASSWORD

pytestmark = pytest.mark.browser
UNIT = "区住建局"
PEOPLE = [
    Person("chengban", "程办", Role.DRAFTER, UNIT),
    Person("fenguan", "冯管", Role.LEADER, UNIT),
    Person("baomi", "鲍密", Role.SECRECY, UNIT),
    Person("dangan", "党安", Role.ARCHIVIST),
    Person("waidan", "魏丹", Role.DRAFTER, "区水务局"),
]
TITLE = "关于老旧小区加装电梯的通知 <img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk with the people of two units."""

    def fill(desk: Desk) -> None:
        seeding.add_people(desk)
        for person in PEOPLE:
            first = accounts.create(desk.store, person, desk.clock.now())
            accounts.change_password(desk.store, person.username, first, PASSWORD, desk.clock.now())

    with serving_desk(tmp_path_factory.mktemp("desk"), fill) as opened:
        yield opened


def choose(page: Page, label: str, option: str) -> None:
    """Choose in a list of the dialog; the first click only shuts a list of several that was open before."""
    field, wanted = page.get_by_role("dialog").get_by_label(label), page.get_by_role("option", name=option, exact=True)
    field.click()
    page.wait_for_timeout(500)
    if not wanted.is_visible():
        field.click()
    wanted.click()


def fill_in(page: Page, body: str) -> None:
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("题目").fill(TITLE)
    dialog.get_by_label("正文").fill(body)
    dialog.get_by_text("主动公开", exact=True).click()
    choose(page, "公开范围", "面向社会")
    choose(page, "公开方式", "社会公开")
    choose(page, "公开平台", "政府公众网")
    choose(page, "公开时限", "长期公开")
    dialog.get_by_role("spinbutton", name="year, 公开事项确定之日").click()
    page.keyboard.type("20260409")
    dialog.get_by_role("button", name="保存").click()


def open_it(page: Page) -> None:
    driver.visit(page, "拟公开事项")
    page.get_by_role("link", name="关于老旧小区加装电梯").last.click()
    expect(page.get_by_text("现在要办的").or_(page.get_by_text("办理经过")).first).to_be_visible()


def sign(page: Page, label: str, *, reason: str | None = None) -> None:
    page.get_by_role("button", name=f"{label}…", exact=True).click()
    dialog = page.get_by_role("dialog")
    if reason is not None:
        dialog.get_by_label("意见").fill(reason)
    dialog.get_by_role("button", name="签署").or_(dialog.get_by_role("button", name="登记已公开")).click()
    driver.told(page, f"已签署：{label}")


@pytest.mark.clause("H-3")
@pytest.mark.clause("H-15")
@pytest.mark.clause("H-26")
def test_a_proposal_is_filled_in_checked_returned_approved_published_and_archived(
    page: Page, desk: Desk, tmp_path: Path
):
    driver.sign_in(page, "chengban", PASSWORD)
    driver.visit(page, "拟公开事项")
    page.get_by_role("button", name="提出公开事项").click()
    fill_in(page, "加装电梯须经本单元业主同意。内部资料，注意保存。")
    driver.told(page, "已保存")
    expect(page.get_by_text("现在要办的")).to_be_visible()
    sign(page, "保密审核初步意见", reason="无涉密内容")
    sign(page, "提出公开")
    expect(page.get_by_role("button", name="修改审批表")).to_have_count(0)

    driver.sign_out(page, "程办")
    driver.sign_in(page, "fenguan", PASSWORD)
    expect(page.locator(".st-key-proposals_to_sign")).to_contain_text("有 1 件拟公开事项等您办理")
    open_it(page)
    expect(page.locator(".st-key-proposal_flags")).to_contain_text("内部资料")
    page.get_by_role("button", name="退回…").click()
    page.get_by_role("dialog").get_by_label("退回的理由").fill("正文里有内部标志")
    page.get_by_role("dialog").get_by_role("button", name="退回").click()
    driver.told(page, "已退回")

    driver.sign_out(page, "冯管")
    driver.sign_in(page, "chengban", PASSWORD)
    open_it(page)
    expect(page.get_by_text("正文里有内部标志")).to_be_visible()
    page.get_by_role("button", name="修改审批表").click()
    page.get_by_role("dialog").get_by_label("正文").fill("加装电梯须经本单元业主同意。")
    page.get_by_role("dialog").get_by_role("button", name="保存").click()
    driver.told(page, "审批表已更新")
    expect(page.locator(".st-key-proposal_flags")).to_have_count(0)
    sign(page, "保密审核初步意见")
    sign(page, "提出公开")

    for name, username, labels in (
        ("程办", "fenguan", ["保密审查意见"]),
        ("冯管", "baomi", ["保密负责人审查"]),
        ("鲍密", "fenguan", ["分管领导意见"]),
        ("冯管", "chengban", ["公开发布"]),
        ("程办", "dangan", ["归档"]),
    ):
        driver.sign_out(page, name)
        driver.sign_in(page, username, PASSWORD)
        open_it(page)
        for label in labels:
            sign(page, label)
    expect(page.get_by_text("已公开并归档")).to_be_visible()
    with page.expect_download() as waiting:
        page.get_by_role("button", name="下载审批表").click()
    waiting.value.save_as(tmp_path / "form.docx")
    printed = "".join(cell.text for table in Document(str(tmp_path / "form.docx")).tables for cell in table._cells)
    assert "冯管" in printed
    assert "鲍密" in printed
    with desk.store.reading() as t:
        (record,) = [one for one in t.disclosures.current() if one.title == TITLE]
    assert (record.scope, record.unit) == (Scope.PUBLIC, UNIT)

    driver.sign_out(page, "党安")
    driver.sign_in(page, "chengban", PASSWORD)
    driver.visit(page, "公开事项台账")
    page.get_by_role("link", name="关于老旧小区加装电梯").last.click()
    expect(page.get_by_role("link", name="新公开审签")).to_be_visible()
    page.get_by_role("button", name="更正…").click()
    page.get_by_role("dialog").get_by_label("更正说明").fill("补充咨询电话")
    page.get_by_role("dialog").get_by_role("button", name="保存").click()
    driver.told(page, "已保存")
    expect(page.get_by_text("保密审核初步意见（等我办理）")).to_be_visible()
    expect(page.get_by_text("还不能签署").or_(page.get_by_text("选择公开方式和公开平台"))).to_be_visible()

    driver.sign_out(page, "程办")
    driver.sign_in(page, "waidan", PASSWORD)
    driver.visit(page, "拟公开事项")
    page.get_by_text("已结束", exact=True).click()
    expect(page.get_by_text("没有已结束的事项")).to_be_visible()
