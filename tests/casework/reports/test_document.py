"""What the office's papers say, and what the appendix says they rest on."""

from __future__ import annotations

import pytest

from casework.reports.document import numeral, office_paper
from records.papers import Content, PaperSection, Paragraph, Statement
from tests.casework.reports.papers import ALERTS, AT, DAYS, LETTERHEAD, SENTENCE, office


def test_everything_that_rests_on_something_stands_in_the_appendix_in_order() -> None:
    grounds = office(2).grounds
    assert [one.number for one in grounds] == list(range(1, 12))
    assert [one.part for one in grounds] == ["一"] * 5 + ["二"] * 6
    assert [one.words for one in grounds if one.words.startswith(("表", "图"))] == [
        "表：各责任单位办理情况",
        "图：本月每周帖文数",
        "图：本月每周预警数",
    ]
    assert grounds[0].rests_on == (DAYS,)
    assert grounds[5].rests_on == (DAYS, ALERTS)


def test_a_sentence_that_rests_on_nothing_does_not_stand_there() -> None:
    assert [one for one in office().grounds if "以下分单位说明" in one.words] == []


def test_a_long_sentence_is_shortened_there() -> None:
    words = office().grounds[0].words
    assert words == "本月共收集与本区有关的公开信息一千二百四十六条，比上月增加三成，其中反…"
    assert SENTENCE.startswith(words[:-1])


def test_a_paper_without_grounds_has_no_appendix() -> None:
    content = Content("题目", (PaperSection("一部分", (Paragraph((Statement("没有数字。"),)),)),))
    assert office_paper(content, LETTERHEAD, "号", AT, "（完）").grounds == ()


@pytest.mark.parametrize(
    ("number", "written"),
    [(1, "一"), (9, "九"), (10, "十"), (11, "十一"), (19, "十九"), (20, "二十"), (21, "二十一"), (99, "九十九")],
)
def test_parts_beyond_the_ninth_are_numbered(number: int, written: str) -> None:
    assert numeral(number) == written
