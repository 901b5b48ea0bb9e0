"""Papers of periods are owed as rows, drafted once, called to mind and told of when overdue, and done when they are signed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from casework.papers.writing import pending, text_of
from nlp.admission import without_personal_data
from pipeline import papering
from pipeline.matters import About, matters
from pipeline.meant import Meant
from pipeline.notify import page_only
from pipeline.papering import Office
from pipeline.periodic import DRAFTER, watch_periodic
from pipeline.periodic_drafting import draft_period, refresh_period
from pipeline.refusals import Refused
from pipeline.working_calendar import import_calendar
from records.alerts import Alert
from records.papers import About as PaperAbout
from records.papers import Content, OfficePaper, PaperKind
from records.people import Person
from records.words import Role
from regulation.disclosure_time import disclosure_time
from regulation.periodic import periodic_rules
from storage.store import Store
from storage.tables import proposal
from tests.pipeline.test_papering import CHIEF, HEAD
from tests.storage.making import post

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
TICK = timedelta(microseconds=1)
BEGUN = datetime(2026, 4, 10, 4, tzinfo=UTC)
MAY = datetime(2026, 4, 30, 16, tzinfo=UTC)
"""The first moment of May in China."""

MONTHLY_DUE = datetime(2026, 5, 8, 10, tzinfo=UTC)
SCHEDULING_DUE = datetime(2026, 5, 11, 10, tzinfo=UTC)
READY = [("paper_ready", "调度通报（2026年4月）"), ("paper_ready", "月报（2026年4月）")]


class Desk:
    """A desk that somebody looks after at the moments that a test names."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self.office = Office(HEAD, folder, without_personal_data)
        self.rules: dict[str, Any] = {}

    def watch(self, at: datetime) -> list[tuple[str, str]]:
        """What is told newly then: kinds and papers."""
        known = {one.key for one in self.alerts()}
        told = watch_periodic(self.store, at, periodic_rules(self.rules), disclosure_time(), page_only)
        new = [one for one in self.alerts() if one.key not in known]
        assert told == len(new)
        assert {one.recipient for one in new} <= {"office"}
        return [
            (one.kind, one.title.partition("：")[2]) for one in sorted(new, key=lambda one: one.title, reverse=True)
        ]

    def alerts(self) -> list[Alert]:
        with self.store.reading() as t:
            return t.alerts.all()

    def papers(self, kind: PaperKind = PaperKind.MONTHLY) -> list[OfficePaper]:
        with self.store.reading() as t:
            return t.papers.listed([kind], 999)

    def owed(self) -> list[tuple[str, date, datetime]]:
        with self.store.reading() as t:
            return [(one.kind.value, one.first, one.due_at) for one in t.periodic.owed()]

    def sign(self, paper: OfficePaper, at: datetime) -> None:
        """A person writes what the desk could not know, and signs."""
        meant = Meant(str(paper.id), CHIEF, at, None, paper.revision)
        for heading in pending(paper.content):
            number = [one.heading for one in paper.content.sections].index(heading)
            papering.write_section(self.store, meant, number, "无。", self.office)
            meant = Meant(str(paper.id), CHIEF, at, None, (meant.seen or 0) + 1)
        papering.sign(self.store, meant, self.office)


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    made = Desk(store, tmp_path)
    with store.transaction() as t:
        t.audit.append(BEGUN, "王芳", Role.OFFICE, "import_disclosures", "d1", True, {})
    assert made.watch(BEGUN) == []
    return made


@pytest.mark.clause("E-2(7)7")
def test_when_a_month_is_over_its_papers_are_owed_and_drafted_once_and_the_office_is_told(desk: Desk):
    assert desk.watch(MAY - TICK) == []
    assert desk.owed() == []
    assert desk.watch(MAY) == READY
    assert desk.owed() == [
        ("monthly", date(2026, 4, 1), MONTHLY_DUE),
        ("scheduling", date(2026, 4, 1), SCHEDULING_DUE),
    ]
    (monthly,) = desk.papers()
    (notice,) = desk.papers(PaperKind.SCHEDULING)
    assert (monthly.about.first, monthly.about.last) == (date(2026, 4, 1), date(2026, 4, 30))
    assert (monthly.drafted_at, monthly.changed_by, monthly.revision) == (MAY, DRAFTER, 1)
    assert notice.content.title == "2026年4月党务公开工作调度通报"
    assert desk.watch(MAY) == desk.watch(MAY + HOUR) == []
    assert desk.papers() == [monthly]


