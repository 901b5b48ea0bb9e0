"""Which papers are owed of which days, and until when."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from records.papers import PaperKind
from regulation.periodic import Every, Stretch, periodic_rules, stretch_of
from regulation.rule_rows import BadRules
from regulation.working_days import WorkingDays

CALENDAR = WorkingDays()


def china(month: int, day: int, hour: int, minute: int = 0, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour - 8, minute, tzinfo=UTC)


@pytest.mark.clause("E-2(7)6", "E-2(7)7")
def test_only_what_the_articles_ask_for_is_owed_until_an_office_switches_more_on():
    assert [rule.kind for rule in periodic_rules().owed] == ["monthly", "scheduling", "yearly"]
    assert [rule.clause for rule in periodic_rules().owed] == ["E-2(7)7", "E-2(7)7", "E-2(7)6"]
    changed = periodic_rules({"daily": {"owed": True}, "yearly": {"owed": False}})
    assert [rule.kind for rule in changed.owed] == ["daily", "monthly", "scheduling"]


@pytest.mark.parametrize(
    ("kind", "day", "due"),
    [
        ("daily", date(2026, 4, 10), china(4, 11, 9)),
        ("weekly", date(2026, 4, 8), china(4, 13, 9, 30)),  # a Wednesday; the week ends on Sunday the 12th
        ("monthly", date(2026, 3, 1), china(4, 3, 18)),
        # 1 to 5 May are days off, Saturday the 9th is worked: 6, 7, 8, 9, 11
        ("monthly", date(2026, 4, 30), china(5, 8, 18)),
        ("scheduling", date(2026, 4, 1), china(5, 11, 18)),
        ("yearly", date(2026, 7, 1), china(1, 15, 18, year=2027)),
    ],
)
def test_each_paper_is_due_so_many_days_or_working_days_after_its_period(kind: str, day: date, due: datetime):
    rule = periodic_rules().rules[PaperKind(kind)]
    assert rule.due_at(stretch_of(rule.every, day), CALENDAR) == due


@pytest.mark.parametrize(
    ("every", "day", "first", "last", "label"),
    [
        (Every.DAY, date(2026, 2, 28), date(2026, 2, 28), date(2026, 2, 28), "2026年2月28日"),
        (Every.WEEK, date(2026, 4, 12), date(2026, 4, 6), date(2026, 4, 12), "2026年4月6日至12日"),
        (Every.WEEK, date(2026, 4, 30), date(2026, 4, 27), date(2026, 5, 3), "2026年4月27日至5月3日"),
        (Every.WEEK, date(2027, 1, 1), date(2026, 12, 28), date(2027, 1, 3), "2026年12月28日至2027年1月3日"),
        (Every.MONTH, date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29), "2028年2月"),
        (Every.MONTH, date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31), "2026年12月"),
        (Every.YEAR, date(2026, 1, 1), date(2026, 1, 1), date(2026, 12, 31), "2026年"),
    ],
)
def test_a_day_lies_in_one_period_of_each_length(every: Every, day: date, first: date, last: date, label: str):
    found = stretch_of(every, day)
    assert (found.first, found.last, found.label) == (first, last, label)
    assert (found.before().after(), found.after().before()) == (found, found)


def test_a_period_is_over_at_midnight_in_china_and_is_compared_with_that_of_the_year_before():
    april = stretch_of(Every.MONTH, date(2026, 4, 10))
    assert (april.begins_at, april.ends_at) == (
        datetime(2026, 3, 31, 16, tzinfo=UTC),
        datetime(2026, 4, 30, 16, tzinfo=UTC),
    )
    assert april.year_before() == Stretch(Every.MONTH, date(2025, 4, 1), date(2025, 4, 30))


def test_an_office_changes_when_a_paper_is_due():
    rules = periodic_rules({"monthly": {"days": 2, "at": "12:00", "remind_hours": [2]}}).rules
    april = stretch_of(Every.MONTH, date(2026, 4, 1))
    assert rules[PaperKind.MONTHLY].due_at(april, CALENDAR) == china(5, 2, 12)
    assert rules[PaperKind.MONTHLY].remind_hours == (2,)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"hourly": {"owed": True}}, "没有名为 hourly 的定期文稿，可改 daily、weekly"),
        ({"daily": {"every": "week"}}, "rules.periodic.daily：只能改 owed、days、working_days、at、remind_hours"),
        ({"daily": True}, "rules.periodic.daily：只能改"),
        ({"daily": {"days": 1, "working_days": 1}}, "rules.periodic.daily：.*应正好写一个"),
        ({"daily": {"at": "25:00"}}, "rules.periodic.daily：“at”"),
        ({"daily": {"days": 0}}, "rules.periodic.daily：“days”"),
    ],
)
def test_a_change_that_cannot_be_meant_is_refused_with_its_place(changes: dict[str, object], said: str):
    with pytest.raises(BadRules, match=said):
        periodic_rules(changes)
