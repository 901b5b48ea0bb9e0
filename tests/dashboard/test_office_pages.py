"""Contacts and the calendar on the page 管理, in a real browser: what the office keeps in order without a command line."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboard import acting
from dashboard.backstage import Backstage
from dashboard.cookies import Signer
from huiying.wiring import Desk
from pipeline.acts import Actor, attempt
from pipeline.send import Sender
from records.actions import Act, Action
from records.deliveries import DeliveryState
from records.people import Contact
from records.words import Role
from records.zone import CHINA
from regulation.calendar_notice import notice_of
from regulation.working_days import WorkingDays
from tests.dashboard import driver, seeding
from tests.dashboard.conftest import Served, serving_desk
from tests.dashboard.seeding import PASSWORD
from tests.pipeline.clocks import TERMS, Inbox

pytestmark = pytest.mark.browser
UNIT = seeding.unit_of_the_outage()
HOSTILE = "<img src=x onerror=alert(1)>"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A filled desk with e-mail, whose disk counts as nearly full."""
    email = {"host": "127.0.0.1", "port": 9, "tls": "none", "sender": "desk@hc.example"}
    full = {"low_disk_mb": 10**9, "little_disk_mb": 10**9}
    rules = {"oversight": full, "profiles": ["outcome"]}
    with serving_desk(tmp_path_factory.mktemp("desk"), seeding.fill, alerts={"email": email}, rules=rules) as opened:
        yield opened


@pytest.fixture(autouse=True)
def no_contacts(desk: Desk) -> None:
    """Every test begins without contacts."""
    with desk.store.transaction() as t:
        for recipient in {contact.recipient for contact in t.people.contacts()}:
            t.people.set_contacts(recipient, [])


def reach(desk: Desk, *contacts: Contact) -> None:
    with desk.store.transaction() as t:
        for recipient in {contact.recipient for contact in contacts}:
            t.people.set_contacts(recipient, [one for one in contacts if one.recipient == recipient])


def contacts_of(desk: Desk, recipient: str) -> list[Contact]:
    with desk.store.reading() as t:
        return t.people.contacts_of(recipient)


def open_contacts(page: Page) -> None:
    driver.sign_in(page, "wangfang", PASSWORD, "/administration")
    driver.tab(page, "联系人")


def of(page: Page, recipient: str) -> Locator:
    return page.locator("[class*='st-key-contacts_']", has_text=recipient)


def choose(page: Page, label: str, words: str) -> None:
    page.get_by_label(label).click()
    page.get_by_role("option", name=words, exact=True).click()


def test_the_office_adds_a_contact_and_a_wrong_address_is_refused_at_once(page: Page, desk: Desk):
    open_contacts(page)
    expect(page.get_by_text("还没有联系方式")).to_be_visible()
    expect(page.get_by_text("代为转告")).to_contain_text(UNIT)
    choose(page, "单位（", UNIT)
    page.get_by_role("textbox", name="地址").fill("wang@")
    page.get_by_role("textbox", name="姓名").fill(HOSTILE)
    page.get_by_role("button", name="添加", exact=True).click()
    driver.told(page, "邮件地址应为一个地址")
    assert contacts_of(desk, UNIT) == []
    page.get_by_role("textbox", name="地址").fill("wang@gr.example")
    page.get_by_role("button", name="添加", exact=True).click()
    driver.told(page, "联系方式已添加")
    expect(of(page, UNIT)).to_contain_text(HOSTILE)
    assert contacts_of(desk, UNIT) == [Contact(UNIT, "email", "wang@gr.example", HOSTILE)]


def test_a_contact_is_tried_out_through_the_outbox_and_the_page_says_how_it_went(page: Page, desk: Desk):
    reach(desk, Contact(UNIT, "email", "wang@gr.example", "王芳"), Contact(UNIT, "sms", "13800138000", rank=2))
    open_contacts(page)
    expect(of(page, UNIT).get_by_text("发不出去", exact=True)).to_be_visible()
    of(page, UNIT).get_by_role("button", name="试发").first.click()
    driver.told(page, "已交给发送进程")
    expect(of(page, UNIT).get_by_text("试发待发")).to_be_visible()
    inbox = Inbox()
    Sender(desk.store, {"email": inbox}, "send", TERMS).send_due(desk.clock.now() + timedelta(seconds=1))
    assert [message.address for message in inbox.received if message.kind == "contact_test"] == ["wang@gr.example"]
    page.reload()
    driver.tab(page, "联系人")
    expect(of(page, UNIT).get_by_text(f"试发{DeliveryState.SENT.label}")).to_be_visible()


