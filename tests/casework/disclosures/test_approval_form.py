"""The approval form is printed in the annex's own layout, with what is signed and what is not, the same bytes each time."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import docx
import pytest

from casework.disclosures.annex import Approval
from casework.disclosures.approval_form import render
from casework.disclosures.procedure import standing
from records.proposals import Form, Noted, ProposalEntry
from records.words import Attribute, Manner, Period, Purpose, Risk, TimeKind
from regulation.platforms import platform_rules
from regulation.procedures import procedure
from tests.casework.disclosures.test_procedure import (
    FORM,
    MARK,
    NOON,
    OFFICE,
    OTHER,
    UNIT,
    WITHHELD,
    E,
    entry,
    filled,
)
from tests.casework.disclosures.test_procedure import H as H_SIGNS

FULL = replace(
    FORM,
    doc_number="惠党办发〔2026〕12号",
    filled_on=date(2026, 4, 8),
    planned_on=date(2026, 4, 15),
    audience_note="四个小区居民",
    platforms=("会议", "政府公众网", "手机报", "村广播站"),
    risk=Risk.LOW,
    important=True,
    co_units=(OTHER,),
)
OPINIONS = {"secrecy_second": "不涉密", "deputy": "请主要领导审定", "head": "同意公开"}


def signed(*signs: tuple[str, str, str]) -> list[ProposalEntry]:
    return [entry(Noted.SIGNED, actor, sign=sign, unit=unit, reason=OPINIONS.get(sign)) for sign, actor, unit in signs]


ALL = signed(*H_SIGNS[:4], ("co_unit", "教体周", OTHER), H_SIGNS[4], ("head", "主任己", UNIT), *H_SIGNS[5:])


def printed(*entries: ProposalEntry, profile: str = "H", organisation: str = "惠川区委") -> bytes:
    course = procedure(profile)
    return render(Approval(organisation, "P-1", course, standing(course, UNIT, OFFICE, entries), entries))


def table(content: bytes) -> dict[str, list[str]]:
    """The rows of the form: the label with the words of each cell beside it, a cell that spans columns once."""
    rows = {}
    for row in docx.Document(io.BytesIO(content)).tables[0].rows:
        cells: list[Any] = []
        for cell in row.cells:
            if not cells or cell._tc is not cells[-1]._tc:
                cells.append(cell)
        rows[cells[0].text] = [cell.text for cell in cells[1:]]
    return rows


def below(content: bytes) -> list[str]:
    return [paragraph.text for paragraph in docx.Document(io.BytesIO(content)).paragraphs]


def test_the_rows_are_the_annexs():
    assert list(table(printed(filled(FORM)))) == [
        "公开内容",
        "公开时间",
        "公开要求",
        "公开方式",
        "公开范围",
        "公开平台",
        "公开意见",
        "保密审核",
        "分管领导意见",
        "主要领导意见",
    ]


@pytest.mark.clause("H-3", "H-15(1)", "H-26")
def test_a_form_with_every_signature_prints_names_opinions_and_days():
    rows = table(printed(filled(FULL), *ALL))
    assert rows == {
        "公开内容": ["关于老旧小区改造的通知（惠党办发〔2026〕12号）\n（全文附后）"],
        "公开时间": ["事项确定：2026年4月9日\n计划公开：2026年4月15日\n实际公开：2026年4月10日"],
        "公开要求": ["长期公开 ☑", "定期公开 ☐", "分阶段公开 ☐", "随时公开 ☐"],
        "公开方式": ["党内公开 ☐", "社会公开 ☑", "例行公开 ☐"],
        "公开范围": ["面向社会\n四个小区居民"],
        "公开平台": [
            "会议 ☑\n文件 ☐\n通报 ☐\n简报 ☐\n党政内网 ☐\n其他：＿＿＿＿",
            "公开栏 ☐\n互联网（政府公众网） ☑\n报刊 ☐\n广播电视 ☐\n新媒体：手机报",
            "新闻发布会 ☐\n其他：村广播站",
        ],
        "公开意见": ["主动公开\n承办甲　2026年4月10日", "理由：\n涉及群众生活"],
        "保密审核": [
            "保密审核初步意见：承办甲\n　　2026年4月10日\n保密审查意见：分管乙\n　　2026年4月10日\n"
            "保密负责人审查：保密丙\n　　2026年4月10日",
            "理由：\n保密审查意见：不涉密",
        ],
        "分管领导意见": ["同意\n请主要领导审定\n分管乙　2026年4月10日"],
        "主要领导意见": ["同意\n同意公开\n主任己　2026年4月10日"],
    }


def test_what_the_annex_has_no_cell_for_stands_below_the_table():
    told = below(printed(filled(FULL), *ALL))
    assert told[0] == "中共惠川区委党务公开事项审批表"
    assert told[1] == "部门：住建局\t填表日期：2026年4月8日"
    assert "编号：P-1　程序：五步程序（提出、审核、审批、实施、归档）" in told
    assert "涉及单位确认（教体局）：教体周　2026年4月10日" in told
    assert told[-2:] == ["附：公开内容", "改造四个小区。"]


@pytest.mark.clause("H-6(3)")
def test_a_joint_document_names_the_unit_that_leads_and_those_that_issue_it_with_it():
    told = below(printed(filled(replace(FULL, co_units=(OTHER, "水务局"), joint=True))))
    assert told[1] == "部门：住建局（牵头）、教体局、水务局\t填表日期：2026年4月8日"
    assert "联合发文单位：教体局、水务局" in told
    assert "涉及单位：教体局" in below(printed(filled(FULL)))


@pytest.mark.clause("H-28", "H-30")
def test_the_plan_of_the_interpretation_is_printed_or_that_there_is_none():
    planned = replace(FULL, interpreted=True, interpretation="为什么改", interpretation_due=date(2026, 4, 12))
    assert "解读：住建局起草，2026-04-12 前拟好" in below(printed(filled(planned)))
    stated = [line for line in below(printed(filled(replace(FULL, grounds=("reform",))))) if "没有安排解读" in line]
    assert len(stated) == 1


def test_a_form_half_signed_says_what_is_not_signed():
    rows = table(printed(filled(FULL), *ALL[:3]))
    assert rows["保密审核"][0].splitlines()[-1] == "保密负责人审查：未签署"
    assert rows["分管领导意见"] == rows["主要领导意见"] == ["未签署\n　　年　月　日"]


def test_a_form_that_was_returned_prints_why_and_no_signature_that_is_void():
    content = printed(filled(FULL), *ALL[:3], entry(Noted.RETURNED, "分管乙", reason="写明资金来源"))
    assert table(content)["公开意见"][0].startswith("未签署")
    assert "退回：写明资金来源（分管乙　2026年4月10日）；此前的签署已失效" in below(content)


def test_a_return_is_past_once_it_is_proposed_again():
    again = printed(filled(FULL), *ALL[:3], entry(Noted.RETURNED, "分管乙", reason="写明资金来源"), *ALL[:2])
    assert not [line for line in below(again) if line.startswith("退回")]


def test_a_form_that_was_taken_back_says_so():
    content = printed(filled(FULL), entry(Noted.DROPPED, reason="不再提出"))
    assert "已撤回：不再提出（承办甲　2026年4月10日）" in below(content)


def test_the_head_is_not_asked_where_it_is_not_important():
    assert table(printed(filled(FORM)))["主要领导意见"] == ["不是重要信息，不需签署"]


def test_flags_are_told_by_number_and_never_by_their_words():
    content = printed(
        filled(FULL, MARK, replace(MARK, key="k2")), entry(Noted.CLEARED, "保密丙", flag="k1", reason="x")
    )
    assert table(content)["保密审核"][1] == "理由：\n检查提示 1 条未核销\n检查提示已核销 1 条（保密丙）"
    assert MARK.found not in "".join(below(content))


def test_what_is_withheld_says_why_and_what_the_leader_decided():
    course = [filled(WITHHELD), *signed(*H_SIGNS[:4])]
    assert table(printed(*course))["公开意见"] == ["不予公开\n承办甲　2026年4月10日", "理由：\n尚在审理"]
    for decided in (None, Attribute.WITHHELD):
        deputy = entry(Noted.SIGNED, "分管乙", sign="deputy", unit=UNIT, attribute=decided)
        assert table(printed(*course, deputy))["分管领导意见"] == ["同意不予公开\n分管乙　2026年4月10日"]
    opened = entry(Noted.SIGNED, "分管乙", sign="deputy", unit=UNIT, attribute=Attribute.OPEN, reason="应当让群众知道")
    assert table(printed(*course, opened))["分管领导意见"] == ["改为主动公开\n应当让群众知道\n分管乙　2026年4月10日"]


@pytest.mark.parametrize(
    ("changed", "row", "told"),
    [
        (
            {"time_kind": TimeKind.REGULAR, "period": Period.QUARTER},
            "公开要求",
            ["长期公开 ☐", "定期公开（每季度） ☑", "分阶段公开 ☐", "随时公开 ☐"],
        ),
        (
            {"manners": (Manner.PARTY, Manner.ROUTINE)},
            "公开方式",
            ["党内公开 ☑", "社会公开 ☐", "例行公开 ☑"],
        ),
        ({"body": ""}, "公开内容", ["关于老旧小区改造的通知"]),
        ({"decided_on": None}, "公开时间", ["　　年　月　日"]),
        (
            {"time_kind": TimeKind.STAGED, "ends_on": date(2026, 6, 30)},
            "公开时间",
            ["事项确定：2026年4月9日\n工作完成：2026年6月30日"],
        ),
        (
            {"purpose": Purpose.CORRECTION, "record": "D-7", "explanation": "数字有误"},
            "公开内容",
            ["关于老旧小区改造的通知\n更正已公开事项 D-7\n（全文附后）"],
        ),
    ],
)
def test_each_choice_of_the_form_is_printed(changed: dict[str, Any], row: str, told: Sequence[str]):
    assert table(printed(filled(replace(FORM, **changed))))[row] == told


@pytest.mark.parametrize(
    ("platforms", "manners", "told"),
    [
        (("新媒体",), (Manner.SOCIETY,), (1, "新媒体：☑")),
        (("新媒体：微信公众号", "手机报"), (Manner.SOCIETY,), (1, "新媒体：微信公众号、手机报")),
        (("其他：宣传车",), (Manner.SOCIETY,), (2, "其他：宣传车")),
        (("支部微信群", "党员活动室"), (Manner.PARTY,), (0, "其他：支部微信群、党员活动室")),
        (("党报党刊和电台电视台",), (Manner.SOCIETY,), (1, "广播电视（党报党刊和电台电视台） ☑")),
        (("惠川区人民政府网",), (Manner.SOCIETY,), (1, "互联网（惠川区人民政府网） ☑")),
        (("局域网",), (Manner.PARTY,), (0, "党政内网（局域网） ☑")),
    ],
)
def test_every_platform_has_a_place(platforms: tuple[str, ...], manners: tuple[Manner, ...], told: tuple[int, str]):
    group, line = told
    cells = table(printed(filled(replace(FORM, platforms=platforms, manners=manners))))["公开平台"]
    assert line in cells[group].splitlines()


def test_every_shipped_platform_has_a_box_of_the_annex():
    names = tuple(platform.name for platform in platform_rules().in_use)
    cells = table(printed(filled(replace(FORM, platforms=names))))["公开平台"]
    assert [line for cell in cells for line in cell.splitlines() if line.startswith("其他")] == ["其他：＿＿＿＿"] * 2


def test_an_extension_is_told_with_its_day():
    longer = entry(Noted.EXTENDED, "分管乙", until=date(2026, 5, 8), reason="数据核对")
    longest = replace(longer, until=date(2026, 5, 22))
    told = table(printed(filled(FULL), longer, longest))["公开时间"][0]
    assert told.splitlines()[-1] == "批准延期至：2026年5月22日"


def test_days_are_those_of_the_office():
    late = replace(ALL[0], at=datetime(2026, 4, 10, 16, 30, tzinfo=UTC))
    assert table(printed(filled(FULL), late))["保密审核"][0].splitlines()[1] == "　　2026年4月11日"


def test_the_six_steps_fill_the_same_form():
    content = printed(filled(FORM), *signed(*E), profile="E")
    assert table(content)["分管领导意见"] == ["同意\n请主要领导审定\n分管乙　2026年4月10日"]
    assert "公开工作机构审核（区委办公室）：机构戊　2026年4月10日" in below(content)


def test_the_same_course_gives_the_same_bytes():
    assert printed(filled(FULL), *ALL) == printed(filled(FULL), *ALL)


def test_a_name_that_already_says_whose_it_is_is_not_doubled():
    assert below(printed(filled(FORM), organisation="中共惠川区委"))[0] == "中共惠川区委党务公开事项审批表"


def test_without_a_form_there_is_nothing_to_print():
    course = procedure("H")
    with pytest.raises(ValueError, match="还没有填写"):
        render(Approval("惠川区委", "P-1", course, standing(course, UNIT, OFFICE, ()), ()))


def test_the_file_says_when_it_was_last_written_to():
    properties = docx.Document(io.BytesIO(printed(filled(FULL), *ALL))).core_properties
    assert properties.modified is not None
    assert properties.modified.replace(tzinfo=NOON.tzinfo) == NOON


def test_marks_that_no_page_can_hold_are_left_out():
    assert table(printed(filled(Form(unit=UNIT, title="标\x00题\u202e"))))["公开内容"] == ["标题"]
