"""Pushes over real HTTP: what the sender is told, and that nobody unproven learns anything."""

from __future__ import annotations

import json
import logging
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from sqlalchemy import event
from sqlalchemy.exc import OperationalError
from starlette.applications import Starlette
from starlette.middleware import Middleware

from dashboard.backstage import Backstage
from dashboard.cookies import Signer
from dashboard.gate import Gate
from dashboard.navigation import ADDRESSES
from dashboard.routes import Routes
from huiying.push_keys import file_of, new_key
from records.signing import signature
from tests.dashboard import seeding
from tests.dashboard.conftest import free_port, running
from tests.dashboard.test_routes import listening

DOCS = Path(__file__).parents[2] / "docs" / "adding" / "inbound.md"
ROW = {"kind": "inbound", "channel": "hotline"}
SOURCES = [
    {"id": "hotline", "name": "12345 热线", **ROW},
    {"id": "closed", "name": "停用的热线", "enabled": False, **ROW},
    {"id": "keyless", "name": "没有密钥的热线", **ROW},
    {"id": "news", "name": "新闻", "kind": "feed", "channel": "news", "url": "https://news.example/rss"},
]
SECRET = "家住昌平路八号"
EXAMPLES = {"sh": ["bash", "-euo", "pipefail", "-c"], "python": [sys.executable, "-c"]}


@dataclass
class Pushing:
    """A served desk that can be pushed to."""

    parts: Backstage
    base: str
    keys: dict[str, str]

    def body(self, *texts: str) -> bytes:
        said = (self.parts.now()).isoformat()
        rows = [{"id": str(number), "text": text, "published_at": said} for number, text in enumerate(texts)]
        return "\n".join(json.dumps(row) for row in rows).encode()

    def headers(self, body: bytes, source: str = "hotline", late: float = 0) -> dict[str, str]:
        timestamp = str(int(self.parts.now().timestamp() + late))
        signed = signature(self.keys.get(source, "?").encode(), timestamp, body)
        return {"X-Huiying-Timestamp": timestamp, "X-Huiying-Signature": signed}

    def push(self, body: bytes, source: str = "hotline", headers: dict[str, str] | None = None) -> httpx.Response:
        given = self.headers(body, source) if headers is None else headers
        return httpx.post(f"{self.base}/inbound/{source}", content=body, headers=given, timeout=30)

    def texts(self) -> set[str]:
        with self.parts.store.reading() as t:
            return {post.text for post in t.posts.newest(1000)}


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Pushing]:
    file = seeding.write_settings(tmp_path, 8501, inbound={"max_mb": 0.1, "max_posts": 50, "max_posts_an_hour": 120})
    (tmp_path / "sources.yaml").write_text(yaml.safe_dump({"sources": SOURCES}, allow_unicode=True), "utf-8")
    opened = seeding.opened(file)
    folder = opened.settings.push_keys_dir
    keys = {name: new_key(folder, name) for name in ("hotline", "closed", "news", "unknown")}
    parts = Backstage(opened, Signer(b"k" * 32))
    app = Starlette(
        routes=Routes(parts, "").all(ADDRESSES),
        middleware=[Middleware(Gate, parts=parts, policy="default-src 'self'")],
    )
    with listening(app) as base:
        yield Pushing(parts, base, keys)
    opened.close()


def test_a_signed_push_is_taken_in_without_any_cookie(desk: Pushing):
    answer = desk.push(desk.body("三天没水了", "打13912345678没人接"))
    assert (answer.status_code, answer.json()["new"], answer.json()["rejected"]) == (200, 2, [])
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"
    assert desk.texts() == {"三天没水了", "打〔手机号〕没人接"}


