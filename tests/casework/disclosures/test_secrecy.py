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
