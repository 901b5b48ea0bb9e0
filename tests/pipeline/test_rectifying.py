"""What an inspection found is handed to a unit, put right, checked by the office and made known; what is late is told once."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from casework.inspection.rectifying import RectificationCourse, RectificationSaid
from pipeline import inspection_view, rectifying
from pipeline.acts import Actor
from pipeline.meant import Meant
from pipeline.notify import stored_contacts
from pipeline.rectification_alerts import watch_rectifications
from pipeline.refusals import Refused
from records.alerts import OFFICE as OFFICES
from records.alerts import Alert
from records.inspections import SheetKind
from records.people import Person
from records.rectifications import RectificationDid as Did
from records.rectifications import RectificationStanding as Standing
from records.words import Role, Scope
from storage.store import Store
from tests.pipeline.inspected import (
    ADMIN,
    DUTY,
    EVALUATOR,
    HEAD,
    HOUSING,
    JULY,
    LEADER,
    OFFICE,
    OTHER,
    RECTIFYING,
    SCHOOLS,
    UNIT,
    begun,
    person,
    published,
)
from tests.pipeline.known_answers import DAY, NOON
from tests.storage.plans import asked

PROBLEM = RectificationSaid("缺两份签批原件", date(2026, 8, 3))
DUE = datetime(2026, 8, 3, 16, tzinfo=UTC)
SAID = {
    Did.PLANNED: RectificationSaid("补齐原件，由陈杰负责"),
    Did.PROVED: RectificationSaid("两份原件已归档，见档案盒第 3 盒"),
    Did.SENT_BACK: RectificationSaid("还缺一份"),
    Did.ACCEPTED: RectificationSaid("已核对原件"),
    Did.PUBLISHED: RectificationSaid(link="https://gov.example/zg/1"),
    Did.EXTENDED: RectificationSaid("档案室搬迁", date(2026, 8, 20)),
    Did.VOID: RectificationSaid("重复交办"),
}


class Desk:
    """An office that has handed one item to 住建局."""

    def __init__(self, store: Store) -> None:
        self.store = store
        published(store, "d1")
        published(store, "e1", SCHOOLS)
        with store.transaction() as t:
            t.people.add(Person("chenjie", "陈杰", Role.UNIT, HOUSING), "x", NOON)
        self.sheet = begun(store)
        self.item = self.open()

    def open(self, actor: Actor = OFFICE, said: RectificationSaid = PROBLEM, request: str | None = None) -> str:
        meant = Meant(str(self.sheet), actor, JULY, request)
        return rectifying.open_item(self.store, meant, "archive", said, RECTIFYING)

    def do(
        self, did: Did, actor: Actor = OFFICE, said: RectificationSaid | None = None, at: datetime = JULY + DAY
    ) -> None:
        rectifying.note(self.store, Meant(self.item, actor, at), did, said or SAID[did], RECTIFYING)

    def course(self) -> RectificationCourse:
        with self.store.reading() as t:
            item = t.rectifications.get(self.item)
            assert item is not None
            return rectifying.courses(t, [item])[self.item]

    def page(self, actor: Actor) -> inspection_view.ItemPage | None:
        with self.store.reading() as t:
            return inspection_view.item_page(t, person(actor), self.item, RECTIFYING.rules)

    def waiting(self, actor: Actor, now: datetime = JULY) -> list[str]:
        with self.store.reading() as t:
            return [row.item.id for row in inspection_view.waiting(t, person(actor), now)]

    def alerts(self, kind: str) -> list[Alert]:
        with self.store.reading() as t:
            return [one for one in t.alerts.all() if one.kind == kind]


@pytest.fixture
def desk(store: Store) -> Desk:
    return Desk(store)


@pytest.mark.clause("H-53")
def test_an_item_goes_from_hand_over_to_being_made_known(desk: Desk):
    assert desk.course().standing is Standing.TO_PLAN
    for did, actor in (
        (Did.PLANNED, UNIT),
        (Did.PROVED, LEADER),
        (Did.SENT_BACK, OFFICE),
        (Did.PROVED, UNIT),
        (Did.ACCEPTED, ADMIN),
        (Did.PUBLISHED, UNIT),
    ):
        desk.do(did, actor)
    found = desk.course()
    assert found.standing is Standing.FINISHED
    assert [(one.did, one.actor) for one in found.entries[-2:]] == [(Did.ACCEPTED, "管理员"), (Did.PUBLISHED, "陈杰")]
    assert found.entries[-1].link == "https://gov.example/zg/1"
    with desk.store.reading() as t:
        acts = [row.act for row in t.audit.about(desk.item)]
    assert acts == [
        "open_rectification", "rectify", "rectify", "check_rectification", "rectify", "check_rectification",
        "publish_rectification",
    ]  # fmt: skip


def test_numbers_count_up_and_the_same_request_hands_over_once(desk: Desk):
    assert desk.item == "Z2026-0001"
    assert desk.open(request="r1") == desk.open(request="r1") == "Z2026-0002"


@pytest.mark.clause("H-53")
@pytest.mark.parametrize(
    ("did", "before", "may"),
    [
        (Did.PLANNED, [], {UNIT, LEADER, OFFICE, ADMIN}),
        (Did.PROVED, [Did.PLANNED], {UNIT, LEADER, OFFICE, ADMIN}),
        (Did.ACCEPTED, [Did.PLANNED, Did.PROVED], {OFFICE, ADMIN}),
        (Did.SENT_BACK, [Did.PLANNED, Did.PROVED], {OFFICE, ADMIN}),
        (Did.PUBLISHED, [Did.PLANNED, Did.PROVED, Did.ACCEPTED], {UNIT, LEADER, OFFICE, ADMIN}),
        (Did.EXTENDED, [], {OFFICE, ADMIN}),
        (Did.VOID, [], {OFFICE, ADMIN}),
    ],
)
def test_each_step_is_for_those_whom_the_permissions_name(desk: Desk, did: Did, before: list[Did], may: set[Actor]):
    for one in before:
        desk.do(one)
    entries = len(desk.course().entries)
    for actor in (UNIT, LEADER, HEAD, OTHER, DUTY, EVALUATOR, OFFICE, ADMIN):
        page = desk.page(actor)
        if actor not in may:
            assert page is None or did not in page.steps
            with pytest.raises(Refused, match="没有权限"):
                desk.do(did, actor)
        else:
            assert page is not None
            assert did in page.steps
    assert len(desk.course().entries) == entries


def test_only_the_office_hands_over_and_only_by_its_own_sheet(desk: Desk):
    for actor in (UNIT, LEADER, HEAD, OTHER, DUTY, EVALUATOR):
        with pytest.raises(Refused, match="交办"):
            desk.open(actor)
    with pytest.raises(Refused, match="一项下交办"):
        rectifying.open_item(desk.store, Meant(str(desk.sheet), OFFICE, JULY), "x", PROBLEM, RECTIFYING)
    with desk.store.reading() as t:
        assert len(t.rectifications.listed()) == 1
        assert t.inspections.find(SheetKind.SELF, HOUSING, date(2026, 1, 1)) is None


@pytest.mark.parametrize(
    ("did", "before", "said", "told"),
    [
        (Did.PLANNED, [], RectificationSaid(" "), "请填写整改措施"),
        (Did.PROVED, [], RectificationSaid("改好了"), "现在是“待定措施”"),
        (
            Did.PUBLISHED,
            [Did.PLANNED, Did.PROVED, Did.ACCEPTED],
            RectificationSaid(link=""),
            "请填写公开整改情况的网址",
        ),
        (Did.PUBLISHED, [Did.PLANNED, Did.PROVED, Did.ACCEPTED], RectificationSaid(link="d99"), "台账里也没有这个编号"),
        (Did.EXTENDED, [], RectificationSaid("理由", date(2026, 7, 1)), "不能早于今天"),
        (Did.PLANNED, [], RectificationSaid("长" * 1001), "文字过长"),
    ],
)
def test_what_cannot_be_noted_is_refused_and_says_why(
    desk: Desk, did: Did, before: list[Did], said: RectificationSaid, told: str
):
    for one in before:
        desk.do(one)
    with pytest.raises(Refused, match=told):
        desk.do(did, said=said)


def test_it_may_be_made_known_by_a_published_record_whose_title_stays_within_the_party(desk: Desk):
    published(desk.store, "d9", title="关于干部调整的整改情况", scope=Scope.PARTY)
    for one in (Did.PLANNED, Did.PROVED, Did.ACCEPTED):
        desk.do(one)
    desk.do(Did.PUBLISHED, said=RectificationSaid(link="d9"))
    page = desk.page(UNIT)
    assert page is not None
    assert page.row.course.published is not None
    assert page.row.course.published.record == "d9"
    assert page.record_title == "党内公开事项（d9）"


def test_words_are_masked_but_the_names_of_colleagues_stay(desk: Desk):
    desk.do(Did.PLANNED, UNIT, RectificationSaid("责任人：陈杰，联系13800138000"))
    text = desk.course().entries[-1].text or ""
    assert "陈杰" in text
    assert "13800138000" not in text


@pytest.mark.clause("H-53")
def test_the_unit_is_told_what_it_got_and_what_was_sent_back(desk: Desk):
    (opened,) = desk.alerts("rectification_opened")
    assert (opened.recipient, opened.link) == (HOUSING, "/rectification?id=Z2026-0001")
    assert "8月3日 24:00" in opened.body
    assert "原件" not in opened.title + opened.body
    for did in (Did.PLANNED, Did.PROVED, Did.SENT_BACK):
        desk.do(did)
    (back,) = desk.alerts("rectification_sent_back")
    assert back.recipient == HOUSING


@pytest.mark.clause("H-53")
def test_what_is_late_is_told_to_the_unit_and_the_office_once(desk: Desk):
    def watched(now: datetime) -> int:
        return watch_rectifications(desk.store, now, stored_contacts)

    assert watched(DUE) == 0
    assert watched(DUE + timedelta(seconds=1)) == 2
    assert watched(DUE + DAY) == 0
    assert {one.recipient for one in desk.alerts("rectification_overdue")} == {HOUSING, OFFICES}
    desk.do(Did.EXTENDED, at=DUE + DAY)
    assert watched(DUE + 2 * DAY) == 0
    assert watched(datetime(2026, 8, 21, tzinfo=UTC)) == 2


def test_what_waits_stands_in_the_list_of_whoever_it_waits_for(desk: Desk):
    everybody = (UNIT, LEADER, HEAD, OTHER, OFFICE, EVALUATOR, DUTY)
    assert [bool(desk.waiting(one)) for one in everybody] == [True, True, False, False, False, False, False]
    assert [bool(desk.waiting(one, DUE + DAY)) for one in (UNIT, OFFICE, EVALUATOR)] == [True, True, False]
    desk.do(Did.PLANNED)
    desk.do(Did.PROVED)
    assert [bool(desk.waiting(one)) for one in everybody] == [False, False, False, False, True, False, False]
    desk.do(Did.ACCEPTED)
    assert desk.waiting(UNIT) == [desk.item]
    desk.do(Did.PUBLISHED)
    assert [desk.waiting(one, DUE + DAY) for one in everybody] == [[]] * 7


def test_each_sees_their_own_items(desk: Desk):
    with desk.store.reading() as t:
        seen = {
            one.name: len(inspection_view.items(t, person(one))) for one in (UNIT, HEAD, OTHER, OFFICE, EVALUATOR, DUTY)
        }
    assert seen == {UNIT.name: 1, HEAD.name: 1, OTHER.name: 0, OFFICE.name: 1, EVALUATOR.name: 1, DUTY.name: 0}
    assert desk.page(OTHER) is None


def test_items_of_many_sheets_are_listed_with_as_many_questions_as_one(desk: Desk):
    counts = []
    for unit in (SCHOOLS, HOUSING):
        with desk.store.reading() as t, asked(desk.store) as statements:
            found = inspection_view.items(t, person(OFFICE))
        counts.append((len(found), len(statements)))
        desk.sheet = begun(desk.store, unit, day=date(2025, 7, 1))
        desk.open()
    assert [one for one, _ in counts] == [1, 2]
    assert counts[0][1] == counts[1][1]
