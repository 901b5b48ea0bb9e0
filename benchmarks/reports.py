"""How long a report takes from the data to the file on the disk, and how many papers are printed in the promised time."""

from __future__ import annotations

import argparse
import json
import tempfile
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

from benchmarks import _printing
from benchmarks._stores import NOON, databases, open_incident
from casework.reports.document import Letterhead
from pipeline import reporting
from pipeline.acts import Actor
from records.incidents import Incident, Member
from records.posts import Post, Reactions
from records.reports import Report
from records.words import Category, Channel, ReportKind
from storage.store import Store, Transaction

POSTS, QUICK_POSTS = 2000, 200
ROUNDS, QUICK_ROUNDS = 20, 5
KEEP = timedelta(days=180)
LETTERHEAD = Letterhead("舆情专报", "惠舆情报", "区委、区政府", "区委办公室")
OPERATOR = Actor("基准", None)
VIEWS = (
    "供热管道昨天夜里爆了，到现在没人来修，家里老人冻得受不了",
    "停暖之前为什么不通知一声，群里问物业也没人回",
    "交了一冬天的钱，室内才十四度，请问退费怎么算",
    "路面挖开半个月没有围挡，晚上骑车经过很危险",
    "到底哪天能修好，希望给个准话，别再一拖再拖",
)


def main(argv: list[str]) -> int:
    """Draft and file reports on one large incident, and print many papers; a measurement, so no --mutant."""
    parser = argparse.ArgumentParser(prog="reports", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args(argv)
    posts, rounds = (QUICK_POSTS, QUICK_ROUNDS) if chosen.quick else (POSTS, ROUNDS)
    with databases() as urls:
        found = {name: measured(url, posts, rounds) for name, url in urls.items()}
    printing = _printing.measured(chosen.quick)
    print(json.dumps({"benchmark": "reports", "printing": printing, **found}))
    kept = chosen.quick or all(one["ratio"] <= 1 for one in printing.values())
    return 0 if kept and all(result["same_bytes"] for result in found.values()) else 1


def measured(url: str, posts: int, rounds: int) -> dict[str, Any]:
    """Median times in milliseconds."""
    store = Store(url)
    incident = fill(store, posts)
    at = NOON + timedelta(hours=3)
    drafting, filing = [], []
    with tempfile.TemporaryDirectory(prefix="huiying-reports-") as folder:
        for number in range(rounds):
            began = perf_counter()
            with store.reading() as t:
                reporting.drafted(t, incident.id, at)
            drafting.append(perf_counter() - began)
            began = perf_counter()
            with store.transaction() as t:
                report = filed(t, incident, Path(folder), at + timedelta(seconds=number))
            filing.append(perf_counter() - began)
        size = (Path(folder) / report.file).stat().st_size
        same = len({bytes_of(store, incident, Path(folder) / name, at) for name in ("a", "b")}) == 1
    store.close()
    return {
        "posts": posts,
        "rounds": rounds,
        "draft_ms": round(median(drafting) * 1000, 1),
        "draft_and_file_ms": round(median(filing) * 1000, 1),
        "file_bytes": size,
        "same_bytes": same,
    }


def fill(store: Store, posts: int) -> Incident:
    """One incident with that many posts, three seconds apart."""
    incident = open_incident(store, 1)
    with store.transaction() as t:
        gathering = t.incidents.gathering_of(incident.id).id
        members = []
        for number in range(posts):
            seen_at = NOON + timedelta(seconds=3 * number)
            text = f"{VIEWS[number % len(VIEWS)]}，这是第{number}次反映"
            channel = list(Channel)[number % 4]
            post = Post(f"p{number}", "bench", channel, None, None, text, seen_at, seen_at, Reactions(likes=number % 9))
            t.posts.add(post, seen_at + KEEP)
            seq = t.posts.seq(post.id)
            assert seq is not None
            root = f"p{number % 50}"
            members.append((seq, Member(post.id, seen_at, channel, Category.EMERGENCY, root, number % 9, number < 50)))
        t.incidents.join(gathering, members, members[-1][1].seen_at)
        t.incidents.save(replace(incident, category=Category.EMERGENCY), incident.revision)
    return incident


def filed(t: Transaction, incident: Incident, folder: Path, at: datetime) -> Report:
    """A progress report from the drafts."""
    return reporting.file(t, incident.id, ReportKind.PROGRESS, OPERATOR, at, None, folder, LETTERHEAD, replay=True)


def bytes_of(store: Store, incident: Incident, folder: Path, at: datetime) -> bytes:
    """The file of a report whose filing is taken back."""
    with store.engine.connect() as connection, connection.begin() as taken_back:
        report = filed(Transaction(connection), incident, folder, at)
        taken_back.rollback()
    return (folder / report.file).read_bytes()
