"""People of several units at the pages of proposals, each signed in once, and proposals that are already on their way."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Locator, Page, TimeoutError, expect

from huiying.wiring import Desk
from pipeline import proposing, risk
from pipeline.acts import Actor
from pipeline.meant import Meant
from records.people import Person
from records.proposals import Form
from records.risks import Judged, RiskForm
from records.words import Attribute, Audience, Manner, Role, TimeKind
from records.zone import CHINA
from regulation.procedures import procedure
from tests.dashboard import driver, seeding
from tests.dashboard.conftest import Served, serving_desk
from tests.dashboard.seeding import PASSWORD

UNIT, HELPER, OFFICE = "区住建局", "区水务局", "区委办公室"
PEOPLE = {
    person.username: person
    for person in (
        Person("chengban", "程办", Role.DRAFTER, UNIT),
        Person("fenguan", "冯管", Role.LEADER, UNIT),
        Person("baomi", "鲍密", Role.SECRECY, UNIT),
        Person("zhuren", "祝任", Role.HEAD, UNIT),
        Person("dangan", "党安", Role.ARCHIVIST),
        Person("shuiwu", "魏水", Role.UNIT, HELPER),
        Person("shuihead", "沈水", Role.HEAD, HELPER),
        Person("shuji", "舒记", Role.HEAD, OFFICE),
        seeding.PEOPLE["wangfang"],
        seeding.PEOPLE["zhaomin"],
    )
}
SIGNERS: Sequence[tuple[str, str, str]] = [
    ("secrecy_first", "chengban", UNIT),
    ("propose", "chengban", UNIT),
    ("secrecy_second", "fenguan", UNIT),
    ("secrecy_officer", "baomi", UNIT),
    ("co_unit", "shuiwu", HELPER),
    ("content_review", "wangfang", OFFICE),
    ("attribute_review", "wangfang", OFFICE),
    ("deputy", "fenguan", UNIT),
    ("issue", "shuji", OFFICE),
    ("publish", "chengban", UNIT),
    ("feedback", "chengban", UNIT),
    ("archive", "dangan", UNIT),
]
"""Who signs what; what a form does not ask for is left out."""


@contextmanager
def served_office(folder: Path) -> Iterator[Served]:
    """A desk with the people of the units, served."""

    def fill(desk: Desk) -> None:
        """One password is hashed for all of them."""
        now, (first, *others) = desk.clock.now(), PEOPLE.values()
        seeding.account(desk, first)
        with desk.store.transaction() as t:
            known = t.people.credentials(first.username)
            assert known is not None
            for person in others:
                t.people.add(person, known.password, now)
                t.people.set_password(person.username, known.password, must_change=False)

    with serving_desk(folder, fill) as opened:
        yield opened


@dataclass
class Office:
    """Everybody at one served desk; `pages` are those who have signed in."""

    browser: Browser
    served: Served
    desk: Desk
    pages: dict[str, Page] = field(default_factory=dict)
    scripts_run: list[str] = field(default_factory=list)

    def form(self, **more: Any) -> Form:
        """A form with which nothing is amiss."""
        today = self.desk.clock.now().astimezone(CHINA).date()
        whole = Form(
            unit=UNIT,
            title="关于老旧小区加装电梯的通知",
            body="加装电梯须经本单元业主同意。",
            filled_on=today,
            attribute=Attribute.OPEN,
            attribute_reason="涉及群众生活",
            audience=Audience.SOCIETY,
            manners=(Manner.SOCIETY,),
            platforms=("政府公众网",),
            time_kind=TimeKind.LASTING,
            decided_on=today - timedelta(days=1),
        )
        return replace(whole, **more)

    def begun(self, form: Form, upto: str = "secrecy_first", profile: str = "H") -> str:
        """A proposal with every signature before `upto`, given by those whose duty it is."""
        desk = replace(self.desk.proposing, procedure=procedure(profile))
        number = proposing.begin(self.desk.store, form, actor("chengban"), self.desk.clock.now(), desk)
        self.walk(number, upto)
        return number

    def assess(self, number: str) -> None:
        """Note a risk assessment of the proposal."""
        judged = tuple(Judged(kind, 1, 1, "不涉及") for kind in ("political", "stability", "opinion"))
        form = RiskForm(judged=judged, means=("visits",), units=(UNIT,), plan="不需要", prepared=(), lead_unit=UNIT)
        meant = Meant(number, actor("chengban"), self.desk.clock.now())
        risk.assess(self.desk.store, meant, form, 0, self.desk.assessing)

    def walk(self, number: str, upto: str) -> None:
        """Give every signature that is open before `upto`."""
        for name, who, unit in SIGNERS:
            if name == upto:
                return
            with self.desk.store.reading() as t:
                found = proposing.proposal(t, number)
            assert found is not None
            if (name, unit) in {(given.sign.sign, given.unit) for given in found.standing.open}:
                proposing.sign(self.desk.store, Meant(number, actor(who), self.desk.clock.now()), name, unit)

    def at(self, username: str, path: str) -> Page:
        """The page of that person, at that address."""
        page = self.pages.get(username)
        if page is None:
            page = self.pages[username] = driver.new_page(self.browser, self.served.base)
            page.on("dialog", lambda dialog: self.scripts_run.append(dialog.message))
            driver.sign_in(page, username, PASSWORD, path)
        else:
            page.goto(path)
        return page

    def open(self, username: str, number: str) -> Page:
        """The page of that person at the proposal."""
        page = self.at(username, f"/proposal?id={number}")
        expect(page.get_by_text("办理经过")).to_be_visible()
        return page

    def sign(self, username: str, number: str, *labels: str, **said: Any) -> Page:
        """That person opens the proposal and gives those signatures."""
        page = self.open(username, number)
        for label in labels:
            sign(page, label, **said)
        return page


def actor(username: str) -> Actor:
    """That person as one who acts."""
    person = PEOPLE[username]
    return Actor(person.name, person.role, person.unit)


def sign(page: Page, label: str, reason: str | None = None, decide: str | None = None, link: str | None = None) -> None:
    """Give a signature and wait until it is given."""
    dialog = begin_to_sign(page, label, reason, decide)
    if link is not None:
        dialog.get_by_label("公开页面的网址").fill(link)
    dialog.get_by_role("button", name=re.compile("^(签署|登记已公开)$")).click()
    driver.told(page, f"已签署：{label}")


def begin_to_sign(page: Page, label: str, reason: str | None = None, decide: str | None = None) -> Locator:
    """Open the dialog of a signature and fill it in."""
    page.get_by_role("button", name=f"{label}…", exact=True).click()
    dialog = page.get_by_role("dialog")
    if decide is not None:
        dialog.get_by_text(decide, exact=True).click()
    if reason is not None:
        dialog.get_by_label("意见").fill(reason)
    return dialog


def refused(page: Page, label: str, words: str, **said: Any) -> None:
    """Try to give a signature that is refused in the dialog with these words, and leave."""
    dialog = begin_to_sign(page, label, **said)
    dialog.get_by_role("button", name=re.compile("^(签署|登记已公开)$")).click()
    expect(dialog.get_by_test_id("stAlert")).to_contain_text(words)
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def with_reason(page: Page, button: str, label: str, reason: str, said: str) -> None:
    """Do a deed that asks for a reason: its button, the field, the reason, what the page tells then."""
    page.get_by_role("button", name=f"{button}…", exact=True).first.click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label(label).fill(reason)
    dialog.get_by_role("button", name=button, exact=True).click()
    driver.told(page, said)


def choose(page: Page, label: str, option: str) -> None:
    """Choose in a list of the dialog, and shut it where it stays open for more: an open list hides the dialog from readers."""
    dialog, wanted = page.locator("[role=dialog]"), page.get_by_role("option", name=option, exact=True)
    for _ in range(3):
        dialog.get_by_label(label).click()
        try:
            wanted.click(timeout=8000)  # a list that is drawn anew meanwhile takes the option away
            break
        except TimeoutError:
            continue
    else:
        wanted.click()
    if page.get_by_role("option").count():
        dialog.click(position={"x": 6, "y": 6})
    expect(page.get_by_role("option")).to_have_count(0)


def enter_day(page: Page, label: str, day: str) -> None:
    """Write a day such as 20260409 into a field of the dialog."""
    page.get_by_role("dialog").get_by_role("spinbutton", name=f"year, {label}").click()
    page.keyboard.type(day)


def save(page: Page, said: str) -> None:
    """Save the form and wait for what the page tells."""
    page.get_by_role("dialog").get_by_role("button", name="保存").click()
    driver.told(page, said)
