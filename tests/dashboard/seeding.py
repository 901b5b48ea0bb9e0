"""Fills a desk through the real steps: the written heating outage, moved to end just now, and four people."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import yaml

from huiying.clock import SystemClock
from huiying.settings import Settings, load
from huiying.wiring import Desk, open_desk
from pipeline import accounts
from pipeline.indexing import catch_up
from pipeline.intake import receive_file_row
from pipeline.judging import Judging
from pipeline.notify import stored_contacts
from records.disclosures import Disclosure, disclosure_from
from records.people import Person
from records.posts import Post, RawPost, raw_post_from
from records.words import Category, Role, Scope, Sentiment
from regulation.sign_in import sign_in_rules
from storage.sources import Patrol
from storage.store import Transaction
from tests.pipeline.known_answers import KEEP, KnownAnswers, Label

SCENARIO = Path(__file__).parents[1] / "scenarios" / "heating_outage"
PASSWORD = "守望相助-2026-desk"
QUICK = replace(sign_in_rules(), hash_time_cost=1, hash_memory_kib=64, hash_parallelism=1)
"""For accounts in whose sign-in nothing is to be shown of the hash, which is slow by design."""

UNIT = "区供热服务中心"
PEOPLE = {
    "wangfang": Person("wangfang", "王芳", Role.OFFICE),
    "lijun": Person("lijun", "李军", Role.DUTY),
    "zhaomin": Person("zhaomin", "赵敏", Role.EVALUATOR),
    "admin": Person("admin", "周管理", Role.ADMIN),
}
SOURCES = [
    {"id": name, "name": title, "kind": "feed", "channel": channel, "url": f"http://127.0.0.1:9/{name}"}
    for name, title, channel in (
        ("bbs-yunchuan", "云川论坛", "forum"),
        ("video-comments", "短视频评论", "comment"),
        ("microblog-search", "微博客搜索", "microblog"),
        ("wechat-comments", "微信公众号留言", "wechat"),
        ("district-news", "惠川新闻网", "news"),
        ("neighbour-board", "邻里社区", "other"),
    )
]
PARTY = "p01"


def write_settings(folder: Path, port: int, **more: object) -> Path:
    """A settings file of a desk that lives in `folder` and listens on `port`."""
    file = folder / "huiying.yaml"
    desk = {"port": port, "refresh_seconds": 2}
    file.write_text(yaml.safe_dump({"data_dir": "data", "desk": desk, **more}, allow_unicode=True), "utf-8")
    write_sources(folder, SOURCES)
    return file


def write_sources(folder: Path, sources: Sequence[Mapping[str, Any]]) -> None:
    """The sources file of a desk that lives in `folder`."""
    (folder / "sources.yaml").write_text(yaml.safe_dump({"sources": list(sources)}, allow_unicode=True), "utf-8")


def opened(file: Path) -> Desk:
    """The desk of a settings file, on the machine's clock."""
    return open_desk(load(file, {}), SystemClock())


def settings_in(folder: Path) -> Settings:
    """Settings of a desk that lives in `folder`."""
    return Settings(data_dir=folder)


def fill(desk: Desk, posts: int | None = None) -> None:
    """Records, posts, judgements, incidents, alerts, messages, people, sources and heartbeats."""
    now = desk.clock.now()
    add_people(desk)
    with desk.store.transaction() as t:
        for row in rows("disclosures.jsonl"):
            t.disclosures.add(disclosure_from(row), now, "导入")
        t.disclosures.add(party_record(now), now, "导入")
    raws = [raw_post_from(row) for row in rows("posts.jsonl")][:posts]
    shift = now - timedelta(minutes=4) - max(raw.seen_at for raw in raws)
    with desk.store.transaction() as t:
        for raw in raws:
            moved = replace(raw, published_at=raw.published_at + shift, seen_at=raw.seen_at + shift)
            receive_file_row(t, as_written(moved), moved.seen_at, KEEP)
    judge(desk)
    index = desk.index()
    while catch_up(desk.store, index):
        pass
    index.close()
    with desk.store.transaction() as t:
        patrols(t, now)
    desk.sender("send").send_due(now)
    with desk.store.transaction() as t:
        alive(t, now)


