"""What a process is called tells what it does, where, and as which one of several."""

from __future__ import annotations

import pytest

from records.worker_names import kind_of, named, on, place_of, worker_name


@pytest.mark.parametrize(
    ("worker", "kind", "place"),
    [
        ("judge@desk-1.example", "judge", "desk-1.example"),
        ("judge-12@desk-1", "judge", "desk-1（第 12 个）"),
        ("send@desk/page", "send/page", "desk"),
        ("send-2@desk/wecom", "send/wecom", "desk（第 2 个）"),
        ("clock", "clock", ""),
    ],
)
def test_kind_and_place_are_read_from_the_name(worker: str, kind: str, place: str):
    assert (kind_of(worker), place_of(worker)) == (kind, place)


def test_a_name_leaves_room_for_the_channel_however_long_the_machine_is_called():
    longest = named("send", "x" * 64, 99) + "/dingtalk"
    assert len(longest) <= 80
    assert kind_of(longest) == "send/dingtalk"
    assert worker_name(kind_of(named("judge", "a", 2))) == "研判"


def test_a_machine_knows_its_own_however_long_it_is_called():
    long = "x" * 64
    assert (on(long, named("judge", long, 2)), on("desk-1", "send@desk-1/page")) == (True, True)
    assert (on("desk", "judge@desk-1"), on("desk", "clock")) == (False, False)
