"""Where an office publishes, and which ways of a catalogue's cell are still missing."""

from __future__ import annotations

import pytest

from regulation.platforms import platform_rules
from regulation.rule_rows import BadRules


@pytest.mark.clause("H-12")
def test_the_regulation_s_own_platforms_are_there():
    names = [platform.name for platform in platform_rules().in_use]
    assert names[:4] == ["政府公众网", "党建网", "纪检监察网", "手机报"]


@pytest.mark.clause("H-13")
@pytest.mark.parametrize(
    ("cell", "published_on", "missing"),
    [
        ("会议 文件 网站", [], ("网站", "会议", "文件")),
        ("会议 文件 网站", ["gov_site", "meeting"], ("文件",)),
        ("会议 文件 网站", ["party_site", "meeting", "document"], ()),
        ("文件或互联网", [], ("互联网", "文件")),
        ("文件或互联网", ["document"], ()),
        ("文件、互联网等", ["new_media"], ()),
        ("依内容确定", [], ()),
    ],
)
def test_what_a_catalogue_asks_for_is_missing_until_it_is_published_there(
    cell: str, published_on: list[str], missing: tuple[str, ...]
):
    assert platform_rules().missing(cell, published_on) == missing


def test_the_settings_may_rename_take_out_and_add_a_platform():
    rules = platform_rules(
        {
            "gov_site": {"name": "惠川区人民政府网"},
            "mobile_paper": {"used": False},
            "screen": {"name": "电子屏", "online": False, "words": ["公开栏"]},
        }
    )
    names = [platform.name for platform in rules.in_use]
    assert names[0] == "惠川区人民政府网"
    assert "手机报" not in names
    assert rules.missing("公开栏", ["screen"]) == ()
    with pytest.raises(BadRules, match=r"rules\.platforms"):
        platform_rules({"screen": {"name": "电子屏"}})
