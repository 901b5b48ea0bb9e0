"""What must not be published unseen is flagged however it is spelled, and what only looks like it is left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.disclosures.procedure import standing
from pipeline.secrecy_check import secrecy_check
from records.proposals import Flag, Form, Noted, ProposalEntry
from regulation.procedures import procedure
from regulation.secrecy import secrecy_rules

SAMPLE = yaml.safe_load(Path(__file__).with_name("secrecy_texts.yaml").read_text("utf-8"))
MARKS = [(label, row["text"], row["words"]) for label, rows in SAMPLE["marks"].items() for row in rows]
LOOK_ALIKES = SAMPLE["look_alikes"]
FOUND_AT_LEAST, WRONG_AT_MOST = 0.99, 0.02
FORM = Form(unit="住建局", title="关于老旧小区改造的通知")

NOON = datetime(2026, 4, 10, 4, tzinfo=UTC)

check = secrecy_check(secrecy_rules())


def flags(text: str) -> list[Flag]:
    return list(check(replace(FORM, body=text)))


def bare(text: str) -> str:
    return "".join(text.split())


def finds(label: str, text: str, words: str) -> bool:
    return any(flag.kind == label and bare(words) in bare(flag.found) for flag in flags(text))


@pytest.mark.clause("H-23", "H-24", "H-25", "E-2(7)1")
def test_marks_are_flagged() -> None:
    missed = [mark for mark in MARKS if not finds(*mark)]
    assert 1 - len(missed) / len(MARKS) >= FOUND_AT_LEAST, missed


def test_what_only_looks_like_a_mark_is_left_alone() -> None:
    wrong = [(text, [flag.found for flag in found]) for text in LOOK_ALIKES if (found := flags(text))]
    assert len(wrong) / len(LOOK_ALIKES) <= WRONG_AT_MOST, wrong


def test_the_sample_has_enough_of_both() -> None:
    assert len(MARKS) >= 440
    assert len(LOOK_ALIKES) >= 250
    assert all(words in text for _, text, words in MARKS)


STRANGE = ["", " ", "  ", "\u3000", "\t", "\u200b", "\u200d", "\ufeff", "\u2060", "\xa0", "\xad", "\u3164", "\ufe0f"]
"""What may stand between two characters of a mark without a reader minding."""


def wide(sign: str) -> str:
    """The character in full width where there is such a form."""
    return chr(ord(sign) + 0xFEE0) if "!" <= sign <= "~" else sign


@pytest.mark.parametrize(("label", "text", "words"), [mark for mark in MARKS if mark[0] != "个人信息" and finds(*mark)])
@given(data=st.data())
@settings(max_examples=8, deadline=None)
def test_no_spacing_or_width_hides_a_mark(label: str, text: str, words: str, data: st.DataObject) -> None:
    signs = bare(words)
    drawn = [data.draw(st.sampled_from(STRANGE)) for _ in signs[1:]]
    widened = data.draw(st.lists(st.booleans(), min_size=len(signs), max_size=len(signs)))
    spelled = "".join(
        (wide(sign) if is_wide else sign) + between
        for sign, is_wide, between in zip(signs, widened, [*drawn, ""], strict=True)
    )
    assert label in {flag.kind for flag in flags(text.replace(words, spelled))}


def test_the_offices_own_number_and_public_lines_stay() -> None:
    form = replace(
        FORM, doc_number="惠党办发〔2019〕48号", body="咨询请拨12345，或于工作日到区政务服务中心二楼3号窗口。"
    )
    assert check(form) == ()


def course(*entries: ProposalEntry) -> list[str]:
    """The words of the flags that are still open after the entries."""
    return [flag.found for flag in standing(procedure("H"), FORM.unit, "区委办公室", entries).flags]


def filled(form: Form) -> ProposalEntry:
    return ProposalEntry("P-1", Noted.FILLED, NOON, "承办甲", form=form, flags=check(form))


@pytest.mark.clause("H-26(3)")
def test_what_was_cleared_stays_so_while_other_parts_change_and_no_longer() -> None:
    first = filled(replace(FORM, body="展览介绍\n内部资料\n陈列于一楼"))
    (flag,) = first.flags
    cleared = ProposalEntry("P-1", Noted.CLEARED, NOON, "保密丙", flag=flag.key, reason="展品名称")
    assert course(first, cleared) == []
    longer = replace(FORM, title="另一题目", body="新增一段。\n展览介绍\n内部资料\n陈列于二楼")
    assert course(first, cleared, filled(longer)) == []
    assert course(first, cleared, filled(replace(longer, title="另一题目（内部资料）"))) == ["内部资料"]
    assert course(first, cleared, filled(replace(longer, body="展览介绍\n内部资料★1年"))) != []


def test_a_mark_at_the_end_of_a_very_long_text_is_found() -> None:
    long = "加强保密工作，未经批准、根据中办，内部（" * 3000
    assert [flag.found for flag in flags(f"{long}\n机密★20年")] == ["机密★20年"]
