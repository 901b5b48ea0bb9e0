"""Incidents keep their history, notice two editors, and number themselves by the day in Shanghai."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from records.incidents import IncidentState, Member, SeverityChange
from records.words import Category, Channel, Severity
from storage.incidents import Stale
from storage.store import Store, Transaction
from tests.storage.making import DAY, HOUR, NOON, incident

GENERAL = SeverityChange(NOON, Severity.GENERAL, "voices_3")


def put(t: Transaction, incident_id: str = "20260410-001", disclosure: str | None = "d1", **more: object) -> int:
    gathering = t.incidents.start_gathering(disclosure, NOON)
    made = incident(incident_id, disclosure=disclosure, gathering=gathering.number, **more)
    t.incidents.open(made, gathering.id, GENERAL)
    return gathering.id


def test_an_incident_comes_back_as_it_was_with_its_history(store: Store):
    raised = SeverityChange(NOON + HOUR, Severity.MAJOR, "person", "王芳", "涉及面大")
    with store.transaction() as t:
        put(t, category=Category.EMERGENCY, first_post_at=NOON - HOUR)
        t.incidents.record("20260410-001", raised)
    with store.reading() as t:
        expected = incident(category=Category.EMERGENCY, first_post_at=NOON - HOUR)
        assert t.incidents.get("20260410-001") == expected
        assert t.incidents.history("20260410-001") == [GENERAL, raised]
        assert t.incidents.get("20260410-002") is None


def test_the_second_of_two_editors_is_told_that_the_incident_has_changed(store: Store):
    with store.transaction() as t:
        put(t)
        read = t.incidents.get("20260410-001")
        assert read is not None
        saved = t.incidents.save(replace(read, acknowledged_by="王芳", acknowledged_at=NOON), read.revision)
        assert saved.revision == 2
        with pytest.raises(Stale, match="刷新"):
            t.incidents.save(replace(read, category=Category.EMERGENCY), read.revision)
        assert t.incidents.get("20260410-001") == saved


def test_ids_count_from_one_within_a_day_in_shanghai(store: Store):
    with store.transaction() as t:
        evening = datetime(2026, 4, 10, 15, 59, 59, tzinfo=UTC)
        midnight = datetime(2026, 4, 10, 16, 0, 0, tzinfo=UTC)
        assert t.incidents.next_id(evening) == "20260410-001"
        put(t, "20260410-001")
        assert t.incidents.next_id(evening) == "20260410-002"
        assert t.incidents.next_id(midnight) == "20260411-001"
        put(t, "20260410-999", "d2")
        assert t.incidents.next_id(evening) == "20260410-1000"
        put(t, "20260410-1000", "d3")
        assert t.incidents.next_id(evening) == "20260410-1001"


def test_the_newest_ongoing_incident_of_a_record_is_neither_closed_nor_another_record_s(store: Store):
    with store.transaction() as t:
        put(t, "20260410-001")
        put(t, "20260410-002", opened_at=NOON + HOUR)
        put(t, "20260410-003", opened_at=NOON + DAY, state=IncidentState.CLOSED)
        put(t, "20260410-004", "d2", opened_at=NOON + DAY)
        newest = t.incidents.newest_ongoing("d1")
        assert newest is not None
        assert newest.id == "20260410-002"
        assert t.incidents.newest_ongoing("d9") is None
        assert [found.id for found in t.incidents.of_disclosure("d1")] == [f"20260410-00{n}" for n in (3, 2, 1)]
        assert [found.id for found in t.incidents.ongoing()] == [f"20260410-00{n}" for n in (4, 2, 1)]
        assert [found.gathering for found in t.incidents.of_disclosure("d1")] == [3, 2, 1]


def test_lists_are_filtered_and_paged(store: Store):
    with store.transaction() as t:
        for number in range(1, 5):
            severity = Severity.MAJOR if number % 2 else Severity.GENERAL
            put(t, f"20260410-00{number}", f"d{number}", severity=severity, unit="住建局" if number < 4 else "教体局")
        assert [i.id[-1] for i in t.incidents.list(severity=Severity.MAJOR)] == ["3", "1"]
        assert [i.id[-1] for i in t.incidents.list(unit="住建局", limit=2)] == ["3", "2"]
        assert [i.id[-1] for i in t.incidents.list(limit=2, offset=2)] == ["2", "1"]
        assert t.incidents.list(states=[IncidentState.CLOSED]) == []
        assert t.incidents.count([IncidentState.OPEN]) == 4


def test_members_keep_the_order_in_which_they_joined_and_take_new_figures(store: Store):
    first = Member("p2", NOON, Channel.NEWS, Category.EMERGENCY, "p2", 5, True)
    second = Member("p1", NOON - HOUR, Channel.FORUM, None, "p2", 0, False)
    with store.transaction() as t:
        gathering = put(t)
        t.incidents.join(gathering, [(1, first), (2, second)], NOON)
        t.incidents.update_member(gathering, replace(second, reactions=80, category=Category.MISREADING))
    with store.reading() as t:
        changed = replace(second, reactions=80, category=Category.MISREADING)
        assert t.incidents.members("20260410-001") == [first, changed]
        assert t.incidents.gathering_of("20260410-001").last_post_at == NOON
        assert [found.id for found in t.incidents.of_post("p1")] == ["20260410-001"]
        assert t.incidents.members("20260410-404") == []


def test_gatherings_of_a_record_are_numbered_and_end_once(store: Store):
    with store.transaction() as t:
        first = t.incidents.start_gathering("d1", NOON)
        t.incidents.end_gathering(first.id, NOON + HOUR)
        t.incidents.end_gathering(first.id, NOON + DAY)
        assert t.incidents.gathering(first.id).ended_at == NOON + HOUR
        second = t.incidents.start_gathering("d1", NOON + DAY)
        assert (second.number, t.incidents.newest_gathering("d1")) == (2, second)
        t.incidents.resume_gathering(first.id)
        assert t.incidents.gathering(first.id).ended_at is None
        assert t.incidents.newest_gathering("d9") is None


def test_incidents_without_a_record_have_a_gathering_of_their_own_each(store: Store):
    with store.transaction() as t:
        put(t, "20260410-001", None)
        put(t, "20260410-002", None)
        one, other = (t.incidents.gathering_of(f"20260410-00{n}") for n in (1, 2))
        assert one.id != other.id
        assert t.incidents.of_gathering(one.id) == t.incidents.get("20260410-001")