def test_nobody_unproven_is_told_anything_apart(desk: Pushing):
    body = desk.body(SECRET)
    good = desk.headers(body)
    assert desk.push(body, headers=good).status_code == 200
    refusals = {
        "unsigned": desk.push(body, headers={}),
        "no signature": desk.push(body, headers={"X-Huiying-Timestamp": good["X-Huiying-Timestamp"]}),
        "no timestamp": desk.push(body, headers={"X-Huiying-Signature": good["X-Huiying-Signature"]}),
        "old": desk.push(body, headers=desk.headers(body, late=-301)),
        "of the future": desk.push(body, headers=desk.headers(body, late=302)),
        "replayed": desk.push(body, headers=good),
        "altered": desk.push(body + b" ", headers=desk.headers(body)),
        "another source's": desk.push(body, "closed", headers=desk.headers(body, "hotline")),
        "disabled": desk.push(body, "closed"),
        "without a key": desk.push(body, "keyless"),
        "not of this kind": desk.push(body, "news"),
        "unknown": desk.push(body, "unknown"),
        "odd name": desk.push(body, "热线%00"),
        "no JSON, unsigned": desk.push(b"{", headers={}),
        "no UTF-8 in a header": desk.push(body, headers={**good, "X-Huiying-Signature": "sha256=é".encode("latin-1")}),  # type: ignore[dict-item]
    }
    told = {(answer.status_code, answer.text) for answer in refusals.values()}
    assert told == {(401, '{"error":"没有通过校验"}')}
    assert len({tuple(sorted(key for key in answer.headers if key != "date")) for answer in refusals.values()}) == 1
    assert desk.texts() == {SECRET}


def test_a_key_that_others_can_read_opens_nothing(desk: Pushing):
    file_of(desk.parts.settings.push_keys_dir, "hotline").chmod(0o644)
    assert desk.push(desk.body("停水")).status_code == 401


def test_a_new_key_holds_at_once_and_the_old_one_goes_on(desk: Pushing):
    old = desk.keys["hotline"]
    desk.keys["hotline"] = new_key(desk.parts.settings.push_keys_dir, "hotline")
    assert desk.push(desk.body("新密钥")).status_code == 200
    desk.keys["hotline"] = old
    assert desk.push(desk.body("旧密钥")).status_code == 200


def test_the_same_push_at_the_same_time_is_accepted_once(desk: Pushing):
    body = desk.body(*(f"第{number}条" for number in range(20)))
    headers = desk.headers(body)
    with ThreadPoolExecutor(6) as senders:
        answers = list(senders.map(lambda _: desk.push(body, headers=headers).status_code, range(6)))
    assert sorted(answers) == [200, 401, 401, 401, 401, 401]
    assert len(desk.texts()) == 20


def test_wrong_lines_are_told_by_number_and_never_by_their_text(desk: Pushing):
    answer = desk.push(desk.body("停水") + f'\n{{"text": "{SECRET}"}}\n{SECRET}'.encode())
    assert answer.status_code == 200
    assert [rejected["line"] for rejected in answer.json()["rejected"]] == [2, 3]
    assert SECRET not in answer.text
    nothing = desk.push(f"{SECRET}\n{SECRET}".encode())
    assert nothing.status_code == 400
    assert [rejected["line"] for rejected in nothing.json()["rejected"]] == [1, 2]
    assert SECRET not in nothing.text


@pytest.mark.parametrize("chunked", [False, True])
def test_what_is_too_large_is_refused_and_the_next_push_is_not(desk: Pushing, chunked: bool):
    body = b'{"text": "' + b"x" * 5_000_000 + b'"}'
    content: Any = (body[at : at + 65536] for at in range(0, len(body), 65536)) if chunked else body
    address = f"{desk.base}/inbound/hotline"
    assert httpx.post(address, content=content, headers=desk.headers(body), timeout=30).status_code == 413
    assert desk.push(desk.body(*(str(n) for n in range(51)))).status_code == 413
    assert desk.texts() == set()
    assert desk.push(desk.body("停水")).status_code == 200


def test_a_source_that_floods_the_desk_is_asked_to_slow_down(desk: Pushing):
    said = []
    for part in "甲乙丙":
        rows = [json.loads(line) for line in desk.body(*(f"{part}{number}" for number in range(50))).splitlines()]
        body = "\n".join(json.dumps({**row, "id": f"{part}{row['id']}"}) for row in rows).encode()
        said.append(desk.push(body))
    assert [answer.status_code for answer in said] == [200, 200, 429]
    assert int(said[-1].headers["retry-after"]) > 0
    assert len(desk.texts()) == 100


