"""The upward ledger: who must be told is noted at every rise, what was sent is proved, and nothing is ever written over."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from alerts.delivery import DeliveryFailed
from casework.reports.document import Letterhead
from casework.upward.standing import BodyStanding, Standing
from nlp.admission import without_personal_data
from pipeline import reporting, upward, upward_view
from pipeline.acknowledging import acknowledge, carried
from pipeline.acts import Actor, Deps, attempt
from pipeline.fail_over import fail_over
from pipeline.notify import stored_contacts
from pipeline.owing import Owed
from pipeline.refusals import Refused
from pipeline.upward import Arrived, Content, Meant
from records.actions import Act, Action
from records.deliveries import DeliveryState
from records.duty import Shift
from records.people import Contact, Person
from records.reports import Part
from records.upward import BY_CHANNEL, Need, Noted
from records.words import Level, ReportKind, Role, Scope
from regulation.severity import severity_rules
from regulation.telling import telling
from regulation.upward import upward_rules
from storage.store import Store
from tests.pipeline.clocks import HOUR, MINUTE, Inbox, sender
from tests.pipeline.known_answers import NOON, Town, record

RULES = upward_rules()
OFFICE = Actor("赵主任", Role.OFFICE)
DUTY = Actor("王芳", Role.DUTY)
READER = Person("zhao", "赵主任", Role.OFFICE)
LEADERS, CITY, REGION = (body.name for body in RULES.bodies)
CITY_NAME = RULES.bodies[1].label
ZHANG = Contact(CITY_NAME, "email", "zhang@city.example", "张科长")
ISSUER = "惠川区委（区委办公室）"


class Desk:
    """A desk with one incident, opened at noon, and the acts on its upward ledger."""

    def __init__(self, store: Store, reports: Path, scope: Scope = Scope.PUBLIC) -> None:
        self.store = store
        owed = Owed(upward=RULES)
        self.town = Town(store, records=(), owed=owed)
        letterhead = Letterhead("版头", "惠舆情报", "区委", "区委办公室")
        self.deps = Deps(severity_rules({}), stored_contacts, reports, letterhead, owed=owed)
        with store.transaction() as t:
            t.disclosures.add(record("d1", scope=scope), NOON, "测试")
        for number in range(3):
            self.town.come(f"p{number}", NOON)
        with store.reading() as t:
            self.incident = t.incidents.of_disclosure("d1")[0].id

    def do(self, act: Act, minutes: float, **args: Any) -> None:
        args = {"incident": self.incident, **args}
        attempt(self.store, Action(NOON + minutes * MINUTE, OFFICE.name, act, args), OFFICE, self.deps)

    def raise_to(self, severity: str, minutes: float = 1) -> None:
        self.do(Act.SET_SEVERITY, minutes, severity=severity, reason="电话得知")

    def file_report(self, minutes: float) -> None:
        for part in Part:
            with self.store.transaction() as t:
                which, said = (t, self.incident, ReportKind.INITIAL, part), f"{part.label}的情况"
                reporting.confirm_part(*which, said, OFFICE, NOON + minutes * MINUTE, without_personal_data)
        self.do(Act.FILE_REPORT, minutes, kind="initial")

    def meant(self, body: str, minutes: float, actor: Actor = OFFICE, request: str | None = None) -> Meant:
        return Meant(self.incident, body, actor, NOON + minutes * MINUTE, request)

    def send(self, body: str, minutes: float, request: str | None = None, **content: Any) -> None:
        if self.standing(body).standing is Standing.TO_DECIDE:
            upward.decide(self.store, self.meant(body, minutes), True, "涉及面广", RULES)
        meant = self.meant(body, minutes, request=request)
        upward.send(self.store, meant, Content(**content), RULES, stored_contacts, ISSUER)

    def standing(self, body: str) -> BodyStanding:
        with self.store.reading() as t:
            incident = t.incidents.get(self.incident)
            assert incident is not None
            page = upward_view.upward_page(t, READER, incident, RULES, ())
        assert page is not None
        return next(one for one in page.bodies if one.body == body)

    def waiting(self) -> list[tuple[str, Standing]]:
        with self.store.reading() as t:
            return [(row.body.body, row.body.standing) for row in upward_view.waiting(t, READER, NOON)]

    def queued(self, body: str) -> list[tuple[str, str | None]]:
        """Over which channels, and with which note, the newest dispatch to the body goes."""
        with self.store.reading() as t:
            (deliveries,) = t.alerts.deliveries([self.standing(body).dispatches[-1].entry.alert or ""]).values()
        return [(one.channel, one.note) for one in deliveries]

    def contacts(self, *contacts: Contact) -> None:
        with self.store.transaction() as t:
            t.people.set_contacts(contacts[0].recipient, contacts)


@pytest.fixture
def desk(store: Store, tmp_path: Path) -> Desk:
    return Desk(store, tmp_path)


@pytest.fixture
def major(desk: Desk) -> Desk:
    desk.raise_to("major")
    return desk


@pytest.mark.clause("H-43", "H-42(2)")
def test_a_rise_to_major_asks_for_the_leaders_and_leaves_the_city_office_to_a_person(desk: Desk):
    assert desk.waiting() == []
    desk.raise_to("major")
    assert desk.waiting() == [(LEADERS, Standing.TO_SEND), (CITY, Standing.TO_DECIDE)]
    need = desk.standing(LEADERS).need
    assert need is not None
    assert (need.need, need.clause, need.at, need.actor) == (Need.MUST, "H-42(2)", NOON + MINUTE, "赵主任")


def test_a_further_rise_asks_anew_although_the_rule_says_the_same(major: Desk):
    at = NOON + 2 * MINUTE
    upward.note_sent(major.store, major.meant(LEADERS, 5), Content(text="x"), "phone", at, "李书记", RULES)
    upward.decide(major.store, major.meant(CITY, 5), False, "影响限于一个小区", RULES)
    assert major.waiting() == []
    major.raise_to("major_emergency", 6)
    assert major.waiting() == [
        (LEADERS, Standing.TO_SEND),
        (CITY, Standing.TO_DECIDE),
        (REGION, Standing.TO_DECIDE),
    ]


@pytest.mark.clause("H-43")
def test_a_rise_by_rule_asks_too_in_the_transaction_that_raised(desk: Desk):
    for number in range(60):
        desk.town.come(f"q{number}", NOON + number * timedelta(seconds=1))
    needs = [desk.standing(body).need for body in (LEADERS, CITY, REGION)]
    assert [one and one.need for one in needs] == [Need.MUST, Need.AS_NEEDED, Need.AS_NEEDED]
    assert {one and one.actor for one in needs} == {"posts_60_1h"}


def test_a_later_rule_changes_nothing_that_was_asked(major: Desk):
    milder = upward_rules({"district_leaders": {"major": "none", "major_emergency": "none"}})
    with major.store.reading() as t:
        incident = t.incidents.get(major.incident)
        assert incident is not None
        page = upward_view.upward_page(t, READER, incident, milder, ())
    assert page is not None
    assert page.bodies[0].standing is Standing.TO_SEND


@pytest.mark.clause("H-43")
def test_a_decision_names_who_decided_what_when_and_why(major: Desk):
    upward.decide(major.store, major.meant(CITY, 5), False, " 影响限于一个小区 ", RULES)
    found = major.standing(CITY)
    assert found.standing is Standing.NOT_REPORTED
    assert found.decision is not None
    decided = found.decision
    assert (decided.send, decided.reason, decided.actor) == (False, "影响限于一个小区", "赵主任")
    assert decided.at == NOON + 5 * MINUTE
    upward.decide(major.store, major.meant(CITY, 9), True, "已有媒体报道", RULES)
    assert major.standing(CITY).standing is Standing.TO_SEND
    assert len([one for one in major.standing(CITY).entries if one.noted is Noted.DECISION]) == 2


def test_what_is_left_to_a_person_is_not_reported_before_the_decision_nor_against_it(major: Desk):
    for decided, told in ((None, "须视情决定"), (False, "已决定不上报")):
        if decided is not None:
            upward.decide(major.store, major.meant(CITY, 5), decided, "影响限于一个小区", RULES)
        with pytest.raises(Refused, match=told):
            upward.note_sent(major.store, major.meant(CITY, 10), Content(text="x"), "oa", NOON, "收文1号", RULES)


def test_what_must_be_told_is_not_decided_and_no_decision_goes_without_a_reason(major: Desk):
    with pytest.raises(Refused, match="按规定必须上报区委相关领导"):
        upward.decide(major.store, major.meant(LEADERS, 5), False, "不用报", RULES)
    with pytest.raises(Refused, match="决定的理由"):
        upward.decide(major.store, major.meant(CITY, 5), False, "  ", RULES)
    assert major.standing(CITY).decision is None


@pytest.mark.clause("H-43")
def test_a_report_goes_out_by_the_outbox_and_what_the_channel_accepted_is_its_proof(major: Desk):
    major.contacts(ZHANG)
    major.file_report(3)
    major.send(CITY, 10, report=(ReportKind.INITIAL, 1), text="请阅")
    assert major.standing(CITY).standing is Standing.SENDING
    inbox = Inbox()
    sender(major.store, email=inbox).send_due(NOON + 11 * MINUTE)
    (message,) = [one for one in inbox.received if one.kind == "upward"]
    assert (message.recipient, message.address) == (CITY_NAME, "zhang@city.example")
    assert message.title == "舆情报送〔重大〕“d1号方案”相关舆情"
    for said in (f"报送单位：{ISSUER}", "报告：首报 惠舆情报〔2026〕1号", "请阅", "网民观点：网民观点的情况"):
        assert said in message.body
    found = major.standing(CITY)
    (dispatch,) = found.dispatches
    assert found.standing is Standing.SENT
    assert dispatch.went_out_at == NOON + 11 * MINUTE
    entry = dispatch.entry
    assert (entry.way, entry.report, entry.report_number) == (BY_CHANNEL, ReportKind.INITIAL, 1)
    assert entry.serial == "惠舆情报〔2026〕1号"


def test_the_page_of_messages_is_no_proof_that_somebody_outside_was_told(major: Desk):
    major.contacts(ZHANG)
    major.send(CITY, 10, text="请阅")
    with major.store.reading() as t:
        entry = major.standing(CITY).dispatches[0].entry
        (deliveries,) = t.alerts.deliveries([entry.alert or ""]).values()
    assert [one.channel for one in deliveries] == ["email"]


def test_without_a_contact_nothing_is_sent_and_the_refusal_says_what_to_do(major: Desk):
    with pytest.raises(Refused, match="没有登记联系方式：请登记，或以电话、机要等方式送达后登记"):
        major.send(CITY, 10, text="请阅")
    assert list(major.standing(CITY).dispatches) == []


def test_what_no_channel_delivers_stands_on_the_desk_again_and_the_office_is_asked_to_pass_it_on(major: Desk):
    major.contacts(ZHANG)
    major.contacts(Contact("office", "sms", "13800138000", "值班员"))
    upward.note_sent(major.store, major.meant(LEADERS, 9), Content(text="x"), "phone", NOON + MINUTE, "李书记", RULES)
    major.send(CITY, 10, text="请阅")
    inbox = Inbox([DeliveryFailed("没有这个邮箱", permanent=True)])
    sender(major.store, email=inbox).send_due(NOON + 10 * MINUTE)
    assert major.waiting() == [(CITY, Standing.FAILED)]
    fail_over(major.store, NOON + 12 * MINUTE, stored_contacts, telling())
    texts = Inbox()
    sender(major.store, sms=texts).send_due(NOON + 12 * MINUTE)
    (message,) = [one for one in texts.received if one.kind == "upward"]
    assert f"{CITY_NAME}的联系方式都没有送达，请代为转告。" in message.body
    assert major.standing(CITY).standing is Standing.FAILED


def test_the_next_contact_of_the_body_is_tried_where_the_first_cannot_be_reached(major: Desk):
    major.contacts(ZHANG, Contact(CITY_NAME, "sms", "13900139000", "李科员", rank=2))
    major.send(CITY, 10, text="请阅")
    sender(major.store, email=Inbox([DeliveryFailed("没有这个邮箱", permanent=True)])).send_due(NOON + 10 * MINUTE)
    fail_over(major.store, NOON + 12 * MINUTE, stored_contacts, telling())
    sender(major.store, sms=Inbox()).send_due(NOON + 12 * MINUTE)
    assert major.standing(CITY).standing is Standing.SENT


def test_whoever_is_on_duty_at_the_body_is_told_before_its_other_contacts_and_its_head(major: Desk):
    li = Contact(CITY_NAME, "sms", "13900139000", "李科员", rank=2)
    major.contacts(ZHANG, li, Contact(CITY_NAME, "wecom", "信息科负责人", "王科长", level=Level.HEAD))
    major.send(CITY, 10, text="请阅")
    assert major.queued(CITY) == [("email", None)]
    with major.store.transaction() as t:
        t.duty.add(Shift(CITY_NAME, "李科员", NOON, NOON + 12 * HOUR))
    major.send(CITY, 20, text="续报")
    assert major.queued(CITY) == [("sms", None)]


def test_a_contact_that_is_told_in_place_of_whoever_is_on_duty_can_confirm_too(major: Desk):
    major.contacts(ZHANG)
    with major.store.transaction() as t:
        t.duty.add(Shift(CITY_NAME, "李科员", NOON, NOON + 12 * HOUR))
    major.send(CITY, 10, text="请阅")
    assert major.queued(CITY) == [("email", "值班表上的李科员没有登记联系方式，改发给您，请代为处理。")]
    with major.store.reading() as t:
        (delivery,) = t.alerts.deliveries([major.standing(CITY).dispatches[0].entry.alert or ""]).popitem()[1]
        found = carried(t, delivery.id)
    assert isinstance(found, Arrived)
    assert found.who == "张科长"


@pytest.mark.clause("H-43")
def test_of_a_party_record_neither_title_nor_content_leaves_the_system(store: Store, tmp_path: Path):
    desk = Desk(store, tmp_path, Scope.PARTY)
    desk.raise_to("major")
    desk.contacts(ZHANG)
    desk.file_report(3)
    desk.send(CITY, 10, report=(ReportKind.INITIAL, 1), text="关于d1号方案的情况")
    inbox = Inbox()
    sender(store, email=inbox).send_due(NOON + 11 * MINUTE)
    (message,) = [one for one in inbox.received if one.kind == "upward"]
    assert "d1号方案" not in message.title + message.body
    assert "的情况" not in message.body
    assert "具体内容不经本系统外发" in message.body
    assert desk.standing(CITY).dispatches[0].entry.text == "关于d1号方案的情况"


@pytest.mark.clause("H-43")
def test_what_goes_by_hand_is_noted_with_way_moment_and_number(major: Desk):
    at = NOON + 3 * MINUTE
    upward.note_sent(major.store, major.meant(LEADERS, 10), Content(text="口头报告"), "sealed", at, "机要第12号", RULES)
    (dispatch,) = major.standing(LEADERS).dispatches
    entry = dispatch.entry
    assert (entry.way, entry.happened_at, entry.note, entry.at) == ("sealed", at, "机要第12号", NOON + 10 * MINUTE)
    assert dispatch.went_out_at == at
    assert major.waiting() == [(CITY, Standing.TO_DECIDE)]


@pytest.mark.parametrize(
    ("content", "way", "minutes", "note", "told"),
    [
        (Content(), "phone", 3, "张", "报送的内容，或选择一份已报送的报告"),
        (Content(report=(ReportKind.FINAL, 1)), "phone", 3, "张", "没有这份报告"),
        (Content(text="x"), "pigeon", 3, "张", "没有“pigeon”这种报送方式"),
        (Content(text="x"), BY_CHANNEL, 3, "张", "没有“channel”这种报送方式"),
        (Content(text="x"), "phone", 11, "张", "报送时间不能晚于现在"),
        (Content(text="x"), "phone", 3, " ", "编号，或由谁接收"),
    ],
)
def test_what_proves_nothing_is_refused(major: Desk, content: Content, way: str, minutes: float, note: str, told: str):
    with pytest.raises(Refused, match=told):
        upward.note_sent(major.store, major.meant(LEADERS, 10), content, way, NOON + minutes * MINUTE, note, RULES)
    assert list(major.standing(LEADERS).dispatches) == []


@pytest.mark.clause("H-43")
def test_a_receipt_names_who_confirmed_and_is_noted_once(major: Desk):
    upward.note_sent(major.store, major.meant(LEADERS, 10), Content(text="x"), "phone", NOON, "李书记秘书", RULES)
    sent = major.standing(LEADERS).dispatches[0].entry.id
    assert sent is not None
    meant = major.meant(LEADERS, 12, DUTY)
    upward.note_receipt(major.store, meant, sent, "李书记", "电话确认", RULES)
    found = major.standing(LEADERS)
    receipt = found.dispatches[0].receipt
    assert found.standing is Standing.RECEIVED
    assert receipt is not None
    assert (receipt.who, receipt.note, receipt.actor, receipt.at) == ("李书记", "电话确认", "王芳", NOON + 12 * MINUTE)
    with pytest.raises(Refused, match="已有回执"):
        upward.note_receipt(major.store, meant, sent, "又一人", None, RULES)


def test_the_body_confirms_by_the_link_in_the_message_and_opening_it_confirms_nothing(major: Desk):
    major.contacts(ZHANG)
    major.send(CITY, 10, text="请阅")
    sender(major.store, email=Inbox()).send_due(NOON + 11 * MINUTE)
    with major.store.reading() as t:
        (delivery,) = t.alerts.deliveries([major.standing(CITY).dispatches[0].entry.alert or ""]).popitem()[1]
        found = carried(t, delivery.id)
    assert delivery.state is DeliveryState.SENT
    assert isinstance(found, Arrived)
    assert major.standing(CITY).standing is Standing.SENT
    for minute in (20, 21):
        upward.receive(major.store, found, NOON + minute * MINUTE)
    receipts = [one for one in major.standing(CITY).entries if one.noted is Noted.RECEIPT]
    assert [(one.who, one.actor, one.at) for one in receipts] == [("张科长", "张科长（邮件链接）", NOON + 20 * MINUTE)]
    with major.store.reading() as t:
        incident = t.incidents.get(major.incident)
        assert incident is not None
        assert incident.acknowledged_at is None, "nobody outside acknowledges for the district"
    with pytest.raises(Refused):
        acknowledge(major.store, delivery.id, NOON + HOUR, major.deps)


def test_a_link_that_reached_the_office_in_place_of_the_body_is_no_receipt(major: Desk):
    major.contacts(ZHANG)
    major.contacts(Contact("office", "sms", "13800138000", "值班员"))
    major.send(CITY, 10, text="请阅")
    sender(major.store, email=Inbox([DeliveryFailed("没有这个邮箱", permanent=True)])).send_due(NOON + 10 * MINUTE)
    fail_over(major.store, NOON + 12 * MINUTE, stored_contacts, telling())
    with major.store.reading() as t:
        found = t.alerts.deliveries([major.standing(CITY).dispatches[0].entry.alert or ""]).popitem()[1]
        passed_on = next(one for one in found if one.note is not None)
        assert carried(t, passed_on.id) is None


def test_a_mistake_is_taken_back_by_an_entry_of_its_own_and_stays_in_sight(major: Desk):
    upward.note_sent(major.store, major.meant(LEADERS, 10), Content(text="x"), "phone", NOON, "张", RULES)
    before = major.standing(LEADERS).entries
    mistaken = before[-1].id
    assert mistaken is not None
    upward.take_back(major.store, major.meant(LEADERS, 11), mistaken, "打错了电话", RULES)
    after = major.standing(LEADERS)
    assert list(after.entries[:-1]) == list(before)
    void = after.entries[-1]
    assert (void.noted, void.of, void.reason) == (Noted.VOID, mistaken, "打错了电话")
    assert after.standing is Standing.TO_SEND
    with pytest.raises(Refused, match="已经作废"):
        upward.take_back(major.store, major.meant(LEADERS, 12), mistaken, "再一次", RULES)


def test_neither_what_a_rule_asked_nor_what_a_channel_sent_is_taken_back(major: Desk):
    major.contacts(ZHANG)
    major.send(CITY, 10, text="请阅")
    fixed = [one for one in major.standing(CITY).entries if one.noted in (Noted.NEED, Noted.SENT)]
    assert len(fixed) == 2
    for entry in fixed:
        assert entry.id is not None
        with pytest.raises(Refused):
            upward.take_back(major.store, major.meant(CITY, 12), entry.id, "误报", RULES)


@pytest.mark.parametrize(
    "tried",
    [
        lambda desk, actor: upward.decide(desk.store, desk.meant(CITY, 5, actor), True, "x", RULES),
        lambda desk, actor: upward.send(
            desk.store, desk.meant(CITY, 5, actor), Content(text="x"), RULES, stored_contacts, ISSUER
        ),
        lambda desk, actor: upward.note_sent(
            desk.store, desk.meant(CITY, 5, actor), Content(text="x"), "phone", NOON, "张", RULES
        ),
        lambda desk, actor: upward.take_back(desk.store, desk.meant(CITY, 5, actor), 1, "x", RULES),
    ],
)
@pytest.mark.parametrize("role", [Role.DUTY, Role.UNIT, Role.EVALUATOR])
def test_only_the_office_decides_reports_and_takes_back_and_a_refusal_is_audited(
    major: Desk, tried: Callable[[Desk, Actor], None], role: Role
):
    with pytest.raises(Refused, match="向上报告由区委办公室办理"):
        tried(major, Actor("旁人", role, "住建局"))
    with major.store.reading() as t:
        last = t.audit.about(major.incident)[-1]
    assert (last.actor, last.allowed) == ("旁人", False)


def test_every_step_is_in_the_log_of_acts(major: Desk):
    upward.decide(major.store, major.meant(CITY, 5), True, "已有媒体报道", RULES)
    upward.note_sent(major.store, major.meant(CITY, 10), Content(text="x"), "oa", NOON, "收文1号", RULES)
    with major.store.reading() as t:
        log = [(one.act, one.actor, one.detail["body"]) for one in t.audit.about(major.incident)[-2:]]
    assert log == [("decide_upward", "赵主任", CITY_NAME), ("report_upward", "赵主任", CITY_NAME)]


def test_a_double_click_sends_once(major: Desk):
    major.contacts(ZHANG)
    for _ in range(2):
        major.send(CITY, 10, request="r1", text="请阅")
    assert len(major.standing(CITY).dispatches) == 1


def test_a_second_report_is_a_second_message(major: Desk):
    major.contacts(ZHANG)
    for minute in (10, 11):
        major.send(CITY, minute, text="请阅")
    inbox = Inbox()
    sender(major.store, email=inbox).send_due(NOON + 12 * MINUTE)
    assert len([one for one in inbox.received if one.kind == "upward"]) == 2


def test_a_dismissed_incident_asks_for_nothing_and_a_closed_one_still_does(major: Desk):
    major.do(Act.CLOSE, 5, reason="线下已解决")
    assert major.waiting()
    major.do(Act.REOPEN, 6, reason="又有反映")
    major.do(Act.DISMISS, 7, reason="误报")
    assert major.waiting() == []


def test_a_severity_taken_back_asks_for_less(major: Desk):
    major.do(Act.SET_SEVERITY, 5, severity="general", reason="判断有误")
    assert major.waiting() == []


def test_the_ledger_is_filtered_by_body_state_and_time_and_shows_to_no_unit(major: Desk):
    upward.decide(major.store, major.meant(CITY, 5), False, "影响有限", RULES)
    unit = Person("chen", "陈杰", Role.UNIT, "住建局")
    with major.store.reading() as t:
        rows = upward_view.ledger(t, READER)
        assert [row.body.body for row in rows] == [LEADERS, CITY]
        assert [row.body.body for row in upward_view.ledger(t, READER, body=CITY)] == [CITY]
        assert [row.body.body for row in upward_view.ledger(t, READER, standing=Standing.TO_SEND)] == [LEADERS]
        assert upward_view.ledger(t, READER, since=NOON + HOUR) == []
        assert upward_view.ledger(t, unit) == []
        assert upward_view.waiting(t, unit, NOON) == []
        incident = t.incidents.get(major.incident)
        assert incident is not None
        assert upward_view.upward_page(t, unit, incident, RULES, ()) is None


def test_what_nobody_asked_for_can_be_reported_all_the_same(desk: Desk):
    at = NOON + MINUTE
    upward.note_sent(desk.store, desk.meant(REGION, 10), Content(text="x"), "phone", at, "值班室", RULES)
    assert desk.standing(REGION).standing is Standing.SENT
    with pytest.raises(Refused, match="没有“nobody”这个上报对象"):
        upward.note_sent(desk.store, desk.meant("nobody", 10), Content(text="x"), "phone", at, "张", RULES)
