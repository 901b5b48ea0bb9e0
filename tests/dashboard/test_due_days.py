"""What must be published until when stands on the pages of proposals, with the calculation, for those who may see it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from playwright.sync_api import Page, expect

from huiying.wiring import Desk
from pipeline import proposing
from pipeline.meant import Meant
from records.people import Person
from records.words import Period, Role, TimeKind
from records.zone import CHINA
from regulation.working_days import WorkingDays, shown
from tests.dashboard import driver, seeding
from tests.dashboard.conftest import Served, serving_desk
from tests.dashboard.seeding import PASSWORD
from tests.pipeline.test_proposing import COURSE, DRAFTER, FORM, LEADER, UNIT

pytestmark = pytest.mark.browser
DAY = timedelta(days=1)
HOSTILE = "关于供水的通知 <img src=x onerror=alert(1)>"


def today(desk: Desk) -> date:
    """The day in China on which the desk stands."""
    return desk.clock.now().astimezone(CHINA).date()


def fill(desk: Desk) -> None:
    """A late proposal, an extended one, one that is far off, one without a day, and a regular record not published since."""
    seeding.fill(desk, 5)
    now, day = desk.clock.now(), today(desk)
    seeding.account(desk, Person("chengban", "程办", Role.DRAFTER, UNIT))
    prompt = replace(FORM, time_kind=TimeKind.PROMPT, decided_on=day)
    forms = [
        replace(prompt, title=HOSTILE, decided_on=day - 40 * DAY),
        replace(prompt, title="关于防汛的通知", planned_on=day + 200 * DAY),
        replace(FORM, title="关于机构设置", decided_on=day),
        replace(FORM, title="还没填时限的", time_kind=None),
        replace(
            FORM,
            title="物业投诉办理情况",
            time_kind=TimeKind.REGULAR,
            period=Period.MONTH,
            decided_on=day - 100 * DAY,
            catalogue_item="H10",
        ),
    ]
    made = [proposing.begin(desk.store, form, DRAFTER, now, desk.proposing) for form in forms]
    proposing.extend(desk.store, Meant(made[1], LEADER, now), day + 90 * DAY, "情况特别复杂")
    for name, actor, unit in COURSE[:-1]:
        proposing.sign(desk.store, Meant(made[-1], actor, now), name, unit)


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving_desk(tmp_path_factory.mktemp("desk"), fill) as opened:
        yield opened


@pytest.mark.clause("E-2(5)")
def test_what_is_late_stands_first_and_each_day_shows_how_it_was_counted(page: Page, desk: Desk):
    driver.sign_in(page, "wangfang", PASSWORD, "/proposals")
    rows = page.locator("[class*=st-key-due_row_]")
    expect(page.get_by_text("到期和逾期")).to_contain_text("逾期 2 项")
    expect(rows.filter(has_text="关于机构设置")).to_have_count(0)
    page.get_by_text("期限还早和未定的也列出（共 6 项）").click()
    expect(rows).to_have_count(6)
    late, missed, undated = rows.nth(0), rows.nth(1), rows.nth(5)
    expect(late).to_contain_text("已逾期 40 天")
    expect(late).to_contain_text("<img src=x onerror=alert(1)>")
    expect(missed).to_contain_text("物业投诉办理情况（")
    expect(missed).to_contain_text("期没有公开")
    late.get_by_role("button", name="怎样算的").click()
    expect(page.get_by_text("随时公开：公开事项确定之日")).to_be_visible()
    expect(undated).to_contain_text("期限未定")


@pytest.mark.clause("E-2(5)1")
def test_the_page_of_a_proposal_shows_its_day_and_the_calculation(page: Page, desk: Desk):
    driver.sign_in(page, "chengban", PASSWORD, "/proposals")
    page.get_by_role("link", name="关于机构设置").first.click()
    due = page.locator(".st-key-proposal_due")
    expect(due).to_contain_text(f"最迟公开 {shown(WorkingDays().after(today(desk), 10).due)}")
    due.get_by_text("怎样算的").click()
    expect(due.get_by_text("10 个工作日（当日不计）")).to_be_visible()


@pytest.mark.clause("E-2(5)3")
def test_an_approved_extension_and_a_plan_that_is_too_late_are_shown(page: Page, desk: Desk):
    driver.sign_in(page, "chengban", PASSWORD, "/proposals")
    page.get_by_role("link", name="关于防汛的通知").first.click()
    due = page.locator(".st-key-proposal_due")
    due.get_by_text("怎样算的").click()
    expect(due).to_contain_text(f"经审批延期到 {shown(today(desk) + 90 * DAY)}")
    expect(due).to_contain_text("晚于期限")
