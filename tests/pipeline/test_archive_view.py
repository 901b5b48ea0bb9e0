"""The archive lists what has ended and is not put away as it ended, for those alone who may put it away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline import archive_view, archiving
from records.actions import Act
from records.alerts import Deadline, Ending
from records.incidents import IncidentState
from records.people import Person
from records.words import Role, Scope
from storage.store import Store
from tests.pipeline.inspected import clock, clocked
from tests.pipeline.known_answers import HOUR, NOON
from tests.pipeline.test_archiving import Desk
from tests.pipeline.test_proposing import ARCHIVIST, UNIT
from tests.storage.plans import asked

KEEPER = Person("dangan", ARCHIVIST.name, Role.ARCHIVIST)


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    made = Desk(store, tmp_path)
    made.publish()
    made.react()
    return made


def waiting(desk: Desk, person: Person = KEEPER) -> list[str]:
    with desk.store.reading() as t:
        found, total = archive_view.to_archive(t, person)
    assert total == len(found)
    return [one.incident.id for one in found]


def put_away(desk: Desk, after: timedelta) -> None:
    archiving.archive_incident(desk.store, desk.incident, ARCHIVIST, NOON + after, desk.shelf)


@pytest.mark.clause("H-34", "H-37")
def test_what_has_ended_waits_until_it_is_put_away_as_it_ended(desk: Desk):
    assert waiting(desk) == []
    put_away(desk, HOUR)
    desk.do(Act.DISMISS, 60, why="no_need", reason="已另行处理")
    with desk.store.reading() as t:
        ((one,), _) = archive_view.to_archive(t, KEEPER)
    assert (one.incident.id, one.put_away) == (desk.incident, NOON + HOUR)
    put_away(desk, 4 * HOUR)
    assert waiting(desk) == []
    desk.do(Act.REOPEN, 300, reason="又有反映")
    desk.do(Act.DISMISS, 360, why="no_need", reason="已另行处理")
    assert waiting(desk) == [desk.incident]


@pytest.mark.clause("H-37")
@pytest.mark.parametrize(
    ("person", "sees"),
    [
        (KEEPER, True),
        (Person("o", "王芳", Role.OFFICE), True),
        (Person("u", "承办甲", Role.DRAFTER, UNIT), True),
        (Person("h", "外单位", Role.DRAFTER, "区水务局"), False),
        (Person("l", "分管乙", Role.LEADER, UNIT), False),
        (Person("d", "值班", Role.DUTY), False),
        (Person("a", "管理员", Role.ADMIN), False),
    ],
)
def test_only_who_may_put_it_away_sees_it(desk: Desk, person: Person, sees: bool):
    desk.do(Act.DISMISS, 60, why="no_need", reason="已另行处理")
    assert (waiting(desk, person) == [desk.incident]) is sees
    with desk.store.reading() as t:
        page = archive_view.page(t, person, desk.incident)
    assert (page is not None) is sees
    if page is not None:
        assert (page.posts, page.record is not None, page.packages) == (3, True, [])


def test_an_incident_of_a_party_record_shows_to_those_alone_who_may_read_it(desk: Desk):
    desk.do(Act.DISMISS, 60, why="no_need", reason="已另行处理")
    other = Person("x", "协办", Role.DRAFTER, UNIT)
    with desk.store.transaction() as t:
        record = t.disclosures.get(desk.record)
        assert record is not None
        t.disclosures.add(
            replace(record, scope=Scope.PARTY, unit="区水务局", explanation="改范围"), NOON + 2 * HOUR, "测试"
        )
    assert waiting(desk, other) == []
    assert waiting(desk) == [desk.incident]
    with desk.store.reading() as t:
        assert archive_view.page(t, other, desk.incident) is None


def test_there_is_no_page_of_what_does_not_exist(desk: Desk):
    with desk.store.reading() as t:
        assert archive_view.page(t, KEEPER, "nothing") is None


def test_many_that_have_ended_are_listed_with_as_many_questions_as_one_each_with_what_it_owes(store: Store):
    def ended(number: str, *clocks: Deadline) -> None:
        clocked(store, number, *clocks, unit=UNIT)
        with store.transaction() as t:
            open_one = t.incidents.get(number)
            assert open_one is not None
            t.incidents.save(replace(open_one, state=IncidentState.CLOSED, closed_at=NOON), open_one.revision)

    counts = []
    for number, clocks in (
        ("20260410-001", [clock("evaluation", NOON, Ending.EVALUATION)]),
        ("20260410-002", []),
        ("20260410-003", [clock("final_report", NOON, Ending.FINAL_REPORT)]),
    ):
        ended(number, *clocks)
        with store.reading() as t, asked(store) as statements:
            found, total = archive_view.to_archive(t, KEEPER)
        counts.append((total, len(statements)))
    assert [(one.incident.id, one.owed is not None) for one in found] == [
        ("20260410-001", True),
        ("20260410-002", False),
        ("20260410-003", False),
    ]
    assert counts == [(number, counts[0][1]) for number in (1, 2, 3)]
