"""What the models learn from is none of what they are tried on."""

from __future__ import annotations

import json
from pathlib import Path

from nlp.cleaning import analysed, bare
from nlp.corpus import corpus

TESTS = Path(__file__).parents[1]
TOWN = TESTS.parent / "samples" / "town" / "texts"
SHORT = 6
"""A call of so few characters ("前排围观") is nobody's own."""


def test_no_text_of_a_scenario_is_learned_from() -> None:
    lines = [line for path in TESTS.glob("scenarios/*/posts.jsonl") for line in path.read_text("utf-8").splitlines()]
    tried = {bare(row.get("title"), row["text"]) for row in map(json.loads, lines)}
    learned = {p.post.id: bare(p.post.title, p.post.text) for p in corpus().posts}
    assert len(tried) > 1000
    assert [post_id for post_id, text in learned.items() if len(text) > SHORT and text in tried] == []


def test_no_text_of_the_sample_town_is_learned_from() -> None:
    town = "\n".join(analysed(None, path.read_text("utf-8")) for path in sorted(TOWN.glob("*.yaml")))
    texts = [(p.post.id, analysed(p.post.title, p.post.text)) for p in corpus().posts]
    assert len(town) > 10_000
    assert [post_id for post_id, text in texts if len(text) > SHORT and text in town] == []
