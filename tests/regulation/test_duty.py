"""The figures by which a duty roster is checked."""

from __future__ import annotations

from datetime import timedelta

import pytest

from regulation.duty import duty_rules
from regulation.rule_rows import BadRules


@pytest.mark.clause("H-41")
def test_a_hole_is_said_a_day_before_it_begins():
    assert duty_rules().warned == timedelta(hours=24)


def test_the_settings_may_look_further_ahead_and_not_less_far():
    assert duty_rules({"warn_hours": 72}).warned == timedelta(days=3)
    with pytest.raises(BadRules, match="warn_hours"):
        duty_rules({"warn_hours": 8})
