"""Discourse forums: newest topics, first posts, replies in parts, what is left out."""

from __future__ import annotations

import json
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest

from crawlers.outcomes import Outcome
from crawlers.reading import Follow, Reading, Unreadable, post_id
from crawlers.spiders import discourse
from records.posts import Reactions
from tests.crawlers.crawling import NOON, crawl, source
from tests.crawlers.site import Answer, Site
from tests.crawlers.spiders.reading import everything, read, saved
from tests.crawlers.walking import Crawl

LIST = "https://bbs.example.org/c/minsheng/12/l/latest.json"
TOPIC = "https://bbs.example.org/t/481"


def first(url: str) -> str:
    (follow,) = discourse.starts(url, discourse.DiscourseOptions(), ())
    return follow.url


def topics(**options: object) -> Reading:
    return read("discourse", saved("discourse_latest.json"), LIST, options)


def topic(**options: object) -> Reading:
    return read("discourse", saved("discourse_topic.json"), f"{TOPIC}.json", options, "topic")


@pytest.mark.parametrize(
    ("url", "asked"),
    [
        ("https://bbs.example.org", "https://bbs.example.org/latest.json"),
        ("https://bbs.example.org/latest?order=created", "https://bbs.example.org/latest.json"),
        ("https://a.example/forum/", "https://a.example/forum/latest.json"),
        ("https://bbs.example.org/c/minsheng/12", LIST),
        ("https://a.example/forum/c/a/b/12.json", "https://a.example/forum/c/a/b/12/l/latest.json"),
        ("https://bbs.example.org/tag/停车", "https://bbs.example.org/tag/停车/l/latest.json"),
    ],
)
def test_a_home_a_category_or_a_tag_is_read_newest_first(url: str, asked: str) -> None:
    assert first(url) == asked


def test_the_list_leads_to_each_topic_with_what_changes_when_somebody_replies_or_likes() -> None:
    reading = topics()
    threads = [follow for follow in reading.follows if follow.step == "topic"]
    assert [follow.url for follow in threads] == ["https://bbs.example.org/t/3.json", f"{TOPIC}.json"]
    assert threads[1].mark == "26\n28\n2026-03-05T01:58:20.101Z\n2026-03-05T01:58:20.101Z\n41"
    assert (reading.matched, reading.dropped) == (3, {"取不到编号": 1})


def test_a_view_more_is_no_reason_to_read_a_topic_again() -> None:
    seen = saved("discourse_latest.json").replace('"views": 1532', '"views": 1533')
    assert read("discourse", seen, LIST, {}).follows == topics().follows


def test_the_next_page_is_asked_for_as_json_and_tells_how_new_its_topics_can_be() -> None:
    listed = json.loads(saved("discourse_latest.json"))
    listed["topic_list"]["topics"].pop()
    older = "https://bbs.example.org/c/minsheng/12/l/latest.json?page=1"
    newest = datetime(2026, 3, 5, 1, 58, 20, 101000, tzinfo=UTC)
    follows = read("discourse", json.dumps(listed), LIST, {}).follows
    assert follows[-1] == Follow(older, "start", {"page": "2"}, newest=newest)
    listed["topic_list"]["topics"].reverse()  # a pinned one, however old, comes last
    assert read("discourse", json.dumps(listed), LIST, {}).follows[-1].newest is None
    assert all(follow.step == "topic" for follow in topics(pages=1).follows)


def test_the_first_post_has_the_title_and_the_topics_own_counts() -> None:
    item = topic().items[0]
    assert (item.key, item.url, item.title) == (f"{TOPIC}/1", f"{TOPIC}/1", "小区停车费涨到300，你们交吗")
    assert item.text == "物业贴了通知，停车费从150涨到300， 你们楼交吗？"
    assert item.published_at == datetime(2026, 3, 4, 0, 15, tzinfo=UTC)
    assert item.reactions == Reactions(comments=25, likes=17, views=1532)
    assert item.reply_to is None


