"""The card beside the shipped model is true: every file that it was made from, its scores, its name."""

from __future__ import annotations

import hashlib
import json
from typing import Any

import pytest

from nlp.card import JSON, MARKDOWN, WHOLE
from nlp.corpus import TEXTS, corpus, learned_files
from nlp.model import MODELS, load_model
from nlp.promotion import floors, measured


@pytest.fixture(scope="module")
def card() -> dict[str, Any]:
    """The card as JSON."""
    read: dict[str, Any] = json.loads((MODELS / JSON).read_text("utf-8"))
    return read


def test_it_is_the_card_of_the_model_beside_it(card: dict[str, Any]):
    assert card["name"] == load_model().name
    assert card["name"] in (MODELS / MARKDOWN).read_text("utf-8")


def test_it_lists_every_file_learned_from_with_its_hash_and_no_other(card: dict[str, Any]):
    listed = {row["file"]: row["sha256"] for row in card["texts"]}
    there = {f.relative_to(TEXTS).as_posix(): hashlib.sha256(f.read_bytes()).hexdigest() for f in learned_files(TEXTS)}
    assert listed == there
    assert card["posts"] == len(corpus(TEXTS).posts)
    assert card["posts_left_out"] == 0


def test_it_holds_nobody_s_corrections(card: dict[str, Any]):
    assert card["corrections"] == {
        "by_kind": {},
        "numbers": [],
        "count": 0,
        "sha256": hashlib.sha256(b"").hexdigest(),
    }


def test_its_scores_are_those_of_the_model_on_the_sample(card: dict[str, Any]):
    found = measured(load_model(), floors().sample)
    scored = {WHOLE: found.whole, **found.places}
    assert card["scores"].keys() == scored.keys()
    for place, of_place in scored.items():
        assert card["scores"][place] == pytest.approx(of_place.rounded(), abs=0.002)


def test_it_names_licence_purpose_and_limits(card: dict[str, Any]):
    assert "Apache-2.0" in card["licence"]
    assert card["purpose"]
    assert card["limits"]
