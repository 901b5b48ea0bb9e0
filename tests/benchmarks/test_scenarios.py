"""Incidents found in a replay beside those that the rules give on true labels."""

from __future__ import annotations

from typing import Any

from benchmarks._scenarios import compared


def true(record: str, severity: str, **first_met: str) -> dict[str, Any]:
    """An incident of truth.json; rules are given as level__rule."""
    return {
        "disclosure": record,
        "severity": severity,
        "first_met": {rule.replace("__", "."): f"2026-04-10T{at}:00+08:00" for rule, at in first_met.items()},
    }


def found(record: str | None, *history: tuple[str, str, str]) -> dict[str, Any]:
    """An incident of incidents.jsonl with its steps: when, severity, rule."""
    steps = [{"at": f"2026-04-10T{at}:00+08:00", "severity": level, "rule": rule} for at, level, rule in history]
    return {"disclosure": record, "severity": history[-1][1], "history": steps}


def test_lateness_counts_from_when_a_level_was_first_met() -> None:
    heat = true("d9", "major_emergency", general__voices_3="06:56", major__news_2="07:19", major_emergency__x="07:20")
    late = compared(
        [heat], [found("d9", ("06:59", "general", "voices_3"), ("07:25", "major_emergency", "posts_60_1h"))]
    ).late
    assert late == (("d9", "general", 3.0), ("d9", "major", 6.0), ("d9", "major_emergency", 5.0))


def test_what_a_person_opened_was_not_found_by_rule() -> None:
    heat = true("d9", "general", general__voices_3="06:56")
    late = compared([heat], [found("d9", ("06:50", "general", "person"), ("07:06", "general", "voices_3"))]).late
    assert late == (("d9", "general", 10.0),)


def test_missed_false_and_wrongly_graded_incidents_are_named() -> None:
    result = compared(
        [true("d1", "general"), true("d2", "major"), true("d3", "general")],
        [
            found("d2", ("07:00", "general", "voices_3")),
            found("d3", ("07:00", "general", "voices_3")),
            found("d3", ("09:00", "general", "voices_3")),
            found(None, ("08:00", "general", "person")),
        ],
    )
    assert (result.found, result.missed, result.false, result.wrong_severity) == (2, ("d1",), ("d3", "-"), ("d2",))


def test_what_was_found_long_before_is_named_and_not_late() -> None:
    result = compared(
        [true("d1", "general", general__voices_3="13:24")], [found("d1", ("07:03", "general", "voices_3"))]
    )
    assert (result.early, result.late) == (("d1",), (("d1", "general", 0.0),))
