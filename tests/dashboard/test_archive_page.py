"""归档, in a real browser: the archivist finds what has ended, puts it away and downloads it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from pipeline.acts import Deps, attempt
from pipeline.notify import page_only
from records.actions import Act, Action
from regulation.severity import severity_rules
from tests.dashboard import driver, seeding, walking
from tests.dashboard.conftest import Served
from tests.dashboard.walking import UNIT, Office, actor

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with walking.served_office(tmp_path_factory.mktemp("desk")) as opened:
        yield opened


@pytest.fixture
def office(browser: Browser, served: Served) -> Iterator[Office]:
    desk = seeding.opened(served.settings)
    yield Office(browser, served, desk)
    desk.close()


def ended(office: Office, title: str) -> str:
    """An incident that the office took up by telephone and dismissed."""
    desk = office.desk
    deps = Deps(severity_rules(), page_only, desk.settings.reports_dir, desk.letterhead)
    by = replace(actor("wangfang"), unit=None)

    def do(act: Act, **args: object) -> str:
        return attempt(desk.store, Action(desk.clock.now(), by.name, act, args), by, deps)

    number = do(Act.CONFIRM, title=title, unit=UNIT, reason="电话得知")
    return do(Act.DISMISS, incident=number, why="no_need", reason="已答复")


@pytest.mark.clause("H-34", "H-37")
def test_the_archivist_puts_away_what_has_ended_and_downloads_it(office: Office):
    first, second = ended(office, "路灯不亮"), ended(office, "井盖松动")
    page = office.at("dangan", "/archive")
    expect(page.get_by_role("heading", name="已结束、待归档的事件 · 2")).to_be_visible()
    row = page.locator(f".st-key-to_archive_{second}")
    row.get_by_role("button", name="归档成包").click()
    driver.told(page, "已归档")
    expect(row).to_have_count(0)
    page.get_by_role("link", name="路灯不亮").click()
    expect(page.get_by_text("没有关联公开事项")).to_be_visible()
    expect(page.get_by_role("heading", name="待归档的事件")).to_have_count(0)
    page.get_by_role("button", name="归档成包").click()
    expect(page.get_by_text("第 1 包")).to_be_visible()
    with page.expect_download() as saved:
        page.get_by_role("button", name="下载").click()
    with office.desk.store.reading() as t:
        (package,) = t.archives.of(first, of_incident=True)
    assert saved.value.path().read_bytes() == (office.desk.settings.archive_dir / package.file).read_bytes()
    page.get_by_role("link", name="← 待归档的事件").click()
    expect(page.get_by_text("已办结和已排除的事件都归档了")).to_be_visible()
