"""With the true labels of the written scenarios, judging finds exactly the incidents of their truth.json."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.intake import receive_file_row
from pipeline.judging import Judging
from pipeline.notify import page_only
from records.disclosures import disclosure_from
from records.incidents import IncidentState
from records.posts import Post, RawPost, raw_post_from
from records.words import Category, Sentiment
from regulation.severity import severity_rules
from storage.store import Store
from tests.pipeline.known_answers import KEEP, KnownAnswers, Label

SCENARIOS = Path(__file__).parents[1] / "scenarios"


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def label(truth: dict[str, Any]) -> Label:
    category = truth["category"]
    return (
        Sentiment(truth["sentiment"]),
        truth["disclosure"],
        None if category is None else Category(category),
        truth["duplicate_of"],
    )


def as_written(raw: RawPost) -> Post:
    values = {name: getattr(raw, name) for name in RawPost.__dataclass_fields__}
    return Post(**values)


def judged(store: Store, folder: Path, truth: dict[str, Any]) -> None:
    """Posts one by one and the `close` actions between them, as a replay would take them."""
    reader = KnownAnswers({post_id: label(post) for post_id, post in truth["posts"].items()})
    judging = Judging(store, lambda: reader, severity_rules(), page_only)
    closes = [action for action in rows(folder / "actions.jsonl") if action["action"] == "close"]
    with store.transaction() as t:
        for row in rows(folder / "disclosures.jsonl"):
            record = disclosure_from(row)
            t.disclosures.add(record, record.published_at, "导入")
    for row in rows(folder / "posts.jsonl"):
        post = as_written(raw_post_from(row))
        while closes and datetime.fromisoformat(closes[0]["at"]) < post.seen_at:
            close(store, closes.pop(0))
        with store.transaction() as t:
            receive_file_row(t, post, post.seen_at, KEEP)
        judging.step(lambda waiting: waiting.at)


def close(store: Store, action: dict[str, Any]) -> None:
    at = datetime.fromisoformat(action["at"])
    with store.transaction() as t:
        incident = t.incidents.newest_ongoing(action["args"]["disclosure"])
        assert incident is not None
        t.incidents.save(incident.moved_to(IncidentState.CLOSED), incident.revision)
        t.incidents.end_gathering(t.incidents.gathering_of(incident.id).id, at)


@pytest.mark.clause("H-38", "H-42")
@pytest.mark.parametrize("name", sorted(path.name for path in SCENARIOS.iterdir() if path.is_dir()))
def test_the_incidents_of_a_written_scenario_are_those_of_its_truth(name: str, store: Store):
    truth = json.loads((SCENARIOS / name / "truth.json").read_text("utf-8"))
    judged(store, SCENARIOS / name, truth)
    with store.reading() as t:
        found = [
            {
                "disclosure": incident.disclosure,
                "category": incident.category,
                "severity": incident.severity,
                "opened_at": incident.opened_at,
                "history": [(step.at, step.severity, step.rule) for step in t.incidents.history(incident.id)],
                "posts": [member.post_id for member in t.incidents.members(incident.id)],
                "voices": sum(member.voice for member in t.incidents.members(incident.id)),
            }
            for incident in reversed(t.incidents.list())
        ]
    expected = [
        {
            "disclosure": incident["disclosure"],
            "category": incident["category"],
            "severity": incident["severity"],
            "opened_at": datetime.fromisoformat(incident["opened_at"]),
            "history": [
                (datetime.fromisoformat(step["at"]), step["severity"], step["rule"]) for step in incident["history"]
            ],
            "posts": incident["posts"],
            "voices": incident["voices"],
        }
        for incident in truth["incidents"]
    ]
    assert found == expected
