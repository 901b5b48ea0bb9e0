"""Units are reminded of what they must publish, and told with the office what is late; each once; pages show what one may see."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from casework.disclosures.due import Urgency
from pipeline import own_catalogue, proposing
from pipeline.acts import Actor
from pipeline.due_alerts import watch_due_days
from pipeline.due_days import due_day
from pipeline.due_view import DueRow, due_rows
from pipeline.meant import Meant
from pipeline.notify import page_only
from pipeline.own_catalogue import in_force
from pipeline.working_calendar import import_calendar
from records.alerts import Alert
from records.people import Person
from records.proposals import Form
from records.words import Attribute, Audience, Period, Purpose, Role, TimeKind
from regulation.disclosure_time import disclosure_time
from regulation.working_days import WorkingDays
from storage.store import Store
from tests.pipeline.known_answers import DAY, HOUR, NOON, record
from tests.pipeline.test_proposing import COURSE, DESK, DRAFTER, HELPER, LEADER, OFFICER, UNIT
from tests.pipeline.test_proposing import FORM as PROPOSED
from tests.storage.plans import asked

RULES = disclosure_time()
FORM = replace(PROPOSED, catalogue_item="H10")
MONTHLY = replace(FORM, time_kind=TimeKind.REGULAR, period=Period.MONTH)


class Town:
    """A desk that knows two units; `at` is when the next deed is done."""

    def __init__(self, store: Store) -> None:
        self.store, self.at = store, NOON
        with store.transaction() as t:
            t.disclosures.add(replace(record("d1"), unit=UNIT), NOON, "测试")
            t.disclosures.add(replace(record("d2"), unit=HELPER), NOON, "测试")

    def begin(self, form: Form) -> str:
        return proposing.begin(self.store, form, replace(DRAFTER, unit=form.unit), self.at, DESK)

    def meant(self, proposal: str, actor: Actor) -> Meant:
        return Meant(proposal, actor, self.at)

    def publish(self, form: Form) -> str:
        number = self.begin(form)
        self.sign(number)
        return number

    def sign(self, number: str) -> None:
        for name, actor, unit in COURSE[:-1]:
            proposing.sign(self.store, self.meant(number, actor), name, unit)

    def watch(self, day: date, hour: int = 4) -> list[tuple[str, str]]:
        """What is told newly when somebody looks at that hour (UTC) of that day: kinds and recipients."""
        known = {one.key for one in self.alerts()}
        moment = datetime(day.year, day.month, day.day, hour, tzinfo=UTC)
        told = watch_due_days(self.store, moment, RULES, page_only)
        new = [one for one in self.alerts() if one.key not in known]
        assert told == len(new)
        return sorted((one.kind, one.recipient) for one in new)

    def alerts(self) -> list[Alert]:
        with self.store.reading() as t:
            return t.alerts.all()

    def rows(self, role: Role, unit: str | None = None, day: date = date(2026, 4, 10)) -> list[DueRow]:
        moment = datetime(day.year, day.month, day.day, 4, tzinfo=UTC)
        with self.store.reading() as t:
            return due_rows(t, Person("x", "某人", role, unit), moment, RULES)


@pytest.fixture
def town(store: Store) -> Town:
    return Town(store)


DUE = ("disclosure_due", UNIT)
LATE = [("disclosure_overdue", "office"), ("disclosure_overdue", UNIT)]


@pytest.mark.clause("E-2(5)1")
def test_the_unit_is_reminded_twice_and_told_with_the_office_once_it_is_late(town: Town):
    town.begin(FORM)  # due on 23 April
    assert town.watch(date(2026, 4, 17)) == []
    assert town.watch(date(2026, 4, 20)) == [DUE]
    assert town.watch(date(2026, 4, 21)) == []
    assert town.watch(date(2026, 4, 23)) == [DUE]
    assert town.watch(date(2026, 4, 23), 15) == []
    assert town.watch(date(2026, 4, 23), 16) == LATE
    assert town.watch(date(2026, 6, 1)) == []


@pytest.mark.clause("E-2(5)")
def test_a_message_names_the_number_and_never_the_title(town: Town):
    number = town.begin(replace(FORM, audience=Audience.PARTY))
    town.watch(date(2026, 4, 24))
    for one in town.alerts():
        assert number in one.title
        assert FORM.title not in one.title + one.body
        assert one.link == f"/proposal?id={number}"
    assert "2026年4月23日（周四） 24:00 前公开，已逾期 1 天" in town.alerts()[0].body


def test_it_looks_once_an_hour_and_again_where_the_clock_was_set_back(town: Town):
    town.begin(replace(FORM, time_kind=TimeKind.PROMPT, decided_on=date(2026, 4, 10)))
    assert watch_due_days(town.store, NOON - DAY, RULES, page_only) == 0
    assert watch_due_days(town.store, NOON - DAY + HOUR - timedelta(seconds=1), RULES, page_only) == 0
    assert watch_due_days(town.store, NOON, RULES, page_only) == 1
    assert watch_due_days(town.store, NOON + 2 * HOUR, RULES, page_only) == 0
    town.begin(replace(FORM, time_kind=TimeKind.PROMPT, decided_on=date(2026, 4, 10)))
    assert watch_due_days(town.store, NOON + 2 * HOUR + timedelta(minutes=59), RULES, page_only) == 0
    assert watch_due_days(town.store, NOON + HOUR, RULES, page_only) == 1


@pytest.mark.clause("E-2(5)3")
def test_after_an_approved_extension_the_new_day_counts_and_is_told_of_anew(town: Town):
    number = town.begin(replace(FORM, time_kind=TimeKind.PROMPT))
    assert town.watch(date(2026, 4, 10)) == LATE
    proposing.extend(town.store, town.meant(number, LEADER), date(2026, 4, 15), "情况特别复杂")
    assert town.watch(date(2026, 4, 14)) == []
    assert town.watch(date(2026, 4, 15)) == [DUE]
    assert town.watch(date(2026, 4, 16)) == LATE


INTERPRETED = replace(
    FORM,
    decided_on=date(2026, 4, 28),
    interpreted=True,
    interpreter=HELPER,
    co_units=(HELPER,),
    interpretation_due=date(2026, 4, 20),
)


@pytest.mark.clause("H-30", "H-33")
def test_whoever_drafts_the_interpretation_is_reminded_and_told_with_the_others_once_it_is_late(town: Town):
    number = town.begin(INTERPRETED)
    assert town.watch(date(2026, 4, 14)) == []
    assert town.watch(date(2026, 4, 15)) == [("interpretation_due", HELPER)]
    assert town.watch(date(2026, 4, 16)) == []
    assert town.watch(date(2026, 4, 20)) == [("interpretation_due", HELPER)]
    late = [("interpretation_overdue", "office"), ("interpretation_overdue", UNIT), ("interpretation_overdue", HELPER)]
    assert town.watch(date(2026, 4, 21)) == sorted(late)
    assert town.watch(date(2026, 4, 22)) == []
    last = town.alerts()[-1]
    assert (last.link, FORM.title in last.title + last.body) == (f"/proposal?id={number}", False)
    assert f"{HELPER}在2026年4月20日（周一）拟好，已逾期 1 天" in last.body


@pytest.mark.clause("H-30")
def test_another_day_in_the_plan_is_told_of_anew_and_a_draft_that_is_there_is_not(town: Town):
    number = town.begin(INTERPRETED)
    proposing.fill(
        town.store, town.meant(number, DRAFTER), replace(INTERPRETED, interpretation_due=date(2026, 4, 22)), DESK
    )
    assert town.watch(date(2026, 4, 20)) == [("interpretation_due", HELPER)]
    author = Actor("水务辛", Role.UNIT, HELPER)
    proposing.interpret(town.store, town.meant(number, author), "为什么改、改什么。", DESK)
    assert town.watch(date(2026, 4, 23)) == []


@pytest.mark.parametrize(
    "end",
    [
        lambda town, number: proposing.drop(town.store, town.meant(number, DRAFTER), "不再需要"),
        lambda town, number: town.sign(number),
        lambda town, number: proposing.fill(
            town.store,
            town.meant(number, DRAFTER),
            replace(FORM, attribute=Attribute.WITHHELD, attribute_reason="涉密"),
            DESK,
        ),
    ],
    ids=["dropped", "published", "withheld"],
)
def test_nothing_is_told_of_what_need_not_be_published_any_more(town: Town, end: Any):
    number = town.begin(FORM)
    end(town, number)
    assert town.watch(date(2026, 6, 1)) == []
    with town.store.reading() as t:
        found = proposing.proposal(t, number)
        assert found is not None
        assert due_day(t, found, NOON, RULES) is None
    assert town.rows(Role.OFFICE) == []


@pytest.mark.clause("E-2(5)2")
def test_the_next_period_of_what_is_disclosed_regularly_is_reminded_of_and_missed(town: Town):
    number = town.publish(MONTHLY)
    assert town.watch(date(2026, 4, 30)) == []
    assert town.watch(date(2026, 5, 22)) == [DUE]
    assert town.watch(date(2026, 5, 29)) == [DUE]
    assert town.watch(date(2026, 6, 1)) == LATE
    assert f"公开事项 {number} 之后的2026年5月" in town.alerts()[-1].body
    assert town.alerts()[-1].link == f"/record?id={number}"
    (late, current) = town.rows(Role.OFFICE, day=date(2026, 6, 1))
    assert (late.what, late.left.urgency, current.what) == ("2026年5月", Urgency.OVERDUE, "2026年6月")
    assert (late.record, late.proposal, late.title) == (number, None, FORM.title)


@pytest.mark.clause("E-2(5)2")
def test_a_period_counts_as_published_by_whatever_record_of_the_item_and_unit(town: Town):
    town.publish(MONTHLY)
    imported = replace(record("d3", published_at=NOON + 30 * DAY), unit=UNIT, catalogue_item="H10")
    with town.store.transaction() as t:
        t.disclosures.add(imported, NOON, "测试")
    assert [row.what for row in town.rows(Role.OFFICE, day=date(2026, 6, 1))] == ["2026年6月"]
    with town.store.transaction() as t:
        t.disclosures.add(replace(imported, withdrawn=True, explanation="有误"), NOON, "测试")
    assert [row.what for row in town.rows(Role.OFFICE, day=date(2026, 6, 1))] == ["2026年5月", "2026年6月"]


@pytest.mark.clause("E-2(5)2")
def test_a_withdrawn_record_and_an_item_that_left_the_own_catalogue_are_followed_no_more(town: Town):
    number = town.publish(MONTHLY)
    june = date(2026, 6, 1)
    assert len(town.rows(Role.OFFICE, day=june)) == 2
    own_catalogue.start(town.store, "H", "本区目录", own_catalogue.Meant(OFFICER, NOON, "首次编制", None))
    assert len(town.rows(Role.OFFICE, day=june)) == 2
    own_catalogue.withdraw(town.store, "H10", own_catalogue.Meant(OFFICER, NOON, "职能调整", 1))
    with town.store.reading() as t:
        assert in_force(t).item("H10") is None
    assert town.rows(Role.OFFICE, day=june) == []
    other = replace(MONTHLY, catalogue_item="H11", title="另一项")
    followed = town.publish(other)
    assert len(town.rows(Role.OFFICE, day=june)) == 2
    town.publish(replace(other, purpose=Purpose.WITHDRAWAL, record=followed, explanation="内容有误"))
    assert town.rows(Role.OFFICE, day=june) == []
    assert number != followed


@pytest.mark.clause("E-2(5)2")
def test_a_correction_starts_no_period(town: Town):
    number = town.publish(MONTHLY)
    correction = replace(MONTHLY, purpose=Purpose.CORRECTION, record=number, explanation="数字写错", body="改五个。")
    town.publish(replace(correction, decided_on=date(2026, 5, 20)))
    assert [row.what for row in town.rows(Role.OFFICE, day=date(2026, 5, 21))] == ["2026年5月"]


@pytest.mark.clause("E-2(5)1")
def test_rows_come_by_their_day_and_each_person_sees_their_own(town: Town):
    town.begin(replace(FORM, title="长期的"))
    town.begin(replace(FORM, title="还没填", time_kind=None))
    town.begin(replace(FORM, title="随时的", time_kind=TimeKind.PROMPT))
    town.begin(replace(FORM, title="水务的", unit=HELPER, time_kind=TimeKind.PROMPT, decided_on=date(2026, 4, 1)))
    rows = town.rows(Role.OFFICE)
    assert [row.title for row in rows] == ["水务的", "随时的", "长期的", "还没填"]
    assert [row.left.said for row in rows] == ["已逾期 9 天", "已逾期 1 天", "还有 9 个工作日", "期限未定"]
    assert [row.title for row in town.rows(Role.DRAFTER, UNIT)] == ["随时的", "长期的", "还没填"]
    assert [row.title for row in town.rows(Role.DRAFTER, HELPER)] == ["水务的"]
    assert town.rows(Role.ADMIN) == []


def test_the_next_period_of_a_record_of_the_party_shows_to_those_who_may_read_it(town: Town):
    town.publish(replace(MONTHLY, audience=Audience.PARTY))
    seen = {
        (role, unit): [row.title for row in town.rows(role, unit, date(2026, 5, 2))]
        for role, unit in ((Role.OFFICE, None), (Role.DRAFTER, UNIT), (Role.DRAFTER, HELPER), (Role.DUTY, None))
    }
    assert list(seen.values()) == [[FORM.title], [FORM.title], [], []]


@pytest.mark.clause("E-2(5)1")
def test_another_calendar_moves_the_day_and_the_new_one_is_told_of(town: Town):
    town.begin(FORM)
    assert town.watch(date(2026, 4, 23)) == [DUE]
    table = {
        "year": 2026,
        "holidays": {
            **{name: [first, last] for name, first, last in WorkingDays().table(2026).holidays()},
            "劳动节": [date(2026, 4, 22), date(2026, 5, 5)],
        },
        "workdays": [],
    }
    import_calendar(town.store, table, OFFICER, NOON, page_only)
    assert town.watch(date(2026, 4, 24)) == [DUE]
    assert "2026年5月7日" in town.alerts()[-1].body
    (row,) = town.rows(Role.OFFICE)
    assert row.due.day == date(2026, 5, 7)
    assert town.watch(date(2026, 5, 7)) == [DUE]


def test_what_must_be_published_is_read_anew_only_after_a_change_and_then_at_once(town: Town):
    day = date(2026, 7, 20)
    first = town.publish(MONTHLY)
    missed = town.rows(Role.OFFICE, day=day)
    assert {row.record for row in missed} == {first}
    with asked(town.store) as known:
        assert town.rows(Role.OFFICE, day=day) == missed
    assert not [one for one in known if "proposal_entry.form" in one or "catalogue_item =" in one]
    town.at = datetime(2026, 7, 20, 2, tzinfo=UTC)
    town.publish(replace(MONTHLY, decided_on=day))
    assert town.rows(Role.OFFICE, day=day) == []
    running = town.begin(replace(FORM, decided_on=day))
    assert {row.proposal for row in town.rows(Role.OFFICE, day=day)} == {running}


def test_the_next_day_and_a_correction_of_the_record_count_at_once(town: Town):
    town.publish(MONTHLY)
    assert len(town.rows(Role.OFFICE, day=date(2026, 4, 30))) < len(town.rows(Role.OFFICE, day=date(2026, 5, 31)))
    with town.store.transaction() as t:
        (moved,) = [one for one in t.disclosures.current() if one.catalogue_item == "H10"]
        t.disclosures.add(replace(moved, catalogue_item=None, explanation="归错了目录"), NOON, "测试")
    assert town.rows(Role.OFFICE, day=date(2026, 5, 31)) == []
