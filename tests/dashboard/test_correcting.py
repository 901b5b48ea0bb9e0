"""Correcting how a post was read, in a real browser: who is offered it, what the page then shows, what incidents make of it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from playwright.sync_api import Locator, Page, expect

from huiying.wiring import Desk
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


def judged(desk: Desk, post_id: str, text: str) -> str:
    """A post that the machine found negative on d09, in an emergency, with its grounds."""
    now = desk.clock.now()
    post = Post(post_id, "bbs-yunchuan", Channel.FORUM, None, None, text, now, now)
    with desk.store.transaction() as t:
        t.posts.add(post, now + KEEP)
    label = (Sentiment.NEGATIVE, RECORD, Category.EMERGENCY, None)
    while Judging(desk.store, lambda: Explained({post_id: label}), desk.rules, stored_contacts).step(now):
        pass
    with desk.store.reading() as t:
        incident = t.incidents.newest_ongoing(RECORD)
    assert incident is not None
    return incident.id


class Explained(KnownAnswers):
    """Knows the answers and why."""

    def _assessment(self, post: Post) -> Assessment:
        grounds = (
            Ground("sentiment", "说法", ("不满（没人管）",)),
            Ground("disclosure", "提到关注词", ("供热", "*粗体*")),
            Ground("category", "用词", ("爆管",)),
        )
        return replace(super()._assessment(post), grounds=grounds, model="abc123")


def block(page: Page, text: str) -> Locator:
    """The frame of the post with that text."""
    return page.get_by_test_id("stVerticalBlock").filter(has_text=text).filter(has_text="为什么这样判").last


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
