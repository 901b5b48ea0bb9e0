"""Forum threads: first post, replies over pages, what the list says has changed."""

from __future__ import annotations

from datetime import datetime

from crawlers.reading import post_id
from records.posts import Reactions
from records.zone import CHINA
from tests.crawlers.spiders.reading import everything, read, saved

LIST = "https://bbs.example.org/forum-2-1.html"
THREAD = "https://bbs.example.org/thread-101-1-1.html"
OPTIONS = {
    "thread": "tbody.thread",
    "link": "a.subject@href",
    "mark": "td.replies, td.last",
    "next": "a.nxt@href",
    "pages": 2,
    "title": "h1.subject",
    "post": "div.post",
    "text": "div.message",
    "published": "em.time",
    "reactions": {"likes": "span.likes"},
    "thread_reactions": {"views": "span.views", "comments": "span.replies"},
    "drop": ["blockquote", "div.signature"],
    "next_posts": "a.nextpage@href",
}
FIRST = {"key": THREAD, "page": "1"}


def test_the_list_leads_to_each_thread_with_what_will_change_when_somebody_replies() -> None:
    reading = read("thread", saved("forum_list.html"), LIST, OPTIONS)
    assert [(follow.url, follow.memo["key"], follow.mark) for follow in reading.follows[:2]] == [
        (f"{THREAD}?from=list", THREAD, "3\n昨天 12:30"),
        ("https://bbs.example.org/thread-102-1-1.html",) * 2 + ("0\n03-04",),
    ]
    assert reading.matched == 3
    assert reading.dropped == {"没有可用的链接": 1}


def test_the_list_is_read_on_to_the_number_of_pages_and_no_further() -> None:
    first = read("thread", saved("forum_list.html"), LIST, OPTIONS)
    assert (first.follows[-1].url, first.follows[-1].memo) == ("https://bbs.example.org/forum-2-2.html", {"page": "2"})
    second = read("thread", saved("forum_list.html"), LIST, OPTIONS, memo={"page": "2"})
    assert all("thread-" in follow.url for follow in second.follows)


def test_the_first_post_has_the_title_and_the_threads_own_counts() -> None:
    first = read("thread", saved("forum_thread.html"), THREAD, OPTIONS, "thread", FIRST).items[0]
    assert (first.key, first.title, first.reply_to) == (THREAD, "公交改线，老人怎么办", None)
    assert first.text == "12路取消了医院那一站，\n我妈拄着拐要多走八百米。"
    assert first.reactions == Reactions(comments=3, likes=12, views=1024)
    assert first.published_at == datetime(2026, 3, 3, 8, 15, tzinfo=CHINA)


def test_each_reply_is_a_post_of_its_own_that_answers_the_first_without_what_it_quotes() -> None:
    reply = read("thread", saved("forum_thread.html"), THREAD, OPTIONS, "thread", FIRST).items[1]
    assert (reply.key, reply.url, reply.title) == (f"{THREAD}#pid901", f"{THREAD}#pid901", None)
    assert reply.reply_to == post_id("here", THREAD)
    assert reply.text == "我们楼也是，等新车等了四十分钟。"
    assert reply.reactions == Reactions()


def test_a_post_that_is_only_a_picture_is_dropped_and_counted() -> None:
    reading = read("thread", saved("forum_thread.html"), THREAD, OPTIONS, "thread", FIRST)
    assert (len(reading.items), reading.matched, reading.dropped) == (2, 3, {"取不到正文": 1})


def test_on_further_pages_every_post_is_a_reply() -> None:
    leads_to = read("thread", saved("forum_thread.html"), THREAD, OPTIONS, "thread", FIRST).follows[0]
    url = "https://bbs.example.org/thread-101-2-1.html"
    assert (leads_to.url, leads_to.memo) == (url, {"key": THREAD, "page": "2"})
    reading = read("thread", saved("forum_thread_2.html"), url, OPTIONS, "thread", leads_to.memo)
    assert [(item.key, item.reply_to) for item in reading.items] == [(f"{THREAD}#pid903", post_id("here", THREAD))]
    assert reading.follows == ()  # its "next page" is itself


def test_nothing_of_who_posted_is_read() -> None:
    for page, step in (("forum_list.html", "start"), ("forum_thread.html", "thread")):
        handed_on = everything(read("thread", saved(page), THREAD, OPTIONS, step, FIRST))
        assert "茶客" not in handed_on
        assert "space-uid" not in handed_on


def test_a_page_whose_layout_changed_matches_nothing() -> None:
    reading = read("thread", "<div class=new-layout>全新界面</div>", LIST, OPTIONS)
    assert (reading.matched, reading.follows, reading.vacant) == (0, (), False)
