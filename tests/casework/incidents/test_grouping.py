"""Gatherings: what a voice is, where windows end, and that counting post by post equals counting anew."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.incidents.grouping import Gathering
from records.words import Category, Channel

NOON = datetime(2026, 4, 10, 12, tzinfo=UTC)
DAY = timedelta(hours=24)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
WINDOWS = (HOUR, DAY)


def gathering(*posts: tuple[str, datetime], root: str | None = None) -> Gathering:
    made = Gathering(WINDOWS)
    for post_id, seen_at in posts:
        join(made, post_id, seen_at, root=root or post_id)
    return made


def join(
    into: Gathering,
    post_id: str,
    seen_at: datetime,
    *,
    root: str | None = None,
    channel: Channel = Channel.FORUM,
    category: Category = Category.PUBLIC_INTEREST,
    reactions: int = 0,
) -> bool:
    member = into.join(
        post_id, seen_at=seen_at, channel=channel, category=category, root=root or post_id, reactions=reactions
    )
    return member.voice


@pytest.mark.clause("H-38")
def test_a_copy_of_a_post_that_is_there_is_a_post_but_no_voice():
    made = gathering(("a", NOON))
    assert not join(made, "b", NOON + SECOND, root="a")
    assert (made.posts(DAY), made.voices(DAY)) == (2, 1)


@pytest.mark.clause("H-38")
def test_the_first_copy_of_a_post_that_is_elsewhere_is_a_voice_and_the_second_is_none():
    made = gathering(("a", NOON))
    assert join(made, "copy-1", NOON, root="elsewhere")
    assert not join(made, "copy-2", NOON, root="elsewhere")
    assert made.voices(DAY) == 2


def test_an_original_that_comes_after_its_copy_is_no_new_voice():
    made = Gathering(WINDOWS)
    assert join(made, "copy", NOON, root="original")
    assert not join(made, "original", NOON + HOUR)


@pytest.mark.parametrize(("window", "length"), [("24 h", DAY), ("1 h", HOUR)])
def test_a_post_exactly_as_old_as_the_window_is_inside_and_a_second_older_is_outside(window: str, length: timedelta):
    made = gathering(("older", NOON - SECOND), ("edge", NOON), ("now", NOON + length))
    assert made.posts(length) == 2
    made.advance(NOON + length + SECOND)
    assert made.posts(length) == 1


def test_time_passing_with_an_update_alone_empties_the_windows():
    made = gathering(("a", NOON), ("b", NOON))
    made.update("a", NOON + 2 * HOUR, reactions=7)
    assert (made.posts(HOUR), made.posts(DAY), made.reactions()) == (0, 2, 7)


def test_a_post_that_arrives_late_counts_from_when_it_was_seen():
    made = gathering(("now", NOON + 2 * HOUR))
    join(made, "late", NOON)
    assert (made.posts(HOUR), made.posts(DAY)) == (1, 2)
    assert (made.first_post_at, made.last_post_at, made.now) == (NOON, NOON + 2 * HOUR, NOON + 2 * HOUR)


def test_reactions_that_fall_again_lower_the_highest_and_the_sum():
    made = gathering(("a", NOON), ("b", NOON))
    made.update("a", NOON, reactions=120)
    made.update("b", NOON, reactions=30)
    made.update("a", NOON, reactions=20)
    assert (made.most_reactions(), made.reactions()) == (30, 50)


def test_a_gathering_without_posts_has_nothing_to_show():
    empty = Gathering(WINDOWS)
    assert (empty.posts(DAY), empty.voices(HOUR), empty.most_reactions(), empty.leading_category(None)) == (
        0,
        0,
        0,
        None,
    )


@pytest.mark.clause("H-38")
def test_among_equal_categories_the_one_that_stood_stays_and_else_the_article_s_order_decides():
    made = Gathering(WINDOWS)
    join(made, "a", NOON, category=Category.EMERGENCY)
    join(made, "b", NOON, category=Category.MISREADING)
    assert made.leading_category(Category.EMERGENCY) is Category.EMERGENCY
    assert made.leading_category(None) is Category.MISREADING
    assert made.leading_category(Category.CLAIM_TO_VERIFY) is Category.MISREADING
    join(made, "c", NOON, category=Category.EMERGENCY)
    assert made.leading_category(Category.MISREADING) is Category.EMERGENCY


def test_an_edited_post_moves_its_voice_to_the_new_category():
    made = gathering(("a", NOON))
    made.update("a", NOON, reactions=0, category=Category.EMERGENCY)
    assert (made.voices_of(Category.PUBLIC_INTEREST), made.voices_of(Category.EMERGENCY)) == (0, 1)
    assert (made.voices(DAY, Category.PUBLIC_INTEREST), made.voices(DAY, Category.EMERGENCY)) == (0, 1)
    assert made.voices(DAY) == 1


# Counting anew: everything is recounted from the whole list of events, written without looking at Gathering.


@dataclass
class Slow:
    """One post as the slow count sees it."""

    id: str
    at: datetime
    channel: Channel
    category: Category
    root: str
    reactions: int


def recount(posts: list[Slow], now: datetime) -> dict[str, object]:
    voices = [p for n, p in enumerate(posts) if not any(q.id == p.root or q.root == p.root for q in posts[:n])]
    figures: dict[str, object] = {
        "reactions": sum(p.reactions for p in posts),
        "most": max((p.reactions for p in posts), default=0),
        "news": len([p for p in posts if p.channel is Channel.NEWS]),
        "by category": [len([p for p in voices if p.category is category]) for category in Category],
    }
    for window in WINDOWS:
        inside = [p for p in posts if now - window <= p.at <= now]
        heard = [p for p in voices if now - window <= p.at <= now]
        figures[f"posts {window}"] = len(inside)
        figures[f"channels {window}"] = len({p.channel for p in inside})
        figures[f"voices {window}"] = len(heard)
        figures[f"categories {window}"] = [len([p for p in heard if p.category is category]) for category in Category]
    return figures


def shown(made: Gathering) -> dict[str, object]:
    figures: dict[str, object] = {
        "reactions": made.reactions(),
        "most": made.most_reactions(),
        "news": made.posts_on(Channel.NEWS),
        "by category": [made.voices_of(category) for category in Category],
    }
    for window in WINDOWS:
        figures[f"posts {window}"] = made.posts(window)
        figures[f"channels {window}"] = made.channels(window)
        figures[f"voices {window}"] = made.voices(window)
        figures[f"categories {window}"] = [made.voices(window, category) for category in Category]
    return figures


# Minutes between events, with the edges of both windows among them.
steps = st.sampled_from([0, 0, 1, 29, 30, 59, 60, 61, 720, 1439, 1440, 1441])
events = st.lists(
    st.tuples(
        steps,
        st.sampled_from(["post", "post", "post", "late", "update", "edit"]),
        st.integers(0, 12),
        st.sampled_from([Channel.FORUM, Channel.NEWS, Channel.WECHAT]),
        st.sampled_from(list(Category)),
        st.sampled_from([0, 1, 99, 100, 4999]),
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(events)
def test_counting_post_by_post_equals_counting_anew(happened: list[tuple[int, str, int, Channel, Category, int]]):
    made = Gathering(WINDOWS)
    posts: list[Slow] = []
    now = NOON
    for minutes, what, pick, channel, category, reactions in happened:
        now += timedelta(minutes=minutes)
        if what in ("update", "edit") and posts:
            old = posts[pick % len(posts)]
            old.reactions = reactions
            old.category = category if what == "edit" else old.category
            made.update(old.id, now, reactions=reactions, category=category if what == "edit" else None)
        else:
            seen_at = now - timedelta(minutes=pick * 7) if what == "late" else now
            name = f"p{len(posts)}"
            root = f"p{pick}" if pick % 3 == 0 else name
            posts.append(Slow(name, seen_at, channel, category, root, reactions))
            join(made, name, seen_at, root=root, channel=channel, category=category, reactions=reactions)
        now = max([now if made.now is None else made.now])
        assert shown(made) == recount(posts, now)
    again = Gathering.of(made.members, WINDOWS)
    again.advance(now)
    assert shown(again) == shown(made)


@settings(max_examples=60, deadline=None)
@given(events, st.integers(0, 12))
def test_without_a_post_is_as_if_it_had_never_joined(
    happened: list[tuple[int, str, int, Channel, Category, int]], left: int
):
    made, others = Gathering(WINDOWS), Gathering(WINDOWS)
    now = NOON
    for number, (minutes, _, pick, channel, category, reactions) in enumerate(happened):
        now += timedelta(minutes=minutes)
        for into in (made, others) if number != left else (made,):
            root = f"p{pick}" if pick % 3 == 0 else f"p{number}"
            join(into, f"p{number}", now, root=root, channel=channel, category=category, reactions=reactions)
    without = made.without(f"p{left}")
    others.advance(now)
    without.advance(now)
    assert without.members == others.members
    assert shown(without) == shown(others)
    assert (without.first_post_at, without.last_post_at) == (others.first_post_at, others.last_post_at)
