"""What is looked for in an answer are rows with their articles; what contradicts itself or is not known is refused."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from records.words import Role
from regulation.answers import Check, Effect, answer_rules
from regulation.permissions import allowed
from regulation.recipients import CO_UNITS, recipients_for
from regulation.rule_rows import BadRules

SHIPPED = yaml.safe_load((Path(__file__).parents[2] / "regulation" / "answers.yaml").read_text("utf-8"))
RULES = answer_rules()


@pytest.mark.clause("H-44(1)", "H-42(1)")
def test_what_must_be_verified_or_stays_within_the_party_blocks_and_style_is_a_hint():
    effects = {row.check: row.effect for row in RULES.checks}
    assert {check for check, effect in effects.items() if effect is Effect.BLOCK} == {
        Check.DENIAL,
        Check.UNFINISHED,
        Check.PARTY_TITLE,
    }
    assert effects[Check.OFFICIALESE] is effects[Check.LENGTH] is Effect.HINT
    assert effects[Check.FOCUS] is effects[Check.PERSONAL] is effects[Check.SECRET] is Effect.REASON


def test_the_word_list_is_of_some_size_and_each_word_once():
    assert len(RULES.officialese) >= 60
    assert len(RULES.denials.words) >= 40


@pytest.mark.clause("H-44(2)", "H-40(3)")
def test_the_unit_writes_and_verifies_its_own_the_office_approves_and_who_helps_takes_note():
    for act in ("write_answer", "verify_claim"):
        assert [allowed(Role.DRAFTER, act, own=True), allowed(Role.DRAFTER, act, own=False)] == [True, False]
    for role in (Role.UNIT, Role.DRAFTER, Role.LEADER, Role.DUTY, Role.EVALUATOR, Role.HEAD):
        assert not allowed(role, "approve_answer", helping=True)
    assert allowed(Role.OFFICE, "approve_answer", own=False)
    assert allowed(Role.UNIT, "acknowledge_wording", own=False, helping=True)
    assert not allowed(Role.UNIT, "write_answer", own=False, helping=True)


@pytest.mark.clause("H-40(3)")
def test_the_office_is_told_of_what_is_handed_in_and_who_helps_of_the_agreed_wording():
    assert recipients_for("answer_submitted", "住建局") == ("office",)
    assert recipients_for("answer_returned", "住建局") == ("住建局",)
    assert recipients_for("wording_agreed", "住建局", {CO_UNITS: ["教体局"]}) == ("教体局",)


def _denial_let_through(rows: dict[str, Any]) -> None:
    rows["checks"][0]["effect"] = "reason"


def _check_missing(rows: dict[str, Any]) -> None:
    rows["checks"].pop()


def _unknown_effect(rows: dict[str, Any]) -> None:
    rows["checks"][3]["effect"] = "shout"


def _unknown_clause(rows: dict[str, Any]) -> None:
    rows["checks"][3]["clause"] = "H-99"


def _word_twice(rows: dict[str, Any]) -> None:
    rows["officialese"].append(rows["officialese"][0])


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (_denial_let_through, "denial 应为 block"),
        (_check_missing, "各一条"),
        (_unknown_effect, "没有这个词"),
        (_unknown_clause, "H-99"),
        (_word_twice, "重复的词"),
    ],
)
def test_rows_that_cannot_be_meant_are_refused(tmp_path: Path, change: Callable[[dict[str, Any]], None], told: str):
    rows = copy.deepcopy(SHIPPED)
    change(rows)
    file = tmp_path / "answers.yaml"
    file.write_text(yaml.safe_dump(rows, allow_unicode=True), "utf-8")
    with pytest.raises((BadRules, LookupError), match=told):
        answer_rules(file)
