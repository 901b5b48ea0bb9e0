"""A proposal is taken through its course by those who may; what is published comes out of it with every signature."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from threading import Thread
from typing import Any

import pytest

from casework.disclosures.procedure import End
from pipeline import proposal_view, proposing
from pipeline.acts import Actor
from pipeline.meant import Meant
from pipeline.proposing import Desk
from pipeline.publication_log import Page
from pipeline.refusals import Refused
from records.people import Person
from records.proposals import Flag, Form, Noted
from records.words import Attribute, Audience, Manner, Purpose, Risk, Role, Scope, TimeKind
from regulation.procedures import procedure
from storage.store import Store
from tests.pipeline.clocks import MINUTE
from tests.pipeline.known_answers import NOON, record

UNIT, HELPER, OFFICE = "区住建局", "区水务局", "区委办公室"
DRAFTER = Actor("承办甲", Role.DRAFTER, UNIT)
LEADER = Actor("分管乙", Role.LEADER, UNIT)
SECRECY = Actor("保密丙", Role.SECRECY, UNIT)
HEAD = Actor("主要己", Role.HEAD, UNIT)
ARCHIVIST = Actor("档案丁", Role.ARCHIVIST)
OFFICER = Actor("赵主任", Role.OFFICE)
SIGNER = Actor("书记", Role.HEAD, OFFICE)
CONFIRMER = Actor("水务辛", Role.UNIT, HELPER)
FORM = Form(
    unit=UNIT,
    title="关于老旧小区改造的通知",
    body="改造四个小区。",
    attribute=Attribute.OPEN,
    audience=Audience.SOCIETY,
    manners=(Manner.SOCIETY,),
    platforms=("互联网",),
    time_kind=TimeKind.LASTING,
    decided_on=date(2026, 4, 9),
)
DOCUMENT = replace(FORM, document=True, platforms=("政府公众网", "公开栏"))
COURSE: Sequence[tuple[str, Actor, str]] = [
    ("secrecy_first", DRAFTER, UNIT),
    ("propose", DRAFTER, UNIT),
    ("secrecy_second", LEADER, UNIT),
    ("secrecy_officer", SECRECY, UNIT),
    ("deputy", LEADER, UNIT),
    ("publish", DRAFTER, UNIT),
    ("archive", ARCHIVIST, UNIT),
]


def marks(form: Form) -> list[Flag]:
    return [Flag("k1", "mark", "正文", "内部资料", "内部标志", "H-23")] if "内部资料" in form.body else []


DESK = Desk(OFFICE, procedure("H"), marks)
SIX_STEPS = Desk(OFFICE, procedure("E"), marks)
EVALUATOR = Person("zhao", "赵敏", Role.EVALUATOR)


class Office:
    """A desk that knows two units, and the deeds on one proposal."""

    def __init__(self, store: Store, form: Form = FORM, by: Actor = DRAFTER, desk: Desk | None = None) -> None:
        self.store, self.minute = store, 0
        with store.transaction() as t:
            t.disclosures.add(replace(record("d1"), unit=UNIT), NOON, "测试")
            t.disclosures.add(replace(record("d2"), unit=HELPER), NOON, "测试")
        self.id = proposing.begin(store, form, by, NOON, desk or DESK)

    def meant(self, actor: Actor, request: str | None = None) -> Meant:
        self.minute += 1
        return Meant(self.id, actor, NOON + self.minute * MINUTE, request)

    def sign(self, name: str, actor: Actor, unit: str = UNIT, **more: Any) -> None:
        proposing.sign(self.store, self.meant(actor), name, unit, **more)

    def walk(self, upto: str | None = None) -> None:
        for name, actor, unit in COURSE:
            if name == upto:
                return
            self.sign(name, actor, unit)

    @property
    def now(self) -> proposing.Proposal:
        with self.store.reading() as t:
            found = proposing.proposal(t, self.id)
        assert found is not None
        return found


def test_whoever_acts_on_a_form_that_somebody_has_changed_meanwhile_is_told(store: Store):
    office = Office(store)
    seen = office.now.forms
    proposing.fill(store, replace(office.meant(DRAFTER), seen=seen), replace(FORM, body="甲改的正文"), DESK)
    with pytest.raises(Refused, match="审批表刚被"):
        proposing.fill(store, replace(office.meant(DRAFTER), seen=seen), replace(FORM, body="乙改的正文"), DESK)
    with pytest.raises(Refused, match="看过新的内容再办"):
        proposing.sign(store, replace(office.meant(DRAFTER), seen=seen), COURSE[0][0], UNIT)
    assert office.now.standing.form is not None
    assert office.now.standing.form.body == "甲改的正文"
    proposing.sign(store, replace(office.meant(COURSE[0][1]), seen=office.now.forms), COURSE[0][0], UNIT)


@pytest.mark.clause("H-15", "H-18")
def test_what_is_published_becomes_a_record_and_waits_for_its_archive(store: Store):
    office = Office(store, replace(FORM, risk=Risk.MEDIUM, watch_terms=("旧改",)))
    office.walk("publish")
    with store.reading() as t:
        assert t.disclosures.get(office.id) is None
    office.sign("publish", DRAFTER, page=Page("https://gov.example/1"))
    with store.reading() as t:
        made = t.disclosures.get(office.id)
    assert made is not None
    assert (made.title, made.unit, made.scope, made.risk, made.watch_terms, made.url) == (
        FORM.title, UNIT, Scope.PUBLIC, Risk.MEDIUM, ("旧改",), "https://gov.example/1",
    )  # fmt: skip
    assert made.published_at == NOON + office.minute * MINUTE
    assert office.now.kept.step == "archive"
    office.sign("archive", ARCHIVIST)
    assert (office.now.standing.end, office.now.kept.ended, office.now.kept.step) == (End.DISCLOSED, "disclosed", None)


@pytest.mark.parametrize(
    ("upto", "wrong"),
    [
        ("secrecy_first", Actor("外人", Role.DRAFTER, HELPER)),
        ("propose", LEADER),
        ("secrecy_second", DRAFTER),
        ("secrecy_second", Actor("外人", Role.LEADER, HELPER)),
        ("secrecy_officer", LEADER),
        ("deputy", SECRECY),
        ("deputy", Actor("管理员", Role.ADMIN, UNIT)),
        ("publish", HEAD),
        ("archive", LEADER),
    ],
)
def test_only_who_has_the_duty_signs_and_a_try_is_on_record(store: Store, upto: str, wrong: Actor):
    office = Office(store)
    office.walk(upto)
    before = office.now
    with pytest.raises(Refused, match="没有权限"):
        office.sign(upto, wrong)
    assert office.now == before
    with store.reading() as t:
        (last,) = t.audit.newest(1)
    assert (last.actor, last.act, last.allowed) == (wrong.name, f"proposal_{upto}", False)


@pytest.mark.clause("H-7")
@pytest.mark.clause("H-9")
def test_the_people_of_the_office_sign_for_the_office(store: Store):
    office = Office(store, DOCUMENT)
    office.walk("deputy")
    with pytest.raises(Refused, match="没有权限"):
        office.sign("attribute_review", LEADER, OFFICE)
    office.sign("attribute_review", OFFICER, OFFICE)
    office.sign("deputy", LEADER)
    with pytest.raises(Refused, match="没有权限"):
        office.sign("issue", HEAD, OFFICE)
    office.sign("issue", SIGNER, OFFICE, attribute=Attribute.WITHHELD, reason="时机未到")
    office.sign("archive", ARCHIVIST)
    assert office.now.standing.end is End.WITHHELD
    with store.reading() as t:
        assert t.disclosures.get(office.id) is None


@pytest.mark.clause("H-10")
def test_a_document_for_society_is_published_on_the_government_s_site_at_the_same_time(store: Store):
    office = Office(store, DOCUMENT)
    office.walk("deputy")
    office.sign("attribute_review", OFFICER, OFFICE)
    office.sign("deputy", LEADER)
    office.sign("issue", SIGNER, OFFICE)
    for page in (Page(), Page("https://gov.example/1", ("公开栏",))):
        with pytest.raises(Refused, match=r"须同步发布到政府公众网.*第十条"):
            office.sign("publish", DRAFTER, page=page)
    office.sign("publish", DRAFTER, page=Page("https://gov.example/1"))
    assert office.now.standing.published is not None


@pytest.mark.clause("H-23")
def test_rules_that_came_after_the_approval_are_asked_before_the_publication(store: Store):
    office = Office(store)
    office.walk("publish")

    def later(form: Form) -> list[Flag]:
        return [Flag("k9", "own_word", "正文", "四个小区", "本单位词语", "E-2(7)1")]

    with pytest.raises(Refused, match=r"1 条保密或隐私提示没有核销.*正文有own_word"):
        office.sign("publish", DRAFTER, check=later)
    assert [flag.found for flag in office.now.standing.flags] == ["四个小区"]
    with store.reading() as t:
        assert t.disclosures.get(office.id) is None
        assert "四个小区" not in str([row.detail for row in t.audit.newest(50)])
    with pytest.raises(Refused, match="没有核销"):
        office.sign("publish", DRAFTER, check=later)
    assert [one.noted for one in office.now.entries].count(Noted.CHECKED) == 1
    proposing.clear(store, office.meant(SECRECY), "k9", "已公开过的数字")
    office.sign("publish", DRAFTER, check=later)
    assert office.now.standing.published is not None


def test_who_may_not_publish_starts_no_check(store: Store):
    office = Office(store)
    office.walk("publish")
    with pytest.raises(Refused, match="没有权限"):
        office.sign("publish", HEAD, check=lambda form: [Flag("k9", "m", "正文", "x", "y", "H-23")])
    assert office.now.standing.flags == ()


@pytest.mark.clause("H-26")
def test_a_second_account_of_the_same_name_does_not_check_the_first(store: Store):
    office = Office(store)
    office.walk("secrecy_officer")
    with pytest.raises(Refused, match="姓名相同的账户按同一人"):
        office.sign("secrecy_officer", replace(SECRECY, name=f"{LEADER.name[0]} {LEADER.name[1:]}"))
    told = Actor(f"{LEADER.name}（保密）", Role.SECRECY, UNIT)
    with store.reading() as t:
        page = proposal_view.page(t, Person("bm", told.name, Role.SECRECY, UNIT), office.id)
    assert page is not None
    assert page.namesakes == {"secrecy_officer": LEADER.name}
    office.sign("secrecy_officer", told)
    with store.reading() as t:
        assert t.audit.newest(1)[0].detail["namesake"] == LEADER.name


@pytest.mark.clause("H-16")
def test_a_unit_that_it_concerns_confirms_for_itself_only(store: Store):
    office = Office(store, replace(FORM, co_units=(HELPER,)))
    office.walk("deputy")
    with pytest.raises(Refused):
        office.sign("co_unit", LEADER, HELPER)
    with pytest.raises(Refused):
        office.sign("deputy", LEADER)
    office.sign("co_unit", CONFIRMER, HELPER)
    office.sign("deputy", LEADER)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": " "}, "题目"),
        ({"unit": "区林业局"}, "没有权限"),
        ({"co_units": ("区林业局",)}, "没有“区林业局”"),
        ({"co_units": (UNIT,)}, "只写一次"),
        ({"interpreter": HELPER}, "列入涉及单位"),
        ({"purpose": Purpose.CORRECTION, "record": "d9"}, "没有要更正"),
        ({"purpose": Purpose.CORRECTION, "record": "d2"}, "由它提出"),
    ],
)
def test_what_cannot_be_proposed_is_refused_at_once(store: Store, change: dict[str, Any], said: str):
    with pytest.raises(Refused, match=said):
        Office(store, replace(FORM, **change))


@pytest.mark.clause("H-20")
def test_a_correction_is_the_next_version_with_its_explanation(store: Store):
    form = replace(FORM, purpose=Purpose.CORRECTION, record="d1", explanation="日期写错", title="更正后的题目")
    office = Office(store, form)
    office.walk("archive")
    with store.reading() as t:
        first, second = t.disclosures.versions("d1")
    assert (second.disclosure.title, second.disclosure.explanation) == ("更正后的题目", "日期写错")
    assert second.disclosure.published_at == first.disclosure.published_at
    assert not second.disclosure.withdrawn


@pytest.mark.clause("H-20")
def test_a_correction_of_the_way_alone_is_a_version_with_its_explanation(store: Store):
    first = Office(store)
    first.walk()
    again = replace(
        FORM, purpose=Purpose.CORRECTION, record=first.id, explanation="补在公开栏公布", platforms=("公开栏",)
    )
    number = proposing.begin(store, again, DRAFTER, NOON, DESK)
    first.id, record_id = number, first.id
    first.walk("archive")
    with store.reading() as t:
        said = [one.disclosure.explanation for one in t.disclosures.versions(record_id)]
    assert said == [None, "补在公开栏公布"]


@pytest.mark.clause("H-20")
def test_a_withdrawal_keeps_the_record_and_says_that_it_is_withdrawn(store: Store):
    form = replace(FORM, purpose=Purpose.WITHDRAWAL, record="d1", explanation="内容有误，另行公布")
    office = Office(store, form)
    office.walk("archive")
    with store.reading() as t:
        first, second = t.disclosures.versions("d1")
    assert (second.disclosure.withdrawn, second.disclosure.body) == (True, first.disclosure.body)
    with pytest.raises(Refused, match="已经撤回"):
        proposing.begin(store, form, DRAFTER, NOON, DESK)


@pytest.mark.clause("H-20")
def test_a_correction_that_comes_after_the_withdrawal_does_not_bring_the_record_back(store: Store):
    correction = Office(store, replace(FORM, purpose=Purpose.CORRECTION, record="d1", explanation="日期写错"))
    correction.walk("publish")
    with store.transaction() as t:
        known = t.disclosures.get("d1")
        assert known is not None
        t.disclosures.add(replace(known, withdrawn=True, explanation="内容有误"), NOON, "测试")
    with pytest.raises(Refused, match="已经撤回"):
        correction.sign("publish", DRAFTER)
    with store.reading() as t:
        kept = t.disclosures.get("d1")
    assert kept is not None
    assert kept.withdrawn


def test_a_correction_that_says_nothing_of_the_risk_leaves_it_as_it_was(store: Store):
    office = Office(store, replace(FORM, purpose=Purpose.CORRECTION, record="d1", explanation="日期写错"))
    with store.transaction() as t:
        known = t.disclosures.get("d1")
        assert known is not None
        t.disclosures.add(replace(known, risk=Risk.HIGH, explanation="补评估"), NOON, "测试")
    office.walk("archive")
    with store.reading() as t:
        kept = t.disclosures.get("d1")
    assert kept is not None
    assert (kept.title, kept.risk) == (FORM.title, Risk.HIGH)


INTERPRETED = replace(FORM, interpreted=True, interpretation_due=date(2026, 4, 9), interpretation="为什么改、怎么改")


@pytest.mark.clause("H-29", "H-30")
def test_the_interpretation_is_signed_by_the_head_and_published_with_the_document(store: Store):
    office = Office(store, INTERPRETED)
    office.walk("publish")
    with pytest.raises(Refused, match="解读材料审签"):
        office.sign("publish", DRAFTER)
    with pytest.raises(Refused, match="没有权限"):
        office.sign("interpretation", LEADER)
    office.sign("interpretation", HEAD)
    with store.reading() as t:
        assert t.disclosures.get(office.id) is None
    office.sign("publish", DRAFTER)
    with store.reading() as t:
        made = t.disclosures.get(office.id)
    assert made is not None
    assert made.interpretation == "为什么改、怎么改"


@pytest.mark.clause("H-29")
def test_the_unit_that_drafts_the_interpretation_writes_it_and_its_head_signs_it(store: Store):
    office = Office(store, replace(INTERPRETED, interpretation=None, co_units=(HELPER,), interpreter=HELPER))
    with pytest.raises(Refused, match="解读材料"):
        office.sign("secrecy_first", DRAFTER)
    with pytest.raises(Refused, match="没有权限"):
        proposing.interpret(store, office.meant(DRAFTER), "改什么", DESK)
    proposing.interpret(store, office.meant(CONFIRMER), "改什么", DESK)
    form = office.now.standing.form
    assert form is not None
    assert (form.interpretation, form.title, office.now.entries[-1].actor) == ("改什么", FORM.title, "水务辛")
    office.walk("deputy")
    office.sign("co_unit", CONFIRMER, HELPER)
    office.sign("deputy", LEADER)
    with pytest.raises(Refused, match="没有权限"):
        office.sign("interpretation", HEAD, HELPER)
    office.sign("interpretation", Actor("水务局长", Role.HEAD, HELPER), HELPER)
    office.sign("publish", DRAFTER)


def test_no_interpretation_is_written_where_none_is_needed_or_the_form_is_proposed(store: Store):
    office = Office(store)
    with pytest.raises(Refused, match="没有写明需要解读"):
        proposing.interpret(store, office.meant(DRAFTER), "改什么", DESK)
    office = Office(store, INTERPRETED)
    office.walk("secrecy_second")
    with pytest.raises(Refused, match="先退回"):
        proposing.interpret(store, office.meant(DRAFTER), "改什么", DESK)


@pytest.mark.clause("H-23")
def test_nothing_is_published_while_a_mark_is_open_and_its_clearing_has_a_name(store: Store):
    office = Office(store, replace(FORM, body="内部资料，不得外传"))
    office.walk("secrecy_officer")
    with pytest.raises(Refused, match="没有核销"):
        office.sign("secrecy_officer", SECRECY)
    with pytest.raises(Refused, match="没有权限"):
        proposing.clear(store, office.meant(LEADER), "k1", "公开资料")
    with pytest.raises(Refused, match="理由"):
        proposing.clear(store, office.meant(SECRECY), "k1", " ")
    proposing.clear(store, office.meant(SECRECY), "k1", "引述的是公开发布的目录名")
    office.sign("secrecy_officer", SECRECY)
    office.sign("deputy", LEADER)
    office.sign("publish", DRAFTER)
    (cleared,) = [one for one in office.now.entries if one.noted is Noted.CLEARED]
    assert (cleared.actor, cleared.reason) == ("保密丙", "引述的是公开发布的目录名")


@pytest.mark.clause("H-6")
def test_what_is_returned_is_filled_in_anew_and_signed_anew(store: Store):
    office = Office(store)
    office.walk("deputy")
    proposing.send_back(store, office.meant(OFFICER), "未写明公开方式")
    assert office.now.kept.step == "propose"
    with pytest.raises(Refused):
        office.sign("deputy", LEADER)
    proposing.fill(store, office.meant(DRAFTER), replace(FORM, title="改后的题目"), DESK)
    office.walk("archive")
    with store.reading() as t:
        made = t.disclosures.get(office.id)
    assert made is not None
    assert made.title == "改后的题目"


def test_a_request_that_comes_twice_is_carried_out_once(store: Store):
    office = Office(store)
    again = office.meant(DRAFTER, "r1")
    proposing.sign(store, again, "secrecy_first", UNIT)
    proposing.sign(store, again, "secrecy_first", UNIT)
    assert len(office.now.entries) == 2
    ids = {proposing.begin(store, FORM, DRAFTER, NOON, DESK, "r2") for _ in range(2)}
    assert len(ids) == 1


def test_two_who_sign_at_once_do_not_both_publish(store: Store):
    office = Office(store)
    office.walk("publish")
    outcomes: list[str] = []

    def publish(actor: Actor) -> None:
        try:
            proposing.sign(store, Meant(office.id, actor, NOON), "publish", UNIT)
            outcomes.append("done")
        except Refused:
            outcomes.append("refused")

    both = [Thread(target=publish, args=(actor,)) for actor in (DRAFTER, Actor("承办壬", Role.DRAFTER, UNIT))]
    for one in both:
        one.start()
    for one in both:
        one.join(60)
        assert not one.is_alive()
    assert sorted(outcomes) == ["done", "refused"]
    with store.reading() as t:
        assert len(t.disclosures.versions(office.id)) == 1


def test_a_rule_that_changes_later_changes_no_proposal_that_has_begun(store: Store):
    office = Office(store)
    office.walk("publish")
    with store.reading() as t:
        kept = t.proposals.get(office.id)
    assert kept is not None
    assert kept.procedure == procedure("H").model_dump(mode="json")
    assert office.now.procedure == procedure("H")


@pytest.mark.parametrize(
    "deed",
    [
        lambda store, meant: proposing.extend(store, meant, date(2026, 5, 1), "情况复杂"),
        lambda store, meant: proposing.drop(store, meant, "不再需要"),
        lambda store, meant: proposing.send_back(store, meant, "不妥"),
        lambda store, meant: proposing.fill(store, meant, FORM, DESK),
    ],
)
def test_no_deed_is_open_to_the_administrator(store: Store, deed: Callable[[Store, Meant], None]):
    office = Office(store)
    office.sign("secrecy_first", DRAFTER)
    with pytest.raises(Refused, match="没有权限"):
        deed(store, office.meant(Actor("管理员", Role.ADMIN)))


@pytest.mark.clause("E-2(5)3")
def test_a_leader_allows_more_time(store: Store):
    office = Office(store)
    with pytest.raises(Refused, match="没有权限"):
        proposing.extend(store, office.meant(DRAFTER), date(2026, 5, 1), "情况复杂")
    proposing.extend(store, office.meant(LEADER), date(2026, 5, 1), "情况复杂")
    assert office.now.entries[-1].until == date(2026, 5, 1)


def seen(store: Store, person: Person) -> list[str]:
    with store.reading() as t:
        return [page.proposal.kept.id for page in proposal_view.pages(t, person)]


@pytest.mark.clause("E-2(3)2", "H-50")
def test_an_evaluator_reads_what_is_for_society_and_changes_nothing(store: Store):
    office = Office(store)
    with store.reading() as t:
        page = proposal_view.page(t, EVALUATOR, office.id)
    assert page is not None
    assert not any((page.signs, page.may_fill, page.may_return, page.may_clear, page.may_extend, page.may_drop))
    with pytest.raises(Refused, match="没有权限"):
        proposing.drop(store, office.meant(Actor("赵敏", Role.EVALUATOR)), "不妥")


def test_an_evaluator_does_not_read_why_something_was_returned_before_it_was_for_everybody(store: Store):
    office = Office(store, replace(FORM, body="内部资料，不得外传"))
    office.walk("secrecy_second")
    proposing.send_back(store, office.meant(LEADER), "第三段引用了涉密文件")
    proposing.fill(store, office.meant(DRAFTER), FORM, DESK)
    with store.reading() as t:
        pages = [proposal_view.page(t, one, office.id) for one in (EVALUATOR, Person("b", "乙", Role.LEADER, UNIT))]
    assert [page is not None and page.reasons for page in pages] == [False, True]


def test_the_unit_that_drafts_the_interpretation_opens_the_proposal_in_the_six_steps_too(store: Store):
    office = Office(store, replace(FORM, interpreted=True, interpreter=HELPER, co_units=(HELPER,)), desk=SIX_STEPS)
    with store.reading() as t:
        page = proposal_view.page(t, Person("b", "乙", Role.DRAFTER, HELPER), office.id)
    assert page is not None
    assert page.may_interpret


@pytest.mark.clause("E-2(3)2")
@pytest.mark.parametrize(
    "change",
    [
        {"audience": Audience.PARTY},
        {"audience": Audience.GROUP},
        {"audience": None},
        {"attribute": Attribute.WITHHELD},
        {"attribute": None},
        {"body": "内部资料，不得外传"},
    ],
)
def test_what_is_not_for_everybody_shows_to_those_alone_who_may_read_party_records(
    store: Store, change: dict[str, Any]
):
    office = Office(store, replace(FORM, co_units=(HELPER,), **change))
    for role, unit in ((Role.DRAFTER, UNIT), (Role.OFFICE, None), (Role.ARCHIVIST, None), (Role.HEAD, HELPER)):
        assert seen(store, Person("a", "甲", role, unit)) == [office.id]
    for role, unit in ((Role.EVALUATOR, None), (Role.SECRECY, HELPER), (Role.HEAD, "区教育局")):
        assert seen(store, Person("a", "甲", role, unit)) == []


@pytest.mark.clause("H-9")
def test_who_signs_for_the_office_sees_the_documents_that_are_signed_there_and_no_other(store: Store):
    document, other = Office(store, DOCUMENT), Office(store)
    assert seen(store, Person("shu", "书记", Role.HEAD, OFFICE)) == [document.id]
    assert other.id in seen(store, Person("zhu", "主要己", Role.HEAD, UNIT))


def test_lists_tell_the_running_ones_from_those_that_ended_and_those_about_a_record(store: Store):
    first = Office(store)
    second = proposing.begin(store, FORM, DRAFTER, NOON, DESK)
    third = proposing.begin(
        store, replace(FORM, purpose=Purpose.CORRECTION, record="d1", explanation="日期写错"), DRAFTER, NOON, DESK
    )
    proposing.drop(store, first.meant(DRAFTER), "重复")
    with store.reading() as t:
        assert [one.id for one in t.proposals.running()] == [third, second]
        assert [one.id for one in t.proposals.ended(10)] == [first.id]
        assert [one.id for one in t.proposals.about("d1")] == [third]
        assert [one.kept.id for one in proposing.proposals(t, t.proposals.about(first.id))] == [first.id]
