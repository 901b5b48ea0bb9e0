"""Each of the 45 bad inputs comes to its outcome, in 15 s and 200 MB, while a sound source is read beside it."""

from __future__ import annotations

import argparse
import json
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path
from time import perf_counter
from typing import Any

from benchmarks._bad_inputs import BadInput, feed, inputs, row, seen_in, served
from benchmarks._peak import PeakWatch
from benchmarks._raw_server import RawServer, http
from crawlers.settings import CrawlSettings
from crawlers.sources import source_from
from huiying.clock import SystemClock
from pipeline.collect import collect_due
from pipeline.patrols import Collecting
from storage.store import Store

LONGEST_SECONDS = 15.0
MOST_MB = 200.0
QUICK_TIMEOUT = 4.0
SIDE_BY_SIDE = 2
SOUND = "水来了，谢谢大家"
MUTANT_CASES = (1, 2, 4, 28)
"""What a crawl without bounds on size and time stumbles over."""

_KEEP = timedelta(days=180)


def main(argv: list[str]) -> int:
    """Crawl each of them with the desk's own settings; with --mutant without the bounds that are there for them."""
    parser = argparse.ArgumentParser(prog="badinput", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--mutant", action="store_true")
    chosen = parser.parse_args(argv)
    settings = CrawlSettings(delay_seconds=0)
    if chosen.quick:
        settings = replace(settings, timeout_seconds=QUICK_TIMEOUT)
    if chosen.mutant:
        settings = replace(settings, max_bytes=1024**3, timeout_seconds=LONGEST_SECONDS + 3)
    found = measured(settings, MUTANT_CASES if chosen.mutant else range(1, 46), SIDE_BY_SIDE if chosen.quick else 1)
    print(json.dumps({"benchmark": "badinput", "mutant": chosen.mutant, **found}, ensure_ascii=False))
    return 1 if found["broken"] else 0


def measured(settings: CrawlSettings, numbers: tuple[int, ...] | range, side_by_side: int) -> dict[str, Any]:
    """Every one of these inputs in a crawl of its own, beside a sound source."""
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as folder, RawServer({}) as canary:
        store = Store(f"sqlite:///{Path(folder) / 'store.db'}")
        store.migrate()
        cases = [case for case in inputs(canary) if case.number in numbers]
        with ThreadPoolExecutor(side_by_side) as pool:
            results = dict(
                zip((case.name for case in cases), pool.map(partial(_one, store, settings), cases), strict=True)
            )
        store.close()
        hits = len(canary.asked)
    faults = [fault for result in results.values() for fault in result.pop("faults")]
    return {
        "broken": bool(faults) or hits > 0,
        "inputs": len(results),
        "faults": faults,
        "inner_hits": hits,
        "longest_seconds": max(result["seconds"] for result in results.values()),
        "peak_mb": max(result["peak_mb"] for result in results.values()),
        "each": results,
    }


def _one(store: Store, settings: CrawlSettings, case: BadInput) -> dict[str, Any]:
    sound_id = f"sound-{case.name}".replace("_", "-")
    with served(case, case.name) as (source, server), RawServer({"/page": http(feed(SOUND).encode())}) as beside:
        sound = source_from(row(sound_id, f"{beside.address}/page", "feed"))
        hosts = (server.host, beside.host, "127.0.0.1:9")
        collecting = Collecting(
            store,
            replace(settings, allow_private_hosts=hosts),
            _KEEP,
            SystemClock().now,
            crawl=(watch := PeakWatch()).crawl,
        )
        began = perf_counter()
        collect_due(collecting, [source, sound])
        seconds = perf_counter() - began
        faults = case.faults(seen_in(store, case.name, server))
        if [post.text for post in seen_in(store, sound_id, beside).posts] != [SOUND]:
            faults.append(f"{case.number} {case.name}: the sound source was not read")
    peak = watch.peak_mb
    if seconds > LONGEST_SECONDS:
        faults.append(f"{case.number} {case.name}: {seconds:.1f} s")
    if peak > MOST_MB:
        faults.append(f"{case.number} {case.name}: {peak:.0f} MB")
    return {"seconds": round(seconds, 2), "peak_mb": round(peak, 1), "faults": faults}
