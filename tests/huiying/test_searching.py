"""A search source in a whole desk: what it is asked comes from the desk's own records and settings."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from crawlers.sources import load_sources
from huiying.cli import run
from huiying.clock import SimulatedClock, SystemClock
from huiying.settings import load
from huiying.wiring import open_desk
from records.words import Scope
from tests.crawlers.site import Site, serving
from tests.storage.making import DAY, disclosure

NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)
ROW = """
sources:
  - id: bbs
    name: 论坛搜索
    kind: search
    channel: forum
    url: "{url}?q={{query}}"
    delay_seconds: 0
    read: {{entry: li, nothing: 没有, article: {{title: h1, text: p}}}}
"""


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """A forum with a search, and a desk in a folder beside it that may read it."""
    with serving() as opened:
        opened.pages["/search"] = "<ul><li><a href=/t1>题</a></li></ul>"
        opened.pages["/t1"] = "<h1>供热</h1><p>暖气三天没热</p>"
        (tmp_path / "sources.yaml").write_text(ROW.format(url=opened.url("/search")), encoding="utf-8")
        (tmp_path / "huiying.yaml").write_text(
            f'data_dir: data\ncrawl: {{search_days: 10, allow_private_hosts: ["{opened.host}"]}}', encoding="utf-8"
        )
        monkeypatch.chdir(tmp_path)
        yield opened


def with_records(at: datetime) -> None:
    """Two recent records, one of them within the party, and an old one."""
    desk = open_desk(load(None, {}), SimulatedClock(at))
    with desk.store.transaction() as t:
        t.disclosures.add(disclosure("d1", published_at=at - DAY, watch_terms=("供热",)), at, "测试")
        t.disclosures.add(
            disclosure("d2", published_at=at - DAY, watch_terms=("某同志",), scope=Scope.PARTY), at, "测试"
        )
        t.disclosures.add(disclosure("d3", published_at=at - 11 * DAY, watch_terms=("旧事",)), at, "测试")
    desk.close()


def test_a_desk_asks_for_its_public_records_within_the_days_of_the_settings(site: Site, tmp_path: Path) -> None:
    with_records(NOON)
    desk = open_desk(load(None, {}), SimulatedClock(NOON))
    sources = load_sources(tmp_path / "sources.yaml")
    assert desk.queries_to_show(sources) == {"bbs": ["供热"]}
    assert desk.queries(sources) == {"bbs": ["供热"]}
    with desk.store.reading() as t:
        assert t.sources.cursor("bbs") == {"d1": [NOON.isoformat(), 1]}
    desk.close()


def test_a_check_asks_as_the_desk_would_and_takes_no_turn(
    site: Site, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with_records(SystemClock().now() - timedelta(hours=1))
    assert run(["sources", "check", "bbs"]) == 0
    assert "暖气三天没热" in capsys.readouterr().out
    assert site.paths() == [f"/search?q={quote('供热')}", "/t1"]
    desk = open_desk(load(None, {}), SimulatedClock(NOON))
    with desk.store.reading() as t:
        assert t.sources.cursor("bbs") is None
    desk.close()
