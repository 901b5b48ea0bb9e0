"""Mastodon instances: hashtags, the local timeline, replies, and posts that are none of ours to keep."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from crawlers.outcomes import Outcome
from crawlers.reading import Follow, Page, Reading, Unreadable, post_id
from crawlers.sources import BadSources
from crawlers.spiders import mastodon
from nlp.permalinks import neutral_permalink
from records.posts import Reactions
from tests.crawlers.crawling import crawl, source
from tests.crawlers.site import Answer, Site
from tests.crawlers.spiders.reading import NOW, everything, read, saved
from tests.crawlers.walking import Crawl

TAG = "https://social.example.org/api/v1/timelines/tag/%E5%81%9C%E8%BD%A6%E8%B4%B9?limit=40"
ONE = "116521604387519987"
CONTEXT = f"https://social.example.org/api/v1/statuses/{ONE}/context"
OPTIONS: dict[str, Any] = {"tags": ["停车费"]}


def tagged(**options: object) -> Reading:
    return read("mastodon", saved("mastodon_tag.json"), TAG, {**OPTIONS, **options})


def context() -> Reading:
    return read("mastodon", saved("mastodon_context.json"), CONTEXT, {**OPTIONS, "replies": True}, "replies")


def statuses(*more: dict[str, object]) -> str:
    """A timeline whose posts are the first saved one, each with other values."""
    one = json.loads(saved("mastodon_tag.json"))[0]
    return json.dumps([{**one, **other} for other in more], ensure_ascii=False)


def test_each_hashtag_and_the_local_timeline_are_read() -> None:
    options = mastodon.MastodonOptions(tags=("#停车费", " 青槐县"), local=True)
    assert [follow.url for follow in mastodon.starts("https://social.example.org/about", options, ())] == [
        TAG,
        "https://social.example.org/api/v1/timelines/tag/%E9%9D%92%E6%A7%90%E5%8E%BF?limit=40",
        "https://social.example.org/api/v1/timelines/public?local=true&limit=40",
    ]


@pytest.mark.parametrize(
    ("read_options", "fault"),
    [
        ({}, "“read”里至少要有 tags（话题）或 local: true（本站公共时间线）"),
        ({"tags": ["停车 费"]}, "“read.tags”每个话题写一个词，不带空格"),
        ({"tags": ["#"]}, "“read.tags”每个话题写一个词，不带空格"),
    ],
)
def test_a_row_that_names_nothing_to_read_is_refused(read_options: dict[str, object], fault: str) -> None:
    with pytest.raises(BadSources) as refusal:
        source("m", "https://social.example.org", "mastodon", read=read_options)
    assert str(refusal.value) == fault


def test_a_post_is_read_with_its_warning_as_title_and_its_counts() -> None:
    item = tagged().items[0]
    assert (item.key, item.title) == (ONE, "三号楼的事")
    assert item.text == "小区停车费翻倍，公示都没有\n#停车费\n看这里 https://news.example.org/a/9"
    assert item.published_at == datetime(2026, 3, 5, 1, 20, tzinfo=UTC)
    assert item.reactions == Reactions(comments=2, reposts=5, likes=11)
    assert item.reply_to is None


def test_what_is_quoted_is_not_said_again() -> None:
    assert tagged().items[1].text == "我们那边也是 #停车费"


@pytest.mark.parametrize(
    ("url", "kept"),
    [
        (f"https://social.example.org/@someone/{ONE}", f"https://social.example.org/statuses/{ONE}"),
        (f"https://social.example.org/@someone@far.example/{ONE}", f"https://social.example.org/statuses/{ONE}"),
        ("https://other.example.net/notice/AxYz12", "https://other.example.net/notice/AxYz12"),
        ("https://other.example.net/objects/5d2b-11", "https://other.example.net/objects/5d2b-11"),
        ("https://m.example.net/notes/9x1", "https://m.example.net/notes/9x1"),
        ("https://social.example.org/users/someone/statuses/12", None),
        ("https://g.example.net/@someone/statuses/01HZ", None),
        ("https://p.example.net/p/someone/77", None),
        (None, None),
    ],
)
def test_an_address_that_names_an_account_is_left_out_or_made_neutral(url: str | None, kept: str | None) -> None:
    (item,) = read("mastodon", statuses({"url": url}), TAG, OPTIONS).items
    assert item.url == kept
    assert neutral_permalink(item.url) == kept


def test_what_is_shared_not_public_not_to_be_indexed_or_only_a_picture_is_left_out_with_its_reason() -> None:
    reading = tagged()
    assert reading.dropped == {
        "只是转发，计在原帖上": 1,
        "不是公开发布的": 2,
        "作者要求不被收录": 1,
        "取不到正文": 1,
    }
    assert (len(reading.items), reading.matched) == (3, 8)


def test_a_posts_answers_are_asked_for_when_their_count_has_changed() -> None:
    follows = tagged(replies=True).follows
    assert Follow(CONTEXT, "replies", mark="2", root=ONE) in follows
    assert [follow.step for follow in follows] == ["replies", "start"]
    assert [follow.step for follow in tagged().follows] == ["start"]


def test_answers_name_the_post_that_they_answer() -> None:
    reply, deeper = context().items
    assert (reply.text, reply.reply_to) == ("我家也收到通知了", post_id("here", ONE))
    assert (deeper.text, deeper.reply_to) == ("明天去物业问", post_id("here", "116521604387519999"))
    assert context().follows == ()


def test_older_pages_are_where_the_instance_says_or_before_the_oldest_post() -> None:
    newest = datetime(2026, 3, 5, 0, 10, tzinfo=UTC)
    (counted,) = tagged().follows
    assert counted == Follow(f"{TAG}&max_id=116521604387519300", "start", {"page": "2"}, newest=newest)
    said = "https://social.example.org/api/v1/timelines/tag/x?limit=40&max_id=7"
    page = Page(TAG, saved("mastodon_tag.json"), NOW, links={"next": said})
    (linked,) = mastodon.read(page, "start", {}, "here", mastodon.MastodonOptions(tags=("停车费",))).follows
    assert linked.url == said
    assert tagged(pages=1).follows == ()


def test_an_empty_timeline_is_vacant_and_ends_the_paging() -> None:
    reading = read("mastodon", "[]", TAG, OPTIONS, memo={"page": "2"})
    assert (reading.vacant, reading.follows) == (True, ())


def test_nothing_of_who_posted_is_read() -> None:
    handed_on = everything(tagged(replies=True)) + everything(context())
    named = ("xiaofang", "茶客", "lao_zhang", "广场舞", "avatars", "@", "青槐路")
    assert [word for word in named if word in handed_on] == []


@pytest.mark.parametrize(
    ("text", "outcome"),
    [
        ("<!DOCTYPE html><html>首页</html>", Outcome.NOT_EXPECTED),
        ('{"error": "Record not found"}', Outcome.NOTHING_EXTRACTED),
    ],
)
def test_an_answer_without_posts_is_a_failure(text: str, outcome: Outcome) -> None:
    with pytest.raises(Unreadable) as refusal:
        read("mastodon", text, TAG, OPTIONS)
    assert refusal.value.outcome is outcome


@pytest.mark.parametrize("status", [401, 422])
def test_an_instance_that_keeps_its_timeline_to_members_says_so_in_the_patrol_log(site: Site, status: int) -> None:
    body = '{"error": "This method requires an authenticated user"}'
    site.pages["/api/v1/timelines/public"] = Answer(body, status, "application/json")
    row = source("m", site.url("/"), "mastodon", read={"local": True})
    assert crawl([row], [site.host]).said("m") == ("sign_in", "这个实例不向未登录的访客公开时间线")


def test_pages_are_followed_by_their_link_header(site: Site) -> None:
    older = site.url("/older")
    first = Answer(
        statuses({"id": "2", "content": "<p>新的</p>"}),
        content_type="application/json",
        headers={"Link": f'<{older}>; rel="next", <{site.url("/newer")}>; rel="prev"'},
    )
    site.pages["/api/v1/timelines/public"] = first
    site.pages["/older"] = Answer(statuses({"id": "1", "content": "<p>旧的</p>"}), content_type="application/json")
    row = source("m", site.url("/"), "mastodon", read={"local": True, "pages": 2})
    assert sorted(crawl([row], [site.host]).texts("m")) == ["新的", "旧的"]


def many(answers: int) -> str:
    """A context with that many answers."""
    return json.dumps({"ancestors": [], "descendants": json.loads(statuses(*({"id": str(n)} for n in range(answers))))})


@pytest.mark.parametrize(("answers", "complete"), [(0, True), (59, True), (60, False)])
def test_answers_are_known_to_be_all_unless_there_are_as_many_as_a_visitor_is_shown(
    answers: int, complete: bool
) -> None:
    assert read("mastodon", many(answers), CONTEXT, OPTIONS, "replies").complete is complete


def test_an_answer_that_was_taken_back_is_noticed_when_the_count_falls() -> None:
    row = source("m", "https://social.example.org", "mastodon", read={"tags": ["停车费"], "replies": True, "pages": 1})
    posted = saved("mastodon_tag.json")
    first = Crawl(row, {TAG: posted, CONTEXT: saved("mastodon_context.json")})
    root = post_id("m", ONE)
    assert first.whole == {root: (post_id("m", "116521604387519999"), post_id("m", "116521604387520001"))}
    fewer = posted.replace('"replies_count": 2', '"replies_count": 1')
    second = Crawl(row, {TAG: fewer, CONTEXT: '{"ancestors": [], "descendants": []}'}, first.remembered)
    assert second.whole == {root: ()}
