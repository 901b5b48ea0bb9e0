"""What anyone may feed in as a post, and what is refused at the door."""

from datetime import UTC, datetime
from typing import Any

import pytest

from records.posts import Reactions, raw_post_from
from records.reading import BadRecord
from records.words import Channel

ROW: dict[str, Any] = {
    "id": "p1",
    "source": "bbs",
    "channel": "forum",
    "url": None,
    "title": None,
    "text": "水管又爆了",
    "published_at": "2026-03-05T10:00:00+08:00",
}


def row(**changes: Any) -> dict[str, Any]:
    return {**ROW, **changes}


def test_a_post_that_was_never_seen_later_counts_as_seen_when_published() -> None:
    assert raw_post_from(row()).seen_at == datetime(2026, 3, 5, 2, 0, tzinfo=UTC)


def test_a_number_as_id_is_read_as_text() -> None:
    assert raw_post_from(row(id=17, in_reply_to=16)).id == "17"
    assert raw_post_from(row(id=17, in_reply_to=16)).in_reply_to == "16"


def test_an_absent_or_blank_id_is_left_to_be_computed() -> None:
    assert raw_post_from(row(id=None)).id is None
    assert raw_post_from(row(id="  ")).id is None


@pytest.mark.parametrize("channel", ["smoke-signals", None, 3, ["forum"]])
def test_an_unknown_channel_becomes_other(channel: object) -> None:
    assert raw_post_from(row(channel=channel)).channel is Channel.OTHER


def test_keys_about_a_person_are_dropped_at_the_door() -> None:
    kept = raw_post_from(row(author="张三", ip="10.0.0.1", avatar="x.png", location="某地"))
    assert "张三" not in repr(kept)
    assert "10.0.0.1" not in repr(kept)
    assert "某地" not in repr(kept)


def test_reactions_are_comments_reposts_and_likes_without_views() -> None:
    read = raw_post_from(row(reactions={"comments": 1, "reposts": 2, "likes": 3, "views": 5000})).reactions
    assert read == Reactions(comments=1, reposts=2, likes=3, views=5000)
    assert read.total == 6


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"text": None}, "text"),
        ({"text": "   "}, "text"),
        ({"text": ["a"]}, "text"),
        ({"source": None}, "source"),
        ({"published_at": None}, "published_at"),
        ({"published_at": "yesterday"}, "published_at"),
        ({"published_at": "2026-03-05T10:00:00"}, "published_at"),
        ({"published_at": 1772676000}, "published_at"),
        ({"seen_at": "2026-03-05 10:00"}, "seen_at"),
        ({"title": 3}, "title"),
        ({"url": {}}, "url"),
        ({"id": 1.5}, "id"),
        ({"id": True}, "id"),
        ({"reactions": []}, "reactions"),
        ({"reactions": {"likes": -1}}, "reactions.likes"),
        ({"reactions": {"likes": 1.5}}, "reactions.likes"),
        ({"reactions": {"likes": True}}, "reactions.likes"),
        ({"reactions": {"views": "12"}}, "reactions.views"),
    ],
)
def test_a_wrong_value_is_refused_with_the_name_of_its_key(changes: dict[str, Any], key: str) -> None:
    with pytest.raises(BadRecord, match=f"“{key}”"):
        raw_post_from(row(**changes))


def test_a_refusal_never_repeats_the_text() -> None:
    with pytest.raises(BadRecord) as refused:
        raw_post_from(row(text="我的电话13800000000", published_at="13800000000"))
    assert "13800000000" not in str(refused.value)
