"""The 45 bad inputs of a crawl, each with a server that sends it and with what must come of it."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from html import escape
from itertools import repeat
from typing import Any

from benchmarks._raw_server import RawServer, Reply, Wire, answer_of, http, streamed
from crawlers.outcomes import Outcome
from crawlers.sources import BadSources, Source, source_from
from records.posts import Post
from storage.sources import Patrol, SourceState
from storage.store import Store

INTERVAL = timedelta(minutes=10)
BOUND = 8 * 1024 * 1024
_UNDER_WAY = 12 * 1024 * 1024
"""What a server may still hand to the system's buffers after the reader has stopped."""

_HUNDRED_MB = b"\0" * 100_000_000
_BROTLI = bytes.fromhex(
    "cbffff3ff82700e2b14020f7fe8fffff7ff04f00c4611180eefd1fffffffe09f0088c30200ddfb3ffeffffc13f0110870500baf77ffcffff83"
    "7f02200e0b0074effff8ffff07ff04401c1600e8defff1ffff0ffe0980382c00d0bdffe3ffff1ffc1300715800a07bffc7ffff3ff82700e2b0"
    "0040f7fe8fffff7ff04f00c4610180eefd1fffffffe09f0088c30200ddfbbffc07afc33f0110870500bad875"
)
"""100 MB of NUL bytes, 158 bytes as brotli packs them."""
_DEEP = 200_000
_OPEN = "<div>" * _DEEP


@dataclass(frozen=True, slots=True)
class Seen:
    """What came of one bad input: the patrol log's line, what was stored, how the source is, what its server met."""

    patrol: Patrol
    posts: Sequence[Post]
    state: SourceState
    server: RawServer

    @property
    def pause(self) -> timedelta:
        """How long the source is left alone."""
        assert self.state.next_due_at is not None
        return self.state.next_due_at - self.patrol.ended_at


@dataclass(frozen=True, slots=True)
class BadInput:
    """`reply` is what the server answers; `outcome` what the patrol log says; `text` and `flags` are the stored post's.

    `source` makes the row of the sources file out of its id and its server's address; `more` says whether all else
    is as it must be.
    """

    number: int
    name: str
    reply: Reply
    outcome: Outcome
    text: str | None = None
    flags: frozenset[str] = frozenset()
    source: Callable[[str, str], dict[str, Any]] = field(default_factory=lambda: feed_row)
    rules: str | None = None
    more: Callable[[Seen], bool] = lambda seen: True

    def faults(self, seen: Seen) -> list[str]:
        """What is not as it must be."""
        expected = [] if self.text is None else [self.text]
        kept = {flag for post in seen.posts for flag in post.flags}
        wrong = {
            f"outcome {seen.patrol.outcome}, not {self.outcome}": seen.patrol.outcome != self.outcome,
            f"texts {[post.text[:80] for post in seen.posts]}": [post.text for post in seen.posts] != expected,
            f"flags {sorted(kept)}": not self.flags <= kept,
            "a failure is not counted": (seen.state.failures > 0) is self.outcome.answered,
            "the patrol log says nothing": not self.outcome.answered and not seen.patrol.detail,
            "a cookie was sent back": any(b"\r\ncookie:" in head.lower() for head in seen.server.heads),
            f"more: {[post.title for post in seen.posts]}, asked {seen.server.asked}, sent {seen.server.sent}": not self.more(
                seen
            ),
        }
        return [f"{self.number} {self.name}: {fault}" for fault, holds in wrong.items() if holds]


def row(identifier: str, url: str, kind: str, **read: Any) -> dict[str, Any]:
    """A row of the sources file."""
    return {
        "id": identifier,
        "name": f"来源 {identifier}",
        "kind": kind,
        "channel": "forum",
        "url": url,
        "interval_seconds": INTERVAL.total_seconds(),
        "delay_seconds": 0,
        "read": read,
    }


def feed_row(identifier: str, address: str) -> dict[str, Any]:
    """The bad input in place of a feed."""
    return row(identifier, f"{address}/page", "feed")


def page_row(identifier: str, address: str) -> dict[str, Any]:
    """The bad input in place of an article that a sound list leads to."""
    return row(identifier, f"{address}/list", "list", entry="li", article={"title": "h1", "text": "p"})


def elsewhere(url: str) -> Callable[[str, str], dict[str, Any]]:
    """A feed at an address where none of our servers is."""
    return lambda identifier, address: row(identifier, url, "feed")


