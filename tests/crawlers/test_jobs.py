"""What passes the pipes arrives as it was sent."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawlers.jobs import (
    LONGEST_TEXT,
    Asked,
    Begun,
    Done,
    Ended,
    Event,
    Found,
    Gone,
    Job,
    KnownPage,
    PageRead,
    There,
    Whole,
    event_from,
    event_line,
    found_from,
    job_from,
    job_line,
)
from crawlers.outcomes import Outcome
from crawlers.reading import Item, post_id
from crawlers.settings import CrawlSettings
from records.posts import Reactions
from records.words import Channel
from tests.crawlers.crawling import NOON, page_list, source

PAGE = KnownPage("p" * 64, '"v1"', None, "f" * 64, NOON)
SOURCE = source("a", "https://a.example/rss")


@pytest.mark.parametrize(
    "event",
    [
        Found("a", "id1", "forum", None, "题", "文\n二", NOON, Reactions(likes=3), "id0", ("truncated",)),
        PageRead("a", PAGE),
        PageRead("a", replace(PAGE, resume='{"page": "2"}')),
        Gone("a", "id1"),
        There("a", "id1"),
        Whole("a", "id1", ("id1", "id2"), "m" * 64),
        Whole("a", "id1", (), None),
        Begun("a"),
        Asked("a", "news.example", 0.5),
        Done("a", Outcome.SLOW_DOWN, 3, 0, {"取不到正文": 1}, {}, "对方要求放慢", 60.0),
        Ended(Outcome.HUNG, "超过时限，已终止"),
        Ended(None),
    ],
)
def test_an_event_arrives_as_it_was_sent(event: Event) -> None:
    line = event_line(event)
    assert line.count(b"\n") == 1
    assert event_from(line) == event


@given(st.text(alphabet=st.characters(codec=None), max_size=80))
def test_any_text_passes_on_one_line(text: str) -> None:
    found = event_from(event_line(Found("a", "i", "news", None, None, text, NOON, Reactions(), None, ())))
    assert isinstance(found, Found)
    assert found.text == text.encode("utf-8", errors="replace").decode()


def test_a_job_arrives_as_it_was_sent() -> None:
    job = Job(
        NOON,
        CrawlSettings(allow_private_hosts=("127.0.0.1:1",)),
        [SOURCE, page_list("b", "https://b.example/")],
        {"a": [PAGE]},
        {"b": ["停水"]},
        {"a": [("id1", "https://a.example/1")]},
    )
    assert job_from(job_line(job)) == job


def test_a_text_beyond_the_bound_is_cut_and_flagged() -> None:
    at_bound = found_from(SOURCE, Item("k", None, None, "字" * LONGEST_TEXT, NOON))
    beyond = found_from(SOURCE, Item("k", None, None, "字" * (LONGEST_TEXT + 1), NOON))
    assert (len(at_bound.text), at_bound.flags) == (LONGEST_TEXT, ())
    assert (len(beyond.text), beyond.flags) == (LONGEST_TEXT, ("truncated",))


def test_one_key_names_one_post_within_its_source_alone() -> None:
    assert post_id("a", "k") == post_id("a", "k")
    assert post_id("a", "k") != post_id("b", "k")


def test_a_post_was_not_published_after_it_was_seen() -> None:
    found = found_from(SOURCE, Item("k", None, None, "文", NOON, channel="comment"))
    raw = found.raw(NOON - timedelta(seconds=2))
    assert raw.published_at == raw.seen_at == NOON - timedelta(seconds=2)
    assert raw.channel is Channel.COMMENT


def test_there_is_no_field_for_who_posted() -> None:
    fields = set(json.loads(event_line(Found("a", "i", "news", None, None, "文", NOON, Reactions(), None, ()))))
    assert fields == {
        "event",
        "source",
        "id",
        "channel",
        "url",
        "title",
        "text",
        "published_at",
        "reactions",
        "in_reply_to",
        "flags",
    }
