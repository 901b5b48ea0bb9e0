"""An item is found by what a record calls it, and says where a record does not fit it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from records.words import Period, Scope, TimeKind
from regulation.catalogue import BadItem, Chosen, Item, checked, is_id, item_of, number_of, remarks, row_of
from regulation.catalogue_file import shipped
from regulation.catalogue_words import Timing, UnknownWords, platforms_in, scopes_in, timing_in, words_from
from regulation.rule_rows import BadRules

H, E = shipped("H"), shipped("E")


def item(item_id: str) -> Item:
    """An item of one of the annexes."""
    found = (H if item_id.startswith("H") else E).item(item_id)
    assert found is not None
    return found


def said(item_id: str, scope: Scope, *platforms: str, time_kind: TimeKind | None = None) -> tuple[str, ...]:
    """The remarks on a record that is meant for that item."""
    form = (H if item_id.startswith("H") else E).form
    return remarks(form, item(item_id), Chosen(scope, platforms, time_kind))


@pytest.mark.parametrize(
    ("named", "found"),
    [
        ("H12", ["H12"]),
        ("12", ["H12"]),
        ("第12项", ["H12"]),
        (" h12 ", ["H12"]),
        ("Ｈ１２", ["H12"]),
        ("64", []),
        ("E12", []),
        ("全面从严治党/干部队伍、人才队伍建设/干部管理任用", ["H37", "H38", "H39"]),
        ("经济、文化、社会以及生态文明建设等重大事项安排部署/重大民生措施及重要阶段性工作", ["H10"]),
        ("全面从严治党 / 巡察工作", ["H51"]),
        ("平安创建", ["H58"]),
        ("全区重大民生措施，阶段性重点工作、重要事项推进、落实情况", ["H10"]),
        ("干部管理任用/全面从严治党", []),
        ("老目录第三条", []),
        ("", []),
    ],
)
def test_an_item_is_found_by_its_number_or_by_its_levels_in_order(named: str, found: list[str]):
    assert [one.id for one in H.matching(named)] == found


@pytest.mark.clause("E-2(3)1", "E-2(3)2")
@pytest.mark.parametrize(
    ("item_id", "scope", "fits"),
    [
        ("H22", Scope.PARTY, True),  # 党内公开
        ("H22", Scope.PUBLIC, False),
        ("H13", Scope.PUBLIC, True),  # 社会公开
        ("H13", Scope.PARTY, False),
        ("H10", Scope.PARTY, True),  # 党内公开或社会公开
        ("H10", Scope.PUBLIC, True),
        ("E5", Scope.PUBLIC, False),  # 党内一定范围
        ("E60", Scope.PARTY, False),  # 社会
        ("E84", Scope.PUBLIC, True),  # 依内容确定
        ("E84", Scope.PARTY, True),
    ],
)
def test_the_scope_must_be_one_that_the_item_has(item_id: str, scope: Scope, fits: bool):
    assert (said(item_id, scope) == ()) is fits


def test_a_remark_says_what_the_catalogue_has_and_what_the_record_has():
    assert said("H22", Scope.PUBLIC, "互联网", time_kind=TimeKind.LASTING) == (
        "目录规定“公开方式”为“党内公开”，这里是“面向社会”",
        "目录规定“公开平台”为“会议”，没有“互联网”",
        "目录规定“公开时限”为“随时公开”，这里是“长期公开”",
    )
    assert said("E60", Scope.PARTY, "公告牌") == (
        "目录规定“公开范围”为“社会”，这里是“党内”",
        "目录规定“公开方式”为“会议 文件 网站”，没有“公告牌”",
    )


@pytest.mark.clause("E-2(4)")
@pytest.mark.parametrize(
    ("item_id", "platform", "fits"),
    [
        ("H13", "文件", True),  # 文件、互联网
        ("H13", "互联网", True),
        ("H13", "会议", False),
        ("H24", "报刊", True),  # 互联网等
        ("H46", "报刊", True),  # 会议、文件、其他或互联网
        ("H62", "互联网", True),  # 文件、简报、机关智慧党建网
        ("E60", "互联网", True),  # 会议 文件 网站
        ("E20", "互联网", False),  # 会议 文件
        ("E84", "互联网", True),  # 依内容确定
    ],
)
def test_a_platform_must_be_one_that_the_item_names_unless_it_names_examples(item_id: str, platform: str, fits: bool):
    scope = Scope.PUBLIC if Scope.PUBLIC in scopes_in(item(item_id).scope or item(item_id).way) else Scope.PARTY
    assert (said(item_id, scope, platform) == ()) is fits


@pytest.mark.clause("E-2(5)")
@pytest.mark.parametrize(
    ("cell", "timing"),
    [
        ("长期公开", Timing(TimeKind.LASTING)),
        ("定期公开", Timing(TimeKind.REGULAR)),
        ("定期公开（每季度）", Timing(TimeKind.REGULAR, Period.QUARTER)),
        ("定期公开（半年）", Timing(TimeKind.REGULAR, Period.HALF_YEAR)),
        ("定期公开，按月", Timing(TimeKind.REGULAR, Period.MONTH)),
        ("按年度定期公开", Timing(TimeKind.REGULAR, Period.YEAR)),
        ("分阶段公开", Timing(TimeKind.STAGED)),
        ("随时公开", Timing(TimeKind.PROMPT)),
        ("依内容确定", Timing(None)),
    ],
)
def test_when_is_one_of_the_kinds_with_its_period_where_the_cell_says_it(cell: str, timing: Timing):
    assert timing_in(cell) == timing


def test_an_item_that_leaves_the_time_to_its_content_fits_any_time():
    assert said("E85", Scope.PUBLIC, time_kind=TimeKind.STAGED) == ()
    assert said("H10", Scope.PUBLIC, time_kind=TimeKind.STAGED) == ()
    assert said("H10", Scope.PUBLIC, time_kind=TimeKind.PROMPT) != ()


@pytest.mark.clause("E-2(5)2")
@pytest.mark.parametrize(("period", "fits"), [(Period.QUARTER, True), (None, True), (Period.YEAR, False)])
def test_a_period_that_the_item_names_must_be_kept(period: Period | None, fits: bool):
    quarterly = replace(item("H25"), time_limit="定期公开（每季度）")
    chosen = Chosen(Scope.PARTY, time_kind=TimeKind.REGULAR, period=period)
    assert remarks(H.form, item("H25"), chosen) == ()
    told = () if fits else ("目录规定“公开时限”为“定期公开（每季度）”，这里是“每年”",)
    assert remarks(H.form, quarterly, chosen) == told


@pytest.mark.parametrize("cell", ["", "经常公开", "长期公开或随时公开"])
def test_a_time_limit_without_exactly_one_kind_is_unknown(cell: str):
    with pytest.raises(UnknownWords, match="长期、定期、分阶段、随时或依内容确定中的一种"):
        timing_in(cell)


def test_a_scope_without_a_known_word_is_unknown():
    with pytest.raises(UnknownWords, match="应写明党内、社会、例行或依内容确定"):
        scopes_in("全体职工")


def test_the_words_of_platforms_are_read_apart():
    assert platforms_in("会议、文件或互联网").names == ("会议", "文件", "互联网")
    assert platforms_in("会议 文件 公开栏").names == ("会议", "文件", "公开栏")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"content": ""}, "“公开内容”没有填写"),
        ({"unit": ""}, "“责任单位”没有填写"),
        ({"level3": ""}, "“三级目录”没有填写"),
        ({"way": "内部"}, "“公开方式”是“内部”：应写明党内、社会、例行或依内容确定"),
        ({"time_limit": "有空时"}, "“公开时限”是“有空时”：应写明"),
        ({"content": "长" * 2001}, "“公开内容”不能超过 2000 字"),
    ],
)
def test_what_cannot_stand_in_a_catalogue_is_named_by_its_column(change: dict[str, str], told: str):
    with pytest.raises(BadItem) as refused:
        checked(H.form, replace(item("H10"), **change))
    assert told in str(refused.value)


def test_units_stand_one_by_one():
    assert item("H22").units == ("区纪委", "区委办", "组织部")
    assert item("E8").units == ("秘书科", "综合科", "机关党委", "机关纪委", "各专委会办公室", "各党支部")
    assert item("E55").units == ("办公室相关科室、中心", "各专门委员会办公室")
    assert item("E10").units == ("办公室相关科室", "各专委会办公室")


def test_an_item_comes_back_from_what_is_kept_of_it():
    for one in (*H.items, *E.items):
        assert item_of(row_of(one)) == one


def test_an_id_is_the_letter_and_a_number():
    assert number_of("H12") == 12
    assert [is_id(value, "H") for value in ("H1", "H012", "E1", "H", 1, None)] == [True] + [False] * 5


def test_words_that_are_missing_or_unknown_are_named():
    with pytest.raises(BadRules, match=r"words\.yaml：“time\.0\.kind”"):
        words_from(
            {
                "as_content": "依内容确定",
                "scope": [],
                "time": [{"word": "常年", "kind": "always", "clause": "H-3"}],
                "period": [],
                "open_ended": [],
                "online": [],
            },
            "words.yaml",
        )
