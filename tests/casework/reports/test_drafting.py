"""What the drafts of the four parts say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from casework.reports.drafting import (
    PARTY_MATTER,
    PENDING,
    Deed,
    Material,
    View,
    draft_paragraphs,
    marked_as_replay,
    matter,
    text_of,
)
from records.alerts import Deadline
from records.disclosures import Disclosure
from records.incidents import Incident, IncidentState, Member, SeverityChange
from records.papers import Basis, Ledger
from records.reports import Part, Response
from records.words import Category, Channel, Scope, Severity

NINE = datetime(2026, 4, 10, 1, 0, tzinfo=UTC)  # 09:00 in the office
MINUTE = timedelta(minutes=1)

RECORD = Disclosure(
    id="d09",
    title="城区供热管网改造工程公告",
    doc_number="惠川住建发〔2026〕3号",
    published_at=NINE - timedelta(days=20),
    unit="区住建局",
    catalogue_item=None,
    scope=Scope.PUBLIC,
    url=None,
    body="解放路管段4月1日起施工。供热期内不停暖。",
)
INCIDENT = Incident(
    id="20260410-001",
    disclosure="d09",
    title=RECORD.title,
    unit="区住建局",
    category=Category.EMERGENCY,
    severity=Severity.MAJOR_EMERGENCY,
    state=IncidentState.CONFIRMED,
    opened_at=NINE,
    first_post_at=NINE,
    gathering=1,
)


def member(number: int, minutes: int, channel: Channel = Channel.FORUM, root: str | None = None) -> Member:
    return Member(
        post_id=f"p{number}",
        seen_at=NINE + minutes * MINUTE,
        channel=channel,
        category=Category.EMERGENCY,
        root=root or f"p{number}",
        reactions=10,
        voice=root is None,
    )


MATERIAL = Material(
    at=NINE + 140 * MINUTE,
    incident=INCIDENT,
    record=RECORD,
    members=(
        member(1, 0),
        member(2, 65),
        member(3, 70, Channel.MICROBLOG),
        member(4, 75, Channel.MICROBLOG, root="p3"),
        member(5, 130),
    ),
    history=(
        SeverityChange(NINE, Severity.GENERAL, "voices_3"),
        SeverityChange(NINE + 80 * MINUTE, Severity.MAJOR_EMERGENCY, "person", actor="李静", reason="现场有人受伤"),
    ),
    rules={"voices_3": "24小时内不同声音达到3条"}.__getitem__,
    views=(View("水管爆了没人管", 3), View("停暖也不提前通知", 1)),
    deeds=(Deed(NINE + 20 * MINUTE, "值班员甲", "签收预警"),),
    responses=(Response("20260410-001", "正在关阀抢修，预计14时恢复。", None, NINE + 90 * MINUTE, "区住建局"),),
    plan=Deadline("20260410-001", 2, "initial_report", NINE + 30 * MINUTE, NINE + 150 * MINUTE, (), "H-42(3)", id=17),
)


def texts(material: Material) -> dict[Part, str]:
    """The parts as a person reads them."""
    return {part: text_of(paragraphs) for part, paragraphs in draft_paragraphs(material).items()}


@pytest.mark.clause("H-42(3)")
def test_a_draft_has_the_four_parts_of_the_article_in_its_order() -> None:
    parts = texts(MATERIAL)
    assert [part.label for part in parts] == [
        "网上舆情基本情况",
        "网民观点",
        "已采取的应急处置措施",
        "线下事件的基本情况及其处置措施",
    ]
    assert all(text.strip() for text in parts.values())


@pytest.mark.clause("H-42(3)")
def test_the_online_situation_counts_posts_voices_channels_and_reactions() -> None:
    text = texts(MATERIAL)[Part.ONLINE_SITUATION]
    assert "截至2026年4月10日11时20分" in text
    assert "负面信息5条，其中不同声音4条" in text
    assert "首条信息于2026年4月10日09时00分发现，见于论坛渠道" in text
    assert "论坛3条（不同声音3条）、微博客2条（不同声音1条）" in text
    assert "合计50次" in text
    assert "主要类型（第三十八条）：突发事件" in text


def test_the_trend_names_the_peak_hour_and_the_direction() -> None:
    text = texts(MATERIAL)[Part.ONLINE_SITUATION]
    assert "09时1条、10时3条、11时1条" in text
    assert "新增最多的是4月10日10时，计3条" in text
    assert "最近1小时新增1条，前1小时3条，呈回落态势" in text


@pytest.mark.clause("H-42")
def test_the_severity_comes_with_the_rule_or_the_person_behind_each_step() -> None:
    text = texts(MATERIAL)[Part.ONLINE_SITUATION]
    assert "现为“重大突发”" in text
    assert "2026年4月10日09时00分定为“一般”（依据：24小时内不同声音达到3条）" in text
    assert "2026年4月10日10时20分转为“重大突发”（由李静确定，理由：现场有人受伤）" in text


def test_views_are_quoted_with_their_counts_and_not_called_true_or_false() -> None:
    text = texts(MATERIAL)[Part.PUBLIC_VIEWS]
    assert "1. “水管爆了没人管”，持此类看法的信息3条" in text
    assert "2. “停暖也不提前通知”，持此类看法的信息1条" in text
    assert "未经核实，不代表对事实的认定" in text


def test_measures_stand_in_the_order_of_time_with_who_did_them() -> None:
    lines = texts(MATERIAL)[Part.MEASURES_TAKEN].splitlines()
    assert lines[1] == "1. 2026年4月10日09时20分，值班员甲签收预警。"
    assert lines[2].startswith("2. 2026年4月10日10时30分，区住建局发布回应：“正在关阀抢修，预计14时恢复”。")


@pytest.mark.clause("H-42(3)")
def test_the_offline_part_says_what_is_on_record_and_leaves_the_rest_to_the_unit() -> None:
    text = texts(MATERIAL)[Part.OFFLINE_EVENT]
    assert "《城区供热管网改造工程公告》（惠川住建发〔2026〕3号）" in text
    assert "责任单位：区住建局" in text
    assert "应急预案已于2026年4月10日09时30分启动，发现至启动：30分钟。" in text
    assert PENDING in text


def test_what_is_said_of_the_plan_rests_on_the_row_of_its_clock() -> None:
    said = [one for paragraph in draft_paragraphs(MATERIAL)[Part.OFFLINE_EVENT] for one in paragraph.statements]
    (plan,) = [one for one in said if one.text.startswith("应急预案已于")]
    assert plan.rests_on == (Basis(Ledger.CLOCK, "事件20260410-001第2次启动预案，时限编号17", ("17",)),)
    without = draft_paragraphs(replace(MATERIAL, plan=None))[Part.OFFLINE_EVENT]
    assert [one.rests_on[0].ledger for each in without for one in each.statements if "尚未启动" in one.text] == [
        Ledger.INCIDENT
    ]


def test_an_incident_told_by_telephone_has_no_posts_and_says_so() -> None:
    parts = texts(replace(MATERIAL, members=(), views=(), deeds=(), responses=(), record=None, history=()))
    assert "尚未监测到" in parts[Part.ONLINE_SITUATION]
    assert "研判等级：重大突发" in parts[Part.ONLINE_SITUATION]
    assert PENDING in parts[Part.PUBLIC_VIEWS]
    assert PENDING in parts[Part.MEASURES_TAKEN]


@pytest.mark.clause("E-2(3)2", "E-2(4)")
def test_nothing_of_a_party_record_enters_a_report() -> None:
    record = replace(RECORD, scope=Scope.PARTY)
    whole = "\n".join(texts(replace(MATERIAL, record=record)).values())
    assert PARTY_MATTER in whole
    assert RECORD.title not in whole
    assert "惠川住建发" not in whole
    assert "解放路" not in whole
    assert matter(INCIDENT, record) == PARTY_MATTER


def test_a_long_body_is_cut_at_the_end_of_a_sentence() -> None:
    long = replace(RECORD, body="第一句话说明工程范围。" * 40)
    told = texts(replace(MATERIAL, record=long))[Part.OFFLINE_EVENT].splitlines()[0]
    assert told.endswith("第一句话说明工程范围。")
    assert len(told) < 260


def test_a_replay_marks_each_draft_once() -> None:
    once = marked_as_replay("正文")
    assert once == "〔回放草稿〕正文"
    assert marked_as_replay(once) == once
