"""Both annexes are read row by row as they are printed; what is missing, double or unknown is named with its row."""

from __future__ import annotations

import copy
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

from records.words import Scope, TimeKind
from regulation.catalogue import Catalogue, Item
from regulation.catalogue_file import BadCatalogue, catalogues_from, letters, printed, shipped
from regulation.catalogue_words import scopes_in, timing_in

FOLDER = Path(__file__).parents[2] / "regulation"
H, E = shipped("H"), shipped("E")


def item(item_id: str) -> Item:
    """An item of one of the annexes."""
    found = (H if item_id.startswith("H") else E).item(item_id)
    assert found is not None
    return found


def kinds(catalogue: Catalogue) -> Counter[TimeKind | None]:
    """How often each kind of time limit stands in a catalogue."""
    return Counter(timing_in(one.time_limit).kind for one in catalogue.items)


def scopes(catalogue: Catalogue) -> Counter[frozenset[Scope]]:
    """How often each scope stands in a catalogue."""
    return Counter(scopes_in(one.cell(catalogue.form.scope)) for one in catalogue.items)


@pytest.mark.clause("H-3")
def test_the_first_annex_has_63_rows_in_order():
    assert [one.id for one in H.items] == [f"H{number}" for number in range(1, 64)]
    assert [column.heading for column in H.form.columns] == [
        "一级目录",
        "二级目录",
        "三级目录",
        "公开内容",
        "公开方式",
        "公开平台",
        "公开时限",
        "责任单位",
        "备注",
    ]


@pytest.mark.clause("E-2(2)")
def test_the_second_annex_has_85_numbered_items_in_order():
    assert [one.id for one in E.items] == [f"E{number}" for number in range(1, 86)]
    assert [(column.heading, column.over) for column in E.form.columns] == [
        ("一级目录", None),
        ("二级目录", None),
        ("序号", "三级目录"),
        ("公开内容", "三级目录"),
        ("公开范围", None),
        ("公开时限", None),
        ("公开方式", None),
        ("责任科室", None),
    ]


def test_the_first_levels_have_as_many_rows_as_in_the_annexes():
    assert Counter(one.level1 for one in H.items) == {
        "重大事项决策、决定、推进执行类": 12,
        "自身建设": 12,
        "全面从严治党": 27,
        "其它应当公开事项": 12,
    }
    assert [count for _, count in Counter(one.level1 for one in E.items).items()] == [2, 8, 41, 11, 3, 3, 4, 5, 6, 2]
    assert len({one.level2 for one in H.items}) == 14
    assert len({one.level2 for one in E.items}) == 28


def test_the_words_of_both_annexes_are_counted():
    assert kinds(H) == {TimeKind.PROMPT: 38, TimeKind.LASTING: 17, TimeKind.REGULAR: 7, TimeKind.STAGED: 1}
    assert kinds(E) == {TimeKind.PROMPT: 48, TimeKind.REGULAR: 26, TimeKind.LASTING: 9, None: 2}
    both, public, party = frozenset(Scope), frozenset({Scope.PUBLIC}), frozenset({Scope.PARTY})
    assert scopes(H) == {both: 38, party: 15, public: 10}
    assert scopes(E) == {both: 48, party: 23, public: 14}


@pytest.mark.parametrize(
    ("item_id", "cells"),
    [
        ("H1", ("党的建设重大事项", "党内公开或社会公开", "文件或互联网等", "随时公开", "区委办")),
        (
            "H4",
            ("政法和社会治安综合治理工作重大事项", "党内公开或社会公开", "文件、会议或互联网等", "随时公开", "区委办"),
        ),
        ("H7", ("区党代会、区委全会等重要决策部署", "社会公开", "会议、文件、互联网", "长期公开", "区委办")),
        ("H8", ("区党代会、区委全会等重要决策部署", "社会公开", "会议、文件、互联网", "长期公开", "区委办")),
        ("H10", ("重大民生措施及重要阶段性工作", "党内公开或社会公开", "会议、文件、互联网", "分阶段公开", "区委办")),
        ("H13", ("组织机构", "社会公开", "文件、互联网", "长期公开", "区委办 区编办")),
        ("H24", ("转变工作作风及密切联系群众", "社会公开", "互联网等", "随时公开", "区委办")),
        ("H25", ("思想建设", "党内公开", "会议", "定期公开", "宣传部")),
        ("H27", ("思想建设", "党内公开", "文件", "长期公开", "宣传部")),
        ("H29", ("思想建设", "党内公开或社会公开", "文件或互联网", "长期公开", "教体局")),
        ("H33", ("党建工作", "党内公开", "文件、会议等", "定期公开", "组织部")),
        ("H36", ("党建工作", "党内公开或社会公开", "文件、互联网等", "定期公开", "组织部")),
        ("H46", ("廉政教育", "党内公开或社会公开", "会议、文件、其他或互联网", "随时公开", "区纪委")),
        ("H51", ("巡察工作", "党内公开或社会公开", "会议、文件或互联网", "随时公开", "巡察办")),
        ("H56", ("民族宗教政策落实", "党内公开或社会公开", "文件、会议或互联网等", "随时公开", "统战部 民宗局")),
        ("H60", ("机构和行政体制改革", "党内公开或社会公开", "文件或互联网", "随时公开", "区编办")),
        ("H63", ("机关党的建设", "党内公开", "文件、简报、机关智慧党建网", "定期公开", "机关工委")),
    ],
)
def test_rows_of_the_first_annex(item_id: str, cells: tuple[str, ...]):
    one = item(item_id)
    assert (one.level3, one.way, one.platform, one.time_limit, one.unit) == cells
    assert (one.scope, one.note) == (None, "")


