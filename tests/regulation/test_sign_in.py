"""The figures that protect accounts."""

from __future__ import annotations

from dataclasses import asdict
from datetime import timedelta

import pytest

from regulation.sign_in import BadSignInRules, rules_from, sign_in_rules


def test_the_shipped_figures_lock_an_account_for_a_while() -> None:
    rules = sign_in_rules()
    assert rules.max_failures <= 10
    assert timedelta(minutes=1) <= rules.lock <= timedelta(hours=1)
    assert rules.session <= timedelta(days=1)


@pytest.mark.parametrize(
    "change", [{"max_failures": 0}, {"lock_minutes": "15"}, {"session_hours": True}, {"max_failure": 3}]
)
def test_a_figure_that_is_none_or_unknown_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(BadSignInRules, match=r"sign_in\.yaml"):
        rules_from(asdict(sign_in_rules()) | change, "sign_in.yaml")


def test_a_missing_figure_is_refused() -> None:
    values = asdict(sign_in_rules())
    del values["lock_minutes"]
    with pytest.raises(BadSignInRules, match="lock_minutes"):
        rules_from(values, "sign_in.yaml")
