"""How clocks went and what is late, on the very edge too."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from casework.papers.periodic.figures import ClockRow, Outcome, RecordDue, UnitStanding
from records.alerts import DeadlineState

DUE = datetime(2026, 4, 10, 4, tzinfo=UTC)
TICK = timedelta(microseconds=1)
DAY = date(2026, 4, 10)


def clock(state: DeadlineState, ended_at: datetime | None = None) -> ClockRow:
    return ClockRow(1, "20260410-001", "首报", "住建局", DUE, state, ended_at)


@pytest.mark.parametrize(
    ("state", "ended_at", "now", "outcome"),
    [
        (DeadlineState.MET, DUE, DUE, Outcome.IN_TIME),
        (DeadlineState.MET, DUE + TICK, DUE + TICK, Outcome.LATE),
        (DeadlineState.OPEN, None, DUE, Outcome.RUNNING),
        (DeadlineState.OPEN, None, DUE + TICK, Outcome.OVERDUE),
    ],
)
def test_what_is_done_exactly_when_due_is_in_time(
    state: DeadlineState, ended_at: datetime | None, now: datetime, outcome: Outcome
):
    assert clock(state, ended_at).outcome(now) is outcome


def test_how_late_a_clock_is_counts_to_its_end_or_to_now():
    hour = timedelta(hours=1)
    assert clock(DeadlineState.MET, DUE + hour).late_by(DUE + 9 * hour) == hour
    assert clock(DeadlineState.OPEN).late_by(DUE + 9 * hour) == 9 * hour
    assert clock(DeadlineState.MET, DUE - hour).late_by(DUE) == timedelta()


def record(published: date | None) -> RecordDue:
    return RecordDue("住建局", "拟公开事项G1", "G1", DAY, published)


@pytest.mark.parametrize(("published", "in_time", "late"), [(DAY, 1, 0), (date(2026, 4, 11), 0, 1), (None, 0, 0)])
def test_what_is_published_on_its_last_day_is_in_time(published: date | None, in_time: int, late: int):
    unit = UnitStanding("住建局", (record(published),), (), (), ())
    assert (len(unit.in_time), len(unit.late)) == (in_time, late)


@pytest.mark.parametrize(
    ("published", "today", "days"),
    [(None, DAY, 0), (None, date(2026, 4, 12), 2), (date(2026, 4, 11), date(2026, 4, 20), 1), (DAY, DAY, 0)],
)
def test_the_days_late_count_to_the_publication_or_to_today(published: date | None, today: date, days: int):
    assert record(published).late(today) == days


def test_a_unit_is_urged_only_for_what_is_still_open():
    done = UnitStanding("住建局", (record(date(2026, 4, 30)),), (), (clock(DeadlineState.MET, DUE + TICK),), ())
    assert not done.to_urge
    assert UnitStanding("住建局", (), (), (clock(DeadlineState.OPEN),), ()).to_urge
    assert UnitStanding("住建局", (), (record(None),), (), ()).to_urge
    assert UnitStanding("住建局", (), (), (), ("2026-001",)).to_urge
