"""An excerpt shows a text around its first hit, cut up at the hits."""

from __future__ import annotations

import pytest

from storage.search.excerpts import Piece, excerpt
from storage.search.words import needles


def hits(text: str, query: str) -> list[str]:
    return [piece.text for piece in excerpt(text, needles(query)) if piece.hit]


@pytest.mark.parametrize(
    ("text", "query", "shown"),
    [
        ("停暖退费的办法", "退费", ["退费"]),
        ("停暖退费的办法", "停暖 退费", ["停暖退费"]),
        ("ＡＢ号文件", "ab", ["ＡＢ"]),
        ("惠办发〔2019〕48号", "2019", ["2019"]),
        ("停暖", "退费", []),
    ],
)
def test_hits_are_shown_as_they_stand_in_the_text(text: str, query: str, shown: list[str]):
    assert hits(text, query) == shown


def test_a_long_text_is_cut_around_its_first_hit():
    pieces = excerpt("甲" * 300 + "退费" + "乙" * 300, ["退费"], 60)
    assert pieces == (Piece("…", False), Piece("甲" * 20, False), Piece("退费", True), Piece("乙" * 38 + "…", False))


def test_nothing_of_a_text_is_lost_where_it_is_short():
    assert "".join(piece.text for piece in excerpt("甲退费乙退费", ["退费"])) == "甲退费乙退费"
