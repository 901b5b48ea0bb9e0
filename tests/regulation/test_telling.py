"""When an alert that is not urgent may go out, and what the settings may change of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from regulation.rule_rows import BadRules
from regulation.telling import telling

SHANGHAI = ZoneInfo("Asia/Shanghai")


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 4, 10, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("now", "quiet"),
    [(at(21, 59), False), (at(22), True), (at(23, 30), True), (at(0), True), (at(6, 59), True), (at(7), False)],
)
def test_the_quiet_hours_of_the_shipped_rules_are_those_of_the_night(now: datetime, quiet: bool):
    assert (telling().others_before(now) is None) == quiet


def test_quiet_hours_may_lie_within_a_day_or_not_be_at_all():
    noon = telling({"quiet_from": "12:00", "quiet_to": "14:00"})
    assert [noon.others_before(at(hour)) is None for hour in (11, 12, 13, 14, 23)] == [False, True, True, False, False]
    never = telling({"quiet_from": "00:00", "quiet_to": "00:00"})
    assert all(never.others_before(at(hour)) is not None for hour in range(24))


def test_what_is_not_urgent_waits_for_company():
    assert telling().others_before(at(12)) == at(11, 55)
    assert telling({"digest_seconds": 0}).others_before(at(12)) == at(12)


def test_the_next_contact_is_tried_within_two_minutes_whatever_the_settings_say():
    assert telling().fail_over_after == timedelta(seconds=90)
    with pytest.raises(BadRules, match="fail_over_seconds"):
        telling({"fail_over_seconds": 121})


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"quiet_from": 2200}, "quiet_from"),
        ({"quiet_from": "25:00"}, "quiet_from"),
        ({"quiet": "22:00"}, "没有这一项"),
        ({"urgent_share": 1}, "urgent_share"),
        ({"digest_most": 0}, "digest_most"),
        ({"clause": "H-1"}, "不能改 clause"),
    ],
)
def test_a_change_that_cannot_hold_is_refused_with_its_name(changes: dict[str, Any], said: str):
    with pytest.raises(BadRules, match=said):
        telling(changes)


def test_what_belongs_to_no_clock_is_given_up_after_a_day():
    rules = telling()
    assert not rules.given_up(at(0), at(0) + timedelta(hours=24))
    assert rules.given_up(at(0), at(0) + timedelta(hours=24, seconds=1))
    assert telling({"give_up_hours": 2}).given_up(at(0), at(3))
