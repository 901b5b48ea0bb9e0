"""Faces are signals: drawn with signs or named in brackets, they are read as the emoji that means the same."""

from __future__ import annotations

import pytest

from nlp.cleaning import analysed
from nlp.signals import with_emoji


@pytest.mark.parametrize(
    ("drawn", "emoji"),
    [
        ("又停水(╯°□°)╯︵ ┻━┻", "😡"),
        ("（＃｀皿´）", "😡"),
        ("没暖气T_T", "😭"),
        ("QAQ冷", "😭"),
        ("工资还没发ಥ_ಥ", "😭"),
        ("终于通车了^_^", "😊"),
        ("通气了≧▽≦", "😊"),
        ("排了一天队orz", "🤦"),
        ("行吧-_-||", "🤦"),
        ("呵呵→_→", "👎"),
        ("[怒]", "😡"),
        ("又修路[允悲][泪]", "😭"),
        ("办得快[赞]", "👍"),
        ("[微笑]真好", "🙂"),
        ("[doge]", "🐶"),
    ],
)
def test_a_face_is_read_as_an_emoji(drawn: str, emoji: str) -> None:
    assert emoji in analysed(None, drawn)


@pytest.mark.parametrize(
    "text", ["a_b", "[2024]12号", "a-_-b", "T恤", "5<3", "x^2", "TTL", "[怒江]", "见附件[1]", "(三)"]
)
def test_other_signs_stay(text: str) -> None:
    assert with_emoji(text) == text