@pytest.mark.parametrize(
    ("item_id", "path"),
    [
        ("H6", ("重大事项决策、决定、推进执行类", "群团工作及其它领域重大事项")),
        ("H12", ("涉及党员群众切身利益重要事项", "对突发事件的调查、决策、处置进展情况及结果。")),
        ("H18", ("自身建设", "机构设置", "区委常委会", "区委领导职权及分工。")),
        ("H36", ("全面从严治党", "党的组织建设", "党员权利保障、民主评议党员、创先争优、评先评优、党内表彰等情况。")),
        ("H44", ("党风廉政建设和反腐败斗争", "工作部署", "区纪委全会、常委会讨论决定可以公开的事项。")),
        (
            "H47",
            (
                "党风廉政建设责任制",
                "党风廉政建设责任制",
                "区委领导班子及成员党风廉政建设责任分解、任务分工和落实情况。",
            ),
        ),
        ("H61", ("机构编制", "机构编制管理")),
        ("E2", ("党员干部学习贯彻情况",)),
        ("E10", ("研究部署重大突发事件应急处置及善后等情况", "研究部署重大突发事件应急处置及善后等情况")),
        ("E13", ("政治建设情况", "落实政治建设主体责任情况")),
        ("E15", ("思想建设及加强意识形态工作有关情况", "理论学习中心组计划安排")),
        ("E35", ("党员队伍管理情况", "党费收缴管理使用情况")),
        ("E54", ("四、重要会议、活动情况", "重要会议情况", "市政协全会相关内容")),
        ("E72", ("七、重要规范性文件立改废释情况", "重要规范性文件发布、修订、废止和解释情况")),
        ("E80", ("九、联系服务群众情况,接待来信来访情况", "联系服务党员群众情况")),
        ("E83", ("接待来信来访情况", "市政协领导接待来信来访情况")),
    ],
)
def test_levels_and_content_of_rows(item_id: str, path: tuple[str, ...]):
    assert [step for step in item(item_id).path if step in path] == list(path)


@pytest.mark.parametrize(
    ("item_id", "cells"),
    [
        ("E1", ("党内或社会", "定期公开", "会议 文件 网站", "综合科、机关党委")),
        ("E5", ("党内一定范围", "长期公开", "会议 文件 公开栏", "秘书科、综合科、人事科、行政联络科、机关党委")),
        ("E15", ("党内", "定期公开", "会议 文件", "综合科、机关党委")),
        ("E17", ("党内一定范围", "定期公开", "会议 文件", "综合科、宣传教育中心、委员联络服务中心")),
        ("E23", ("党内或社会", "随时公开", "会议 文件 公开栏", "机关党委、各党支部")),
        ("E24", ("党内或社会", "随时公开", "会议 文件 网站", "机关党委、各党支部")),
        ("E27", ("党内一定范围", "定期公开", "会议", "人事科、各党支部")),
        ("E31", ("党内", "定期公开", "会议 公开栏", "机关党委、各党支部")),
        ("E42", ("社会", "定期公开", "会议 文件 公开栏", "机关党委、机关纪委、各党支部、老干部服务中心")),
        ("E48", ("党内或社会", "随时公开", "会议 文件 公开栏", "人事科")),
        ("E60", ("社会", "长期公开", "会议 文件 网站", "提案委员会办公室")),
        ("E61", ("社会一定范围", "随时公开", "会议 文件 公开栏", "委员联络服务中心")),
        ("E68", ("党内一定范围", "随时公开", "会议 文件 公开栏", "机关党委")),
        ("E73", ("党内或社会", "长期公开", "会议 文件 网站", "人事科")),
        ("E79", ("社会", "随时公开", "会议 文件 网站", "综合科、秘书科、各专委会办公室")),
        ("E85", ("依内容确定", "依内容确定", "依内容确定", "办公室相关科室、中心,各专门委员会办公室")),
    ],
)
def test_rows_of_the_second_annex(item_id: str, cells: tuple[str, ...]):
    one = item(item_id)
    assert (one.scope, one.time_limit, one.way, one.unit) == cells
    assert (one.level3, one.platform, one.note) == (None, None, None)


