"""A sound where a new major incident is there: for whoever asked for it, once an incident, and visibly where it cannot be."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from huiying.wiring import Desk
from records.actions import Act
from tests.dashboard import driver
from tests.dashboard.conftest import Served
from tests.dashboard.seeding import PASSWORD
from tests.dashboard.test_browser import act_on, opened_by_hand

pytestmark = pytest.mark.browser
LISTEN = """() => { window.rung = []; document.addEventListener("huiying:rung", (one) => window.rung.push(...one.detail)) }"""
RUNG = "() => window.rung"
PATIENCE = 8_000


@pytest.fixture
def watcher(browser: Browser, served: Served) -> Iterator[Page]:
    opened = driver.new_page(browser, served.base)
    opened.context.grant_permissions(["notifications"])
    driver.sign_in(opened, "lijun", PASSWORD)
    yield opened
    opened.context.close()


def grave(desk: Desk, title: str, severity: str = "major") -> str:
    incident = opened_by_hand(desk, title)
    act_on(desk, incident, Act.SET_SEVERITY, severity=severity, reason="多人受伤")
    return incident


def switch_on(page: Page) -> None:
    page.locator("#desk-alarm summary").click()
    page.locator("#desk-alarm").get_by_role("button", name="打开").click()
    expect(page.locator("#desk-alarm summary")).to_have_text("声音提醒：已开")


@pytest.mark.clause("H-42(2)")
def test_a_new_major_incident_rings_once_in_a_browser_however_many_pages_it_has_open(watcher: Page, desk: Desk):
    before = grave(desk, "桥梁断裂旧事")
    watcher.wait_for_timeout(PATIENCE / 2)
    switch_on(watcher)
    expect(watcher.locator("#desk-alarm")).to_contain_text("声音可用；桌面通知可用")
    watcher.evaluate(LISTEN)
    general = opened_by_hand(desk, "路灯闪烁")
    first = grave(desk, "桥梁断裂")
    watcher.wait_for_function(f"() => window.rung.includes('{first}')")
    act_on(desk, first, Act.SET_SEVERITY, severity="major_emergency", reason="升级")
    other = watcher.context.new_page()
    other.goto("/ledger")
    driver.settle(other)
    other.evaluate(LISTEN)
    other.wait_for_timeout(PATIENCE)
    assert watcher.evaluate(RUNG) == [first]
    assert not {first, before, general} & set(other.evaluate(RUNG))
    second = grave(desk, "水厂停机")
    other.wait_for_timeout(PATIENCE)
    assert [*watcher.evaluate(RUNG), *other.evaluate(RUNG)].count(second) == 1


def test_nothing_rings_for_whoever_has_not_asked_for_it(page: Page, desk: Desk):
    driver.sign_in(page, "lijun", PASSWORD)
    page.evaluate(LISTEN)
    expect(page.locator("#desk-alarm summary")).to_have_text("声音提醒：未开")
    grave(desk, "锅炉爆裂")
    page.wait_for_timeout(PATIENCE)
    assert page.evaluate(RUNG) == []


def test_a_browser_that_forbids_notifications_is_told_of_visibly(page: Page):
    driver.sign_in(page, "lijun", PASSWORD)
    page.evaluate("() => { Object.defineProperty(Notification, 'permission', { get: () => 'denied' }) }")
    page.locator("#desk-alarm summary").click()
    page.locator("#desk-alarm").get_by_role("button", name="试一下").click()
    expect(page.locator("#desk-alarm summary")).to_have_text("声音提醒：受浏览器限制")
    expect(page.locator("#desk-alarm")).to_contain_text("桌面通知被浏览器禁止")
