"""Correcting how a post was read, in a real browser: who is offered it, what the page then shows, what incidents make of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from playwright.sync_api import Locator, Page, expect

from huiying.wiring import Desk
from pipeline.copy_note import CopyNote
from pipeline.judging import Judging
from pipeline.model_note import ModelNote, note_model
from pipeline.notify import stored_contacts
from records.assessments import Assessment, Ground
from records.corrections import Verdict
from records.posts import Post
from records.words import Category, Channel, Sentiment
from tests.dashboard import driver, seeding
from tests.dashboard.seeding import PASSWORD
from tests.pipeline.known_answers import KEEP, KnownAnswers

pytestmark = pytest.mark.browser
RECORD = "d09"


def judged(desk: Desk, post_id: str, text: str, copy_of: str | None = None) -> str:
    """A post that the machine found negative on d09, in an emergency, with its grounds; the incident that it is in."""
    now = desk.clock.now()
    post = Post(post_id, "bbs-yunchuan", Channel.FORUM, None, None, text, now, now)
    with desk.store.transaction() as t:
        t.posts.add(post, now + KEEP)
    label = (Sentiment.NEGATIVE, RECORD, Category.EMERGENCY, copy_of)
    while Judging(desk.store, lambda: Explained({post_id: label}), desk.rules, stored_contacts).step(now):
        pass
    with desk.store.reading() as t:
        incident = t.incidents.newest_ongoing(RECORD)
    assert incident is not None
    return incident.id


class Explained(KnownAnswers):
    """Knows the answers and why."""

    def _assessment(self, post_id: str) -> Assessment:
        grounds = (
            Ground("sentiment", "说法", ("不满（没人管）",)),
            Ground("disclosure", "提到关注词", ("供热", "*粗体*")),
            Ground("category", "用词", ("爆管",)),
        )
        return replace(super()._assessment(post_id), grounds=grounds, model="abc123")


def block(page: Page, text: str) -> Locator:
    """The frame of the post with that text."""
    found = page.get_by_test_id("stVerticalBlock").filter(has_text=text).filter(has_text="为什么这样判").last
    # Drawn from above: until its own part is there, the last one is that of all posts.
    expect(found.get_by_text("为什么这样判")).to_have_count(1)
    return found


def open_posts(page: Page, incident: str, who: str) -> None:
    driver.sign_in(page, who, PASSWORD, f"/incident?id={incident}")
    driver.tab(page, "帖文")


@pytest.mark.clause("H-38")
def test_an_officer_reads_why_a_post_was_read_so_and_corrects_it(page: Page, desk: Desk):
    text = "更正用的帖文：请问明天几点恢复供热"
    incident = judged(desk, "correct-1", text)
    open_posts(page, incident, "lijun")
    post = block(page, text)
    post.get_by_text("为什么这样判").click()
    expect(post.get_by_text("没人管")).to_be_visible()
    expect(post.get_by_text("*粗体*")).to_be_visible()
    expect(post.get_by_text("爆管")).to_be_visible()
    post.get_by_role("button", name="更正…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("中性", exact=True).click()
    dialog.get_by_label("理由（可不填）").fill("只是询问")
    dialog.get_by_role("button", name="保存更正").click()
    driver.told(page, "已更正")
    expect(block(page, text).get_by_text("人工更正")).to_be_visible()
    with desk.store.reading() as t:
        (made,) = [one for one in t.corrections.all() if one.post_id == "correct-1"]
        read = t.assessments.get("correct-1")
    assert (made.actor, made.reason, made.text, made.model) == ("李军", "只是询问", text, "abc123")
    assert read is not None
    assert Verdict.of(read) == made.after
    assert (made.after.sentiment, made.after.disclosure, made.after.category) == (Sentiment.NEUTRAL, RECORD, None)
    seeding.judge(desk)
    with desk.store.reading() as t:
        assert "correct-1" not in [member.post_id for member in t.incidents.members(incident)]


def test_the_record_that_a_post_is_about_is_found_by_words_by_keyboard_alone(page: Page, desk: Desk):
    text = "更正用的帖文七：充电桩怎么还没装"
    incident = judged(desk, "correct-7", text)
    open_posts(page, incident, "lijun")
    block(page, text).get_by_role("button", name="更正…").click()
    dialog = page.get_by_role("dialog")
    wanted = dialog.get_by_label("查找公开事项")
    wanted.fill("没有这样的词")
    wanted.press("Enter")
    expect(dialog.get_by_text("请换个词")).to_be_visible()
    wanted.fill("充电桩")
    wanted.press("Enter")
    expect(dialog.get_by_text("请换个词")).to_be_hidden()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    dialog.get_by_role("button", name="保存更正").press("Enter")
    driver.told(page, "已更正")
    with desk.store.reading() as t:
        read = t.assessments.get("correct-7")
        assert read is not None
        record = t.disclosures.get(read.disclosure or "")
    assert record is not None
    assert record.id != RECORD
    assert "充电桩" in record.body


def test_a_negative_post_is_not_saved_without_a_category(page: Page, desk: Desk):
    text = "更正用的帖文二：供热说明会改到周五"
    incident = judged(desk, "correct-2", text)
    open_posts(page, incident, "wangfang")
    for wanted in ("中性", "负面"):
        block(page, text).get_by_role("button", name="更正…").click()
        dialog = page.get_by_role("dialog")
        dialog.get_by_text(wanted, exact=True).click()
        dialog.get_by_role("button", name="保存更正").click()
        driver.told(page, "已更正" if wanted == "中性" else "要选定类别")
        expect(dialog).to_be_hidden()


def test_a_copy_says_that_it_follows_the_correction_of_its_original(page: Page, desk: Desk):
    text = "更正用的帖文四：热力站几点恢复供热，有人知道吗"
    judged(desk, "correct-4", text)
    incident = judged(desk, "correct-5", f"{text}？", copy_of="correct-4")
    open_posts(page, incident, "lijun")
    post = block(page, f"{text}？")
    post.get_by_role("button", name="更正…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("中性", exact=True).click()
    dialog.get_by_role("button", name="保存更正").click()
    driver.told(page, "已更正")
    first = page.get_by_test_id("stVerticalBlock").filter(has_text=text).filter(has_text="随原帖更正").last
    expect(first.get_by_text("随原帖更正")).to_be_visible()
    first.get_by_text("为什么这样判").click()
    expect(first.get_by_text("编号 correct-5，李军 更正")).to_be_visible()


def test_who_dismisses_says_why_and_corrects_all_posts_with_one_press(page: Page, desk: Desk):
    incident = judged(desk, "correct-6", "更正用的帖文六：隔壁区暖气片冰凉")
    driver.sign_in(page, "lijun", PASSWORD, f"/incident?id={incident}")
    driver.act(page, "排除…")
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("说的是别的事（第三十八条）")).to_be_visible()
    dialog.get_by_role("button", name="排除事件").click()
    expect(dialog.get_by_text("请选择排除的原因")).to_be_visible()
    dialog.get_by_text("说的是别的事").click()
    dialog.get_by_role("button", name="排除事件").click()
    driver.told(page, "事件已排除")
    offered = page.get_by_role("button", name="都与此公开事项无关")
    expect(offered).to_be_visible()
    expect(page.get_by_text("本事件因 说的是别的事（第三十八条） 排除")).to_be_visible()
    offered.click()
    driver.told(page, "已更正本事件的帖文")
    expect(offered).to_have_count(0)
    with desk.store.reading() as t:
        read = t.assessments.get("correct-6")
        said = t.corrections.latest(["correct-6"])["correct-6"]
    assert read is not None
    assert (read.disclosure, read.sentiment, read.corrected) == (None, Sentiment.NEGATIVE, True)
    assert said.reason == f"排除事件 {incident}：说的是别的事"
    seeding.judge(desk)
    driver.with_reason(page, "重新打开", "重新打开的理由", "其余帖文另行核对", "重新打开")
    driver.told(page, "事件已重新打开")


def test_who_may_only_look_is_not_offered_it(page: Page, desk: Desk):
    text = "更正用的帖文三：暖气片冰凉"
    incident = judged(desk, "correct-3", text)
    open_posts(page, incident, "zhaomin")
    expect(block(page, text).get_by_text("为什么这样判")).to_be_visible()
    expect(page.get_by_role("button", name="更正…")).to_have_count(0)


def test_the_desk_says_which_model_reads_and_what_is_wrong_with_it(page: Page, desk: Desk):
    note_model(desk.store, ModelNote("0123456789ab", True, None))
    driver.sign_in(page, "lijun", PASSWORD)
    expect(page.get_by_text("模型 0123456789ab（本单位训练）")).to_be_visible()
    note_model(desk.store, ModelNote("ffff", False, "暂用随附模型"))
    expect(page.get_by_text("暂用随附模型")).to_be_visible(timeout=20_000)
    note_model(desk.store, ModelNote(None, False, "判读模型读不出来"))
    expect(page.get_by_text("新帖文没有研判")).to_be_visible(timeout=20_000)
    note_model(desk.store, ModelNote("0123456789ab", True, None))
    expect(page.get_by_text("新帖文没有研判")).to_be_hidden(timeout=20_000)
    with desk.store.transaction() as t:
        CopyNote().keep(t, timedelta(hours=30), timedelta(days=7))
    expect(page.get_by_text("只认得出最近 30 小时里的转载")).to_be_visible(timeout=20_000)
    with desk.store.transaction() as t:
        CopyNote().keep(t, timedelta(days=7), timedelta(days=7))
    expect(page.get_by_text("只认得出最近")).to_be_hidden(timeout=20_000)