def test_the_office_is_reminded_twice_and_once_more_when_a_paper_is_overdue(desk: Desk):
    desk.watch(MAY)
    assert desk.watch(MONTHLY_DUE - 24 * HOUR - TICK) == []
    assert desk.watch(MONTHLY_DUE - 24 * HOUR) == [("paper_due", "月报（2026年4月）")]
    assert desk.watch(MONTHLY_DUE - 5 * HOUR) == []
    assert desk.watch(MONTHLY_DUE - 3 * HOUR) == [("paper_due", "月报（2026年4月）")]
    assert desk.watch(MONTHLY_DUE - TICK) == []
    assert desk.watch(MONTHLY_DUE) == [("paper_overdue", "月报（2026年4月）")]
    assert desk.watch(MONTHLY_DUE + HOUR) == []
    bodies = [one.body for one in desk.alerts() if "月报" in one.title and one.kind == "paper_due"]
    assert ["还有不到24小时" in one or "还有不到4小时" in one for one in bodies] == [True, True]
    assert all("5月8日 18:00" in one for one in bodies)
    assert not any(one.urgent for one in desk.alerts())


@pytest.mark.clause("E-2(7)7")
def test_a_paper_is_done_when_it_is_signed(desk: Desk):
    desk.watch(MAY)
    (monthly,) = desk.papers()
    desk.sign(monthly, MAY + HOUR)
    assert [kind for kind, _, _ in desk.owed()] == ["scheduling"]
    assert [what for _, what in desk.watch(SCHEDULING_DUE + HOUR)] == ["调度通报（2026年4月）"]
    (signed,) = desk.papers()
    assert (signed.signed, signed.about) == (True, monthly.about)


def test_what_the_desk_cannot_know_must_be_written_before_anybody_signs(desk: Desk):
    desk.watch(MAY)
    for kind in (PaperKind.MONTHLY, PaperKind.SCHEDULING):
        (paper,) = desk.papers(kind)
        with pytest.raises(Refused, match="待填写"):
            papering.sign(desk.store, Meant(str(paper.id), CHIEF, MAY, None, 1), desk.office)


def test_after_a_stop_every_missed_period_is_owed_and_none_from_before_the_desk_began(desk: Desk):
    told = desk.watch(datetime(2027, 1, 2, tzinfo=UTC))
    monthly = [one for one in desk.owed() if one[0] == "monthly"]
    assert [first for _, first, _ in monthly] == [date(2026, month, 1) for month in range(4, 13)]
    assert [one for one in desk.owed() if one[0] == "yearly"] == [
        ("yearly", date(2026, 1, 1), datetime(2027, 1, 15, 10, tzinfo=UTC))
    ]
    assert sorted(kind for kind, _ in told) == ["paper_overdue"] * 16 + ["paper_ready"] * 3
    assert len(desk.papers()) == 9
    assert [paper.about.last for paper in desk.papers(PaperKind.YEARLY)] == [date(2026, 12, 31)]
    assert desk.watch(datetime(2027, 1, 2, tzinfo=UTC)) == []


def test_a_kind_that_is_switched_on_is_owed_from_then_on_and_one_switched_off_no_longer(desk: Desk):
    desk.rules = {"daily": {"owed": True}}
    assert desk.watch(BEGUN + 2 * HOUR) == []
    assert desk.watch(datetime(2026, 4, 10, 16, tzinfo=UTC)) == [("paper_ready", "日报（2026年4月10日）")]
    desk.rules = {}
    assert desk.watch(datetime(2026, 4, 12, tzinfo=UTC)) == []
    assert desk.owed() == []
    desk.rules = {"daily": {"owed": True}}
    assert desk.watch(datetime(2026, 4, 20, tzinfo=UTC)) == []
    assert desk.watch(datetime(2026, 4, 20, 16, tzinfo=UTC)) == [("paper_ready", "日报（2026年4月20日）")]
    assert len(desk.papers(PaperKind.DAILY)) == 2


