"""No sequence of acts leads past a step: the entries of a proposal, read by its procedure, say what may be done next."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.disclosures.procedure import Course, End, NotNow, namesake, standing
from records.proposals import Flag, Form, Noted, ProposalEntry
from records.words import Attribute, Audience, Manner, Period, Purpose, Risk, TimeKind
from regulation.procedures import PUBLISH, procedure, procedure_from

NOON = datetime(2026, 4, 10, 4, tzinfo=UTC)
UNIT, OTHER, OFFICE, GOVERNMENT = "住建局", "教体局", "区委办公室", "区政府办公室"
FORM = Form(
    unit=UNIT,
    title="关于老旧小区改造的通知",
    body="改造四个小区。",
    attribute=Attribute.OPEN,
    attribute_reason="涉及群众生活",
    audience=Audience.SOCIETY,
    manners=(Manner.SOCIETY,),
    platforms=("互联网",),
    time_kind=TimeKind.LASTING,
    decided_on=date(2026, 4, 9),
)
DOCUMENT = replace(FORM, document=True, platforms=("互联网", "政府公众网"))
JOINT: dict[str, Any] = {"document": True, "joint": True, "with_government": True, "platforms": ("政府公众网",)}
WITHHELD = replace(FORM, attribute=Attribute.WITHHELD, attribute_reason="尚在审理")
MARK = Flag("k1", "mark", "正文", "内部资料", "内部标志", "H-23")
H = [
    ("secrecy_first", "承办甲", UNIT),
    ("propose", "承办甲", UNIT),
    ("secrecy_second", "分管乙", UNIT),
    ("secrecy_officer", "保密丙", UNIT),
    ("deputy", "分管乙", UNIT),
    ("publish", "承办甲", UNIT),
    ("archive", "档案丁", UNIT),
]
E = [
    ("secrecy_first", "承办甲", UNIT),
    ("propose", "承办甲", UNIT),
    ("secrecy_officer", "保密丙", UNIT),
    ("content_review", "机构戊", OFFICE),
    ("deputy", "分管乙", UNIT),
    ("publish", "承办甲", UNIT),
    ("feedback", "承办甲", UNIT),
    ("archive", "档案丁", UNIT),
]


def entry(noted: Noted, actor: str = "承办甲", **more: Any) -> ProposalEntry:
    return ProposalEntry("P-1", noted, NOON, actor, **more)


def filled(form: Form = FORM, *flags: Flag) -> ProposalEntry:
    return entry(Noted.FILLED, form=form, flags=flags)


def signed(sign: str, actor: str = "某人", unit: str = UNIT, **more: Any) -> ProposalEntry:
    return entry(Noted.SIGNED, actor, sign=sign, unit=unit, **more)


def course(*entries: ProposalEntry, profile: str = "H") -> Course:
    found = Course(procedure(profile), UNIT, OFFICE)
    for one in entries:
        found.take(one)
    return found


def walked(signs: list[tuple[str, str, str]], upto: str, form: Form = FORM, profile: str = "H") -> Course:
    """The course after every signature before `upto`."""
    names = [name for name, _, _ in signs]
    before = signs[: names.index(upto)] if upto in names else signs
    return course(filled(form), *(signed(*one) for one in before), profile=profile)


def waits_for(found: Course) -> list[str]:
    return [one.sign.sign for one in found.standing().open]


@pytest.mark.clause("H-3")
def test_the_five_steps_follow_one_another():
    found = course(filled())
    steps = []
    for one in H:
        now = found.standing()
        assert now.step is not None
        steps.append(now.step.label)
        found.take(signed(*one))
    assert list(dict.fromkeys(steps)) == ["提出", "审核", "审批", "实施", "归档"]
    assert found.standing().end is End.DISCLOSED


@pytest.mark.clause("E-2(6)", "E-2(3)")
def test_the_six_steps_have_feedback_before_the_archive():
    found = course(filled(), profile="E")
    steps = []
    for one in E:
        now = found.standing()
        assert now.step is not None
        steps.append(now.step.label)
        found.take(signed(*one))
    assert list(dict.fromkeys(steps)) == ["提出", "审核", "审批", "实施", "反馈", "归档"]
    assert found.standing().end is End.DISCLOSED


@pytest.mark.clause("H-26", "H-26(1)", "H-26(2)", "H-26(3)", "E-2(6)1", "E-2(6)2", "E-2(6)3")
@pytest.mark.parametrize(("signs", "profile"), [(H, "H"), (E, "E")])
def test_no_signature_can_come_before_its_turn(signs: list[tuple[str, str, str]], profile: str):
    for upto in range(len(signs)):
        for later in signs[upto + 1 :]:
            found = course(filled(), *(signed(*one) for one in signs[:upto]), profile=profile)
            if later[0] in waits_for(found):
                continue  # two signatures of one step in either order
            with pytest.raises(NotNow, match="还轮不到"):
                found.take(signed(*later))


@pytest.mark.clause("H-5", "H-6", "H-6(3)", "H-28", "H-30")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"attribute": None}, "公开属性"),
        ({"manners": ()}, "公开方式"),
        ({"platforms": ()}, "公开平台"),
        ({"body": " "}, "正文"),
        ({"audience": None}, "公开范围"),
        ({"time_kind": None}, "公开时限"),
        ({"time_kind": TimeKind.REGULAR}, "周期"),
        ({"time_kind": TimeKind.STAGED}, "这一阶段计划公开的日期"),
        ({"attribute": Attribute.WITHHELD, "attribute_reason": None}, "理由"),
        ({"purpose": Purpose.CORRECTION, "record": "r1"}, "说明"),
        ({"purpose": Purpose.CORRECTION, "explanation": "日期写错"}, "公开事项"),
        ({"important": True}, "风险评估"),
        ({"interpreted": True}, "解读材料"),
        ({"interpreted": True, "interpretation": "为什么改"}, "解读方案"),
        ({"grounds": ("key",)}, "注明需要解读"),
        ({"joint": True}, "联合发文"),
        (JOINT | {"co_units": (OTHER, GOVERNMENT)}, "由政府办公室商起草部门提出公开建议"),
        (JOINT | {"co_units": (OTHER, "惠农区人民政府办公室"), "with_government": False}, "由政府办公室商起草部门"),
        ({"with_government": True}, "由政府办公室商起草部门提出公开建议"),
        ({"document": True}, "选上政府公众网"),
        ({"document": True, "platforms": ("党建网", "公开栏")}, "选上政府公众网"),
    ],
)
def test_a_form_that_lacks_something_is_not_proposed(change: dict[str, Any], said: str):
    found = course(filled(replace(FORM, **change)))
    with pytest.raises(NotNow, match=said):
        found.take(signed("secrecy_first"))
    assert any(said in one for one in found.standing().lacks)


@pytest.mark.clause("H-6(2)")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"drafting_unit": None}, "起草部门"),
        ({"drafting_unit": "水务局"}, "把起草部门列入涉及单位"),
        ({"document": False}, "请勾选"),
        ({}, None),
        ({"drafting_unit": GOVERNMENT, "co_units": ("区委办公室",)}, None),
    ],
)
def test_of_a_joint_document_of_party_and_government_the_government_s_office_proposes_with_who_drafted_it(
    change: dict[str, Any], said: str | None
):
    form = replace(FORM, **({"unit": GOVERNMENT, "co_units": (OTHER,), "drafting_unit": OTHER} | JOINT | change))
    found = Course(procedure("H"), GOVERNMENT, OFFICE)
    found.take(filled(form))
    if said is not None:
        with pytest.raises(NotNow, match=said):
            found.take(signed("secrecy_first", unit=GOVERNMENT))
        return
    found.take(signed("secrecy_first", unit=GOVERNMENT))
    found.take(signed("propose", unit=GOVERNMENT))
    assert [one.unit for one in found.standing().open if one.sign.sign == "co_unit"] == list(form.co_units)


@pytest.mark.clause("H-10")
@pytest.mark.parametrize(
    "change",
    [
        {"platforms": ("惠农区政府公众网", "党建网")},
        {"audience": Audience.PARTY},
        {"attribute": Attribute.WITHHELD, "attribute_reason": "尚在审理", "platforms": ()},
        {"purpose": Purpose.WITHDRAWAL, "record": "r1", "explanation": "有误"},
    ],
)
def test_only_a_document_for_society_must_come_out_on_the_government_s_site_too(change: dict[str, Any]):
    course(filled(replace(FORM, **({"document": True} | change))), signed("secrecy_first"))


def test_a_document_that_was_proposed_under_earlier_rules_is_not_held_against_later_ones():
    before = procedure("H").model_dump(mode="json")
    for need in before["steps"][0]["needs"]:
        del need["words"]
    before["steps"][0]["needs"] = [
        need for need in before["steps"][0]["needs"] if need["need"] not in ("government_proposes", "government_site")
    ]
    found = Course(procedure_from(before), UNIT, OFFICE)
    found.take(filled(replace(FORM, document=True)))
    found.take(signed("secrecy_first"))
    assert found.standing().lacks == ()


@pytest.mark.clause("E-2(3)", "E-2(5)", "E-2(6)1", "E-2(7)2", "E-2(7)3")
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"body": " "}, "正文"),
        ({"attribute": None}, "公开属性"),
        ({"attribute_reason": None}, "理由"),
        ({"manners": ()}, "公开方式"),
        ({"audience": None}, "公开范围"),
        ({"time_kind": None}, "公开时限"),
        ({"purpose": Purpose.CORRECTION, "record": "r1"}, "说明"),
        ({"important": True}, "风险评估"),
        ({"interpreted": True}, "解读材料"),
        ({"grounds": ("key",)}, "注明需要解读"),
    ],
)
def test_a_form_that_lacks_something_is_not_proposed_in_the_six_steps(change: dict[str, Any], said: str):
    with pytest.raises(NotNow, match=said):
        course(filled(replace(FORM, **change)), profile="E").take(signed("secrecy_first"))


@pytest.mark.clause("H-29")
def test_whoever_drafts_the_interpretation_signs_it_before_the_publication_unless_it_is_withheld():
    form = replace(
        FORM,
        co_units=(OTHER,),
        interpreted=True,
        interpreter=OTHER,
        interpretation="为什么改",
        interpretation_due=date(2026, 4, 9),
    )
    found = walked(H, "secrecy_officer", form)
    found.take(signed("secrecy_officer", "保密丙"))
    found.take(signed("co_unit", "庚", OTHER))
    assert [(one.sign.sign, one.unit) for one in found.standing().open] == [("deputy", UNIT), ("interpretation", OTHER)]
    found.take(signed("deputy", "分管乙"))
    assert waits_for(found) == ["interpretation"]
    found.take(signed("interpretation", "壬", OTHER))
    assert waits_for(found) == ["publish"]
    held_back = walked(H, "secrecy_officer", replace(form, co_units=()))
    held_back.take(signed("secrecy_officer", "保密丙"))
    held_back.take(signed("deputy", "分管乙", attribute=Attribute.WITHHELD, reason="时机未到"))
    assert waits_for(held_back) == ["archive"]


def test_a_correction_needs_no_new_plan_of_its_interpretation_and_a_ground_that_only_states_blocks_nothing():
    correction = replace(
        FORM, purpose=Purpose.CORRECTION, record="r1", explanation="x", interpreted=True, interpretation="为什么改"
    )
    assert course(filled(correction)).standing().lacks == ()
    assert course(filled(replace(FORM, grounds=("livelihood",)))).standing().lacks == ()


def test_a_fixed_period_and_a_withheld_record_need_no_more():
    assert course(filled(replace(FORM, time_kind=TimeKind.REGULAR, period=Period.MONTH))).standing().lacks == ()
    assert course(filled(replace(WITHHELD, manners=(), time_kind=None, audience=None))).standing().lacks == ()


@pytest.mark.clause("H-15(2)", "H-15(3)")
def test_important_information_needs_the_head_after_the_deputy():
    found = walked(H, "deputy", replace(FORM, important=True, risk=Risk.LOW))
    assert waits_for(found) == ["deputy"]
    found.take(signed("deputy", "分管乙"))
    assert waits_for(found) == ["head"]
    found.take(signed("head", "主要己"))
    assert waits_for(found) == ["publish"]


@pytest.mark.clause("E-2(6)3")
def test_important_matters_need_the_head_in_the_six_steps_too():
    found = walked(E, "deputy", replace(FORM, important=True, risk=Risk.LOW), "E")
    found.take(signed("deputy", "分管乙"))
    assert waits_for(found) == ["head"]


@pytest.mark.clause("E-2(6)4", "E-2(6)5")
def test_what_the_six_steps_withhold_is_neither_published_nor_fed_back():
    assert waits_for(course(filled(WITHHELD), *(signed(*one) for one in E[:5]), profile="E")) == ["archive"]


@pytest.mark.clause("E-2(7)1")
def test_a_mark_is_cleared_before_the_secrecy_officer_of_the_six_steps_signs():
    found = course(filled(FORM, MARK), *(signed(*one) for one in E[:2]), profile="E")
    with pytest.raises(NotNow, match="没有核销"):
        found.take(signed("secrecy_officer", "保密丙"))


@pytest.mark.clause("H-16")
def test_every_unit_that_it_concerns_confirms():
    found = walked(H, "deputy", replace(FORM, co_units=(OTHER, "水务局")))
    assert waits_for(found) == ["co_unit", "co_unit"]
    found.take(signed("co_unit", "庚", OTHER))
    with pytest.raises(NotNow):
        found.take(signed("co_unit", "庚", OTHER))
    with pytest.raises(NotNow):
        found.take(signed("co_unit", "庚", "交通局"))
    found.take(signed("co_unit", "辛", "水务局"))
    assert waits_for(found) == ["deputy"]


@pytest.mark.clause("H-7")
@pytest.mark.clause("H-9")
def test_the_office_reviews_the_attribute_of_a_document_and_its_signer_decides_last():
    found = walked(H, "deputy", DOCUMENT)
    assert [(one.sign.sign, one.unit) for one in found.standing().open] == [("attribute_review", OFFICE)]
    found.take(signed("attribute_review", "机构戊", OFFICE))
    found.take(signed("deputy", "分管乙"))
    found.take(signed("issue", "书记", OFFICE, attribute=Attribute.WITHHELD, reason="时机未到"))
    now = found.standing()
    assert (now.attribute, [one.sign.sign for one in now.open]) == (Attribute.WITHHELD, ["archive"])
    found.take(signed("archive", "档案丁"))
    assert found.standing().end is End.WITHHELD


def test_a_decision_against_the_proposal_needs_its_reason_and_its_right():
    found = walked(H, "secrecy_second")
    with pytest.raises(NotNow, match="不决定公开属性"):
        found.take(signed("secrecy_second", "分管乙", attribute=Attribute.WITHHELD, reason="不妥"))
    found = walked(H, "deputy")
    with pytest.raises(NotNow, match="理由"):
        found.take(signed("deputy", "分管乙", attribute=Attribute.WITHHELD))


def test_what_was_proposed_as_withheld_opens_only_when_its_way_is_known():
    bare = replace(WITHHELD, manners=(), platforms=())
    found = walked(H, "deputy", bare)
    with pytest.raises(NotNow, match="退回补齐"):
        found.take(signed("deputy", "分管乙", attribute=Attribute.OPEN, reason="应当公开"))
    found = walked(H, "deputy", WITHHELD)
    found.take(signed("deputy", "分管乙", attribute=Attribute.OPEN, reason="应当公开"))
    assert waits_for(found) == ["publish"]


@pytest.mark.clause("H-25")
def test_nothing_is_approved_while_a_mark_is_open():
    found = course(filled(FORM, MARK), *(signed(*one) for one in H[:3]))
    with pytest.raises(NotNow, match="没有核销"):
        found.take(signed("secrecy_officer", "保密丙"))
    with pytest.raises(NotNow, match="理由"):
        found.take(entry(Noted.CLEARED, "保密丙", flag="k1"))
    with pytest.raises(NotNow, match="没有这条"):
        found.take(entry(Noted.CLEARED, "保密丙", flag="k2", reason="公开资料"))
    found.take(entry(Noted.CLEARED, "保密丙", flag="k1", reason="公开资料"))
    found.take(signed("secrecy_officer", "保密丙"))
    assert waits_for(found) == ["deputy"]


def test_a_cleared_mark_stays_cleared_while_other_words_change_and_a_new_one_does_not():
    found = course(filled(FORM, MARK), entry(Noted.CLEARED, "保密丙", flag="k1", reason="公开资料"))
    found.take(filled(replace(FORM, title="另一题目"), MARK, replace(MARK, key="k2")))
    assert [one.key for one in found.standing().flags] == ["k2"]


def test_what_is_withheld_may_hold_secrets():
    found = course(filled(WITHHELD, MARK), *(signed(*one) for one in H[:5]))
    assert waits_for(found) == ["archive"]


@pytest.mark.clause("H-6")
def test_what_is_returned_begins_anew_with_a_reason():
    found = walked(H, "publish")
    with pytest.raises(NotNow, match="理由"):
        found.take(entry(Noted.RETURNED, "分管乙"))
    with pytest.raises(NotNow, match="先退回"):
        found.take(filled(replace(FORM, title="改了")))
    found.take(entry(Noted.RETURNED, "分管乙", reason="数字有误"))
    assert waits_for(found) == ["secrecy_first"]
    found.take(filled(replace(FORM, title="改了")))
    with pytest.raises(NotNow):
        found.take(signed("deputy", "分管乙"))


def test_a_change_before_the_proposal_voids_the_first_opinion():
    found = course(filled(), signed(*H[0]), filled(replace(FORM, body="另一正文")))
    assert waits_for(found) == ["secrecy_first"]


@pytest.mark.parametrize(
    ("upto", "same"), [("secrecy_second", "承办甲"), ("secrecy_officer", "分管乙"), ("deputy", "承办甲")]
)
def test_one_person_does_not_check_themselves(upto: str, same: str):
    found = walked(H, upto)
    with pytest.raises(NotNow, match="同一人"):
        found.take(signed(upto, same))


@pytest.mark.clause("H-26")
@pytest.mark.parametrize("typed", ["分管 乙", "分管\u3000乙", "分\u200b管乙", "分管·乙", "分管乙 "])
def test_two_accounts_with_the_same_name_are_one_person(typed: str):
    found = walked(H, "secrecy_officer")
    with pytest.raises(NotNow, match="姓名相同的账户按同一人"):
        found.take(signed("secrecy_officer", typed))


def test_what_two_accounts_signed_before_names_were_read_so_can_still_be_read():
    entries = [filled(), *(signed(*one) for one in H[:3]), signed("secrecy_officer", "分管 乙")]
    kept = [replace(one, id=number) for number, one in enumerate(entries, 1)]
    assert standing(procedure("H"), UNIT, OFFICE, kept).step is not None
    with pytest.raises(NotNow, match="同一人"):
        standing(procedure("H"), UNIT, OFFICE, [*kept[:-1], replace(kept[-1], actor="分管乙")])


def test_a_name_that_differs_by_a_remark_or_a_number_is_told_and_not_refused():
    found = walked(H, "secrecy_officer")
    sign = procedure("H").sign("secrecy_officer")
    assert sign is not None
    told = {
        name: namesake(procedure("H"), found.standing().held, sign, name)
        for name in ("分管乙（保密）", "分管乙2", "分管乙", "保密丙")
    }
    assert told == {"分管乙（保密）": "分管乙", "分管乙2": "分管乙", "分管乙": None, "保密丙": None}
    found.take(signed("secrecy_officer", "分管乙（保密）"))


def test_a_check_before_the_publication_opens_what_nobody_has_cleared():
    cleared = entry(Noted.CLEARED, "保密丙", flag="k1", reason="公开资料")
    found = course(filled(FORM, MARK), cleared, *(signed(*one) for one in H[:5]))
    found.take(entry(Noted.CHECKED, flags=(MARK, replace(MARK, key="k2", place="题目", kind="密级标志"))))
    assert [flag.key for flag in found.standing().flags] == ["k2"]
    with pytest.raises(NotNow, match=r"1 条.*没有核销.*题目有密级标志。"):
        found.take(signed("publish", "承办甲"))
    found.take(entry(Noted.CLEARED, "保密丙", flag="k2", reason="已解密"))
    found.take(signed("publish", "承办甲"))
    with pytest.raises(NotNow, match="没有可以复查的"):
        found.take(entry(Noted.CHECKED, flags=(MARK,)))


@pytest.mark.clause("E-2(5)3")
def test_an_extension_needs_a_day_and_a_reason():
    found = course(filled())
    with pytest.raises(NotNow):
        found.take(entry(Noted.EXTENDED, reason="情况复杂"))
    found.take(entry(Noted.EXTENDED, reason="情况复杂", until=date(2026, 5, 1)))
    assert walked(H, "end").standing().end is End.DISCLOSED


@pytest.mark.clause("E-2(6)4")
def test_after_publication_nothing_is_returned_dropped_or_extended():
    found = walked(H, "archive")
    for noted in (Noted.RETURNED, Noted.DROPPED, Noted.EXTENDED):
        with pytest.raises(NotNow):
            found.take(entry(noted, reason="x", until=date(2026, 5, 1)))
    with pytest.raises(NotNow):
        found.take(filled())


def test_what_was_dropped_is_over():
    found = course(filled(), entry(Noted.DROPPED, reason="不再需要"))
    assert found.standing().end is End.DROPPED
    for one in (filled(), signed(*H[0]), entry(Noted.DROPPED, reason="又一次")):
        with pytest.raises(NotNow):
            found.take(one)


def test_another_unit_cannot_take_the_proposal_over():
    with pytest.raises(NotNow, match="填报部门"):
        course(filled(), filled(replace(FORM, unit=OTHER)))


def test_a_refused_entry_changes_nothing():
    found = course(filled(), signed(*H[0]))
    before = found.standing()
    for bad in (
        signed("publish"),
        entry(Noted.RETURNED),
        signed("co_unit", "x", OTHER),
        entry(Noted.CLEARED, flag="k9"),
    ):
        with pytest.raises(NotNow):
            found.take(bad)
    assert found.standing() == before


PEOPLE = ("承办甲", "分管乙", "保密丙", "档案丁", "机构戊", "主要己")

SIGNERS = {sign: actor for sign, actor, _ in (*H, *E)}


@st.composite
def forms(draw: st.DrawFn) -> ProposalEntry:
    important = draw(st.booleans())
    form = replace(
        FORM,
        important=important,
        document=draw(st.booleans()),
        platforms=draw(st.sampled_from([("政府公众网",), ("政府公众网",), ("互联网",)])),
        co_units=draw(st.sampled_from([(), (OTHER,), (OTHER, "水务局")])),
        attribute=draw(st.sampled_from([Attribute.OPEN, Attribute.OPEN, Attribute.WITHHELD, None])),
        risk=draw(st.sampled_from([Risk.LOW, None])),
        interpreted=draw(st.booleans()),
        interpretation=draw(st.sampled_from(["为什么改", "为什么改", None])),
        interpretation_due=date(2026, 4, 9),
    )
    return filled(form, *draw(st.sampled_from([(), (), (MARK,)])))


OTHERS = st.one_of(
    forms(),
    st.builds(entry, st.just(Noted.RETURNED), st.sampled_from(PEOPLE), reason=st.sampled_from([None, "不妥"])),
    st.builds(entry, st.just(Noted.CHECKED), st.sampled_from(PEOPLE), flags=st.sampled_from([(MARK,), ()])),
    st.builds(entry, st.just(Noted.CLEARED), st.sampled_from(PEOPLE), flag=st.just("k1"), reason=st.just("公开资料")),
    st.builds(
        signed,
        st.sampled_from([sign.sign for profile in "HE" for sign in procedure(profile).signs]),
        st.sampled_from(PEOPLE),
        st.sampled_from([UNIT, OTHER, "水务局", OFFICE]),
        attribute=st.sampled_from([None, None, Attribute.OPEN, Attribute.WITHHELD]),
        reason=st.just("依规定"),
    ),
)


@pytest.mark.parametrize("profile", ["H", "E"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_sequence_of_acts_reaches_the_public_without_its_approvals(profile: str, data: st.DataObject):
    found, taken = Course(procedure(profile), UNIT, OFFICE), []
    for _ in range(data.draw(st.integers(10, 24))):
        given_now = found.standing().open
        if given_now and data.draw(st.integers(0, 4)):
            one = data.draw(st.sampled_from(given_now))
            usual = SIGNERS.get(one.sign.sign, "主要己")
            nxt = signed(one.sign.sign, data.draw(st.sampled_from([usual, usual, *PEOPLE])), one.unit)
        else:
            nxt = data.draw(OTHERS)
        try:
            found.take(nxt)
        except NotNow:
            continue
        taken.append(nxt)
        if nxt.sign == PUBLISH:
            check_approved(profile, taken)
    assert standing(procedure(profile), UNIT, OFFICE, taken) == found.standing()


def check_approved(profile: str, taken: list[ProposalEntry]) -> None:
    """An independent reading of what must have happened since the form was last filled in or returned."""
    last_form = [one for one in taken if one.noted is Noted.FILLED][-1]
    since = max(n for n, one in enumerate(taken) if one.noted in (Noted.FILLED, Noted.RETURNED))
    signs = [one for one in taken[since:] if one.noted is Noted.SIGNED]
    names = [one.sign for one in signs]
    form = last_form.form
    assert form is not None
    wanted = {"H": ["secrecy_first", "propose", "secrecy_second", "secrecy_officer", "deputy"]}.get(
        profile, ["secrecy_first", "propose", "secrecy_officer", "content_review", "deputy"]
    )
    assert [name for name in names if name in wanted] == wanted
    assert not form.important or (form.risk is not None and names.index("head") > names.index("deputy"))
    assert not form.interpreted or form.interpretation
    if profile == "H":
        assert not form.interpreted or "interpretation" in names
        assert not form.document or form.platforms == ("政府公众网",)
        assert not form.document or names.index("attribute_review") < names.index("deputy") < names.index("issue")
        confirmed = [one.unit for one in signs[: names.index("deputy")] if one.sign == "co_unit"]
        assert sorted(confirmed) == sorted(form.co_units)
    decided = [one.attribute for one in signs if one.attribute is not None]
    assert (decided[-1] if decided else form.attribute) is Attribute.OPEN
    cleared = {one.flag for one in taken if one.noted is Noted.CLEARED}
    checked = [one for one in taken if one.noted in (Noted.FILLED, Noted.CHECKED)][-1]
    assert {flag.key for flag in checked.flags} <= cleared
    by = {one.sign: one.actor for one in signs}
    assert by["propose"] != by["deputy"]
    assert len({by[name] for name in by if name.startswith("secrecy")}) == sum(
        name.startswith("secrecy") for name in by
    )
