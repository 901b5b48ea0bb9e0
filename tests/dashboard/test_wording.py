"""Moments, spans and foreign text are said the way people read them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from dashboard.wording import (
    act_name,
    ago,
    clause_name,
    count,
    elapsed,
    exact,
    flag_notes,
    moment,
    plain,
    remaining,
    safe_link,
    severity_badge,
    shortened,
    shown_text,
)
from pipeline.duty_roster import CANCEL
from pipeline.recounting import MOVED
from pipeline.restoring import BACKUP, RESTORE
from pipeline.unacknowledged import LAPSED
from records.words import Severity
from regulation import permissions

DUE = datetime(2026, 11, 22, 4, 20, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def test_every_act_that_the_log_holds_has_a_chinese_name():
    rows = yaml.safe_load(Path(permissions.__file__).with_name("permissions.yaml").read_text("utf-8"))
    # Whoever opens an incident does so by another act.
    acts = {row["act"] for row in rows if not row["act"].startswith("view_")} - {"open_incident"}
    acts |= {CANCEL, LAPSED, MOVED, BACKUP, RESTORE}
    assert [act for act in sorted(acts) if act_name(act) == act] == []


def test_moments_are_those_of_china():
    assert moment(datetime(2026, 11, 22, 2, 20, tzinfo=UTC)) == "11月22日 10:20"
    assert moment(datetime(2026, 11, 21, 16, 0, tzinfo=UTC)) == "11月22日 00:00"
    assert exact(datetime(2026, 11, 22, 2, 20, 5, tzinfo=UTC)) == "11月22日 10:20:05"
    assert moment(None) == "—"


def test_the_year_is_said_only_where_it_is_another_one():
    before_midnight = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    assert moment(before_midnight, datetime(2026, 12, 31, 15, 59, tzinfo=UTC)) == "12月31日 23:59"
    assert moment(before_midnight, datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == "2026年12月31日 23:59"


@pytest.mark.clause("H-42(3)")
@pytest.mark.parametrize(
    ("before", "said"),
    [
        (timedelta(hours=1, minutes=23, seconds=5), "剩 1小时23分05秒"),
        (timedelta(hours=2), "剩 2小时00分00秒"),
        (timedelta(minutes=59, seconds=59), "剩 59分59秒"),
        (timedelta(milliseconds=900), "剩 0分00秒"),
        (timedelta(0), "剩 0分00秒"),
        (-SECOND, "已超时 不到1分钟"),
        (timedelta(minutes=-12), "已超时 12分钟"),
        (timedelta(minutes=-75), "已超时 1小时15分钟"),
    ],
)
def test_the_clock_counts_down_to_the_second_and_tells_how_late_it_is(before: timedelta, said: str):
    assert remaining(DUE, DUE - before) == said


def test_what_has_gone_by_ticks_by_the_second():
    assert elapsed(DUE, DUE + timedelta(minutes=83, seconds=5.9)) == "已过 1小时23分05秒"
    assert elapsed(DUE, DUE + 65 * SECOND) == "已过 1分05秒"
    assert elapsed(DUE, DUE - SECOND) == "已过 0分00秒"


def test_how_long_ago():
    assert ago(None, DUE) == "从未"
    assert ago(DUE - 59 * SECOND, DUE) == "刚刚"
    assert ago(DUE - 60 * SECOND, DUE) == "1分钟前"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "[点我](javascript:alert(1))",
        "![图](http://tracker.example/x.png)",
        "**粗** _斜_ `码` ~~删~~ # 题",
        ":material/bolt: :red[红] $x^2$",
        "| 表 | 格 |",
        "<img src=x onerror=alert(1)>",
        "&lt;b&gt;",
        "\\[反斜\\]",
    ],
)
def test_every_mark_of_markdown_in_foreign_text_is_escaped(text: str):
    inert = plain(text)
    unescaped = inert.replace("\\\\", "")
    for position, mark in enumerate(unescaped):
        if mark in "<>[]()!*_`~#$|:&":
            assert unescaped[position - 1] == "\\", (mark, inert)


def test_a_bare_address_becomes_no_link():
    for text, pieces in (
        ("看 https://a.example/x", "https://"),
        ("看 www.a.example", "www."),
        ("信 a@b.example", "a@b"),
    ):
        assert pieces not in plain(text).replace("\\", "")


def test_foreign_text_stays_on_one_line_in_a_label():
    assert plain("一\n# 二\r\n三\u2028四") == "一 \\# 二 三 四"
    assert shortened("一\n二三四五", 4) == "一 二…"


def test_hidden_characters_that_turn_text_around_are_removed():
    assert shown_text("甲\u202e乙\u200b丙\x00丁\n戊") == "甲乙丙丁\n戊"


@pytest.mark.parametrize("url", ["http://a.example/x?y=1", "https://a.example/路"])
def test_web_addresses_are_links(url: str):
    assert safe_link(url) == url


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        "data:text/html,x",
        "file:///etc/passwd",
        "//a.example",
        "https:///x",
        "https://a.example/\u202ex",
        "https://a.example/ x",
        "https://[a",
        'https://a.example/"x',
    ],
)
def test_everything_else_is_no_link(url: str | None):
    assert safe_link(url) is None


def test_severity_shows_by_colour_shape_and_word():
    badges = [severity_badge(severity) for severity in Severity]
    assert ["一般" in badges[0], "重大" in badges[1], "重大突发" in badges[2]] == [True] * 3
    assert len({badge.split("-badge")[0] for badge in badges}) == 3
    assert len({badge[badge.index("[") + 1] for badge in badges}) == 3


def test_a_clause_is_cited_in_its_own_words():
    assert clause_name("H-42(3)") == "第四十二条（三）"
    assert clause_name("H-41") == "第四十一条"


def test_what_is_gone_cut_off_or_was_there_before_is_said_of_a_post():
    notes = flag_notes(("gone", "date_missing", "backlog", "truncated"))
    assert notes == ["内容不完整", "首次采集时已有的旧帖", "原帖已删除或打不开"]
    assert flag_notes(()) == []


def test_counts_from_ten_thousand_on_are_told_in_wan():
    assert [count(number) for number in (0, 9_999, 10_000, 123_456)] == ["0", "9,999", "1.0万", "12.3万"]
