"""The page of the calendar: the years that matter, which of them lack a table, and a draft of the one to be imported."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pipeline.calendar_view import calendar_page, preview
from pipeline.working_calendar import import_calendar
from records.people import Person
from records.words import Role
from storage.store import Store
from tests.pipeline.test_working_calendar import OFFICE, TABLE

WANG = Person("wangfang", "王芳", Role.OFFICE)
DAY_BEFORE = datetime(2026, 10, 17, 15, 59, tzinfo=UTC)
SEVENTY_FIVE_DAYS = datetime(2026, 10, 17, 16, 0, tzinfo=UTC)
"""Midnight in China of 18 October 2026, 75 days before the next year."""


@pytest.mark.clause("E-2(5)1")
def test_a_year_without_a_table_is_told_of_75_days_before_it_begins_and_no_more_when_it_is_there(store: Store):
    with store.reading() as t:
        early, due = (calendar_page(t, WANG, now) for now in (DAY_BEFORE, SEVENTY_FIVE_DAYS))
    import_calendar(store, TABLE, OFFICE, SEVENTY_FIVE_DAYS)
    with store.reading() as t:
        done = calendar_page(t, WANG, SEVENTY_FIVE_DAYS)
    assert early is not None
    assert due is not None
    assert done is not None
    assert [list(page.missing) for page in (early, due, done)] == [[], [2027], []]
    assert [(table.year, table.confirmed) for table in due.tables] == [(2026, True), (2027, False)]
    assert [list(page.drafts) for page in (early, due, done)] == [[2027, 2026], [2027, 2026], [2027, 2026]]
    assert due.drafts[2027].startswith("元旦：1月1日\n")
    assert "调休上班：1月4日、2月14日" in due.drafts[2026]


@pytest.mark.parametrize("role", [Role.DUTY, Role.EVALUATOR])
def test_who_does_not_import_it_has_no_such_page(store: Store, role: Role):
    with store.reading() as t:
        assert calendar_page(t, Person("x", "某人", role), DAY_BEFORE) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("year: [", "上面标出的行改好以后才能导入"),
        ("", "没有写 1月1日放假"),
        ("元旦：1月1日\n元旦：1月2日", "上面标出的行改好以后才能导入"),
        ("元旦：1月1日至3日", "没有写 5月1日放假"),
    ],
)
def test_what_cannot_be_imported_is_told_at_the_preview_with_its_lines(store: Store, text: str, said: str):
    with store.reading() as t:
        found = preview(t, 2027, text)
    assert found.imported is None
    assert said in (found.fault or "")
    assert len(found.lines) == len(text.splitlines())


def test_the_words_of_a_draft_can_be_imported_as_they_stand(store: Store):
    with store.reading() as t:
        page = calendar_page(t, WANG, DAY_BEFORE)
        assert page is not None
        found = preview(t, 2027, page.drafts[2027])
    assert found.fault is None
    assert found.imported is not None