def add_people(desk: Desk) -> None:
    """The four people and one of the unit, each with PASSWORD; `newcomer` still has the first password, returned."""
    for person in (*PEOPLE.values(), Person("chenjie", "陈杰", Role.UNIT, unit_of_the_outage())):
        account(desk, person)


def account(desk: Desk, person: Person) -> None:
    """An account whose first password was changed to PASSWORD."""
    now = desk.clock.now()
    first = accounts.create(desk.store, person, now, rules=QUICK)
    accounts.change_password(desk.store, person.username, first, PASSWORD, now, rules=QUICK)


def newcomer(desk: Desk) -> str:
    """One more account; its first password."""
    return accounts.create(desk.store, Person("newcomer", "孙新", Role.DUTY), desk.clock.now(), rules=QUICK)


def unit_of_the_outage() -> str:
    """The responsible unit of the record that the emergency is about."""
    truth = json.loads((SCENARIO / "truth.json").read_text("utf-8"))
    units = {row["id"]: row["unit"] for row in rows("disclosures.jsonl")}
    return str(units[truth["incidents"][0]["disclosure"]])


def party_record(now: datetime) -> Disclosure:
    """A record that is open within the party only."""
    day = timedelta(days=3)
    return Disclosure(
        PARTY,
        "关于开展作风专项检查的通报",
        None,
        now - day,
        "区纪委监委机关",
        None,
        Scope.PARTY,
        None,
        "仅限党内的正文",
    )


def judge(desk: Desk, at: datetime | None = None) -> None:
    """Judge whatever waits, with the scenario's true labels."""
    truth = json.loads((SCENARIO / "truth.json").read_text("utf-8"))
    reader = KnownAnswers({post_id: _label(post) for post_id, post in truth["posts"].items()})
    judging = Judging(desk.store, lambda: reader, desk.rules, stored_contacts, owed=desk.owed)
    while judging.step(at or (lambda waiting: waiting.at), limit=1000):
        pass


def as_written(raw: RawPost) -> Post:
    """The post as it stands: the scenario's texts hold nothing to mask."""
    return Post(**{name: getattr(raw, name) for name in RawPost.__dataclass_fields__})


def _label(truth: dict[str, object]) -> Label:
    category = truth["category"]
    duplicate = truth["duplicate_of"]
    record = truth["disclosure"]
    return (
        Sentiment(str(truth["sentiment"])),
        None if record is None else str(record),
        None if category is None else Category(str(category)),
        None if duplicate is None else str(duplicate),
    )


def alive(t: Transaction, now: datetime) -> None:
    """A sign of life of every process."""
    for worker in ("clock@desk", "send@desk/page", "judge@desk", "crawl@desk"):
        t.clock.beat(worker, now)


def patrols(t: Transaction, now: datetime) -> None:
    """Two sources that answer, one that does not."""
    for source in ("bbs-yunchuan", "video-comments"):
        t.sources.attempted(source, now - timedelta(minutes=2), now + timedelta(minutes=8))
        t.sources.answered(source, now - timedelta(minutes=2), now + timedelta(minutes=8), 5)
        for days in range(20, 0, -1):
            _patrol(t, source, now - timedelta(days=days), new=10 + days % 3)
        _patrol(t, source, now - timedelta(minutes=2), new=5)
    t.sources.attempted("district-news", now - timedelta(minutes=40), now + timedelta(minutes=8))
    t.sources.failed(
        "district-news",
        now - timedelta(minutes=40),
        "对方网站没有应答（超时）",
        timedelta(minutes=10),
        timedelta(hours=1),
    )
    _patrol(t, "district-news", now - timedelta(minutes=40), "timeout")


def _patrol(t: Transaction, source: str, at: datetime, outcome: str = "ok", new: int = 0) -> None:
    patrol = Patrol(source, at, at + timedelta(minutes=1), outcome, 12, new, 2)
    t.sources.log(patrol)
    t.source_days.count(patrol, outcome == "ok")


def rows(name: str) -> list[dict[str, object]]:
    """The rows of a file of the written outage."""
    return [json.loads(line) for line in (SCENARIO / name).read_text("utf-8").splitlines()]
