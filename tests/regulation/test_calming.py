"""When reaction counts as calmed down: figures that the settings may change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from regulation.calming import calming_rules
from regulation.clauses import citation
from regulation.rule_rows import BadRules


def test_the_shipped_figures():
    rules = calming_rules()
    assert (rules.window, rules.least) == (timedelta(hours=24), timedelta(hours=2))
    assert citation(rules.clause)


def test_the_settings_change_a_figure_by_its_name():
    assert calming_rules({"window_hours": 48}).window == timedelta(hours=48)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"calmer_percent": 120}, "calmer_percent"),
        ({"least_hours": 25}, "least_hours"),
        ({"hours": 1}, "没有这一项"),
        ({"clause": "H-1"}, "不能改"),
        ({"window_hours": 0}, "window_hours"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(changes: dict[str, Any], said: str):
    with pytest.raises(BadRules, match=said):
        calming_rules(changes)
