"""risk.yaml: what makes a level, what the level asks for, and what the settings may change of it."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from records.words import Risk, Severity
from regulation.risk import risk_rules
from regulation.rule_rows import BadRules

SHIPPED = Path(__file__).parents[2] / "regulation" / "risk.yaml"


@pytest.mark.clause("E-2(7)2")
def test_the_three_kinds_of_risk_that_the_document_names_are_judged():
    assert [row.label for row in risk_rules().kinds] == ["政治安全风险", "社会稳定风险", "社会舆情风险"]


@pytest.mark.clause("H-39")
def test_the_four_means_that_the_article_names_can_be_chosen():
    assert [row.label for row in risk_rules().means] == ["舆情跟踪", "抽样调查", "重点走访", "会商分析"]


@pytest.mark.clause("H-39")
def test_probability_times_impact_gives_the_level():
    rules = risk_rules()
    table = [[rules.reached(probability, impact).value[0] for impact in range(1, 6)] for probability in range(1, 6)]
    assert ["".join(row) for row in table] == ["llllm", "llmmm", "lmmhh", "lmhhh", "mmhhh"]


@pytest.mark.clause("H-39", "E-2(7)2")
def test_a_higher_level_asks_for_more():
    rules = risk_rules()
    assert [sorted(row.needs) for row in rules.levels] == [[], ["plan"], ["head", "lead_unit", "plan"]]
    assert [row.up_to for row in rules.levels] == [None, Severity.GENERAL, Severity.MAJOR_EMERGENCY]


def test_the_settings_change_where_a_level_begins():
    assert risk_rules({"high": {"from": 16}}).reached(3, 5) is Risk.MEDIUM
    assert risk_rules().reached(3, 5) is Risk.HIGH


@pytest.mark.parametrize(
    "changes",
    [
        {"high": {"from": 4}},
        {"high": {"from": 26}},
        {"low": {"from": 2}},
        {"high": {"needs": []}},
        {"grave": {"from": 20}},
        {"high": {"from": True}},
    ],
)
def test_what_the_settings_may_not_change_is_said(changes: dict[str, dict[str, object]]):
    with pytest.raises(BadRules, match=r"rules\.risk"):
        risk_rules(changes)


@pytest.mark.parametrize(
    ("section", "row"),
    [
        ("kinds", {"kind": "political", "label": "又一种", "clause": "H-39"}),
        ("means", {"means": "guessing", "label": "估计", "clause": "H-99"}),
        ("levels", {"level": "high", "from": 20, "needs": [], "up_to": None, "clause": "H-39"}),
        ("kinds", {"kind": "other", "label": "别的", "clause": "H-39", "weight": 2}),
    ],
)
def test_a_row_that_cannot_be_read_names_the_file(tmp_path: Path, section: str, row: dict[str, object]):
    content = yaml.safe_load(SHIPPED.read_text("utf-8"))
    content[section].append(row)
    file = tmp_path / "risk.yaml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    with pytest.raises((BadRules, LookupError), match=r"risk\.yaml|H-99"):
        risk_rules(path=file)
