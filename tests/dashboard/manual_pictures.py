"""Takes the manual's pictures anew, and that of the README, from the desk of test_a_day: `python -m tests.dashboard.manual_pictures`.

Every person, unit, address and post on them is invented (tests/scenarios). Look at each picture before it is kept.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from playwright.sync_api import Page, expect

from dashboard.manual_pictures import FOLDER
from tests.dashboard import driver, test_a_day
from tests.dashboard.conftest import ROOT
from tests.dashboard.day import Day, a_day
from tests.dashboard.light_pictures import light

WIDE = {"width": 1920, "height": 1080}


def main() -> int:
    """Go through the morning of that day, and stop where a part of the manual tells of what is there to see."""
    with tempfile.TemporaryDirectory() as folder, driver.chromium() as browser, a_day(Path(folder), browser) as day:
        day.at("lijun", "/duty")
        take(day.pages["lijun"], "handover", 700)
        test_a_day.the_shift_is_taken_over(day)
        incident = test_a_day.an_incident_comes_up(day)
        test_a_day.its_posts_are_read_and_one_is_corrected(day, incident)
        take_why(day, incident)
        test_a_day.a_call_is_entered(day, incident)
        test_a_day.it_becomes_a_major_emergency(day, incident)
        take(day.at("chenjie"), "phone", 520)
        take(day.at("lijun", f"/incident?id={incident}"), "incident", 700)
        test_a_day.the_office_starts_the_plan(day, incident)
        test_a_day.another_matter_is_handed_to_a_unit(day)
        test_a_day.a_claim_is_verified(day, incident)
        test_a_day.the_unit_works_on_its_telephone(day, incident)
        take_desk(day)
        take_answer(day, incident)
        take_entry(day)
        take_log(day)
        take_wall(day)
    return 0


def take(page: Page, name: str, until: int, folder: Path = FOLDER, *, top: int = 0) -> None:
    """What the person sees now between those heights, without the notices that come and go."""
    test_a_day.drawn(page)
    page.mouse.move(0, 0)
    expect(page.get_by_test_id("stToast")).to_have_count(0)
    size = page.viewport_size
    assert size is not None
    clip = {"x": 0, "y": top, "width": size["width"], "height": until - top}
    keep(page, folder / f"{name}.png", page.screenshot(clip=clip))  # type: ignore[arg-type]


def keep(page: Page, file: Path, png: bytes) -> None:
    """Write the picture, light."""
    browser = page.context.browser
    assert browser is not None
    file.write_bytes(light(browser, png))


def take_desk(day: Day) -> None:
    """The desk with both matters, for the manual and for the README."""
    day.work()
    page = day.at("lijun")
    expect(page.get_by_role("link", name=test_a_day.SINKHOLE).first).to_be_visible()
    take(page, "desk", 472)
    take(page, "desk", 472, ROOT / "docs")


def take_why(day: Day, incident: str) -> None:
    """Why a post was read so."""
    page = day.at("lijun", f"/incident?id={incident}")
    driver.tab(page, "帖文")
    page.get_by_text("为什么这样判").first.click()
    expect(page.get_by_text("情感").first).to_be_visible()
    take(page, "why", 668)


def take_answer(day: Day, incident: str) -> None:
    """The answer that waits for the office, beside the verification on which it rests."""
    page = day.at("wangfang", f"/incident?id={incident}")
    driver.tab(page, "回应")
    expect(page.get_by_role("button", name="审定…")).to_be_visible()
    page.get_by_text("回应稿和口径").evaluate("one => one.scrollIntoView()")
    take(page, "answer", 590, top=180)


def take_entry(day: Day) -> None:
    """What came by telephone, before it is entered."""
    page = day.at("lijun", "/entry")
    page.get_by_label("内容").fill("来电反映幸福里小区暖气片不热，家里有老人，问什么时候恢复。")
    take(page, "entry", 700)


def take_log(day: Day) -> None:
    """The log of the shift."""
    page = day.at("lijun", "/duty")
    driver.tab(page, "值班日志")
    page.get_by_label("记一条").fill("供热公司来电：抢修队已到解放路，预计14时恢复。")
    page.get_by_role("button", name="记入日志").click()
    driver.told(page, "已记入值班日志")
    page.get_by_role("tab", name="值班日志").evaluate("one => one.scrollIntoView()")
    take(page, "log", 695, top=62)


def take_wall(day: Day) -> None:
    """The wall as a television shows it."""
    page = day.pages["lijun"].context.new_page()
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    page.goto("/wall")
    expect(page.get_by_text(test_a_day.SINKHOLE)).to_be_visible()
    keep(page, FOLDER / "wall.png", page.screenshot(clip={"x": 0, "y": 0, "width": WIDE["width"], "height": 380}))
    page.close()


if __name__ == "__main__":
    sys.exit(main())
