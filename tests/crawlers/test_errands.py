"""What one source's crawl asks for, remembers and comes to."""

from __future__ import annotations

from datetime import timedelta

from crawlers.errands import Errand
from crawlers.jobs import Event, Job, PageRead
from crawlers.outcomes import Outcome
from crawlers.settings import CrawlSettings
from tests.crawlers.crawling import NOON, page_list, source
from tests.crawlers.walking import ARTICLES, FORUM, LIST, READ, THREADS, Crawl


def test_every_page_of_a_list_is_asked_for_once_and_its_posts_come_before_it_is_remembered() -> None:
    crawl = Crawl(page_list("a", LIST), ARTICLES)
    assert crawl.texts == ["正文一", "正文二"]
    kinds = [type(event).__name__ for event in crawl.events if type(event).__name__ != "Begun"]
    assert kinds == ["Found", "PageRead", "Found", "PageRead", "Done"]
    assert (crawl.done.outcome, crawl.done.found) == (Outcome.OK, 2)


def test_a_page_that_has_not_changed_gives_nothing_again_and_the_source_is_unchanged() -> None:
    first = Crawl(page_list("a", LIST), ARTICLES)
    second = Crawl(page_list("a", LIST), ARTICLES, first.remembered)
    assert (second.texts, second.done.outcome) == ([], Outcome.UNCHANGED)
    assert [call.known.etag for call in second.asked if call.known] == ['"e"', '"e"']


def test_an_edited_page_gives_its_post_again() -> None:
    first = Crawl(page_list("a", LIST), ARTICLES)
    second = Crawl(
        page_list("a", LIST), {**ARTICLES, "https://a.example/1": "<h1>甲</h1><p>改过的正文</p>"}, first.remembered
    )
    assert second.texts == ["改过的正文"]


def test_after_a_change_of_selectors_unchanged_pages_are_read_again() -> None:
    first = Crawl(page_list("a", LIST), ARTICLES)
    other = source("a", LIST, "list", read={"entry": "li", "article": {"title": "h1", "text": "body"}})
    assert Crawl(other, ARTICLES, first.remembered).texts == ["甲\n正文一", "乙\n正文二"]


def test_an_article_is_left_alone_until_its_time_to_be_visited_again() -> None:
    row = source("a", LIST, "list", read={"entry": "li", "article": {"text": "p", "revisit_seconds": 60}})
    first = Crawl(row, ARTICLES)
    soon = Crawl(row, ARTICLES, first.remembered, NOON + timedelta(seconds=59))
    later = Crawl(row, ARTICLES, first.remembered, NOON + timedelta(seconds=60))
    assert soon.urls == [LIST]
    assert later.urls == [LIST, "https://a.example/1", "https://a.example/2?utm_source=x"]
    assert (soon.done.outcome, later.done.outcome) == (Outcome.UNCHANGED, Outcome.UNCHANGED)


def test_a_thread_is_read_again_only_when_its_mark_changes_and_then_its_new_reply_is_found() -> None:
    row = source("a", FORUM, "thread", read=READ)
    first = Crawl(row, THREADS)
    assert sorted(first.texts) == ["另一帖", "回复", "首帖"]
    second = Crawl(row, THREADS, first.remembered)
    assert (second.urls, second.done.outcome) == ([FORUM], Outcome.UNCHANGED)
    replied = {
        **THREADS,
        FORUM: THREADS[FORUM].replace("<i>2</i>", "<i>3</i>"),
        "https://a.example/t1p2": "<div id=p2><p>回复</p></div><div id=p4><p>新回复</p></div>",
    }
    third = Crawl(row, replied, first.remembered)
    assert third.urls == [FORUM, "https://a.example/t1", "https://a.example/t1p2"]
    assert "新回复" in third.texts
    assert "另一帖" not in third.texts


def test_a_thread_one_of_whose_pages_failed_is_read_again_next_time() -> None:
    row = source("a", FORUM, "thread", read=READ)
    broken = {url: text for url, text in THREADS.items() if url != "https://a.example/t1p2"}
    first = Crawl(row, broken)
    assert (first.done.outcome, first.done.detail) == (Outcome.OK, "网页不存在（404）")
    second = Crawl(row, THREADS, first.remembered)
    assert "https://a.example/t1p2" in second.urls
    assert "https://a.example/t2" not in second.urls