def test_a_contact_is_changed_and_removed(page: Page, desk: Desk):
    reach(desk, Contact(UNIT, "email", "wang@gr.example", "王芳"), Contact(UNIT, "email", "li@gr.example", "李静"))
    open_contacts(page)
    of(page, UNIT).get_by_role("button", name="修改").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("textbox", name="姓名").fill("李静宜")
    dialog.get_by_label("次序").click()
    page.get_by_role("option", name="2", exact=True).click()
    dialog.get_by_role("button", name="保存").click()
    driver.told(page, "联系方式已修改")
    assert Contact(UNIT, "email", "li@gr.example", "李静宜", 2) in contacts_of(desk, UNIT)
    of(page, UNIT).get_by_role("button", name="移除").first.click()
    page.get_by_role("dialog").get_by_role("button", name="移除").click()
    driver.told(page, "联系方式已移除")
    assert contacts_of(desk, UNIT) == [Contact(UNIT, "email", "li@gr.example", "李静宜", 2)]


def test_who_does_not_manage_contacts_has_no_such_tab(page: Page):
    driver.sign_in(page, "lijun", PASSWORD, "/administration")
    expect(page.get_by_role("tab", name="采集源")).to_be_visible()
    expect(page.get_by_role("tab", name="联系人")).to_have_count(0)


def test_a_disk_that_is_nearly_full_stands_at_the_top_of_the_desk(page: Page):
    driver.sign_in(page, "lijun", PASSWORD)
    expect(page.get_by_test_id("stAlert").filter(has_text="数据目录所在磁盘只剩")).to_be_visible()


def confirmed_incident(desk: Desk) -> str:
    """An incident that somebody has just found real, so that a clock in working days runs."""
    with desk.store.reading() as t:
        incident = t.incidents.ongoing()[0].id
    who, parts = Actor("李军", Role.DUTY), Backstage(desk, Signer(b"k" * 32))
    attempt(
        desk.store, Action(desk.clock.now(), who.name, Act.CONFIRM, {"incident": incident}), who, acting.deps(parts)
    )
    return incident


def with_a_day_more(now: datetime) -> tuple[int, str]:
    """A year, and its notice with the first weekend day to come as a working one."""
    calendar, day = WorkingDays(), now.astimezone(CHINA).date() + timedelta(days=1)
    while calendar.day(day).why not in ("周六", "周日"):
        day += timedelta(days=1)
    table = calendar.table(day.year)
    return day.year, notice_of(replace(table, worked=table.worked | {day}))


def test_a_new_calendar_says_what_it_would_move_and_then_moves_it_visibly(page: Page, desk: Desk):
    incident = confirmed_incident(desk)
    driver.sign_in(page, "wangfang", PASSWORD, "/administration")
    driver.tab(page, "节假日历")
    expect(page.get_by_text("国务院办公厅放假通知").or_(page.get_by_text("法定节假日推算")).first).to_be_visible()
    preview = page.locator(".st-key-calendar_preview")
    year, notice = with_a_day_more(desk.clock.now())
    choose(page, "导入哪一年", f"{year} 年")
    written = page.get_by_role("textbox", name=f"{year} 年的通知")
    written.fill("元旦：1月1日\n国庆节：10月32日")
    page.get_by_role("button", name="先看会改什么").click()
    expect(preview.get_by_text(f"第 2 行“国庆节：10月32日”：{year}年没有10月32日")).to_be_visible()
    expect(preview.get_by_role("table")).to_contain_text(f"{year}年1月1日")
    expect(page.get_by_role("button", name="导入 ")).to_have_count(0)
    written.fill(notice)
    page.get_by_role("button", name="先看会改什么").click()
    expect(preview.get_by_text("1 个正在计的时限会变")).to_be_visible()
    expect(preview).to_contain_text("提前")
    with desk.store.reading() as t:
        (before,) = t.deadlines.in_working_days()
    page.get_by_role("button", name="导入 ").click()
    driver.told(page, "放假安排已导入")
    with desk.store.reading() as t:
        (after,) = t.deadlines.in_working_days()
    assert after.due_at < before.due_at
    driver.open_incident(page, incident=incident)
    clock = page.locator(".st-key-incident_further")
    expect(clock.get_by_text("时限有变")).to_be_visible()
    expect(clock).to_contain_text("24:00")
    clock.get_by_text("怎样算的").click()
    expect(clock).to_contain_text("10 个工作日（当日不计）")
