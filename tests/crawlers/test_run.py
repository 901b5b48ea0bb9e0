"""Real crawls, in the real subprocess, of real servers on the loopback (CASES.md, bad inputs and SSRF)."""

from __future__ import annotations

import gzip
import os
import socket
import subprocess
import sys
import threading
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawlers.jobs import Job, job_line
from crawlers.outcomes import Outcome
from crawlers.processes import run_crawl
from crawlers.settings import CrawlSettings
from crawlers.sources import Source
from tests.crawlers.crawling import NOON, Crawled, crawl, page_list, source
from tests.crawlers.site import Answer, Site, serving

PAGES = Path(__file__).parent / "spiders" / "pages"
RSS = '<rss version="2.0"><channel><title>t</title>{}</channel></rss>'
ENTRY = "<item><title>停水</title><link>/a/{0}</link><description>{1}</description></item>"


def feed(*texts: str) -> str:
    return RSS.format("".join(ENTRY.format(number, text) for number, text in enumerate(texts)))


def chunks(page: Answer) -> Answer:
    """The page, in chunks that never end."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n"
    page.raw = head + b"10000\r\n" + b"a" * 65536 + b"\r\n" + (b"10000\r\n" + b"a" * 65536 + b"\r\n") * 160
    return page


BAD: dict[str, Answer] = {
    "good": Answer(feed("三天没水了")),
    "gzip": Answer(gzip.compress(feed("压缩的正文").encode()), headers={"Content-Encoding": "gzip"}),
    "gzip-bomb": Answer(gzip.compress(b"\0" * 100_000_000), headers={"Content-Encoding": "gzip"}),
    "gzip-twice": Answer(gzip.compress(gzip.compress(b"\0" * 100_000_000)), headers={"Content-Encoding": "gzip, gzip"}),
    "deflate-bomb": Answer(zlib.compress(b"\0" * 100_000_000), headers={"Content-Encoding": "deflate"}),
    "brotli": Answer(b"\xb8\xff\xff\x01\x80\x02", headers={"Content-Encoding": "br"}),
    "gzip-cut": Answer(
        gzip.compress(feed("开头到了", *(f"第{n}条水{n * 7919 % 1000}" for n in range(400))).encode())[:-600],
        headers={"Content-Encoding": "gzip"},
    ),
    "gzip-not": Answer(feed("其实没压缩"), headers={"Content-Encoding": "gzip"}),
    "gbk-unnamed": Answer(feed("小区停水三天大家怎么看").encode("gbk"), content_type="text/xml"),
    "gb18030": Answer(feed("朱镕基㐀视察小区").encode("gb18030"), content_type="text/xml; charset=gb2312"),
    "header-lies": Answer(feed("停车收费标准怎么定的").encode("gbk"), content_type="text/xml; charset=utf-8"),
    "utf16": Answer(feed("停电了").encode("utf-16"), content_type="text/xml"),
    "no-such-charset": Answer(feed("停气了大家怎么办").encode("gbk"), content_type="text/xml; charset=x-none"),
    "broken-utf8": Answer(feed("停\ue000水了").encode().replace("\ue000".encode(), b"\xff")),
    "nul": Answer(feed("停\0水了")),
    "binary": Answer(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20),
    "large": Answer(b"<p>" + b"a" * (9 * 1024 * 1024)),
    "declared": Answer(b"x", declared_length=5_000_000_000),
    "chunks": chunks(Answer()),
    "empty": Answer(b""),
    "no-content": Answer(b"", status=204),
    "500": Answer("坏了", status=500),
    "404": Answer("没有", status=404),
    "403": Answer("不许", status=403),
    "to-file": Answer(status=302, headers={"Location": "file:///etc/passwd"}),
    "to-script": Answer(status=302, headers={"Location": "javascript:alert(1)"}),
    "to-itself": Answer(status=302, headers={"Location": "/to-itself"}),
    "to-metadata": Answer(status=302, headers={"Location": "http://169.254.169.254/latest/"}),
    "cut": Answer(feed("前半"), declared_length=9999),
    "not-http": Answer(raw=b"\x00\x01\x02 gibberish\r\n\r\n"),
    "long-header": Answer(raw=b"HTTP/1.1 200 OK\r\nX: " + b"a" * 200_000 + b"\r\n\r\n"),
    "private/robots": Answer(feed("不许看")),
    "laughs": Answer('<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><rss version="2.0">&b;</rss>'),
    "entity": Answer(
        '<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd">]><rss version="2.0"><channel>&f;</channel></rss>'
    ),
    "feed-cut": Answer(feed("读得到的", "读不到的")[:180]),
    "control": Answer(feed("控制\x08字符").replace("<link>", "<pubDate>Foo, 99 Bar</pubDate><link>")),
    "sign-in": Answer("<!doctype html><html><form>请登录<input type=password></form></html>"),
    "year-2999": Answer(feed("将来").replace("<link>", "<pubDate>Fri, 01 Jan 2999 00:00:00 GMT</pubDate><link>")),
    "markup": Answer(feed("=HYPERLINK(&quot;http://x&quot;)&lt;img src=x onerror=alert(1)&gt;")),
    "cookies": Answer(feed("有饼干"), headers={f"Set-Cookie{' ' * 0}": "a=" + "b" * 3000}),
    "tracked": Answer(
        RSS.format(
            "".join(
                f"<item><title>同一篇</title><link>/a/1?{by}</link><description>同一篇</description></item>"
                for by in ("utm_source=x", "from=timeline", "spm=1.2", "")
            )
        )
    ),
}


@pytest.fixture(scope="module")
def bad() -> Iterator[tuple[Crawled, Site]]:
    """One crawl of every bad input at once, beside a good one, with slow and stubborn servers."""
    with serving() as site, serving() as slow, serving() as tired:
        site.pages["/robots.txt"] = Answer("User-agent: *\nDisallow: /private/", content_type="text/plain")
        site.pages.update({f"/{name}": page for name, page in BAD.items()})
        slow.pages["/drip"] = Answer(feed("慢慢滴") * 50, drip_seconds=0.2)
        slow.pages["/never"] = Answer("x" * 50, drip_seconds=600)
        tired.pages["/busy"] = Answer("忙", status=429, headers={"Retry-After": "3600"})
        tired.pages["/after"] = Answer(feed("不该再问"))
        rows = [source(name.replace("/", "-"), site.url(f"/{name}")) for name in BAD]
        rows += [
            source("drip", slow.url("/drip")),
            source("never", slow.url("/never")),
            source("busy", tired.url("/busy")),
        ]
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            refused = f"127.0.0.1:{closed.getsockname()[1]}"
        rows += [source("refused", f"http://{refused}/"), source("no-name", "http://no-such-host.invalid/")]
        hosts = [site.host, slow.host, tired.host, refused]
        yield crawl(rows, hosts, timeout_seconds=2.0, run_seconds=40), site


@pytest.mark.parametrize(
    ("name", "text", "flags"),
    [
        ("good", "三天没水了", set()),
        ("gzip", "压缩的正文", set()),
        ("gbk-unnamed", "小区停水三天大家怎么看", set()),
        ("gb18030", "朱镕基㐀视察小区", set()),
        ("header-lies", "停车收费标准怎么定的", set()),
        ("utf16", "停电了", set()),
        ("no-such-charset", "停气了大家怎么办", set()),
        ("broken-utf8", "停\ufffd水了", {"broken_encoding"}),
        ("nul", "停水了", set()),
        ("gzip-cut", "开头到了", {"truncated", "broken_feed"}),
        ("feed-cut", "读得到的", {"broken_feed"}),
        ("control", "控制字符", {"broken_feed"}),
        ("year-2999", "将来", {"date_clamped"}),
        ("cookies", "有饼干", set()),
        ("markup", '=HYPERLINK("http://x")', set()),
    ],
)
def test_what_can_be_read_is_read_right(bad: tuple[Crawled, Site], name: str, text: str, flags: set[str]) -> None:
    found = bad[0].found[name]
    assert found[0].text == text
    assert set(found[0].flags) - {"date_missing"} == flags
    assert found[0].published_at >= NOON


@pytest.mark.parametrize(
    ("name", "outcome"),
    [
        ("gzip-bomb", "too_large"),
        ("gzip-twice", "too_large"),
        ("deflate-bomb", "too_large"),
        ("brotli", "bad_content"),
        ("gzip-not", "bad_content"),
        ("binary", "bad_content"),
        ("large", "too_large"),
        ("declared", "too_large"),
        ("chunks", "too_large"),
        ("empty", "empty_page"),
        ("no-content", "empty_page"),
        ("500", "http_error"),
        ("404", "http_error"),
        ("403", "http_error"),
        ("busy", "slow_down"),
        ("to-file", "http_error"),
        ("to-script", "http_error"),
        ("to-itself", "http_error"),
        ("to-metadata", "private_address"),
        ("drip", "timeout"),
        ("never", "timeout"),
        ("cut", "unreachable"),
        ("not-http", "unreachable"),
        ("long-header", "unreachable"),
        ("private-robots", "robots"),
        ("refused", "unreachable"),
        ("no-name", "unreachable"),
        ("laughs", "bad_content"),
        ("entity", "bad_content"),
        ("sign-in", "sign_in"),
    ],
)
def test_what_cannot_be_read_is_a_failure_of_that_source_alone(
    bad: tuple[Crawled, Site], name: str, outcome: str
) -> None:
    said, detail = bad[0].said(name)
    assert said == outcome
    assert detail
    assert bad[0].found[name] == []


def test_the_crawl_goes_on_to_its_end(bad: tuple[Crawled, Site]) -> None:
    crawled, _ = bad
    assert crawled.ended is not None
    assert crawled.ended.fault is None
    assert set(crawled.done) >= {name.replace("/", "-") for name in BAD}


def test_retry_after_is_handed_on(bad: tuple[Crawled, Site]) -> None:
    assert bad[0].done["busy"].retry_after == 3600


def test_one_story_under_many_tracking_addresses_is_one_post(bad: tuple[Crawled, Site]) -> None:
    assert len({found.id for found in bad[0].found["tracked"]}) == 1


def test_a_failing_page_is_tried_twice_at_most_and_a_forbidden_one_never(bad: tuple[Crawled, Site]) -> None:
    asked = bad[1].paths()
    assert asked.count("/500") == 2
    assert asked.count("/cut") == 2
    assert asked.count("/404") == 1
    assert asked.count("/private/robots") == 0


def test_every_request_says_who_asks_and_carries_no_cookie(bad: tuple[Crawled, Site]) -> None:
    for _, _, headers in bad[1].asked:
        assert headers["User-Agent"] == "huiying/0.1 (public notice desk)"
        assert "Cookie" not in headers
        assert "Referer" not in headers


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
    assert times[-1] - times[0] >= 0.5 * 7


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