def test_a_store_that_does_not_answer_asks_for_patience(desk: Pushing):
    engine = desk.parts.store.engine

    def gone(*_: Any) -> None:
        raise OperationalError("SELECT 1", {}, Exception("gone"))

    body = desk.body("停水")
    headers = desk.headers(body)
    event.listen(engine, "before_cursor_execute", gone)
    answer = desk.push(body, headers=headers)
    event.remove(engine, "before_cursor_execute", gone)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert desk.push(body, headers=headers).status_code == 200
    assert desk.texts() == {"停水"}


def test_a_sources_file_that_somebody_is_breaking_turns_no_push_away(desk: Pushing):
    desk.parts.desk.sources.current(keep=True)  # as the crawl worker does all the time
    desk.parts.settings.sources_file.write_text("sources: [{id: ", "utf-8")
    assert desk.push(desk.body("停水")).status_code == 200


def test_nothing_of_a_push_goes_to_the_log(desk: Pushing, caplog: pytest.LogCaptureFixture):
    with caplog.at_level(logging.DEBUG):
        desk.push(desk.body(SECRET) + f"\n{SECRET}".encode())
        desk.push(desk.body(SECRET), headers={"X-Huiying-Signature": "sha256=0"})
        desk.push(f"[{SECRET}".encode())
    assert "a push was refused" in caplog.text
    assert SECRET not in caplog.text
    assert desk.keys["hotline"] not in caplog.text


def test_only_a_push_passes_the_gate(desk: Pushing):
    for method in ("GET", "PUT", "DELETE", "HEAD"):
        assert httpx.request(method, f"{desk.base}/inbound/hotline").status_code in (303, 401)
    assert httpx.post(f"{desk.base}/inbound/hotline/more").status_code in (401, 404)
    assert httpx.post(f"{desk.base}/inbound/").status_code in (401, 404)


def test_it_works_behind_a_proxy(desk: Pushing):
    body = desk.body("停水")
    forwarded = {"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "Host": "desk.example", "Origin": "x"}
    assert desk.push(body, headers={**desk.headers(body), **forwarded}).status_code == 200


def example(language: str) -> str:
    found = re.search(rf"```{language}\n(.*?)```", DOCS.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    return found[1]


def test_the_examples_for_senders_push_as_they_stand_to_a_desk_that_runs(tmp_path: Path):
    port = free_port()
    opened = seeding.opened(seeding.write_settings(tmp_path, port))
    (tmp_path / "sources.yaml").write_text("sources:\n" + example("yaml"), "utf-8")
    key = new_key(opened.settings.push_keys_dir, "hotline-12345")
    base = f"http://127.0.0.1:{port}"
    pushing = Pushing(Backstage(opened, Signer(b"k" * 32)), base, {})
    environment = {
        **os.environ,
        "HUIYING_SETTINGS": str(tmp_path / "huiying.yaml"),
        "PUSH_ADDRESS": f"{base}/inbound/hotline-12345",
        "PUSH_KEY": key,
    }
    with running(environment, base, tmp_path / "output"):
        for language, command in EXAMPLES.items():
            (tmp_path / "posts.jsonl").write_bytes(pushing.body(f"{language}：南关小区停水", f"{language}：又一条"))
            sent = subprocess.run(
                [*command, example(language)],
                cwd=tmp_path,
                env=environment,
                capture_output=True,
                check=False,
                timeout=120,
            )
            assert sent.returncode == 0, sent.stderr.decode()
            answer = json.loads(sent.stdout)
            assert answer["new"] + answer["edited"] == 2
        refused = subprocess.run(
            [*EXAMPLES["sh"], example("sh")],
            cwd=tmp_path,
            env={**environment, "PUSH_KEY": "x"},
            check=False,
            timeout=120,
        )
        assert refused.returncode != 0
    assert pushing.texts() == {"python：南关小区停水", "python：又一条"}
    opened.close()
