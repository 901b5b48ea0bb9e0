"""An isso of its own for tests: a real comment program in an environment of its own, gone at the end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

from tests.servers.environments import free_port, made_for, wait_for

LOCK = Path(__file__).with_name("isso.lock")

PEOPLE = (
    "周评论甲",
    "吴评论乙",
    "zhou@mail.example",
    "wu@mail.example",
    "zhou-home.example",
    "wu-home.example",
    "203.0.113",
    "198.51.100",
)
"""What those who comment here leave of themselves: names, e-mails, sites, addresses. None may be handed on."""

_SETTINGS = """[general]
dbpath = {folder}/comments.db
host = {site}
latest-enabled = true
gravatar = true
[server]
listen = http://127.0.0.1:{port}
trusted-proxies = 127.0.0.1
[guard]
enabled = false
[rss]
base = {site}
"""


@dataclass
class Isso:
    """A running isso whose comments stand below the pages of `site`; `page` is the one that is written below now."""

    url: str
    site: str
    page: str = "/a/0"
    hashes: list[str] = field(default_factory=list)
    _cookies: dict[int, str] = field(default_factory=dict)

    def turn_over(self) -> None:
        """From now on write below a page without comments."""
        self.page = f"/a/{int(self.page.rpartition('/')[2]) + 1}"

    def comment(self, text: str, answers: int | None = None, second: bool = False) -> int:
        """Write a comment below the page, as one of two people; its number."""
        name, account, network = ("吴评论乙", "wu", "198.51.100") if second else ("周评论甲", "zhou", "203.0.113")
        body = {
            "text": text,
            "author": name,
            "email": f"{account}@mail.example",
            "website": f"http://{account}-home.example/",
            "parent": answers,
            "title": "标题",
        }
        said, headers = self._asked(
            "POST", f"/new?uri={quote(self.page, safe='')}", body, {"X-Forwarded-For": f"{network}.7"}
        )
        self._cookies[said["id"]] = headers["Set-Cookie"].partition(";")[0]
        self.hashes += [said["hash"], said["gravatar_image"]]
        return int(said["id"])

    def edit(self, number: int, text: str) -> None:
        """Change what a comment says."""
        self._asked("PUT", f"/id/{number}", {"text": text}, {"Cookie": self._cookies[number]})

    def delete(self, number: int) -> None:
        """Take a comment back."""
        self._asked("DELETE", f"/id/{number}", None, {"Cookie": self._cookies[number]})

    def like(self, number: int, network: int = 1) -> None:
        """Like a comment, from one network or another."""
        self._asked("POST", f"/id/{number}/like", {}, {"X-Forwarded-For": f"192.0.{network}.7"})

    def _asked(self, method: str, path: str, body: object, headers: dict[str, str]) -> tuple[Any, Any]:
        sent = None if body is None else json.dumps(body).encode()
        request = Request(self.url + path, sent, {"Content-Type": "application/json", **headers}, method=method)
        with urlopen(request, timeout=10) as answer:
            return json.load(answer), answer.headers


def interpreter() -> Path:
    """An interpreter for which isso is installed. Raises NotInstalled."""
    return made_for("isso", LOCK)


@contextmanager
def running(python: Path, site: str) -> Iterator[Isso]:
    """An isso without comments for the pages of the site at `site`."""
    with tempfile.TemporaryDirectory() as folder:
        port = free_port()
        settings = Path(folder) / "isso.cfg"
        settings.write_text(_SETTINGS.format(folder=folder, port=port, site=site), encoding="utf-8")
        with (Path(folder) / "log").open("wb") as log:
            # The feed writes the server's own time and calls it UTC.
            server = subprocess.Popen(
                [str(python.parent / "isso"), "-c", str(settings), "run"],
                stdout=log,
                stderr=log,
                env={**os.environ, "TZ": "UTC"},
            )
        try:
            wait_for(port, server, Path(folder) / "log")
            yield Isso(f"http://127.0.0.1:{port}", site)
        finally:
            server.send_signal(signal.SIGKILL)
            server.wait(60)
