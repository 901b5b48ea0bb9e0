"""Learned weights tell a name where no word around gives it away, and leave words that only look like one."""

from __future__ import annotations

import pytest

from nlp.name_learning import SENTENCES, Named, examples, sentences, sources, weighed
from nlp.name_odds import candidates, likely_names, weights
from nlp.name_words import name_words
from nlp.names import person_names


def named(text: str) -> list[str]:
    return [text[start:end] for start, end in person_names(text)]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("郭子豪三天没露面，工地上的活谁来干", "郭子豪"),
        ("昨天下午看见蔺文俊把垃圾往河里倒", "蔺文俊"),
        ("除了邝文斌都签字了，就等他一户", "邝文斌"),
        ("让支玉国赔钱", "支玉国"),
        ("闻人静老师教了我三年", "闻人静"),
        ("萨日娜在群里发的图", "萨日娜"),
        ("建国他爹住院的钱还是借的", "建国"),
        ("听丽丽说下周要涨价", "丽丽"),
    ],
)
def test_a_name_is_told_with_no_word_before_it_that_says_so(text: str, name: str) -> None:
    assert named(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "王府井的店关了三家",
        "白云路、黄河路、金水路三条路同时挖",
        "高兴什么呀，马上又要停水",
        "关心群众安全，方便百姓出行，温暖人心",
        "康师傅红烧牛肉面里有头发",
        "鲁迅说过，不在沉默中爆发",
        "蔡国栋任县教育局局长，免去卫东来县教育局局长职务",
        "区政府办公室主任郝明带队检查",
    ],
)
def test_words_public_figures_and_those_in_office_stay(text: str) -> None:
    assert named(text) == []


def test_most_candidates_are_dropped_by_their_looks() -> None:
    text, known = "时常断电，安全没人管，金额对不上，何时能修好", name_words()
    starts = [found.start() for found in known.opener.finditer(text)]
    assert starts
    assert list(likely_names(text, starts, 0, known)) == []


def test_the_weights_were_learned_from_the_sentences_as_they_stand() -> None:
    kept = weights().learned_from
    assert kept[SENTENCES.name] == sources(SENTENCES.parents[2] / "tests" / "nlp" / "masking")[SENTENCES.name]


def test_a_sentence_gives_one_example_for_each_candidate() -> None:
    (row,) = sentences(["# a remark", "[林志远]两天没来"])
    assert row == Named("林志远两天没来", ((0, 3),))
    told = list(examples([row], name_words()))
    assert len(told) == len(candidates(row.text, [0], name_words()))
    assert sum(example.is_name for example in told) == 1


def test_what_only_names_have_speaks_for_a_name() -> None:
    lines = [f"{before}[{name}]没来" for name in ("林志远", "何秀芬", "秦俊杰") for before in ("听说", "还有")]
    others = ["林荫路没灯", "何时开工", "秦岭那边"] * 2
    told = weighed(list(examples(sentences([*lines, *others]), name_words())), {})
    assert told.all["right char 没"] > 0


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("公积金中心包科员说要本人来", "包"),
        ("德育处乐主任只让写检讨", "乐"),
        ("师傅老蒯亲口说的", "老蒯"),
        ("冯睿安在不在群里", "冯睿安"),
        ("教练阿豪承诺可退", "阿豪"),
        ("来电人丘红说门打不开", "丘红"),
    ],
)
def test_rare_surnames_and_characters_of_given_names_are_known(text: str, name: str) -> None:
    assert named(text) == [name]


@pytest.mark.parametrize(
    "text", ["学士路翰林雅苑漏水", "王庄李庄赵庄全停电", "龚先生大药房药价高", "G30连霍高速堵车", "李宁专卖店不退货"]
)
def test_roads_villages_and_shops_are_nobodys_names(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "12路司机让乘客先走，自己最后下来",
        "2路师傅边开边刷视频",
        "我是高二学生，谢谢叔叔阿姨。",
        "安置房要挪到垃圾站边上",
        "16路末班21:30是从起点发车的吗",
        "村里拍了张照片就走了",
    ],
)
def test_lines_of_buses_kin_and_homes_are_nobody_s_names(text: str) -> None:
    assert person_names(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "出租房屋者应遵守消防规定",
        "责任主体应切实履行职责",
        "凡属重大事项须启动论证",
        "施工方承诺月底完工",
        "油茶林恢复资金已拨付",
        "学校向班主任了解情况",
        "乡镇成员任副主任，统筹推进",
        "当事人陈述申辩后作出决定",
        "我司加强线路巡检",
        "受强寒潮影响停航",
        "白教通〔2026〕3号、岑城管〔2026〕17号",
        "拟任职人员公示：梁知远，男，1982年生",
    ],
)
def test_verbs_prepositions_and_document_numbers_of_official_papers_are_nobody_s_names(text: str) -> None:
    assert named(text) == []


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("计票人：明大海、印海潮", ["明大海", "印海潮"]),
        ("姓 名：屠 文 静 性 别：女", ["屠 文 静"]),
        ("姓名：屠文静性别：女", ["屠文静"]),
        ("寻亲公告：国小满，女，约4岁", ["国小满"]),
        ("相桂枝同志：您反映的问题收悉", ["相桂枝"]),
        ("原告竹海生诉被告漆国平", ["竹海生", "漆国平"]),
    ],
)
def test_private_persons_in_official_papers_are_found(text: str, names: list[str]) -> None:
    assert named(text) == names
