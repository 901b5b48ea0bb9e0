"""The score is 100 × what was given ÷ what could be given; nothing later scores better, and nothing leaves 0 to 100."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.evaluation import scoring
from casework.evaluation.course import After, Course, Effect, Forecast
from casework.evaluation.scoring import Score, facts_of, score
from records.alerts import Deadline, DeadlineState
from records.incidents import SeverityChange
from records.measures import Measure, Side
from records.reports import Response
from records.words import Severity
from regulation.calming import calming_rules
from regulation.evaluation import evaluation_rules
from tests.casework.evaluation.making import DAY, INCIDENT, MINUTE, NOON, clock, course, seen

RULES, CALMING = evaluation_rules(), calming_rules()
MINUTES = st.integers(0, 5000)


def scored(found: Course) -> Score:
    return score(facts_of(found, RULES, CALMING), RULES)


def given_for(found: Course, name: str) -> float | None:
    return next(one.given for one in scored(found).items if one.item.name == name)


def figures_for(found: Course, name: str) -> str:
    return next(one.figures for one in scored(found).items if one.item.name == name)


def answered(minutes: int, after: After = After.CALMER) -> Effect:
    return Effect(Response("20260410-001", "正在处理", None, NOON + minutes * MINUTE, "李敏"), after, "")


def measure(side: Side) -> Measure:
    return Measure("20260410-001", side, "抢修", "住建局", NOON, NOON, "李敏", id=list(Side).index(side) + 1)


PERFECT = course(
    posts=[seen(-60, 10), seen(-59, 10)],
    confirmed_at=NOON + 60 * MINUTE,
    clocks=[
        clock("acknowledgement.major_emergency", 0, 5, 3),
        clock("follow_up.major_emergency", 3, 20, 10),
        clock("initial_report", 10, 120, 100),
        clock("answer", 0, 2880, 300),
    ],
    effects=[answered(300)],
    measures=[measure(Side.ONLINE), measure(Side.OFFLINE)],
    forecast=Forecast((), held=True),
)


@pytest.mark.clause("H-45")
def test_what_was_done_in_time_throughout_scores_a_hundred():
    found = scored(PERFECT)
    assert (found.possible, found.total) == (100, 100.0)


def test_half_a_tenth_goes_upwards():
    eighty, *_ = (
        replace(one, item=one.item.model_copy(update={"points": 80}), given=69.0) for one in scored(PERFECT).items
    )
    assert Score((eighty,)).total == 86.3


def test_an_incident_of_which_nothing_was_done_scores_what_did_not_depend_on_anybody():
    bare = scored(course())
    assert {one.item.name: one.given for one in bare.applying} == {
        "confirmed": 0, "plan": 0, "report": 0, "answered": 0, "measures": 0,
    }  # fmt: skip
    assert bare.total == 0.0


def test_what_does_not_apply_is_left_out_of_both_sums_and_says_why():
    general = replace(PERFECT, incident=replace(INCIDENT, severity=Severity.GENERAL), forecast=None)
    found = scored(general)
    left = {one.item.name: one.figures for one in found.left_out}
    assert left == {
        "plan": "“一般”事件不计本项",
        "answered": "“一般”事件不计本项",
        "forecast": "没有公开前的风险评估",
    }
    assert (found.possible, found.total) == (75, 100.0)


@pytest.mark.parametrize(
    ("name", "found", "points"),
    [
        ("detected", replace(PERFECT, posts=[seen(-60, 30)]), 10),
        ("detected", replace(PERFECT, posts=[seen(-60, 735)]), 5),
        ("detected", replace(PERFECT, posts=[seen(-60, 1440)]), 0),
        ("confirmed", replace(PERFECT, confirmed_at=NOON + 780 * MINUTE), 2.5),
        ("confirmed", replace(PERFECT, confirmed_at=None), 0),
        ("acknowledged", replace(PERFECT, clocks=[clock("acknowledgement.major", 0, 10, 25)]), 5),
        (
            "acknowledged",
            replace(
                PERFECT,
                clocks=[clock("acknowledgement.major", 0, 10, 10), clock("co_acknowledgement.major", 0, 10, 25)],
            ),
            7.5,
        ),
        ("report", replace(PERFECT, clocks=[clock("initial_report", 0, 120, 180)]), 7.5),
        ("report", replace(PERFECT, clocks=[clock("initial_report", 0, 120, None)]), 0),
        ("report", replace(PERFECT, clocks=[clock("initial_report", 0, 120, 9, state=DeadlineState.CANCELLED)]), 0),
        ("further", replace(PERFECT, clocks=[clock("answer", 0, 60 * 24 * 20, None)]), None),
        ("plan", replace(PERFECT, clocks=[clock("initial_report", 135, 120, 10)]), 5),
        ("fell", replace(PERFECT, effects=[answered(1, After.UNKNOWN), answered(2, After.ALIKE)]), 2.5),
        ("fell", replace(PERFECT, effects=[answered(1, After.WORSE), answered(2)]), 0),
        ("calm", replace(PERFECT, posts=[seen(4 * 24 * 60 + 720)]), 3.75 - 1.25),
        ("seen_soon", replace(PERFECT, posts=[seen(0, 59), seen(0, 60), seen(0, 61), seen(0, 10)]), 2.5),
        ("measures", replace(PERFECT, measures=[measure(Side.OFFLINE)]), 2.5),
        ("forecast", replace(PERFECT, forecast=Forecast((), held=False)), 0),
    ],
)
def test_an_item_gives_points_by_its_row(name: str, found: Course, points: float | None):
    assert given_for(found, name) == (None if points is None else pytest.approx(points, abs=0.001))


@pytest.mark.clause("H-42(3)")
def test_a_plan_that_started_late_makes_its_report_no_earlier():
    # Called for at noon, started at 13:00, reported at 14:30: half an hour in time by its clock, half an hour late by the call.
    late = replace(PERFECT, clocks=[clock("initial_report", 60, 120, 90)])
    assert given_for(late, "report") == pytest.approx(15 * 0.75)
    assert figures_for(late, "report") == "共1项，用时分别为时限的125%；预案晚启动，自应启动时起算"


def test_the_figures_say_what_the_points_come_from():
    assert figures_for(PERFECT, "detected") == "4月10日 18:50首帖发布，4月10日 19:00发现，历时10分钟"
    assert figures_for(PERFECT, "acknowledged") == "共1项，用时分别为时限的60%"
    assert figures_for(replace(PERFECT, confirmed_at=None), "confirmed") == "4月10日 20:00立案，没有核实"


def test_an_office_switches_an_item_off_by_giving_it_no_points():
    rules = evaluation_rules({"report": {"points": 0}})
    found = score(facts_of(PERFECT, rules, CALMING), rules)
    assert found.possible == 85
    assert "report" in {one.item.name for one in found.left_out}


Times = dict[str, int | None]

NAMES = ("detected", "confirmed", "started", "acknowledged", "followed", "reported", "other", "answered", "calm")
TIMES = st.fixed_dictionaries({name: st.one_of(st.none(), MINUTES) for name in NAMES if name != "detected"}).flatmap(
    lambda some: st.fixed_dictionaries({**{name: st.just(value) for name, value in some.items()}, "detected": MINUTES})
)


def played(times: Times, severity: Severity = Severity.MAJOR_EMERGENCY) -> Course:
    """An incident that was opened at noon, whose first post was published a day before it, by minutes after that or noon."""
    detected, started, calm = times["detected"], times["started"], times["calm"]
    assert detected is not None
    first = NOON - DAY + detected * MINUTE
    clocks = [
        clock("acknowledgement.major", 0, 15, times["acknowledged"]),
        clock("follow_up.major", 0, 60, times["followed"]),
        clock("answer", 0, 2880, times["other"]),
    ]
    if started is not None:
        clocks.append(_report(started, times["reported"]))
    posts = [replace(seen(0), seen_at=first, published_at=NOON - DAY)]
    return course(
        incident=replace(INCIDENT, severity=severity, first_post_at=first),
        history=(SeverityChange(NOON, severity, "x"),),
        posts=posts,
        heard=() if calm is None else [NOON + calm * MINUTE] * 3,
        confirmed_at=_after(times["confirmed"]),
        clocks=clocks,
        effects=[] if times["answered"] is None else [answered(times["answered"])],
    )


def _report(started: int, reported: int | None) -> Deadline:
    made = clock("initial_report", started, 120, None)
    if reported is None:
        return made
    ended = max(made.started_at, NOON + reported * MINUTE)
    return replace(made, state=DeadlineState.MET, ended_at=ended, end_reason="李敏")


def _after(minutes: int | None) -> datetime | None:
    return None if minutes is None else NOON + timedelta(minutes=minutes)


def total(found: Course) -> float:
    """Not rounded."""
    by_row = scored(found)
    return 100 * by_row.given / by_row.possible


def later_is_never_better(times: Times, name: str, later: int | None, severity: Severity) -> None:
    before = times[name]
    if later is not None and before is not None:
        later = max(before, later)
    if before is None or (later is None and name in ("detected", "calm")):
        return  # an incident is detected, and what was posted comes to rest
    if name == "started" and severity is not Severity.MAJOR_EMERGENCY:
        return  # nobody had to start it: its clock counts from when somebody did
    if name == "started" and (later is None or (times["reported"] or 0) < later):
        times = {**times, "reported": None}
    after = played({**times, name: later}, severity)
    assert total(after) <= total(played(times, severity)) + 1e-9


@settings(deadline=None, max_examples=100)
@given(times=TIMES, severity=st.sampled_from(list(Severity)))
def test_a_score_stays_between_nothing_and_a_hundred(times: Times, severity: Severity):
    by_row = scored(played(times, severity))
    assert 0.0 <= (by_row.total or 0.0) <= 100.0
    assert all(0 <= (one.given or 0.0) <= one.item.points for one in by_row.items)


@pytest.mark.clause("H-45")
@settings(deadline=None, max_examples=250)
@given(
    times=TIMES,
    name=st.sampled_from(NAMES),
    later=st.one_of(st.none(), MINUTES),
    severity=st.sampled_from(list(Severity)),
)
def test_nothing_that_was_done_later_or_never_scores_better(
    times: Times, name: str, later: int | None, severity: Severity
):
    later_is_never_better(times, name, later, severity)


@pytest.mark.parametrize(
    "mutant",
    [
        lambda value, none, full: 1 - _between(value, none, full),
        lambda value, none, full: _between(value, none, full) if value < none else 1.0,
        lambda value, none, full: (none - value) / (none - full),
    ],
)
def test_a_wrong_formula_would_be_noticed(monkeypatch: Any, mutant: Callable[[float, float, float], float]):
    """Each of these breaks what the two properties above hold; were it not noticed, they would show nothing."""
    slow: Times = dict.fromkeys(NAMES, 4900)
    monkeypatch.setattr(scoring, "_between", mutant)
    with pytest.raises(AssertionError):
        _try_both(slow)


def _try_both(slow: Times) -> None:
    for name, before, severity in product(NAMES, (10, 700), Severity):
        times: Times = {**dict.fromkeys(NAMES, 0), name: before}
        by_row = scored(played({**times, name: slow[name]}, severity))
        assert all(0 <= (one.given or 0.0) <= one.item.points for one in by_row.items)
        later_is_never_better(times, name, slow[name], severity)


_between = scoring._between
