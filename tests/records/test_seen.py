"""A text is read as it is stored and as it is seen."""

from __future__ import annotations

import pytest

from records.seen import plain_letter, readings

RLO, LRO, LRI, RLI, PDF, PDI = "\u202e", "\u202d", "\u2066", "\u2067", "\u202c", "\u2069"


def seen(text: str) -> str:
    return "".join(sign for _, sign in readings(text)[-1])


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("机密", "机密"),
        (f"{RLO}密机{PDF}★3年", "机密★3年"),
        (f"标{RLO}年3★密机", "标机密★3年"),
        (f"{RLO}年3{LRO}★机{PDF}密{PDF}后", "密★机3年后"),
        (f"{RLO}乙{LRI}机密{PDI}甲{PDF}", "甲机密乙"),
        (f"{RLO}密{PDI}机{PDF}后", "机密后"),
        (f"{LRI}{RLO}密机{PDI}后{PDF}", "机密后"),
        (f"{RLI}机密{PDI}", "机密"),
        (f"{RLO}密机\n机密", "机密\n机密"),
        (f"{PDF}{PDI}机密", "机密"),
    ],
)
def test_signs_that_turn_the_direction_are_followed(stored: str, shown: str):
    assert seen(stored).translate({ord(sign): None for sign in PDF + PDI + RLI}) == shown
    assert all(stored[at] == sign for order in readings(stored) for at, sign in order)


def test_a_text_is_also_read_as_it_is_stored():
    assert len(readings("机密")) == 1
    assert "".join(sign for _, sign in readings(f"{RLO}密机")[0]) == f"{RLO}密机"


@pytest.mark.parametrize(
    ("sign", "letter"), [("⻓", "长"), ("⽂", "文"), ("⾭", "青"), ("３", "3"), ("⑫", "12"), ("文", "文")]
)
def test_a_radical_or_a_circled_sign_is_the_letter_that_it_looks_like(sign: str, letter: str):
    assert plain_letter(sign) == letter
