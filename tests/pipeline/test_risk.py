"""Risk assessments: who makes one, what people see of it, and what of it the published record says."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from nlp.admission import without_personal_data
from pipeline import proposal_view, proposing, risk
from pipeline.acts import Actor
from pipeline.meant import Meant
from pipeline.refusals import Refused
from pipeline.risk import Assessing
from records.people import Person
from records.risks import Judged, Prepared, RiskAssessment, RiskForm
from records.words import Attribute, Category, Purpose, Risk, Role, Scope
from regulation.risk import risk_rules
from storage.store import Store
from tests.pipeline.known_answers import DAY, HOUR, NOON, SECOND, Town
from tests.pipeline.test_proposing import (
    ARCHIVIST,
    DRAFTER,
    FORM,
    HEAD,
    HELPER,
    LEADER,
    OFFICE,
    OFFICER,
    SECRECY,
    SIGNER,
    UNIT,
    Office,
)

ASSESSING = Assessing(OFFICE, risk_rules(), without_personal_data)
RISK = RiskForm(
    judged=(
        Judged("political", 1, 1, "不涉及"),
        Judged("stability", 2, 2, "少数住户"),
        Judged("opinion", 4, 4, "停暖时间长，张先生13912345678来访"),
    ),
    means=("visits",),
    units=(UNIT, OFFICE),
    plan="先入户说明，再发公告。",
    prepared=(Prepared("什么时候恢复供暖？", "11月1日。", UNIT),),
    lead_unit=UNIT,
)
IMPORTANT = replace(FORM, important=True, risk=Risk.MEDIUM)
MEDIUM = replace(RISK, judged=(*RISK.judged[:2], Judged("opinion", 3, 3, "有议论")))


def assess(
    store: Store, any_id: str, form: RiskForm = RISK, by: Actor = DRAFTER, after: int = 0, request: str | None = None
) -> RiskAssessment:
    return risk.assess(store, Meant(any_id, by, NOON + HOUR, request), form, after, ASSESSING)


def page(store: Store, any_id: str, person: Person) -> risk.RiskPage | None:
    with store.reading() as t:
        return risk.page(t, person, any_id, ASSESSING)


def person(role: Role, unit: str | None = None) -> Person:
    return Person("p", "某人", role, unit)


@pytest.mark.clause("H-39", "E-2(7)2")
def test_an_assessment_is_kept_with_level_and_calculation_masked_and_audited(store: Store):
    office = Office(store)
    made = assess(store, office.id)
    assert (made.version, made.level) == (1, Risk.HIGH)
    assert "4（较大）× 影响 4（较大）＝ 16，高" in made.calculation[2]
    assert "13912345678" not in made.form.judged[2].reasons
    with store.reading() as t:
        assert t.risks.newest(office.id) == made
        (row,) = [row for row in t.audit.about(office.id) if row.act == "assess_risk"]
    assert (row.actor, row.detail) == ("承办甲", {"version": 1, "level": "high"})


@pytest.mark.clause("H-39")
def test_earlier_versions_stay_and_nobody_writes_over_what_they_have_not_seen(store: Store):
    office = Office(store)
    first = assess(store, office.id, request="r1")
    assert assess(store, office.id, request="r1") == first
    second = assess(store, office.id, MEDIUM, OFFICER, after=1)
    with pytest.raises(Refused, match="刚有人保存了新的一版"):
        assess(store, office.id, RISK, after=1)
    with store.reading() as t:
        assert t.risks.versions(office.id) == [first, second]


@pytest.mark.clause("H-39")
@pytest.mark.parametrize("by", [DRAFTER, LEADER, OFFICER, Actor("单位", Role.UNIT, UNIT)])
def test_the_unit_that_proposes_and_the_office_assess(store: Store, by: Actor):
    assert assess(store, Office(store).id, by=by).actor == by.name


@pytest.mark.parametrize(
    "by",
    [HEAD, SECRECY, ARCHIVIST, Actor("别处", Role.DRAFTER, HELPER), Actor("管", Role.ADMIN), Actor("值", Role.DUTY)],
)
def test_others_do_not_and_the_try_is_on_record(store: Store, by: Actor):
    office = Office(store)
    with pytest.raises(Refused, match="没有权限"):
        assess(store, office.id, by=by)
    with store.reading() as t:
        assert t.risks.versions(office.id) == []
        assert [row.allowed for row in t.audit.about(office.id) if row.act == "assess_risk"] == [False]


def test_what_is_missing_or_stands_for_nothing_is_refused(store: Store):
    office = Office(store)
    with pytest.raises(Refused, match=r"还要确定牵头单位（惠党办发〔2019〕48号第三十九条）"):
        assess(store, office.id, replace(RISK, lead_unit=None))
    with pytest.raises(Refused, match="没有“区气象局”这个单位"):
        assess(store, office.id, replace(RISK, units=("区气象局",)))
    with pytest.raises(Refused, match="没有编号为"):
        assess(store, "G1")
    proposing.drop(store, office.meant(DRAFTER), "不办了")
    with pytest.raises(Refused, match="已撤回"):
        assess(store, office.id)


@pytest.mark.clause("H-39")
def test_a_high_one_waits_for_the_head_s_look(store: Store):
    office = Office(store)
    assess(store, office.id)
    head = person(Role.HEAD, UNIT)
    before = page(store, office.id, head)
    assert before is not None
    assert (before.awaits_head, before.may_look, before.may_assess) == (True, True, False)
    with pytest.raises(Refused, match="没有权限"):
        risk.look_at(store, Meant(office.id, LEADER, NOON + HOUR), 1, ASSESSING)
    with pytest.raises(Refused, match="刷新"):
        risk.look_at(store, Meant(office.id, HEAD, NOON + HOUR), 2, ASSESSING)
    for _ in range(2):
        risk.look_at(store, Meant(office.id, HEAD, NOON + HOUR), 1, ASSESSING)
    after = page(store, office.id, head)
    assert after is not None
    assert after.newest is not None
    assert (after.awaits_head, len(after.newest.notes)) == (False, 1)
    assess(store, office.id, RISK, after=1)
    again = page(store, office.id, head)
    assert again is not None
    assert again.awaits_head


@pytest.mark.clause("H-39")
@pytest.mark.parametrize(("in_form", "published"), [(None, Risk.HIGH), (Risk.LOW, Risk.LOW)])
def test_the_published_record_says_the_assessed_level_where_the_form_says_none(
    store: Store, in_form: Risk | None, published: Risk
):
    office = Office(store, replace(FORM, risk=in_form))
    assess(store, office.id)
    office.walk("archive")
    with store.reading() as t:
        made = t.disclosures.get(office.id)
    assert made is not None
    assert made.risk is published


@pytest.mark.clause("H-39", "H-20")
def test_a_correction_is_assessed_with_its_record(store: Store):
    form = replace(FORM, purpose=Purpose.CORRECTION, record="d1", explanation="数字有误")
    office = Office(store, form)
    assert assess(store, office.id, MEDIUM).subject == "d1"
    office.walk("archive")
    with store.reading() as t:
        made = t.disclosures.get("d1")
    assert made is not None
    assert (made.version, made.risk) == (2, Risk.MEDIUM)


@pytest.mark.clause("H-39")
def test_a_form_that_says_another_level_than_its_assessment_is_remarked_on(store: Store):
    office = Office(store, replace(FORM, risk=Risk.LOW))
    assess(store, office.id)
    seen = page(store, office.id, person(Role.DRAFTER, UNIT))
    assert seen is not None
    assert seen.remark == "审批表写的风险等级是“低”，最近一次风险评估（第 1 版）是“高”"
    office.walk("archive")
    published = page(store, office.id, person(Role.DRAFTER, UNIT))
    assert published is not None
    assert published.remark is not None
    assert published.remark.startswith("公开事项写的")
    silent = Office(store)
    assess(store, silent.id)
    unsaid = page(store, silent.id, person(Role.DRAFTER, UNIT))
    assert unsaid is not None
    assert unsaid.remark is None


@pytest.mark.clause("E-2(3)2", "H-39")
def test_nobody_sees_an_assessment_of_what_they_may_not_see(store: Store):
    office = Office(store)
    assess(store, office.id)
    assert page(store, office.id, person(Role.DUTY)) is None
    assert page(store, office.id, person(Role.UNIT, HELPER)) is None
    assert page(store, office.id, person(Role.OFFICE)) is not None
    office.walk("archive")
    assert page(store, office.id, person(Role.DUTY)) is not None
    assert page(store, office.id, person(Role.UNIT, HELPER)) is None
    with store.transaction() as t:
        record = t.disclosures.get("d1")
        assert record is not None
        t.disclosures.add(replace(record, scope=Scope.PARTY, explanation="范围有误"), NOON, "测试")
    assess(store, "d1")
    assert page(store, "d1", person(Role.EVALUATOR)) is None
    assert page(store, "d1", person(Role.DRAFTER, UNIT)) is not None


@pytest.mark.clause("H-39", "E-2(7)2")
def test_the_page_holds_the_forecast_against_what_came(store: Store):
    town = Town(store)
    by = Actor("承办甲", Role.DRAFTER, "住建局")
    form = replace(MEDIUM, units=("住建局",), lead_unit=None, prepared=(replace(RISK.prepared[0], unit="住建局"),))
    before, after = NOON - 2 * DAY, NOON
    risk.assess(store, Meant("d1", by, before), form, 0, ASSESSING)
    low = replace(form, judged=tuple(replace(one, probability=1) for one in form.judged))
    risk.assess(store, Meant("d1", by, after), low, 1, ASSESSING)
    for number in range(3):
        town.come(f"p{number}", NOON + number * SECOND, category=Category.MISREADING)
    risk.note_answer(store, Meant("d1", Actor("李军", Role.DUTY), NOON + DAY), 1, 0, True, ASSESSING)
    seen = page(store, "d1", person(Role.DUTY))
    assert seen is not None
    assert [(line.what, line.happened) for line in seen.table] == [
        ("等级", "最高“一般”，未超出预判"),
        ("各类风险", "事件 1 起"),
        ("反映", "3 条，其中负面 3 条"),
        ("准备的答复", "用上 1 条"),
    ]
    assert (seen.forecast and seen.forecast.version, seen.newest and seen.newest.version) == (1, 2)
    assert seen.table[0].forecast == "中（至多出现“一般”事件）"
    risk.assess(store, Meant("d2", by, after), form, 0, ASSESSING)
    late = page(store, "d2", person(Role.DUTY))
    assert late is not None
    assert "公开后才评估" in late.table[0].forecast
    for _ in range(2):
        risk.note_answer(store, Meant("d1", Actor("李军", Role.DUTY), NOON + DAY), 1, 0, False, ASSESSING)
    with store.reading() as t:
        assert [note.noted.value for note in t.risks.versions("d1")[0].notes] == ["used", "unused"]
    for version, answer in ((1, 1), (3, 0)):
        with pytest.raises(Refused, match="没有这条准备的答复"):
            risk.note_answer(store, Meant("d1", by, NOON + timedelta(days=1)), version, answer, True, ASSESSING)
    with pytest.raises(Refused, match="没有权限"):
        risk.note_answer(store, Meant("d1", Actor("评", Role.EVALUATOR), NOON), 1, 0, True, ASSESSING)


@pytest.mark.clause("H-39", "E-2(7)2")
def test_important_information_is_not_approved_before_its_risk_is_assessed(store: Store):
    office = Office(store, IMPORTANT)
    office.walk("deputy")
    assert lacks(store, office) == ("先完成舆情风险评估：等级、处置预案（惠党办发〔2019〕48号第三十九条）",)
    with pytest.raises(Refused, match="还不能签署：先完成舆情风险评估"):
        office.sign("deputy", LEADER)
    assert office.now.kept.step == "approve"
    assess(store, office.id, MEDIUM)
    assert lacks(store, office) == ()
    office.sign("deputy", LEADER)


@pytest.mark.clause("H-20")
def test_the_correction_of_important_information_does_not_wait_for_an_assessment(store: Store):
    correction = replace(IMPORTANT, purpose=Purpose.CORRECTION, record="d1", explanation="日期有误")
    office = Office(store, correction)
    office.walk("deputy")
    office.sign("deputy", LEADER)
    assert office.now.standing.held


def test_what_the_deputy_withholds_needs_no_assessment(store: Store):
    office = Office(store, IMPORTANT)
    office.walk("deputy")
    office.sign("deputy", LEADER, attribute=Attribute.WITHHELD, reason="仍在协商")
    assert office.now.standing.attribute is Attribute.WITHHELD


@pytest.mark.clause("H-39")
def test_whoever_opens_what_the_deputy_withheld_needs_the_assessment_too(store: Store):
    office = Office(store, IMPORTANT)
    office.walk("deputy")
    office.sign("deputy", LEADER, attribute=Attribute.WITHHELD, reason="仍在协商")
    with pytest.raises(Refused, match="先完成舆情风险评估"):
        office.sign("head", HEAD, attribute=Attribute.OPEN, reason="应当公开")
    assess(store, office.id, MEDIUM)
    office.sign("head", HEAD, attribute=Attribute.OPEN, reason="应当公开")


def test_who_decides_on_a_page_that_is_out_of_date_says_so_or_is_refused(store: Store):
    office = Office(store, replace(IMPORTANT, document=True, platforms=("政府公众网",)))
    office.walk("deputy")
    office.sign("attribute_review", OFFICER, OFFICE)
    office.sign("deputy", LEADER, attribute=Attribute.WITHHELD, reason="仍在协商")
    assess(store, office.id, MEDIUM)
    office.sign("issue", SIGNER, OFFICE, attribute=Attribute.OPEN, reason="应当公开")
    with pytest.raises(Refused, match="改变公开属性要写明理由"):
        office.sign("head", HEAD, attribute=Attribute.WITHHELD)


def lacks(store: Store, office: Office) -> tuple[str, ...]:
    with store.reading() as t:
        seen = proposal_view.page(t, person(Role.LEADER, UNIT), office.id)
    assert seen is not None
    return seen.lacks
