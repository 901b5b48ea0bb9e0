"""source_health.yaml says when a source needs somebody to look; a source of few posts does not alarm by chance."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

import pytest
import yaml

from crawlers.outcomes import Outcome
from records.patrols import SourceDay
from regulation.rule_rows import BadRules
from regulation.source_health import Failing, SourceView, source_health_rules

SHIPPED = Path(__file__).parents[2] / "regulation" / "source_health.yaml"
NOON = datetime(2026, 4, 10, 4, 0, tzinfo=UTC)
TODAY = date(2026, 4, 10)
DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
MINUTE = timedelta(minutes=1)
RULES = source_health_rules()


def view(**more: object) -> SourceView:
    """A source read every ten minutes, a minute ago."""
    values: dict[str, object] = {"now": NOON, "interval": 10 * MINUTE, "heard_at": NOON - MINUTE}
    return SourceView(**(values | more))  # type: ignore[arg-type]


def days(posts: Sequence[int], *, answers: int = 140, dropped: int = 0) -> list[SourceDay]:
    """Days in a row, the last of them today."""
    first = TODAY - (len(posts) - 1) * DAY
    return [SourceDay(first + number * DAY, 144, answers, new, dropped) for number, new in enumerate(posts)]


def trouble(**more: object) -> str | None:
    found = RULES.trouble(view(**more))
    return None if found is None else found.name


def written(tmp_path: Path, number: int, **changes: object) -> Path:
    """The shipped rules with one row changed."""
    content = yaml.safe_load(SHIPPED.read_text("utf-8"))
    content["rules"][number - 1] |= changes
    path = tmp_path / "source_health.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return path


# Silence


@pytest.mark.clause("H-41")
def test_a_source_read_every_ten_minutes_is_silent_after_thirty_and_not_a_microsecond_before():
    assert trouble(heard_at=NOON - 30 * MINUTE) == "silent"
    assert trouble(heard_at=NOON - 30 * MINUTE + timedelta(microseconds=1)) is None


@pytest.mark.clause("H-41")
@pytest.mark.parametrize(
    ("interval", "limit"),
    [(MINUTE, 30 * MINUTE), (10 * MINUTE, 30 * MINUTE), (HOUR, 3 * HOUR), (DAY, 3 * DAY)],
)
def test_a_source_has_three_of_its_intervals_and_half_an_hour_at_least(interval: timedelta, limit: timedelta):
    assert RULES.patience(interval) == limit
    assert trouble(interval=interval, heard_at=NOON - limit) == "silent"
    assert trouble(interval=interval, heard_at=NOON - limit + MINUTE) is None


@pytest.mark.clause("H-41")
def test_a_source_that_others_push_owes_no_answer():
    assert trouble(pushed=True, heard_at=NOON - 30 * DAY) is None


def test_a_source_that_nobody_watches_yet_is_not_silent():
    assert trouble(heard_at=None) is None


# Outcomes


@pytest.mark.clause("H-41")
@pytest.mark.parametrize(
    ("outcomes", "found"),
    [
        (["sign_in"], None),
        (["sign_in", "sign_in"], "sign_in"),
        (["sign_in", "timeout", "sign_in"], None),
        (["nothing_extracted"], None),
        (["nothing_extracted", "nothing_extracted"], "layout"),
        (["not_expected", "empty_page"], "layout"),
        (["robots", "robots"], "robots"),
        (["slow_down"], None),
        (["slow_down"] * 2, "slow_down"),
        (["timeout"] * 9, None),
    ],
)
def test_the_latest_attempts_in_a_row_say_what_is_wrong(outcomes: list[str], found: str | None):
    assert trouble(outcomes=outcomes) == found


@pytest.mark.clause("H-41")
def test_what_is_known_of_the_cause_comes_before_mere_silence():
    assert trouble(heard_at=NOON - DAY, outcomes=["sign_in"] * 5) == "sign_in"
    assert trouble(heard_at=NOON - DAY, outcomes=["timeout"] * 5) == "silent"


def test_the_words_for_a_source_that_was_not_read_are_those_of_the_patrol_log():
    assert set(get_args(Failing)) == {outcome.value for outcome in Outcome if not outcome.answered}


# Beside its own days


@pytest.mark.clause("H-41")
def test_a_busy_source_without_a_post_for_a_whole_day_is_quiet():
    assert trouble(days=days([20] * 28 + [0, 0])) == "quiet"


@pytest.mark.clause("H-41")
def test_a_source_of_one_post_a_day_is_not_quiet_after_three_days_without_one():
    assert trouble(days=days([1] * 30 + [0, 0, 0, 0])) is None


@pytest.mark.clause("H-41")
def test_a_source_of_three_posts_a_day_is_quiet_after_four_days_without_one():
    assert trouble(days=days([3] * 28 + [0, 0, 0])) is None
    assert trouble(days=days([3] * 28 + [0, 0, 0, 0, 0])) == "quiet"


def test_a_source_that_rests_at_weekends_is_not_quiet_on_sunday():
    week = [9, 8, 10, 11, 9, 0, 0]
    sunday_evening = [*week * 4, 9, 8, 10, 11, 9, 0, 0]
    assert trouble(days=days(sunday_evening)) is None


def test_today_owes_nothing_before_it_is_over():
    assert trouble(days=days([20] * 28 + [0])) is None


def test_posts_of_today_end_the_quiet():
    assert trouble(days=days([20] * 28 + [0, 6])) is None
    assert trouble(days=days([20] * 28 + [0, 5])) == "quiet"


def test_days_on_which_it_did_not_answer_are_not_quiet():
    gone = [SourceDay(TODAY - DAY, 20, 0, 0), SourceDay(TODAY, 10, 0, 0)]
    assert trouble(days=[*days([20] * 28 + [0, 0])[:-2], *gone]) is None


def test_with_less_than_a_week_of_days_nothing_is_usual():
    assert trouble(days=days([99, 20, 20, 20, 20, 20, 20, 0, 0])) is None
    assert trouble(days=days([99, 20, 20, 20, 20, 20, 20, 20, 0, 0])) == "quiet"


def test_the_first_day_brings_what_had_gathered_and_is_left_out():
    usual = RULES.baseline(view(days=days([5000, *[5] * 20, 0])))
    assert usual is not None
    assert (usual.mean, usual.high, usual.days) == (5.0, 5, 20)


def test_a_pushed_source_is_quiet_on_days_without_a_push():
    sent = [SourceDay(TODAY - number * DAY, 3, 3, 20) for number in range(30, 2, -1)]
    assert trouble(pushed=True, days=sent) == "quiet"
    assert trouble(pushed=False, days=sent) is None


@pytest.mark.clause("H-41")
def test_far_fewer_posts_and_far_more_entries_dropped_is_a_page_that_changed():
    before, after = days([20] * 28 + [0, 0], dropped=2)[:-2], days([0, 0], dropped=90)
    assert trouble(days=[*before, *after]) == "losing"
    always = days([20] * 28 + [0, 0], dropped=90)
    assert trouble(days=always) == "quiet"


@pytest.mark.clause("H-41")
def test_three_times_the_usual_posts_is_worth_a_notice_and_no_alert():
    assert trouble(days=days([20] * 28 + [59])) is None
    assert trouble(days=days([20] * 28 + [60])) == "busy"
    rule = RULES.rule("busy")
    assert rule is not None
    assert (rule.alert, rule.collected) == (None, True)


def test_a_few_posts_more_at_a_source_of_few_are_not_busy():
    assert trouble(days=days([1] * 28 + [15])) is None


def test_what_is_caught_up_after_days_without_an_answer_is_not_busy():
    silent = [SourceDay(TODAY - number * DAY, 24, 0, 0) for number in (3, 2, 1)]
    caught_up = [*days([20] * 28 + [0] * 4)[:-4], *silent, SourceDay(TODAY, 10, 9, 80)]
    assert trouble(days=caught_up) is None


@pytest.mark.clause("H-41")
def test_sound_sources_great_and_small_make_no_false_alarm_in_three_thousand_days():
    """Posts as chance brings them, some sources resting at weekends."""
    dice = random.Random(41)
    alarms = checked = 0
    for number in range(40):
        mean, rests = (0.2, 1, 3, 8, 25)[number % 5], number % 2
        counts = [_chance(dice, mean * (0.2 if rests and day % 7 > 4 else 1)) for day in range(120)]
        for end in range(45, 120):
            found = RULES.trouble(view(days=days([*counts[end - 36 : end], 0])))
            alarms += found is not None
            checked += 1
    assert checked == 3000
    assert alarms == 0


def _chance(dice: random.Random, mean: float) -> int:
    return sum(dice.random() < mean / 200 for _ in range(200))


# Reading the file


@pytest.mark.clause("H-41")
def test_every_rule_cites_the_article_and_has_words_for_people():
    for rule in RULES.rules:
        assert rule.clause == "H-41"
        assert "{" not in rule.wording
        assert len(rule.badge) <= 6


def test_settings_change_figures_by_name_and_the_wording_follows():
    rules = source_health_rules(
        {"silent": {"minutes": 60}, "telling": {"gather_minutes": 10}, "baseline": {"days": 14}}
    )
    assert rules.patience(10 * MINUTE) == HOUR
    assert rules.telling.gather == 10 * MINUTE
    assert rules.usual.days == 14
    assert "60分钟" in rules.rules[4].wording


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"silence": {"minutes": 5}}, "没有名为 silence 的规则"),
        ({"silent": {"minute": 5}}, "rules.source_health.silent：“minute”没有这一项"),
        ({"silent": {"minutes": 0}}, "rules.source_health.silent：“minutes”应为正整数"),
        ({"sign_in": {"outcomes": ["ok"]}}, "不能改 outcomes"),
        ({"busy": {"alert": "source_silent"}}, "不能改 alert"),
        ({"telling": {"gather": 5}}, "rules.source_health.telling：“gather”没有这一项"),
        ({"quiet": {"share": 2}}, "rules.source_health.quiet：“share”"),
    ],
)
def test_a_setting_that_fits_no_rule_is_an_error_that_names_it(overrides: dict[str, dict[str, object]], message: str):
    with pytest.raises(BadRules, match=message):
        source_health_rules(overrides)


@pytest.mark.parametrize(
    ("number", "changes", "message"),
    [
        (1, {"outcomes": ["signin"]}, "第1条：“outcomes”没有这个词"),
        (1, {"alert": "source_signin"}, "第1条：“alert”"),
        (5, {"kind": "silense"}, "第5条：“.*”没有这种规则"),
        (5, {"hours": 3}, "第5条：“hours”没有这一项"),
        (5, {"label": "{hours}小时"}, "第5条：label 里的花括号"),
        (2, {"name": "sign_in"}, "规则名重复：sign_in"),
    ],
)
def test_an_unknown_word_in_the_file_is_an_error_that_names_the_row(
    tmp_path: Path, number: int, changes: dict[str, object], message: str
):
    with pytest.raises(BadRules, match=message):
        source_health_rules(path=written(tmp_path, number, **changes))
