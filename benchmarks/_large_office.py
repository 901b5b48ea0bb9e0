"""Fills a desk with years of an office's work: posts with readings, incidents with clocks and alerts, records, people."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import Table, insert

from benchmarks._large_ledgers import fill_ledgers
from benchmarks.records import rows_of
from huiying.wiring import Desk
from pipeline import accounts, plan
from pipeline.indexing import catch_up, catch_up_records
from pipeline.notify import page_only
from records.alerts import DeadlineState
from records.incidents import IncidentState
from records.people import Person
from records.reminders import ReminderState
from records.words import Category, Channel, Role, Severity
from regulation.time_limits import INITIAL_REPORT
from storage import tables
from storage.store import Store

UNITS = ("区住建局", "区教体局", "区民政局", "区水务局", "区交通局", "区卫健局")
PASSWORD = "守望相助-2026-desk"
KEEP = timedelta(days=180)
_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
_CHUNK = 10_000
_WATCHED = 300
_ONGOING = 40
_ACTS = (
    "acknowledge",
    "confirm",
    "start_plan",
    "edit_part",
    "file_report",
    "publish_response",
    "set_severity",
    "close",
)
_PLACES = (
    "城北路",
    "解放路",
    "西河新村",
    "幸福里小区",
    "实验小学门口",
    "滨江大道",
    "老车站",
    "东风巷",
    "河东片区",
    "开发区",
)
_MATTERS = (
    "停暖",
    "学区划分",
    "公交线路调整",
    "低保名单",
    "征收补偿",
    "自来水水价",
    "老旧小区改造",
    "垃圾中转站",
    "夜间施工",
    "停车收费",
)
_SAID = (
    "到底什么时候能解决，打了几次电话都说在研究",
    "公告写得太含糊，看了半天没看明白",
    "希望有关部门出来说句话，不要一推再推",
    "家里有老人和孩子，实在等不起了",
    "这次处理得挺快，点个赞",
    "邻居说补偿标准和公告上的不一样，不知道是真是假",
    "请问办理要带哪些材料，窗口周末上班吗",
    "昨天去问了，工作人员态度还可以，就是没有准信",
    "已经拍了照片，明天一早再去现场看看",
    "转给有需要的人看看，原文在政府网站上",
)
_TITLES = ("关于{0}{1}的几个问题", "{0}的{1}有人管吗", "{0}{1}最新进展", "咨询{0}{1}一事")


@dataclass(frozen=True, slots=True)
class Size:
    """How much of everything."""

    posts: int
    incidents: int
    records: int
    people: int
    sources: int = 40


@dataclass(frozen=True, slots=True)
class _Case:
    """An incident while the posts around it are written."""

    number: int
    id: str
    record: str
    opened_at: datetime
    weight: float


def fill(desk: Desk, size: Size, now: datetime) -> None:
    """Write all of it; the same every time, and ending at `now`."""
    chance = Random(20260410)
    store = desk.store
    watched = _records(store, size.records, now)
    cases = list(_cases(size.incidents, watched, now, chance))
    _posts(store, size, cases, watched, now, chance)
    _incidents(store, cases, now, chance)
    _patrols(store, size.sources, now, chance)
    _people(store, size.people, now)
    fill_ledgers(desk, now)
    _indexes(desk)


def user(number: int) -> str:
    """The name under which that person signs in."""
    return f"p{number:03}"


def _records(store: Store, number: int, now: datetime) -> list[str]:
    """The records; those of the last weeks, about which people speak."""
    rows = []
    for n, (record, title, serial, _, _, item, _, url, body) in enumerate(rows_of(number)):
        published = now - n * _DAY / 5 if n < _WATCHED else now - (90 + (n - _WATCHED) * 5475 / number) * _DAY
        rows.append(
            {
                "id": record,
                "version": 1,
                "title": title or f"关于{_MATTERS[n % len(_MATTERS)]}的公告",
                "doc_number": serial,
                "published_at": published,
                "unit": UNITS[n % len(UNITS)],
                "catalogue_item": item,
                "scope": "party" if n % 9 == 8 else "public",
                "url": url,
                "body": body,
                "watch_terms": [_MATTERS[n % len(_MATTERS)]],
                "recorded_at": published,
                "recorded_by": "导入",
            }
        )
    _write(store, tables.disclosure, iter(rows))
    return [str(row["id"]) for row in rows[:_WATCHED]]


def _cases(number: int, watched: list[str], now: datetime, chance: Random) -> Iterator[_Case]:
    for n in range(number):
        opened_at = now - KEEP + (n + 1) * (KEEP - _HOUR) / number
        weight = min(60.0, chance.paretovariate(1.1))
        yield _Case(n, f"{opened_at:%Y%m%d}-{n:05}", watched[n % len(watched)], opened_at, weight)


def _posts(store: Store, size: Size, cases: list[_Case], watched: list[str], now: datetime, chance: Random) -> None:
    """Posts in the order they came, their readings, and the members of the incidents that were going on."""
    gatherings = [_gathering(case, len(watched), now) for case in cases]
    _write(store, tables.gathering, iter(gatherings))
    near = max(2, len(cases) * 2 // 180)
    positions = [0] * len(cases)
    for first in range(0, size.posts, _CHUNK):
        posts, readings, members = [], [], []
        for n in range(first, min(first + _CHUNK, size.posts)):
            seen_at = now - KEEP + (n + 1) * KEEP / size.posts
            at = n * len(cases) // size.posts
            case = chance.choices(cases[at : at + near], [one.weight for one in cases[at : at + near]])[0]
            about = chance.random()
            posts.append(_post(n, size.sources, seen_at, chance))
            readings.append(_reading(n, case if about < 0.2 else None, watched, seen_at, chance))
            if about < 0.2:
                positions[case.number] += 1
                members.append(_member(posts[-1], readings[-1], case, positions[case.number]))
        with store.transaction() as t:
            for table, rows in ((tables.post, posts), (tables.assessment, readings), (tables.member, members)):
                if rows:
                    t.connection.execute(insert(table), rows)


def _gathering(case: _Case, records: int, now: datetime) -> dict[str, Any]:
    number = case.number // records + 1
    ended = None if now - case.opened_at < 2 * _DAY else case.opened_at + 2 * _DAY
    last = min(now, case.opened_at + 2 * _DAY)
    return {
        "id": case.number + 1,
        "disclosure": case.record,
        "number": number,
        "started_at": case.opened_at,
        "last_post_at": last,
        "ended_at": ended,
    }


def _post(n: int, sources: int, seen_at: datetime, chance: Random) -> dict[str, Any]:
    place, matter = chance.choice(_PLACES), chance.choice(_MATTERS)
    said = chance.choices(_SAID, k=min(60, 1 + int(chance.lognormvariate(0.7, 0.8))))
    text = f"{place}{matter}，" + "。".join(said) + f"。（{n % 9973}）"
    titled = chance.random() < 0.3
    return {
        "id": f"post-{n:07}",
        "version": 1,
        "source": f"source-{n * 7 % sources:03}",
        "channel": chance.choice(list(Channel)).value,
        "url": f"https://bbs.example/t/{n}",
        "title": chance.choice(_TITLES).format(place, matter) if titled else None,
        "text": text,
        "fingerprint": hashlib.sha256(text.encode()).hexdigest(),
        "published_at": seen_at - 5 * _MINUTE,
        "seen_at": seen_at,
        "comments": chance.randrange(40),
        "reposts": chance.randrange(20),
        "likes": chance.randrange(200),
        "views": chance.randrange(20_000),
        "in_reply_to": f"post-{n - 3:07}" if n > 3 and chance.random() < 0.2 else None,
        "flags": [],
        "changed_at": seen_at,
        "expires_at": seen_at + KEEP + _DAY,
    }


def _reading(n: int, case: _Case | None, watched: list[str], seen_at: datetime, chance: Random) -> dict[str, Any]:
    negative = case is not None or chance.random() < 0.15
    category = chance.choice(list(Category)).value if negative else None
    linked = case.record if case is not None else chance.choice(watched) if chance.random() < 0.3 else None
    return {
        "post_id": f"post-{n:07}",
        "sentiment": "negative" if negative else chance.choice(("neutral", "neutral", "positive")),
        "negative": 0.9 if negative else 0.1,
        "disclosure": linked,
        "link": 0.8 if linked else 0.0,
        "category": category,
        "category_scores": {word.value: round(chance.random(), 3) for word in Category},
        "duplicate_of": f"post-{n - 1:07}" if n and chance.random() < 0.1 else None,
        "why": [[word, round(chance.random() * 2, 3)] for word in ("不热", "没人管", "研究", "停暖", "补偿")],
        "model": "shipped",
        "corrected": False,
        "assessed_at": seen_at,
    }


def _member(post: dict[str, Any], reading: dict[str, Any], case: _Case, position: int) -> dict[str, Any]:
    return {
        "gathering": case.number + 1,
        "post_id": post["id"],
        "position": position,
        "seen_at": post["seen_at"],
        "channel": post["channel"],
        "category": reading["category"],
        "root": reading["duplicate_of"] or post["id"],
        "reactions": post["comments"] + post["reposts"] + post["likes"],
        "voice": True,
    }


def _incidents(store: Store, cases: list[_Case], now: datetime, chance: Random) -> None:
    """Incidents with their severities, clocks, alerts, answers and acts; the last ones are still going on."""
    rows = [_incident(case, len(cases), chance) for case in cases]
    _write(store, tables.incident, iter(rows))
    _write(store, tables.severity_change, (_severity(row) for row in rows))
    grave = [row for row in rows if row["severity"] != Severity.GENERAL.value]
    clocks = [_deadline(n, row) for n, row in enumerate(grave, 1) if row["closed_at"] is not None]
    _write(store, tables.deadline, iter(clocks))
    _write(store, tables.reminder, (one for clock in clocks for one in _reminders(clock)))
    alerts = [one for row in rows for one in _alerts(row)]
    _write(store, tables.alert, iter(alerts))
    _write(store, tables.outbox, (_delivery(n, alert) for n, alert in enumerate(alerts, 1)))
    _write(store, tables.attempt, (_attempt(n, alert) for n, alert in enumerate(alerts, 1)))
    _write(store, tables.message, (_message(alert, now) for alert in alerts))
    _write(store, tables.response, (_response(row) for row in rows if row["closed_at"] is not None))
    start_plans(store, [row["id"] for row in grave if row["closed_at"] is None], now - 30 * _MINUTE)
    with store.transaction() as t:
        for row in rows:
            for n, act in enumerate(_ACTS if row["closed_at"] else _ACTS[:2]):
                at = row["opened_at"] + n * 10 * _MINUTE
                t.audit.append(at, "值班员甲", Role.DUTY, act, row["id"], True, {"reason": "按程序办理"})


def _incident(case: _Case, number: int, chance: Random) -> dict[str, Any]:
    ongoing = case.number >= number - min(_ONGOING, number // 2)
    state = IncidentState.OPEN if ongoing and case.number % 2 else IncidentState.CONFIRMED
    ended = IncidentState.DISMISSED if chance.random() < 0.2 else IncidentState.CLOSED
    return {
        "id": case.id,
        "disclosure": case.record,
        "title": f"“{_PLACES[case.number % 10]}{_MATTERS[case.number // 10 % 10]}”相关舆情",
        "unit": UNITS[case.number % len(UNITS)],
        "category": chance.choice(list(Category)).value,
        "category_by_person": False,
        "severity": chance.choices([word.value for word in Severity], (7, 2, 1))[0],
        "state": (state if ongoing else ended).value,
        "opened_at": case.opened_at,
        "first_post_at": case.opened_at,
        "gathering": case.number + 1,
        "acknowledged_at": None if ongoing and case.number % 2 else case.opened_at + 10 * _MINUTE,
        "acknowledged_by": None if ongoing and case.number % 2 else "值班员甲",
        "closed_at": None if ongoing else case.opened_at + 2 * _DAY,
        "revision": 1,
    }


def _severity(row: dict[str, Any]) -> dict[str, Any]:
    return {"incident": row["id"], "at": row["opened_at"], "severity": row["severity"], "rule": "voices_3"}


def start_plans(store: Store, incidents: list[str], at: datetime) -> None:
    """Start the clocks of these incidents as people do."""
    for incident_id in incidents:
        with store.transaction() as t:
            incident = t.incidents.get(incident_id)
            assert incident is not None
            plan.start(t, incident, at, at, "值班员甲", routes=page_only)


def _deadline(n: int, row: dict[str, Any]) -> dict[str, Any]:
    started = row["opened_at"] + 20 * _MINUTE
    return {
        "id": n,
        "incident": row["id"],
        "activation": 1,
        "kind": INITIAL_REPORT,
        "started_at": started,
        "recorded_at": started,
        "due_at": started + 2 * _HOUR,
        "steps": [],
        "clause": "H-42(3)",
        "state": DeadlineState.MET.value,
        "started_by": "值班员甲",
        "ended_at": started + _HOUR,
    }


def _reminders(clock: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for step in range(5):
        at = clock["started_at"] + step * 10 * _MINUTE
        told = {"at": at, "fired_at": at, "kind": "reminder", "state": ReminderState.FIRED.value}
        yield {"deadline": clock["id"], "step": step, "round": 0, **told}


def _alerts(row: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for n in range(10):
        key = hashlib.sha256(f"{row['id']}/{n}".encode()).hexdigest()
        yield {
            "key": key,
            "at": row["opened_at"] + n * 10 * _MINUTE,
            "kind": "acknowledgement.reminder",
            "incident": row["id"],
            "recipient": "office" if n % 2 else row["unit"],
            "title": f"【提醒】{row['title']}尚未签收",
            "body": "请尽快签收并核实。" * 6,
            "urgent": True,
            "state": "sent",
            "level": "duty",
        }


def _delivery(n: int, alert: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": n,
        "alert": alert["key"],
        "channel": "email",
        "address": "duty@office.example",
        "idem_key": alert["key"],
        "state": "sent",
        "available_at": alert["at"],
        "attempts": 1,
        "fence": 1,
        "queued_at": alert["at"],
    }


def _attempt(n: int, alert: dict[str, Any]) -> dict[str, Any]:
    return {"outbox": n, "fence": 1, "started_at": alert["at"], "ended_at": alert["at"], "outcome": "sent"}


def _message(alert: dict[str, Any], now: datetime) -> dict[str, Any]:
    old = now - alert["at"] > _DAY
    return {
        "idem_key": alert["key"],
        "recipient": alert["recipient"],
        "at": alert["at"],
        "title": alert["title"],
        "body": alert["body"],
        "link": f"/incident?id={alert['incident']}",
        "repeated": False,
        "read_at": alert["at"] + _HOUR if old else None,
        "read_by": "值班员甲" if old else None,
        "kind": alert["kind"],
    }


def _response(row: dict[str, Any]) -> dict[str, Any]:
    text = f"关于{row['title']}，经核实，有关情况说明如下。" * 6
    return {"incident": row["id"], "text": text, "published_at": row["closed_at"], "published_by": "王芳"}


def _patrols(store: Store, sources: int, now: datetime, chance: Random) -> None:
    """A month of readings, every half hour, of every source."""
    times = [(source, step) for step in range(30 * 48, 0, -1) for source in range(sources)]
    _write(store, tables.patrol, (_patrol(source, now - step * 30 * _MINUTE, chance) for source, step in times))
    days = ((source, day) for day in range(180) for source in range(sources))
    _write(store, tables.source_day, (_day(source, now - day * _DAY, chance) for source, day in days))
    _write(store, tables.source_state, (_state(source, now) for source in range(sources)))


def _patrol(source: int, at: datetime, chance: Random) -> dict[str, Any]:
    new = chance.randrange(20)
    counts = {"pages": 12, "new_posts": new, "updates": 2, "dropped": 0}
    return {"source": f"source-{source:03}", "started_at": at, "ended_at": at + _MINUTE, "outcome": "ok", **counts}


def _day(source: int, at: datetime, chance: Random) -> dict[str, Any]:
    counts = {"attempts": 48, "answers": 48, "new_posts": chance.randrange(300), "dropped": 0}
    return {"source": f"source-{source:03}", "day": f"{at:%Y-%m-%d}", **counts}


def _state(source: int, now: datetime) -> dict[str, Any]:
    seen = now - _MINUTE
    moments = {"next_due_at": now + _HOUR, "last_attempt_at": seen, "last_answer_at": seen, "last_post_at": seen}
    return {"source": f"source-{source:03}", "failures": 0, **moments}


def _people(store: Store, number: int, now: datetime) -> None:
    roles = (Role.OFFICE, Role.DUTY, Role.ADMIN, Role.EVALUATOR, Role.UNIT)
    for n in range(number):
        role = roles[n % len(roles)]
        unit = UNITS[n % len(UNITS)] if role is Role.UNIT else None
        first = accounts.create(store, Person(user(n), f"工作人员{n}", role, unit), now)
        accounts.change_password(store, user(n), first, PASSWORD, now)


def _indexes(desk: Desk) -> None:
    with desk.search_indexes() as indexes:
        while catch_up_records(desk.store, indexes.records):  # type: ignore[arg-type]
            pass
        while catch_up(desk.store, indexes.posts, _CHUNK):
            pass


def _write(store: Store, table: Table, rows: Iterator[dict[str, Any]]) -> None:
    while part := list(islice(rows, _CHUNK)):
        with store.transaction() as t:
            t.connection.execute(insert(table), part)
