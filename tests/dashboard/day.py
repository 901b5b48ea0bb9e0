"""A day at the desk of a district: the people, their roster, the posts as they come in, and the desk's own time."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page

from alerts.roster_file import GoodShift
from huiying.settings import load
from huiying.wiring import Desk, open_desk
from huiying.workers import tick
from nlp.admission import without_personal_data
from pipeline.acts import Actor
from pipeline.duty_handover import hand_over
from pipeline.duty_noting import Writing
from pipeline.duty_roster import import_roster
from pipeline.indexing import catch_up
from pipeline.intake import receive_file_row
from pipeline.model_note import note_model
from records.alerts import OFFICE
from records.disclosures import disclosure_from
from records.duty import Shift
from records.people import Contact, Person
from records.posts import RawPost, raw_post_from
from records.words import Role
from records.zone import CHINA
from tests.chain.running import Mailbox
from tests.crawlers.site import Site, serving
from tests.dashboard import driver, seeding
from tests.dashboard.conftest import free_port, running
from tests.dashboard.seeding import PASSWORD
from tests.dashboard.set_clock import MODULE, VARIABLE, SetClock
from tests.pipeline.known_answers import KEEP

DAY = datetime(2026, 4, 10, tzinfo=CHINA)
"""The Friday on which the heating broke down."""

LEAD, HELPER = "区住建局", "区水务局"
PEOPLE = {
    person.username: person
    for person in (
        Person("hejing", "何静", Role.DUTY),
        Person("lijun", "李军", Role.DUTY),
        Person("wangfang", "王芳", Role.OFFICE),
        Person("sunli", "孙莉", Role.OFFICE),
        Person("chenjie", "陈杰", Role.UNIT, LEAD),
        Person("weishui", "魏水", Role.UNIT, HELPER),
        Person("zhaomin", "赵敏", Role.EVALUATOR),
        Person("admin", "周管理", Role.ADMIN),
    )
}
SOURCES = seeding.SOURCES + [
    {"id": name, "name": title, "kind": "feed", "channel": channel, "url": f"http://127.0.0.1:9/{name}"}
    for name, title, channel in (
        ("bbs-huichuan", "惠川论坛", "forum"),
        ("hotline-12345", "12345热线", "hotline"),
        ("huichuan-online", "惠川在线", "news"),
        ("news-comments", "新闻跟帖", "comment"),
        ("video-local", "本地短视频", "video"),
        ("yunchuan-news", "云川新闻", "news"),
    )
]
REACHED = {OFFICE: ("lijun", "hejing", "wangfang"), LEAD: ("chenjie",), HELPER: ("weishui",)}
"""Who has an address of their own."""


@dataclass
class Day:
    """Everybody at one desk; `pages` are those who have signed in."""

    browser: Browser
    base: str
    desk: Desk
    clock: SetClock
    posts: list[RawPost]
    mailbox: Mailbox
    site: Site
    pages: dict[str, Page] = field(default_factory=dict)
    scripts_run: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._judging = self.desk.judging()
        self.desk.model.look()
        note_model(self.desk.store, self.desk.model.note)

    def it_is(self, hour: int, minute: int = 0) -> None:
        """Let it be that time of the day; what was written until then has come in, is judged, and is told."""
        self.clock.move_to(DAY + timedelta(hours=hour, minutes=minute))
        self.work()

    def work(self) -> None:
        """What the desk's other processes do: collect, judge, make findable, keep the clocks, deliver."""
        now = self.clock.now()
        with self.desk.store.transaction() as t:
            while self.posts and self.posts[0].seen_at <= now:
                raw = self.posts.pop(0)
                receive_file_row(t, seeding.as_written(raw), raw.seen_at, KEEP)
            for source in SOURCES:
                t.sources.answered(source["id"], now, now + timedelta(minutes=10), 5)
            seeding.alive(t, now)
        while self._judging.step(lambda waiting: waiting.at, limit=1000):
            pass
        tick(self.desk)
        index = self.desk.index()
        while catch_up(self.desk.store, index):
            pass
        index.close()
        self.desk.sender("send").send_due(now)

    def at(self, username: str, path: str = "/", size: dict[str, int] = driver.SCREEN) -> Page:
        """The page of that person, at that address; signed in once."""
        page = self.pages.get(username)
        if page is None:
            page = self.pages[username] = driver.new_page(self.browser, self.base, size)
            page.on("dialog", lambda dialog: self.scripts_run.append(dialog.message))
            driver.sign_in(page, username, PASSWORD, path)
        else:
            page.goto(path)
            driver.settle(page)
        return page


