"""`huiying catalogue` from the command line."""

from __future__ import annotations

import json
from typing import Any

import pytest

from huiying.cli import run

KEYS = {"number", "levels", "content", "scope", "way", "platform", "time_limit", "unit", "note"}


def listed(document: str, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    """The rows that the command prints."""
    assert run(["catalogue", "--document", document]) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_the_rows_of_h_have_their_numbers_and_every_key(capsys: pytest.CaptureFixture[str]):
    rows = listed("H", capsys)
    assert [row["number"] for row in rows] == list(range(1, 64))
    assert all(row.keys() >= KEYS and len(row["levels"]) == 3 for row in rows)
    assert {row["scope"] for row in rows} == {None}
    assert rows[21] == {
        "number": 22,
        "levels": ["自身建设", "领导班子自身建设", "严肃党内政治生活"],
        "content": "领导班子述职述责、领导干部述职述德述廉情况。",
        "scope": None,
        "way": "党内公开",
        "platform": "会议",
        "time_limit": "随时公开",
        "unit": ["区纪委", "区委办", "组织部"],
        "note": "",
        "id": "H22",
    }


def test_the_rows_of_e_leave_out_what_its_annex_lacks(capsys: pytest.CaptureFixture[str]):
    rows = listed("E", capsys)
    assert [row["number"] for row in rows] == list(range(1, 86))
    assert {(row["levels"][2], row["platform"], row["note"]) for row in rows} == {(None, None, None)}
    assert (rows[59]["scope"], rows[59]["way"], rows[59]["unit"]) == ("社会", "会议 文件 网站", ["提案委员会办公室"])


def test_the_text_is_that_of_the_print_with_what_is_read_instead_of_a_slip_beside_it(
    capsys: pytest.CaptureFixture[str],
):
    rows = listed("H", capsys)
    assert (rows[9]["time_limit"], rows[9]["repaired"]) == ("分阶段分开", {"time_limit": "分阶段公开"})
    assert [row["number"] for row in rows if "repaired" in row] == [1, 2, 3, 4, 5, 6, 10]


def test_another_document_is_refused(capsys: pytest.CaptureFixture[str]):
    assert run(["catalogue", "--document", "Z"]) == 2
    assert "H" in capsys.readouterr().err
