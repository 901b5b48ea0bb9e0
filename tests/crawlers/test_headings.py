"""Headings: what is recognised, and which columns can never be asked for."""

from __future__ import annotations

import pytest

from crawlers.headings import HEADINGS, columns_of, is_personal

NOTHING_ASKED = dict.fromkeys(HEADINGS)


def fields(*headings: object) -> dict[str, int]:
    return {name: places[0] for name, places in columns_of(headings, NOTHING_ASKED).places.items()}


@pytest.mark.parametrize(
    ("headings", "found"),
    [
        (("工单编号", "诉求标题", "诉求内容", "来电时间"), {"id": 0, "title": 1, "text": 2, "published": 3}),
        (("标题", "摘要", "正文"), {"title": 0, "text": 2}),
        (("时间", "发布时间", "内容"), {"published": 1, "text": 2}),
        (("点赞数", "阅读量", "评论", "内容"), {"likes": 0, "views": 1, "text": 3}),
        (("序号", "内容"), {"text": 1}),
        (("姓名", "电话", "地址", "IP属地", "作者", "粉丝数"), {}),
        ((None, 3, True, "", "内容"), {"text": 4}),
        (("id", "text", "published_at", "author"), {"id": 0, "text": 1, "published": 2}),
    ],
)
def test_columns_are_known_by_their_usual_headings(headings: tuple[object, ...], found: dict[str, int]) -> None:
    assert fields(*headings) == found


def test_no_heading_that_is_recognised_says_who_wrote() -> None:
    assert [name for names in HEADINGS.values() for name in names if is_personal(name)] == []


@pytest.mark.parametrize(
    "heading",
    [
        *(
            "姓名",
            "来电人",
            "来电人姓名",
            "诉求人姓名",
            "联系电话",
            "联系人电话",
            "手机",
            "手机号",
            "来电号码",
            "身份证号",
        ),
        *(
            "家庭住址",
            "联系地址",
            "诉求人地址",
            "作者",
            "作者昵称",
            "用户名",
            "博主",
            "发布者",
            "发帖人ID",
            "微信号",
            "IP属地",
        ),
        *("账号", "粉丝数", "author", "Phone", "screen_name", "市民电话（必填）", "user.description"),
    ],
)
def test_columns_about_a_person_are_known_as_such(heading: str) -> None:
    assert is_personal(heading)


@pytest.mark.parametrize(
    "heading",
    ["诉求人反映内容", "来电内容", "来电时间", "电话内容", "原文地址", "微博内容", "工单编号", "平台名称", "用户留言"],
)
def test_columns_about_the_matter_are_not(heading: str) -> None:
    assert not is_personal(heading)