def test_a_reply_answers_the_post_that_it_names_or_else_the_first_without_what_it_quotes_or_links_to() -> None:
    reply, deeper = topic().items[1:]
    assert (reply.text, reply.reply_to) == ("不交，公示都没有。", post_id("here", f"{TOPIC}/1"))
    assert reply.reactions == Reactions(comments=1, likes=6)
    assert (deeper.text, deeper.reply_to) == ("我查了，物价局说没备案。", post_id("here", f"{TOPIC}/2"))
    assert (deeper.url, deeper.title, deeper.reactions) == (f"{TOPIC}/4", None, Reactions(comments=0, likes=0))


def test_what_is_hidden_deleted_no_speech_or_only_a_picture_is_left_out_with_its_reason() -> None:
    reading = topic()
    assert reading.dropped == {"已被隐藏或删除": 2, "不是发言（系统或管理操作的记录）": 1, "取不到正文": 1}
    assert (len(reading.items), reading.matched) == (3, 7)


def test_the_rest_of_a_topic_is_asked_for_twenty_posts_at_a_time_and_full_parts_less_often() -> None:
    follows = topic(revisit_seconds=3600).follows
    asked = [[int(number) for _, number in parse_qsl(urlsplit(follow.url).query)] for follow in follows]
    assert asked == [list(range(5009, 5029)), [5029, 5030]]
    assert [follow.revisit for follow in follows] == [3600, 0]
    assert all(follow.url.startswith(f"{TOPIC}/posts.json?post_ids%5B%5D=") for follow in follows)


def test_a_further_part_holds_replies_alone() -> None:
    reading = read("discourse", saved("discourse_posts.json"), f"{TOPIC}/posts.json", {}, "posts", {"key": TOPIC})
    (item,) = reading.items
    assert (item.key, item.text, item.reply_to) == (f"{TOPIC}/9", "我们单元也没人交。", post_id("here", f"{TOPIC}/1"))
    assert (item.title, item.reactions) == (None, Reactions(comments=0, likes=1))


def test_nothing_of_who_posted_is_read() -> None:
    parts = read("discourse", saved("discourse_posts.json"), f"{TOPIC}/posts.json", {}, "posts", {"key": TOPIC})
    handed_on = everything(topics()) + everything(topic()) + everything(parts)
    assert [
        word for word in ("xiaofang", "茶客", "lao_zhang", "三号楼业主", "avatar", "/u/") if word in handed_on
    ] == []


def test_a_forum_without_topics_is_vacant() -> None:
    reading = read("discourse", '{"topic_list": {"topics": [], "more_topics_url": "/latest?page=1"}}', LIST, {})
    assert (reading.vacant, reading.follows, reading.matched) == (True, (), 0)


@pytest.mark.parametrize(
    ("text", "url", "step", "outcome"),
    [
        ("<html><body>论坛升级中</body></html>", LIST, "start", Outcome.NOT_EXPECTED),
        ('{"topics": []}', LIST, "start", Outcome.NOTHING_EXTRACTED),
        ('{"topic_list": {"topics": {}}}', LIST, "start", Outcome.NOTHING_EXTRACTED),
        ('{"post_stream": {"posts": []}}', f"{TOPIC}.json", "topic", Outcome.NOTHING_EXTRACTED),
        ('{"id": 481, "post_stream": null}', f"{TOPIC}.json", "topic", Outcome.NOTHING_EXTRACTED),
        ("[]", f"{TOPIC}.json", "topic", Outcome.NOTHING_EXTRACTED),
        ("<html>请登录</html>", "https://bbs.example.org/login", "start", Outcome.SIGN_IN),
    ],
)
def test_an_answer_that_is_no_forums_is_a_failure(text: str, url: str, step: str, outcome: Outcome) -> None:
    with pytest.raises(Unreadable) as refusal:
        read("discourse", text, url, {}, step)
    assert refusal.value.outcome is outcome


def test_a_forum_that_wants_a_sign_in_says_so_in_the_patrol_log(site: Site) -> None:
    body = json.dumps({"errors": ["您需要登录才能执行此操作。"], "error_type": "not_logged_in"})
    site.pages["/latest.json"] = Answer(body, 403, "application/json; charset=utf-8")
    row = source("bbs", site.url("/"), "discourse")
    assert crawl([row], [site.host]).said("bbs") == ("sign_in", "论坛要求登录后才能看")


