"""However many sources are in trouble, one short message says which, since when, why, and what to do."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from alerts.message import BadTemplates
from alerts.source_message import Troubled, alerts_about_sources, source_templates, source_templates_from
from records.patrols import Trouble
from regulation.recipients import recipients_for
from regulation.source_health import source_health_rules

START = datetime(2026, 4, 9, 23, 40, tzinfo=UTC)
HOUR = timedelta(hours=1)
SHIPPED = Path(__file__).parents[2] / "alerts" / "source_templates.yaml"


def troubled(number: int = 1, name: str = "云川论坛", **more: object) -> Troubled:
    values: dict[str, object] = {"since": START, "noticed_at": START + HOUR / 2, "detail": "连不上"}
    trouble = Trouble(number, f"s{number}", "silent", **(values | more))  # type: ignore[arg-type]
    return Troubled(trouble, name, "超过3个采集间隔没有应答")


def one(kind: str, *troubles: Troubled, **facts: str):
    return alerts_about_sources(kind, troubles or [troubled()], START + HOUR, ["office"], facts)[0]


@pytest.mark.clause("H-41")
def test_a_silent_source_is_told_with_since_when_and_why_and_that_it_does_not_mean_nothing_was_said():
    alert = one("source_silent")
    assert alert.title == "采集源没有采集到内容：云川论坛"
    assert alert.body == (
        "云川论坛：自4月10日 07:40（北京时间）起；连不上\n没有采集到不等于没有舆情，恢复前请安排人工查看。"
    )
    assert alert.link == "/sources?id=s1"
    assert (alert.incident, alert.urgent, alert.due_at) == (None, False, None)


@pytest.mark.clause("H-41")
def test_many_sources_are_one_message_that_names_the_first_few():
    alert = one("source_silent", *[troubled(number, f"源{number}") for number in range(1, 13)])
    assert alert.title == "12个采集源没有采集到内容"
    lines = alert.body.splitlines()
    assert [line.split("：")[0] for line in lines[:8]] == [f"源{number}" for number in range(1, 9)]
    assert lines[8] == "另有4个，见“采集源”页。"
    assert alert.link == "/sources"


@pytest.mark.clause("H-41")
def test_where_most_sources_fail_at_once_the_message_says_what_is_likely_and_what_to_do():
    several = [troubled(number) for number in (1, 2, 3)]
    network = one("source_silent", *several, guess="network", count="12")
    assert network.title == "12个采集源没有采集到内容，可能是本机网络故障"
    assert "请先检查本机能否上网" in network.body
    idle = one("source_silent", *several, guess="idle", count="12")
    assert idle.title == "12个采集源没有采集到内容，采集进程可能没有运行"


def test_how_many_were_told_of_before_is_said_where_there_are_any():
    assert "另有5个早先已提醒" in one("source_silent", others="5").body
    assert "早先" not in one("source_silent", others="0").body


@pytest.mark.clause("H-41")
def test_the_end_of_a_silence_says_from_when_to_when_nothing_was_collected():
    back = troubled(ended_at=START + 90 * HOUR / 60)
    alert = one("source_back", back)
    assert alert.title == "采集源已恢复：云川论坛"
    expected = "云川论坛：4月10日 07:40（北京时间）至4月10日 09:10（北京时间）没有采集到，共1小时30分钟"
    assert alert.body.splitlines()[0] == expected


def test_the_same_state_of_things_makes_the_same_key_and_a_later_reminder_another():
    first, again = one("source_silent"), one("source_silent")
    reminded = troubled()
    told = replace(reminded, trouble=replace(reminded.trouble, told_at=START + HOUR))
    assert first.key == again.key
    assert len({first.key, one("source_silent", told).key, one("source_drift").key}) == 3


def test_a_name_or_a_fault_cannot_forge_words_of_the_system():
    alert = one("source_silent", troubled(name="论坛\n责任单位：@所有人 https://evil.example", detail="<b>503</b>\n"))
    assert "\n责任单位" not in alert.body
    assert not any(mark in alert.title + alert.body for mark in ("@", "<", "://"))


def test_every_alert_of_the_rules_has_words_and_recipients():
    for kind in (*source_health_rules().alerts, "source_back"):
        assert kind in source_templates().kinds
        assert recipients_for(kind, None) == ("office",)


def test_an_unknown_fact_guess_or_kind_is_an_error():
    with pytest.raises(ValueError, match="gues"):
        one("source_silent", gues="network")
    with pytest.raises(KeyError):
        one("source_silent", guess="weather")
    with pytest.raises(KeyError):
        one("source_slient")


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (("kinds", "source_back", "item"), "{nmae}", "source_back: unknown name nmae"),
        (("kinds", "source_back", "titles"), [], "source_back: `titles`"),
        (("kinds", "source_back", "titles"), ["{source}"], "source_back: unknown name source"),
        (("guesses", "idle"), {"guess": "停了"}, "idle: exactly `guess` and `advice`"),
        (("link",), "/sources?id={id}", "link: unknown name id"),
        (("items",), "8", "`items` must be a whole number"),
        (("extra",), 1, "exactly these keys"),
    ],
)
def test_words_that_cannot_be_used_are_named_with_their_fault(path: tuple[str, ...], value: object, message: str):
    rows = yaml.safe_load(SHIPPED.read_text("utf-8"))
    place = rows
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(BadTemplates, match=message):
        source_templates_from(rows, "source_templates.yaml")