def test_a_paper_that_cannot_be_drafted_is_owed_and_told_of_all_the_same_and_holds_up_no_other(desk: Desk):
    with desk.store.transaction() as t:
        broken = {"id": "G20260410-001", "unit": "住建局", "office": "区委办公室", "procedure": {}, "begun_by": "王芳"}
        t.connection.execute(insert(proposal).values(**broken, begun_at=BEGUN, step="propose"))
    with pytest.raises(ExceptionGroup, match="could not be drafted"):
        desk.watch(MAY)
    assert [kind for kind, _, _ in desk.owed()] == ["monthly", "scheduling"]
    assert (len(desk.papers()), desk.papers(PaperKind.SCHEDULING)) == (1, [])
    with pytest.raises(ExceptionGroup):
        desk.watch(SCHEDULING_DUE)
    assert {one.kind for one in desk.alerts() if "调度" in one.title} == {"paper_overdue"}
    with desk.store.transaction() as t:
        t.connection.execute(proposal.delete())
    desk.watch(SCHEDULING_DUE + HOUR)
    assert len(desk.papers(PaperKind.SCHEDULING)) == 1


def test_what_came_in_the_last_minutes_is_read_before_a_paper_is_drafted_but_no_longer_than_an_hour(desk: Desk):
    with desk.store.transaction() as t:
        t.posts.add(post("p1", seen_at=MAY - TICK), MAY + 99 * HOUR)
    assert desk.watch(MAY) == []
    assert (len(desk.owed()), desk.papers()) == (2, [])
    assert desk.watch(MAY + HOUR - TICK) == []
    assert desk.watch(MAY + HOUR) == READY
    with desk.store.transaction() as t:
        t.posts.add(post("p2", seen_at=MAY + DAY), MAY + 99 * HOUR)
        t.posts.settle([one.seq for one in t.posts.waiting(9)])
    desk.rules = {"daily": {"owed": True}}
    desk.watch(MAY + DAY)
    assert desk.watch(datetime(2026, 5, 2, 16, tzinfo=UTC)) == [("paper_ready", "日报（2026年5月2日）")]


def test_several_that_look_at_once_owe_draft_and_tell_once(desk: Desk):
    def look(_: int) -> int:
        return watch_periodic(desk.store, MAY, periodic_rules(), disclosure_time(), page_only)

    with ThreadPoolExecutor(4) as many:
        assert sum(many.map(look, range(8))) == 2
    assert [kind for kind, _, _ in desk.owed()] == ["monthly", "scheduling"]
    assert [len(desk.papers(kind)) for kind in (PaperKind.MONTHLY, PaperKind.SCHEDULING)] == [1, 1]
    assert len(desk.alerts()) == 2


def test_a_table_of_days_off_that_comes_later_moves_what_is_owed(store: Store, tmp_path: Path):
    desk = Desk(store, tmp_path)
    desk.watch(datetime(2026, 12, 20, tzinfo=UTC))
    january = datetime(2026, 12, 31, 16, tzinfo=UTC)
    desk.watch(january)
    # 1 January is a day off by law; 4, 5 and 6 are Monday to Wednesday.
    assert ("monthly", date(2026, 12, 1), datetime(2027, 1, 6, 10, tzinfo=UTC)) in desk.owed()
    holidays = {
        "元旦": ["2027-01-01", "2027-01-04"],
        "春节": ["2027-02-05"],
        "清明节": ["2027-04-05"],
        "劳动节": ["2027-05-01"],
        "端午节": ["2027-06-09"],
        "中秋节": ["2027-09-15"],
        "国庆节": ["2027-10-01", "2027-10-03"],
    }
    days = {name: [date.fromisoformat(day) for day in found] for name, found in holidays.items()}
    import_calendar(store, {"year": 2027, "holidays": days, "workdays": []}, CHIEF, january + HOUR, page_only)
    desk.watch(january + HOUR)
    assert ("monthly", date(2026, 12, 1), datetime(2027, 1, 7, 10, tzinfo=UTC)) in desk.owed()


