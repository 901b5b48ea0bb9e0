"""The items of the score are rows with an article; an office changes their figures, and nothing that cannot be is taken."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from regulation.clauses import citation
from regulation.evaluation import evaluation_rules
from regulation.office_values import in_force, values
from regulation.rule_rows import BadRules


@pytest.mark.clause("H-45")
def test_the_shipped_items_add_up_to_a_hundred_and_each_has_an_article():
    rules = evaluation_rules()
    assert sum(item.points for item in rules.items) == 100
    assert all(citation(item.clause) for item in rules.items)
    assert [item.label for item in rules.items][:6] == ["发现", "签收", "签收后办理", "核实", "启动预案", "首报"]


def test_the_rule_of_an_item_is_said_with_the_figures_in_force():
    rules = evaluation_rules({"detected": {"full_minutes": 20}, "figures": {"late_minutes": 90}})
    said = {item.name: rules.wording(item) for item in rules.items}
    assert said["detected"] == "首帖发布至发现不超过20分钟得满分，达到1440分钟不得分，中间按比例"
    assert said["seen_soon"].startswith("发布后90分钟内发现的帖文占100%以上得满分")
    assert "首报自应启动时起算" in said["report"]
    assert "首报" not in said["acknowledged"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"detected": {"full_minutes": 1440}}, "得满分的分钟数应小于不得分的分钟数"),
        ({"read_right": {"none_percent": 100}}, "得满分的百分比应大于不得分的百分比"),
        ({"report": {"none_percent": 100}}, "report"),
        ({"report": {"points": 101}}, "report"),
        ({"report": {"points": -1}}, "report"),
        ({"report": {"duties": ["further"]}}, "不能改 duties"),
        ({"plan": {"severities": []}}, "不能改 severities"),
        ({"punctuality": {"points": 3}}, "没有名为 punctuality"),
        ({"figures": {"late_minutes": 0}}, "figures"),
    ],
)
def test_a_change_that_cannot_be_is_refused_by_name(changes: dict[str, Any], said: str):
    with pytest.raises(BadRules, match=said):
        evaluation_rules(changes)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("how: sides", "how: halves", "没有这种规则"),
        ("until: answered", "until: asked", "没有这个词"),
        ("clause: H-39", "clause: H-99", "的值不对"),
    ],
)
def test_a_row_that_cannot_be_read_is_named(tmp_path: Path, old: str, new: str, said: str):
    shipped = Path("regulation/evaluation.yaml").read_text("utf-8")
    file = tmp_path / "evaluation.yaml"
    file.write_text(shipped.replace(old, new), "utf-8")
    with pytest.raises(BadRules, match=f"evaluation.yaml.*{said}"):
        evaluation_rules(path=file)


@pytest.mark.clause("H-45")
def test_the_office_changes_points_and_figures_of_every_item_on_its_page():
    shown = {name.removeprefix("evaluation.") for name in values() if name.startswith("evaluation.")}
    changeable = {
        f"{item.name}.{name}"
        for item in evaluation_rules().items
        for name in type(item).model_fields
        if name in ("points", "full_minutes", "none_minutes", "full_percent", "none_percent")
    }
    assert shown == {*changeable, "figures.late_minutes"}
    now = in_force({"evaluation": {"plan": {"points": 3}}}, {"evaluation.report.points": 20})
    assert (now["evaluation.plan.points"], now["evaluation.report.points"]) == (3, 20)
    with pytest.raises(BadRules):
        in_force({}, {"evaluation.detected.full_minutes": 2000})
