"""What is disclosed regularly is published again every period, and staged work once more at its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.disclosures.again import Missing, Published, missing
from records.proposals import Form
from records.words import Period, Purpose, TimeKind
from regulation.disclosure_time import disclosure_time
from regulation.periods import span_of, spans_after
from regulation.working_days import WorkingDays

RULES = disclosure_time()
UNIT, ITEM = "区住建局", "H10"
MONTHLY = Form(
    UNIT,
    "物业投诉办理情况",
    time_kind=TimeKind.REGULAR,
    period=Period.MONTH,
    decided_on=date(2026, 3, 5),
    catalogue_item=ITEM,
)
MARCH = Published("g1", UNIT, ITEM, date(2026, 3, 9), MONTHLY)
STAGE = replace(MONTHLY, time_kind=TimeKind.STAGED, period=None, ends_on=date(2026, 6, 30))
STAGED = Published("g1", UNIT, ITEM, date(2026, 3, 9), STAGE)


def found(published: Sequence[Published], today: date, running: Sequence[Form] = ()) -> list[Missing]:
    return missing(published, running, today, WorkingDays(), RULES)


def told(published: Sequence[Published], today: date, running: Sequence[Form] = ()) -> list[tuple[str, date | None]]:
    return [(one.what, one.due.day) for one in found(published, today, running)]


@pytest.mark.clause("E-2(5)2")
def test_the_next_period_is_due_by_its_end():
    assert told([MARCH], date(2026, 3, 31)) == []
    (april,) = found([MARCH], date(2026, 4, 1))
    assert (april.record, april.unit, april.what, april.due.day) == ("g1", UNIT, "2026年4月", date(2026, 4, 30))
    assert "最近一次公开的是2026年3月的，2026年4月的应在 2026年4月30日（周四）前公开" in april.due.explained[0]


@pytest.mark.clause("E-2(5)2")
def test_periods_that_went_by_are_one_line_that_counts_them_beside_the_current_one():
    late, current = found([MARCH], date(2026, 6, 2))
    assert (late.what, late.due.day, current.what) == ("2026年5月", date(2026, 5, 31), "2026年6月")
    assert late.due.remarks == ("2026年4月以来已有 2 期没有公开",)
    assert current.due.remarks == ()


@pytest.mark.clause("E-2(5)2")
def test_a_record_of_the_same_item_and_unit_counts_wherever_it_came_from():
    imported = Published("old", UNIT, ITEM, date(2026, 4, 20))
    assert told([MARCH, imported], date(2026, 4, 30)) == []
    for other in (replace(imported, unit="区水务局"), replace(imported, catalogue_item="H11")):
        assert [what for what, _ in told([MARCH, other], date(2026, 4, 30))] == ["2026年4月"]


@pytest.mark.clause("E-2(5)2")
def test_what_is_published_late_counts_for_the_period_in_which_it_was_decided():
    late = replace(MARCH, published_on=date(2026, 4, 8))
    assert [what for what, _ in told([late], date(2026, 4, 30))] == ["2026年4月"]


@pytest.mark.clause("E-2(5)2")
def test_what_is_under_way_for_a_period_is_not_missed_twice():
    april = replace(MONTHLY, decided_on=date(2026, 4, 3))
    assert told([MARCH], date(2026, 4, 28), [april]) == []
    assert [what for what, _ in told([MARCH], date(2026, 5, 2), [april])] == ["2026年5月"]
    correction = replace(april, purpose=Purpose.CORRECTION, record="g1")
    assert [what for what, _ in told([MARCH], date(2026, 4, 28), [correction])] == ["2026年4月"]
    assert [what for what, _ in told([MARCH], date(2026, 4, 28), [replace(april, unit="区水务局")])] == ["2026年4月"]


@pytest.mark.clause("E-2(5)2")
def test_the_newest_proposal_says_how_the_series_goes_on():
    yearly = replace(MONTHLY, period=Period.YEAR, decided_on=date(2026, 4, 3))
    once = replace(MONTHLY, time_kind=TimeKind.LASTING, decided_on=date(2026, 4, 3))
    for form, expected in ((yearly, []), (once, [])):
        newest = Published("g2", UNIT, ITEM, date(2026, 4, 5), form)
        assert told([MARCH, newest], date(2026, 12, 1)) == expected
    newest = Published("g2", UNIT, ITEM, date(2026, 4, 5), yearly)
    assert [what for what, _ in told([newest, MARCH], date(2027, 1, 1))] == ["2027年"]


def test_without_an_item_or_a_proposal_nothing_is_expected():
    assert told([replace(MARCH, catalogue_item=None)], date(2026, 12, 1)) == []
    assert told([replace(MARCH, form=None)], date(2026, 12, 1)) == []


@pytest.mark.clause("E-2(5)2")
def test_staged_work_is_published_once_more_after_its_end():
    (closing,) = found([STAGED], date(2026, 4, 1))
    assert (closing.what, closing.due.day) == ("总结性公开", date(2026, 7, 14))
    assert any("第 1—" in line for line in closing.due.explained)
    between = Published("g2", UNIT, ITEM, date(2026, 6, 29), replace(STAGE, decided_on=date(2026, 6, 28)))
    assert [one.record for one in found([STAGED, between], date(2026, 7, 1))] == ["g2"]
    after = replace(between, published_on=date(2026, 6, 30))
    assert told([STAGED, after], date(2026, 7, 1)) == []
    assert told([STAGED], date(2026, 7, 1), [replace(STAGE, planned_on=date(2026, 7, 2))]) == []
    assert told([replace(STAGED, form=replace(STAGE, ends_on=None))], date(2026, 7, 1)) == []


def test_days_that_nobody_can_have_meant_stop_nothing():
    odd = replace(MARCH, form=replace(MONTHLY, decided_on=date(9999, 12, 31)))
    assert [what for what, _ in told([odd], date(2026, 4, 1))] == ["2026年4月"]
    assert told([replace(STAGED, form=replace(STAGE, ends_on=date(2226, 6, 30)))], date(2026, 4, 1)) == []
    assert [what for what, _ in told([MARCH], date(2026, 4, 1), [replace(MONTHLY, decided_on=date(9999, 12, 31))])] == [
        "2026年4月"
    ]


@pytest.mark.clause("E-2(5)2")
@given(
    st.sampled_from(Period), st.lists(st.dates(date(2026, 1, 1), date(2027, 6, 30)), min_size=1), st.integers(0, 900)
)
def test_what_is_missing_lies_after_every_publication_and_has_begun(period: Period, days: list[date], since: int):
    form = replace(MONTHLY, period=period)
    published = [Published(f"g{n}", UNIT, ITEM, day, replace(form, decided_on=day)) for n, day in enumerate(days)]
    today = max(days) + timedelta(days=since)
    rows = found(published, today)
    assert len(rows) == min(2, len(list(spans_after(span_of(period, max(days)), today))))
    for row in rows:
        assert row.due.day is not None
        assert span_of(period, row.due.day).first > max(days)
        assert span_of(period, row.due.day).first <= today
