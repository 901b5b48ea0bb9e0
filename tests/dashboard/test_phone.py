"""Pages on a telephone: nothing has to be pushed sideways; one reads and acknowledges there.

Every page is opened once, with something on it where it shows one item, by the first person of the list who may open it; the
desk, an incident and the wall by each of them.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboard.navigation import Place
from huiying.wiring import Desk
from records.actions import Act
from records.people import Person
from records.words import Role
from tests.dashboard import driver, office_items, seeding
from tests.dashboard.conftest import Served
from tests.dashboard.office_items import OfficeItems
from tests.dashboard.seeding import PASSWORD, PEOPLE, unit_of_the_outage
from tests.dashboard.test_browser import act_on, opened_by_hand

pytestmark = pytest.mark.browser
EVERYBODY = {**PEOPLE, "chenjie": Person("chenjie", "陈杰", Role.UNIT, unit_of_the_outage())}
INSPECTED = "区教体局"
WITH_TABS = (Place.PAPER.address, Place.INSPECTIONS.address)
LONG = "time_limits.co_acknowledgement.major_emergency.minutes"
"""What the log may name that has no place to break a line."""
WIDER = """() => {
  const wide = [document.documentElement, ...document.querySelectorAll("*")].filter((one) => {
    const how = getComputedStyle(one).overflowX
    const moves = one === document.documentElement || how === "auto" || how === "scroll"
    return moves && one.clientWidth > 0 && one.scrollWidth > one.clientWidth + 1 && !one.closest("[role=tablist]")
  })
  return wide.map((one) => `${one.dataset.testid || one.tagName} ${one.scrollWidth - one.clientWidth}`)
}"""

LOWEST = """() => Math.max(...[...document.querySelectorAll("[data-testid=stMainBlockContainer] p")]
  .map((one) => one.getBoundingClientRect().bottom))"""


@pytest.fixture
def phone(browser: Browser, served: Served) -> Iterator[Page]:
    opened = driver.new_page(browser, served.base, driver.PHONE)
    yield opened
    opened.context.close()


@pytest.fixture(scope="module")
def made(served: Served) -> OfficeItems:
    """A paper, a sheet and an item, of a unit that no other test inspects."""
    desk = seeding.opened(served.settings)
    items = office_items.made(desk, INSPECTED)
    desk.close()
    return items


def addresses(username: str, incident: str, made: OfficeItems) -> list[str]:
    """The desk, an incident, the wall, and every page that this person may open and nobody named before."""
    items = made.places()
    names = list(EVERYBODY)
    before = [EVERYBODY[name] for name in names[: names.index(username)]]
    new = [
        place
        for place in Place
        if place.opens_to(EVERYBODY[username]) and not any(place.opens_to(other) for other in before)
    ]
    return [
        *dict.fromkeys([Place.DESK.address, *(_address(place, items.get(place)) for place in new)]),
        f"{Place.INCIDENT.address}?id={incident}",
        "/wall",
    ]


def _address(place: Place, item: str | None) -> str:
    return place.address + (f"?id={item}" if item else "")


def sideways(phone: Page, address: str) -> dict[str, list[str]]:
    """What has to be pushed sideways on the page at that address, and on each tab of those with tables of papers."""
    phone.goto(address)
    driver.settle(phone)
    phone.wait_for_timeout(700)
    found = {address: phone.evaluate(WIDER)}
    if address.startswith(WITH_TABS):
        tabs = phone.get_by_role("tab")
        for name in [tabs.nth(at).inner_text() for at in range(1, tabs.count())]:
            driver.tab(phone, name)
            phone.wait_for_selector(driver.QUIET)
            found[f"{address} {name}"] = phone.evaluate(WIDER)
    return {name: wide for name, wide in found.items() if wide}


@pytest.mark.parametrize("username", EVERYBODY)
def test_no_page_is_wider_than_a_telephone(phone: Page, desk: Desk, made: OfficeItems, username: str):
    incident = opened_by_hand(desk, "城区供水管网改造暨第二水厂切换供水实施方案引起的停水", unit_of_the_outage())
    act_on(desk, incident, Act.START_PLAN)
    with desk.store.transaction() as t:
        t.audit.append(desk.clock.now(), "王芳", Role.OFFICE, "change_office_value", LONG, True, {})
    driver.sign_in(phone, username, PASSWORD)
    wide = {}
    for address in addresses(username, incident, made):
        wide |= sideways(phone, address)
    assert wide == {}


def test_an_incident_is_read_and_acknowledged_on_a_telephone(phone: Page, desk: Desk):
    incident = opened_by_hand(desk, "高架桥面裂缝")
    act_on(desk, incident, Act.SET_SEVERITY, severity="major_emergency", reason="车辆受困")
    driver.sign_in(phone, "lijun", PASSWORD)
    row = phone.locator(f".st-key-row_{incident}")
    row.get_by_role("button", name="签收").click()
    driver.told(phone, "已签收")
    row.get_by_role("link", name="高架桥面裂缝").click()
    expect(phone.get_by_role("tab", name="概况")).to_be_visible()


def test_the_menu_is_called_menu_where_it_is_folded(phone: Page):
    driver.sign_in(phone, "lijun", PASSWORD)
    said = "() => getComputedStyle(document.querySelector('[data-testid=stExpandSidebarButton]'), '::after').content"
    assert phone.evaluate(said) == '"菜单"'


def test_the_box_of_the_alarm_is_a_named_bell_on_a_telephone_and_hides_no_last_line(phone: Page):
    driver.sign_in(phone, "lijun", PASSWORD)
    bell = phone.locator("#desk-alarm")
    expect(bell.locator("summary")).to_have_accessible_name("声音提醒：未开")
    phone.get_by_test_id("stMain").evaluate("one => one.scrollTo(0, one.scrollHeight)")
    box = bell.bounding_box()
    assert box is not None
    assert box["width"] <= 44
    assert phone.evaluate(LOWEST) <= box["y"]
