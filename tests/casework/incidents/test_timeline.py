"""Everything that happened stands in one order, posts by the hour of the clock."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from casework.incidents.timeline import Event, Kind, alike_as_one, hours_of_posts, newest_first
from records.corrections import Correction, Verdict
from records.incidents import SeverityChange
from records.words import Category, Channel, Sentiment, Severity
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

READ = Verdict(Sentiment.NEGATIVE, "d1", Category.EMERGENCY)
SAID = Correction(
    "p0", "p0", None, "正文", NOON, READ, replace(READ, disclosure=None), None, "m1", "李军", NOON, "别的事"
)


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


def test_what_is_said_alike_of_many_posts_is_one_with_their_count():
    said = [replace(SAID, post_id=f"p{number}", number=number + 1) for number in range(40)]
    (alike,) = alike_as_one(reversed(said))
    assert (alike.posts, alike.made.at) == (40, NOON)


@pytest.mark.parametrize(
    "other",
    [
        {"actor": "王芳"},
        {"reason": "不是负面"},
        {"at": NOON + MINUTE},
        {"before": replace(READ, category=Category.MISREADING)},
        {"after": replace(READ, category=Category.MISREADING)},
        {"after": replace(READ, disclosure="d2")},
    ],
)
def test_what_another_said_or_was_said_otherwise_stands_by_itself(other: dict[str, object]):
    said = [SAID, replace(SAID, post_id="p1", number=1, **other), replace(SAID, post_id="p2", number=2)]  # type: ignore[arg-type]
    assert [one.posts for one in alike_as_one(said)] == [2, 1]
