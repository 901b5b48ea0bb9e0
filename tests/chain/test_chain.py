"""From a web page to a ticking two-hour clock: the whole desk, with real processes, a real browser and real mail."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import docx
import pytest
import yaml
from playwright.sync_api import Browser, expect

import samples.town
from huiying.clock import SystemClock
from huiying.settings import load
from huiying.wiring import Desk
from pipeline.acts import Actor, Deps, attempt
from pipeline.notify import stored_contacts
from records.actions import Act, Action
from records.alerts import AlertState, DeadlineState
from records.words import Role, Severity
from regulation.time_limits import INITIAL_REPORT
from storage.store import Store
from tests.chain.running import Mailbox, SampleDesk, wait_for
from tests.dashboard import driver

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]
UNIT_MAIL, OFFICE_MAIL = "shuiwu@qinghuai.example", "zhiban@qinghuai.example"
TWO_HOURS = timedelta(hours=2)
_TEXTS = Path(samples.town.__file__).parent / "texts"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as opened:
        yield opened


@pytest.fixture
def desk(tmp_path: Path, mailbox: Mailbox) -> Iterator[SampleDesk]:
    with SampleDesk(tmp_path / "sample", mailbox.environment, "--town-minutes", "1") as made:
        yield made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with driver.chromium() as opened:
        yield opened


@pytest.mark.browser
@pytest.mark.clause("H-42(3)")
def test_an_emergency_on_web_pages_becomes_a_clock_mail_a_report_and_an_answer(
    desk: SampleDesk, mailbox: Mailbox, browser: Browser, tmp_path: Path
) -> None:
    desk.start()
    page = driver.new_page(browser, desk.base)
    driver.sign_in(page, "xianban", desk.password("xianban"))

    # It appears by itself: nobody reloads anything.
    emergency = page.locator("[class*='st-key-row_']").filter(has_text="重大突发").first
    expect(emergency).to_be_visible(timeout=180_000)
    emergency.locator("a[href*='incident?id=']").first.click()
    expect(page.get_by_role("tab", name="概况")).to_be_visible()
    driver.act(page, "签收")
    driver.told(page, "签收")

    driver.start_plan(page)
    first = driver.clock(page).inner_text()
    expect(driver.clock(page)).not_to_have_text(first, timeout=5_000)

    started = wait_for(lambda: mailbox.with_subject("已启动预案"), "the mail that the plan has started")
    wait_for(lambda: len(mailbox.with_subject("已启动预案")) >= 2, "both recipients get it")
    assert {str(mail["To"]) for mail in mailbox.with_subject("已启动预案")} == {UNIT_MAIL, OFFICE_MAIL}
    assert "可能重复" not in str(started[0].get_content())

    driver.draft_report(page)
    for part in driver.PARTS:
        driver.confirm_part(page, part)
    driver.file_report(page)
    filed = docx.Document(str(driver.download_report(page, tmp_path / "report.docx")))
    text = "\n".join(paragraph.text for paragraph in filed.paragraphs)
    assert all(part in text for part in driver.PARTS)
    assert re.search(r"青舆情报〔\d{4}〕1号", text)

    driver.visit(page, "消息")
    expect(page.get_by_text("已启动预案").first).to_be_visible()

    store = Store(desk.database)
    with store.reading() as t:
        incident = next(i for i in t.incidents.list() if i.severity is Severity.MAJOR_EMERGENCY)
        deadline = t.deadlines.latest(incident.id, INITIAL_REPORT)
        assert deadline is not None
        assert deadline.state is DeadlineState.MET
        assert deadline.due_at - deadline.started_at == TWO_HOURS
        assert not t.deadlines.pending(deadline.id or 0)
        assert incident.disclosure == "s01"
    others = _records_with_incidents(store) - {"s01"}
    store.close()
    assert "s02" in others
    assert len(others) <= 2, "at most one false incident"

    assert desk.stop() == 0
    assert desk.processes() == {}
    assert _found_in_files(desk.folder, _about_persons()) == {}


@pytest.mark.clause("H-42(3)")
def test_whatever_is_killed_the_clock_goes_on_and_nothing_is_lost(desk: SampleDesk, mailbox: Mailbox) -> None:
    desk.start()
    store = Store(desk.database)
    incident = wait_for(lambda: _emergency(store), "the emergency is found", 180)
    started = _start_plan(store, desk, incident)
    for words in ("workers clock", "workers send", "workers judge", "workers crawl", "dashboard", "samples.town"):
        desk.kill(words)
    assert desk.process("workers clock")
    desk.kill_supervisor()

    desk.start()
    with store.reading() as t:
        deadline = t.deadlines.latest(incident, INITIAL_REPORT)
    assert deadline is not None
    assert (deadline.state, deadline.started_at, deadline.due_at) == (DeadlineState.OPEN, started, started + TWO_HOURS)
    wait_for(lambda: _nothing_waits(store), "every alert is settled")
    with store.reading() as t:
        assert {alert.state for alert in t.alerts.all()} == {AlertState.SENT}
    _every_repeat_is_marked(mailbox)
    assert desk.stop() == 0
    assert desk.processes() == {}
    store.close()


def _about_persons() -> list[str]:
    """What the town's pages say about who posts: nicknames, places, and a telephone number inside a text."""
    town = yaml.safe_load((_TEXTS / "town.yaml").read_text(encoding="utf-8"))
    return [*town["nicknames"], *town["places"], "13800000000"]


