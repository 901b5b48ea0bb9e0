"""How far judging goes: one worker and two on each database, and a week of ten million posts, sampled, with what it costs."""

from __future__ import annotations

import argparse
import json
import os
import re
import tempfile
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from subprocess import Popen
from time import perf_counter, sleep
from typing import Any

from sqlalchemy import func, select

from benchmarks._judged import left, taken_in, wait
from benchmarks._stores import databases
from benchmarks._week import posts_of_a_week, records_of_a_city
from benchmarks._worker import worker, written_settings
from nlp.corpus import corpus
from records.disclosures import Disclosure
from records.posts import Post
from storage import tables
from storage.search.embedded import EmbeddedIndex
from storage.store import Store

POSTS, QUICK_POSTS = 60_000, 3_000
SAMPLE, QUICK_SAMPLE = 200_000, 4_000
"""Posts of the week that are judged, of WHOLE."""

WHOLE = 10_000_000
RECORDS, QUICK_RECORDS = 1_000, 100
WARM = 0.1
"""The share that is judged before the time is taken: a worker loads its model and its records first."""

BATCH = 500

_BEGIN = datetime.fromisoformat("2026-05-04T00:00:00+08:00")
_LOOKS, _LOOK_SECONDS = 240, 0.25
_TICKS = os.sysconf("SC_CLK_TCK")


def main(argv: list[str]) -> int:
    """Measure; there is no promise to break, so no --mutant. PostgreSQL where HUIYING_TEST_POSTGRES names a server."""
    parser = argparse.ArgumentParser(prog="scale", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    chosen = parser.parse_args(argv)
    count, sample, number = (QUICK_POSTS, QUICK_SAMPLE, QUICK_RECORDS) if chosen.quick else (POSTS, SAMPLE, RECORDS)
    texts = corpus()
    records = records_of_a_city(texts, number, _BEGIN)
    posts = list(posts_of_a_week(texts, count, _BEGIN))
    found: dict[str, Any] = {"benchmark": "scale", "cores": os.cpu_count(), "load": os.getloadavg()[0]}
    with databases() as urls:
        names = list(urls)
    for name in names:
        one, two = (_judged(name, posts, records, workers) for workers in (1, 2))
        found[name] = {
            "one_worker": one,
            "two_workers": two,
            "ratio": round(two["posts_a_second"] / one["posts_a_second"], 2),
        }
        print(json.dumps({name: found[name]}), flush=True)
    name = names[-1]
    week = _judged(name, list(posts_of_a_week(texts, sample, _BEGIN)), records, 2)
    found["week"] = {"of": WHOLE, "database": name, **week} | _costs(week, sample)
    print(json.dumps(found))
    return 0


def _judged(database: str, posts: Sequence[Post], records: Sequence[Disclosure], workers: int) -> dict[str, Any]:
    """Let so many workers judge and index all the posts, which wait already; how fast, and what it took."""
    with databases() as urls, tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder, ExitStack() as stack:
        settings = written_settings(Path(folder), urls[database])
        settings.write_text(settings.read_text("utf-8") + f"judge: {{batch: {BATCH}}}\n", encoding="utf-8")
        store = stack.enter_context(closing(Store(urls[database])))
        newest = taken_in(store, posts, records, _BEGIN)
        index = stack.enter_context(closing(EmbeddedIndex(Path(folder) / "data" / "search.db")))
        running = [stack.enter_context(worker("judge", settings)) for _ in range(workers)]
        wait(store, index, running, int(len(posts) * (1 - WARM)), newest)
        _wait_for_shares(store, workers)
        begun, waiting = perf_counter(), left(store)
        wait(store, index, running, 0, newest)
        seconds = perf_counter() - begun
        return {
            "posts_a_second": round(waiting / seconds),
            "cpu_seconds": [round(_worked(one), 1) for one in running],
            "peak_mb": [_peak_mb(one) for one in running],
            "incidents": _counted(store, tables.incident),
            "assessed": _counted(store, tables.assessment),
            "store_bytes_a_post": round(_size(store, urls[database]) / len(posts)),
        }


def _wait_for_shares(store: Store, workers: int) -> None:
    """Until one reads and another settles, where there are two: before, the first works alone."""
    parts = select(func.count(tables.lease.c.holder.distinct())).where(
        tables.lease.c.name.in_(("judge:read", "judge:settle"))
    )
    for _ in range(_LOOKS):
        with store.reading() as t:
            if t.connection.execute(parts).scalar_one() == workers:
                return
        sleep(_LOOK_SECONDS)
    raise RuntimeError("the judging workers do not share")


def _counted(store: Store, table: Any) -> int:
    with store.reading() as t:
        return t.connection.execute(select(func.count()).select_from(table)).scalar_one()


def _size(store: Store, url: str) -> int:
    if url.startswith("sqlite"):
        return Path(url.removeprefix("sqlite:///")).stat().st_size
    with store.reading() as t:
        sizes = "SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace"
        return int(t.connection.exec_driver_sql(sizes).scalar_one())


def _worked(process: Popen[bytes]) -> float:
    """Seconds that the processors have worked for it."""
    fields = Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def _peak_mb(process: Popen[bytes]) -> int:
    found = re.search(r"^VmHWM:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text(), re.MULTILINE)
    return int(found[1]) // 1024 if found else 0


def _costs(week: dict[str, Any], sample: int) -> dict[str, Any]:
    """What a million posts cost, and how long the whole week takes of one week's time."""
    return {
        "sampled": sample,
        "cpu_hours_a_million": round(sum(week["cpu_seconds"]) / sample * 1e6 / 3600, 2),
        "hours_for_the_week": round(WHOLE / week["posts_a_second"] / 3600, 2),
        "share_of_the_week": round(WHOLE / week["posts_a_second"] / (7 * 86400), 4),
        "store_gb_a_million": round(week["store_bytes_a_post"] * 1e6 / 1e9, 2),
    }
