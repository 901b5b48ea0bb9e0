"""The page for the wall: read at four metres, nothing that people posted on it, every value as text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest
from playwright.sync_api import Browser, Page

from casework.incidents.moves import title_of
from dashboard.backstage import Backstage
from dashboard.wall import page as wall
from pipeline.state_view import DeskState
from pipeline.views import IncidentRow
from records.alerts import Deadline
from records.incidents import IncidentState
from records.people import Person
from records.words import Role, Scope, Severity
from regulation.time_limits import INITIAL_REPORT
from tests.dashboard.conftest import browser
from tests.dashboard.test_routes import desk
from tests.dashboard.test_watching import WANG, enter, opened
from tests.pipeline.known_answers import HOUR, NOON, record

__all__ = ["browser", "desk"]
MINUTE = timedelta(minutes=1)
QUIET = DeskState((), (), (), 0, 0, None)
WIDTH, HEIGHT, SMALLEST = 1920, 1080, 30
"""Letters of 30 px on a screen of 1920×1080 that is 1.2 m wide are 19 mm high: read at four metres and more."""


def row(number: int, severity: Severity = Severity.MAJOR, **more: object) -> IncidentRow:
    made = IncidentRow(
        f"20260410-00{number}", f"第{number}处路面塌陷", "区住建局", None, severity, IncidentState.OPEN, NOON, None, 3,
        None, None,
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def clock(row: IncidentRow, due_after: timedelta) -> IncidentRow:
    return replace(row, deadline=Deadline(row.id, 1, INITIAL_REPORT, NOON, NOON + due_after, (), "H-42(3)"))


@pytest.mark.clause("H-42(3)")
def test_clocks_stand_with_what_is_left_and_what_is_late_and_a_plan_that_waits_stands_first():
    waiting = row(3, Severity.MAJOR_EMERGENCY, detected_at=NOON - 5 * MINUTE)
    drawn = wall("区委办公室", [clock(row(1), -MINUTE), clock(row(2), 2 * HOUR), waiting], 3, QUIET, NOON)
    assert re.findall(r"<strong>([^区<]+)</strong>", drawn) == ["已过 5分00秒", "已超时 1分钟", "剩 2小时00分00秒"]
    assert "◆ 重大突发" in drawn
    assert "预案未启动" in drawn


def test_a_clock_of_a_general_incident_stands_before_graver_ones_without_a_clock():
    rows = [*(row(number) for number in range(1, 8)), clock(row(8, Severity.GENERAL), HOUR)]
    assert "剩 1小时00分00秒" in wall("区委办公室", rows, len(rows), QUIET, NOON)


def test_more_incidents_than_fit_are_counted():
    drawn = wall("区委办公室", [row(number) for number in range(1, 10)], 250, QUIET, NOON)
    assert drawn.count("<section") == 6
    assert "进行中的事件 250 个　另有 244 个未显示" in drawn


def test_titles_are_text_and_those_of_party_records_are_not_there():
    hidden = title_of(record("p01", scope=Scope.PARTY))
    drawn = wall("区委办公室", [row(1, title="<script>alert(1)</script>"), row(2, title=hidden)], 2, QUIET, NOON)
    assert "<script>alert" not in drawn
    assert "&lt;script&gt;" in drawn
    assert "党内公开事项（p01）" in drawn
    assert "p01号方案" not in drawn


def test_who_is_signed_in_sees_the_wall_and_nobody_else(desk: httpx.Client, backstage: Backstage):
    assert desk.get("/wall").status_code == 303
    opened(backstage, 1, Severity.MAJOR)
    enter(desk, backstage, WANG)
    answer = desk.get("/wall")
    assert "第1件事" in answer.text
    assert "<nav" not in answer.text
    desk.cookies.clear()
    enter(desk, backstage, Person("maxia", "马霞", Role.UNIT, "教育局"))
    assert "第1件事" not in desk.get("/wall").text


@pytest.fixture
def drawn_page(browser: Browser) -> Iterator[Page]:
    opened_page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
    yield opened_page
    opened_page.close()


@pytest.mark.browser
def test_on_a_large_screen_every_letter_is_large_and_all_of_it_fits(drawn_page: Page):
    rows = [clock(row(number, title="城区集中供热停热时间和补贴办法调整" * 2), number * HOUR) for number in range(1, 8)]
    drawn_page.set_content(wall("区委办公室", rows, len(rows), QUIET, NOON))
    sizes = drawn_page.evaluate(
        "() => [...document.querySelectorAll('main *')].filter(e => e.children.length === 0 && e.textContent.trim())"
        ".map(e => parseFloat(getComputedStyle(e).fontSize))"
    )
    assert min(sizes) >= SMALLEST
    foot = drawn_page.locator("footer").bounding_box()
    assert foot is not None
    assert foot["y"] + foot["height"] <= HEIGHT
    right = "() => Math.max(...[...document.querySelectorAll('main *')].map(e => e.getBoundingClientRect().right))"
    assert drawn_page.evaluate(right) <= WIDTH
    last = drawn_page.locator("section").last.bounding_box()
    assert last is not None
    assert last["y"] + last["height"] <= foot["y"]
