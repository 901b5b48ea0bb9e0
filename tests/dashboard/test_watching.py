"""The script beside every page asks the desk what time it is and which major incidents go on; titles are not told."""

from __future__ import annotations

from dataclasses import replace

import httpx
import pytest

from dashboard.backstage import Backstage
from records.incidents import SeverityChange
from records.people import Person
from records.words import Role, Severity
from tests.dashboard.seeding import PASSWORD
from tests.dashboard.test_routes import add, desk, sign_in
from tests.pipeline.known_answers import NOON
from tests.storage.making import incident

__all__ = ["desk"]
WANG = Person("wangfang", "王芳", Role.OFFICE)
CHEN = Person("chenjie", "陈杰", Role.UNIT, "住建局")


def opened(parts: Backstage, number: int, severity: Severity, unit: str = "住建局") -> None:
    made = incident(f"20260410-00{number}", disclosure=None, severity=severity, unit=unit, title=f"第{number}件事")
    with parts.store.transaction() as t:
        gathering = t.incidents.start_gathering(None, NOON)
        made = replace(made, gathering=gathering.number)
        t.incidents.open(made, gathering.id, SeverityChange(NOON, severity, "person"))


def enter(client: httpx.Client, parts: Backstage, person: Person) -> None:
    add(parts, person)
    sign_in(client, person.username, PASSWORD)


def called(client: httpx.Client) -> list[str]:
    return [one["id"] for one in client.get("/watch").json()["major"]]


@pytest.mark.clause("H-42(2)")
def test_major_incidents_are_told_without_their_titles_and_general_ones_not_at_all(
    desk: httpx.Client, backstage: Backstage
):
    for number, severity in enumerate(Severity, 1):
        opened(backstage, number, severity)
    enter(desk, backstage, WANG)
    answer = desk.get("/watch")
    found = answer.json()
    assert sorted(one["id"] for one in found["major"]) == ["20260410-002", "20260410-003"]
    assert {one["severity"] for one in found["major"]} == {"重大", "重大突发"}
    assert "件事" not in answer.text
    assert abs(found["at"] - backstage.now().timestamp()) < 60
    assert answer.headers["cache-control"] == "no-store"


def test_a_unit_is_called_by_its_own_incidents_alone(desk: httpx.Client, backstage: Backstage):
    opened(backstage, 1, Severity.MAJOR)
    opened(backstage, 2, Severity.MAJOR, "教育局")
    enter(desk, backstage, CHEN)
    assert called(desk) == ["20260410-001"]


def test_without_a_session_nothing_is_answered(desk: httpx.Client):
    for path in ("/watch", "/watch.js"):
        answer = desk.get(path)
        assert (answer.status_code, answer.headers["location"][:7]) == (303, "/signin")
