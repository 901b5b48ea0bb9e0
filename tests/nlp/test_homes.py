"""House and room numbers of homes are found in every way they are told; buildings, streets and offices stay."""

from __future__ import annotations

import pytest

from nlp.homes import homes


def found(text: str) -> list[str]:
    return [text[start:end] for start, end in homes(text)]


@pytest.mark.parametrize(
    "home",
    [
        "6幢2单元1102室",
        "6栋2单元1102",
        "6-2-1102",
        "6#1102",
        "6号楼1102室",
        "6栋1102",
        "A座1102",
        "六号楼二单元五零一",
        "六栋二单元五零一室",
        "6号楼二单元五楼东户",
        "3单元501",
        "128弄6号502室",
        "17幢丁单元502",
        "6栋2梯1102",
        "6座02单位",
        "6幢2单元11楼2号",
        "6幢2单元11-2",
        "6栋11楼2号",
        "2栋3单元附1号",
        "1栋1单元1楼1号",
        "6栋-2单元-1102",
        "甲3号楼5单元601",
        "八栋二单元幺零零三",
        "三巷17号",
        "12排3号",
        "D10栋1102",
        "9栋A1102",
        "6幢201、301室",
        "6栋三单元四楼东",
        "五栋二门三楼左手",
        "五单元顶楼西边那户",
        "6幢1单元底楼102",
        "B3栋27E",
        "附7号2门6室",
    ],
)
def test_a_home_is_found_however_its_number_is_told(home: str) -> None:
    assert found(f"我住{home}，漏水") == [home]


@pytest.mark.parametrize(
    ("text", "home"),
    [
        ("翠苑6-1102", "6-1102"),
        ("翠苑6/2/1102", "6/2/1102"),
        ("翠苑A803私自改建", "A803"),
        ("楼上1802业主", "1802"),
        ("楼上三零四在装修", "三零四"),
        ("402的业主报修", "402"),
        ("我家在401，厨房漏水", "401"),
        ("房号：1102", "：1102"),
        ("建设路12号院3-2-501", "12号院3-2-501"),
        ("重庆路12号附5号", "12号附5号"),
        ("住解放巷12号", "解放巷12号"),
        ("住石龙镇解放巷12号", "解放巷12号"),
        ("我住4-2-7-3，漏雨", "4-2-7-3"),
        ("宿舍12栋416六个人没空调", "12栋416"),
        ("5号楼302和402两家", "5号楼302和402"),
    ],
)
def test_the_words_around_tell_a_home(text: str, home: str) -> None:
    assert found(text) == [home]


@pytest.mark.parametrize(
    "text",
    [
        "501户居民停电",
        "三组12户没通水",
        "16栋一单元",
        "一单元东户的水表在三楼",
        "解放巷12号",
        "5栋3楼2户没水",
        "9栋23-27轴交r轴处",
        "A8县星河湾2号栋",
        "政务大厅三楼301室",
        "县酒店302房间",
        "S308省道",
        "3栋2单元东边墙裂了",
        "5栋三楼右手边的墙",
        "比分4-2-7-3",
    ],
)
def test_buildings_counts_and_offices_stay(text: str) -> None:
    assert found(text) == []