def test_what_is_owed_stands_among_the_matters_of_those_who_sign(desk: Desk):
    desk.watch(MAY)

    def seen(role: Role, unit: str | None = None) -> list[tuple[str | None, str, datetime | None]]:
        with desk.store.reading() as t:
            found = matters(t, Person("x", "某人", role, unit), [], MAY, disclosure_time())
        return [(one.item, one.wanted[0].what, one.wanted[0].due_at) for one in found if one.about is About.PAPER]

    (monthly,) = desk.papers()
    assert (str(monthly.id), "签发", MONTHLY_DUE) in seen(Role.OFFICE)
    assert seen(Role.DUTY) == seen(Role.UNIT, "住建局") == []
    desk.sign(monthly, MAY + HOUR)
    assert [what for _, what, due in seen(Role.OFFICE) if due == MONTHLY_DUE] == []


def test_a_person_drafts_a_period_that_is_over_and_no_other_and_none_that_is_signed(desk: Desk):
    def draft(day: date, at: datetime, kind: PaperKind = PaperKind.DAILY) -> int:
        return draft_period(desk.store, kind, day, Meant("", CHIEF, at), periodic_rules(), disclosure_time())

    with pytest.raises(Refused, match="2026年4月10日还没有结束"):
        draft(date(2026, 4, 10), datetime(2026, 4, 10, 16, tzinfo=UTC) - TICK)
    assert draft(date(2026, 4, 10), datetime(2026, 4, 10, 16, tzinfo=UTC)) == draft(date(2026, 4, 10), MAY)
    (daily,) = desk.papers(PaperKind.DAILY)
    assert daily.changed_by == CHIEF.name
    desk.sign(daily, MAY)
    with pytest.raises(Refused, match=r"已经签发.*要改请打开它另出更正"):
        draft(date(2026, 4, 10), MAY)
    desk.watch(MAY)
    (monthly,) = desk.papers()
    assert draft(date(2026, 4, 30), MAY, PaperKind.MONTHLY) == monthly.id


def test_a_draft_takes_the_figures_of_now_and_keeps_what_people_wrote(desk: Desk):
    desk.watch(MAY)
    (monthly,) = desk.papers()
    headings = [one.heading for one in monthly.content.sections]
    own = headings.index("下月工作")
    meant = Meant(str(monthly.id), CHIEF, MAY + HOUR, None, 1)
    papering.write_section(desk.store, meant, own, "继续做好监测。", desk.office)
    with desk.store.transaction() as t:
        t.posts.add(post("p1", seen_at=BEGUN), MAY + HOUR)
    meant = Meant(str(monthly.id), CHIEF, MAY + 2 * HOUR, None, 2)
    refresh_period(desk.store, meant, periodic_rules(), disclosure_time())
    (fresh,) = desk.papers()
    assert text_of(fresh.content.sections[own]) == "继续做好监测。"
    assert "共采集到公开渠道帖文0条" in text_of(monthly.content.sections[0])
    assert "共采集到公开渠道帖文1条" in text_of(fresh.content.sections[0])
    with pytest.raises(Refused, match="刚有人改过"):
        refresh_period(desk.store, meant, periodic_rules(), disclosure_time())


def test_a_paper_of_no_period_has_no_newer_figures_to_take(desk: Desk):
    with desk.store.transaction() as t:
        other = papering.drafted(
            t, PaperKind.INSPECTION, PaperAbout(unit="住建局"), Content("反馈", ()), MAY, "系统"
        ).id
    with pytest.raises(Refused, match=r"^只有日报、周报、月报、调度通报、年度工作报告能按最新数据更新$"):
        refresh_period(desk.store, Meant(str(other), CHIEF, MAY), periodic_rules(), disclosure_time())
