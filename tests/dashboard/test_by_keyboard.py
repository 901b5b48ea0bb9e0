"""Work by keyboard alone: what came by telephone is entered in a few strokes, and the focus shows wherever it is."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from huiying.wiring import Desk
from records.actions import Act
from records.claims import Way
from tests.dashboard import driver
from tests.dashboard.seeding import PASSWORD
from tests.dashboard.test_browser import act_on, opened_by_hand

pytestmark = pytest.mark.browser
SAID = "来电反映渠阳路井盖缺失，电动车摔倒一人"
HEARD = "有人说学校有学生中毒"
MOST = 12
MOST_TO_ENTER_A_CLAIM = 16
"""So many strokes beside the words themselves; a hurried person makes two a second, and types 40 characters in half a minute."""

FOCUSED = "() => (document.activeElement.innerText || document.activeElement.ariaLabel || '').trim()"


class Keys:
    """A keyboard that counts its strokes."""

    def __init__(self, page: Page) -> None:
        self._page, self.strokes = page, 0

    def press(self, key: str) -> None:
        self._page.keyboard.press(key)
        self.strokes += 1

    def to(self, words: str) -> None:
        """Tab on until what has the focus says `words`."""
        for _ in range(80):
            self.press("Tab")
            if self._page.evaluate(FOCUSED).startswith(words):
                return
        raise AssertionError(f"the keyboard does not reach {words}")

    def to_field(self, label: str) -> None:
        """Tab on until the field of that label has the focus."""
        field = self._page.get_by_label(label).first
        for _ in range(80):
            self.press("Tab")
            if field.evaluate("one => one === document.activeElement"):
                return
        raise AssertionError(f"the keyboard does not reach {label}")


@pytest.mark.clause("H-41")
def test_a_telephone_call_is_entered_in_one_field_and_a_few_strokes(page: Page, desk: Desk):
    driver.sign_in(page, "lijun", PASSWORD)
    keys = Keys(page)
    keys.to("录入")
    keys.press("Enter")
    field = page.get_by_label("内容")
    expect(field).to_be_focused()
    page.keyboard.type(SAID)
    keys.press("Control+Enter")
    driver.told(page, "已登记")
    assert keys.strokes <= MOST
    driver.emptied(page, "内容")
    with desk.store.reading() as t:
        (post,) = [one for one in t.posts.newest(5) if "渠阳路井盖" in one.text]
    assert (post.source, post.channel.value) == ("telephone", "hotline")


@pytest.mark.clause("H-42(1)")
def test_a_statement_to_verify_is_entered_in_one_field_and_a_few_strokes_and_waits_on_the_desk(page: Page, desk: Desk):
    driver.sign_in(page, "lijun", PASSWORD)
    keys = Keys(page)
    keys.to("录入")
    keys.press("Enter")
    expect(page.get_by_label("内容")).to_be_focused()
    keys.to_field("说法")
    page.keyboard.type(HEARD)
    keys.press("Control+Enter")
    expect(page.get_by_role("heading", name=f"待核实：{HEARD}")).to_be_visible()
    assert keys.strokes <= MOST_TO_ENTER_A_CLAIM
    with desk.store.reading() as t:
        (incident,) = [one for one in t.incidents.ongoing() if HEARD in one.title]
        (claim,) = t.claims.of_incidents([incident.id])[incident.id]
    assert (claim.way, claim.text) == (Way.TELEPHONE, HEARD)
    page.goto("/")
    expect(page.locator(f".st-key-row_{incident.id}")).to_contain_text(f"核实说法“{HEARD}”")


@pytest.mark.clause("H-41")
def test_an_incident_is_entered_and_its_plan_started_by_keyboard_alone(page: Page):
    driver.sign_in(page, "lijun", PASSWORD, "/entry")
    keys = Keys(page)
    expect(page.get_by_label("内容")).to_be_focused()
    keys.to("事件名称")
    page.keyboard.type("广场踩踏风险甲")
    keys.press("Tab")
    page.keyboard.type("现场来电")
    for _ in range(3):
        keys.press("Tab")
    keys.press("Space")
    keys.to("登记事件")
    keys.press("Enter")
    expect(page.get_by_role("heading", name="广场踩踏风险甲")).to_be_visible()
    expect(driver.clock(page)).to_contain_text("剩 1小时59分")


def test_an_incident_is_acknowledged_by_keyboard_and_the_focus_shows(page: Page, desk: Desk):
    incident = opened_by_hand(desk, "边坡滑塌")
    act_on(desk, incident, Act.SET_SEVERITY, severity="major_emergency", reason="道路中断")
    driver.sign_in(page, "lijun", PASSWORD)
    button = page.locator(f".st-key-row_{incident}").get_by_role("button", name="签收")
    expect(button).to_be_visible()
    for _ in range(80):
        page.keyboard.press("Tab")
        if button.evaluate("one => one === document.activeElement"):
            break
    assert button.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    driver.told(page, "已签收")
