"""回应公开 in a browser: one of the office writes an entry, another approves and makes it public; the site then holds it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from huiying.wiring import Desk
from pipeline import public_site
from tests.dashboard import driver
from tests.dashboard.conftest import Served
from tests.dashboard.seeding import PASSWORD

pytestmark = pytest.mark.browser
TITLE = "老旧小区改造的补偿怎么算"


@pytest.fixture
def office(browser: Browser, served: Served) -> Iterator[Page]:
    """A page on which the administrator, the other one who may approve, is signed in."""
    opened = driver.new_page(browser, served.base)
    driver.sign_in(opened, "admin", PASSWORD)
    yield opened
    opened.context.close()


@pytest.mark.clause("H-42(1)", "H-44(2)")
def test_one_writes_an_entry_another_approves_it_and_it_comes_on_the_site(page: Page, office: Page, desk: Desk):
    with desk.store.reading() as t:
        record = next(one for one in t.disclosures.current() if one.scope.value == "public" and not one.withdrawn)
    driver.sign_in(page, "wangfang", PASSWORD, f"/public?id={record.id}")
    page.get_by_role("button", name="起草条目…").first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("题目").fill(TITLE)
    dialog.get_by_label("疑问 1").fill("补偿按什么标准算？")
    dialog.get_by_label("答复 1").fill("按评估价补偿，标准见方案第六条。")
    dialog.get_by_label("办理情况").fill("已在四个小区张贴说明。")
    dialog.get_by_role("button", name="保存").click()
    driver.told(page, "已保存")
    page.get_by_role("button", name="送审").first.click()
    driver.told(page, "已送审")
    expect(page.get_by_text("请由另一人审定").first).to_be_visible()
    expect(page.get_by_role("button", name="审定…")).to_have_count(0)

    office.goto(f"/public?id={record.id}")
    office.get_by_role("button", name="审定…").first.click()
    office.get_by_role("dialog").get_by_role("button", name="审定").click()
    driver.told(office, "已审定")
    with desk.store.reading() as t:
        assert public_site.site_entries(t, desk.answering.checking)[0] == []
    office.get_by_role("button", name="公开", exact=True).first.click()
    driver.told(office, "已公开")
    with desk.store.reading() as t:
        (held,) = public_site.site_entries(t, desk.answering.checking)[0]
    assert (held.words.title, held.record.id) == (TITLE, record.id)


def test_a_unit_finds_no_such_page(page: Page):
    driver.sign_in(page, "chenjie", PASSWORD)
    expect(page.get_by_role("link", name="回应公开")).to_have_count(0)
