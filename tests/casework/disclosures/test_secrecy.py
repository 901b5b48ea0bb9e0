"""A flag says where, what and why, and keeps its key as long as the same words stand in the same surroundings."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.disclosures.secrecy import flags_in
from records.proposals import Flag, Form
from regulation.secrecy import secrecy_rules

FORM = Form(unit="住建局", title="关于老旧小区改造的通知", body="改造四个小区。")


def nobody(text: str) -> list[tuple[int, int, str]]:
    return []


def a_number(text: str) -> list[tuple[int, int, str]]:
    at = text.find("13812345678")
    return [] if at < 0 else [(at, at + 11, "手机号")]


def flags(words: tuple[str, ...] = (), **filled: object) -> tuple[Flag, ...]:
    return flags_in(replace(FORM, **filled), secrecy_rules(words), nobody)  # type: ignore[arg-type]


def test_a_form_without_marks_has_no_flag():
    assert flags() == ()


@pytest.mark.clause("H-23")
@pytest.mark.parametrize(
    ("filled", "place"),
    [
        ({"title": "机密★20年"}, "题目"),
        ({"doc_number": "机密★20年"}, "文号"),
        ({"body": "机密★20年"}, "正文"),
        ({"interpretation": "机密★20年"}, "解读材料"),
        ({"explanation": "机密★20年"}, "说明"),
        ({"audience_note": "机密★20年"}, "公开范围"),
        ({"platforms": ("互联网", "机密★20年")}, "公开平台"),
        ({"watch_terms": ("改造", "机密★20年")}, "关注词"),
    ],
)
def test_every_text_that_is_read_outside_is_checked(filled: dict[str, object], place: str):
    (flag,) = flags(**filled)
    assert (flag.kind, flag.place, flag.found, flag.clause) == ("密级标志", place, "机密★20年", "H-23")


def test_reasons_are_not_published_and_not_checked():
    assert flags(attribute_reason="本文件属于国家秘密") == ()


def test_a_flag_keeps_its_key_while_other_parts_change():
    (before,) = flags(body="一、总体要求\n内部资料\n二、改造四个小区")
    (after,) = flags(title="另一题目", body="一、总体要求，另加一句\n内 部 资 料\n二、改造五个小区")
    assert before.key == after.key


@pytest.mark.parametrize(
    "body",
    [
        "一、总体要求\n内部文件\n二、改造四个小区",
        "注意（内部资料）\n二、改造四个小区",
        "",
    ],
)
def test_other_words_or_other_surroundings_are_another_flag(body: str):
    (before,) = flags(body="一、总体要求\n内部资料\n二、改造四个小区")
    assert before.key not in {flag.key for flag in flags(body=body, explanation="内部资料")}


def test_the_same_words_a_second_time_are_a_second_flag():
    first, second = flags(body="内部资料\n内部资料")
    assert first.key == flags(body="内部资料")[0].key != second.key


def test_where_finds_overlap_the_longest_is_told_once():
    assert [flag.found for flag in flags(body="【机密★20年】内部资料，不得外传")] == [
        "【机密★20年】",
        "内部资料，不得外传",
    ]


def test_a_mark_inside_a_find_of_another_kind_is_told_as_well():
    found = flags(body="《中共中央办公厅关于班子配备的通知（机密★10年）》")
    assert [flag.kind for flag in found] == ["中央文件", "密级标志"]


@pytest.mark.clause("E-2(7)1")
def test_personal_data_is_looked_for_behind_invisible_characters():
    (flag,) = flags_in(replace(FORM, body="电话138\u200b12345678。"), secrecy_rules(), a_number)
    assert (flag.kind, flag.found, flag.clause) == ("个人信息", "138\u200b12345678", "E-2(7)1")


def test_the_offices_own_words_are_found_in_any_spelling():
    (flag,) = flags(("凤凰Ａ计划",), body="推进凤 凰A计 划前期工作")
    assert (flag.kind, flag.found) == ("本单位词语", "凤 凰A计 划")


def test_letters_set_apart_one_by_one_are_no_gap_around_a_word():
    assert flags(body="保 守 国 家 秘 密") == ()
    assert [flag.found for flag in flags(body="区划调整方案 秘 密")] == ["秘 密"]


@pytest.mark.clause("H-23")
@pytest.mark.parametrize(
    ("body", "found"),
    [
        ("机\n密★20年\n区委文件", "机\n密★20年"),
        ("秘密\n★\n1年", "秘密\n★\n1年"),
        ("绝\n密\n★\n启用前", "绝\n密\n★\n启用前"),
        ("本文件属于国\n家秘密，请妥善管理。", "本文件属于国\n家秘密"),
        ("绝密\n\n★", "绝密\n\n★"),
    ],
)
def test_a_mark_broken_over_lines_or_written_downwards_is_one_flag(body: str, found: str):
    assert [flag.found for flag in flags(body=body)] == [found]


@pytest.mark.parametrize(
    "body",
    [
        "抓住时机\n密植果树",
        "完善内部\n资料管理办法",
        "报告会议情况。内\n部",
        "以上为全部时机。\n密",
        "推广收割机\n\n密植果树两万株",
    ],
)
def test_words_that_only_meet_at_the_end_of_a_line_are_no_mark(body: str):
    assert flags(body=body) == ()


def test_the_offices_own_words_are_found_over_the_end_of_a_line():
    (flag,) = flags(("凤凰计划",), body="推进凤凰\n计划前期工作")
    assert (flag.kind, flag.found) == ("本单位词语", "凤凰\n计划")


UNSEEN = (
    "\u200b", "\u200c", "\u200d", "\u200e", "\u2060", "\u2062", "\u00ad", "\ufeff", "\ufe0e", "\U000e0100", "\U000e0041",
    "\u180e", "\u17b4", "\ufff9", "\U0001d173", "\u3164", "\u2800", "\u00a0", "\u2007", "\u3000", "\u0301", "\u202d", "\u2068",
)  # fmt: skip
SHAPES = (
    "机密★３年", "机密★③年", "机密＊３年", "机密⋆3年", "机密⭐\ufe0f3年", "密级：机密", "青密发〔２０２６〕１２号",
    "密发﹝2026﹞12号", "密发︹2026︺12号", "密发〔②0②6〕①②号", "密发〔𝟐𝟎𝟐𝟔〕𝟏𝟐号", "本件保密期限：⻓期", "内部⽂件 注意保存",
    "\u202e密机\u202c★3年", "\u202e年3★密机\u202c", "\u202e存保意注料资部内", "\u2067机密★3年\u2069", "\u202e号21〕6202〔发密",
)  # fmt: skip
INNOCENT = (
    "保密工作座谈会在区委召开", "机关干部包村联户工作方案", "内部装修工程公开招标公告", "请长期坚持志愿服务", "⻓城脚下的集市今起开市",
    "⽂化广场改造完成", "⺠生实事办理情况", "重点项目★优秀等次名单", "三★酒店评定结果", "五星★★★★★小区评选", "密度监测三年情况通报",
    "机场密接排查结束", "绝不允许拖欠工资", "密切联系群众三年行动方案", "机密性、完整性是网络安全要素", "学校密闭空间通风3年改造",
    "秘书长会见客商", "①组织领导②宣传发动③督导检查", "ＡＢＣ证照办理须知", "公布第12号公告", "青年发〔2026〕12号", "会议要求保护生态",
    "\u0645\u0631\u062d\u0628\u0627 \u0628\u0643\u0645 与中文并列的宣传页", "\u202e\u0645\u0631\u062d\u0628\u0627\u202c 欢迎您",
    "\u2067\u05e9\u05dc\u05d5\u05dd\u2069 图书展", "日期︰2026年", "家庭医生签约服务👨\u200d👩\u200d👧", "办\u200b公\u200b室值班安排",
    "\u202d区长公开电话办理情况\u202c", "供暖\u00a012\u00a0月检修", "评为☆级服务窗口", "档案解密工作进展顺利", "为老年人讲防骗的秘密",
    "部门预算公开内容说明", "科级以上干部培训班开班", "明电压力测试公告",
)  # fmt: skip


@pytest.mark.clause("H-23")
@pytest.mark.parametrize("sign", UNSEEN)
@pytest.mark.parametrize("text", ["机密★3年", "内部资料注意保存", "密发〔2026〕12号"])
def test_a_sign_that_shows_nothing_hides_no_mark(sign: str, text: str):
    assert flags(body=sign.join(text))
    assert flags(title=text[0] + sign + text[1:])


@pytest.mark.clause("H-23")
@pytest.mark.parametrize("text", SHAPES)
def test_a_mark_in_another_shape_or_direction_is_the_mark(text: str):
    assert flags(body=text)


@pytest.mark.parametrize("text", INNOCENT)
def test_what_is_no_mark_is_none_in_whatever_letters(text: str):
    assert flags(body=text, title=text) == ()


def test_a_word_of_the_office_is_found_turned_round_and_in_radicals():
    for text in ("\u202e动行松青\u202c", "⾭松⾏动"):
        assert [flag.found for flag in flags(("青松行动",), body=f"开展{text}") if flag.found]


def test_a_turned_telephone_number_is_found():
    form = replace(FORM, body="请打 \u202e87654321831\u202c 咨询")
    assert [flag.kind for flag in flags_in(form, secrecy_rules(()), a_number)] == ["个人信息"]
