"""Which sources hold: the file's rows, the store's over them, and what goes on while somebody breaks the file."""

from __future__ import annotations

import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Barrier, Event
from typing import Any

import pytest
import yaml

from crawlers.settings import CrawlSettings
from pipeline.collect import Collector
from pipeline.patrols import Collecting
from pipeline.sources import LiveSources, Origin, SourceList, file_sources
from storage.store import CONNECTIONS, MORE_CONNECTIONS, Store, Transaction
from tests.crawlers.site import Answer, Site, serving
from tests.huiying.waiting import until

NOON = datetime(2026, 11, 3, 4, 0, tzinfo=UTC)


def row(of: str, **more: Any) -> dict[str, Any]:
    return {"id": of, "name": f"来源 {of}", "kind": "feed", "channel": "news", "url": "https://a.example/rss", **more}


class File:
    """A sources file that a test writes again and again, each time as if a second later."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._second = 1_000_000_000

    def write(self, *rows: dict[str, Any]) -> None:
        self.text(yaml.safe_dump({"sources": list(rows)}, allow_unicode=True))

    def text(self, text: str) -> None:
        self.path.write_text(text, encoding="utf-8")
        self._second += 1
        os.utime(self.path, (self._second, self._second))


@pytest.fixture
def file(tmp_path: Path) -> File:
    return File(tmp_path / "sources.yaml")


def put(store: Store, name: str, value: dict[str, Any], removed: bool = False) -> None:
    with store.transaction() as t:
        t.source_rows.put(name, value, NOON, "周管理", removed)


def ids(found: SourceList) -> list[str]:
    return [source.id for source in found.sources]


def test_rows_of_the_store_stand_over_those_of_the_file_or_beside_them(store: Store, file: File) -> None:
    file.write(row("a"), row("b"))
    put(store, "b", row("b", name="改过的乙"))
    put(store, "c", row("c"))
    found = LiveSources(store, file.path).current()
    assert [(one.id, one.origin, one.revision) for one in found.listed] == [
        ("a", Origin.FILE, 0),
        ("b", Origin.CHANGED, 1),
        ("c", Origin.STORE, 1),
    ]
    assert [source.name for source in found.sources] == ["来源 a", "改过的乙", "来源 c"]
    changed = found.find("b")
    assert changed is not None
    assert (changed.by, changed.at) == ("周管理", NOON)


def test_a_disabled_source_is_listed_and_not_read(store: Store, file: File) -> None:
    file.write(row("a"), row("b", enabled=False))
    put(store, "a", row("a", enabled=False))
    found = LiveSources(store, file.path).current()
    assert ids(found) == []
    assert [one.id for one in found.listed] == ["a", "b"]


def test_what_was_removed_is_gone_where_the_store_alone_had_it_and_as_written_where_the_file_has_it(
    store: Store, file: File
) -> None:
    file.write(row("a"))
    put(store, "a", row("a", name="改过"), removed=True)
    put(store, "b", row("b"), removed=True)
    found = LiveSources(store, file.path).current()
    assert [(one.id, one.name, one.origin) for one in found.listed] == [("a", "来源 a", Origin.FILE)]


def test_a_row_that_holds_no_longer_is_told_and_leaves_the_others_alone(store: Store, file: File) -> None:
    file.write(row("a"))
    put(store, "old", row("old", kind="gopher"))
    put(store, "worse", {"id": "worse"})
    found = LiveSources(store, file.path).current()
    assert ids(found) == ["a"]
    assert found.faults == ()
    old = found.find("old")
    assert old is not None
    assert old.source is None
    assert old.name == "来源 old"
    assert "没有“gopher”这一类" in old.faults[0]
    assert any(fault.startswith("采集源“worse”：") for fault in found.all_faults)


def test_a_change_of_the_file_or_of_a_row_shows_at_the_next_look(store: Store, file: File) -> None:
    file.write(row("a"))
    live = LiveSources(store, file.path)
    assert ids(live.current()) == ["a"]
    file.write(row("a"), row("b"))
    assert ids(live.current()) == ["a", "b"]
    put(store, "b", row("b", enabled=False))
    assert ids(live.current()) == ["a"]
    put(store, "b", row("b", name="又来"))
    assert [source.name for source in live.current().sources] == ["来源 a", "又来"]


def test_nothing_is_read_anew_while_nothing_changes(store: Store, file: File) -> None:
    file.write(row("a"))
    put(store, "b", row("b"))
    live = LiveSources(store, file.path)
    assert live.current() is live.current()


@pytest.mark.parametrize(
    ("broken", "said"), [("sources:\n  - {id: a, nam", "不是有效的 YAML"), ("sources: [{id: a}]", "“name”缺少这一项")]
)
def test_while_the_file_is_broken_the_old_sources_go_on_and_the_fault_is_told(
    store: Store, file: File, broken: str, said: str
) -> None:
    file.write(row("a"), row("b"))
    live = LiveSources(store, file.path)
    live.current(keep=True)
    file.text(broken)
    put(store, "c", row("c"))
    found = live.current(keep=True)
    assert ids(found) == ["a", "b", "c"]
    assert said in found.all_faults[0]
    file.write(row("b"))
    assert live.current(keep=True) == LiveSources(store, file.path).current()
    assert ids(live.current(keep=True)) == ["b", "c"]
    assert live.current(keep=True).all_faults == ()


def test_a_process_that_starts_while_the_file_is_broken_or_gone_goes_on_with_what_it_said_last(
    store: Store, file: File
) -> None:
    file.write(row("a"))
    LiveSources(store, file.path).current(keep=True)
    file.text("sources: [")
    assert ids(LiveSources(store, file.path).current()) == ["a"]
    file.path.unlink()
    found = LiveSources(store, file.path).current()
    assert ids(found) == ["a"]
    assert "读不了这个文件" in found.faults[0]


def test_looking_alone_keeps_nothing(store: Store, file: File) -> None:
    file.write(row("a"))
    LiveSources(store, file.path).current()
    file.text("sources: [")
    assert ids(LiveSources(store, file.path).current()) == []


def test_before_there_is_a_store_the_file_alone_is_listed(file: File) -> None:
    file.write(row("a"))
    assert ids(file_sources(file.path)) == ["a"]
    file.text("sources: [")
    assert file_sources(file.path).all_faults != ()


def test_a_running_collector_reads_what_is_added_and_leaves_what_is_switched_off(store: Store, file: File) -> None:
    with serving() as site:
        for name in ("a", "b", "c"):
            site.pages[f"/{name}"] = Answer(_feed(name))
        live, clock, collector = _collecting(store, file, site)
        file.write(_on(site, "a"))
        _read_all(collector)
        assert _texts(store) == {"来自 a"}
        put(store, "b", _on(site, "b"))
        _read_all(collector)
        assert _texts(store) == {"来自 a", "来自 b"}
        file.text("sources: [")
        put(store, "a", _on(site, "a", enabled=False))
        clock.at += timedelta(hours=2)
        asked = len(site.paths())
        _read_all(collector)
        assert site.paths()[asked:] == ["/b"]
        file.write(_on(site, "a"), _on(site, "c"))
        _read_all(collector)
        assert _texts(store) == {"来自 a", "来自 b", "来自 c"}
        assert live.current(keep=True).all_faults == ()


class _Clock:
    at = NOON

    def __call__(self) -> datetime:
        return self.at


def _collecting(store: Store, file: File, site: Site) -> tuple[LiveSources, _Clock, Collector]:
    live, clock = LiveSources(store, file.path), _Clock()
    settings = CrawlSettings(allow_private_hosts=(site.host,), delay_seconds=0)
    deps = Collecting(store, settings, timedelta(days=180), clock)
    return live, clock, Collector(deps, lambda: live.current(keep=True).sources)


def _read_all(collector: Collector) -> None:
    collector.tick()
    assert until(lambda: not collector.busy(), 60)


def _on(site: Site, name: str, **more: Any) -> dict[str, Any]:
    return row(name, url=site.url(f"/{name}"), delay_seconds=0, adaptive=False, **more)


def _feed(name: str) -> str:
    item = f"<item><link>/{name}/1</link><description>来自 {name}</description></item>"
    return f'<rss version="2.0"><channel><title>t</title>{item}</channel></rss>'


def _texts(store: Store) -> set[str]:
    with store.reading() as t:
        return {post.text for post in t.posts.newest(10)}


def test_as_many_as_there_are_connections_may_ask_while_they_read_and_others_beside_them(
    store: Store, file: File
) -> None:
    file.write(row("a"))
    at_once = CONNECTIONS + MORE_CONNECTIONS
    asked, all_read = Event(), Barrier(at_once + 1, timeout=60)

    class Asked(Store):
        @contextmanager
        def reading(self) -> Iterator[Transaction]:
            asked.set()
            with super().reading() as t:
                yield t

    opened = Asked(store.url)
    live = LiveSources(opened, file.path)

    def asks_while_it_reads(_: int) -> list[str]:
        with opened.reading():
            all_read.wait()
            asked.clear()
            all_read.wait()
            assert asked.wait(60)
            return ids(live.current())

    with ThreadPoolExecutor(at_once + 1) as pool:
        reading = [pool.submit(asks_while_it_reads, number) for number in range(at_once)]
        all_read.wait()
        all_read.wait()
        beside = pool.submit(live.current)
        assert [one.result(120) for one in reading] == [["a"]] * at_once
        assert ids(beside.result(120)) == ["a"]
    opened.close()
