"""How an incident spread: channel by channel, in the order in which it reached them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from casework.incidents.spread import media, spread
from records.incidents import Member
from records.words import Category, Channel
from tests.pipeline.known_answers import HOUR, NOON


def member(post_id: str, after: timedelta, channel: Channel, likes: int = 0, *, voice: bool = True) -> Member:
    return Member(post_id, NOON + after, channel, Category.PUBLIC_INTEREST, post_id, likes, voice)


MEMBERS = [
    member("n", 3 * HOUR, Channel.NEWS, 7, voice=False),
    member("b", HOUR, Channel.MICROBLOG),
    member("a", 0 * HOUR, Channel.FORUM, 5),
    member("c", 5 * HOUR, Channel.FORUM, 2),
]


def test_the_channels_stand_in_the_order_in_which_they_came_in():
    found = spread(MEMBERS)
    assert [(one.channel, one.first.post_id, one.after) for one in found] == [
        (Channel.FORUM, "a", 0 * HOUR),
        (Channel.MICROBLOG, "b", HOUR),
        (Channel.NEWS, "n", 3 * HOUR),
    ]


def test_each_channel_has_its_posts_voices_reactions_and_its_latest_post():
    forum, _, news = spread(MEMBERS)
    assert (forum.posts, forum.voices, forum.reactions, forum.last_at) == (2, 2, 7, NOON + 5 * HOUR)
    assert (news.posts, news.voices, news.reactions) == (1, 0, 7)


def test_of_two_posts_of_one_moment_the_lower_id_was_first():
    found = spread([member("z", HOUR, Channel.VIDEO), member("y", HOUR, Channel.WECHAT)])
    assert [one.channel for one in found] == [Channel.WECHAT, Channel.VIDEO]
    assert [one.after for one in found] == [0 * HOUR, 0 * HOUR]


@pytest.mark.clause("H-42")
def test_the_media_are_involved_from_the_first_report_on():
    found = media(spread(MEMBERS))
    assert found is not None
    assert (found.first.post_id, found.after) == ("n", 3 * HOUR)
    assert media(spread(MEMBERS[1:])) is None


def test_without_posts_nothing_has_spread():
    assert spread([]) == []