def feed(*texts: str, more: str = "", link: str = "/a/{}") -> str:
    """An RSS feed with these texts."""
    entry = "<item><title>停水</title><link>{}</link><description>{}</description>{}</item>"
    items = "".join(entry.format(escape(link.format(n)), escape(text), more) for n, text in enumerate(texts))
    return f'<rss version="2.0"><channel><title>t</title>{items}</channel></rss>'


def page(text: str, head: str = "") -> str:
    """An article page."""
    return f"<!doctype html><html><head>{head}<title>标题</title></head><body><h1>停水</h1><p>{text}</p></body></html>"


def packed(body: bytes, *encodings: str) -> Reply:
    """A body with these Content-Encodings."""
    return http(body, "Content-Type: text/xml", f"Content-Encoding: {', '.join(encodings)}")


def html(body: bytes, charset: str = "") -> Reply:
    """An HTML page as those bytes."""
    return http(body, f"Content-Type: text/html{charset}")


def moved(to: str) -> Reply:
    """A redirect."""
    return http(b"", f"Location: {to}", status="302 Found")


def _retried_once(seen: Seen) -> bool:
    return seen.server.asked.count("/page") == 2


def _stopped_at_the_bound(seen: Seen) -> bool:
    return seen.server.sent <= BOUND + _UNDER_WAY


def _dated_at_fetch_time(seen: Seen) -> bool:
    return all(seen.patrol.started_at <= post.published_at <= seen.patrol.ended_at for post in seen.posts)


def _drip(wire: Wire) -> None:
    wire.send(answer_of(b"HTTP/1.1 200 OK", b"Content-Type: text/xml", b"Content-Length: 100000"))
    for byte in feed("慢慢滴").encode() * 100:
        wire.send(bytes([byte]))
        if wire.wait(0.2):
            return


def _silence(wire: Wire) -> None:
    wire.wait(600)


def _long_text() -> Iterator[bytes]:
    return repeat("三天没水了，".encode() * 10_000, 167)


