"""The desk benchmark fills a store that is like an office's, and says which promises its figures break."""

from __future__ import annotations

import io
import json
from copy import deepcopy
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import func, select

from benchmarks import desk as benchmark
from benchmarks._desk_pages import SHOWS, Taken, items_of
from benchmarks._desk_sessions import change_severity
from benchmarks._large_office import Size
from benchmarks.desk import opened, promises
from dashboard.navigation import UNLISTED, Place
from pipeline import search_view, views
from records.people import Person
from records.searches import Search
from records.words import Role
from storage import tables

SIZE = Size(posts=600, incidents=20, records=60, people=1, sources=5)
OFFICER = Person("office", "王芳", Role.OFFICE)


def test_the_filled_desk_holds_what_an_office_has(tmp_path: Path) -> None:
    desk = opened(tmp_path, SIZE)
    now = desk.clock.now()
    with desk.search_indexes() as indexes, desk.store.reading() as t:
        counted = {
            table.name: t.connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (tables.post, tables.assessment, tables.incident, tables.disclosure)
        }
        ongoing = views.open_incidents(t, OFFICER)
        found = search_view.hits(t, OFFICER, indexes, Search("停暖"), now)
        assert t.audit.verify() is None
        assert t.connection.execute(select(func.avg(func.length(tables.post.c.text)))).scalar_one() > 50
    assert counted == {"post": 600, "assessment": 600, "incident": 20, "disclosure": 60}
    assert len(ongoing) == 10
    assert sum(row.posts for row in ongoing) > 0
    assert found.ids
    assert change_severity(desk, ongoing[0].id)[0] > 0
    assert {*UNLISTED, Place.INCIDENT} == set(items_of(desk))
    desk.close()


KEPT: dict[str, Any] = {
    "pages": {"desk": {"cold_s": 5.0, "warm_s": 1.5}},
    "act": {"p95_s": 0.3},
    "sessions": {"refresh": {"p95_s": 1.0}, "browser": {"p95_s": 1.5}},
}


def broken(found: dict[str, Any]) -> list[str]:
    return [one.what for one in promises(found) if not one.kept]


def test_figures_at_the_limit_break_no_promise() -> None:
    assert broken(KEPT) == []
    assert str(promises(KEPT)[2]).split() == ["act", "0.30", "s", "0.30", "s", "1.00", "kept"]


def test_every_figure_above_its_limit_is_named() -> None:
    late = deepcopy(KEPT)
    late["pages"]["desk"] = {"cold_s": 5.1, "warm_s": 1.6}
    late["act"]["p95_s"] = 0.31
    late["sessions"]["refresh"]["p95_s"] = 1.01
    late["sessions"]["browser"]["p95_s"] = 1.51
    assert broken(late) == ["cold desk", "warm desk", "act", "refresh", "browser beside the sessions"]


def test_the_browser_beside_the_sessions_opens_the_same_items_as_the_pages_measured_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    items, opened_with = {Place.INCIDENT: "i1", Place.RECORD: "d1"}, []
    ends = iter([None] * len(Place) + [0])
    others = SimpleNamespace(
        stdin=io.BytesIO(), stdout=io.BytesIO(json.dumps({"refresh": [0.1]}).encode()), poll=lambda: next(ends)
    )

    def drawn(page: object, processor: object, place: Place, found: dict[Place, str]) -> Taken:
        opened_with.append(found.get(place))
        return Taken(0.1, 0.1, 0.1)

    monkeypatch.setattr(benchmark.subprocess, "Popen", lambda *args, **more: others)
    for name, value in (("_signed_in", None), ("items_of", items), ("_ongoing", [])):
        monkeypatch.setattr(benchmark, name, lambda *args, value=value: value)
    monkeypatch.setattr(benchmark, "drawn", drawn)
    server: Any = SimpleNamespace(base="http://127.0.0.1:9", processor=SimpleNamespace(server=lambda: 0.0))
    crowd: Any = benchmark._crowd
    found = crowd(None, server, tmp_path, None, ["a"], 1)
    assert opened_with == [items.get(place) for place in Place]
    assert found["browser"]["number"] == len(Place)


def test_of_every_page_it_is_known_what_a_filled_one_shows() -> None:
    assert set(SHOWS) == set(Place)
