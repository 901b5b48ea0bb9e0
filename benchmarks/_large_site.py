"""A large site in a process of its own: `PAGES` pages in all, lists that lead on to one another and their articles.

It writes its port on standard output and ends when its standard input does. Articles hold the texts that the judge
learns from, two each, so that storing and judging meet what they are made for.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import cast

LISTS = 50
"""List pages; as many as a row of the sources file may ask for."""

_TEXTS = Path(__file__).parent.parent / "nlp" / "texts"
RECORDS = _TEXTS / "lanyu" / "disclosures.jsonl"
"""Disclosure records that some of the articles speak of."""

_MENU = "".join(f'<li class="menu"><a href="/channel/{number}">栏目{number}</a></li>' for number in range(24))
_ASIDE = "".join(f'<div class="card"><a href="/hot/{n}"><span>热点</span>推荐阅读{n}</a></div>' for n in range(20))
_SCRIPT = "<script>var config = {" + ",".join(f'"k{number}":"v{number}"' for number in range(60)) + "};</script>"
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: %d\r\n\r\n"
_ABSENT = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"


class LargeSite:
    """Pages by number, written when they are asked for."""

    def __init__(self, pages: int) -> None:
        self._articles = pages - LISTS
        files = sorted(_TEXTS.glob("*/posts.jsonl"))
        self._texts = [json.loads(line)["text"] for file in files for line in file.read_text("utf-8").splitlines()]

    def page(self, path: str) -> str | None:
        """The page at that path; None where there is none."""
        kind, _, number = path.strip("/").partition("/")
        if not number.isdecimal():
            return None
        if kind == "list":
            return self._list(int(number))
        return self._article(int(number)) if kind == "article" and int(number) < self._articles else None

    def _list(self, number: int) -> str:
        rows = "".join(
            f'<li class="row"><a href="/article/{article}">关于第{article}号事项</a><em>2026-11-02 08:30</em></li>'
            for article in range(number - 1, self._articles, LISTS)
        )
        more = f'<a class="next" href="/list/{number + 1}">下一页</a>' if number < LISTS else ""
        return f"<!doctype html><html><head><title>列表</title></head><body><ul>{rows}</ul>{more}</body></html>"

    def _article(self, number: int) -> str:
        texts = self._texts
        first, second = texts[number % len(texts)], texts[(number * 7919 + number // len(texts)) % len(texts)]
        return (
            f"<!doctype html><html><head><title>第{number}号事项_本地论坛</title>{_SCRIPT}</head><body><ul>{_MENU}</ul>"
            f'<h1>关于第{number}号事项</h1><span class="time">2026-11-02 08:30</span><div class="content">'
            f"<p>{first}</p><p>{second}</p></div><aside>{_ASIDE}</aside>{_SCRIPT}</body></html>"
        )


class _Connection(asyncio.Protocol):
    """Answers one request after another on a connection that stays open."""

    def __init__(self, page: Callable[[str], str | None]) -> None:
        self._page = page
        self._waiting = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        self._waiting += data
        while b"\r\n\r\n" in self._waiting:
            request, _, self._waiting = self._waiting.partition(b"\r\n\r\n")
            self._transport.write(self._answer(request.split(b" ", 2)[1].decode("ascii")))

    def _answer(self, path: str) -> bytes:
        page = self._page(path)
        body = b"" if page is None else page.encode()
        return _ABSENT if page is None else _HEAD % len(body) + body


async def _serve(pages: int) -> None:
    loop = asyncio.get_running_loop()
    site = LargeSite(pages)
    server = await loop.create_server(lambda: _Connection(site.page), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await loop.run_in_executor(None, sys.stdin.read)
    server.close()


def main(pages: int) -> None:
    """Serve until standard input ends."""
    with suppress(ImportError):
        import uvloop

        asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    asyncio.run(_serve(pages))


if __name__ == "__main__":
    main(int(sys.argv[1]))
