"""What keeping many judged posts costs: moved to a server, indexed, dumped, restored, let go and vacuumed; bytes by table.

PostgreSQL of its own, with fsync on; nothing is promised. With `--elasticsearch URL` the index is filled in that cluster.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
from collections.abc import Callable
from contextlib import ExitStack, closing
from datetime import datetime
from pathlib import Path
from time import perf_counter
from typing import Any

from sqlalchemy import create_engine, text

from benchmarks._judged import KEPT, taken_in, wait
from benchmarks._server import PostgresServer
from benchmarks._week import WEEK, posts_of_a_week, records_of_a_city
from benchmarks._worker import worker, written_settings
from huiying.clock import SimulatedClock
from huiying.moving import fill_index, move_store
from huiying.settings import Searching, Settings, load
from huiying.wiring import Desk
from nlp.corpus import corpus
from pipeline.expiry import let_go_of_old
from storage.backup import dump
from storage.backup import load as restore
from storage.search.embedded import EmbeddedIndex

POSTS, QUICK_POSTS = 200_000, 2_000
RECORDS, QUICK_RECORDS = 1_000, 50

_BEGIN = datetime.fromisoformat("2026-05-04T00:00:00+08:00")
_END = _BEGIN + WEEK
_HALF = _BEGIN + KEPT + WEEK / 2
"""Then the time of every other post is up."""

_LEAST_SHARE = 0.01


def main(argv: list[str]) -> int:
    """Measure; there is no promise to break, so no --mutant."""
    parser = argparse.ArgumentParser(prog="upkeep", description=__doc__)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--elasticsearch", metavar="URL")
    chosen = parser.parse_args(argv)
    count, records = (QUICK_POSTS, QUICK_RECORDS) if chosen.quick else (POSTS, RECORDS)
    found: dict[str, Any] = {"benchmark": "upkeep", "posts": count, "cores": os.cpu_count(), "load": os.getloadavg()[0]}
    with tempfile.TemporaryDirectory(prefix="huiying-bench-") as name, PostgresServer() as server, ExitStack() as stack:
        folder = Path(name)
        old = stack.enter_context(closing(_judged(folder / "old", count, records)))
        new = stack.enter_context(closing(_on(folder / "new", server.url, chosen.elasticsearch)))
        found["move_posts_a_second"] = _rate(count, lambda: move_store(old, new, _END, _quietly))
        found["index"] = "elasticsearch" if chosen.elasticsearch else "embedded"
        found["index_posts_a_second"] = _rate(count, lambda: fill_index(new, _quietly))
        found["bytes_a_post"] = _by_table(server.url, count)
        file = folder / "dump"
        found["dump_posts_a_second"] = _rate(count, lambda: dump(server.url, file))
        found["dump_bytes_a_post"] = round(file.stat().st_size / count)
        second = server.add_database("second")
        found["restore_posts_a_second"] = _rate(count, lambda: restore(second, file))
        gone: list[int] = []
        seconds = _taken(lambda: gone.append(let_go_of_old(new.store, new.keeping, _HALF).posts))
        found |= {"let_go": gone[0], "let_go_posts_a_second": round(gone[0] / seconds)}
        found["vacuum_seconds"] = round(_taken(lambda: _vacuum(server.url)), 2)
        if chosen.elasticsearch:
            with closing(new.index()) as index:
                index.clear()
    found["load_after"] = os.getloadavg()[0]
    print(json.dumps(found))
    return 0


def _judged(folder: Path, count: int, number: int) -> Desk:
    """A desk in a file whose posts the real worker has judged."""
    (folder / "data").mkdir(parents=True)
    file = written_settings(folder, f"sqlite:///{folder / 'store.db'}")
    desk = Desk(load(file, {}), SimulatedClock(_END))
    desk.store.migrate()
    texts = corpus()
    newest = taken_in(
        desk.store, list(posts_of_a_week(texts, count, _BEGIN)), records_of_a_city(texts, number, _BEGIN), _BEGIN
    )
    with closing(EmbeddedIndex(desk.settings.search_file)) as index, worker("judge", file) as running:
        wait(desk.store, index, [running], 0, newest)
    return desk


def _on(folder: Path, url: str, cluster: str | None) -> Desk:
    """A desk on the server that holds nothing yet."""
    (folder / "data").mkdir(parents=True)
    settings = load(written_settings(folder, url), {})
    return Desk(_searching(settings, cluster) if cluster else settings, SimulatedClock(_END))


def _searching(settings: Settings, cluster: str) -> Settings:
    search = Searching(engine="elasticsearch", url=cluster, prefix="bench-upkeep", timeout_seconds=60)
    return settings.model_copy(update={"search": search})


def _by_table(url: str, count: int) -> dict[str, int]:
    """What PostgreSQL keeps for a post, indexes with it, in all and in each table that holds a hundredth of it or more."""
    sizes = (
        "SELECT relname, pg_total_relation_size(oid) FROM pg_class "
        "WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace ORDER BY 2 DESC"
    )
    engine = create_engine(url)
    with engine.connect() as connection:
        rows = [(str(name), int(size)) for name, size in connection.execute(text(sizes))]
    engine.dispose()
    whole = sum(size for _, size in rows)
    each = {name: round(size / count) for name, size in rows if size >= whole * _LEAST_SHARE}
    return {"whole": round(whole / count), **each}


def _vacuum(url: str) -> None:
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text("VACUUM"))
    engine.dispose()


def _rate(count: int, work: Callable[[], object]) -> int:
    return round(count / _taken(work))


def _taken(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun


def _quietly(line: str) -> None:
    """Nobody listens."""
