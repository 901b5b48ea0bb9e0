"""Words of a post are found in a text that must hold none; what posts took over from the office is the office's."""

from __future__ import annotations

import pytest

from casework.answers.quoting import RUN, quoted, quoting

POST = "我家老人冻了一夜，打了八个电话没有人接！！"


@pytest.mark.parametrize(
    ("text", "is_quoted"),
    [
        ("有人说：我家老人冻了一夜，打了八个电话没有人接。", True),
        ("我家 老人 冻了一夜 打了八个 电话", True),
        ("老人挨冻、电话无人接听，是大家反映的问题。", False),
        ("我家老人冻了一夜，打了", False),
        ("", False),
    ],
)
def test_so_many_characters_in_a_row_are_words_of_the_post(text: str, is_quoted: bool):
    assert quoted(text, ["别的帖文", POST]) is is_quoted
    assert RUN == 12


def test_the_offices_own_words_stay_its_own_where_a_post_repeats_them():
    title = "关于做好2026年城镇供热保障工作的通知"
    assert quoted(f"《{title}》什么时候落实", [f"看了{title}，没用"])
    assert not quoted(f"《{title}》什么时候落实", [f"看了{title}，没用"], [title])


def test_the_posts_are_read_once_for_several_texts():
    posts = iter(["别的帖文", POST, "又一条别的帖文"])
    assert quoting(["这里什么也没有引用", f"有人说{POST}", "", POST], posts) == [False, True, False, True]
