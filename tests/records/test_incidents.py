"""The table of moves of an incident."""

from dataclasses import replace
from datetime import UTC, datetime

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
