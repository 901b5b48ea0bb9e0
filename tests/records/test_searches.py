"""A search knows its time and what it asks for."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest

from records.searches import Search, search_from
from records.words import Channel, Severity

NOW = datetime(2026, 4, 10, 9, tzinfo=UTC)


def test_a_day_begins_and_ends_at_midnight_in_china():
    search = Search(first=date(2026, 4, 10), last=date(2026, 4, 10))
    assert search.since(NOW) == datetime(2026, 4, 9, 16, tzinfo=UTC)
    assert search.until == datetime(2026, 4, 10, 15, 59, 59, 999999, tzinfo=UTC)


def test_the_last_days_are_counted_from_now_and_have_no_end():
    assert Search(days=7).since(NOW) == NOW - timedelta(days=7)
    assert Search(days=7).until is None
    assert Search().since(NOW) is None


@pytest.mark.parametrize("search", [Search(), Search("  ", days=7), Search(first=date(2026, 4, 1), record=" ")])
def test_a_time_alone_asks_nothing(search: Search):
    assert search.asks_nothing


@pytest.mark.parametrize(
    "search", [Search("停暖"), Search(record="d1"), Search(source="bbs"), Search(severity=Severity.MAJOR)]
)
def test_words_or_a_filter_ask_something(search: Search):
    assert not search.asks_nothing


def test_what_is_asked_for_can_be_written_as_json():
    row = Search("停暖", first=date(2026, 4, 1), channel=Channel.FORUM).row()
    assert json.loads(json.dumps(row)) == {"words": "停暖", "first": "2026-04-01", "channel": "forum"}


def test_what_was_written_is_read_again():
    search = Search("停暖", days=7, last=date(2026, 4, 1), source="bbs", record="d1", severity=Severity.MAJOR)
    assert search_from(json.loads(json.dumps(search.row()))) == search
    assert search_from({"channel": "telegraph", "words": "停暖", "mood": "bad"}) == Search("停暖")