@contextmanager
def a_day(folder: Path, browser: Browser) -> Iterator[Day]:
    """The desk of that day at ten to seven, served, in the night officer's hands; its mails go to a real mail server."""
    with Mailbox() as mailbox, serving() as site:
        yield from _served(folder, browser, mailbox, site)


def _served(folder: Path, browser: Browser, mailbox: Mailbox, site: Site) -> Iterator[Day]:
    port = free_port()
    email = {"host": "127.0.0.1", "port": mailbox.port, "tls": "none", "sender": "desk@qinghuai.example"}
    crawl = {"allow_private_hosts": [site.host], "delay_seconds": 0}
    settings = seeding.write_settings(folder, port, alerts={"email": email}, crawl=crawl)
    seeding.write_sources(folder, SOURCES)
    clock = SetClock(folder / "clock")
    clock.move_to(DAY + timedelta(hours=6, minutes=50))
    desk = open_desk(load(settings, {}), clock)
    fill(desk)
    base = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "HUIYING_SETTINGS": str(settings), VARIABLE: str(clock.file)}
    posts = sorted((raw_post_from(row) for row in seeding.rows("posts.jsonl")), key=lambda raw: raw.seen_at)
    try:
        with running(environment, base, folder / "output", MODULE):
            yield Day(browser, base, desk, clock, posts, mailbox, site)
    finally:
        desk.close()


def fill(desk: Desk) -> None:
    """Records, people, how they are reached, their roster, and the note of the night."""
    now = desk.clock.now()
    people_with_one_password(desk)
    with desk.store.transaction() as t:
        for row in seeding.rows("disclosures.jsonl"):
            t.disclosures.add(disclosure_from(row), now, "导入")
        t.disclosures.add(seeding.party_record(now), now, "导入")
        for recipient, names in REACHED.items():
            contacts = [Contact(recipient, "email", f"{one}@huichuan.example", PEOPLE[one].name) for one in names]
            t.people.set_contacts(recipient, contacts)
        seeding.patrols(t, now)
        seeding.alive(t, now)
    nights = [Shift(OFFICE, "何静", _on(day - 1, 19), _on(day, 7)) for day in range(4)]
    shifts = [*nights, *(Shift(OFFICE, "李军", _on(day, 7), _on(day, 19)) for day in range(4))]
    roster = [GoodShift(number, shift) for number, shift in enumerate(shifts, 1)]
    import_roster(desk.store, roster, actor("wangfang"), now, desk.duty_rules)
    note = "夜间平稳。供热公告昨天下午发出，留意反映。"
    hand_over(desk.store, OFFICE, "lijun", note, Writing(PEOPLE["hejing"], now, without_personal_data, "night"))


def people_with_one_password(desk: Desk) -> None:
    """One password is hashed for all of them."""
    now, (first, *others) = desk.clock.now(), PEOPLE.values()
    seeding.account(desk, first)
    with desk.store.transaction() as t:
        known = t.people.credentials(first.username)
        assert known is not None
        for person in others:
            t.people.add(person, known.password, now)
            t.people.set_password(person.username, known.password, must_change=False)


def actor(username: str) -> Actor:
    """That person as one who acts."""
    person = PEOPLE[username]
    return Actor(person.name, person.role, person.unit)


def _on(days: int, hour: int) -> datetime:
    return datetime.combine(DAY.date() + timedelta(days=days), time(hour), CHINA)
