"""A paper that is owed waits on the desk; the office opens it, takes the figures of now, and drafts another one."""

from __future__ import annotations

from datetime import timedelta

import pytest
from playwright.sync_api import Page, expect

from huiying.wiring import Desk
from pipeline.notify import page_only
from pipeline.periodic import watch_periodic
from records.papers import About, PaperKind
from records.zone import CHINA
from regulation.periodic import Every, stretch_of
from tests.dashboard import driver
from tests.dashboard.seeding import PASSWORD

pytestmark = pytest.mark.browser


def test_the_office_finds_what_it_must_sign_on_the_desk_updates_it_and_drafts_another_day(page: Page, desk: Desk):
    now = desk.clock.now()
    for moment in (now - timedelta(days=40), now):
        watch_periodic(desk.store, moment, desk.periodic, desk.disclosure_time, page_only)
    month = stretch_of(Every.MONTH, now.astimezone(CHINA).date()).before()
    with desk.store.reading() as t:
        newest = t.papers.draft_of(PaperKind.MONTHLY, About(first=month.first, last=month.last))
    assert newest is not None
    driver.sign_in(page, "wangfang", PASSWORD)
    driver.list_all_matters(page)
    row = page.locator(f".st-key-row_paper_{newest.id}")
    expect(row.get_by_text("签发")).to_be_visible()
    row.get_by_role("link", name=newest.content.title).click()
    expect(page.get_by_role("heading", name=newest.content.title)).to_be_visible()
    expect(page.get_by_role("button", name="签发…")).to_be_disabled()
    page.get_by_role("button", name="按最新数据更新").click()
    driver.told(page, "已按最新数据更新")
    driver.visit(page, "报告文稿")
    page.get_by_role("button", name="起草一期…").click()
    page.get_by_role("button", name="起草", exact=True).click()
    yesterday = now.astimezone(CHINA).date() - timedelta(days=1)
    title = f"{yesterday.year}年{yesterday.month}月{yesterday.day}日舆情日报"
    expect(page.get_by_role("heading", name=title)).to_be_visible()
