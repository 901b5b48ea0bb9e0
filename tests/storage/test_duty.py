"""The roster in the store, and the notes of handing over, which nobody can change."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import update

from records.duty import Handover, LogEntry, Shift, struck
from storage.store import Store
from storage.tables import duty_handover
from tests.storage.making import HOUR, NOON
from tests.storage.test_upward import opened

DAY = Shift("office", "李军", NOON, NOON + 12 * HOUR)
NIGHT = Shift("office", "王芳", NOON + 12 * HOUR, NOON + 24 * HOUR, "李军", "换班")
CALL = LogEntry("office", NOON, NOON + HOUR, "李军", "供热公司来电，16时恢复", "20260410-001")
NOTE = Handover("office", "lijun", "李军", "wangfang", "王芳", "一切正常", ({"incident": "1", "due_at": None},), NOON)


def test_who_is_on_duty_is_found_at_every_moment(store: Store):
    with store.transaction() as t:
        t.duty.add(NIGHT)
        t.duty.add(DAY)
        t.duty.add(replace(DAY, recipient="区住建局", name="张三"))
    with store.reading() as t:
        assert t.duty.on_duty("office", NOON) == DAY
        assert t.duty.on_duty("office", NOON + 12 * HOUR) == NIGHT
        assert t.duty.on_duty("office", NOON - HOUR) is None
        assert t.duty.on_duty("office", NOON + 24 * HOUR) is None
        assert t.duty.between("office", NOON + HOUR, NOON + 12 * HOUR) == [DAY]
        assert t.duty.recipients() == ["office", "区住建局"]
        assert t.duty.has_roster("区住建局")
        assert not t.duty.has_roster("区教体局")


def test_shifts_are_replaced_by_others(store: Store):
    with store.transaction() as t:
        t.duty.add(DAY)
        t.duty.replace([DAY], [replace(DAY, name="赵敏"), NIGHT])
    with store.reading() as t:
        assert [one.name for one in t.duty.between("office", NOON, None)] == ["赵敏", "王芳"]


def test_a_note_comes_back_as_it_was_written_and_is_signed_once(store: Store):
    with store.transaction() as t:
        number = t.duty.write(NOTE)
        assert t.duty.sign(number, NOON + HOUR)
        assert not t.duty.sign(number, NOON + 2 * HOUR)
    with store.reading() as t:
        kept = t.duty.handover(number)
        assert kept == replace(NOTE, id=number, signed_at=NOON + HOUR)
        assert kept.digest == NOTE.digest
        assert t.duty.handovers("office", 5) == [kept]
        assert t.duty.handovers("区住建局", 5) == []


@pytest.mark.parametrize("change", [{"note": "有事"}, {"to_name": "赵敏"}, {"open_matters": []}])
def test_a_note_that_somebody_altered_is_not_passed_off_as_what_was_signed(store: Store, change: dict[str, object]):
    with store.transaction() as t:
        t.duty.write(NOTE)
        t.connection.execute(update(duty_handover).values(**change))
        t.duty.write(replace(NOTE, written_at=NOON + HOUR))
    with store.reading() as t:
        assert [one.intact for one in t.duty.handovers("office", 5)] == [True, False]


def test_what_was_noted_comes_back_by_the_time_when_it_happened_with_what_strikes_it(store: Store):
    opened(store, "20260410-001")
    with store.transaction() as t:
        first = t.duty.note(CALL)
        early = t.duty.note(replace(CALL, happened_at=NOON - 3 * HOUR, at=NOON, incident=None))
        t.duty.note(replace(CALL, recipient="区住建局"))
        later = t.duty.note(replace(CALL, at=NOON + 30 * HOUR, text="17时恢复", of=first.id, reason="听错"))
    with store.reading() as t:
        assert t.duty.noted("office", NOON - HOUR, NOON + 2 * HOUR) == [early, first, later]
        assert t.duty.noted("office", NOON + HOUR, NOON + 2 * HOUR) == [first, later]
        assert t.duty.noted("office", NOON - 3 * HOUR, NOON - HOUR) == [early]
        assert [one.recipient for one in t.duty.noted_of("20260410-001")] == ["office", "区住建局", "office"]
        assert struck(t.duty.noted("office", NOON, NOON + HOUR)) == {first.id: later}
        assert (t.duty.struck(first.id or 0), t.duty.struck(later.id or 0)) == (True, False)
        assert t.duty.entry(early.id or 0) == early
