"""From when on the desk itself is in trouble: figures that the settings may change within the promise."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from regulation.oversight import Room, oversight_rules
from regulation.rule_rows import BadRules


def test_a_stopped_process_is_noticed_well_within_a_minute():
    rules = oversight_rules()
    assert rules.silent + timedelta(seconds=rules.every_seconds) <= timedelta(seconds=45)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"silent_seconds": 51}, "silent_seconds"),
        ({"every_seconds": 11}, "every_seconds"),
        ({"silent": 20}, "没有这一项"),
        ({"clause": "H-1"}, "不能改"),
        ({"little_disk_mb": "viel"}, "little_disk_mb"),
        ({"low_disk_mb": 1000}, "应不小于 little_disk_mb"),
    ],
)
def test_a_change_that_would_break_it_is_refused(changes: dict[str, Any], said: str):
    with pytest.raises(BadRules, match=said):
        oversight_rules(changes)


@pytest.mark.parametrize(
    ("megabytes", "room"), [(1023, Room.LITTLE), (1024, Room.LOW), (5119, Room.LOW), (5120, Room.ENOUGH)]
)
def test_room_is_short_before_it_is_an_alarm(megabytes: int, room: Room):
    assert oversight_rules().room(megabytes) is room
