"""Every page for people who work by keyboard or hear it read out; and every figure on it has a word about what it means."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress

import pytest
from playwright.sync_api import Page, expect
from playwright.sync_api import TimeoutError as TooLate

from dashboard.meanings import on_page
from dashboard.navigation import Place
from dashboard.wall import PATH as WALL
from huiying.wiring import Desk
from tests.dashboard import driver, office_items, seeding
from tests.dashboard.axe import violations
from tests.dashboard.conftest import Served, serving_desk
from tests.dashboard.office_items import OfficeItems
from tests.dashboard.seeding import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

STREAMLITS_OWN = {
    ("target-size", 'role="spinbutton"'),
    ("target-size", 'aria-label="Clear all"'),
    ("presentation-role-conflict", 'data-testid="stFileUploaderDropzone"'),
    ("scrollable-region-focusable", "st-key-catalogue_items"),
}
"""What axe-core finds in Streamlit's own widgets and no setting mends: the parts of a date and the cross of a choice of several
are narrow; the drop zone of a file says that it is nothing and has a label; a box that scrolls asks for no focus, which
Chromium and Firefox give it all the same."""

PLAIN = {
    "第",
    "共",
    "等",
    "天",
    "照",
    "版",
    "另有",
    "其余",
    "其中",
    "显示",
    "序号",
    "编号",
    "最多",
    "至多",
    "不超过",
    "关于",
    "缘由",
    "全部",
    "确认报告的",
}
"""Words before a number that say all there is to say."""

QUIET = """() => {
  const app = document.querySelector("[data-testid=stApp]")
  const named = ![...document.querySelectorAll("[data-testid=stFileUploaderDropzone] button")].some((one) => !one.ariaLabel)
  return app && app.getAttribute("data-test-script-state") === "notRunning" && named
}"""
CHARTS_SAY_IT = r"""() => [...document.querySelectorAll("[data-testid=stVegaLiteChart]")].every((one) =>
  !one.checkVisibility() || /[\u4e00-\u9fff].*\d/.test(one.ariaLabel))"""
OF_OUR_OWN = r"""() => {
  const faults = []
  if (document.documentElement.lang !== "zh-CN") faults.push(`the language is ${document.documentElement.lang}`)
  let before = 0
  for (const one of document.querySelectorAll("h1,h2,h3,h4,h5,h6")) {
    if (!one.checkVisibility()) continue
    const level = Number(one.tagName[1])
    if (before && level > before + 1) faults.push(`after a heading of level ${before} comes “${one.innerText}” of level ${level}`)
    before = level
  }
  const live = "[aria-live]:not([aria-live=off]),[role=alert],[role=status],[role=timer],[role=log]"
  for (const one of document.querySelectorAll('[class*="st-key-due_"],[class*="st-key-since_"],.st-key-incident_clock'))
    if (one.closest(live) || one.querySelector(live)) faults.push(`a clock is read out every second: ${one.innerText}`)
  for (const one of document.querySelectorAll("[tabindex]"))
    if (one.tabIndex > 0) faults.push(`the focus jumps to ${one.outerHTML.slice(0, 80)}`)
  for (const one of document.querySelectorAll("[data-testid=stVegaLiteChart]"))
    if (one.checkVisibility() && !/[\u4e00-\u9fff].*\d/.test(one.ariaLabel)) faults.push("a chart says nothing in words")
  return faults
}"""
SILENT_CHART = "a chart says nothing in words"
FIGURES = """() => {
  const main = document.querySelector("[data-testid=stMain]")
  const heads = [...main.querySelectorAll("table")].filter((one) => one.checkVisibility()).flatMap((table) =>
    [...table.querySelectorAll("thead th")].map((head, at) =>
      [head.innerText.trim(), [...table.querySelectorAll(`tbody tr td:nth-child(${at + 1})`)].map((cell) => cell.innerText.trim())]))
  const metrics = [...main.querySelectorAll("[data-testid=stMetricLabel]")].map((one) => one.innerText.trim())
  return [heads, metrics, main.innerText]
}"""
A_FIGURE = re.compile(r"^(?:[\u4e00-\u9fff]+ )?\d[\d,.]*(?:[–/]\d+)?(?: ?[条次个件天%])?(?:（.*）)?$")
IN_LINE = re.compile(
    r"([\u4e00-\u9fff]+) (?:[\d,]+(?:/\d+)?)(?![\d月年:：.\-]|小时|分|秒|天前|日)(?: ?[条次个件])?(?=[\s　，、；）)·。]|$)"
)
COUNTDOWN = re.compile(r"(剩|已超时|已过) \d")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A filled desk that no other file of tests has worked on: what stands on the pages is the same each time."""
    with serving_desk(tmp_path_factory.mktemp("accessible"), seeding.fill, sample=True) as opened:
        yield opened


