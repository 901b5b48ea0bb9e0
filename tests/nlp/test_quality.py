"""Scores of the shipped model on a place that it was never trained on; a floor goes down only by an explained change."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from nlp.corpus import TEXTS, corpus
from nlp.model import load_model
from nlp.scoring import Scores, calibration_error, f1, read_all, scores

HELD_OUT = Path(__file__).parent / "held_out"
FINGERPRINT = "89b775620244dfe5"


@pytest.fixture(scope="module")
def measured() -> Scores:
    """The shipped model's scores on the held-out place."""
    return scores(read_all(load_model(), corpus(HELD_OUT)))


def test_the_sample_is_the_one_that_the_floors_were_set_on() -> None:
    files = sorted(HELD_OUT.rglob("*.jsonl"))
    assert hashlib.sha256(b"".join(file.read_bytes() for file in files)).hexdigest()[:16] == FINGERPRINT


@pytest.mark.parametrize(
    ("score", "floor"),
    [
        ("sentiment", 0.80),
        ("negative", 0.91),
        ("neutral", 0.80),
        ("positive", 0.70),
        ("category", 0.80),
        ("link", 0.72),
        ("link_precision", 0.95),
    ],
)
def test_no_score_falls_under_its_floor(measured: Scores, score: str, floor: float) -> None:
    assert getattr(measured, score) >= floor


def test_few_posts_without_a_record_get_one(measured: Scores) -> None:
    assert measured.false_links <= 0.06


def test_the_probability_is_calibrated(measured: Scores) -> None:
    assert measured.brier <= 0.08


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
