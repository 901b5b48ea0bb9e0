"""The views of an incident: for whom, of which posts, and the same in its reports."""

from __future__ import annotations

from pipeline.public_views import incident_views
from records.posts import REDACTED_TEXT
from records.reports import Part
from storage.store import Store
from tests.pipeline.known_answers import HOUR, NOON
from tests.pipeline.prepared import prepared
from tests.pipeline.test_incident_view import FIRST, town
from tests.pipeline.test_views import OFFICER, SCHOOLS


def test_copies_count_with_their_original(store: Store):
    town(store)
    with store.reading() as t:
        found = incident_views(t, OFFICER, FIRST)
    assert found is not None
    assert (found.grouped, found.elsewhere) == (4, 0)
    assert "v0" in {post for view in found.views for post in view.post_ids}
    assert "copy" not in {post for view in found.views for post in view.post_ids}


def test_a_redacted_original_lets_its_copy_speak_and_says_nothing_itself(store: Store):
    made = town(store)
    with store.transaction() as t:
        t.posts.redact("v0", NOON + HOUR)
    with made.store.reading() as t:
        found = incident_views(t, OFFICER, FIRST)
    assert found is not None
    assert "copy" in {post for view in found.views for post in view.post_ids}
    assert REDACTED_TEXT not in {quote for view in found.views for quote in view.quotes}


def test_a_report_quotes_the_views_that_the_page_shows(store: Store):
    town(store)
    with store.reading() as t:
        found = incident_views(t, OFFICER, FIRST)
    parts = prepared(store, FIRST, NOON + HOUR)
    assert found is not None
    for view in found.views:
        assert f"“{view.quotes[0]}”，持此类看法的信息{view.count}条" in parts[Part.PUBLIC_VIEWS]


def test_who_may_not_see_the_incident_gets_no_views(store: Store):
    town(store)
    with store.reading() as t:
        assert incident_views(t, SCHOOLS, FIRST) is None
        assert incident_views(t, OFFICER, "20990101-001") is None
