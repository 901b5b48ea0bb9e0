"""The ledger shows beside each record the reaction to it, its incidents and the last answer."""

from __future__ import annotations

import pytest

from pipeline import ledger_view
from pipeline.acts import Actor, attempt
from records.actions import Act, Action
from records.people import Person
from records.words import Role, Scope, Sentiment
from storage.store import Store
from tests.pipeline.known_answers import DAY, HOUR, NOON, SECOND, Town, record
from tests.pipeline.test_incident_view import DEPS, FIRST
from tests.pipeline.test_views import ADMIN, EVALUATOR, HOUSING, OFFICER, SCHOOLS, WATCH


def town(store: Store) -> Town:
    made = Town(store)
    with store.transaction() as t:
        t.disclosures.add(record("p1", scope=Scope.PARTY), NOON - DAY, "王芳")
    for number in range(3):
        made.come(f"v{number}", NOON + number * SECOND)
    made.come("calm", NOON + HOUR, sentiment=Sentiment.NEUTRAL)
    return made


def row(store: Store, record_id: str) -> ledger_view.RecordRow:
    with store.reading() as t:
        return next(one for one in ledger_view.ledger(t, OFFICER) if one.id == record_id)


def test_a_record_shows_its_reaction_and_its_ongoing_incident(store: Store):
    town(store)
    found = row(store, "d1")
    assert (found.posts, found.negative, found.incidents, found.ongoing, found.answered_at) == (4, 3, 1, 1, None)
    quiet = row(store, "d2")
    assert (quiet.posts, quiet.negative, quiet.incidents, quiet.ongoing) == (0, 0, 0, 0)


def test_a_published_answer_stands_beside_its_record(store: Store):
    town(store)
    action = Action(NOON + HOUR, "王芳", Act.PUBLISH_RESPONSE, {"incident": FIRST, "text": "说明"})
    attempt(store, action, Actor("王芳", Role.OFFICE), DEPS)
    assert row(store, "d1").answered_at == NOON + HOUR


@pytest.mark.clause("E-2(4)")
@pytest.mark.parametrize(
    ("person", "seen"),
    [(OFFICER, True), (WATCH, True), (HOUSING, True), (SCHOOLS, False), (EVALUATOR, False), (ADMIN, False)],
)
def test_a_party_record_is_listed_only_for_those_who_may_read_it(store: Store, person: Person, seen: bool):
    town(store)
    with store.reading() as t:
        assert ("p1" in [one.id for one in ledger_view.ledger(t, person)]) is seen
        assert ledger_view.ledger_size(t, person) == (3 if seen else 2)
        assert (ledger_view.record_page(t, person, "p1") is not None) is seen
        assert ("p1" in dict(ledger_view.record_choices(t, person))) is seen


@pytest.mark.parametrize(("words", "found"), [("d2", ["d2"]), ("住建局 d1", ["d1"]), ("%", []), ("没有", [])])
def test_records_are_found_by_words_in_id_title_number_or_unit(store: Store, words: str, found: list[str]):
    town(store)
    with store.reading() as t:
        assert [one.id for one in ledger_view.ledger(t, OFFICER, words)] == found
        assert ledger_view.ledger_size(t, OFFICER, words) == len(found)


def test_a_record_page_holds_body_versions_reaction_and_incidents(store: Store):
    town(store)
    with store.reading() as t:
        page = ledger_view.record_page(t, OFFICER, "d1")
    assert page is not None
    assert page.record.body == "全文"
    assert [version.recorded_by for version in page.versions] == ["王芳"]
    assert page.by_sentiment == {Sentiment.NEGATIVE: 3, Sentiment.NEUTRAL: 1}
    assert [incident.id for incident in page.incidents] == [FIRST]
    assert [post.post.id for post in page.posts] == ["calm", "v2", "v1", "v0"]


def test_the_ledger_is_paged(store: Store):
    town(store)
    with store.reading() as t:
        pages = [[one.id for one in ledger_view.ledger(t, OFFICER, limit=2, offset=offset)] for offset in (0, 2)]
    assert pages == [["d1", "d2"], ["p1"]]
