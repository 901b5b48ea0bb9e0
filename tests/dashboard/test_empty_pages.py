"""A desk with people and nothing else: every page says what is not there yet and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from dashboard.navigation import Place
from huiying.wiring import Desk
from tests.dashboard import driver, seeding
from tests.dashboard.conftest import Served, serving_desk
from tests.dashboard.seeding import PASSWORD
from tests.dashboard.test_accessibility import open_all

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

SAID = {
    "值班台": ("请到“录入”登记", "没有任何网上巡查", "请管理员在服务器上用 huiying up 启动", "运行故障"),
    "事件": ("另外得知的，请到“录入”登记",),
    "消息": ("会自动通知到这里",),
    "录入": ("写完按 Ctrl+Enter 就登记",),
    "搜索": ("输入一个或几个词",),
    "上报台账": ("在事件的“上报”里办理",),
    "网上巡查": ("还没有采集源。请到“采集源”查看",),
    "值班表": ("请在“导入”里下载模板", "还没有交接记录"),
    "值班表 · 值班日志": ("接到来电、巡查情况、交办的事，写在上面",),
    "值班表 · 换班、撤班": ("先在“管理 → 联系人”登记",),
    "值班表 · 导入": ("模板",),
    "拟公开事项": ("请按“提出公开事项”",),
    "拟公开事项审签": ("请从“拟公开事项”打开",),
    "公开事项台账": ("导入旧台账",),
    "公开事项": ("请从台账打开",),
    "风险评估": ("请从公开事项或拟公开事项打开",),
    "公开目录": ("建立本单位目录",),
    "发布日历": ("请按“安排发布”",),
    "意见建议": ("在“登记”里登记一条",),
    "意见建议办理": ("请从台账打开",),
    "回应公开": ("按“起草条目”",),
    "采集源": ("请联系管理员",),
    "管理": ("管理员可在“采集源”页添加",),
    "管理 · 渠道与进程": ("用 huiying up 启动",),
    "管理 · 采集记录": ("还没有采集过",),
    "管理 · 联系人": ("请在下面添加",),
    "管理 · 等级规则": ("还没有改动",),
    "帮助": ("打开就是这一页",),
}
"""What every page says when there is nothing on it yet, by its title and tab."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk where nothing runs and nothing has come."""
    with serving_desk(tmp_path_factory.mktemp("desk"), seeding.add_people, sources=[]) as opened:
        yield opened


def test_every_page_of_an_empty_desk_says_what_to_do(page: Page):
    driver.sign_in(page, "wangfang", PASSWORD)
    left = dict(SAID)
    for name, _ in open_all(page, list(Place), {}):
        for words in left.pop(name, ()):
            expect(page.get_by_test_id("stMain"), name).to_contain_text(words)
    assert left == {}


@pytest.mark.clause("H-41")
def test_a_channel_that_is_down_and_a_process_that_stopped_say_what_to_do(page: Page, desk: Desk):
    now = desk.clock.now()
    with desk.store.transaction() as t:
        t.alerts.note_failure("email", now, "连接被拒")
        t.clock.beat("judge@desk", now.replace(year=now.year - 1))
        t.clock.beat("crawl@desk", now.replace(year=now.year - 1))
        t.clock.beat("crawl-2@desk", now)
    driver.sign_in(page, "lijun", PASSWORD)
    state = page.locator(".st-key-desk_state")
    expect(state).to_contain_text("不通的渠道上，提醒改走其他渠道，内容都在站内消息里；急事请打电话")
    expect(state).to_contain_text("请管理员在服务器上运行 huiying doctor")
    expect(state).to_contain_text("已停、由同类进程接着做的：采集 desk")