def test_cells_that_the_annex_joins_are_filled_in_and_known_as_joined():
    assert {one.id for one in H.items if "content" in one.joined} == {"H2", "H3", "H4", "H5", "H6"}
    assert {one.content for one in H.items[:6]} == {item("H1").content}
    assert item("H1").content.endswith("区委重要工作会议精神及重要工作情况。")
    assert {one.id for one in H.items if "unit" in one.joined} == {"H26", "H27"}


def test_a_plain_slip_of_the_print_is_put_right_and_the_print_is_kept_beside_it():
    def slips(letter: str) -> list[str]:
        pairs = zip(shipped(letter).items, printed(letter).items, strict=True)
        return [used.id for used, as_printed in pairs if used != as_printed]

    assert slips("H") == ["H1", "H2", "H3", "H4", "H5", "H6", "H10"]
    assert slips("E") == ["E14", "E17", "E18", "E49", "E50", "E78", "E79", "E80"]
    assert "习近平同志为核心" in item("H6").level2
    assert printed("E").items[79].level2 == "联系服务群众群众情况"
    assert printed("E").items[80].level2 == "联系服务党员群众情况"


def test_no_space_of_a_line_break_is_left_inside_words():
    for letter in letters():
        for one in shipped(letter).items:
            cells = [one.level1, one.level3 or "", one.content, one.time_limit, one.platform or "", one.scope or ""]
            assert [cell for cell in cells if " " in cell] == []


def changed(change: Any) -> dict[str, Any]:
    """The first annex's file after a change."""
    content: dict[str, Any] = copy.deepcopy(yaml.safe_load((FOLDER / "catalogue_h.yaml").read_text("utf-8")))
    change(content)
    return content


def rows(content: dict[str, Any], number: int) -> dict[str, Any]:
    """The row of that number."""
    row: dict[str, Any] = content["items"][number - 1]
    return row


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda c: rows(c, 9).update(id="H8"), "a.yaml：编号重复：H8"),
        (lambda c: rows(c, 9).pop("id"), "a.yaml 第9行：缺少编号“id”"),
        (lambda c: rows(c, 9).update(id="E9"), "a.yaml 第9行：缺少编号“id”（H 和数字，如 H12）"),
        (lambda c: rows(c, 9).pop("content"), "a.yaml 第9行（H9）：“公开内容”没有填写"),
        (lambda c: rows(c, 9).update(content=7), "a.yaml 第9行（H9）：“公开内容”应为文字"),
        (lambda c: rows(c, 9).pop("unit"), "a.yaml 第9行（H9）：“责任单位”没有填写"),
        (lambda c: rows(c, 9).update(time_limit="常年公开"), "a.yaml 第9行（H9）：“公开时限”是“常年公开”：应写明"),
        (lambda c: rows(c, 9).update(way="职工公开"), "a.yaml 第9行（H9）：“公开方式”是“职工公开”：应写明"),
        (lambda c: rows(c, 9).update(scope="党内"), "a.yaml 第9行（H9）：没有“scope”这一栏"),
        (lambda c: rows(c, 7).pop("level3"), "a.yaml 第7行（H7）：“三级目录”没有填写"),
        (lambda c: rows(c, 13).pop("level2"), "a.yaml 第13行（H13）：“二级目录”没有填写"),
        (lambda c: rows(c, 1).pop("level1"), "a.yaml 第1行（H1）：“一级目录”没有填写"),
        (lambda c: rows(c, 1).update(joined=["note"]), "a.yaml 第1行（H1）：“joined”里的“note”不能与上一行合并"),
        (lambda c: rows(c, 9).update(joined=["unit"]), "a.yaml 第9行（H9）：“joined”里的“unit”不能与上一行合并"),
        (lambda c: rows(c, 9).update(joined=["level1"]), "a.yaml 第9行（H9）：“joined”里的“level1”不能与上一行合并"),
        (lambda c: c.pop("title"), "a.yaml：应有且只有"),
        (lambda c: c["items"].insert(0, "H0"), "a.yaml 第1行：缺少编号"),
        (lambda c: c["columns"].append({"key": "colour", "heading": "颜色"}), "a.yaml：“columns”里有不认识"),
        (lambda c: c["tells"].update(scope="scope"), "a.yaml：“columns”里有不认识"),
        (lambda c: c.update(clause="H-99"), "a.yaml：“columns”“tells”或“clause”写得不对"),
    ],
)
def test_what_is_wrong_in_a_catalogue_is_named_with_file_row_and_column(change: Any, told: str):
    with pytest.raises(BadCatalogue) as refused:
        catalogues_from(changed(change), "a.yaml")
    assert told in str(refused.value)
