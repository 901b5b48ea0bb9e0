"""Real crawls, in the real subprocess, of real servers on the loopback (CASES.md, bad inputs and SSRF)."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from crawlers.jobs import Asked, Begun, Ended, Job, job_line
from crawlers.outcomes import Outcome
from crawlers.processes import run_crawl
from crawlers.settings import CrawlSettings
from crawlers.sources import Source
from tests.crawlers.crawling import NOON, crawl, page_list, source
from tests.crawlers.site import Answer, Site, serving

PAGES = Path(__file__).parent / "spiders" / "pages"
RSS = '<rss version="2.0"><channel><title>t</title>{}</channel></rss>'
ENTRY = "<item><title>停水</title><link>/a/{0}</link><description>{1}</description></item>"


def feed(*texts: str) -> str:
    return RSS.format("".join(ENTRY.format(number, text) for number, text in enumerate(texts)))


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_a_page_that_is_not_there_or_not_for_us_is_told_and_asked_for_once(site: Site, status: int) -> None:
    site.pages["/"] = Answer("没有", status=status)
    said, detail = crawl([source("a", site.url("/"))], [site.host]).said("a")
    assert said == "http_error"
    assert f"{status}" in (detail or "")
    assert site.paths() == ["/"]


def test_a_page_sent_as_gzip_is_read(site: Site) -> None:
    site.pages["/"] = Answer(gzip.compress(feed("压缩的正文").encode()), headers={"Content-Encoding": "gzip"})
    assert crawl([source("a", site.url("/"))], [site.host]).texts("a") == ["压缩的正文"]


def test_every_request_says_who_asks_and_from_where_nobody_came(site: Site) -> None:
    site.pages["/list"] = "<li><a href=/1>1</a>"
    site.pages["/1"] = Answer(status=302, headers={"Location": "/2"})
    site.pages["/2"] = "<p>文</p>"
    crawl([page_list("a", site.url("/list"))], [site.host])
    assert [path for _, path, _ in site.asked] == ["/robots.txt", "/list", "/1", "/2"]
    for _, _, headers in site.asked:
        assert headers["User-Agent"] == "huiying/0.1 (public notice desk)"
        assert not {"Cookie", "Referer"} & set(headers)


def test_a_host_that_asks_to_be_left_alone_is_asked_nothing_more(site: Site) -> None:
    site.pages["/list"] = "".join(f"<li><a href=/a/{n}>x</a></li>" for n in range(30))
    site.pages.update({f"/a/{n}": Answer("忙", status=429, headers={"Retry-After": "60"}) for n in range(30)})
    crawled = crawl([page_list("a", site.url("/list"))], [site.host])
    assert crawled.done["a"].outcome is Outcome.SLOW_DOWN
    assert crawled.done["a"].retry_after == 60
    assert len([path for path in site.paths() if path.startswith("/a/")]) <= 8


def test_a_host_is_asked_for_no_more_pages_at_once_than_the_bound(site: Site) -> None:
    together: list[int] = []
    under_way = threading.Semaphore(0)
    lock = threading.Lock()
    now_open = 0

    def page(path: str) -> Answer:
        nonlocal now_open
        with lock:
            now_open += 1
            together.append(now_open)
        under_way.acquire(timeout=0.02)
        with lock:
            now_open -= 1
        return Answer("<p>文</p>")

    site.pages["/list"] = "".join(f"<li><a href=/a/{n}>x</a></li>" for n in range(30))
    site.pages.update({f"/a/{n}": page for n in range(30)})
    crawled = crawl([page_list("a", site.url("/list"))], [site.host], concurrency_per_host=3)
    assert crawled.done["a"].found == 30
    assert max(together) <= 3


def test_the_pause_of_a_row_and_the_crawl_delay_of_a_site_are_kept() -> None:
    with serving() as own, serving() as asked_for:
        asked_for.pages["/robots.txt"] = Answer("User-agent: huiying\nCrawl-delay: 0.5", content_type="text/plain")
        for site in (own, asked_for):
            site.pages["/list"] = "<li><a href=/1>1</a><li><a href=/2>2</a>"
            site.pages["/1"] = site.pages["/2"] = "<p>文</p>"
        rows = [page_list("own", own.url("/list"), delay_seconds=0.5), page_list("asked", asked_for.url("/list"))]
        # Both stand on one host name, so the slowest pause holds for both.
        crawled = crawl(rows, [own.host, asked_for.host])
        assert {done.found for done in crawled.done.values()} == {2}
        times = sorted(at for at, _, _ in [*own.asked, *asked_for.asked])
    assert len(times) == 8
    # The first request may have stood at a busy server's door for a moment.
    assert times[-1] - times[0] >= 0.5 * 7 - 0.4


def test_it_is_told_which_hosts_a_source_leads_to_and_how_slowly_they_are_asked() -> None:
    with serving() as own, serving(address="127.0.0.12") as other:
        other.pages["/robots.txt"] = Answer("User-agent: huiying\nCrawl-delay: 0.2", content_type="text/plain")
        own.pages["/list"] = f"<li><a href={other.url('/1')}>1</a>"
        other.pages["/1"] = "<p>文</p>"
        crawled = crawl([page_list("a", own.url("/list"))], [own.host, other.host], delay_seconds=0.1)
    assert crawled.done["a"].found == 1
    assert crawled.asked == [Asked("a", "127.0.0.1", 0.0), Asked("a", "127.0.0.12", 0.2)]


INNER = ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::ffff:127.0.0.1]", "localhost", "0.0.0.0"]


def test_inner_addresses_in_any_spelling_or_by_redirect_are_never_reached() -> None:
    with serving() as inner, serving() as outer:
        port = inner.host.partition(":")[2]
        inner.pages["/"] = feed("内网")
        rows: list[Source] = []
        for number, spelling in enumerate(INNER):
            url = f"http://{spelling}:{port}/"
            outer.pages[f"/{number}"] = Answer(status=302, headers={"Location": url})
            rows += [source(f"direct{number}", url), source(f"redirect{number}", outer.url(f"/{number}"))]
        crawled = crawl(rows, [outer.host])
        assert inner.asked == []
        assert {done.outcome for done in crawled.done.values()} <= {Outcome.PRIVATE_ADDRESS, Outcome.UNREACHABLE}
        assert crawled.done["direct0"].outcome is Outcome.PRIVATE_ADDRESS
        assert len(outer.paths()) == len(INNER)


def test_a_named_inner_host_is_open_on_its_named_port_alone() -> None:
    with serving() as named, serving() as other:
        named.pages["/"] = other.pages["/"] = feed("内网的论坛")
        crawled = crawl([source("named", named.url("/")), source("other", other.url("/"))], [named.host])
        assert crawled.texts("named") == ["内网的论坛"]
        assert crawled.done["other"].outcome is Outcome.PRIVATE_ADDRESS
        assert other.asked == []


def test_a_proxy_in_the_environment_is_not_used(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving() as proxy:
        monkeypatch.setenv("http_proxy", f"http://{proxy.host}")
        site.pages["/"] = feed("直接读到")
        assert crawl([source("a", site.url("/"))], [site.host]).texts("a") == ["直接读到"]
        assert proxy.asked == []


def test_an_unchanged_page_is_asked_for_conditionally_and_costs_nothing(site: Site) -> None:
    def page(path: str) -> Answer:
        asked = site.asked[-1][2]
        if asked.get("If-None-Match") == '"v1"':
            return Answer(status=304)
        return Answer(feed("第一次"), headers={"ETag": '"v1"', "Last-Modified": "Tue, 03 Nov 2026 03:00:00 GMT"})

    site.pages["/"] = page
    row = source("a", site.url("/"))
    first = crawl([row], [site.host])
    second = crawl([row], [site.host], {"a": first.pages["a"]})
    assert (first.texts("a"), second.texts("a")) == (["第一次"], [])
    assert second.done["a"].outcome is Outcome.UNCHANGED
    assert site.asked[-1][2]["If-Modified-Since"] == "Tue, 03 Nov 2026 03:00:00 GMT"


def test_a_forum_in_gbk_is_read_over_its_pages_and_on_the_next_crawl_only_what_is_new(site: Site) -> None:
    read = {
        "thread": "tbody.thread",
        "link": "a.subject@href",
        "mark": "td.replies, td.last",
        "title": "h1",
        "post": "div.post",
        "text": "div.message",
        "published": "em.time",
        "reactions": {"likes": "span.likes"},
        "drop": ["blockquote"],
        "next_posts": "a.nextpage@href",
    }
    for path, name in (
        ("/f", "forum_list"),
        ("/thread-101-1-1.html", "forum_thread"),
        ("/thread-101-2-1.html", "forum_thread_2"),
    ):
        site.pages[path] = Answer((PAGES / f"{name}.html").read_text().encode("gbk"), content_type="text/html")
    row = source("bbs", site.url("/f"), "thread", read=read)
    first = crawl([row], [site.host])
    assert "有没有人打过热线，怎么回的？" in first.texts("bbs")
    assert len(first.found["bbs"]) == 3
    site.asked.clear()
    second = crawl([row], [site.host], {"bbs": first.pages["bbs"]})
    assert second.texts("bbs") == []
    assert site.paths() == ["/f", "/thread-102-1-1.html"]  # the one that was never there


def test_a_crawl_ends_at_its_time_and_what_was_not_read_is_cut_off(site: Site) -> None:
    site.pages["/list"] = "".join(f"<li><a href=/a/{n}>x</a></li>" for n in range(40))
    site.pages.update({f"/a/{n}": f"<p>文{n}</p>" for n in range(40)})
    crawled = crawl([page_list("a", site.url("/list"), delay_seconds=0.3)], [site.host], run_seconds=3)
    assert crawled.done["a"].outcome is Outcome.CUT_OFF
    assert 0 < crawled.done["a"].found < 40


def test_a_crawl_beyond_all_bounds_is_killed(site: Site) -> None:
    site.pages["/"] = Answer("x" * 100, drip_seconds=1)
    crawled = crawl([source("a", site.url("/"))], [site.host], seconds=3, timeout_seconds=60, run_seconds=60)
    assert crawled.ended is not None
    assert crawled.ended.fault is Outcome.HUNG
    assert crawled.done == {}


def test_a_page_that_keeps_the_reader_busy_ends_the_crawl_and_is_named(site: Site) -> None:
    # Parsing takes the square of the number of attributes.
    site.pages["/list"] = "<li><a href=/1>1</a>"
    site.pages["/1"] = "<p " + " ".join(f'a{n}="x"' for n in range(60_000)) + ">文"
    events = list(
        run_crawl(
            Job(
                NOON,
                CrawlSettings(allow_private_hosts=(site.host,), delay_seconds=0, reading_seconds=1),
                [page_list("busy", site.url("/list"))],
            )
        )
    )
    assert events[-2] == Begun("busy")
    assert events[-1] == Ended(Outcome.HUNG, "读一个网页用时过久，已终止")


def test_a_page_that_asks_for_too_much_memory_fails_alone(site: Site) -> None:
    site.pages["/list"] = Answer(
        gzip.compress(b"<b>x</b>" * 1_000_000), headers={"Content-Encoding": "gzip", "Content-Type": "text/html"}
    )
    site.pages["/feed"] = feed("水来了")
    rows = [page_list("large", site.url("/list")), source("small", site.url("/feed"), delay_seconds=0.5)]
    crawled = crawl(rows, [site.host], memory_mb=200)
    assert crawled.said("large") == ("too_large", "读这个网页要用的内存超过上限")
    assert crawled.texts("small") == ["水来了"]


def test_a_crawl_nobody_listens_to_any_more_is_stopped(site: Site) -> None:
    site.pages["/"] = Answer("x" * 100, drip_seconds=1)
    site.pages["/good"] = feed("先读到的")
    settings = CrawlSettings(allow_private_hosts=(site.host,), delay_seconds=0)
    before = threading.active_count()
    events = run_crawl(Job(NOON, settings, [source("good", site.url("/good")), source("slow", site.url("/"))]))
    assert next(events).source == "good"  # type: ignore[union-attr]
    events.close()  # type: ignore[attr-defined]
    assert threading.active_count() <= before + 2  # the site's own


def test_a_crawl_dies_with_its_parent(site: Site) -> None:
    site.pages["/"] = Answer("x" * 100, drip_seconds=1)
    settings = CrawlSettings(allow_private_hosts=(site.host,), timeout_seconds=60)
    process = subprocess.Popen([sys.executable, "-m", "crawlers.run"], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL)
    assert process.stdin is not None
    process.stdin.write(job_line(Job(NOON, settings, [source("a", site.url("/"))])))
    process.stdin.close()
    assert process.wait(timeout=20) == 3


def test_a_crawl_writes_no_file(site: Site, tmp_path: Path) -> None:
    site.pages["/"] = feed("只在管道里")
    job = Job(NOON, CrawlSettings(allow_private_hosts=(site.host,), delay_seconds=0), [source("a", site.url("/"))])
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(tmp_path),
        "TMPDIR": str(tmp_path),
        "PYTHONPATH": os.getcwd(),
    }
    process = subprocess.Popen(
        [sys.executable, "-m", "crawlers.run"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=environment,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdin.write(job_line(job))
    process.stdin.flush()
    out, err = process.stdout.read(), process.stderr.read()
    process.stdin.close()
    process.stdout.close()
    process.stderr.close()
    assert process.wait(timeout=20) in (0, 3)
    assert "只在管道里".encode() in out
    assert err == b""
    assert list(tmp_path.rglob("*")) == []
