"""A Spirit of its own for tests: a real forum program with a private SQLite, gone at the end."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from tests.huiying.waiting import line_of
from tests.servers.environments import free_port, made_for, wait_for

LOCK = Path(__file__).with_name("spirit.lock")

PEOPLE = ("zhoutie88", "wumei77", "周铁柱昵称", "吴小妹昵称", "周真名", "mail.example", "/user/", "avatar")
"""What stands on this forum of those who write there. None may be handed on."""

_SETTINGS = """
from .dev import *
DEBUG = True
LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
"""

# Reads one order a line and answers each with one line, inside the forum.
_HAND = """
import json
import sys
import django
django.setup()
from django.contrib.auth import get_user_model
from spirit.category.models import Category
from spirit.comment.forms import CommentForm
from spirit.comment.models import Comment
from spirit.comment.utils import comment_posted
from spirit.topic.models import Topic

def person(name, nickname):
    user = get_user_model().objects.create_user(name, name + "@mail.example", "x", first_name="周真名")
    user.st.nickname = nickname
    user.st.save()
    return user

first, second = person("zhoutie88", "周铁柱昵称"), person("wumei77", "吴小妹昵称")

def category(title):
    made = Category.objects.create(title=title)
    return made.get_absolute_url()

def topic(category, title):
    made = Topic.objects.create(user=first, category=Category.objects.get(title=category), title=title)
    return [made.pk, made.get_absolute_url()]

def say(topic, text, other):
    user, topic = second if other else first, Topic.objects.get(pk=topic)
    form = CommentForm(user=user, topic=topic, data={"comment": text})
    assert form.is_valid(), form.errors
    comment = form.save()
    comment_posted(comment=comment, mentions=None)
    return comment.pk

def edit(comment, text):
    form = CommentForm(instance=Comment.objects.get(pk=comment), data={"comment": text})
    assert form.is_valid(), form.errors
    form.save()

def remove(comment):
    Comment.objects.filter(pk=comment).update(is_removed=True)

def remove_topic(topic):
    Topic.objects.filter(pk=topic).update(is_removed=True)

print(json.dumps("ready"), flush=True)
for line in sys.stdin:
    name, arguments = json.loads(line)
    print(json.dumps(globals()[name](*arguments)), flush=True)
"""


@dataclass
class Spirit:
    """A running forum. `hand` is the process that writes in it."""

    url: str
    hand: subprocess.Popen[str]
    log: Path

    @property
    def host(self) -> str:
        return self.url.removeprefix("http://")

    def category(self, title: str) -> str:
        """A new category; its address."""
        return self.url + str(self._do("category", title))

    def topic(self, category: str, title: str) -> tuple[int, str]:
        """A new topic without posts; its number and its address."""
        number, path = self._do("topic", category, title)
        return number, self.url + path

    def say(self, topic: int, text: str, second: bool = False) -> int:
        """Write a post (in Markdown) as one of two people; its number."""
        return int(self._do("say", topic, text, second))

    def edit(self, post: int, text: str) -> None:
        """Change what a post says."""
        self._do("edit", post, text)

    def remove(self, post: int) -> None:
        """Remove a post, as a moderator does."""
        self._do("remove", post)

    def remove_topic(self, topic: int) -> None:
        """Remove a topic, as a moderator does."""
        self._do("remove_topic", topic)

    def _do(self, name: str, *arguments: object) -> Any:
        assert self.hand.stdin is not None
        self.hand.stdin.write(json.dumps([name, arguments]) + "\n")
        self.hand.stdin.flush()
        return _answer(self.hand, self.log)


def interpreter() -> Path:
    """An interpreter for which Spirit is installed. Raises NotInstalled."""
    return made_for("spirit", LOCK)


@contextmanager
def running(python: Path) -> Iterator[Spirit]:
    """A forum without topics."""
    with ExitStack() as ends:
        folder = Path(ends.enter_context(tempfile.TemporaryDirectory()))
        log = folder / "log"
        said = ends.enter_context(log.open("wb"))
        programs = f"{python.parent}{os.pathsep}{os.environ.get('PATH', '')}"
        settings = "forum.settings.here"
        environment = {**os.environ, "PATH": programs, "DJANGO_SETTINGS_MODULE": settings, "PYTHONIOENCODING": "utf-8"}
        forum = folder / "forum"

        def run(*command: str, cwd: Path = forum) -> None:
            subprocess.run(command, cwd=cwd, env=environment, stdout=said, stderr=said, check=True, timeout=120)

        run(str(python.parent / "spirit"), "startproject", "forum", cwd=folder)
        (forum / "forum" / "settings" / "here.py").write_text(_SETTINGS, encoding="utf-8")
        run(str(python), "manage.py", "spiritinstall")
        port = free_port()
        address = f"127.0.0.1:{port}"
        server = subprocess.Popen(
            [str(python), "manage.py", "runserver", "--noreload", address],
            cwd=forum,
            env=environment,
            stdout=said,
            stderr=said,
        )
        ends.callback(_end, server)
        hand = _hand(python, forum, environment, said)
        ends.callback(_end, hand)
        wait_for(port, server, log)
        assert _answer(hand, log) == "ready"
        yield Spirit(f"http://{address}", hand, log)


def _hand(python: Path, forum: Path, environment: dict[str, str], said: IO[bytes]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [str(python), "-c", _HAND],
        cwd=forum,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=said,
        text=True,
        encoding="utf-8",
    )


def _answer(hand: subprocess.Popen[str], log: Path) -> Any:
    assert hand.stdout is not None
    line = line_of(hand)
    assert line, log.read_text(errors="replace")[-2000:]
    return json.loads(line)


def _end(process: subprocess.Popen[Any]) -> None:
    process.send_signal(signal.SIGKILL)
    process.wait(60)
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            pipe.close()
