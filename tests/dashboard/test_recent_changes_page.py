"""What was changed on the page 管理 stands in a list there and is taken back by a button, in a real browser."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from huiying.wiring import Desk, address_faults
from pipeline import own_values
from pipeline.acts import Actor
from pipeline.contacts import add_contact, remove_contact
from records.alerts import OFFICE
from records.people import Contact
from records.words import Role
from tests.dashboard import driver, seeding
from tests.dashboard.conftest import Served, serving_desk
from tests.dashboard.seeding import PASSWORD

pytestmark = pytest.mark.browser
LI = Contact(OFFICE, "email", "li@office.example", "李<b>静")
ZHAO = Contact(OFFICE, "email", "zhao@office.example", "赵强")


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A desk where a contact was removed after two were added, and a figure of a rule was changed after that."""

    def fill(desk: Desk) -> None:
        seeding.add_people(desk)
        by = seeding.PEOPLE["admin"]
        for one in (LI, ZHAO):
            add_contact(desk.store, one, desk.clock.now(), address_faults(), by)
        remove_contact(desk.store, LI, desk.clock.now(), by)
        below, seen = desk.below_own_figures, {"voices_3.voices": 3}
        own_values.change(
            desk.store, below, seen, {"voices_3.voices": 5}, "试行", Actor("周管理", Role.ADMIN), desk.clock.now()
        )

    with serving_desk(tmp_path_factory.mktemp("desk"), fill) as opened:
        yield opened


def test_what_was_removed_is_put_back_by_a_button_and_what_was_changed_again_has_none(page: Page, desk: Desk):
    driver.sign_in(page, "wangfang", PASSWORD, "/administration")
    driver.tab(page, "最近改动")
    expect(page.get_by_text("去掉 邮件·李<b>静")).to_be_visible()
    expect(page.get_by_text("后来又有改动")).to_have_count(2)
    expect(page.get_by_text("li@office.example")).to_have_count(0)
    expect(page.get_by_text("“24小时内出现3个不同声音”的不同声音（个）：3 → 5")).to_be_visible()
    page.get_by_role("button", name="撤销").nth(1).click()
    driver.told(page, "已撤销")
    expect(page.get_by_text("撤销管理页的改动").first).to_be_visible()
    with desk.store.reading() as t:
        assert LI in t.people.contacts_of(OFFICE)
    page.set_viewport_size(driver.PHONE)
    expect(page.get_by_text("撤销管理页的改动").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
