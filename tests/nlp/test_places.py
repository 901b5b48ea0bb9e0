"""Another district's name is noticed; the home district's own places are not taken for one."""

from __future__ import annotations

import random

import pytest

from nlp.places import Districts, Places
from tests.nlp.making import record

HOME = Places(
    [
        record("a", "青塘区停车收费办法", "青塘区解放路、文昌街泊位收费。", doc_number="青塘发改〔2026〕3号"),
        record("b", "青塘区老旧小区改造方案", "柳湾镇三个小区。", doc_number="青塘住建〔2026〕8号"),
    ]
)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("渠阳区停车涨到五块了", "渠阳"),
        ("平渠县的朋友吐槽一下", "平渠"),
        ("岚桥那边的供热真差", None),
        ("高新区也在收停车费", None),
    ],
)
def test_another_district_is_noticed_and_named_where_its_rank_is(text: str, name: str | None) -> None:
    heard = HOME.heard(text)
    assert (heard.elsewhere, heard.name) == (True, name)


@pytest.mark.parametrize(
    "text",
    [
        "青塘区停车收费",
        "我们小区停车难",
        "城区都收费",
        "老城区没车位",
        "柳湾镇的车往哪停",
        "那边的车位空着",
        "学区房又涨了",
    ],
)
def test_home_and_common_words_are_no_other_district(text: str) -> None:
    assert not HOME.heard(text).elsewhere


def test_a_name_once_met_with_its_rank_is_known_without_it() -> None:
    places, districts = Places([record("a", "青塘区停车收费办法", "解放路。")]), Districts()

    def elsewhere(text: str) -> bool:
        return districts.elsewhere(text, places.heard(text))

    assert not elsewhere("川南今年热得早")
    assert elsewhere("川南县的热费也降了")
    assert elsewhere("川南今年热得早")


def test_the_home_district_comes_from_titles_and_document_numbers() -> None:
    assert HOME.home == {"青塘"}
    assert HOME.denies_home("这是渠阳的，不是青塘")
    assert not HOME.denies_home("青塘的停车费")


def test_no_text_that_speaks_of_another_district_goes_unsuspected() -> None:
    chance = random.Random(7)
    places, asked, told = Places([record("a", "青塘区停车收费办法", "解放路。")]), Districts(), Districts()
    names = ["川南", "渠阳", "屏塬", "汨川"]
    texts = [
        f"{chance.choice(names)}{chance.choice(['区', '那个地方', ''])}也停水{chance.choice('了吗😀')}"
        for _ in range(60)
    ]
    for start in range(0, len(texts), 12):
        part = texts[start : start + 12]
        heard = [places.heard(text) for text in part]
        suspects = asked.suspects(part, heard)
        found = [n in suspects and asked.elsewhere(text, heard[n]) for n, text in enumerate(part)]
        assert found == [told.elsewhere(text, each) for text, each in zip(part, heard, strict=True)]


def test_texts_that_name_no_known_district_are_not_suspected() -> None:
    places, districts = Places([record("a", "青塘区停车收费办法", "解放路。")]), Districts()
    texts = ["川南县也停水", "水停了三天", "", "川南那边呢"]
    assert districts.suspects(texts, [places.heard(text) for text in texts]) == {0, 3}