@pytest.fixture(scope="module")
def made(served: Served) -> OfficeItems:
    """What the pages of papers and inspections show on that desk."""
    desk = seeding.opened(served.settings)
    items = office_items.made(desk, seeding.unit_of_the_outage())
    desk.close()
    return items


def figures_without_words(page: Page, place: Place) -> list[str]:
    """The labels of figures on the page that meanings.yaml does not tell of."""
    heads, metrics, text = page.evaluate(FIGURES)
    known = [label for one in on_page(place.name_of_page) for label in one.labels]
    labels = {head for head, cells in heads if any(A_FIGURE.match(cell) for cell in cells)} | set(metrics)
    labels |= {found[1] for found in IN_LINE.finditer(text)} | {found[1] for found in COUNTDOWN.finditer(text)}
    return sorted(one for one in labels if not any(one.endswith(label) for label in [*known, *PLAIN]))


def ails(page: Page, place: Place | None) -> list[str]:
    """What is wrong with the page as it stands."""
    found = [
        f"{one['rule']}: {one['html'][:200]} {one['why']}"
        for one in violations(page)
        if not any(one["rule"] == rule and mark in one["html"] for rule, mark in STREAMLITS_OWN)
    ]
    if place is None:
        return found
    told = [] if place is Place.HELP else figures_without_words(page, place)  # the manual is the words
    without = [f"no word says what “{label}” means" for label in told]
    listed = on_page(place.name_of_page)
    button = page.get_by_role("button", name="数字的意思")
    hidden = ["the words about the figures are not on the page"] if button.count() != bool(listed) else []
    own = page.evaluate(OF_OUR_OWN)
    if SILENT_CHART in own:  # the page is drawn anew every few seconds, its charts a moment later
        drawn(page)
        own = page.evaluate(OF_OUR_OWN)
    return [*found, *own, *without, *hidden]


def open_all(page: Page, places: Sequence[Place], items: dict[Place, str | None]) -> Iterator[tuple[str, Place]]:
    """Open every page, and each of its tabs, one after the other; the name of what is open."""
    for place in places:
        item = items.get(place)
        page.goto(place.address + (f"?id={item}" if item else ""))
        driver.settle(page)
        drawn(page)
        yield place.title, place
        tabs = page.get_by_role("tab")
        for name in [tabs.nth(at).inner_text() for at in range(1, tabs.count())]:
            driver.tab(page, name)
            expect(page.locator("[role=tabpanel]:visible").last, f"{place.title} · {name}").to_contain_text(
                re.compile(r"\S"), timeout=90_000
            )
            drawn(page)
            yield f"{place.title} · {name}", place


def drawn(page: Page) -> None:
    """Wait until the page is drawn; for a chart, which is drawn later, no longer than a person would."""
    page.wait_for_function(QUIET, timeout=90_000)
    with suppress(TooLate):
        page.wait_for_function(CHARTS_SAY_IT, timeout=45_000)


@pytest.mark.parametrize(
    ("username", "places"),
    [
        pytest.param("wangfang", list(Place), id="office"),
        pytest.param("admin", [Place.SOURCES, Place.ADMINISTRATION, Place.LOG], id="admin"),
        pytest.param(
            "chenjie", [Place.DESK, Place.INCIDENT, Place.ENTRY, Place.DUTY, Place.PROPOSALS, Place.PAPER], id="unit"
        ),
    ],
)
def test_every_page_is_in_order_for_ear_and_keyboard_and_says_what_its_figures_mean(
    page: Page, desk: Desk, made: OfficeItems, username: str, places: Sequence[Place]
):
    with desk.store.reading() as t:
        incident = next(one for one in t.incidents.ongoing() if one.unit is not None and one.disclosure is not None)
    items = {Place.INCIDENT: incident.id, Place.RECORD: incident.disclosure, **made.places()}
    if username == "chenjie":
        items[Place.PAPER] = str(made.signed)
    driver.sign_in(page, username, PASSWORD)
    found = [f"{name}: {fault}" for name, place in open_all(page, places, items) for fault in ails(page, place)]
    assert not found, "\n".join(found)


def test_the_wall_and_the_sign_in_form_are_in_order_too(page: Page):
    page.goto("/signin")
    assert ails(page, None) == []
    driver.sign_in(page, "lijun", PASSWORD)
    page.goto(WALL)
    expect(page.locator("main")).to_be_visible()
    assert ails(page, None) == []


def test_what_a_figure_means_is_read_beside_it(page: Page):
    driver.sign_in(page, "lijun", PASSWORD)
    page.get_by_role("button", name="数字的意思").click()
    said = page.get_by_test_id("stPopoverBody")
    expect(said).to_contain_text("没有应答不等于没有舆情")
    expect(said.get_by_role("listitem")).to_have_count(len(on_page(Place.DESK.name_of_page)))
