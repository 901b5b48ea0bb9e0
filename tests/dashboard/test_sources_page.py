"""The page of sources in a real browser: an administrator adds one without touching files, and it is then read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from huiying.wiring import Desk
from pipeline.acts import Actor
from pipeline.source_acts import Change, save_source
from pipeline.sources import Listed, Origin
from records.words import Role
from tests.crawlers.site import Answer, Site, serving
from tests.dashboard import driver, seeding
from tests.dashboard.conftest import Served, serving_desk
from tests.dashboard.seeding import PASSWORD
from tests.huiying.waiting import until

pytestmark = pytest.mark.browser
HOSTILE = "<img src=x onerror=alert(1)>[点我](javascript:alert(2))"


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    with serving() as opened:
        yield opened


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, site: Site) -> Iterator[Served]:
    """A desk with people and one source in its file, that may read the test's own site."""
    crawl = {"sources_file": "sources.yaml", "allow_private_hosts": [site.host], "delay_seconds": 0}
    with serving_desk(
        tmp_path_factory.mktemp("desk"),
        seeding.add_people,
        [feed(site, "news")],
        crawl=crawl,
        retention={"days": 3650},
    ) as opened:
        yield opened


def feed(site: Site, name: str, **more: Any) -> dict[str, Any]:
    site.pages[f"/{name}"] = Answer(
        '<rss version="2.0"><channel><title>t</title><item><title>停水通知</title><link>/a/1</link>'
        "<pubDate>Tue, 03 Mar 2026 02:00:00 GMT</pubDate><description>今晚停水，详询13912345678。"
        "&amp;lt;img src=x onerror=alert(1)&amp;gt;[点我](javascript:alert(2))</description></item>"
        "<item><link>/a/2</link><description>\u200b</description></item></channel></rss>"
    )
    return {"id": name, "name": f"来源 {name}", "kind": "feed", "channel": "news", "url": site.url(f"/{name}"), **more}


def save(desk: Desk, row: dict[str, Any], revision: int | None = None) -> None:
    save_source(desk.managing(), row, Change(Actor("李另", Role.ADMIN), desk.clock.now(), revision))


def standing(desk: Desk, source: str) -> Listed:
    found = desk.sources.current().find(source)
    assert found is not None
    return found


def field(page: Page, label: str) -> Locator:
    return page.get_by_role("textbox", name=label)


def write(page: Page, label: str, text: str) -> None:
    field(page, label).fill(text)
    field(page, label).press("Tab")


def fill_in(page: Page, row: dict[str, Any]) -> None:
    """The form of a feed."""
    page.get_by_role("button", name="添加采集源").click()
    page.get_by_role("combobox", name="类别").click()
    page.get_by_role("option", name="订阅").click()
    write(page, "编号", row["id"])
    write(page, "名称", row["name"])
    page.get_by_role("combobox", name="渠道").click()
    page.get_by_role("option", name="新闻").click()
    write(page, "网址", row["url"])


def drawn(page: Page) -> None:
    """Wait until the page is drawn to its end: a button that is pressed while it is replaced says nothing."""
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    expect(page.locator("[data-stale=true]")).to_have_count(0)


def audited(desk: Desk, source: str) -> list[tuple[str, bool]]:
    with desk.store.reading() as t:
        return [(entry.act, entry.allowed) for entry in t.audit.about(source)]


def test_a_source_is_added_by_preview_and_save_and_then_read(page: Page, desk: Desk, site: Site) -> None:
    row = feed(site, "added")
    driver.sign_in(page, "admin", PASSWORD, "/sources")
    fill_in(page, row)
    expect(page.get_by_text("填写无误")).to_be_visible()
    expect(page.get_by_text("还没有试采成功")).to_be_visible()
    drawn(page)
    page.get_by_role("button", name="试采").click()
    result = page.locator(".st-key-source_preview")
    expect(result).to_contain_text("已采集", timeout=60_000)
    expect(result).to_contain_text("将入库 1 条")
    expect(result).to_contain_text("停水通知")
    expect(result).to_contain_text("丢弃 1 条")
    expect(page.get_by_text("还没有试采成功")).to_have_count(0)
    assert "13912345678" not in page.content()
    with desk.store.reading() as t:
        assert t.posts.newest(10) == []
    drawn(page)
    page.get_by_role("button", name="保存").click()
    driver.told(page, "已保存")
    expect(page.get_by_role("heading", name="来源 added")).to_be_visible()
    assert standing(desk, "added").row == {**row, "url": site.url("/added")}
    assert audited(desk, "added") == [("source_previewed", True), ("source_saved", True)]
    collector = desk.collector()
    collector.tick()
    assert until(lambda: not collector.busy(), 60)
    with desk.store.reading() as t:
        assert {post.source for post in t.posts.newest(10)} == {"news", "added"}
    expect(page.locator("table").last).to_contain_text("已采集", timeout=30_000)
    expect(page.get_by_text("正常")).to_be_visible()


