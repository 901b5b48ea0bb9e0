"""Everything that happened stands in one order, posts by the hour of the clock."""

from __future__ import annotations

from datetime import timedelta

from casework.incidents.timeline import Event, Kind, hours_of_posts, newest_first
from records.incidents import SeverityChange
from records.words import Channel, Severity
from tests.casework.incidents.test_spread import member
from tests.pipeline.known_answers import HOUR, NOON

MINUTE = timedelta(minutes=1)
MEMBERS = [
    member("c", 61 * MINUTE, Channel.NEWS),
    member("a", 0 * MINUTE, Channel.FORUM),
    member("b", 59 * MINUTE, Channel.NEWS, voice=False),
    member("d", 62 * MINUTE, Channel.NEWS),
    member("e", 63 * MINUTE, Channel.FORUM),
]


def test_the_posts_of_one_hour_of_the_clock_are_one_event():
    first, second = hours_of_posts(MEMBERS, [])
    assert (first.first_at, first.last_at, first.posts, first.voices) == (NOON, NOON + 59 * MINUTE, 2, 1)
    assert (second.posts, second.voices) == (3, 3)
    assert list(second.by_channel.items()) == [(Channel.NEWS, 2), (Channel.FORUM, 1)]


def test_an_hour_without_posts_is_no_event():
    assert len(hours_of_posts([MEMBERS[1], member("z", 9 * HOUR, Channel.FORUM)], [])) == 2


def test_an_hour_names_what_its_posts_changed_by_a_rule_and_not_what_a_person_changed():
    rule = SeverityChange(NOON + 5 * MINUTE, Severity.MAJOR, "posts_30_2_channels")
    person = SeverityChange(NOON + 6 * MINUTE, Severity.GENERAL, "person", "王芳", "影响有限")
    first, second = hours_of_posts(MEMBERS, [rule, person])
    assert list(first.changes) == [rule]
    assert list(second.changes) == []


def test_the_newest_stands_first_and_what_led_to_something_below_it():
    events = [Event(NOON, Kind.ALERT, 3), Event(NOON, Kind.POSTS, 1), Event(NOON + HOUR, Kind.ACT, 4)]
    assert [one.about for one in newest_first([*events, Event(NOON, Kind.JUDGEMENT, 2)])] == [4, 3, 2, 1]


def test_only_the_kinds_that_are_asked_for_are_shown():
    events = [Event(NOON, Kind.ALERT, 1), Event(NOON, Kind.ACT, 2), Event(NOON, Kind.POSTS, 3)]
    assert {one.about for one in newest_first(events, [Kind.ALERT, Kind.ACT])} == {1, 2}
