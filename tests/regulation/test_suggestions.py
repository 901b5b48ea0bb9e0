"""What may be done with a suggestion are rows with their articles; what contradicts itself or is not known is refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from records.suggestions import Did, Standing
from regulation.permissions import allowed
from regulation.recipients import recipients_for
from regulation.rule_rows import BadRules
from regulation.suggestions import suggestion_rules

SHIPPED = yaml.safe_load((Path(__file__).parents[2] / "regulation" / "suggestions.yaml").read_text("utf-8"))
RULES = suggestion_rules()


@pytest.mark.clause("H-47")
def test_what_is_adopted_names_the_measure_and_the_day_and_what_is_not_is_explained():
    assert RULES.step(Did.ADOPTED).needs == {"text", "due_on"}
    assert RULES.step(Did.EXPLAINED).needs == {"text"}
    assert RULES.step(Did.FED_BACK).needs == {"way", "happened_at", "text"}
    assert RULES.step(Did.FINISHED).when == {Standing.TO_FINISH}


@pytest.mark.clause("H-47")
def test_what_follows_a_step_is_due_in_working_days():
    due = {row.step.value: row.days for row in RULES.steps if row.days is not None}
    assert due == {"registered": 10, "transferred": 10, "explained": 5, "carried_out": 5, "important": 10}


@pytest.mark.clause("H-46", "H-48")
def test_a_unit_takes_in_and_sees_its_own_and_the_office_all():
    for act in ("register_suggestion", "view_suggestions"):
        assert [allowed("unit", act, own=True), allowed("unit", act, own=False)] == [True, False]
        assert allowed("duty", act, own=False)
    assert [allowed("archivist", "view_suggestions"), allowed("archivist", "register_suggestion")] == [True, False]


@pytest.mark.clause("H-47")
def test_the_unit_answers_for_what_it_handles_and_the_office_transfers_urges_and_finishes():
    for act in ("answer_suggestion", "carry_out_suggestion", "feed_back_suggestion"):
        assert [allowed("unit", act, own=True), allowed("unit", act, own=False)] == [True, False]
        assert not allowed("duty", act)
    for act in ("transfer_suggestion", "urge_suggestion", "finish_suggestion", "report_suggestion"):
        assert [allowed("unit", act, own=True), allowed("office", act, own=False)] == [False, True]


@pytest.mark.clause("H-47")
def test_what_is_overdue_is_told_to_the_unit_that_handles_it_and_to_the_office():
    assert recipients_for("suggestion_overdue", "住建局") == ("住建局", "office")
    assert recipients_for("suggestion_transferred", "住建局") == ("住建局",)
    assert recipients_for("suggestion_urged", None) == ("office",)


def test_the_settings_change_the_days_of_a_step():
    assert suggestion_rules({"transferred": {"days": 15}}).step(Did.TRANSFERRED).days == 15


@pytest.mark.clause("H-47")
def test_important_ones_are_reported_to_the_leading_group_which_the_settings_may_name():
    assert RULES.report.addressee == "区党务公开工作领导小组"
    assert suggestion_rules({"report": {"addressee": "县领导小组"}}).report.addressee == "县领导小组"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"forwarded": {"days": 3}}, "rules.suggestions：没有名为 forwarded 的一项"),
        ({"finished": {"days": 3}}, "没有名为 finished 的一项"),
        ({"transferred": {"needs": []}}, "rules.suggestions.transferred：只能改 days"),
        ({"report": {"clause": "H-1"}}, "rules.suggestions.report：只能改 addressee"),
        ({"transferred": {"days": 0}}, "应为 1 至 250 的整数"),
        ({"transferred": {"days": "soon"}}, "应为 1 至 250 的整数"),
    ],
)
def test_what_the_settings_say_wrongly_is_named(changes: dict[str, dict[str, Any]], told: str):
    with pytest.raises(BadRules, match=told):
        suggestion_rules(changes)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rows: rows["steps"].pop(), "各一条"),
        (lambda rows: rows["steps"][2].update(when=["someday"]), "没有这个词"),
        (lambda rows: rows["steps"][2].update(needs=["name"]), "没有这个词"),
        (lambda rows: rows["steps"][2].update(clause="H-99"), "no clause 'H-99'"),
        (lambda rows: rows["ways"].append({"name": "mailbox", "label": "信箱"}), "名称重复"),
        (lambda rows: rows.update(ways=[{"name": "post", "label": "帖文"}]), "ways 里应有"),
        (lambda rows: rows["ways"][0].update(phone="1"), "没有这一项"),
    ],
)
def test_a_file_that_cannot_be_used_is_named(change: Callable[[Any], None], told: str, tmp_path: Path):
    rows = copy.deepcopy(SHIPPED)
    change(rows)
    file = tmp_path / "suggestions.yaml"
    file.write_text(yaml.safe_dump(rows, allow_unicode=True), "utf-8")
    with pytest.raises(BadRules) as refused:
        suggestion_rules(None, file)
    assert told in str(refused.value)