def test_what_is_missing_or_wrong_is_said_at_once_in_the_words_of_the_form(page: Page, site: Site) -> None:
    driver.sign_in(page, "admin", PASSWORD, "/sources")
    page.get_by_role("button", name="添加采集源").click()
    page.get_by_role("combobox", name="类别").click()
    page.get_by_role("option", name="列表网页").click()
    expect(page.get_by_text("还要填：编号、名称、渠道、网址、列表里的一条（选择器）")).to_be_visible()
    expect(page.get_by_role("button", name="保存")).to_be_disabled()
    write(page, "编号", "Bad Id")
    expect(page.get_by_text("“编号”只能用小写字母")).to_be_visible()
    write(page, "编号", "news")
    expect(page.get_by_text("已有编号为“news”的采集源")).to_be_visible()
    expect(page.get_by_role("button", name="试采")).to_be_disabled()


def test_an_inner_address_is_neither_read_nor_saved(page: Page, desk: Desk) -> None:
    driver.sign_in(page, "admin", PASSWORD, "/sources")
    fill_in(page, {"id": "inner", "name": "内网", "url": "http://127.1:9/rss"})
    drawn(page)
    page.get_by_role("button", name="试采").click()
    expect(page.locator(".st-key-source_preview")).to_contain_text("地址指向内网，已拒绝", timeout=60_000)
    drawn(page)
    page.get_by_role("button", name="保存").click()
    driver.told(page, "地址指向内网")
    assert desk.sources.current().find("inner") is None
    assert audited(desk, "inner") == [("source_previewed", True), ("source_saved", False)]


def test_who_only_looks_is_offered_no_change_by_button_or_by_address(page: Page) -> None:
    driver.sign_in(page, "wangfang", PASSWORD, "/sources?form=1")
    expect(page.get_by_text("来源 news").first).to_be_visible()
    for name in ("添加采集源", "保存", "试采"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
    page.goto("/sources?id=news&form=1")
    expect(page.get_by_text("只能查看采集源")).to_be_visible()
    for name in ("修改", "停用", "保存"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)


def test_a_source_of_the_file_is_switched_off_and_given_back(
    page: Page, desk: Desk, served: Served, site: Site
) -> None:
    before = (served.folder / "sources.yaml").read_bytes()
    driver.sign_in(page, "admin", PASSWORD, "/sources?id=news")
    page.get_by_role("button", name="停用").dblclick()
    driver.told(page, "已停用")
    assert standing(desk, "news").revision == 1
    drawn(page)
    page.get_by_role("button", name="启用").click()
    driver.told(page, "已启用")
    drawn(page)
    page.get_by_role("button", name="恢复文件写法").click()
    page.get_by_role("dialog").get_by_role("button", name="确定").click()
    driver.told(page, "已恢复文件里的写法")
    assert standing(desk, "news").origin is Origin.FILE
    assert (served.folder / "sources.yaml").read_bytes() == before


def test_a_change_by_another_administrator_is_not_written_over(page: Page, desk: Desk, site: Site) -> None:
    row = feed(site, "shared")
    save(desk, row)
    driver.sign_in(page, "admin", PASSWORD, "/sources?id=shared&form=1")
    expect(field(page, "编号")).to_be_disabled()
    write(page, "名称", "我改的名")
    expect(page.get_by_text("填写无误")).to_be_visible()
    drawn(page)
    button = page.get_by_role("button", name="保存")
    save(desk, {**row, "name": "他改的名"}, 1)
    button.click()
    driver.told(page, "刚被他人改动")
    assert standing(desk, "shared").name == "他改的名"


def test_a_row_of_more_than_the_form_asks_keeps_it_all(page: Page, desk: Desk, site: Site) -> None:
    row = feed(site, "rich", max_pages=7)
    row["read"] = {"article": {"text": "div", "comments": {"item": "li", "text": "p"}}, "reactions": {"likes": "x:n"}}
    save(desk, row)
    driver.sign_in(page, "admin", PASSWORD, "/sources?id=rich&form=1")
    write(page, "名称", "改了名")
    expect(page.get_by_text("填写无误")).to_be_visible()
    drawn(page)
    page.get_by_role("button", name="保存").click()
    driver.told(page, "已保存")
    assert standing(desk, "rich").row == {**row, "name": "改了名"}


def test_a_row_that_holds_no_longer_and_a_broken_file_are_told_and_the_rest_shown(
    page: Page, desk: Desk, served: Served
) -> None:
    file = served.folder / "sources.yaml"
    before = file.read_bytes()
    desk.sources.current(keep=True)
    with desk.store.transaction() as t:
        t.source_rows.put("old", {"id": "old", "name": HOSTILE, "kind": "gopher"}, desk.clock.now(), "周管理")
    file.write_text("sources: [", "utf-8")
    try:
        driver.sign_in(page, "wangfang", PASSWORD, "/sources")
        expect(page.get_by_text("采集源文件有误，改好之前仍按上次读成的写法采集")).to_be_visible()
        expect(page.get_by_text("来源 news").first).to_be_visible()
        expect(page.get_by_text("设置有误")).to_be_visible()
        expect(page.get_by_text("<img src=x", exact=False).first).to_be_visible()
        page.goto("/sources?id=old")
        expect(page.get_by_text("其他采集源不受影响")).to_be_visible()
    finally:
        file.write_bytes(before)


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("address", ["/sources", "/sources?id=news", "/sources?id=news&form=1", "/sources?form=1"])
def test_the_pages_fit_screens_and_telephones(page: Page, address: str, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 800})
    driver.sign_in(page, "admin", PASSWORD, address)
    page.wait_for_load_state("networkidle")
    wider = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(wider) <= 0