def inputs(canary: RawServer) -> tuple[BadInput, ...]:
    """All of them. `canary` is an inner server that nothing may ask."""
    text = "小区停水三天了，大家怎么看"
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    many = "".join(f"第{n}条水{n * 7919 % 1000}" for n in range(2000))
    by = ("utm_source=x&utm_medium=y", "from=timeline&isappinstalled=0", "spm=1.2.3", "share_token=abc", "")
    tracked = "".join(
        f"<item><title>同一篇</title><link>/a/1?{escape(how)}</link><description>{text}</description></item>"
        for how in by
    )
    private = Outcome.PRIVATE_ADDRESS
    return (
        BadInput(1, "gzip_bomb", packed(gzip.compress(_HUNDRED_MB), "gzip"), Outcome.TOO_LARGE),
        BadInput(
            2,
            "double_gzip_bomb",
            packed(gzip.compress(gzip.compress(_HUNDRED_MB)), "gzip", "gzip"),
            Outcome.TOO_LARGE,
        ),
        BadInput(3, "brotli_bomb", packed(_BROTLI, "br"), Outcome.BAD_CONTENT),
        BadInput(4, "deflate_bomb", packed(zlib.compress(_HUNDRED_MB), "deflate"), Outcome.TOO_LARGE),
        BadInput(
            5,
            "truncated_gzip",
            packed(gzip.compress(page(f"{text}</p><p>{many}").encode())[:-400], "gzip"),
            Outcome.OK,
            text,
            frozenset({"truncated"}),
            page_row,
        ),
        BadInput(6, "gzip_header_on_plain_body", packed(feed(text).encode(), "gzip"), Outcome.BAD_CONTENT),
        BadInput(7, "gbk_without_charset", html(page(text).encode("gbk")), Outcome.OK, text, source=page_row),
        BadInput(
            8,
            "gb2312_that_is_gb18030",
            html(page("朱镕基㐀视察小区").encode("gb18030"), "; charset=gb2312"),
            Outcome.OK,
            "朱镕基㐀视察小区",
            source=page_row,
        ),
        BadInput(
            9,
            "header_utf8_body_gbk",
            html(page(text).encode("gbk"), "; charset=utf-8"),
            Outcome.OK,
            text,
            source=page_row,
        ),
        BadInput(
            10,
            "meta_gbk_body_utf8",
            html(page(text, '<meta charset="gbk">').encode()),
            Outcome.OK,
            text,
            source=page_row,
        ),
        BadInput(11, "utf16_with_bom", html(page(text).encode("utf-16")), Outcome.OK, text, source=page_row),
        BadInput(
            12,
            "unknown_charset",
            html(page(text).encode("gbk"), "; charset=x-nobody-knows"),
            Outcome.OK,
            text,
            source=page_row,
        ),
        BadInput(
            13,
            "broken_utf8",
            html(page("小区停\0水三天了").encode().replace(b"\0", b"\xff")),
            Outcome.OK,
            "小区停\ufffd水三天了",
            frozenset({"broken_encoding"}),
            page_row,
        ),
        BadInput(
            14, "nul_bytes", html(page("小区停\0水三\0天了").encode()), Outcome.OK, "小区停水三天了", source=page_row
        ),
        BadInput(
            15,
            "binary_as_html",
            html(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 20),
            Outcome.BAD_CONTENT,
            source=page_row,
        ),
        BadInput(
            16,
            "deeply_nested",
            html(page(f"{_OPEN}{text}").encode()),
            Outcome.OK,
            text,
            source=lambda identifier, address: row(
                identifier, f"{address}/list", "list", entry="li", article={"title": "h1", "text": "div"}
            ),
            more=lambda seen: [post.title for post in seen.posts] == ["停水"],
        ),
        BadInput(
            17,
            "thirty_megabytes",
            streamed(_long_text, "Content-Length: 30060000"),
            Outcome.TOO_LARGE,
            more=_stopped_at_the_bound,
        ),
        BadInput(
            18,
            "declared_five_gigabytes",
            streamed(lambda: repeat(b"a" * 65536), "Content-Length: 5000000000"),
            Outcome.TOO_LARGE,
            more=_stopped_at_the_bound,
        ),
        BadInput(
            19,
            "endless_chunks",
            streamed(lambda: repeat(b"10000\r\n" + b"a" * 65536 + b"\r\n"), "Transfer-Encoding: chunked"),
            Outcome.TOO_LARGE,
            more=_stopped_at_the_bound,
        ),
        BadInput(20, "empty", http(b""), Outcome.EMPTY_PAGE),
        BadInput(21, "no_content", http(b"", status="204 No Content"), Outcome.EMPTY_PAGE),
        BadInput(
            22,
            "server_error",
            http("坏了".encode(), status="500 Internal Server Error"),
            Outcome.HTTP_ERROR,
            more=lambda seen: _retried_once(seen) and seen.pause >= INTERVAL,
        ),
        BadInput(
            23,
            "too_many_requests",
            http("忙".encode(), "Retry-After: 3600", status="429 Too Many Requests"),
            Outcome.SLOW_DOWN,
            more=lambda seen: seen.server.asked.count("/page") == 1 and seen.pause >= timedelta(seconds=3600),
        ),
        BadInput(
            24,
            "redirect_loop",
            moved("/page"),
            Outcome.HTTP_ERROR,
            more=lambda seen: seen.server.asked.count("/page") == 6,
        ),
        BadInput(25, "redirect_to_file", moved("file:///etc/passwd"), Outcome.HTTP_ERROR),
        BadInput(26, "redirect_to_script", moved("javascript:alert(1)"), Outcome.HTTP_ERROR),
        BadInput(27, "redirect_to_loopback", moved(canary.address), private),
        BadInput(27, "redirect_to_metadata", moved("http://169.254.169.254/latest/meta-data/"), private),
        BadInput(28, "slow_drip", _drip, Outcome.TIMEOUT, more=lambda seen: seen.server.asked.count("/page") == 1),
        BadInput(29, "never_answers", _silence, Outcome.TIMEOUT),
        BadInput(
            30,
            "cut_in_mid_body",
            lambda wire: wire.send(answer_of(b"HTTP/1.1 200 OK", b"Content-Length: 9999", body=feed(text).encode())),
            Outcome.UNREACHABLE,
            more=_retried_once,
        ),
        BadInput(
            31,
            "not_http",
            lambda wire: wire.send(b"\x00\x01\x02SSH-2.0-OpenSSH_9.2\r\n\r\n" * 20),
            Outcome.UNREACHABLE,
            more=lambda seen: seen.server.asked.count("/page") <= 2,
        ),
        BadInput(
            32,
            "header_of_200_kilobytes",
            lambda wire: wire.send(
                answer_of(b"HTTP/1.1 200 OK", b"X-Long: " + b"a" * 200_000, body=feed(text).encode())
            ),
            Outcome.UNREACHABLE,
            more=lambda seen: seen.server.asked.count("/page") <= 2,
        ),
        BadInput(
            33,
            "robots_disallow",
            http(feed(text).encode()),
            Outcome.ROBOTS,
            rules="User-agent: *\nDisallow: /",
            more=lambda seen: seen.server.asked == ["/robots.txt"],
        ),
        BadInput(
            34,
            "file_address",
            http(b'<ul><li><a href="file:///etc/passwd">x</a></ul>', "Content-Type: text/html"),
            Outcome.NOTHING_EXTRACTED,
            source=lambda identifier, address: row(
                identifier, f"{address}/page", "list", entry="li", article={"title": "h1", "text": "p"}
            ),
            more=lambda seen: seen.patrol.dropped == 1 and refused(feed_row("a", "file:///etc/passwd#")),
        ),
        BadInput(35, "refused_port", http(b""), Outcome.UNREACHABLE, source=elsewhere("http://127.0.0.1:9/")),
        BadInput(36, "bad_name", http(b""), Outcome.UNREACHABLE, source=elsewhere("http://no-such-host.invalid/")),
        BadInput(
            37,
            "billion_laughs",
            http(f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "ha">{laughs}]><rss>&l9;</rss>'.encode()),
            Outcome.BAD_CONTENT,
        ),
        BadInput(
            38,
            "external_entity",
            http(
                f'<!DOCTYPE r [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY c SYSTEM "{canary.address}/entity">'
                f'<!ENTITY % p SYSTEM "{canary.address}/parameter"> %p;]>'
                f'<rss version="2.0"><channel><item><title>&f;&c;</title><link>/a</link></item></channel></rss>'.encode()
            ),
            Outcome.BAD_CONTENT,
        ),
        BadInput(
            39,
            "cut_feed",
            http(feed(text, "读不到的").encode()[:-90]),
            Outcome.OK,
            text,
            frozenset({"broken_feed"}),
        ),
        BadInput(
            40,
            "control_character_and_bad_date",
            http(feed(f"{text}\x08", more="<pubDate>Foo, 99 Bar 20x6</pubDate>").encode()),
            Outcome.OK,
            text,
            frozenset({"broken_feed", "date_missing"}),
            more=_dated_at_fetch_time,
        ),
        BadInput(
            41,
            "log_in_page_as_feed",
            html("<!doctype html><html><form action=/login>请先登录<input type=password></form></html>".encode()),
            Outcome.SIGN_IN,
        ),
        BadInput(
            42,
            "date_in_2999",
            http(feed(text, more="<pubDate>Tue, 01 Jan 2999 00:00:00 GMT</pubDate>").encode()),
            Outcome.OK,
            text,
            frozenset({"date_clamped"}),
            more=_dated_at_fetch_time,
        ),
        BadInput(
            43,
            "markup_and_formula",
            http(feed(text).replace("<title>停水", f"<title>{escape(escape(HOSTILE))}").encode()),
            Outcome.OK,
            text,
            more=lambda seen: [post.title for post in seen.posts] == [DISARMED],
        ),
        BadInput(
            44,
            "three_hundred_cookies",
            http(
                page(text).encode(), "Content-Type: text/html", *(f"Set-Cookie: c{n}={'x' * 3000}" for n in range(300))
            ),
            Outcome.OK,
            text,
            source=page_row,
        ),
        BadInput(
            45,
            "one_story_under_many_addresses",
            http(f'<rss version="2.0"><channel>{tracked}</channel></rss>'.encode()),
            Outcome.OK,
            text,
        ),
    )


