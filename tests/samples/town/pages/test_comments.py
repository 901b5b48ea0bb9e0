"""The JSON comment service."""

import json
from typing import Any

import pytest

from samples.town.reading import Texts
from tests.samples.town.conftest import Visitor


def ask(visitor: Visitor, query: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads(visitor.text("comments", f"/api/comments{query}"))
    return read


def test_pages_of_twenty_newest_first_hold_every_comment_once(visitor: Visitor, texts: Texts) -> None:
    visitor.after(240)
    pages = [ask(visitor, f"?page={page}")["data"] for page in range(1, 7)]
    assert [len(page["list"]) for page in pages[:4]] == [20, 20, 20, 20]
    read = [comment["id"] for page in pages for comment in page["list"]]
    assert sorted(read) == sorted(item.id for item in texts.of("word"))
    times = [comment["created_at"] for page in pages for comment in page["list"]]
    assert times == sorted(times, reverse=True)
    assert pages[0]["total"] == len(read)
    assert pages[5]["list"] == []


def test_a_comment_has_text_time_with_offset_counts_and_what_it_answers(visitor: Visitor) -> None:
    found = {comment["id"]: comment for comment in ask(visitor.after(240), "?topic=c08&page=2")["data"]["list"]}
    first = found["c08-1"]
    assert first["created_at"] == "2026-11-22T10:20:52+08:00"
    assert first["counts"] == {"likes": 40, "replies": 20, "shares": 66}
    assert first["reply_to"] is None
    newer = {comment["id"]: comment for comment in ask(visitor, "?topic=c08")["data"]["list"]}
    assert newer["c08-2"]["reply_to"] == "c08-1"
    assert newer["c08-2"]["content"].startswith("人在三楼")


def test_who_speaks_stands_in_keys_of_their_own(visitor: Visitor, texts: Texts) -> None:
    for comment in ask(visitor, "?page=1")["data"]["list"]:
        user = comment.pop("user")
        assert user["nick"] in texts.nicknames
        assert user["ip_location"] in texts.places
        assert user["nick"] not in json.dumps(comment, ensure_ascii=False)


@pytest.mark.parametrize("page", ["0", "-1", "two", "1.5", "99"])
def test_a_page_number_that_makes_no_sense_gives_no_comments(visitor: Visitor, page: str) -> None:
    data = ask(visitor, f"?page={page}")["data"]
    assert data is None or data["list"] == []


def test_topics_are_listed_once_somebody_has_spoken(visitor: Visitor) -> None:
    def listed() -> list[str]:
        return [topic["id"] for topic in json.loads(visitor.text("comments", "/api/topics"))["data"]]

    assert "c08" not in (visitor.after(0), listed())[1]
    assert "c08" in (visitor.after(52), listed())[1]
    assert "整条街被淹" in visitor.text("comments", "/t/c08")
