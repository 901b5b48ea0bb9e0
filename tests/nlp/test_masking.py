"""Personal data never reaches a disk; what only looks like it stays readable."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.cleaning import cleaned
from nlp.masking import masked
from nlp.permalinks import neutral_permalink


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("打13812345678找我", "打〔手机号〕找我"),
        ("138 1234 5678", "〔手机号〕"),
        ("138-1234-5678", "〔手机号〕"),
        ("+86 13812345678", "〔手机号〕"),
        ("１３８１２３４５６７８", "〔手机号〕"),
        ("138****5678", "〔手机号〕"),
        ("一三八零零一二三四五六", "〔手机号〕"),
        ("0936-8212345转12", "〔电话号码〕"),
        ("（0936）8212345", "〔电话号码〕"),
        ("座机8212345没人接", "座机〔电话号码〕没人接"),
        ("身份证11010519491231002X", "身份证〔身份证号〕"),
        ("老证110105491231002要换吗", "老证〔身份证号〕要换吗"),
        ("卡号6222021001116245702", "卡号〔银行卡号〕"),
        ("6222 0210 0111 6245 702", "〔银行卡号〕"),
        ("车牌京A·12345挡路", "车牌〔车牌号〕挡路"),
        ("新能源浙AD12345", "新能源〔车牌号〕"),
        ("写信到zhang.san@mail.example.com", "写信到〔邮箱〕"),
        ("QQ：123456789", "QQ：〔QQ号〕"),
        ("加微信 abc_12345", "加微信 〔微信号〕"),
        ("@张三丰 你说呢", "@〔用户〕 你说呢"),
        ("转//@小李飞刀:说得对", "转//@〔用户〕:说得对"),
        ("我家住翠湖苑3栋2单元501室", "我家住翠湖苑〔门牌号〕"),
        ("北关里12号楼403没人应", "北关里〔门牌号〕没人应"),
        ("住纺织二区7-2-301", "住纺织二区〔门牌号〕"),
        ("三栋二单元五零一室漏水", "〔门牌号〕漏水"),
        ("翠湖苑7号楼402", "翠湖苑〔门牌号〕"),
        ("2单元501的邻居", "〔门牌号〕的邻居"),
        ("联系人：李小明，急", "联系人：〔姓名〕，急"),
        ("房东王建国骗了我三千", "房东〔姓名〕骗了我三千"),
        ("138a1234b5678", "〔手机号〕"),
        ("13\u200b8123\u200d45678", "〔手机号〕"),
        ("幺三八 一二三四 五六七八", "〔手机号〕"),
        ("⑬⑧①②③④⑤⑥⑦⑧", "〔手机号〕"),
        ("零九三六八二一二三四五", "〔电话号码〕"),
        ("zhang.san at mail.example.com", "〔邮箱〕"),
        ("加Vabc_12345一起去", "加V〔微信号〕一起去"),
        ("桥头村五组28号", "桥头村〔门牌号〕"),
        ("王老师打孩子", "〔姓名〕老师打孩子"),
        ("老王家的狗咬人", "〔姓名〕家的狗咬人"),
        ("欧阳建平拖欠工资，找欧阳建平要", "〔姓名〕拖欠工资，找〔姓名〕要"),
        ("阿依古丽·买买提被打了", "〔姓名〕被打了"),
        ("张某某、李××骗了我们", "〔姓名〕、〔姓名〕骗了我们"),
    ],
)
def test_personal_data_is_replaced_by_a_chinese_placeholder(text: str, stored: str) -> None:
    assert masked(cleaned(text)) == stored


@pytest.mark.parametrize(
    "text",
    [
        "惠川党办发〔2026〕9号",
        "惠川党办发〔2026〕21号第13条",
        "打12345、110、120、12388、96120都没人接",
        "5路、11路、16路改线",
        "总投资8960万元，其中2.3万元退还",
        "改造8个小区、46栋、2318户",
        "2026-05-01 08:30:00开始",
        "订单号202605011234567890没有下文",
        "18栋18层，5栋6楼",
        "3号楼200户，5栋180平，7号楼15分钟没来水",
        "5号楼没暖气，2单元电梯停了",
        "东风巷12号院要改造",
        "@惠川发布 出来说句话",
        "老师张嘴就骂人",
        "区住建局答总工是搞技术的",
        "面积1380平，单价13800元",
        "室温18℃，低于16℃退费",
        "区长李卫国在会上批评拖欠工资",
        "公示李卫国同志拟任局长，有人举报",
        "政务大厅三楼301室办的",
        "投资13800000000元",
        "由于某些原因，基金经理不来",
        "小区老马路骗人",
    ],
)
def test_what_only_looks_like_personal_data_stays(text: str) -> None:
    assert masked(text) == text


def test_a_wrong_check_digit_is_no_identity_card() -> None:
    assert masked("编号110105194912310021在此") == "编号110105194912310021在此"


def test_an_address_that_names_an_account_becomes_a_placeholder() -> None:
    assert masked("看 https://bbs.example/u/zhangsan 说的", neutral_permalink) == "看 〔链接〕 说的"
    assert (
        masked("看 https://bbs.example/thread-1-1.html 说的", neutral_permalink)
        == "看 https://bbs.example/thread-1-1.html 说的"
    )


PIECES = st.sampled_from(
    [
        *(
            "138",
            "1234",
            "5678",
            "-",
            " ",
            "手机",
            "电话",
            "身份证",
            "11010519491231002X",
            "6222021001116245702",
            "@",
            "张三",
        ),
        *(
            "：",
            "微信",
            "abc123",
            "QQ",
            "〔手机号〕",
            "〔用户〕",
            "栋",
            "单元",
            "501",
            "室",
            "3",
            "号楼",
            "京A",
            "12345",
            "转",
            "//@",
        ),
        *(
            "https://a.example/u/b",
            "https://a.example/t/1",
            "房东",
            "王建国",
            "骗了",
            "姓名",
            "是",
            "0936",
            "8212345",
            ".",
            "＠",
        ),
        *("１３８", "一三八零零一二三四五六", "\n", ":"),
    ]
)


@settings(max_examples=400)
@given(st.one_of(st.text(max_size=80), st.lists(PIECES, max_size=14).map("".join)))
def test_masking_twice_gives_the_same_as_once(text: str) -> None:
    once = masked(text, neutral_permalink)
    assert masked(once, neutral_permalink) == once


HOSTILE = (
    *("1", "138", "1-", "1 ", "①", "⑬", "零", "三", "0-", "0936-", "+86", "(86)", "(", "6222 ", "11010519491231002"),
    *("@", "@a ", "a@", "a.", "a", "a at ", "a[at]", "a点com", "//@", "//@a:", "http://", "甘G", "卡号 ", "身份证"),
    *("微信", "加v", "wx", "微信号一一", "q ", "3栋", "三单元", "村三组", "家住幸福路", "号楼"),
    *("王", "王某", "王×", "老王", "王老师", "打人", "王建国骗", "王德全打人、", "唐国庆、", "邻居：：", "叫是为"),
    *(
        "书记、张三",
        "局长、",
        "阿",
        "阿·",
        "扎西",
        "的",
        "🀄",
        "〔手机号〕",
        "打13812345678找王建国骗了我@张三 加微信abc_12345，",
    ),
)


@pytest.mark.parametrize("piece", HOSTILE)
def test_a_long_run_of_look_alikes_costs_no_more_for_each_character_than_a_short_one(piece: str) -> None:
    """80,000 characters in the time that no quadratic search could keep."""
    hostile = piece * (80_000 // len(piece))
    begun = time.process_time()
    masked(hostile)
    assert time.process_time() - begun < 1.5