HOSTILE = '=HYPERLINK("http://evil.example","x") 看图<img src=x onerror=alert(1)>'
DISARMED = '=HYPERLINK("http://evil.example","x") 看图'
"""The hostile title as it is stored: markup is dropped at the door, a formula is only text until something runs it."""


def refused(row: dict[str, Any]) -> bool:
    """Whether that row may not stand in a sources file."""
    try:
        source_from(row)
    except BadSources:
        return True
    return False


@contextmanager
def served(case: BadInput, identifier: str) -> Iterator[tuple[Source, RawServer]]:
    """The bad input on a server of its own, with its source."""
    replies: dict[str, Reply] = {
        "/page": case.reply,
        "/list": http(b'<ul><li><a href="/page">x</a></li></ul>', "Content-Type: text/html"),
    }
    if case.rules is not None:
        replies["/robots.txt"] = http(case.rules.encode(), "Content-Type: text/plain")
    with RawServer(replies) as server:
        yield source_from(case.source(identifier, server.address)), server


def seen_in(store: Store, identifier: str, server: RawServer) -> Seen:
    """What the store says of a source after its crawl."""
    with store.reading() as t:
        patrol = t.sources.patrol_log(identifier, limit=1)[0]
        posts = [post for post in t.posts.newest(10_000) if post.source == identifier]
        return Seen(patrol, posts[::-1], t.sources.states()[identifier], server)
