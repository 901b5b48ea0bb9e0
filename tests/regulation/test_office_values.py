"""The figures that an office may change: each one is a figure of a rule, with its article, and has its limits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from regulation.clauses import citation
from regulation.escalation import escalation
from regulation.office_values import changes, groups, in_force, values
from regulation.rule_rows import BadRules


def test_every_figure_is_found_in_its_rules_and_fits_its_own_limits():
    now = in_force({}, {})
    assert now.keys() == values().keys()
    assert [name for name, value in values().items() if value.fault(now[name]) is not None] == []
    assert now["escalation.major.unit_head"] == 15
    assert now["time_limits.initial_report.minutes"] == 120
    assert now["telling.quiet_from"] == "22:00"
    assert now["disclosure_time.lasting.remind"] == [3, 0]
    assert now["risk.high.from"] == 12
    assert (now["periodic.daily.owed"], now["periodic.monthly.owed"], now["periodic.daily.at"]) == (
        False,
        True,
        "09:00",
    )


def test_every_figure_has_an_article():
    assert all(citation(value.clause) for value in values().values())


def test_the_offices_own_figure_stands_over_that_of_the_settings_and_leaves_the_others():
    settings = {"telling": {"digest_seconds": 600, "quiet_from": "21:00"}}
    now = in_force(settings, {"telling.digest_seconds": 120})
    assert (now["telling.digest_seconds"], now["telling.quiet_from"]) == (120, "21:00")


def test_an_office_switches_a_paper_on_and_off_and_it_is_read_as_yes_or_no():
    switch = values()["periodic.daily.owed"]
    assert in_force({}, {"periodic.daily.owed": True})["periodic.daily.owed"] is True
    assert (switch.shown(True), switch.shown(False), switch.fault(True)) == ("是", "否", None)


def test_a_row_of_the_ladder_is_changed_and_those_of_single_units_stay():
    given = ({"severity": "major", "unit": "教体局", "unit_head": 5}, {"severity": "major", "unit_head": 12})
    changed = changes({"escalation": given}, {"escalation.major.office": 25})["escalation"]
    minutes = {key: row.minutes() for key, row in escalation(changed).rows.items() if key[0] == "major"}
    assert [sorted(row.values()) for row in minutes.values()] == [[12, 25, 60], [5, 25, 60]]


def test_a_figure_that_this_version_does_not_know_counts_no_more():
    assert in_force({}, {"telling.gone": 3, "gone.x": 4}) == in_force({}, {})


@pytest.mark.clause("H-42(3)")
def test_the_two_hours_may_be_made_shorter_and_never_longer():
    value = values()["time_limits.initial_report.minutes"]
    assert value.fault(115) is None
    assert value.fault(121) == "第四十二条（三）规定在启动预案2小时内报告，只能更早，不能更晚"


@pytest.mark.clause("E-2(5)1")
def test_the_ten_working_days_of_lasting_disclosure_may_be_made_fewer_and_never_more():
    value = values()["disclosure_time.lasting.days"]
    assert value.fault(7) is None
    assert "10个工作日内" in str(value.fault(11))


@pytest.mark.parametrize(
    ("name", "wrong", "why"),
    [
        ("telling.quiet_from", "25:00", "时刻"),
        ("telling.quiet_from", 22, "时刻"),
        ("telling.digest_most", 101, "1 到 100"),
        ("telling.digest_most", 2.5, "整数"),
        ("telling.digest_most", True, "整数"),
        ("periodic.daily.owed", 1, "是或否"),
        ("periodic.daily.owed", "是", "是或否"),
        ("disclosure_time.lasting.remind", [], "不重复"),
        ("disclosure_time.lasting.remind", [3, 3], "不重复"),
        ("disclosure_time.lasting.remind", ["x"], "整数"),
        ("disclosure_time.lasting.remind", 3, "整数"),
    ],
)
def test_what_can_be_no_value_is_said_in_chinese(name: str, wrong: Any, why: str):
    assert why in str(values()[name].fault(wrong))


@pytest.mark.parametrize(
    "own",
    [
        {"calming.worse_percent": 40},
        {"escalation.major.office": 15},
        {"risk.high.from": 5},
        {"oversight.little_disk_mb": 6000},
        {"time_limits.initial_report.reminder_3": 119, "time_limits.initial_report.minutes": 100},
    ],
)
def test_figures_that_cannot_stand_together_are_refused(own: dict[str, int]):
    with pytest.raises(BadRules):
        in_force({}, own)


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ("- {group: 甲, values: [{value: telling.digest_most, label: 一, clause: H-41}]}", "least"),
        ("- {group: 甲, values: [{value: nothing.x, label: 一, kind: time, clause: H-41}]}", "nothing.x"),
        ("- {group: 甲, values: [{value: telling.x, label: 一, kind: word, clause: H-41}]}", "kind"),
    ],
)
def test_a_row_that_cannot_be_read_names_the_file_and_the_fault(tmp_path: Path, rows: str, why: str):
    file = tmp_path / "values.yaml"
    file.write_text(rows, "utf-8")
    with pytest.raises(BadRules, match=f"values.yaml.*{why}"):
        groups(file)
