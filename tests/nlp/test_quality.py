"""Scores of the shipped model on places that it was never trained on; a floor goes down only by an explained change."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from pathlib import Path

import pytest

from nlp.corpus import TEXTS, corpus
from nlp.model import load_model
from nlp.scoring import Scores, calibration_error, f1, read_all, scores

HELD_OUT = Path(__file__).parent / "held_out"
FINGERPRINTS = {"bahui": "3e621079822d7d87", "shuoan": "89b775620244dfe5"}
TAGS = {
    "contrast": 25,
    "letter": 60,
    "lookalike_elsewhere": 45,
    "lookalike_matter": 45,
    "needs_parent": 40,
    "negation": 20,
    "notice": 25,
    "praise_of_decision": 20,
    "sarcasm": 45,
}
"""How many of each kind of hard text bahui has at least."""


@pytest.fixture(scope="module")
def measured() -> dict[str, Scores]:
    """The shipped model's scores on each held-out place by itself."""
    model, texts = load_model(), corpus(HELD_OUT)
    return {place: scores(read_all(model, texts.of([place]))) for place in texts.records}


def test_every_place_has_a_fingerprint() -> None:
    assert set(FINGERPRINTS) == set(corpus(HELD_OUT).records)


@pytest.mark.parametrize("place", FINGERPRINTS)
def test_the_sample_is_the_one_that_the_floors_were_set_on(place: str) -> None:
    files = sorted((HELD_OUT / place).rglob("*.jsonl"))
    assert hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16] == FINGERPRINTS[place]


@pytest.mark.parametrize(
    ("place", "score", "floor"),
    [
        ("shuoan", "sentiment", 0.80),
        ("shuoan", "negative", 0.91),
        ("shuoan", "neutral", 0.80),
        ("shuoan", "positive", 0.70),
        ("shuoan", "category", 0.80),
        ("shuoan", "link", 0.72),
        ("shuoan", "link_precision", 0.95),
    ],
)
def test_no_score_falls_under_its_floor(measured: dict[str, Scores], place: str, score: str, floor: float) -> None:
    assert getattr(measured[place], score) >= floor


def test_few_posts_without_a_record_get_one(measured: dict[str, Scores]) -> None:
    assert measured["shuoan"].false_links <= 0.06


def test_the_probability_is_calibrated(measured: dict[str, Scores]) -> None:
    assert measured["shuoan"].brier <= 0.08


def test_each_kind_of_hard_text_is_there_often_enough_to_be_measured() -> None:
    rows = [json.loads(line) for line in (HELD_OUT / "bahui" / "tags.jsonl").read_text(encoding="utf-8").splitlines()]
    counted = Counter(tag for row in rows for tag in row["tags"])
    assert set(counted) == set(TAGS)
    assert all(counted[tag] >= least for tag, least in TAGS.items())
    assert {row["id"] for row in rows} <= {p.post.id for p in corpus(HELD_OUT).of(["bahui"]).posts}


def test_no_held_out_text_is_among_the_texts_learned_from() -> None:
    held_out, learned = ({p.post.text for p in corpus(folder).posts} for folder in (HELD_OUT, TEXTS))
    assert not held_out & learned


def test_f1_is_the_usual_one() -> None:
    assert f1([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")], "a") == 0.5
    assert f1([], "a") == 0.0


def test_a_probability_that_promises_what_comes_is_calibrated() -> None:
    assert calibration_error([(0.75, True), (0.75, True), (0.75, True), (0.75, False)]) == 0.0
    assert calibration_error([(1.0, False), (0.0, False)]) == 0.5
    assert calibration_error([]) == 0.0
