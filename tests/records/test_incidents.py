"""The table of moves of an incident."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from records.incidents import IllegalMove, Incident, IncidentState
from records.words import Severity

OPEN = Incident(
    id="20260410-001",
    disclosure="d1",
    title="公交改线",
    unit="县交通局",
    category=None,
    severity=Severity.GENERAL,
    state=IncidentState.OPEN,
    opened_at=datetime(2026, 4, 10, tzinfo=UTC),
    first_post_at=None,
    gathering=1,
)
LEGAL = {
    ("open", "confirmed"),
    ("open", "closed"),
    ("open", "dismissed"),
    ("confirmed", "closed"),
    ("confirmed", "dismissed"),
    ("closed", "confirmed"),
    ("dismissed", "open"),
    ("open", "merged"),
    ("confirmed", "merged"),
}


@pytest.mark.parametrize("before", list(IncidentState))
@pytest.mark.parametrize("after", list(IncidentState))
def test_only_the_moves_of_the_table_are_possible(before: IncidentState, after: IncidentState) -> None:
    incident = replace(OPEN, state=before)
    if (before.value, after.value) in LEGAL:
        assert incident.moved_to(after).state is after
    else:
        with pytest.raises(IllegalMove):
            incident.moved_to(after)


@pytest.mark.parametrize(("first_post", "hours"), [(None, 0), (-5, -5), (3, 0)])
def test_an_incident_is_known_from_its_first_post_or_its_opening_whichever_came_first(
    first_post: int | None, hours: int
) -> None:
    at = None if first_post is None else OPEN.opened_at + timedelta(hours=first_post)
    assert replace(OPEN, first_post_at=at).detected_at == OPEN.opened_at + timedelta(hours=hours)
