"""A desk that is really served, with people, records and keys in it, for those who try to abuse it."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx
import yaml

from benchmarks._raw_server import RawServer
from benchmarks._vendor import Vendor
from benchmarks._visitor import Visitor
from benchmarks._worker import ROOT
from huiying.clock import SystemClock
from huiying.push_keys import new_key
from huiying.settings import load
from huiying.wiring import Desk, open_desk
from pipeline import accounts
from pipeline.acts import Actor, Deps, attempt
from pipeline.judging import Judging
from pipeline.notify import stored_contacts
from records.actions import Act, Action
from records.alerts import OFFICE
from records.assessments import Alone, Assessment, Reread
from records.disclosures import Disclosure
from records.people import Contact, Person
from records.posts import Post
from records.signing import SIGNATURE_HEADER, TIMESTAMP_HEADER, signature
from records.words import Role, Scope, Sentiment

UNIT = "住建局"
RECORD = "d1"
SOURCE = "hotline"
MOST, QUICK_MOST = 3_000, 1_000
"""New posts that one source may push in an hour."""
PASSWORD = "守望-2026-abuse"
PEOPLE = (
    Person("duty", "值班员甲", Role.DUTY),
    Person("admin", "管理员乙", Role.ADMIN),
    Person("reader", "评估员丙", Role.EVALUATOR),
    Person("leaver", "离任者丁", Role.DUTY),
    Person("target", "被猜者戊", Role.OFFICE),
)
Case = Callable[["Scene"], Iterable[str]]
"""Tries one abuse and says in what the desk did not hold."""


class NobodySignedIn(Exception):
    """A right password was not taken: cases that fall over for that show nothing about their guards."""


@dataclass
class Scene:
    """The desk, seen from outside (`base`) and from within (`desk`), and what the abusers own."""

    desk: Desk
    settings: Path
    base: str
    marks: Path
    vendor: Vendor
    inner: RawServer
    key: str
    secrets: Mapping[str, str]
    mutant: bool
    quick: bool
    visitors: dict[str, Visitor] = field(default_factory=dict)

    @property
    def now(self) -> datetime:
        """This moment."""
        return self.desk.clock.now()

    @property
    def queries(self) -> int:
        """How many queries the served desk has run."""
        return self.marks.stat().st_size

    @property
    def folder(self) -> Path:
        """Where the settings lie."""
        return self.settings.parent

    def visitor(self, username: str) -> Visitor:
        """Somebody who is signed in, once for all cases. Raises NobodySignedIn."""
        if username not in self.visitors:
            visitor = self.visitors[username] = Visitor(self.base)
            if visitor.sign_in(username, PASSWORD).status_code != 303:
                raise NobodySignedIn(username)
        return self.visitors[username]

    def person(self, username: str) -> Person:
        """One of the people."""
        return next(person for person in PEOPLE if person.username == username)

    def act(self, what: Act, username: str, **arguments: Any) -> str:
        """Do something to an incident in the service layer. Raises Refused."""
        person = self.person(username)
        action = Action(self.now, person.name, what, arguments)
        return attempt(self.desk.store, action, Actor(person.name, person.role, person.unit), self.deps())

    def deps(self, replay: bool = False) -> Deps:
        """What acts need."""
        desk = self.desk
        return Deps(desk.rules, stored_contacts, desk.settings.reports_dir, desk.letterhead, replay, desk.owed)

    def push(self, rows: Sequence[Mapping[str, Any]], **headers: str) -> httpx.Response:
        """Push posts as the sender who has the key, unless `headers` say otherwise."""
        body = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows).encode()
        stamp = str(int(self.now.timestamp()))
        proof = {TIMESTAMP_HEADER: stamp, SIGNATURE_HEADER: signature(self.key.encode(), stamp, body), **headers}
        return httpx.post(f"{self.base}/inbound/{SOURCE}", content=body, headers=proof, timeout=60, trust_env=False)

    def posts(self, *texts: str, title: str | None = None) -> list[dict[str, Any]]:
        """Rows to push, each with an id of its own."""
        said = self.now.isoformat()
        return [{"id": secrets.token_hex(8), "text": text, "title": title, "published_at": said} for text in texts]

    def judge(self) -> None:
        """Judge everything that waits as angry about the one record."""
        judging = Judging(self.desk.store, Angry, self.desk.rules, stored_contacts, owed=self.desk.owed)
        while judging.step(lambda waiting: waiting.at, limit=1000):
            pass

    def program(self, *arguments: str, before: str = "pass") -> subprocess.CompletedProcess[str]:
        """Carry out `huiying …` in a process of its own; `before` is a statement that runs first."""
        code = f"import sys; {before}; from huiying.cli import run; sys.exit(run(sys.argv[1:]))"
        command = [sys.executable, "-c", code, "--settings", str(self.settings), *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False, timeout=120)

    @contextmanager
    def without(self, owner: Any, name: str, stand_in: Any) -> Iterator[None]:
        """With --mutant one guard of this process is replaced while the block runs."""
        before = getattr(owner, name)
        if self.mutant:
            setattr(owner, name, stand_in)
        try:
            yield
        finally:
            setattr(owner, name, before)


class Angry:
    """Reads every post as negative and about the one record."""

    def watch(self, disclosures: Iterable[Disclosure]) -> None:
        """Knows it already."""

    def assess(self, posts: Sequence[Post], disclosures_of: Mapping[str, str | None]) -> list[Assessment]:
        """Always the same."""
        return [Assessment(post.id, Sentiment.NEGATIVE, 0.9, RECORD, 0.9, None, {}, None, ()) for post in posts]

    def read_again(self) -> Sequence[Reread]:
        """Never."""
        return []

    @property
    def reach(self) -> timedelta:
        """It looks for no copies at all."""
        return timedelta(days=7)

    def alone(self) -> Sequence[Alone]:
        """It does not tell."""
        return []

    def remember(self, posts_with_root: Iterable[tuple[Post, str]]) -> None:
        """Needs no memory."""


@contextmanager
def scene(mutant: bool, quick: bool) -> Iterator[Scene]:
    """The desk, served until the block ends; with `mutant` without its guards."""
    with (
        TemporaryDirectory(prefix="huiying-bench-") as folder,
        Vendor().serving() as vendor,
        RawServer({}) as inner,
    ):
        kept = _secrets()
        port = free_port()
        settings = _written(Path(folder), port, vendor, inner, kept, mutant, QUICK_MOST if quick else MOST)
        desk = open_desk(load(settings, {}), SystemClock())
        _fill(desk)
        key = new_key(desk.settings.push_keys_dir, SOURCE)
        made = Scene(
            desk=desk,
            settings=settings,
            base=f"http://127.0.0.1:{port}",
            marks=Path(folder) / "queries",
            vendor=vendor,
            inner=inner,
            key=key,
            secrets={**kept, "push key": key},
            mutant=mutant,
            quick=quick,
        )
        try:
            with served(settings, made.marks, mutant) as process:
                _until_it_answers(made.base, process, made.folder / "output")
                yield made
        finally:
            for visitor in made.visitors.values():
                visitor.__exit__(None, None, None)
            desk.close()


@contextmanager
def served(settings: Path, marks: Path, mutant: bool) -> Iterator[subprocess.Popen[bytes]]:
    """The desk's own server as a process, ended with the block; what it says goes into a file beside the settings."""
    arguments = [sys.executable, "-m", "benchmarks._abused_desk", str(marks), *(["--mutant"] if mutant else [])]
    environment = {**os.environ, "HUIYING_SETTINGS": str(settings), "PYTHONPATH": str(ROOT)}
    with (settings.parent / "output").open("ab") as output:
        process = subprocess.Popen(arguments, cwd=ROOT, env=environment, stdout=output, stderr=subprocess.STDOUT)
        try:
            yield process
        finally:
            process.terminate()
            process.wait(15)


