"""Who is told of what are rows; an unknown kind is an error, a missing unit falls back to the office."""

from __future__ import annotations

import pytest

from alerts.message import templates
from pipeline.upward import UPWARD
from regulation.recipients import CO_UNITS, FORMER_UNIT, BadRecipients, UnknownKind, named, recipients_for, routes_from

ROW = {"kind": "opened", "to": ["office"], "clause": "H-41"}


@pytest.mark.clause("H-41", "H-42(3)")
@pytest.mark.parametrize("kind", ["opened", "severity_raised", "plan_started", "reminder", "overdue"])
def test_the_responsible_unit_and_the_office_are_told(kind: str):
    assert recipients_for(kind, "住建局") == ("住建局", "office")


@pytest.mark.clause("H-42(3)")
def test_an_escalation_goes_to_the_office():
    assert recipients_for("escalated", "住建局") == ("office",)


@pytest.mark.clause("H-40(3)")
def test_while_no_unit_is_named_the_office_is_told_once():
    assert recipients_for("opened", None) == ("office",)


def test_every_kind_of_alert_that_has_words_has_recipients():
    for kind in templates().kinds.keys() - {UPWARD}:
        assert recipients_for(kind, "住建局", {FORMER_UNIT: ["教体局"], CO_UNITS: ["教体局"]}), (
            "those of an upward report stand in upward.yaml"
        )


@pytest.mark.clause("H-40(3)")
def test_the_unit_that_is_off_is_told_of_that_alone():
    assert recipients_for("taken_off", "住建局", {FORMER_UNIT: ["教体局"]}) == ("教体局",)
    assert recipients_for("taken_off", "住建局") == ()
    assert recipients_for("opened", "住建局", {FORMER_UNIT: ["教体局"]}) == ("住建局", "office")


def test_a_word_that_a_running_clock_has_kept_and_the_rules_know_no_more_goes_to_the_office():
    assert named(["responsible_unit", "publicity"], "住建局") == ("住建局", "office")


def test_an_unknown_kind_is_an_error():
    with pytest.raises(UnknownKind, match="opend"):
        recipients_for("opend", "住建局")


@pytest.mark.parametrize(
    ("rows", "told"),
    [
        ({}, "a list of rows"),
        ([ROW, ROW], "row 2: opened stands twice"),
        ([{**ROW, "cc": []}], "row 1: exactly these keys"),
        ([{**ROW, "to": []}], "row 1: `to`"),
        ([{**ROW, "to": ["boss"]}], "row 1: `to`"),
        ([{**ROW, "clause": 42}], "row 1: `kind` and `clause`"),
    ],
)
def test_a_row_that_cannot_be_read_is_named_with_its_fault(rows: object, told: str):
    with pytest.raises(BadRecipients, match=told):
        routes_from(rows, "recipients.yaml")


@pytest.mark.clause("H-40(3)")
def test_the_units_that_help_are_told_beside_the_responsible_one_where_the_row_names_them():
    helping = {CO_UNITS: ["教体局", "水务局"]}
    assert recipients_for("plan_started", "住建局", helping) == ("住建局", "教体局", "水务局", "office")
    assert recipients_for("reminder", "住建局", helping) == ("住建局", "office")
    assert recipients_for("plan_started", "住建局") == ("住建局", "office")
