"""Posts that are put together count once each in the order in which they were seen, and are as grave as they ever were."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from casework.incidents.regrouping import gravest_step, together, with_copies
from records.words import Channel, Severity
from regulation.severity import severity_rules
from tests.casework.incidents.test_spread import member
from tests.pipeline.known_answers import DAY

MINUTE = timedelta(minutes=1)
RULES = severity_rules()


def test_a_post_that_both_held_counts_once_and_a_copy_of_the_other_ones_post_is_no_voice():
    first = [member("a", 0 * MINUTE, Channel.FORUM), member("b", 2 * MINUTE, Channel.FORUM)]
    copy = replace(member("c", 1 * MINUTE, Channel.NEWS), root="a")
    united = together([*first, copy, first[1]])
    assert [(one.post_id, one.voice) for one in united.members] == [("a", True), ("c", False), ("b", True)]


def test_what_was_grave_in_a_window_that_is_past_is_so_still():
    posts = [member(f"p{number}", number * MINUTE, Channel.FORUM) for number in range(29)]
    posts += [member("n", 30 * MINUTE, Channel.NEWS), member("late", 3 * DAY, Channel.FORUM)]
    step = gravest_step(posts, RULES, Severity.GENERAL)
    assert step is not None
    assert step.name == "posts_30_2_channels"
    assert gravest_step(posts, RULES, Severity.MAJOR) is None
    assert gravest_step(posts, RULES, Severity.GENERAL, {"posts_30_2_channels"}) is None


@given(st.permutations(range(6)))
def test_the_order_in_which_they_are_given_makes_no_difference(order: list[int]):
    posts = [replace(member(f"p{number}", number * MINUTE, Channel.FORUM), root="p0") for number in range(6)]
    assert together(posts[number] for number in order).members == together(posts).members


def test_copies_of_a_chosen_post_go_with_it_and_its_original_does_not():
    members = [member("a", 0 * MINUTE, Channel.FORUM), replace(member("c", 1 * MINUTE, Channel.NEWS), root="a")]
    assert [one.post_id for one in with_copies({"a"}, members)] == ["a", "c"]
    assert [one.post_id for one in with_copies({"c"}, members)] == ["c"]