def test_a_thread_cut_short_by_the_bound_on_pages_is_read_again_next_time() -> None:
    row = source("a", FORUM, "thread", read=READ, max_pages=3)
    first = Crawl(row, THREADS)
    assert len(first.asked) == 3
    assert first.done.detail == "已到一次最多 3 页的上限"
    assert "https://a.example/t1" in Crawl(row, THREADS, first.remembered).urls


def test_a_page_where_the_selectors_find_nothing_is_no_success() -> None:
    crawl = Crawl(page_list("a", LIST), {LIST: "<main>改版后的首页</main>"})
    assert (crawl.done.outcome, crawl.done.detail) == (
        Outcome.NOTHING_EXTRACTED,
        "选择器没有取到内容，请检查网页是否改版",
    )


def test_articles_whose_text_the_selectors_no_longer_find_are_no_success_and_stay_unremembered() -> None:
    gone = {url: text.replace("p>", "section>") for url, text in ARTICLES.items()}
    crawl = Crawl(page_list("a", LIST), gone)
    assert crawl.done.outcome is Outcome.NOTHING_EXTRACTED
    assert crawl.done.dropped == {"取不到正文": 2}
    assert crawl.remembered == []


def test_an_empty_feed_is_an_answer() -> None:
    feed = '<rss version="2.0"><channel><title>x</title></channel></rss>'
    assert Crawl(source("a", LIST), {LIST: feed}).done.outcome is Outcome.EMPTY


def test_a_sign_in_page_in_place_of_a_list_is_a_failure() -> None:
    crawl = Crawl(page_list("a", LIST), {LIST: "<form>请登录<input type=password></form>"})
    assert (crawl.done.outcome, crawl.done.detail) == (Outcome.SIGN_IN, "打开的是登录页")


def test_a_source_none_of_whose_pages_came_has_failed() -> None:
    crawl = Crawl(page_list("a", LIST), {LIST: ARTICLES[LIST]})
    assert (crawl.done.outcome, crawl.done.detail) == (Outcome.HTTP_ERROR, "网页不存在（404）（2 页）")


def test_what_is_reported_once_is_not_reported_again() -> None:
    crawl = Crawl(page_list("a", LIST), ARTICLES)
    crawl.errand.finish(cut_off=True)
    assert crawl.done.outcome is Outcome.OK


FEED = "https://a.example/rss"
ENTRY = "<item><link>/{0}</link><description>{0}</description></item>"


def rss(*entries: str) -> str:
    return f"<rss version='2.0'><channel>{''.join(ENTRY.format(entry) for entry in entries)}</channel></rss>"


def test_a_site_is_asked_whether_a_page_has_changed_but_for_an_hour_at_most() -> None:
    first = Crawl(source("a", FEED), {FEED: rss("一")})
    within = Crawl(source("a", FEED), {FEED: rss("一")}, first.remembered, NOON + timedelta(minutes=59))
    (asked,) = within.asked
    assert asked.known is not None
    assert asked.known.etag == '"e"'
    after = Crawl(source("a", FEED), {FEED: rss("一")}, first.remembered, NOON + timedelta(hours=1))
    assert [call.known.etag for call in after.asked if call.known] == [None]
    assert (after.done.outcome, after.remembered[0].etag) == (Outcome.UNCHANGED, '"e"')


def test_not_modified_is_no_reading_of_the_page() -> None:
    (known,) = Crawl(source("a", FEED), {FEED: rss("一")}).remembered
    job = Job(NOON, CrawlSettings(), [source("a", FEED)], {"a": [known]})
    events: list[Event] = []
    errand = Errand.of(job.sources[0], job, events.append)
    (call,) = errand.begin(NOON + timedelta(minutes=30))
    errand.not_modified(call, NOON + timedelta(minutes=30))
    assert [event.page.fetched_at for event in events if isinstance(event, PageRead)] == [NOON]


def test_a_site_that_keeps_its_etag_through_a_change_is_not_asked_by_it_again() -> None:
    first = Crawl(source("a", FEED), {FEED: rss("一")})
    changed = Crawl(source("a", FEED), {FEED: rss("一", "二")}, first.remembered, NOON + timedelta(hours=1))
    assert (changed.texts, changed.remembered[0].etag) == (["一", "二"], None)
    later = Crawl(source("a", FEED), {FEED: rss("一", "二", "三")}, changed.remembered, NOON + timedelta(hours=1))
    assert (later.texts[-1], later.remembered[0].etag) == ("三", None)
