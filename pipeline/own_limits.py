"""The time limits with the figures that the office has changed at its desk, for clocks that begin."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from regulation.limit_figures import limits_with, with_figures
from regulation.office_values import TIME_LIMITS
from regulation.rule_rows import BadRules
from regulation.time_limits import TimeLimit
from storage.store import Transaction

KEY = "own_rules"
"""Under which the office's own figures of the rules are kept."""


def own_rules(t: Transaction) -> Mapping[str, Any]:
    """What the office has changed and not taken back, by the figure's name."""
    kept: dict[str, Any] = t.meta.get(KEY) or {}
    return kept


def limit_in_force(t: Transaction, limit: TimeLimit) -> TimeLimit:
    """The time limit with the office's own figures, for a clock that begins now."""
    figures: dict[str, dict[str, int]] = {}
    for name, value in own_rules(t).items():
        family, _, rest = name.partition(".")
        if family == TIME_LIMITS:
            duty, _, figure = rest.rpartition(".")
            figures.setdefault(duty, {})[figure] = value
    if limit.duty not in figures:
        return limit
    try:
        limits_with(figures)
        return with_figures(limit, figures[limit.duty])
    except BadRules:
        # They do not fit this version's rules any more: `huiying doctor` says so, and the clock runs as shipped.
        return limit
