"""Records of a higher risk: incidents open sooner and say why, and their sources are read more often, within bounds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from crawlers.sources import Source, source_from
from pipeline.closer_watch import closer_sources
from pipeline.judging import Judging
from pipeline.notify import page_only
from records.incidents import SeverityChange
from records.risks import Judged, RiskAssessment, RiskForm
from records.words import Channel, Risk, Scope, Severity
from regulation.closer_watch import CloserWatch, closer_watch
from regulation.severity import PERSON
from storage.store import Store
from tests.pipeline.known_answers import DAY, HOUR, NOON, SECOND, Town, record

HIGH = closer_watch({"high": {"used": True}})
BECAUSE = "舆情风险评估为“高”，公开后30天内降低门槛（惠党办发〔2019〕48号第三十九条），按“24小时内出现2个不同声音”认定"
SHORTEST = timedelta(seconds=60)


def town(store: Store, closer: CloserWatch = HIGH, risk: Risk | None = Risk.HIGH) -> Town:
    """d1 was published the day before with that risk, d2 says none."""
    made = Town(store)
    made.judging = Judging(store, lambda: made.reader, made.rules, page_only, closer=closer)
    with store.transaction() as t:
        t.disclosures.add(replace(record("d1"), risk=risk, explanation="风险"), NOON - DAY, "王芳")
    return made


def two(made: Town, at: datetime = NOON, disclosure: str = "d1") -> Any:
    made.come(f"{disclosure}a", at, disclosure=disclosure)
    return made.come(f"{disclosure}b", at + SECOND, disclosure=disclosure)


def assessed(store: Store, level: Risk, subject: str = "d1", version: int = 1) -> None:
    form = RiskForm((Judged("opinion", 4, 4, "有"),), ("tracking",), ("住建局",))
    with store.transaction() as t:
        t.risks.add(RiskAssessment(subject, version, NOON - DAY, "承办甲", form, level, ()))


@pytest.mark.clause("H-39", "H-42")
def test_an_incident_on_a_record_of_high_risk_opens_sooner_and_says_why(store: Store):
    made = town(store)
    opened = two(made)
    assert opened is not None
    with store.reading() as t:
        (change,) = t.incidents.history(opened.id)
        alerts = [alert for alert in t.alerts.of_incident(opened.id) if alert.kind == "opened"]
    assert (change.rule, change.actor, change.reason) == ("voices_3", None, BECAUSE)
    assert alerts
    assert all(BECAUSE in alert.body for alert in alerts)
    assert two(made, disclosure="d2") is None


@pytest.mark.clause("H-39", "H-42")
def test_a_rise_says_it_too_and_what_holds_by_the_usual_thresholds_says_nothing_of_it(store: Store):
    made = town(store)
    for number in range(4):
        opened = made.come(f"p{number}", NOON, likes=100 * (number == 0))
    risen = made.come("n", NOON + HOUR, channel=Channel.NEWS)
    assert opened is not None
    assert risen is not None
    with store.reading() as t:
        first, second = t.incidents.history(opened.id)
    assert (first.rule, first.reason) == ("reactions_100", None)
    assert (second.rule, second.severity) == ("news_2", Severity.MAJOR)
    assert second.reason is not None
    assert "按“1篇新闻报道”认定" in second.reason


@pytest.mark.clause("H-39")
@pytest.mark.parametrize(
    ("closer", "risk", "at"),
    [
        (closer_watch(), Risk.HIGH, NOON),
        (HIGH, Risk.MEDIUM, NOON),
        (HIGH, Risk.LOW, NOON),
        (HIGH, None, NOON),
        (HIGH, Risk.HIGH, NOON + 40 * DAY),
    ],
    ids=["off", "medium", "low", "none", "over"],
)
def test_nothing_opens_sooner_otherwise(store: Store, closer: CloserWatch, risk: Risk | None, at: datetime):
    made = town(store, closer, risk)
    assert two(made, at) is None
    opened = made.come("c", at + HOUR)
    assert made.history(opened) == [("general", "voices_3")]


@pytest.mark.clause("H-39")
@pytest.mark.parametrize(("level", "sooner"), [(Risk.HIGH, True), (Risk.LOW, False)])
def test_the_last_assessment_counts_before_what_the_record_says(store: Store, level: Risk, sooner: bool):
    made = town(store, risk=Risk.LOW if sooner else Risk.HIGH)
    assessed(store, Risk.MEDIUM)
    assessed(store, level, version=2)
    assert (two(made) is not None) is sooner


@pytest.mark.clause("H-39", "H-42")
def test_what_a_person_lowers_is_not_raised_again_by_the_same_lowered_threshold(store: Store):
    made = town(store)
    two(made)
    risen = made.come("n", NOON + HOUR, channel=Channel.NEWS)
    assert risen is not None
    assert risen.severity is Severity.MAJOR
    with store.transaction() as t:
        t.incidents.save(replace(risen, severity=Severity.GENERAL), risen.revision)
        t.incidents.record(risen.id, SeverityChange(NOON + 2 * HOUR, Severity.GENERAL, PERSON, "李军", "只是转载"))
    after = made.come("d", NOON + 3 * HOUR)
    assert after is not None
    assert after.severity is Severity.GENERAL


def source(name: str, kind: str = "feed", seconds: float = 600, **more: Any) -> Source:
    row: Mapping[str, Any] = {"id": name, "name": name, "kind": kind, "channel": "forum", "interval_seconds": seconds}
    url = "https://bbs.example/s?q={query}" if kind == "search" else f"https://bbs.example/{name}"
    return source_from({**row, "url": url, **more})


def intervals(store: Store, sources: list[Source], closer: CloserWatch) -> dict[str, float]:
    return {one.id: one.interval for one in closer_sources(store, sources, closer, NOON, SHORTEST)}


@pytest.mark.clause("H-39")
def test_searches_and_named_sources_are_read_more_often_but_never_below_the_bound(store: Store):
    town(store)
    closer = closer_watch({"high": {"used": True, "interval_percent": 25, "sources": ["bbs", "quick", "own"]}})
    read = {"entry": "li"}
    sources = [
        source("find", "search", read=read),
        source("bbs"),
        source("quick", seconds=120),
        source("own", seconds=30),
        source("other"),
    ]
    assert intervals(store, sources, closer) == {"find": 150, "bbs": 150, "quick": 60, "own": 30, "other": 600}
    assert intervals(store, sources, closer_watch()) == {one.id: one.interval for one in sources}


@pytest.mark.clause("H-39", "E-2(3)2")
def test_no_search_is_asked_more_often_for_a_record_within_the_party(store: Store):
    town(store)
    with store.transaction() as t:
        t.disclosures.add(replace(record("d1"), risk=Risk.HIGH, scope=Scope.PARTY, explanation="范围"), NOON, "王芳")
    closer = closer_watch({"high": {"used": True, "sources": ["bbs"]}})
    sources = [source("find", "search", read={"entry": "li"}), source("bbs")]
    assert intervals(store, sources, closer) == {"find": 600, "bbs": 300}
    with store.transaction() as t:
        t.disclosures.add(replace(record("d1"), risk=Risk.HIGH, withdrawn=True, explanation="撤"), NOON, "王芳")
    assert intervals(store, sources, closer) == {"find": 600, "bbs": 600}
