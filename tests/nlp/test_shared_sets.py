"""Labelled sets outside the project: real messages to government, and scenarios with their truth."""

from __future__ import annotations

import json
from pathlib import Path

from nlp.shared_sets import MESSAGES, messages, scenario
from records.words import Category, Sentiment

SCENARIO = Path(__file__).parents[1] / "scenarios" / "quiet_week"


def test_messages_have_a_sentiment_and_nothing_else(tmp_path: Path):
    rows = [
        {"id": 7, "title": "路灯不亮", "text": "没人管", "sentiment": "negative"},
        {"id": 8, "title": "怎么办户口", "text": "", "sentiment": "neutral"},
    ]
    (tmp_path / MESSAGES).write_text("".join(f"{json.dumps(row)}\n" for row in rows), "utf-8")
    first, second = messages(tmp_path).posts
    assert (first.post.title, first.post.text, first.sentiment) == ("路灯不亮", "没人管", Sentiment.NEGATIVE)
    assert (second.post.text, second.sentiment) == ("怎么办户口", Sentiment.NEUTRAL)
    assert messages(tmp_path).records == {MESSAGES: ()}


def test_a_scenario_s_posts_come_in_order_with_their_true_labels():
    found = scenario(SCENARIO)
    truth = json.loads((SCENARIO / "truth.json").read_text("utf-8"))["posts"]
    assert len(found.posts) == len(truth)
    seen = [one.post.seen_at for one in found.posts]
    assert seen == sorted(seen)
    for one in found.posts:
        label = truth[one.post.id]
        assert (one.sentiment, one.disclosure) == (label["sentiment"], label["disclosure"])
        assert one.category is None or one.category is Category(label["category"])
    assert found.records["quiet_week"]
