"""The file of the suggestions ledger, line by line."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboard.backstage import Backstage
from dashboard.screens.suggestions import line
from pipeline import suggestion_view
from tests.pipeline.known_answers import NOON
from tests.pipeline.test_suggesting import BOX, OFFICE, Desk, person


@pytest.mark.clause("E-2(3)2")
def test_the_title_of_a_party_record_is_in_no_line_whoever_takes_it_away(
    backstage: Backstage, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("dashboard.backstage._installed", [backstage])
    desk = Desk(backstage.store)
    inside = desk.register(replace(BOX, record="d3"))
    with backstage.store.reading() as t:
        rows = suggestion_view.ledger(t, person(OFFICE), NOON)
    assert {row.suggestion.id: row.record_title for row in rows}[inside] == "d3号方案"
    lines = {one[0]: one for one in (line(row, NOON) for row in rows)}
    assert (lines[inside][4], lines[desk.number][4]) == ("党内公开事项（d3）", "d1号方案")
