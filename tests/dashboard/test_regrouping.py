"""Merging, splitting and linking incidents through the dialogs of their page, in a browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from huiying.wiring import Desk
from pipeline.judging import Judging
from pipeline.notify import stored_contacts
from records.disclosures import Disclosure
from records.posts import Post
from records.words import Category, Channel, Scope, Sentiment
from tests.dashboard import driver
from tests.dashboard.seeding import PASSWORD
from tests.pipeline.known_answers import KEEP, KnownAnswers

pytestmark = pytest.mark.browser


def incident_on(desk: Desk, record: str, title: str, *texts: str) -> str:
    """A record with that title, and the incident that these posts on it have opened."""
    now = desk.clock.now()
    posts = [
        Post(f"{record}-{number}", "bbs-yunchuan", Channel.FORUM, None, None, text, now, now)
        for number, text in enumerate(texts)
    ]
    with desk.store.transaction() as t:
        t.disclosures.add(
            Disclosure(record, title, None, now, "区住建局", None, Scope.PUBLIC, None, "全文"), now, "王芳"
        )
        for post in posts:
            t.posts.add(post, now + KEEP)
    labels = {post.id: (Sentiment.NEGATIVE, record, Category.PUBLIC_INTEREST, None) for post in posts}
    while Judging(desk.store, lambda: KnownAnswers(labels), desk.rules, stored_contacts).step(now):
        pass
    with desk.store.reading() as t:
        incident = t.incidents.newest_ongoing(record)
    assert incident is not None
    return incident.id


def linked_to(desk: Desk, *posts: str) -> list[str | None]:
    with desk.store.reading() as t:
        found = t.assessments.many(posts)
    return [found[post].disclosure for post in posts]


@pytest.mark.clause("H-42")
def test_an_officer_merges_an_incident_into_the_one_that_it_belongs_to(page: Page, desk: Desk):
    target = incident_on(desk, "g-park", "关于停车收费的公告", "停车涨价谁定的", "停车费太贵", "路边停车乱收费")
    source = incident_on(desk, "g-road", "关于道路施工的公告", "收费的人不给票", "收费牌子看不清", "半夜还收停车费")
    driver.sign_in(page, "lijun", PASSWORD, f"/incident?id={source}")
    driver.act(page, "合并")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("查找进行中的事件").fill("停车收费")
    dialog.get_by_label("查找进行中的事件").press("Enter")
    dialog.get_by_text("“关于停车收费的公告”相关舆情").click()
    dialog.get_by_text("就是目标事件的“关于停车收费的公告”").click()
    dialog.get_by_role("button", name="合并", exact=True).click()
    expect(dialog.get_by_text("请填写理由")).to_be_visible()
    dialog.get_by_label("合并的理由").fill("说的都是停车收费")
    dialog.get_by_role("button", name="合并", exact=True).click()
    driver.told(page, f"已并入 {target}")
    expect(page.get_by_text("帖文和没有办完的时限都在那里")).to_be_visible()
    expect(page.locator(".st-key-incident_clock")).to_contain_text(f"时限由 {target} 接着走")
    expect(page.locator(".st-key-acts")).to_have_count(0)
    page.get_by_role("button", name=f"去 {target}").click()
    expect(page.get_by_role("button", name=f"{source} 已并入本事件")).to_be_visible()
    driver.tab(page, "经过")
    expect(page.get_by_test_id("stTable")).to_contain_text(f"{source} 并入本事件（3 条）")
    assert linked_to(desk, "g-road-0", "g-road-1", "g-road-2") == ["g-park"] * 3


@pytest.mark.clause("H-42")
def test_an_officer_splits_posts_off_that_are_another_matter(page: Page, desk: Desk):
    source = incident_on(
        desk, "g-water", "关于停水检修的公告", "停水三天了", "水压一直上不去", "楼下路灯不亮没人修", "通知只贴了一天"
    )
    driver.sign_in(page, "lijun", PASSWORD, f"/incident?id={source}")
    driver.act(page, "拆分")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("帖文里的词").fill("路灯")
    dialog.get_by_label("帖文里的词").press("Enter")
    dialog.get_by_text("选中全部符合条件的 1 条").click()
    dialog.get_by_text("不涉及任何公开事项").click()
    dialog.get_by_label("新事件的名称").fill("路灯损坏")
    dialog.get_by_label("拆分的理由").fill("与停水无关")
    dialog.get_by_role("button", name="拆分", exact=True).click()
    driver.told(page, "已拆分为新事件")
    page.get_by_role("button", name="由本事件拆出").click()
    expect(page.get_by_role("heading", name="路灯损坏")).to_be_visible()
    expect(page.get_by_role("button", name=f"由 {source} 拆出")).to_be_visible()
    driver.tab(page, "帖文")
    expect(page.get_by_text("楼下路灯不亮没人修")).to_be_visible()
    with desk.store.reading() as t:
        assert [one.post_id for one in t.incidents.members(source)] == ["g-water-0", "g-water-1", "g-water-3"]
    assert linked_to(desk, "g-water-2") == [None]


def test_an_officer_links_an_incident_to_another_record(page: Page, desk: Desk):
    incident = incident_on(desk, "g-bus", "关于公交改线的公告", "改线以后没法上学", "绕路半小时", "老人等不到车")
    with desk.store.transaction() as t:
        now = desk.clock.now()
        record = Disclosure("g-school", "关于校车停运的通告", None, now, "区教育局", None, Scope.PUBLIC, None, "全文")
        t.disclosures.add(record, now, "王芳")
    driver.sign_in(page, "lijun", PASSWORD, f"/incident?id={incident}")
    driver.act(page, "改关联")
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("查找公开事项").fill("校车停运")
    dialog.get_by_label("查找公开事项").press("Enter")
    dialog.get_by_text("关于校车停运的通告").click()
    dialog.get_by_label("改关联的理由").fill("说的是校车")
    dialog.get_by_role("button", name="改关联", exact=True).click()
    driver.told(page, "已改关联")
    expect(page.get_by_role("heading", name="“关于校车停运的通告”相关舆情")).to_be_visible()
    driver.tab(page, "经过")
    expect(page.get_by_test_id("stTable")).to_contain_text("更正 3 条帖文的研判")
    assert linked_to(desk, "g-bus-0", "g-bus-1", "g-bus-2") == ["g-school"] * 3


def test_an_evaluator_is_not_offered_any_of_it(page: Page, desk: Desk):
    incident = incident_on(desk, "g-tree", "关于行道树更换的公告", "树都砍了", "没有阴凉了", "为什么不先问居民")
    driver.sign_in(page, "zhaomin", PASSWORD, f"/incident?id={incident}")
    expect(page.get_by_text("您对这个事件只有查看权限")).to_be_visible()
    for name in ("合并…", "拆分…", "改关联…"):
        expect(page.get_by_role("button", name=name)).to_have_count(0)
