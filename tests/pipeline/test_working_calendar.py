"""A year's days off are taken in by those who may, kept for every process, and written into the audit log."""

from __future__ import annotations

import threading
from datetime import date
from typing import Any

import pytest

from pipeline.acts import Actor
from pipeline.refusals import Refused
from pipeline.working_calendar import import_calendar, working_days
from records.words import Role
from storage.store import Store
from tests.storage.making import NOON

# Invented: the notice for 2027 is not out yet.
TABLE: dict[str, Any] = {
    "year": 2027,
    "holidays": {
        "元旦": [date(2027, 1, 1), date(2027, 1, 3)],
        "春节": [date(2027, 2, 5), date(2027, 2, 11)],
        "清明节": [date(2027, 4, 3), date(2027, 4, 5)],
        "劳动节": [date(2027, 5, 1), date(2027, 5, 5)],
        "端午节": [date(2027, 6, 9)],
        "中秋节": [date(2027, 9, 15)],
        "国庆节": [date(2027, 10, 1), date(2027, 10, 7)],
    },
    "workdays": [date(2027, 2, 14), date(2027, 5, 8)],
}
OFFICE = Actor("赵主任", Role.OFFICE)


def test_what_is_imported_counts_from_then_on(store: Store) -> None:
    with store.reading() as t:
        before = working_days(t).after(date(2027, 4, 28), 5)
    import_calendar(store, TABLE, OFFICE, NOON)
    with store.reading() as t:
        after = working_days(t).after(date(2027, 4, 28), 5)
        (entry,) = t.audit.about("2027")
    assert (before.due, before.confirmed) == (date(2027, 5, 5), False)
    assert (after.due, after.confirmed) == (date(2027, 5, 8), True)
    assert (entry.act, entry.actor, entry.detail) == (
        "import_calendar",
        "赵主任",
        {"off": 27, "worked": 2, "before": False, "moved": 0},
    )


def test_a_second_import_of_a_year_replaces_the_first(store: Store) -> None:
    import_calendar(store, TABLE, OFFICE, NOON)
    import_calendar(store, TABLE | {"workdays": []}, OFFICE, NOON)
    with store.reading() as t:
        assert working_days(t).table(2027).worked == frozenset()
        assert working_days(t).table(2027).off[date(2027, 6, 9)] == "端午节"


def test_a_table_that_cannot_be_right_changes_nothing_and_is_audited(store: Store) -> None:
    with pytest.raises(Refused, match="本来就上班"):
        import_calendar(store, TABLE | {"workdays": [date(2027, 5, 7)]}, OFFICE, NOON)
    with store.reading() as t:
        assert not working_days(t).table(2027).confirmed
        (entry,) = t.audit.about("calendar")
    assert not entry.allowed


@pytest.mark.parametrize("role", [Role.DUTY, Role.UNIT, Role.EVALUATOR])
def test_others_may_not(store: Store, role: Role) -> None:
    with pytest.raises(Refused, match="没有权限"):
        import_calendar(store, TABLE, Actor("某人", role, "住建局"), NOON)


def test_a_year_that_is_imported_while_another_one_is_keeps_both(store: Store) -> None:
    begun = threading.Event()

    def other() -> None:
        with store.transaction() as t:
            t.meta.take_turn("working_days")
            t.meta.put("working_days", {"2026": {"year": 2026, "off": {"2026-01-01": "元旦"}, "worked": []}})
            begun.set()
            threading.Event().wait(0.3)

    thread = threading.Thread(target=other)
    thread.start()
    begun.wait(10)
    import_calendar(store, TABLE, OFFICE, NOON)
    thread.join(60)
    assert not thread.is_alive()
    with store.reading() as t:
        assert sorted(working_days(t).imported) == [2026, 2027]
