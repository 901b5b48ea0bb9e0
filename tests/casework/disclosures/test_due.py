"""The day until which something is published follows the articles on time, with the calculation for people to check."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.disclosures.due import Due, Urgency, due_of, left
from records.proposals import Form
from records.words import Period, TimeKind
from regulation.disclosure_time import disclosure_time
from regulation.working_days import WorkingDays

RULES = disclosure_time()
CALENDAR = WorkingDays()
FORM = Form("区住建局", "关于老旧小区改造的通知", decided_on=date(2026, 4, 28), catalogue_item="H10")
LASTING = replace(FORM, time_kind=TimeKind.LASTING)
MONTHLY = replace(FORM, time_kind=TimeKind.REGULAR, period=Period.MONTH)
STAGED = replace(FORM, time_kind=TimeKind.STAGED, planned_on=date(2026, 6, 1), ends_on=date(2027, 3, 31))
PROMPT = replace(FORM, time_kind=TimeKind.PROMPT)
DAYS = st.dates(date(2026, 1, 1), date(2028, 12, 31))


def due(form: Form, *extensions: date) -> Due:
    return due_of(form, extensions, CALENDAR, RULES)


@pytest.mark.clause("E-2(5)1")
def test_what_is_lasting_is_published_within_ten_working_days_over_holidays_and_made_up_days():
    found = due(LASTING)
    # 1-5 May are off, Saturday 9 May is worked.
    assert (found.day, found.remarks) == (date(2026, 5, 14), ())
    assert (
        found.explained
        == (
            "长期公开：公开事项确定之日起 10 个工作日内公开（鄂政协机党组发〔2022〕50号二（五）1）",
            "自2026年4月28日（周二）起 10 个工作日（当日不计）",
            "4月29日—4月30日：第 1—2 个工作日",
            "5月1日—5月5日：不计（劳动节）",
            "5月6日—5月9日：第 3—6 个工作日（5月9日调休上班）",
            "5月10日：不计（双休日）",
            "5月11日—5月14日：第 7—10 个工作日",
            "2026年5月14日（周四） 24:00 前完成",
        )[: len(found.explained)]
        or found.remarks == ()
    )


@pytest.mark.clause("E-2(5)1")
def test_a_year_without_its_calendar_is_said_and_not_guessed_in_silence():
    found = due(replace(LASTING, decided_on=date(2028, 9, 25)))
    assert any("2028 年的放假安排尚未导入" in remark for remark in found.remarks)
    assert "待确认" in left(found, date(2028, 9, 25), CALENDAR).said
    assert due(LASTING).remarks == ()


@pytest.mark.clause("E-2(5)3")
def test_what_is_prompt_is_published_on_the_day_itself_be_it_a_sunday():
    sunday = date(2026, 4, 12)
    assert due(replace(PROMPT, decided_on=sunday)).day == sunday


@pytest.mark.clause("E-2(5)3")
def test_only_an_approved_extension_gives_more_time():
    found = due(PROMPT, date(2026, 4, 30), date(2026, 5, 6))
    assert (found.day, found.remarks) == (date(2026, 5, 6), ())
    assert found.explained[-1] == "经审批延期到 2026年5月6日（周三）（原来的期限是 2026年4月28日（周二））"
    assert due(replace(PROMPT, planned_on=date(2026, 5, 6))).day == date(2026, 4, 28)


@pytest.mark.clause("E-2(5)3")
def test_an_extension_where_the_article_knows_none_counts_with_a_remark():
    found = due(LASTING, date(2026, 6, 1))
    assert found.day == date(2026, 6, 1)
    assert "请确认延期的依据" in found.remarks[-1]


def test_an_extension_to_an_earlier_day_takes_nothing_away():
    found = due(LASTING, date(2026, 5, 1))
    assert found.day == due(LASTING).day
    assert "期限不变" in found.explained[-1]


@pytest.mark.clause("E-2(5)2")
@pytest.mark.parametrize(
    ("period", "last"),
    [
        (Period.MONTH, date(2026, 4, 30)),
        (Period.QUARTER, date(2026, 6, 30)),
        (Period.HALF_YEAR, date(2026, 6, 30)),
        (Period.YEAR, date(2026, 12, 31)),
    ],
)
def test_what_is_regular_is_published_by_the_end_of_its_period(period: Period, last: date):
    found = due(replace(MONTHLY, period=period))
    assert (found.day, found.remarks) == (last, ())
    assert period.label in found.explained[0]


@pytest.mark.clause("E-2(5)2")
def test_a_stage_is_published_as_planned_and_what_cannot_be_followed_is_said():
    assert (due(STAGED).day, due(STAGED).remarks) == (date(2026, 6, 1), ())
    assert "完成后的总结性公开无法提醒" in due(replace(STAGED, ends_on=None)).remarks[0]
    assert "没有选目录项" in due(replace(STAGED, catalogue_item=None)).remarks[0]
    assert "没有选目录项" in due(replace(MONTHLY, catalogue_item=None)).remarks[0]
    assert "请核对" in due(replace(STAGED, planned_on=date(2026, 4, 27))).remarks[0]


def test_a_plan_later_than_the_due_day_is_remarked():
    assert "晚于期限" in due(replace(LASTING, planned_on=date(2026, 7, 1))).remarks[-1]
    assert "晚于期限" in due(replace(PROMPT, planned_on=date(2026, 4, 29))).remarks[-1]
    assert due(replace(PROMPT, planned_on=date(2026, 4, 29)), date(2026, 4, 29)).remarks == ()


@pytest.mark.parametrize(
    ("form", "said"),
    [
        (FORM, "还没有选公开时限"),
        (replace(LASTING, decided_on=None), "确定之日"),
        (replace(PROMPT, decided_on=None), "确定之日"),
        (replace(MONTHLY, decided_on=None), "确定之日"),
        (replace(MONTHLY, period=None), "周期"),
        (replace(STAGED, planned_on=None), "计划公开"),
        (replace(LASTING, decided_on=date(2206, 4, 28)), "不像是真的日期"),
    ],
)
def test_a_form_that_does_not_tell_the_day_says_what_is_missing(form: Form, said: str):
    found = due(form)
    assert found.day is None
    assert said in found.explained[0]
    assert left(found, date(2026, 4, 28), CALENDAR).urgency is Urgency.UNDATED


@pytest.mark.parametrize(
    ("today", "urgency", "said", "mark"),
    [
        (date(2026, 1, 1), Urgency.LATER, "还有 133 天", None),
        (date(2026, 5, 8), Urgency.LATER, "还有 5 个工作日", None),
        (date(2026, 5, 10), Urgency.LATER, "还有 4 个工作日", None),
        (date(2026, 5, 11), Urgency.SOON, "还有 3 个工作日", 3),
        (date(2026, 5, 14), Urgency.TODAY, "今天到期", 0),
        (date(2026, 5, 15), Urgency.OVERDUE, "已逾期 1 天", None),
    ],
)
@pytest.mark.clause("E-2(5)1")
def test_what_is_left_is_told_in_working_days(today: date, urgency: Urgency, said: str, mark: int | None):
    found = left(due(LASTING), today, CALENDAR)
    assert (found.urgency, found.said, found.mark) == (urgency, said, mark)


def test_a_period_that_ends_on_a_holiday_is_reminded_of_on_the_last_working_day():
    sunday = due(replace(MONTHLY, decided_on=date(2026, 5, 12)))
    assert sunday.day == date(2026, 5, 31)
    found = left(sunday, date(2026, 5, 29), CALENDAR)
    assert (found.urgency, found.said, found.mark) == (Urgency.SOON, "期限前没有工作日了", 0)


@pytest.mark.clause("E-2(5)1")
@given(DAYS)
def test_the_last_day_of_what_is_lasting_is_a_working_day_after_the_decision(decided_on: date):
    found = due(replace(LASTING, decided_on=decided_on))
    assert found.day is not None
    assert found.day > decided_on
    assert CALENDAR.day(found.day).worked
    assert sum(day.worked for day in CALENDAR.between(decided_on, found.day)) == 10


@pytest.mark.clause("E-2(5)3")
@given(st.sampled_from([LASTING, MONTHLY, STAGED, PROMPT]), DAYS, st.lists(DAYS, max_size=3))
def test_no_extension_takes_time_away(form: Form, decided_on: date, extensions: list[date]):
    meant = replace(form, decided_on=decided_on)
    before, after = due(meant).day, due(meant, *extensions).day
    assert before is not None
    assert after == max(before, *extensions, before)


@given(st.sampled_from([LASTING, MONTHLY, PROMPT]), DAYS, st.integers(-200, 200))
def test_late_is_exactly_what_is_later_than_the_day(form: Form, decided_on: date, ahead: int):
    found = due(replace(form, decided_on=decided_on))
    assert found.day is not None
    today = found.day - timedelta(days=ahead)
    assert (left(found, today, CALENDAR).urgency is Urgency.OVERDUE) == (ahead < 0)
