"""An isso of its own for tests: a real comment program in an environment of its own, gone at the end."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote
from urllib.request import Request, urlopen

LOCK = Path(__file__).with_name("isso.lock")
INTERPRETER = "HUIYING_TEST_ISSO"
"""The variable that names an interpreter for which isso is installed; without it an environment is made beside ours."""

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

_START_SECONDS = 30.0
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


class NotInstalled(Exception):
    """isso cannot be had here."""


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
    named = os.environ.get(INTERPRETER)
    if named:
        return Path(named)
    lock = LOCK.read_bytes()
    folder = Path(sys.prefix) / "servers" / f"isso-{hashlib.sha256(lock).hexdigest()[:12]}"
    python = folder / "bin" / "python"
    if not (folder / "ready").exists():
        shutil.rmtree(folder, ignore_errors=True)
        _run(sys.executable, "-m", "venv", str(folder))
        _run(str(python), *f"-m pip install --quiet --no-deps --require-hashes -r {LOCK}".split())
        (folder / "ready").touch()
    return python


def _run(*command: str) -> None:
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, check=False)
    if done.returncode:
        raise NotInstalled(done.stderr.strip().rpartition("\n")[2][:200])


@contextmanager
def running(python: Path, site: str) -> Iterator[Isso]:
    """An isso without comments for the pages of the site at `site`."""
    with tempfile.TemporaryDirectory() as folder:
        port = _free_port()
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
            _wait_for(port, server, Path(folder) / "log")
            yield Isso(f"http://127.0.0.1:{port}", site)
        finally:
            server.send_signal(signal.SIGKILL)
            server.wait()


def _free_port() -> int:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
        return port


def _wait_for(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    pause = threading.Event()
    for _ in range(int(_START_SECONDS * 20)):
        if server.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        except OSError:
            pause.wait(0.05)
    raise AssertionError(f"isso did not start: {log.read_text(errors='replace')[-2000:]}")
