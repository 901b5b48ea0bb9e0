"""closer_watch.yaml: nothing is watched closer unless the settings say so, and then only by lower thresholds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from records.words import Risk
from regulation.closer_watch import closer_watch
from regulation.rule_rows import BadRules
from regulation.severity import severity_rules

NOON = datetime(2026, 4, 10, 4, tzinfo=UTC)
USUAL = severity_rules()
HIGH = {"high": {"used": True}}


@pytest.mark.clause("H-39")
def test_as_shipped_no_record_is_watched_closer():
    closer = closer_watch()
    assert closer.used == ()
    assert closer.lowered(USUAL) == {}
    assert closer.of(Risk.HIGH, NOON, NOON) is None


@pytest.mark.clause("H-39")
def test_only_the_levels_that_the_settings_name_for_so_many_days_from_publication():
    closer = closer_watch({"high": {"used": True, "days": 14}})
    days = timedelta(days=14)
    assert closer.window == days
    assert [closer.of(Risk.HIGH, NOON, at) is not None for at in (NOON - timedelta(1), NOON, NOON + days)] == [
        False,
        True,
        True,
    ]
    assert closer.of(Risk.HIGH, NOON, NOON + days + timedelta(seconds=1)) is None
    assert [closer.of(level, NOON, NOON) for level in (Risk.MEDIUM, Risk.LOW, None)] == [None, None, None]


@pytest.mark.clause("H-39", "H-42")
def test_thresholds_are_lowered_and_windows_and_channels_stay():
    lowered = closer_watch(HIGH).lowered(USUAL)[Risk.HIGH]
    assert [rule.wording for rule in lowered.rules] == [
        "24小时内出现2个不同声音",
        "单条帖文评论、转发、点赞达到50次",
        "24小时内15条负面帖文，涉及2类以上平台",
        "评论、转发、点赞累计达到2500次",
        "1篇新闻报道",
        "24小时内同属“道德底线”或同属“待核实传言”的声音达到5个",
        "达到重大标准，且“突发事件”类声音多于其他各类",
        "1小时内30条负面帖文",
    ]
    assert lowered.because == "舆情风险评估为“高”，公开后30天内降低门槛（惠党办发〔2019〕48号第三十九条）"
    assert (lowered.windows, lowered.gap, lowered.opening) == (USUAL.windows, USUAL.gap, USUAL.opening)
    assert severity_rules() == USUAL


def test_figures_of_single_rules_stand_in_place_of_the_percentage():
    closer = closer_watch({"high": {"used": True, "figures": {"voices_3": {"voices": 1}}}})
    first, second = closer.lowered(USUAL)[Risk.HIGH].rules[:2]
    assert (first.wording, second.wording) == ("24小时内出现1个不同声音", "单条帖文评论、转发、点赞达到50次")


@pytest.mark.parametrize(
    "row",
    [
        {"figures": {"voices_3": {"voices": 4}}},
        {"figures": {"voices_3": {"hours": 12}}},
        {"figures": {"voices_9": {"voices": 1}}},
        {"figures": {"major_and_emergency": {"voices": 1}}},
        {"figures": {"voices_3": {"voices": 0}}},
        {"threshold_percent": 120},
        {"threshold_percent": 0},
        {"days": 0},
        {"interval_percent": 101},
        {"level": "medium"},
        {"when": "always"},
    ],
)
def test_what_would_not_lower_or_is_unknown_is_said(row: dict[str, Any]):
    with pytest.raises(BadRules, match=r"rules\.closer_watch"):
        closer_watch({"high": {"used": True, **row}}).lowered(USUAL)


def test_a_level_that_there_is_not_is_said():
    with pytest.raises(BadRules, match="low"):
        closer_watch({"low": {"used": True}})