def _until_it_answers(base: str, process: subprocess.Popen[bytes], output: Path) -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{base}/health", trust_env=False).status_code == 200:
                return
        except httpx.HTTPError:
            time.sleep(0.1)
    raise RuntimeError(f"the desk did not start: {output.read_text('utf-8', 'replace')[-1000:]}")


def free_port() -> int:
    """A port of the loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _secrets() -> dict[str, str]:
    return {name: secrets.token_urlsafe(40) for name in ("cookie key", "mail password", "robot key", "webhook key")}


def _written(
    folder: Path, port: int, vendor: Vendor, inner: RawServer, kept: Mapping[str, str], mutant: bool, most: int
) -> Path:
    """Settings with every kind of secret, each in a file of its own."""
    files = {
        "cookie.key": kept["cookie key"],
        "mail.key": kept["mail password"],
        "wecom/duty.key": kept["robot key"],
        "webhook/inner.key": f"{inner.address}/hook\n{kept['webhook key']}",
    }
    for name, content in files.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True, mode=0o700)
        file.write_text(f"{content}\n", encoding="ascii")
        file.chmod(0o600)
    mail = {"host": "127.0.0.1", "port": 9, "tls": "ssl", "user": "desk", "password_file": "mail.key"}
    others = {"digest_seconds": 1, "digest_most": 2, "quiet_from": "00:00", "quiet_to": "00:00"}
    settings = {
        "data_dir": "data",
        "inbound": {"max_posts_an_hour": most},
        "desk": {"host": "0.0.0.0" if mutant else "127.0.0.1", "port": port, "cookie_secret_file": "cookie.key"},
        "rules": {"telling": {**others, **({"urgent_share": 0.0} if mutant else {})}},
        "alerts": {
            "allow_private_hosts": [vendor.address],
            "wecom": {"robots_dir": "wecom", "base_url": f"http://{vendor.address}"},
            "webhook": {"robots_dir": "webhook"},
            "email": {**mail, "sender": "desk@example.cn"},
        },
    }
    row = {"id": SOURCE, "name": "12345 热线", "kind": "inbound", "channel": "hotline"}
    for name, content_of in (("huiying.yaml", settings), ("sources.yaml", {"sources": [row]})):
        (folder / name).write_text(yaml.safe_dump(content_of, allow_unicode=True), encoding="utf-8")
    return folder / "huiying.yaml"


def _fill(desk: Desk) -> None:
    """People, one record, and how the office and its unit are reached."""
    now = desk.clock.now()
    for person in PEOPLE:
        first = accounts.create(desk.store, person, now)
        accounts.change_password(desk.store, person.username, first, PASSWORD, now)
    record = Disclosure(RECORD, "城区供热方案", None, now, UNIT, None, Scope.PUBLIC, None, "供热到三月底")
    with desk.store.transaction() as t:
        t.disclosures.add(record, now, "基准")
        t.people.set_contacts(OFFICE, [Contact(OFFICE, "wecom", "duty")])
        t.people.set_contacts(UNIT, [Contact(UNIT, "webhook", "inner")])
