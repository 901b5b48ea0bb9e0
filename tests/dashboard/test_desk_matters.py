"""要办的事 in a real browser: what is due first on top, ticking by itself, counted in full on the first screen."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from huiying.wiring import Desk
from records.actions import Act
from tests.dashboard import driver, seeding
from tests.dashboard.conftest import Served, serving_desk
from tests.dashboard.seeding import PASSWORD
from tests.dashboard.test_browser import act_on, acts_on, opened_by_hand

pytestmark = pytest.mark.browser
TICKING = re.compile(r"剩 (?:\d+小时)?\d+分\d\d秒")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk of their own: what other tests leave waiting would stand before what these look for."""
    with serving_desk(tmp_path_factory.mktemp("matters"), seeding.fill, sample=True) as opened:
        yield opened


def row(page: Page, incident: str) -> Locator:
    return page.locator(f".st-key-row_{incident}")


def bottom(found: Locator) -> float:
    box = found.bounding_box()
    assert box is not None
    return box["y"] + box["height"]


def test_countdowns_tick_every_second_although_the_page_asks_the_desk_less_often(page: Page, desk: Desk):
    incident = opened_by_hand(desk, "井盖松动")
    act_on(desk, incident, Act.START_PLAN)
    driver.sign_in(page, "lijun", PASSWORD)
    expect(row(page, incident)).to_contain_text(TICKING)
    page.evaluate("window.notReloaded = true")
    page.context.set_offline(True)
    said = set()
    for _ in range(9):
        said.add(TICKING.search(row(page, incident).inner_text())[0])  # type: ignore[index]
        page.wait_for_timeout(500)
    page.context.set_offline(False)
    assert len(said) >= 4
    assert page.evaluate("window.notReloaded")


def test_a_page_that_is_no_longer_fed_says_so(page: Page):
    driver.sign_in(page, "lijun", PASSWORD)
    page.wait_for_timeout(2500)
    page.context.set_offline(True)
    expect(page.get_by_role("alert").filter(has_text="与值班台的连接断了")).to_be_visible()
    page.context.set_offline(False)
    expect(page.get_by_text("与值班台的连接断了")).to_be_hidden()


def test_however_many_wait_the_first_screen_counts_them_all_and_the_list_holds_each(page: Page, desk: Desk):
    incidents = [opened_by_hand(desk, f"路面塌陷第{number}处") for number in range(9)]
    for incident in incidents:
        act_on(desk, incident, Act.START_PLAN)
    driver.sign_in(page, "wangfang", PASSWORD)
    for incident in incidents:
        expect(row(page, incident)).to_be_visible()
    line = page.locator(".st-key-matters_line")
    assert bottom(line) <= driver.SCREEN["height"]
    total = int(re.findall(r"要办的事 · (\d+)", line.inner_text())[0])
    numbers = [int(one) for one in re.findall(r"[◆▲●○] \D+ (\d+)", line.inner_text())]
    assert total == sum(numbers) >= len(incidents)


def test_severity_is_told_by_a_word_and_a_shape_beside_the_colour(page: Page, desk: Desk):
    incident = opened_by_hand(desk, "河水变色")
    act_on(desk, incident, Act.SET_SEVERITY, severity="major_emergency", reason="有人中毒")
    driver.sign_in(page, "lijun", PASSWORD)
    expect(row(page, incident)).to_contain_text("◆ 重大突发")


def test_an_incident_is_acknowledged_from_the_list_once_by_a_double_click(page: Page, desk: Desk):
    incident = opened_by_hand(desk, "树木倒伏")
    act_on(desk, incident, Act.SET_SEVERITY, severity="major_emergency", reason="压住行人")
    driver.sign_in(page, "lijun", PASSWORD)
    row(page, incident).get_by_role("button", name="签收").dblclick()
    driver.told(page, "已签收")
    expect(row(page, incident)).to_contain_text("已签收")
    expect(row(page, incident).get_by_role("button", name="签收")).to_have_count(0)
    assert [act for act, _ in acts_on(desk, incident)].count("acknowledge") == 1


def test_evaluators_find_no_button_on_the_desk(page: Page, desk: Desk):
    incident = opened_by_hand(desk, "围墙开裂")
    act_on(desk, incident, Act.START_PLAN)
    driver.sign_in(page, "zhaomin", PASSWORD)
    expect(row(page, incident)).to_be_visible()
    assert driver.to_press(page) == {"数字的意思", "赵敏 · 评估人员"}
