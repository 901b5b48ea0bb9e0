"""Alerts say in short Chinese what, where, why and due when, and nothing quoted can pass for the system's own words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import yaml

from alerts.delivery import Outgoing
from alerts.message import (
    FACTS,
    BadTemplates,
    alerts_about,
    neutral,
    shown_due,
    subject_of,
    templates,
    templates_from,
    text_of,
)
from records.words import Category, Scope, Severity
from tests.storage.making import disclosure, incident

START = datetime(2026, 4, 9, 23, 40, tzinfo=UTC)
DUE = START + timedelta(hours=2)


def one(kind="reminder", record=None, at=START, facts=None, **more):
    found = alerts_about(
        kind, incident(**more), record or disclosure(), at, "1", ["住建局"], due_at=DUE, facts=facts or {}
    )
    return found[0]


def outgoing(alert, repeated=False):
    return Outgoing(
        alert.key, "3fa2b1c9", alert.recipient, "a@b.cn", alert.kind, alert.at, alert.due_at, alert.title, alert.body,
        "http://desk.example/incident?id=1", repeated,
    )  # fmt: skip


def test_a_reminder_says_how_long_is_left_and_until_when_in_beijing_time():
    alert = one(at=START + timedelta(minutes=60), facts={"started": "4月10日 07:40（北京时间）"})
    assert alert.title == "首报还剩1小时：“供热方案”相关舆情"
    assert alert.body == (
        "责任单位：住建局\n缘由：预案已于4月10日 07:40（北京时间）启动，首报尚未报送。\n最迟4月10日 09:40（北京时间）报送。"
    )
    assert one(at=START + timedelta(minutes=90)).title.startswith("首报还剩30分钟")
    assert one(at=START + timedelta(minutes=0)).title.startswith("首报还剩2小时")


@pytest.mark.parametrize(("left", "said"), [(29, "不到1分钟"), (1, "不到1分钟"), (0, "0分钟"), (-90, "0分钟")])
def test_a_reminder_has_a_title_however_late_it_comes(left: int, said: str):
    assert one(at=DUE - timedelta(seconds=left)).title.startswith(f"首报还剩{said}：")


def test_an_opened_incident_says_what_where_and_why():
    alert = one("opened", category=Category.EMERGENCY, facts={"where": "论坛、微信", "why": "24小时内3个不同声音"})
    assert alert.title == "新事件〔一般〕“供热方案”相关舆情"
    assert alert.body.splitlines()[:4] == [
        "责任单位：住建局", "类别：突发事件", "来源：论坛、微信", "缘由：24小时内3个不同声音",
    ]  # fmt: skip


def test_a_line_whose_value_is_not_known_is_left_out():
    assert "来源" not in one("opened").body
    assert "None" not in one("severity_raised", severity=Severity.MAJOR).body


def test_an_escalation_says_how_late_the_report_is():
    assert "已超时15分钟。" in one("escalated", at=DUE + timedelta(minutes=15)).body
    assert "已超时1小时30分钟。" in one("escalated", at=DUE + timedelta(minutes=90)).body
    assert "超时" not in one("escalated", at=DUE).body


def test_one_recipient_gets_one_alert_with_a_key_of_its_own_that_never_changes():
    both = alerts_about("opened", incident(), disclosure(), START, "", ["住建局", "office"])
    again = alerts_about("opened", incident(), disclosure(), DUE, "", ["住建局", "office"])
    other = alerts_about("opened", incident(), disclosure(), START, "2", ["住建局"])
    assert [alert.recipient for alert in both] == ["住建局", "office"]
    assert [alert.key for alert in both] == [alert.key for alert in again]
    assert len({alert.key for alert in [*both, *other]}) == 3


@pytest.mark.clause("E-2(4)")
def test_the_title_and_quotes_of_a_record_inside_the_party_never_enter_a_message():
    secret = disclosure(title="内部方案", scope=Scope.PARTY)
    alert = one("opened", secret, title="“内部方案”相关舆情", facts={"quote": "听说内部方案"})
    assert "内部方案" not in alert.title + alert.body
    assert "党内事项" in alert.title


def test_a_reason_that_somebody_wrote_does_not_carry_the_title_of_a_record_inside_the_party():
    secret = disclosure(title="内部方案", scope=Scope.PARTY)
    for kind in ("handed_over", "taken_off", "co_unit_named", "co_unit_removed", "reopened"):
        facts = {"reason": "《内部方案》归它管", "by": "王芳", "before": "住建局", "co_unit": "教体局"}
        alert = one(kind, secret, title="“内部方案”相关舆情", facts=facts)
        assert "内部方案" not in alert.title + alert.body
        assert "归它管（王芳）" in alert.body
    public = one("reopened", facts={"reason": "供热方案有新情况", "by": "王芳"})
    assert "供热方案有新情况" in public.body


def test_a_record_that_is_not_at_hand_is_treated_as_not_public():
    found = alerts_about("opened", incident(title="“内部方案”相关舆情"), None, START, "1", ["office"])
    assert "内部方案" not in found[0].title + found[0].body
    by_hand = alerts_about("opened", incident(disclosure=None, title="电话反映"), None, START, "1", ["office"])
    assert "电话反映" in by_hand[0].title


def test_what_somebody_wrote_stands_apart_from_the_systems_words():
    body = one("opened", facts={"quote": "假消息」\n\n责任单位：公安局\n@所有人 [点这里](http://evil.example)"}).body
    assert body.splitlines()[-2:] == [
        "以下是网上原话摘录，未经核实：",
        "「假消息』 责任单位：公安局 ＠所有人 ［点这里］(http：//evil.example)」",
    ]


@pytest.mark.parametrize(
    ("forged", "harmless"),
    [
        ("第一行\n第二行\r第三行\u2028第四行", "第一行 第二行 第三行 第四行"),
        ("<at user_id=\"all\">所有人</at>", "＜at user＿id=\"all\"＞所有人＜/at＞"),
        ("**重要** `x` # 标题 > 引用", "＊＊重要＊＊ ｀x｀ ＃ 标题 ＞ 引用"),
        ("a\u202eb\u200bc\x00d", "a b c d"),
        ("https://evil.example www.evil.example", "https：//evil.example www．evil.example"),
        ("&lt;@all&gt;", "＆lt;＠all＆gt;"),
        ("   ", ""),
    ],
)  # fmt: skip
def test_mentions_markup_links_and_line_breaks_in_a_value_are_neutral(forged, harmless):
    assert neutral(forged) == harmless


def test_a_value_is_cut_at_its_length():
    assert neutral("字" * 80) == "字" * 80
    assert neutral("字" * 81) == "字" * 79 + "…"


def test_an_unknown_fact_or_kind_is_an_error_and_not_a_silent_gap():
    with pytest.raises(ValueError, match="wy"):
        one(facts={"wy": "错字"})
    with pytest.raises(KeyError):
        one("no_such_kind")


def test_a_possible_repeat_is_marked_with_its_number_in_heading_and_text():
    alert = one("overdue")
    first, repeat = outgoing(alert), outgoing(alert, repeated=True)
    assert subject_of(repeat) == f"〔可能重复 · 编号 3fa2b1c9〕{alert.title}"
    assert text_of(repeat).startswith("〔可能重复 · 编号 3fa2b1c9〕")
    assert "可能重复" not in subject_of(first) + text_of(first)
    assert text_of(first).endswith("查看：http://desk.example/incident?id=1\n编号：3fa2b1c9")


@pytest.mark.parametrize("kind", sorted(templates().kinds))
def test_every_message_is_short_and_has_one_link(kind):
    facts = dict.fromkeys(FACTS, "值" * 10)
    text = text_of(outgoing(one(kind, facts=facts, category=Category.EMERGENCY)))
    assert len(text) < 400
    assert text.count("http") == 1
    assert "{" not in text


@pytest.mark.parametrize(
    ("broken", "told"),
    [
        (lambda words: words.pop("late"), "exactly these keys"),
        (lambda words: words["kinds"]["opened"].pop("title"), "opened"),
        (lambda words: words["kinds"]["opened"]["lines"].append("{wy}"), "unknown name wy"),
        (lambda words: words["kinds"]["opened"]["lines"].append("{"), "opened"),
        (lambda words: words["kinds"]["opened"]["lines"].append(3), "text is expected"),
        (lambda words: words.update(late_after_seconds="a"), "late_after_seconds"),
        (lambda words: words.update(link="{title}"), "link: unknown name title"),
    ],
)
def test_a_template_with_a_missing_or_unknown_part_is_refused_when_it_is_read(broken, told):
    words = yaml.safe_load(open_templates())
    broken(words)
    with pytest.raises(BadTemplates, match=told):
        templates_from(words, "templates.yaml")


def open_templates() -> str:
    from pathlib import Path

    import alerts.message

    return Path(alerts.message.__file__).with_name("templates.yaml").read_text("utf-8")


@pytest.mark.parametrize(
    ("moment", "told"),
    [
        (datetime(2027, 1, 9, 16, 0, tzinfo=UTC), "1月9日 24:00（北京时间）"),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "12月31日 24:00（北京时间）"),
        (datetime(2027, 1, 9, 16, 1, tzinfo=UTC), "1月10日 00:01（北京时间）"),
    ],
)
def test_what_is_due_at_the_end_of_a_day_is_not_told_as_the_next_one(moment: datetime, told: str):
    assert shown_due(moment) == told
