"""clauses.yaml lists every clause once, in order, and every room it names is there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from regulation.clauses import BadClauses, UnknownClause, citation, clause, clauses, clauses_from

ROOT = Path(__file__).parents[2]


def test_all_58_articles_and_the_seven_sections_stand_in_their_order():
    ids = [found.id for found in clauses()]
    assert [name for name in ids if re.fullmatch(r"H-\d+", name)] == [f"H-{n}" for n in range(1, 59)]
    assert [name for name in ids if re.fullmatch(r"E-2\(\d\)", name)] == [f"E-2({n})" for n in range(1, 8)]
    assert [name for name in ids if name.startswith("H-42")] == ["H-42", *(f"H-42({n})" for n in range(1, 5))]
    assert [name for name in ids if name.startswith("E-2(7)")][1:] == [f"E-2(7){n}" for n in range(1, 9)]


def test_a_clause_has_the_document_s_words_and_a_citation():
    found = clause("H-42(3)")
    assert "在启动预案2小时内向区委、政府报告相关信息" in found.text
    assert found.citation == "惠党办发〔2019〕48号第四十二条（三）"
    assert clause("H-10").citation.endswith("第十条")
    assert clause("H-58").text == "以上制度自发布之日起执行。"
    assert clause("E-2(7)5").citation == "鄂政协机党组发〔2022〕50号二（七）5"


def test_no_text_is_empty_or_broken_by_a_line():
    assert [found.id for found in clauses() if len(found.text) < 4 or "\n" in found.text] == []


@pytest.mark.parametrize("found", [found for found in clauses() if found.room], ids=lambda found: found.id)
def test_every_room_is_there(found: Any):
    assert (ROOT / found.room).is_file()


def test_every_clause_that_a_rule_or_a_playbook_cites_is_listed():
    known = {found.id for found in clauses()}
    cited = {
        (path.name, clause_id)
        for folder in ("regulation", "playbooks")
        for path in (ROOT / folder).rglob("*.yaml")
        for clause_id in _cited(yaml.safe_load(path.read_text("utf-8")))
    }
    assert len(cited) > 20
    others = {(file, clause_id) for file, clause_id in cited if clause_id not in known}
    assert others == {("time_limits.yaml", "国办发〔2016〕61号"), ("time_limits.yaml", "国办发〔2016〕80号")}


def test_another_document_is_cited_as_it_stands_and_a_misspelt_id_is_an_error():
    assert citation("国办发〔2016〕61号") == "国办发〔2016〕61号"
    assert citation("H-43") == "惠党办发〔2019〕48号第四十三条"
    with pytest.raises(UnknownClause):
        citation("H-430")


def _cited(content: Any) -> set[str]:
    if isinstance(content, list):
        return {found for part in content for found in _cited(part)}
    if not isinstance(content, dict):
        return set()
    own = {content["clause"]} if isinstance(content.get("clause"), str) else set()
    return own | {found for part in content.values() for found in _cited(part)}


def test_an_unknown_clause_is_an_error():
    with pytest.raises(UnknownClause, match="H-59"):
        clause("H-59")


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ({}, "a list of rows"),
        ([{"id": "H-1", "text": "x"}], "row 1: exactly these keys"),
        ([{"id": "X-1", "text": "x", "room": None}], "row 1: 'X-1' is no clause id"),
        ([{"id": "H-1", "text": None, "room": None}], "row 1: `text` must be text"),
        ([{"id": "H-1", "text": "x", "room": None}] * 2, "row 2: H-1 stands twice"),
    ],
)
def test_rows_that_cannot_be_read_are_an_error_that_names_the_row(rows: object, message: str):
    with pytest.raises(BadClauses, match=re.escape(message)):
        clauses_from(rows, "clauses.yaml")
