"""Who must be told upward is rows with their articles; what contradicts itself or is not known is refused by its name."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from records.upward import Need
from records.words import Severity
from regulation.rule_rows import BadRules
from regulation.upward import upward_rules

SHIPPED = yaml.safe_load((Path(__file__).parents[2] / "regulation" / "upward.yaml").read_text("utf-8"))


@pytest.mark.clause("H-43", "H-42(2)")
@pytest.mark.parametrize(
    ("severity", "needs"),
    [
        (Severity.GENERAL, [Need.NONE, Need.NONE, Need.NONE]),
        (Severity.MAJOR, [Need.MUST, Need.AS_NEEDED, Need.NONE]),
        (Severity.MAJOR_EMERGENCY, [Need.MUST, Need.AS_NEEDED, Need.AS_NEEDED]),
    ],
)
def test_leaders_must_be_told_of_what_is_major_and_the_others_as_needed(severity: Severity, needs: list[Need]):
    bodies = upward_rules().bodies
    assert [body.label for body in bodies] == ["区委相关领导", "市委办公室信息调研科", "自治区党委办公厅信息调研处"]
    assert [body.need(severity) for body in bodies] == needs


def test_a_duty_to_tell_stands_on_its_own_article():
    leaders = upward_rules().bodies[0]
    assert (leaders.grounds(Need.MUST), leaders.grounds(Need.AS_NEEDED)) == ("H-42(2)", "H-43")


def test_the_settings_change_name_and_need_of_a_body():
    rules = upward_rules({"city_office": {"label": "市政府办公室信息科", "major": "must", "major_emergency": "must"}})
    body = rules.body("city_office")
    assert body is not None
    assert (body.label, body.need(Severity.MAJOR)) == ("市政府办公室信息科", Need.MUST)


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"town": {"major": "must"}}, "rules.upward：没有名为 town 的上报对象"),
        ({"city_office": {"clause": "H-1"}}, "rules.upward.city_office：不能改 clause"),
        ({"city_office": {"major": "perhaps"}}, "rules.upward：“bodies.1.major”应为 must、as_needed 或 none"),
        ({"city_office": {"major": "must"}}, "等级更高时要求不能更低"),
        ({"city_office": {"label": "区委相关领导"}}, "label 重复：区委相关领导"),
        ({"city_office": {"label": "office"}}, "另有所指"),
        ({"city_office": {"label": ""}}, "bodies.1.label"),
    ],
)
def test_what_the_settings_say_wrongly_is_named(changes: dict[str, dict[str, str]], told: str):
    with pytest.raises(BadRules) as refused:
        upward_rules(changes)
    assert told in str(refused.value)


@pytest.mark.parametrize(
    ("content", "told"),
    [
        ([], "upward.yaml"),
        ({"ways": SHIPPED["ways"], "bodies": [{**SHIPPED["bodies"][0], "clause": "H-99"}]}, "no clause 'H-99'"),
        ({"ways": SHIPPED["ways"], "bodies": [{**SHIPPED["bodies"][0], "phone": "1"}]}, "没有这一项"),
        ({"ways": [{"name": "channel", "label": "渠道"}], "bodies": SHIPPED["bodies"]}, "另有所指"),
        ({"ways": SHIPPED["ways"]}, "“bodies”缺少这一项"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(content: object, told: str, tmp_path: Path):
    file = tmp_path / "upward.yaml"
    file.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    with pytest.raises(BadRules) as refused:
        upward_rules(None, file)
    assert told in str(refused.value)
