"""What an archive package holds is data: every part once, every article known."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from regulation.archive_contents import _FILE, archive_contents, sections_from
from regulation.rule_rows import BadRules


@pytest.mark.clause("H-35", "H-35(1)", "H-35(4)", "E-2(6)6")
def test_the_parts_stand_under_the_article_that_asks_for_them():
    placed = {part.part: section.clause for section in archive_contents() for part in section.parts}
    assert placed["forms"] == placed["signatures"] == "H-35(1)"
    assert placed["reports"] == "H-35(3)"
    assert placed["suggestions"] == "H-35(4)"
    assert placed["catalogue"] == "E-2(6)6"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows[0].pop("label"), "label"),
        (lambda rows: rows[0].update(clause="H-999"), "没有条款“H-999”"),
        (lambda rows: rows[0]["parts"].pop(), "正好写一次"),
        (lambda rows: rows[0]["parts"].append(rows[0]["parts"][0]), "正好写一次"),
        (lambda rows: rows[0]["parts"][0].update(part="else"), "part"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(change: Any, said: str):
    rows = yaml.safe_load(_FILE.read_text("utf-8"))
    change(rows)
    with pytest.raises(BadRules, match=said):
        sections_from(rows, "archive_contents.yaml")
