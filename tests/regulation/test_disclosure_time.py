"""Until when something must be published are rows with their articles; the settings change their figures alone."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from records.words import Period, TimeKind
from regulation.disclosure_time import disclosure_time
from regulation.periods import span_of, spans_after
from regulation.recipients import recipients_for
from regulation.rule_rows import BadRules

SHIPPED = yaml.safe_load((Path(__file__).parents[2] / "regulation" / "disclosure_time.yaml").read_text("utf-8"))
RULES = disclosure_time()


@pytest.mark.clause("E-2(5)")
def test_every_kind_of_time_limit_has_its_row_and_its_article():
    assert {rule.kind: (rule.counts, rule.days, rule.clause) for rule in RULES.rules} == {
        TimeKind.LASTING: ("working_days", 10, "E-2(5)1"),
        TimeKind.REGULAR: ("period_end", None, "E-2(5)2"),
        TimeKind.STAGED: ("planned_on", None, "E-2(5)2"),
        TimeKind.PROMPT: ("decided_on", None, "E-2(5)3"),
    }


@pytest.mark.clause("E-2(5)3")
def test_only_the_article_on_what_is_prompt_knows_an_extension():
    assert [rule.kind for rule in RULES.rules if rule.extends] == [TimeKind.PROMPT]


@pytest.mark.clause("E-2(5)")
def test_the_unit_is_reminded_and_when_it_is_late_the_office_is_told_as_well():
    assert recipients_for("disclosure_due", "区住建局") == ("区住建局",)
    assert recipients_for("disclosure_overdue", "区住建局") == ("区住建局", "office")


def test_the_settings_change_figures():
    changed = disclosure_time({"lasting": {"days": 7, "remind": [2]}, "closing": {"days": 20}, "every_minutes": 30})
    assert (changed.rule(TimeKind.LASTING).days, changed.rule(TimeKind.LASTING).remind) == (7, (2,))
    assert (changed.closing.days, changed.every_minutes) == (20, 30)
    assert changed.rule(TimeKind.LASTING).clause == "E-2(5)1"


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"lasting": {"clause": "E-2(5)3"}}, "rules.disclosure_time.lasting：只能改 days、remind"),
        ({"prompt": {"days": 3}}, "rules.disclosure_time.prompt：只能改 remind"),
        ({"prompt": {"extends": False}}, "只能改 remind"),
        ({"prompt": 3}, "只能改 remind"),
        ({"monthly": {"days": 3}}, "没有名为 monthly 的时限"),
        ({"lasting": {"days": 0}}, "不小于"),
        ({"lasting": {"remind": []}}, "至少写一个"),
        ({"lasting": {"remind": 3}}, "应为列表"),
        ({"every_minutes": "soon"}, "整数"),
    ],
)
def test_what_the_settings_say_wrongly_is_named(changes: dict[str, Any], told: str):
    with pytest.raises(BadRules, match=told):
        disclosure_time(changes)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda rows: rows["rules"].pop(), "各一条"),
        (lambda rows: rows["rules"][0].pop("days"), "working_days"),
        (lambda rows: rows["rules"][3].update(days=1), "working_days"),
        (lambda rows: rows["rules"][3].update(counts="noon"), "没有这个词"),
        (lambda rows: rows["rules"][3].update(unit="区住建局"), "没有这一项"),
        (lambda rows: rows["again"].update(same=["title"]), "没有这个词"),
    ],
)
def test_rows_that_contradict_themselves_are_refused(change: Callable[[Any], object], told: str, tmp_path: Path):
    rows = copy.deepcopy(SHIPPED)
    change(rows)
    file = tmp_path / "disclosure_time.yaml"
    file.write_text(yaml.safe_dump(rows, allow_unicode=True), "utf-8")
    with pytest.raises(BadRules, match=told):
        disclosure_time(path=file)


@pytest.mark.clause("E-2(5)2")
@pytest.mark.parametrize(
    ("period", "label", "first", "last"),
    [
        (Period.MONTH, "2026年5月", date(2026, 5, 1), date(2026, 5, 31)),
        (Period.QUARTER, "2026年第二季度", date(2026, 4, 1), date(2026, 6, 30)),
        (Period.HALF_YEAR, "2026年上半年", date(2026, 1, 1), date(2026, 6, 30)),
        (Period.YEAR, "2026年", date(2026, 1, 1), date(2026, 12, 31)),
    ],
)
def test_a_day_lies_in_its_period(period: Period, label: str, first: date, last: date):
    span = span_of(period, date(2026, 5, 31))
    assert (span.label, span.first, span.last) == (label, first, last)


def test_the_periods_that_have_begun_since_are_told_over_the_turn_of_the_year():
    begun = spans_after(span_of(Period.QUARTER, date(2026, 7, 1)), date(2027, 1, 1))
    assert [span.label for span in begun] == ["2026年第四季度", "2027年第一季度"]
    assert list(spans_after(span_of(Period.HALF_YEAR, date(2026, 7, 1)), date(2026, 12, 31))) == []


@given(st.sampled_from(Period), st.dates(date(2004, 1, 1), date(2098, 12, 31)))
def test_periods_follow_one_another_without_a_gap(period: Period, day: date):
    span = span_of(period, day)
    assert span.first <= day <= span.last
    assert (span.next().first - span.last).days == 1
