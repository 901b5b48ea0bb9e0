"""Scores of the shipped model on places that it was never trained on; a floor goes down only by an explained change."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from nlp.corpus import TEXTS, corpus, fingerprint
from nlp.model import load_model
from nlp.promotion import Floor, Measured, floors, measured
from nlp.scoring import calibration_error, f1

SHIPPED = floors()
HELD_OUT = SHIPPED.sample
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
def found() -> Measured:
    """The shipped model's scores on the held-out places."""
    return measured(load_model(), HELD_OUT)


def test_every_place_has_a_fingerprint() -> None:
    assert set(SHIPPED.places) == set(corpus(HELD_OUT).records)


@pytest.mark.parametrize("place", SHIPPED.places)
def test_the_sample_is_the_one_that_the_floors_were_set_on(place: str) -> None:
    assert fingerprint(HELD_OUT / place) == SHIPPED.places[place], "see nlp/floors.yaml"


@pytest.mark.parametrize("floor", SHIPPED.floors, ids=lambda floor: f"{floor.place}-{floor.score}")
def test_no_score_misses_its_floor(found: Measured, floor: Floor) -> None:
    assert floor.missed_by(found.places[floor.place]) is None


def test_each_kind_of_hard_text_is_there_often_enough_to_be_measured() -> None:
    counted = Counter(tag for p in corpus(HELD_OUT).of(["bahui"]).posts for tag in p.tags)
    assert set(counted) == set(TAGS)
    assert all(counted[tag] >= least for tag, least in TAGS.items())
    tagged = {json.loads(line)["id"] for line in (HELD_OUT / "bahui" / "tags.jsonl").read_text("utf-8").splitlines()}
    assert tagged <= {p.post.id for p in corpus(HELD_OUT).of(["bahui"]).posts}


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
