"""The roster says who is on duty at a moment, where nobody is, and who is told in which order."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from alerts.roster import Hole, Watch, contradiction, given_over, holes, in_turn, is_first, without
from records.duty import Shift
from records.people import Contact
from records.words import Level

NOON = datetime(2026, 4, 10, 12, tzinfo=UTC)


def at(hours: float) -> datetime:
    return NOON + timedelta(hours=hours)


def shift(name: str, begin: float, end: float) -> Shift:
    return Shift("office", name, at(begin), at(end))


DAY, NIGHT = shift("李军", 0, 12), shift("王芳", 12, 24)


def test_a_duty_begins_at_its_first_moment_and_ends_just_before_its_last():
    assert DAY.covers(at(0))
    assert not DAY.covers(at(12))
    assert NIGHT.covers(at(12))


def test_two_shifts_that_meet_do_not_contradict_each_other_and_two_that_share_a_moment_do():
    assert contradiction(DAY, [NIGHT]) is None
    assert contradiction(shift("赵敏", 11.99, 13), [NIGHT, DAY]) == NIGHT


def test_a_roster_without_a_gap_has_no_hole():
    assert list(holes([NIGHT, DAY], ["李军", "王芳"], at(1), at(24))) == []


def test_a_gap_is_a_hole_at_the_beginning_between_and_after_the_last():
    later = shift("王芳", 13, 20)
    assert list(holes([DAY, later], ["李军", "王芳"], at(-1), at(24))) == [
        Hole(at(-1), at(0)),
        Hole(at(12), at(13)),
        Hole(at(20), None),
    ]


def test_a_hole_ends_where_the_next_shift_begins_however_late_and_a_later_hole_is_none_yet():
    assert list(holes([DAY, shift("王芳", 40, 50)], ["李军", "王芳"], at(0), at(24))) == [Hole(at(12), at(40))]
    assert list(holes([DAY, shift("王芳", 12, 24)], ["李军", "王芳"], at(0), at(24))) == []


def test_without_any_shift_everything_is_a_hole():
    assert list(holes([], [], at(0), at(24))) == [Hole(at(0), None)]


def test_somebody_who_has_no_contact_is_a_hole_by_name():
    assert list(holes([DAY, NIGHT], ["李军"], at(6), at(18))) == [Hole(at(12), at(24), "王芳")]


def test_a_swap_in_the_middle_leaves_what_lies_around_it():
    assert given_over(DAY, "赵敏", at(2), at(4), "开会") == [
        shift("李军", 0, 2),
        Shift("office", "赵敏", at(2), at(4), "李军", "开会"),
        shift("李军", 4, 12),
    ]


def test_a_second_swap_still_names_who_was_planned():
    (taken,) = given_over(DAY, "赵敏", at(0), at(12), "开会")
    (again,) = given_over(taken, "王芳", at(-5), at(50), "赵敏请假")
    assert (again.name, again.instead_of, again.begins_at, again.ends_at) == ("王芳", "李军", at(0), at(12))


def test_a_shift_outside_the_span_is_left_as_it_is():
    assert without(DAY, at(12), at(24)) == [DAY]
    assert without(DAY, at(0), at(12)) == []


def contact(name: str, rank: int = 1, level: Level = Level.DUTY) -> Contact:
    return Contact("office", "email", f"{name}@qw.example", name, rank, level)


def test_whoever_is_on_duty_comes_first_then_the_others_by_rank_then_the_heads_and_never_the_leaders():
    contacts = [
        contact("李军"),
        contact("王芳", 2),
        contact("赵敏"),
        contact("主任", 1, Level.HEAD),
        contact("书记", 1, Level.LEADER),
    ]
    told = sorted(in_turn(contacts, Level.DUTY, Watch(shift("王芳", 0, 12), planned=True)), key=lambda one: one.rank)
    assert [one.name for one in told] == ["王芳", "李军", "赵敏", "主任"]
    assert [is_first(one) for one in told] == [True, False, False, False]


def test_at_a_level_its_own_contacts_alone_are_told():
    contacts = [contact("李军"), contact("主任", 1, Level.HEAD), contact("书记", 1, Level.LEADER)]
    assert [one.name for one in in_turn(contacts, Level.HEAD, Watch())] == ["主任"]
    assert [one.name for one in in_turn(contacts, Level.LEADER, Watch())] == ["书记"]
