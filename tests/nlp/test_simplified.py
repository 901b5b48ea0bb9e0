"""Traditional characters are read as the simplified ones that mean the same."""

from __future__ import annotations

import pytest

from nlp.cleaning import analysed, bare
from nlp.simplified import simplified

PAIRS = [
    ("供暖費漲了三成，卻還是不熱", "供暖费涨了三成，却还是不热"),
    ("臺灣來的親戚說這裡的公車比較準時", "台湾来的亲戚说这里的公车比较准时"),
    ("電梯壞了兩週，老人家爬樓爬到腿軟", "电梯坏了两周，老人家爬楼爬到腿软"),
    ("學區劃分為什麼不聽證？", "学区划分为什么不听证？"),
    ("請問補貼什麼時候發放到賬", "请问补贴什么时候发放到账"),
    ("醫院掛號排隊，護士態度惡劣", "医院挂号排队，护士态度恶劣"),
    ("頭髮都白了，還在等回覆", "头发都白了，还在等回覆"),
    ("後面那條路積水嚴重，車輛難行", "后面那条路积水严重，车辆难行"),
    ("謝謝環衛工人，辛苦了", "谢谢环卫工人，辛苦了"),
    ("據說廠裡又要裁員，關係戶留下", "据说厂里又要裁员，关系户留下"),
    ("燃氣洩漏，聞到異味請趕緊疏散", "燃气泄漏，闻到异味请赶紧疏散"),
    ("麵條漲到十塊錢一碗", "面条涨到十块钱一碗"),
    ("徵收補償標準不公開透明", "征收补偿标准不公开透明"),
    ("這項規劃開門納諫，鄉親們滿意", "这项规划开门纳谏，乡亲们满意"),
    ("幾隻流浪狗咬傷學童", "几只流浪狗咬伤学童"),
    ("聯繫不上負責人，誰來擔責", "联系不上负责人，谁来担责"),
    ("鬱悶，預約系統又當機", "郁闷，预约系统又当机"),
    ("牆體開裂，門窗漏風", "墙体开裂，门窗漏风"),
    ("舊改把樹砍光，鳥兒飛走", "旧改把树砍光，鸟儿飞走"),
    ("產權證辦不下來，銀行催還貸款", "产权证办不下来，银行催还贷款"),
]


def test_the_sample_reads_as_written_in_simplified_characters_but_for_one_in_two_hundred() -> None:
    written, wanted = "".join(old for old, _ in PAIRS), "".join(new for _, new in PAIRS)
    wrong = [(got, new) for got, new in zip(simplified(written), wanted, strict=True) if got != new]
    assert len(wrong) * 200 <= len(wanted), wrong


@pytest.mark.parametrize("text", ["暖气不热，找谁", "", "👍", "乾隆年间的碑"[2:], "Ａ１"])
def test_other_text_stays(text: str) -> None:
    assert simplified(text) == text


def test_both_forms_are_analysed_and_compared_alike() -> None:
    assert analysed(None, "臺灣來的車") == analysed(None, "台湾来的车")
    assert bare("臺灣", "車") == bare("台湾", "车")
