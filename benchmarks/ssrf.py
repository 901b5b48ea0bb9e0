"""Nothing of a crawl reaches an inner server: in nine spellings, by link, redirect and rules, and by names that change."""

from __future__ import annotations

import argparse
import json
import os
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from benchmarks._bad_inputs import moved, refused, row
from benchmarks._false_network import false_network
from benchmarks._raw_server import RawServer, Reply, http
from crawlers.jobs import Done, Found, Job
from crawlers.processes import run_crawl
from crawlers.settings import CrawlSettings
from crawlers.sources import Source, source_from
from huiying.clock import SystemClock

INNER_NAME = "inner.example"
PUBLIC = "93.184.216.34"
SPELLINGS = {
    "dotted": "127.0.0.1",
    "decimal": "2130706433",
    "hex": "0x7f000001",
    "octal": "0177.0.0.1",
    "short": "127.1",
    "ipv6": "[::1]",
    "mapped_ipv6": "[::ffff:127.0.0.1]",
    "name": INNER_NAME,
    "zero": "0",
    "all_zeros": "0.0.0.0",
    "ipv6_zeros": "[::]",
    "mapped_ipv6_hex": "[::ffff:7f00:1]",
    "hex_dotted": "0x7f.0x0.0x0.0x1",
    "trailing_dot": "127.0.0.1.",
    "full_width": "１２７.０.０.１",
    "ideographic_dots": "127。0。0。1",
    "percent": "%31%32%37.0.0.1",
    "user_information": "8.8.8.8@127.0.0.1",
    "localhost": "localhost",
}
"""The nine of the promise are the first eight, and the redirects; the rest are dresses of the same."""

CHANGES = 4
"""Names whose first so many answers are public."""

_SECRET = "内网机密"
_INNER_PAGE = f'<rss version="2.0"><channel><item><title>{_SECRET}</title><link>/1</link></item></channel></rss>'


def main(argv: list[str]) -> int:
    """Crawl addresses that lead inside; with --mutant the guard is told to let them pass, which must be found out."""
    parser = argparse.ArgumentParser(prog="ssrf", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="the whole run is short")
    parser.add_argument("--mutant", action="store_true")
    chosen = parser.parse_args(argv)
    found = measured(chosen.mutant)
    # Without the public answers of the names that change, nothing would have been shown about the others.
    broken = bool(found["inner_hits"] or found["proxied"] or found["inner_read"]) or found["changing"] < CHANGES
    print(json.dumps({"benchmark": "ssrf", "mutant": chosen.mutant, "broken": broken, **found}))
    return 1 if broken else 0


def measured(opened: bool) -> dict[str, Any]:
    """One crawl of all of them. `opened` names every one of them as allowed, which takes the guard away."""
    inner_pages = dict.fromkeys(("/", "/robots.txt", "/list", "/article", "/proxied"), http(_INNER_PAGE.encode()))
    with (
        RawServer(inner_pages, everywhere=True) as inner,
        RawServer(_outer_pages(inner.port)) as outer,
        RawServer({}) as proxy,
        # A public address has our outer server behind it; the names that change lead there at first, then inside.
        false_network(_names(), {PUBLIC: outer.host}),
        _proxies(proxy.address),
    ):
        allowed = [outer.host]
        if opened:
            allowed += [f"{host}:{inner.port}" for host in (*SPELLINGS.values(), *_names(), "127.0.0.1")]
        sources = list(_sources(inner.port, outer))
        settings = CrawlSettings(allow_private_hosts=tuple(allowed), delay_seconds=0, timeout_seconds=5)
        outcomes: Counter[str] = Counter()
        read = 0
        for event in run_crawl(Job(SystemClock().now(), settings, sources)):
            if isinstance(event, Done):
                outcomes[event.outcome] += 1
            elif isinstance(event, Found):
                read += event.text == _SECRET
        return {
            "spellings": len(SPELLINGS),
            "sources": len(sources),
            "outcomes": dict(outcomes),
            "outer_hits": len(outer.heads),
            "changing": sum(b"Host: changing" in head for head in outer.heads),
            "inner_hits": len(inner.heads),
            "inner_read": read,
            "proxied": len(proxy.heads),
        }


def _sources(port: int, outer: RawServer) -> Iterator[Source]:
    """Rows that lead inside: by their own address, by a redirect, by a link, by robots.txt, by names that change."""
    for name, host in SPELLINGS.items():
        slug = name.replace("_", "-")
        direct = row(f"direct-{slug}", f"http://{host}:{port}/", "feed")
        if not refused(direct):
            yield source_from(direct)
        yield source_from(row(f"redirect-{slug}", f"{outer.address}/to/{name}", "feed"))
        yield source_from(_list(f"link-{slug}", f"{outer.address}/links/{name}"))
    yield source_from(row("redirect-metadata", f"{outer.address}/to-metadata", "feed"))
    yield source_from(row("redirect-relative", f"{outer.address}/to-relative", "feed"))
    yield source_from(row("proxied", f"{outer.address}/proxied", "feed"))
    for name in _names():
        if name != INNER_NAME:
            yield source_from(_list(name.replace(".", "-"), f"http://{name}:{port}/list"))


def _list(identifier: str, url: str) -> dict[str, Any]:
    return row(identifier, url, "list", entry="li", article={"title": "title", "text": "description"})


def _names() -> dict[str, list[str]]:
    """What each name resolves to, one answer after another."""
    changing = {f"changing{times}.example": [PUBLIC] * times + ["127.0.0.1"] for times in range(1, CHANGES + 1)}
    return {INNER_NAME: ["127.0.0.1"], **changing}


def _outer_pages(port: int) -> dict[str, Reply]:
    """An outside site that does what it can to lead a reader inside."""
    pages: dict[str, Reply] = {
        "/to-metadata": moved("http://169.254.169.254/latest/meta-data/"),
        "/to-relative": moved(f"//127.0.0.1:{port}/"),
        "/list": http(b'<ul><li><a href="/article">x</a></li><li><a href="/article?2">x</a></li></ul>'),
        "/article": http(b"<title>x</title><description>y</description>"),
        "/proxied": http(_INNER_PAGE.replace(_SECRET, "y").encode()),
    }
    for name, host in SPELLINGS.items():
        pages[f"/to/{name}"] = moved(f"http://{host}:{port}/")
        pages[f"/links/{name}"] = http(f'<li><a href="http://{host}:{port}/">x</a></li>'.encode())
    return pages


@contextmanager
def _proxies(address: str) -> Iterator[None]:
    """An environment that names a proxy for everything."""
    names = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")
    before = {name: os.environ[name] for name in names if name in os.environ}
    os.environ.update(dict.fromkeys(names, address))
    try:
        yield
    finally:
        for name in names:
            del os.environ[name]
        os.environ.update(before)
