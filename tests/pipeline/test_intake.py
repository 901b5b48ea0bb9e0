"""At the door: a post enters once, an update updates, an edited page is a new version, a file may not contradict itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete

from pipeline.intake import Received, receive, receive_file_row
from records.posts import Reactions
from records.reading import BadRecord
from storage import tables
from storage.posts import Known
from storage.store import Store
from tests.storage.making import DAY, HOUR, NOON, post

KEEP = timedelta(days=180)


def test_a_new_post_a_repeat_an_update_and_an_edit_are_told_apart(store: Store):
    first = post(reactions=Reactions(likes=1))
    with store.transaction() as t:
        assert receive(t, first, NOON, KEEP) is Received.NEW
        assert receive(t, first, NOON + HOUR, KEEP) is Received.UNCHANGED
        assert receive(t, replace(first, reactions=Reactions(likes=2)), NOON + HOUR, KEEP) is Received.UPDATED
        assert receive(t, replace(first, text="改过了"), NOON + 2 * HOUR, KEEP) is Received.EDITED
        stored = t.posts.get("p1")
        assert [(waiting.change.value, waiting.at) for waiting in t.posts.waiting(9)] == [
            ("new", NOON),
            ("update", NOON + HOUR),
            ("edit", NOON + 2 * HOUR),
        ]
    assert stored is not None
    assert (stored.text, stored.version, stored.seen_at) == ("改过了", 2, NOON)


def test_a_page_whose_old_text_is_let_go_of_while_it_is_taken_in_is_new(store: Store, monkeypatch: pytest.MonkeyPatch):
    with store.transaction() as t:
        receive(t, post(), NOON, KEEP)
    with store.transaction() as t:
        look = t.posts.known

        def look_and_lose(post_id: str) -> Known | None:
            found = look(post_id)
            t.connection.execute(delete(tables.post))
            return found

        monkeypatch.setattr(t.posts, "known", look_and_lose)
        assert receive(t, post(text="改过了"), NOON + HOUR, KEEP) is Received.NEW
    with store.reading() as t:
        (stored,) = t.posts.newest(9)
    assert (stored.text, stored.version) == ("改过了", 1)


def test_a_new_title_over_the_same_text_is_an_edit(store: Store):
    with store.transaction() as t:
        receive(t, post(), NOON, KEEP)
        assert receive(t, post(title="标题"), NOON, KEEP) is Received.EDITED


def test_in_a_file_a_known_id_with_another_text_is_rejected_without_its_text(store: Store):
    with store.transaction() as t:
        receive_file_row(t, post(), NOON, KEEP)
        with pytest.raises(BadRecord, match="“id”") as refusal:
            receive_file_row(t, post(text="另一段话"), NOON, KEEP)
        assert "另一段话" not in str(refusal.value)
        assert receive_file_row(t, post(reactions=Reactions(likes=9)), NOON + HOUR, KEEP) is Received.UPDATED
        stored = t.posts.get("p1")
    assert stored is not None
    assert (stored.text, stored.reactions) == ("暖气不热", Reactions(likes=9))


def test_a_post_is_kept_for_as_long_as_the_settings_say_from_when_it_came(store: Store):
    with store.transaction() as t:
        receive(t, post(seen_at=NOON - DAY), NOON, KEEP)
        assert t.posts.expired_ids(NOON + KEEP - timedelta(seconds=1)) == []
        assert t.posts.expired_ids(NOON + KEEP) == ["p1"]


def test_a_page_older_than_the_time_that_posts_are_kept_does_not_come_back_as_news(store: Store):
    with store.transaction() as t:
        old = post(published_at=NOON - KEEP, seen_at=NOON)
        assert receive(t, old, NOON, KEEP) is Received.TOO_OLD
        assert t.posts.waiting_count() == 0
        younger = post(published_at=NOON - KEEP + timedelta(seconds=1), seen_at=NOON)
        assert receive(t, younger, NOON, KEEP) is Received.NEW


def test_a_file_may_hold_old_posts(store: Store):
    with store.transaction() as t:
        assert receive_file_row(t, post(published_at=NOON - 2 * KEEP), NOON, KEEP) is Received.NEW


def test_a_post_that_was_gone_is_back_when_it_is_read_again(store: Store):
    with store.transaction() as t:
        receive(t, post(), NOON, KEEP)
        receive(t, post("r1", in_reply_to="p1"), NOON, KEEP)
        t.posts.gone("p1", "bbs", NOON + HOUR)
        assert receive(t, post(), NOON + 2 * HOUR, KEEP) is Received.UNCHANGED
        assert [found.flags for found in t.posts.many(["p1", "r1"]).values()] == [(), ()]


def test_a_post_without_a_date_that_has_expired_does_not_come_back_as_new(store: Store):
    undated = post(flags=("date_missing",))
    later = NOON + KEEP + DAY
    with store.transaction() as t:
        receive(t, undated, NOON, KEEP)
        t.posts.expire(NOON + KEEP)
        shown_again = replace(undated, published_at=later, seen_at=later)
        assert receive(t, shown_again, later, KEEP) is Received.TOO_OLD
        assert receive(t, replace(shown_again, id="another"), later, KEEP) is Received.NEW


def test_an_edit_does_not_make_news_of_what_was_old_when_its_source_was_first_read(store: Store):
    with store.transaction() as t:
        receive(t, post(flags=("backlog",)), NOON, KEEP)
        assert receive(t, post(text="改过了"), NOON + HOUR, KEEP) is Received.EDITED
        stored = t.posts.get("p1")
    assert stored is not None
    assert stored.flags == ("backlog",)