def _found_in_files(folder: Path, words: list[str]) -> dict[str, str]:
    """Which of `words` stands in which file of the desk's data: database, write-ahead log, index, logs, reports."""
    found = {}
    for file in folder.rglob("*"):
        if file.is_file():
            content = file.read_bytes()
            spelt = ((word, code) for word in words for code in ("utf-8", "gb18030", "utf-16-le"))
            found.update({str(file): word for word, code in spelt if word.encode(code) in content})
    return found


def _emergency(store: Store) -> str | None:
    with store.reading() as t:
        return next((i.id for i in t.incidents.list() if i.severity is Severity.MAJOR_EMERGENCY), None)


def _nothing_waits(store: Store) -> bool:
    with store.reading() as t:
        return all(alert.state is not AlertState.QUEUED for alert in t.alerts.all())


def _every_repeat_is_marked(mailbox: Mailbox) -> None:
    seen: set[str] = set()
    for mail in mailbox.mails:
        assert str(mail["Message-ID"]) not in seen or "可能重复" in str(mail["Subject"]) + str(mail.get_content())
        seen.add(str(mail["Message-ID"]))


def _start_plan(store: Store, desk: SampleDesk, incident: str) -> datetime:
    """Start the plan as the office's duty officer would, through the same step as the page."""
    now = SystemClock().now()
    parts = Desk(load(desk.folder / "huiying.yaml", {}), SystemClock())
    deps = Deps(parts.rules, stored_contacts, desk.folder / "reports", parts.letterhead)
    action = Action(now, "邝怀瑾", Act.START_PLAN, {"incident": incident})
    attempt(store, action, Actor("邝怀瑾", Role.OFFICE), deps)
    return now


def test_other_words_in_the_town_make_other_incidents(tmp_path: Path) -> None:
    texts = _town_that_is_angry_about_parking(tmp_path / "texts")
    with SampleDesk(tmp_path / "sample", {}, "--town-minutes", "1", "--town-texts", str(texts)) as desk:
        desk.start()
        store = Store(desk.database)
        wait_for(lambda: _angry_words_gathered(store), "the angry words make an incident")
        wait_for(lambda: _has_told_all(desk), "the town has told all")
        assert _emergency(store) is None
        assert desk.stop() == 0
        store.close()


def _angry_words_gathered(store: Store) -> bool:
    """Whether three or more of the new posts stand in one incident of the parking record."""
    with store.reading() as t:
        gathered = [
            t.posts.many(member.post_id for member in t.incidents.members(incident.id)).values()
            for incident in t.incidents.of_disclosure("s03")
        ]
    said = [_ANGRY["text"], *(reply["text"] for reply in _ANGRY["replies"])]
    return any(sum(post.text in said for post in posts) >= 3 for posts in gathered)


def _has_told_all(desk: SampleDesk) -> bool:
    """Whether the town's minute is over."""
    epoch = datetime.fromisoformat((desk.folder / "town" / "epoch.txt").read_text(encoding="utf-8"))
    return SystemClock().now() - epoch > timedelta(minutes=1)


def _records_with_incidents(store: Store) -> set[str | None]:
    with store.reading() as t:
        return {incident.disclosure for incident in t.incidents.list()}


def _town_that_is_angry_about_parking(folder: Path) -> Path:
    """The town's texts as they stand before anything happens, and one new thread."""
    shutil.copytree(_TEXTS, folder)
    for name, heads, answers in (
        ("forum", "threads", "replies"),
        ("news", "articles", "comments"),
        ("comments", "topics", "comments"),
    ):
        file = folder / f"{name}.yaml"
        kept = yaml.safe_load(file.read_text(encoding="utf-8"))
        kept[heads] = [_before_the_start(head, answers) for head in kept[heads] if _is_before(head, answers)]
        if name == "forum":
            kept[heads].append(_ANGRY)
        file.write_text(yaml.safe_dump(kept, allow_unicode=True), encoding="utf-8")
    return folder


def _is_before(head: dict[str, Any], answers: str) -> bool:
    return str(head.get("at", (head.get(answers) or [{}])[0].get("at"))).startswith("-")


def _before_the_start(head: dict[str, Any], answers: str) -> dict[str, Any]:
    return {**head, answers: [answer for answer in head.get(answers) or [] if str(answer["at"]).startswith("-")]}


_ANGRY = {
    "id": "f90",
    "board": "shenghuo",
    "title": "鼓楼街停车乱扣钱，还有人管吗",
    "at": "5s",
    "likes": 6,
    "views": 300,
    "is": "negative public_interest s03",
    "text": "停了二十分钟就扣我四块，说好半小时内免费的。打客服电话排队排了一上午，一句系统问题就挂了，这钱收得太黑了",
    "replies": [
        {
            "at": "9s",
            "is": "negative public_interest s03",
            "text": "我也被多扣了，文庙路停车一晚上收了二十四，晚上八点以后不是不要钱吗，找谁退都没人理",
        },
        {
            "at": "14s",
            "is": "negative public_interest s03",
            "text": "在县医院门口守着住院的老娘，停车费一天比盒饭还贵，投诉了三次城管局都说再等等，实在让人寒心",
        },
        {
            "at": "20s",
            "is": "negative misreading s03",
            "text": "停车收费试行就是变着法子抢老百姓的钱，以后小区里头停车肯定也要收，坚决反对",
        },
        {
            "at": "26s",
            "is": "negative public_interest s03",
            "text": "泊位画到我店门口，送货的车停不下，开了八年的小店这个月亏得揭不开锅，来人看都没看一眼",
        },
    ],
}
