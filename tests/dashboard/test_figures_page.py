"""The office changes a figure of the severity rules on the page 管理 and takes it back, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from huiying.wiring import Desk
from pipeline.own_figures import own_figures
from tests.dashboard import driver, seeding
from tests.dashboard.conftest import Served, serving_desk
from tests.dashboard.seeding import PASSWORD

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk with people alone."""
    with serving_desk(tmp_path_factory.mktemp("desk"), lambda desk: seeding.add_people(desk)) as opened:
        yield opened


def kept(desk: Desk) -> object:
    with desk.store.reading() as t:
        return own_figures(t)


def test_a_figure_is_changed_with_a_reason_and_taken_back(page: Page, desk: Desk):
    driver.sign_in(page, "wangfang", PASSWORD, "/administration")
    driver.tab(page, "等级规则")
    expect(page.get_by_text("24小时内出现3个不同声音").first).to_be_visible()
    page.get_by_role("button", name="改一个数值").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("spinbutton", name="改成").fill("5")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog.get_by_text("请填写改动的理由")).to_be_visible()
    dialog.get_by_label("理由（必填").fill("试行 <img src=x onerror=alert(1)>")
    dialog.get_by_role("button", name="保存").click()
    driver.told(page, "数值已改")
    expect(page.get_by_text("24小时内出现5个不同声音").first).to_be_visible()
    expect(page.get_by_text("不同声音（个） 3 → 5")).to_have_count(2)
    assert kept(desk) == {"voices_3": {"voices": 5}}
    page.get_by_role("button", name="撤销").click()
    driver.told(page, "已撤销")
    expect(page.get_by_text("24小时内出现3个不同声音").first).to_be_visible()
    assert kept(desk) == {}


def test_the_duty_officer_is_offered_no_figures(page: Page):
    driver.sign_in(page, "lijun", PASSWORD, "/administration")
    expect(page.get_by_role("tab", name="渠道与进程")).to_be_visible()
    expect(page.get_by_role("tab", name="等级规则")).to_have_count(0)
