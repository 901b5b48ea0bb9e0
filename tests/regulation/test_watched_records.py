"""The figures by which records are watched."""

from __future__ import annotations

from datetime import timedelta

import pytest

from regulation.rule_rows import BadRules
from regulation.watched_records import watched_records


@pytest.mark.clause("H-33")
def test_a_record_is_watched_for_two_years_after_its_publication():
    assert watched_records().window == timedelta(days=730)


def test_the_settings_may_watch_a_shorter_time_and_not_a_week_alone():
    assert watched_records({"days": 365}).window == timedelta(days=365)
    with pytest.raises(BadRules, match="days"):
        watched_records({"days": 7})
