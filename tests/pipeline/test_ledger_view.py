"""The ledger shows beside each record the reaction to it, its incidents and the last answer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import event

from pipeline import ledger_view
from pipeline.acts import Actor, attempt
from pipeline.indexing import catch_up_records
from pipeline.ledger_view import EVERYTHING, RecordState, Wanted
from records.actions import Act, Action
from records.disclosures import Disclosure
from records.incidents import IncidentState
from records.people import Person
from records.words import Role, Scope, Sentiment
from storage.search.record_index import RecordIndex
from storage.store import Store
from tests.pipeline.answered import approved
from tests.pipeline.known_answers import DAY, HOUR, NOON, SECOND, Town, record
from tests.pipeline.test_incident_view import DEPS, FIRST
from tests.pipeline.test_views import ADMIN, EVALUATOR, HOUSING, OFFICER, SCHOOLS, WATCH
from tests.storage.plans import asked


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
        return next(one for one in ledger_view.ledger(t, OFFICER).rows if one.id == record_id)


def test_a_record_shows_its_reaction_and_its_ongoing_incident(store: Store):
    town(store)
    found = row(store, "d1")
    assert (found.posts, found.negative, found.incidents, found.ongoing, found.answered_at) == (4, 3, 1, 1, None)
    quiet = row(store, "d2")
    assert (quiet.posts, quiet.negative, quiet.incidents, quiet.ongoing) == (0, 0, 0, 0)


def test_a_published_answer_stands_beside_its_record(store: Store):
    town(store)
    approved(store, FIRST, "说明", NOON)
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
        assert ("p1" in [one.id for one in ledger_view.ledger(t, person).rows]) is seen
        assert ledger_view.ledger(t, person).total == (3 if seen else 2)
        assert (ledger_view.record_page(t, person, "p1") is not None) is seen
        assert ("p1" in dict(ledger_view.record_choices(t, person))) is seen


def test_records_are_found_by_what_became_of_them(store: Store):
    def found(state: RecordState) -> list[str]:
        with store.reading() as t:
            return [one.id for one in ledger_view.ledger(t, OFFICER, Wanted(state=state)).rows]

    town(store)
    with store.transaction() as t:
        t.disclosures.add(replace(record("d2"), title="改过", explanation="题目漏字"), NOON, "王芳")
        t.disclosures.add(replace(record("p1", scope=Scope.PARTY), withdrawn=True, explanation="撤回"), NOON, "王芳")
    assert {state: found(state) for state in RecordState} == {
        RecordState.ONGOING: ["d1"],
        RecordState.UNANSWERED: ["d1"],
        RecordState.CORRECTED: ["d2"],
        RecordState.WITHDRAWN: ["p1"],
    }
    approved(store, FIRST, "说明", NOON)
    for act, args in ((Act.PUBLISH_RESPONSE, {"text": "说明"}), (Act.CLOSE, {"reason": "已平息"})):
        attempt(store, Action(NOON, "王芳", act, {"incident": FIRST, **args}), Actor("王芳", Role.OFFICE), DEPS)
    assert (found(RecordState.ONGOING), found(RecordState.UNANSWERED)) == ([], [])


def test_a_record_whose_only_incident_was_dismissed_owes_no_answer(store: Store):
    town(store)
    dismissal = Action(NOON + HOUR, "王芳", Act.DISMISS, {"incident": FIRST, "reason": "与本事项无关"})
    attempt(store, dismissal, Actor("王芳", Role.OFFICE), DEPS)
    with store.reading() as t:
        assert t.incidents.get(FIRST).state is IncidentState.DISMISSED  # type: ignore[union-attr]
        assert ledger_view.ledger(t, OFFICER, Wanted(state=RecordState.UNANSWERED)).rows == []


@pytest.mark.parametrize(("words", "found"), [("d2", ["d2"]), ("住建局 d1", ["d1"]), ("%", []), ("没有", [])])
def test_without_an_index_records_are_found_by_words_in_id_title_number_or_unit(
    store: Store, words: str, found: list[str]
):
    town(store)
    with store.reading() as t:
        assert [one.id for one in ledger_view.ledger(t, OFFICER, Wanted(words)).rows] == found
        assert ledger_view.ledger(t, OFFICER, Wanted(words)).total == len(found)


def test_a_record_page_holds_body_versions_reaction_and_incidents(store: Store):
    town(store)
    with store.reading() as t:
        page = ledger_view.record_page(t, OFFICER, "d1")
    assert page is not None
    assert page.record.body == "全文"
    assert [version.recorded_by for version in page.versions] == ["王芳"]
    assert page.by_sentiment == {Sentiment.NEGATIVE: 3, Sentiment.NEUTRAL: 1}
    assert [incident.id for incident in page.incidents] == [FIRST]


def test_the_posts_on_a_record_are_read_page_by_page(store: Store):
    town(store)
    with store.reading() as t:
        record_of = t.disclosures.get("d1")
        assert record_of is not None
        pages = [ledger_view.record_posts(t, OFFICER, record_of, 3, offset) for offset in (0, 3, 6)]
    assert [[post.post.id for post in page] for page in pages] == [["calm", "v2", "v1"], ["v0"], []]


def test_the_ledger_is_paged(store: Store):
    town(store)
    with store.reading() as t:
        pages = [[one.id for one in ledger_view.ledger(t, OFFICER, limit=2, offset=offset).rows] for offset in (0, 2)]
    assert pages == [["d1", "d2"], ["p1"]]


@pytest.fixture
def index(tmp_path: Path) -> Iterator[RecordIndex]:
    opened = RecordIndex(tmp_path / "records.db")
    yield opened
    opened.close()


def years(store: Store, index: RecordIndex) -> None:
    with store.transaction() as t:
        rows = (
            (
                "heat",
                "供热方案",
                "住建局",
                "惠川办发〔2019〕48号",
                2019,
                Scope.PUBLIC,
                "H1",
                "停暖退费的办法见第三条。",
            ),
            (
                "bus",
                "公交线路调整",
                "交通局",
                None,
                2021,
                Scope.PUBLIC,
                "H2",
                "冬季供热期间公交照常。" + "补充。" * 40 + "退费另行通知。",
            ),
            ("cadre", "干部供热保障考核", "组织部", None, 2021, Scope.PARTY, "H2", "供热考核结果。"),
        )
        for record_id, title, unit, number, year, scope, item, body in rows:
            made = Disclosure(
                record_id, title, number, datetime(year, 1, 1, 1, tzinfo=UTC), unit, item, scope, None, body
            )
            t.disclosures.add(made, NOON, "王芳")
    catch_up_records(store, index)


def found(store: Store, index: RecordIndex, wanted: Wanted, person: Person = OFFICER) -> list[str]:
    with store.reading() as t:
        return [one.id for one in ledger_view.ledger(t, person, wanted, index).rows]


@pytest.mark.parametrize(
    ("words", "ids"),
    [
        ("退费", ["heat", "bus"]),
        ("停暖 退费", ["heat"]),
        ("惠川办发〔2019〕48号", ["heat"]),
        ("组织部", ["cadre"]),
        ("bus", ["bus"]),
        ("没有的词", []),
    ],
)
def test_records_are_found_by_words_of_title_number_unit_and_body(
    store: Store, index: RecordIndex, words: str, ids: list[str]
):
    years(store, index)
    assert found(store, index, Wanted(words)) == ids


def test_a_hit_in_the_title_comes_before_one_in_the_body(store: Store, index: RecordIndex):
    years(store, index)
    assert found(store, index, Wanted("供热"))[-1] == "bus"


@pytest.mark.parametrize(
    ("wanted", "ids"),
    [
        (Wanted(unit="交通局"), ["bus"]),
        (Wanted(year=2019), ["heat"]),
        (Wanted("供热", scope=Scope.PARTY), ["cadre"]),
        (Wanted("供热", item="H2", scope=Scope.PUBLIC), ["bus"]),
    ],
)
def test_records_are_filtered_by_unit_year_scope_and_catalogue_item(
    store: Store, index: RecordIndex, wanted: Wanted, ids: list[str]
):
    years(store, index)
    assert found(store, index, wanted) == ids


@pytest.mark.clause("E-2(3)2")
def test_a_party_record_is_found_and_its_unit_and_item_named_only_to_those_who_may_read_it(
    store: Store, index: RecordIndex
):
    years(store, index)
    assert "cadre" in found(store, index, Wanted("供热"), WATCH)
    assert "cadre" not in found(store, index, Wanted("供热"), EVALUATOR)
    assert found(store, index, Wanted("组织部"), HOUSING) == []
    with store.reading() as t:
        assert "组织部" in ledger_view.ledger_filters(t, OFFICER).units
        seen = ledger_view.ledger_filters(t, EVALUATOR)
    assert (seen.units, seen.years, seen.items) == (["交通局", "住建局"], [2021, 2020, 2019], ["H1", "H2"])


def test_an_excerpt_shows_the_place_of_the_hit(store: Store, index: RecordIndex):
    years(store, index)
    with store.reading() as t:
        (row,) = ledger_view.ledger(t, OFFICER, Wanted("公交 退费"), index).rows
    shown = {name: [piece.text for piece in pieces if piece.hit] for name, pieces in row.hits}
    assert shown == {"题目": ["公交"], "正文": ["公交"]}


def test_a_corrected_record_is_found_by_its_new_words_alone(store: Store, index: RecordIndex):
    years(store, index)
    with store.transaction() as t:
        known = t.disclosures.get("heat")
        assert known is not None
        t.disclosures.add(replace(known, body="改为照常收费。", explanation="有误"), NOON + HOUR, "王芳")
    assert catch_up_records(store, index) == 1
    assert catch_up_records(store, index) == 0
    assert found(store, index, Wanted("停暖")) == []
    assert found(store, index, Wanted("照常收费")) == ["heat"]


def test_the_records_to_choose_from_are_read_without_their_texts(store: Store):
    town(store)
    read: list[str] = []
    with store.reading() as t:
        event.listen(t.connection, "before_cursor_execute", lambda *args: read.append(args[2]))
        assert len(ledger_view.record_choices(t, OFFICER)) == 3
    (statement,) = read
    assert "body" not in statement


def test_the_whole_ledger_is_listed_anew_only_after_a_record_has_changed(store: Store):
    town(store)
    with store.reading() as t:
        ids, filters = ledger_view.matching(t, OFFICER, EVERYTHING), ledger_view.ledger_filters(t, OFFICER)
        hidden = ledger_view.matching(t, EVALUATOR, EVERYTHING)
    assert set(hidden) < set(ids)
    with store.reading() as t, asked(store) as statements:
        assert ledger_view.matching(t, OFFICER, EVERYTHING) == ids
        assert ledger_view.ledger_filters(t, OFFICER) == filters
    assert all("count(*)" in one for one in statements)
    with store.transaction() as t:
        t.disclosures.add(replace(record("d9"), unit="新设局"), NOON, "王芳")
    with store.reading() as t:
        assert "d9" in ledger_view.matching(t, OFFICER, EVERYTHING)
        assert "新设局" in ledger_view.ledger_filters(t, OFFICER).units