def test_a_topic_is_read_again_when_its_counts_change_and_not_before(site: Site) -> None:
    listed, said = saved("discourse_latest.json"), json.loads(saved("discourse_topic.json"))
    said["post_stream"]["stream"] = said["post_stream"]["stream"][:7]
    site.pages["/c/minsheng/12/l/latest.json"] = listed
    site.pages["/t/481.json"] = json.dumps(said)
    row = source("bbs", site.url("/c/minsheng/12"), "discourse", read={"pages": 1})
    before = crawl([row], [site.host])
    assert len(before.texts("bbs")) == 3
    site.asked.clear()
    crawl([row], [site.host], {"bbs": before.pages["bbs"]})
    assert "/t/481.json" not in site.paths()
    site.pages["/c/minsheng/12/l/latest.json"] = listed.replace('"like_count": 41', '"like_count": 42')
    site.asked.clear()
    crawl([row], [site.host], {"bbs": before.pages["bbs"]})
    assert "/t/481.json" in site.paths()


START = "https://bbs.example.org/c/minsheng/12"
ROW = source("bbs", START, "discourse", read={"pages": 1, "revisit_seconds": 3600}, max_pages=8)


def part_of(numbers: range) -> str:
    """A further part with those posts, each said to answer the first."""
    one = json.loads(saved("discourse_posts.json"))["post_stream"]["posts"][0]
    posts = [{**one, "id": 5000 + number, "post_number": number} for number in numbers]
    return json.dumps({"post_stream": {"posts": posts}, "id": 481})


def forum(likes: int = 41, last: range = range(29, 31)) -> dict[str, str]:
    """The list, the one topic and its parts; `last` are the posts of the last part."""
    said = json.loads(saved("discourse_topic.json"))
    said["post_stream"]["stream"] = [*said["post_stream"]["stream"][:7], *range(5009, 5029), *(5000 + n for n in last)]
    full, rest = (follow.url for follow in read("discourse", json.dumps(said), f"{TOPIC}.json", {}, "topic").follows)
    return {
        LIST: saved("discourse_latest.json").replace('"like_count": 41', f'"like_count": {likes}'),
        f"{TOPIC}.json": json.dumps(said),
        full: part_of(range(9, 29)),
        rest: part_of(last),
    }


def replies(numbers: Iterable[int]) -> set[str]:
    return {post_id("bbs", f"{TOPIC}/{number}") for number in numbers}


def test_a_reply_that_is_gone_is_noticed_though_hidden_ones_and_notes_of_moderators_are_left_out() -> None:
    first = Crawl(ROW, forum())
    root = post_id("bbs", f"{TOPIC}/1")
    assert set(first.whole[root]) == replies([1, 2, 4, *range(9, 31)])
    later = NOON + timedelta(hours=1)
    second = Crawl(ROW, forum(42, range(29, 30)), first.remembered, later)
    assert set(second.whole[root]) == replies([1, 2, 4, *range(9, 30)])


def test_while_a_full_part_of_a_topic_is_left_alone_nothing_is_said_to_be_gone() -> None:
    first = Crawl(ROW, forum())
    soon = Crawl(ROW, forum(42, range(29, 30)), first.remembered, NOON + timedelta(minutes=59))
    assert len(soon.urls) == 4  # the list, the missing pinned topic, the topic, its last part
    assert soon.whole == {}


def test_a_topic_that_is_listed_no_longer_is_looked_for_at_its_own_address() -> None:
    first = Crawl(ROW, forum())
    posts = [(post_id("bbs", f"{TOPIC}/1"), f"{TOPIC}/1")]
    unlisted = {LIST: '{"topic_list": {"topics": []}}'}
    later = NOON + timedelta(days=2)
    assert Crawl(ROW, unlisted, first.remembered, later, posts).gone == [posts[0][0]]
    assert Crawl(ROW, {**unlisted, f"{TOPIC}/1": "<html>"}, first.remembered, later, posts).gone == []
    assert Crawl(ROW, forum(), first.remembered, later, posts).gone == [post_id("bbs", "https://bbs.example.org/t/3/1")]
