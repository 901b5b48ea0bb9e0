"""What a person writes in a paper keeps the ground of every sentence, and the figures of every table."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.papers.writing import BadText, grounds, pending, refreshed, rewritten, text_of
from records.papers import Basis, Content, Ledger, PaperSection, Paragraph, Statement
from tests.casework.papers.october import CHART, COUNTED, DAYS, TABLE, october

INCIDENTS = Basis(Ledger.INCIDENT, "事件20261003-001", ("20261003-001",))
LI = Basis(Ledger.PERSON, "李军，2026年11月2日09时00分")
OPENED = Statement("新立事件2起；均已办结。", (INCIDENTS,))
PLAIN = Statement("总体平稳。")
CONTENT = october(COUNTED, OPENED, PLAIN)


def said(content: Content, number: int = 0) -> list[Statement]:
    return [
        one for block in content.sections[number].blocks if isinstance(block, Paragraph) for one in block.statements
    ]


def test_a_section_is_a_text_with_marks_for_its_figures():
    assert text_of(CONTENT.sections[0]).splitlines() == [
        "10月共收到帖文120条，其中负面31条。新立事件2起；均已办结。总体平稳。",
        "〔表：分类统计〕",
        "〔图：逐日走势〕",
    ]


def test_the_text_as_it_was_changes_nothing():
    assert rewritten(CONTENT, 0, text_of(CONTENT.sections[0]), LI) == CONTENT


def test_a_sentence_that_stays_keeps_its_ground_and_a_new_one_rests_on_its_writer():
    changed = rewritten(
        CONTENT,
        0,
        "新立事件2起；均已办结。群众反映集中在供热。\n〔图：逐日走势〕\n〔表：分类统计〕\n10月共收到帖文121条，其中负面31条。",
        LI,
    )
    assert said(changed) == [
        OPENED,
        Statement("群众反映集中在供热。", (LI,)),
        Statement("10月共收到帖文121条，其中负面31条。", (LI,)),
    ]
    assert changed.sections[0].blocks[1:3] == (CHART, TABLE)
    assert changed.sections[1] == CONTENT.sections[1]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("总体平稳。\n〔图：逐日走势〕", "表和图要各留一处，可以移动、不能删除：〔表：分类统计〕"),
        ("〔表：分类统计〕\n〔表：分类统计〕\n〔图：逐日走势〕", "〔表：分类统计〕"),
        ("〔表：分类〕\n〔图：逐日走势〕", "没有这张表或图：〔表：分类〕"),
        ("长" * 20_001, "最多 20000 字"),
    ],
)
def test_figures_are_not_lost_doubled_or_invented(text: str, told: str):
    with pytest.raises(BadText, match=told):
        rewritten(CONTENT, 0, text, LI)


def test_what_must_still_be_written_is_named():
    assert pending(CONTENT) == ["下步打算"]
    assert pending(rewritten(CONTENT, 1, "", LI)) == ["下步打算"]
    assert pending(rewritten(CONTENT, 1, "继续抓好落实。", LI)) == []


def test_fresh_figures_leave_what_people_wrote():
    written = rewritten(CONTENT, 1, "继续抓好落实。", LI)
    newer = Content("10月情况", (PaperSection("总体情况", (Paragraph((PLAIN,)),)), CONTENT.sections[1]))
    assert refreshed(written, newer).sections == (newer.sections[0], written.sections[1])


def test_the_grounds_follow_the_paper():
    written = rewritten(CONTENT, 1, "继续抓好落实。", LI)
    assert grounds(written) == [
        (COUNTED.text, (DAYS,)),
        (OPENED.text, (INCIDENTS,)),
        ("〔表：分类统计〕", (DAYS,)),
        ("〔图：逐日走势〕", (DAYS,)),
        ("继续抓好落实。", (LI,)),
    ]


@given(st.text(alphabet="一二3。；！\n〔 ”a", max_size=60))
def test_nothing_that_is_written_gets_lost(text: str):
    figures = "\n〔表：分类统计〕\n〔图：逐日走势〕"
    changed = rewritten(CONTENT, 0, text + figures, LI)
    lines = [one.strip() for one in text.splitlines() if one.strip()]
    assert text_of(changed.sections[0]).splitlines() == [*lines, *figures.split()]
    assert all(one.rests_on for one in said(changed) if one.text != PLAIN.text)
