"""What a pushed body gives: posts of one source, and a reason for every line that gives none."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from crawlers.reading import Via, post_id
from crawlers.sources import BadSources, Source, source_from
from crawlers.spiders.inbound import BadBody, entries
from records.posts import RawPost, Reactions
from records.words import Channel
from records.zone import CHINA

NOW = datetime(2026, 3, 5, 10, 20, tzinfo=CHINA)
ROW = {"id": "hotline", "name": "12345 热线", "kind": "inbound", "channel": "hotline"}
HOTLINE = source_from(ROW)
BODY = (Path(__file__).parent / "pages" / "inbound.jsonl").read_bytes()


def post(**more: Any) -> dict[str, Any]:
    return {"id": "7", "text": "三天没水了", "published_at": "2026-03-05T09:00:00+08:00", **more}


def read(body: bytes | str, source: Source = HOTLINE) -> tuple[list[RawPost], list[tuple[int, str]]]:
    """The posts of a body, and the lines that gave none with the reasons."""
    found = list(entries(body if isinstance(body, bytes) else body.encode(), source, NOW))
    return [entry.post for entry in found if entry.post], [(e.line, e.reason) for e in found if not e.post]


def one(**more: Any) -> RawPost:
    ((only,), ()) = read(json.dumps(post(**more)))
    return only


def test_a_row_has_no_address_and_nothing_to_set():
    assert (HOTLINE.via, HOTLINE.url) == (Via.PUSH, "")
    for wrong in ({"url": "https://a.example/"}, {"read": {"secret": "x"}}):
        with pytest.raises(BadSources):
            source_from({**ROW, **wrong})


def test_a_saved_push_gives_its_posts_and_says_what_is_wrong_with_the_others():
    posts, rejected = read(BODY)
    assert [(p.title, p.text[:8], p.channel, p.reactions.likes) for p in posts] == [
        ("自来水", "南关小区三天没水", Channel.HOTLINE, None),
        (None, "同问，我们楼也停", Channel.COMMENT, 12),
    ]
    assert posts[1].in_reply_to == posts[0].id == post_id("hotline", "HL-20260305-001")
    assert rejected == [
        (3, "缺少“text”或不是文字：请填写非空的文字"),
        (5, "不是完整的 JSON"),
        (6, "“published_at”没有时区：请在末尾写上时差，如 +08:00"),
    ]


def test_nothing_about_who_posted_is_handed_on():
    assert b"\xe5\xbc\xa0" in BODY  # the saved push names a person
    assert not any(word in repr(read(BODY)) for word in ("张", "author", "昌平路", "10.1.2.3", "avatar"))


def test_the_source_is_the_one_that_it_is_pushed_to_and_the_time_seen_is_now():
    seen = one(source="somebody-else", seen_at="2020-01-01T00:00:00+08:00")
    assert (seen.source, seen.seen_at) == ("hotline", NOW)


def test_an_id_is_one_of_this_source_alone():
    other = source_from({**ROW, "id": "other"})
    ((theirs,), ()) = read(json.dumps(post()), other)
    assert one().id != theirs.id
    assert one().id == one(text="另一段话").id
    assert one(id=7).id == one(id="7").id
    assert one(id=None).id is None


def test_the_channel_is_the_rows_unless_the_post_says_its_own():
    assert one().channel is Channel.HOTLINE
    assert one(channel=None).channel is Channel.HOTLINE
    assert one(channel="forum").channel is Channel.FORUM
    assert one(channel="没有这种").channel is Channel.OTHER


def test_a_time_in_the_future_is_flagged():
    assert one(published_at="2026-03-05T10:20:01+08:00").flags == ("date_clamped",)
    assert one().flags == ()


@pytest.mark.parametrize("empty", ["", "\n\n", "[]", " [ ] \n", "\ufeff[]"])
def test_an_empty_push_is_sound_and_holds_nothing(empty: str):
    assert read(empty) == ([], [])


def test_an_array_and_lines_give_the_same():
    rows = [post(id=str(n), text=f"第{n}条") for n in range(5)]
    lines = "\r\n".join(json.dumps(row) for row in rows)
    assert read(lines) == read(json.dumps(rows)) == read("\ufeff" + json.dumps(rows, indent=2, ensure_ascii=False))


def test_in_an_array_the_place_stands_for_the_line():
    _, rejected = read(json.dumps([post(), 3, {**post(), "text": " "}, None, "x", []]))
    assert [line for line, _ in rejected] == [2, 3, 4, 5, 6]


@pytest.mark.parametrize(
    ("body", "line"),
    [
        ('[{"text": "a"}', 1),
        ('[{"text": "a"} {"text": "b"}]', 1),
        ('[{"text": "a"}, {"text": "b"]', 2),
        ("[1,]", 2),
        ("[1] x", 1),
        ("[" * 100_000, 1),
        ("[" + "9" * 10_000 + "]", 1),
    ],
)
def test_half_an_array_is_no_array(body: str, line: int):
    with pytest.raises(BadBody) as told:
        read(body)
    assert told.value.line == line


def test_bytes_that_are_no_utf8_are_told_by_their_line():
    with pytest.raises(BadBody) as told:
        read(b'{"id": 1}\n' + "今晚停水".encode("gbk"))
    assert told.value.line == 2


@pytest.mark.parametrize(
    "line",
    [
        "{",
        "null",
        "3",
        '"x"',
        "[]]",
        "{" * 100_000,
        '{"a": ' + "9" * 10_000 + "}",
        '{"id": 1} {"id": 2}',
        "\x00",
        "NaN",
    ],
)
def test_a_line_that_is_no_object_is_refused_alone(line: str):
    posts, rejected = read(f"{json.dumps(post())}\n{line}\n{json.dumps(post(id='8'))}")
    assert len(posts) == 2
    assert [number for number, _ in rejected] == [2]


@pytest.mark.parametrize(
    "wrong",
    [
        {"text": None},
        {"text": 5},
        {"published_at": None},
        {"published_at": "昨天"},
        {"id": ["x"]},
        {"url": 5},
        {"reactions": {"likes": -1}},
        {"reactions": {"likes": 1.5}},
        {"reactions": {"likes": 10**30}},
        {"reactions": [1]},
        {"in_reply_to": {}},
    ],
)
def test_a_wrong_value_is_told_by_its_key_and_without_the_text(wrong: dict[str, Any]):
    posts, ((line, reason),) = read(json.dumps({**post(), **wrong}))
    assert (posts, line) == ([], 1)
    assert next(iter(wrong)) in reason
    assert "三天没水" not in reason


def test_half_a_character_in_an_id_is_no_reason_to_fall_over():
    assert one(id="\ud800", in_reply_to="\udfff").id == post_id("hotline", "\ud800")


def test_line_breaks_of_other_kinds_within_a_text_end_no_line():
    assert one(text="停水\u2028三天").text == "停水\u2028三天"
    ((only,), ()) = read(json.dumps(post(text="停水\u2028三天\x85"), ensure_ascii=False))
    assert only.text == "停水\u2028三天\x85"


def test_a_million_elements_cost_no_more_than_those_that_are_asked_for():
    body = b"[" + b"{}," * 1_000_000 + b"{}]"
    asked = entries(body, HOTLINE, NOW)
    assert [next(asked).line for _ in range(3)] == [1, 2, 3]


def test_all_reactions_are_read():
    counts = {"comments": 1, "reposts": 2, "likes": 3, "views": 10**12, "shares": 5}
    assert one(reactions=counts).reactions == Reactions(1, 2, 3, 10**12)
