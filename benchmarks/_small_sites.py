"""Small sites in a process of their own, on every loopback address: a feed that never changes, one that always does.

It writes its port on standard output and ends when its standard input does.
"""

from __future__ import annotations

import asyncio
import sys
from itertools import count

_SAME = '<rss version="2.0"><channel><item><title>停水通知</title><link>/1</link></item></channel></rss>'
_NEW = '<rss version="2.0"><channel><item><title>第{0}次停水</title><link>/{0}</link></item></channel></rss>'
_ABSENT = b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"
_UNCHANGED = b'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n'
_TIRING = "<p " + " ".join(f'a{number}="x"' for number in range(60_000)) + ">文"
"""A page that takes a parser much longer than it may: its time grows with the square of the attributes."""


async def _serve() -> None:
    numbers = count(1)

    def answer(head: str) -> bytes:
        path = head.split(" ", 2)[1]
        if path == "/same":
            return _UNCHANGED if "if-none-match" in head.lower() else _page(_SAME)
        if path == "/new":
            return _page(_NEW.format(next(numbers)))
        return _page(_TIRING) if path == "/tiring" else _ABSENT

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(answer(head.decode("latin-1")))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(connected, "0.0.0.0", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.read)


def _page(text: str) -> bytes:
    body = text.encode()
    return b'HTTP/1.1 200 OK\r\nETag: "1"\r\nContent-Length: %d\r\n\r\n' % len(body) + body


if __name__ == "__main__":
    asyncio.run(_serve())
