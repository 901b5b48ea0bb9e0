"""The suggestions ledger: taken in masked, answered or explained, urged, fed back, and finished only then; each sees its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from casework.suggestions.moves import Said
from casework.suggestions.standing import Course
from nlp.admission import without_personal_data
from pipeline import suggesting, suggestion_view
from pipeline.acts import Actor
from pipeline.meant import Meant
from pipeline.notify import stored_contacts
from pipeline.redacting import redact
from pipeline.refusals import Refused
from pipeline.suggesting import Handling, Incoming
from pipeline.suggestion_alerts import watch_suggestions
from pipeline.suggestion_courses import courses_of
from pipeline.suggestion_view import HIDDEN_TEXT, SuggestionPage
from pipeline.views import HIDDEN_TITLE
from records.alerts import Alert
from records.people import Person
from records.suggestions import REDACTED_TEXT, Did, Standing
from records.words import Role, Scope
from regulation.suggestions import suggestion_rules
from storage.store import Store
from tests.pipeline.known_answers import DAY, NOON, record
from tests.storage.making import assessment, post
from tests.storage.plans import asked

RULES = suggestion_rules()
HANDLING = Handling(RULES, without_personal_data, stored_contacts)
OFFICE = Actor("赵主任", Role.OFFICE)
DUTY = Actor("王芳", Role.DUTY)
HOUSING = Actor("陈杰", Role.UNIT, "住建局")
SCHOOLS = Actor("孙静", Role.UNIT, "教体局")
BOX = Incoming("建议把补贴名单按村公开", "mailbox", NOON, "d1")
MINUTE = timedelta(minutes=1)
ADOPT = Said("每季度按村公开补贴名单", due_on=date(2026, 6, 30))
EXPLAIN = Said("名单含个人信息，依规只公开到人数和金额")
CARRIED = Said("二季度名单已按村公开，见村务公开栏照片 3 张")
TOLD = Said("已在公开栏张贴办理结果", way="board", happened_at=NOON)
STEPS = {
    Did.TRANSFERRED: Said(unit="教体局"),
    Did.URGED: Said(),
    Did.ADOPTED: ADOPT,
    Did.EXPLAINED: EXPLAIN,
    Did.CARRIED_OUT: CARRIED,
    Did.FED_BACK: TOLD,
    Did.IMPORTANT: Said("涉及全区补贴发放"),
    Did.SUBMITTED: Said("惠党公开报〔2026〕1号", happened_at=NOON),
    Did.INSTRUCTED: Said("请住建局抓紧落实"),
    Did.FINISHED: Said(),
}


class Desk:
    """A desk with two units and one suggestion, registered by the office at noon."""

    def __init__(self, store: Store) -> None:
        self.store = store
        with store.transaction() as t:
            t.disclosures.add(replace(record("d1"), unit="住建局"), NOON, "测试")
            t.disclosures.add(replace(record("d2"), unit="教体局"), NOON, "测试")
            t.disclosures.add(replace(record("d3", scope=Scope.PARTY), unit="住建局"), NOON, "测试")
        self.number = self.register(BOX)

    def register(
        self, incoming: Incoming, actor: Actor = OFFICE, request: str | None = None, at: datetime = NOON
    ) -> str:
        return suggesting.register(self.store, incoming, actor, at, HANDLING, request)

    def do(self, did: Did, actor: Actor = OFFICE, said: Said | None = None, **more: object) -> None:
        meant = Meant(self.number, actor, NOON + MINUTE, **more)  # type: ignore[arg-type]
        suggesting.note(self.store, meant, did, STEPS[did] if said is None else said, HANDLING)

    def take_back(self, entry: int | None, reason: str | None = "记错了", actor: Actor = OFFICE) -> None:
        suggesting.take_back(self.store, Meant(self.number, actor, NOON), entry or 0, reason, HANDLING)

    def course(self, number: str | None = None) -> Course:
        with self.store.reading() as t:
            return courses_of(t, [number or self.number])[number or self.number]

    def page(self, actor: Actor, number: str | None = None) -> SuggestionPage | None:
        with self.store.reading() as t:
            return suggestion_view.page(t, person(actor), number or self.number, RULES)

    def seen(self, actor: Actor, now: datetime = NOON, **wanted: object) -> list[str]:
        with self.store.reading() as t:
            rows = suggestion_view.ledger(t, person(actor), now, **wanted)  # type: ignore[arg-type]
        return [row.suggestion.id for row in rows]

    def alerts(self, kind: str) -> list[Alert]:
        with self.store.reading() as t:
            return [one for one in t.alerts.all() if one.kind == kind]


def person(actor: Actor) -> Person:
    return Person("u", actor.name, actor.role or Role.OFFICE, actor.unit)


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


@pytest.mark.clause("H-46", "H-47", "H-48", "E-2(6)5")
def test_a_suggestion_is_transferred_adopted_carried_out_fed_back_and_finished(desk: Desk):
    desk.do(Did.TRANSFERRED)
    for did in (Did.ADOPTED, Did.CARRIED_OUT, Did.FED_BACK):
        desk.do(did, SCHOOLS)
    desk.do(Did.FINISHED)
    found = desk.course()
    assert (found.standing, found.unit, found.waits) == (Standing.FINISHED, "教体局", ())
    assert [(one.did.value, one.actor) for one in found.entries] == [
        ("registered", "赵主任"),
        ("transferred", "赵主任"),
        ("adopted", "孙静"),
        ("carried_out", "孙静"),
        ("fed_back", "孙静"),
        ("finished", "赵主任"),
    ]
    with desk.store.reading() as t:
        assert [row.act for row in t.audit.about(desk.number)] == [
            "register_suggestion",
            "transfer_suggestion",
            "answer_suggestion",
            "carry_out_suggestion",
            "feed_back_suggestion",
            "finish_suggestion",
        ]


@pytest.mark.clause("H-47")
@pytest.mark.parametrize("did", [Did.CARRIED_OUT, Did.FED_BACK, Did.SUBMITTED, Did.INSTRUCTED, Did.FINISHED])
def test_nothing_is_carried_out_fed_back_reported_or_finished_before_its_time(desk: Desk, did: Did):
    with pytest.raises(Refused):
        desk.do(did)
    assert [one.did for one in desk.course().entries] == [Did.REGISTERED]


@pytest.mark.clause("H-47")
def test_what_is_not_adopted_must_be_explained(desk: Desk):
    for text in (None, "", "  "):
        with pytest.raises(Refused, match="请填写不采纳的解释"):
            desk.do(Did.EXPLAINED, said=Said(text))
    desk.do(Did.EXPLAINED)
    with pytest.raises(Refused, match="待反馈"):
        desk.do(Did.FINISHED)
    desk.do(Did.FED_BACK)
    desk.do(Did.FINISHED)
    assert desk.course().standing is Standing.FINISHED


@pytest.mark.clause("H-47")
def test_an_adopted_one_names_the_day_and_a_fed_back_one_way_time_and_proof(desk: Desk):
    for said, told in (
        (replace(ADOPT, due_on=None), "何时完成"),
        (replace(ADOPT, text=None), "采纳后做什么"),
        (replace(ADOPT, due_on=date(2026, 4, 9)), "不能早于今天"),
    ):
        with pytest.raises(Refused, match=told):
            desk.do(Did.ADOPTED, said=said)
    desk.do(Did.ADOPTED)
    for said, told in (
        (replace(TOLD, way=None), "方式"),
        (replace(TOLD, way="pigeon"), "没有“pigeon”这种方式"),
        (replace(TOLD, happened_at=NOON + DAY), "不能晚于现在"),
        (replace(TOLD, text=None), "反馈的内容和证明"),
    ):
        with pytest.raises(Refused, match=told):
            desk.do(Did.FED_BACK, said=said)


@pytest.mark.clause("H-47")
def test_a_transferred_one_is_due_in_working_days_and_shows_how_they_were_counted(desk: Desk):
    desk.do(Did.TRANSFERRED)
    transferred = desk.course().transferred
    assert transferred is not None
    # From Friday the 10th of April: ten working days end with the 24th, before the made-up Saturday and Labour Day.
    assert transferred.due_at == datetime.fromisoformat("2026-04-25T00:00:00+08:00")
    assert "10 个工作日" in (transferred.counted or "")


@pytest.mark.clause("H-47")
def test_the_unit_is_told_of_a_transfer_and_of_every_urging_and_no_message_holds_words_or_titles(desk: Desk):
    desk.do(Did.TRANSFERRED)
    desk.do(Did.URGED)
    desk.do(Did.URGED)
    (moved,) = desk.alerts("suggestion_transferred")
    assert (moved.recipient, moved.link) == ("教体局", f"/suggestion?id={desk.number}")
    assert "4月24日 24:00" in moved.body
    urged = desk.alerts("suggestion_urged")
    assert sorted(one.title.partition(" 第")[2] for one in urged) == [" 1 次催办", " 2 次催办"]
    assert len({one.key for one in urged}) == 2
    with desk.store.reading() as t:
        title = t.disclosures.get("d1").title  # type: ignore[union-attr]
    for one in (moved, *urged):
        assert [words in f"{one.title}{one.body}" for words in (BOX.text, title)] == [False, False]


@pytest.mark.clause("H-47")
def test_what_is_overdue_is_told_to_unit_and_office_once_and_no_more_when_it_is_done(desk: Desk):
    desk.do(Did.TRANSFERRED)
    due = desk.course().next_due()
    assert due is not None
    assert watch_suggestions(desk.store, due, stored_contacts) == 0
    assert watch_suggestions(desk.store, due + MINUTE, stored_contacts) == 2
    assert watch_suggestions(desk.store, due + DAY, stored_contacts) == 0
    assert sorted(one.recipient for one in desk.alerts("suggestion_overdue")) == ["office", "教体局"]
    assert all("待办理" in one.body for one in desk.alerts("suggestion_overdue"))
    desk.do(Did.EXPLAINED)
    desk.do(Did.FED_BACK)
    desk.do(Did.FINISHED)
    assert watch_suggestions(desk.store, due + 300 * DAY, stored_contacts) == 0


@pytest.mark.clause("H-47")
def test_a_promised_day_that_has_passed_is_told_too(desk: Desk):
    desk.do(Did.ADOPTED)
    evening = datetime.fromisoformat("2026-06-30T23:59:59+08:00")
    assert watch_suggestions(desk.store, evening, stored_contacts) == 0
    assert watch_suggestions(desk.store, evening + 2 * MINUTE, stored_contacts) == 2


@pytest.mark.clause("H-47")
def test_an_important_one_is_finished_only_when_it_was_reported_in_writing(desk: Desk):
    desk.do(Did.IMPORTANT)
    desk.do(Did.EXPLAINED)
    desk.do(Did.FED_BACK)
    with pytest.raises(Refused, match="待书面报告"):
        desk.do(Did.FINISHED)
    desk.do(Did.SUBMITTED)
    desk.do(Did.INSTRUCTED)
    desk.do(Did.FINISHED)
    found = desk.course()
    assert found.standing is Standing.FINISHED
    assert found.instructed is not None
    assert found.instructed.text == "请住建局抓紧落实"
    assert [one.recipient for one in desk.alerts("suggestion_instructed")] == ["住建局"]


@pytest.mark.clause("H-48", "H-47")
def test_a_unit_answers_for_what_it_handles_and_sees_what_was_ever_its_own(desk: Desk):
    assert [desk.seen(HOUSING), desk.seen(SCHOOLS)] == [[desk.number], []]
    assert desk.page(SCHOOLS) is None
    for did in (Did.TRANSFERRED, Did.URGED, Did.IMPORTANT):
        with pytest.raises(Refused, match="没有权限"):
            desk.do(did, HOUSING)
    desk.do(Did.TRANSFERRED)
    with pytest.raises(Refused, match="没有权限"):
        desk.do(Did.ADOPTED, HOUSING)
    assert [desk.seen(HOUSING), desk.seen(SCHOOLS)] == [[desk.number], [desk.number]]
    page = desk.page(SCHOOLS)
    assert page is not None
    assert page.steps == {Did.ADOPTED, Did.EXPLAINED}
    with pytest.raises(Refused, match="没有权限"):
        desk.do(Did.ADOPTED, DUTY)


@pytest.mark.clause("H-48")
def test_a_refused_act_is_in_the_log(desk: Desk):
    with pytest.raises(Refused):
        desk.do(Did.TRANSFERRED, HOUSING)
    with desk.store.reading() as t:
        (last,) = t.audit.newest(1)
    assert (last.act, last.actor, last.allowed) == ("transfer_suggestion", "陈杰", False)


@pytest.mark.clause("H-46")
def test_a_unit_takes_in_its_own_whatever_the_record_and_names_no_other_unit(desk: Desk):
    number = desk.register(replace(BOX, record="d1"), SCHOOLS)
    assert desk.course(number).unit == "教体局"
    with pytest.raises(Refused, match="只能登记由本单位办理"):
        desk.register(replace(BOX, unit="住建局"), SCHOOLS)
    assert desk.course(desk.register(replace(BOX, unit="教体局"))).unit == "教体局"
    assert desk.course(desk.register(replace(BOX, record=None), DUTY)).unit is None


def test_personal_data_is_masked_before_the_first_write_in_every_text(desk: Desk):
    number = desk.register(replace(BOX, text="群众王建国（电话13912345678）建议公开账目"))
    desk.number = number
    desk.do(Did.ADOPTED, said=replace(ADOPT, text="已请群众王建国（电话13912345678）参加座谈"))
    desk.do(Did.CARRIED_OUT, said=Said("已致电13912345678"))
    with desk.store.reading() as t:
        found = t.suggestions.get(number)
        entries = t.suggestions.entries([number])[number]
    kept = " ".join([found.text if found else "", *(one.text or "" for one in entries)])
    assert [said in kept for said in ("13912345678", "王建国")] == [False, False]
    assert "建议公开账目" in kept


@pytest.mark.parametrize(
    ("incoming", "told"),
    [
        (replace(BOX, text=" "), "请填写意见建议内容"),
        (replace(BOX, way="raven"), "没有“raven”这种来源"),
        (replace(BOX, received_at=NOON + DAY), "收到时间不能晚于现在"),
        (replace(BOX, record="d9"), "没有编号为“d9”的公开事项"),
        (replace(BOX, unit="林业局"), "没有“林业局”这个单位"),
        (replace(BOX, text="长" * 4001), "最多 4000 个字"),
    ],
)
def test_what_cannot_be_taken_in_is_said(desk: Desk, incoming: Incoming, told: str):
    with pytest.raises(Refused, match=told):
        desk.register(incoming)


def test_a_request_that_comes_twice_is_carried_out_once(desk: Desk):
    assert desk.register(BOX, request="r1") == desk.register(BOX, request="r1") == "2026-00002"
    desk.do(Did.URGED, request="r2")
    desk.do(Did.URGED, request="r2")
    assert [one.did for one in desk.course().entries] == [Did.REGISTERED, Did.URGED]


@pytest.mark.clause("H-46")
def test_a_post_becomes_a_suggestion_once_with_its_masked_text_and_its_record(desk: Desk):
    with desk.store.transaction() as t:
        t.posts.add(post("p1", "能不能把名单贴在村口", title="建议"), NOON + 180 * DAY)
        t.assessments.put(assessment("p1", disclosure="d2"), NOON)
    number = suggesting.register_post(desk.store, "p1", OFFICE, NOON, HANDLING)
    assert suggesting.register_post(desk.store, "p1", DUTY, NOON + DAY, HANDLING) == number
    with desk.store.reading() as t:
        found = t.suggestions.get(number)
    assert found is not None
    assert (found.text, found.way, found.record, found.unit) == ("建议\n能不能把名单贴在村口", "post", "d2", "教体局")
    assert "p1" not in (found.origin or "")
    with pytest.raises(Refused, match="已不在库里"):
        suggesting.register_post(desk.store, "p2", OFFICE, NOON, HANDLING)
    redact(desk.store, "p1", "有姓名", OFFICE, NOON)
    with desk.store.reading() as t:
        gone = t.suggestions.get(number)
    assert gone is not None
    assert gone.text == REDACTED_TEXT


def test_words_that_the_masking_missed_are_taken_away_by_the_office(desk: Desk):
    with pytest.raises(Refused, match="没有权限"):
        suggesting.redact(desk.store, Meant(desk.number, HOUSING, NOON), "有姓名")
    with pytest.raises(Refused, match="理由"):
        suggesting.redact(desk.store, Meant(desk.number, OFFICE, NOON), " ")
    suggesting.redact(desk.store, Meant(desk.number, OFFICE, NOON), "有姓名")
    page = desk.page(OFFICE)
    assert page is not None
    assert page.row.suggestion.text == REDACTED_TEXT


@pytest.mark.clause("H-48")
def test_a_mistaken_entry_stays_and_counts_no_more(desk: Desk):
    desk.do(Did.EXPLAINED)
    explained = desk.course().answer
    assert explained is not None
    with pytest.raises(Refused, match="作废的理由"):
        desk.take_back(explained.id, None)
    with pytest.raises(Refused, match="没有权限"):
        desk.take_back(explained.id, actor=HOUSING)
    desk.take_back(explained.id)
    found = desk.course()
    assert (found.standing, len(found.entries)) == (Standing.TO_ANSWER, 3)
    with pytest.raises(Refused, match="不能作废"):
        desk.take_back(explained.id)
    desk.take_back(found.entries[0].id)
    assert desk.course().standing is Standing.VOID
    with pytest.raises(Refused, match="登记已作废"):
        desk.do(Did.ADOPTED)


@pytest.mark.clause("E-2(3)2")
def test_words_and_title_of_a_party_matter_show_only_to_those_who_may_read_it_or_handle_it(desk: Desk):
    number = desk.register(replace(BOX, record="d3"))
    admin = Actor("周管理", Role.ADMIN)
    for actor, text, title in (
        (OFFICE, BOX.text, "d3"),
        (HOUSING, BOX.text, "d3"),
        (admin, HIDDEN_TEXT, HIDDEN_TITLE),
    ):
        page = desk.page(actor, number)
        assert page is not None
        assert page.row.suggestion.text == text
        assert title in (page.row.record_title or "")
    desk.number = number
    desk.do(Did.TRANSFERRED)
    page = desk.page(SCHOOLS, number)
    assert page is not None
    assert (page.row.suggestion.text, page.row.record_title) == (BOX.text, HIDDEN_TITLE)


@pytest.mark.clause("H-47")
def test_the_ledger_begins_with_what_is_overdue_then_what_waits_and_ends_with_what_is_finished(desk: Desk):
    first = desk.number
    desk.do(Did.EXPLAINED)
    desk.do(Did.FED_BACK)
    desk.do(Did.FINISHED)
    second = desk.register(replace(BOX, record="d2"))
    later = desk.register(BOX, at=NOON + 20 * DAY)
    assert desk.seen(OFFICE, NOON + 21 * DAY) == [second, later, first]
    assert desk.seen(OFFICE, NOON, open_only=True) == [second, later]
    assert desk.seen(OFFICE, NOON, record="d2") == [second]
    assert desk.seen(OFFICE, NOON, standing=Standing.FINISHED) == [first]
    assert desk.seen(SCHOOLS, NOON, open_only=True) == [second]


@pytest.mark.clause("H-47", "E-2(6)5")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=40)
@given(acts=st.lists(st.one_of(st.sampled_from(sorted(STEPS)), st.integers(0, 6)), max_size=10))
def test_no_sequence_of_acts_reaches_finished_without_an_answer_and_feedback(desk: Desk, acts: list[Did | int]):
    desk.number = desk.register(BOX)
    for act in acts:
        try:
            if isinstance(act, Did):
                desk.do(act)
            else:
                entries = desk.course().entries
                desk.take_back(entries[act].id if act < len(entries) else 0)
        except Refused:
            pass
    found = desk.course()
    if found.standing is Standing.FINISHED:
        held = {one.did for one in found.entries if one.id not in found.gone}
        assert Did.FED_BACK in held
        assert Did.EXPLAINED in held or {Did.ADOPTED, Did.CARRIED_OUT} <= held
        assert Did.SUBMITTED in held or Did.IMPORTANT not in held


def test_many_suggestions_on_many_records_are_listed_with_as_many_questions_as_one(desk: Desk):
    counted = []
    for record_id in ("d2", "d3"):
        with asked(desk.store) as statements:
            desk.seen(OFFICE)
            with desk.store.reading() as t:
                courses_of(t, t.suggestions.overdue(NOON + 60 * DAY))
        counted.append(len(statements))
        desk.register(replace(BOX, record=record_id))
    assert counted[0] == counted[1]
