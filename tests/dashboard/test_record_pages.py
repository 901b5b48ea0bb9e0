"""Records in a browser: found by their text, noted where they are published, planned for release."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from huiying.wiring import Desk
from tests.dashboard import driver, seeding
from tests.dashboard.conftest import Served, serving_desk
from tests.dashboard.seeding import PASSWORD

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=alert(1)> **粗** [链](http://x)"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk of its own: what is done here stays."""
    with serving_desk(tmp_path_factory.mktemp("desk"), lambda desk: seeding.fill(desk, 30)) as opened:
        yield opened


def test_a_record_is_found_by_its_body_and_the_place_of_the_hit_is_shown(page: Page):
    driver.sign_in(page, "wangfang", PASSWORD, "/ledger")
    page.get_by_label("查找").fill("充电桩")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text("最相符的在前")).to_be_visible()
    found = page.locator("[class*=st-key-record_]").first
    expect(found).to_contain_text("正文")
    expect(found.locator("span", has_text="充电桩").first).to_be_visible()


def test_from_a_record_in_the_ledger_its_incident_is_one_click_away_and_its_reaction_is_drawn(page: Page):
    driver.sign_in(page, "wangfang", PASSWORD, "/ledger")
    page.get_by_label("情况").click()
    page.get_by_role("option", name="有进行中的事件").click()
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text("共 1 条")).to_be_visible()
    record = page.locator("[class*=st-key-record_]").first
    image = record.get_by_test_id("stImage").locator("img")
    expect(image).to_have_attribute("src", re.compile("^data:image/svg"))
    expect(record.get_by_text("最多")).to_be_visible()
    record.get_by_role("link", name="待核实").click()
    expect(page.get_by_text("编号 2")).to_be_visible()


@pytest.mark.clause("E-2(3)2")
def test_an_evaluator_finds_no_party_record(page: Page):
    driver.sign_in(page, "zhaomin", PASSWORD, "/ledger")
    page.get_by_label("查找").fill("作风专项检查")
    page.get_by_role("button", name="查找").click()
    expect(page.get_by_text("没有符合的公开事项")).to_be_visible()


@pytest.mark.clause("H-14", "H-20")
def test_where_a_record_is_published_is_noted_and_taken_back_with_a_reason(page: Page, desk: Desk):
    driver.sign_in(page, "wangfang", PASSWORD, "/record?id=d01")
    page.get_by_role("button", name="登记发布").click()
    page.get_by_label("网址（网上发布的必填）").fill("https://gov.example/d01")
    page.get_by_role("button", name="登记", exact=True).click()
    driver.told(page, "已登记")
    page.get_by_role("button", name="撤回").click()
    page.get_by_label("原因").fill(HOSTILE)
    page.get_by_role("button", name="撤回这条登记").click()
    driver.told(page, "已撤回")
    expect(page.get_by_text("<img src=x").first).to_be_visible()
    with desk.store.reading() as t:
        (entry,) = t.publications.of(["d01"])
    assert (entry.link, entry.reason) == ("https://gov.example/d01", HOSTILE)


@pytest.mark.clause("H-37")
def test_a_record_is_put_away_on_its_page_and_the_package_is_downloaded(page: Page, desk: Desk):
    driver.sign_in(page, "wangfang", PASSWORD, f"/record?id={seeding.PARTY}")
    page.get_by_role("button", name="归档成包").click()
    driver.told(page, "已归档")
    with page.expect_download() as saved:
        page.get_by_role("button", name="下载").click()
    with desk.store.reading() as t:
        (package,) = t.archives.of(seeding.PARTY)
    assert saved.value.path().read_bytes() == (desk.settings.archive_dir / package.file).read_bytes()


@pytest.mark.clause("E-2(7)4")
def test_a_release_is_planned_and_noted_as_held(page: Page):
    driver.sign_in(page, "wangfang", PASSWORD, "/releases")
    page.get_by_role("button", name="安排发布").click()
    page.get_by_label("发布什么").fill(f"防汛准备{HOSTILE}")
    page.get_by_role("button", name="列入日历").click()
    driver.told(page, "已列入发布日历")
    page.goto(page.url)
    card = page.locator("[class*=st-key-release_1]").first
    expect(page.get_by_text("防汛准备").first).to_be_visible(timeout=driver.PATIENCE)
    expect(card.locator("img")).to_have_count(0)
    card.get_by_role("button", name="已发布").click()
    driver.told(page, "已登记：已发布")
