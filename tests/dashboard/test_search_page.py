"""搜索: filters, marked words, pages, what stands beside the posts, and files that open safely."""

from __future__ import annotations

import csv
import re
from io import BytesIO, StringIO
from pathlib import Path

import pytest
from openpyxl import load_workbook
from playwright.sync_api import Page, expect

from dashboard.backstage import Backstage
from dashboard.screens.search_files import made
from huiying.wiring import Desk
from pipeline import accounts
from pipeline.indexing import catch_up
from pipeline.intake import receive
from pipeline.refusals import Refused
from records.posts import Post
from records.searches import Search
from records.words import Channel
from tests.dashboard import driver, seeding
from tests.dashboard.seeding import PASSWORD
from tests.pipeline.known_answers import KEEP

HOSTILE = '=HYPERLINK("http://evil.example","点我")\x07停暖'


def entered(desk: Desk, post_id: str, text: str, title: str | None = None) -> None:
    now = desk.clock.now()
    with desk.store.transaction() as t:
        receive(t, Post(post_id, "bbs-yunchuan", Channel.FORUM, None, title, text, now, now), now, KEEP)
    index = desk.index()
    while catch_up(desk.store, index):
        pass
    index.close()


@pytest.fixture
def token(backstage: Backstage) -> str:
    """The session of 王芳, on a desk that holds one hostile post."""
    seeding.add_people(backstage.desk)
    entered(backstage.desk, "h1", HOSTILE, "@SUM(A1)")
    return accounts.sign_in(backstage.store, "wangfang", PASSWORD, backstage.now()).token


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
def test_what_others_wrote_is_text_in_the_file(backstage: Backstage, token: str, ending: str):
    content = made(backstage, token, Search("停暖"), ending, str)
    if ending == "csv":
        (_, row) = csv.reader(StringIO(content.decode("utf-8-sig")))
    else:
        sheet = load_workbook(BytesIO(content)).active
        assert sheet is not None
        row = [str(cell.value or "") for cell in sheet[2]]
        assert {cell.data_type for cell in sheet[2]} <= {"s", "inlineStr", "n"}
    assert row[4:6] == ["'@SUM(A1)", '\'=HYPERLINK("http://evil.example","点我")停暖']


def test_no_file_is_made_for_a_session_that_has_ended(backstage: Backstage, token: str):
    accounts.sign_out(backstage.store, token, backstage.now())
    with pytest.raises(Refused):
        made(backstage, token, Search("停暖"), "csv", str)


def search_for(page: Page, words: str) -> None:
    page.get_by_label("词语").fill(words)
    page.get_by_test_id("stForm").get_by_role("button", name="搜索").click()


@pytest.mark.browser
def test_posts_are_found_by_their_words_which_are_marked(page: Page):
    driver.sign_in(page, "zhaomin", PASSWORD)
    driver.visit(page, "搜索")
    page.get_by_label("词语").fill("暖气")
    page.get_by_label("词语").press("Enter")
    expect(page.get_by_text(re.compile(r"^共 \d+ 条"))).to_be_visible()
    expect(page.locator(".stMarkdownColoredBackground", has_text="暖气").first).to_be_visible()
    page.get_by_role("tab", name="公开事项").click()
    expect(page.get_by_role("link", name="供热期").first).to_be_visible()


def choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label).click()
    page.get_by_role("option", name=option, exact=True).click()


@pytest.mark.browser
def test_filters_thin_out_what_the_words_find(page: Page):
    driver.sign_in(page, "wangfang", PASSWORD)
    driver.visit(page, "搜索")
    search_for(page, "供热")
    posts = page.get_by_role("tab", name=re.compile("帖文"))
    all_of_them = posts.inner_text()
    driver.unfold(page, "更多条件")
    choose(page, "所在事件的等级", "重大突发")
    page.get_by_test_id("stForm").get_by_role("button", name="搜索").click()
    expect(posts).not_to_have_text(all_of_them)
    expect(page.get_by_text("为什么这样判").first).to_be_visible()


@pytest.mark.browser
def test_pages_lead_through_everything_that_a_filter_finds(page: Page):
    driver.sign_in(page, "wangfang", PASSWORD)
    driver.visit(page, "搜索")
    choose(page, "研判", "负面")
    page.get_by_test_id("stForm").get_by_role("button", name="搜索").click()
    expect(page.get_by_text("为什么这样判")).to_have_count(20)
    first = page.get_by_test_id("stText").first.inner_text()
    page.get_by_role("button", name="Page 2", exact=True).click()
    expect(page.get_by_test_id("stText").first).not_to_have_text(first)


@pytest.mark.browser
def test_a_file_is_downloaded_by_those_who_may(page: Page, tmp_path: Path):
    driver.sign_in(page, "wangfang", PASSWORD)
    driver.visit(page, "搜索")
    search_for(page, "暖气")
    with page.expect_download() as waiting:
        page.get_by_role("button", name="导出 .csv").click()
    waiting.value.save_as(tmp_path / "found.csv")
    assert "暖气" in (tmp_path / "found.csv").read_text("utf-8-sig")


@pytest.mark.browser
def test_who_may_not_export_sees_no_button_for_it(page: Page):
    driver.sign_in(page, "chenjie", PASSWORD)
    driver.visit(page, "搜索")
    search_for(page, "暖气")
    expect(page.get_by_text(re.compile(r"^共 \d+ 条"))).to_be_visible()
    expect(page.get_by_role("button", name="导出 .csv")).to_have_count(0)


@pytest.mark.browser
def test_a_saved_search_is_offered_and_fills_the_form(page: Page):
    driver.sign_in(page, "lijun", PASSWORD)
    driver.visit(page, "搜索")
    search_for(page, "暖气")
    page.get_by_role("button", name="保存搜索").click()
    page.get_by_label("名称").fill("停暖")
    page.get_by_role("button", name="保存", exact=True).click()
    driver.told(page, "已保存")
    search_for(page, "没有这样的词")
    expect(page.get_by_text("没有找到")).to_be_visible()
    choose(page, "已存的搜索", "停暖")
    expect(page.get_by_label("词语")).to_have_value("暖气")
    expect(page.get_by_text("Choose an option")).to_have_count(0)
    expect(page.get_by_text(re.compile(r"^共 \d+ 条"))).to_be_visible()
