"""severity.yaml holds the contract's table; a word that it does not know is an error that names file and row."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
import yaml

from records.words import Severity
from regulation.rule_rows import BadRules
from regulation.severity import severity_rules

SHIPPED = Path(__file__).parents[2] / "regulation" / "severity.yaml"

TABLE = [
    ("voices_3", "general", "公众反应", "24小时内出现3个不同声音"),
    ("reactions_100", "general", "公众反应", "单条帖文评论、转发、点赞达到100次"),
    ("posts_30_2_channels", "major", "公众反应", "24小时内30条负面帖文，涉及2类以上平台"),
    ("reactions_5000", "major", "公众反应", "评论、转发、点赞累计达到5000次"),
    ("news_2", "major", "媒体介入", "2篇新闻报道"),
    ("category_voices_10", "major", "内容", "24小时内同属“道德底线”或同属“待核实传言”的声音达到10个"),
    ("major_and_emergency", "major_emergency", "内容", "达到重大标准，且“突发事件”类声音多于其他各类"),
    ("posts_60_1h", "major_emergency", "公众反应", "1小时内60条负面帖文"),
]


@pytest.mark.clause("H-42")
def test_the_shipped_rules_are_the_contract_s_table_in_its_order():
    rules = severity_rules()
    assert [(rule.name, rule.severity.value, rule.head, rule.wording) for rule in rules.rules] == TABLE
    assert rules.opening is Severity.GENERAL
    assert rules.windows == (timedelta(hours=1), timedelta(hours=24))


@pytest.mark.clause("H-42")
def test_all_three_heads_of_the_article_have_a_rule():
    assert {rule.head for rule in severity_rules().rules} == {"内容", "公众反应", "媒体介入"}


@pytest.mark.clause("H-38")
def test_a_gathering_lasts_seven_days_without_a_negative_post():
    assert severity_rules().gap == timedelta(days=7)


def test_a_person_s_step_and_a_rule_that_is_gone_have_a_wording_too():
    assert severity_rules().wording("person") == "人工认定"
    assert severity_rules().wording("voices_3") == "24小时内出现3个不同声音"
    assert severity_rules().wording("rule_of_last_year") == "rule_of_last_year"


def test_settings_change_figures_by_name_and_the_wording_follows():
    rules = severity_rules({"voices_3": {"voices": 5, "hours": 12}, "grouping": {"gap_days": 3}})
    assert rules.rules[0].wording == "12小时内出现5个不同声音"
    assert rules.gap == timedelta(days=3)
    assert timedelta(hours=12) in rules.windows


@pytest.mark.parametrize(
    ("overrides", "message"),
    [
        ({"voices_4": {"voices": 5}}, "没有名为 voices_4 的规则"),
        ({"voices_3": {"voice": 5}}, "rules.severity.voices_3：“voice”没有这一项"),
        ({"voices_3": {"voices": 0}}, "rules.severity.voices_3：“voices”应为正整数"),
        ({"voices_3": {"voices": "5"}}, "rules.severity.voices_3：“voices”应为正整数"),
        ({"voices_3": {"severity": "major"}}, "不能改 severity"),
        ({"news_2": {"channel": "radio"}}, "rules.severity.news_2：“channel”没有这个词"),
        ({"grouping": {"gap": 3}}, "“gap”没有这一项"),
    ],
)
def test_a_setting_that_fits_no_rule_is_an_error_that_names_it(overrides: dict[str, dict[str, object]], message: str):
    with pytest.raises(BadRules, match=message):
        severity_rules(overrides)


def changed(tmp_path: Path, row: int, **values: object) -> Path:
    content = yaml.safe_load(SHIPPED.read_text("utf-8"))
    content["rules"][row - 1] |= values
    path = tmp_path / "severity.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    return path


@pytest.mark.parametrize(
    ("row", "values", "message"),
    [
        (1, {"kind": "voces"}, r"severity.yaml 第1条：“.*”没有这种规则"),
        (3, {"severity": "grave"}, r"severity.yaml 第3条：“severity”没有这个词"),
        (5, {"channel": "radio"}, r"severity.yaml 第5条：“channel”没有这个词"),
        (6, {"categories": ["rumour"]}, r"severity.yaml 第6条：“categories”没有这个词"),
        (8, {"minutes": 60}, r"severity.yaml 第8条：“minutes”没有这一项"),
        (2, {"head": "心情"}, r"severity.yaml 第2条：“head”没有这个词"),
        (2, {"label": "{voices}个声音"}, r"severity.yaml 第2条：label"),
        (2, {"name": "voices_3"}, "规则名重复：voices_3"),
        (2, {"name": "person"}, "不能叫 person"),
    ],
)
def test_an_unknown_word_in_the_file_is_an_error_that_names_file_and_row(
    tmp_path: Path, row: int, values: dict[str, object], message: str
):
    with pytest.raises(BadRules, match=message):
        severity_rules(path=changed(tmp_path, row, **values))


def test_a_new_rule_is_one_row(tmp_path: Path):
    content = yaml.safe_load(SHIPPED.read_text("utf-8"))
    row = {"name": "videos_3", "severity": "major", "kind": "channel_posts", "channel": "video", "posts": 3}
    content["rules"].append(row | {"head": "公众反应", "clause": "H-42(2)", "label": "{posts}条短视频"})
    path = tmp_path / "severity.yaml"
    path.write_text(yaml.safe_dump(content, allow_unicode=True), "utf-8")
    assert severity_rules(path=path).wording("videos_3") == "3条短视频"
