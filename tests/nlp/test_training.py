"""Training is deterministic, and the shipped model is the one that the shipped texts give."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from nlp.corpus import Corpus, corpus
from nlp.model import ARRAYS, FACTS, MODELS, load_model
from nlp.training import train


@pytest.fixture(scope="module")
def some() -> Corpus:
    """Two small places."""
    return corpus().of(["linxi", "songmo"])


def test_the_same_texts_give_the_same_bytes(tmp_path: Path, some: Corpus) -> None:
    for name in ("one", "two"):
        train(some).save(tmp_path / name)
    for file in (ARRAYS, FACTS):
        assert (tmp_path / "one" / file).read_bytes() == (tmp_path / "two" / file).read_bytes()


def test_a_post_left_out_is_not_learned_from(some: Corpus) -> None:
    fewer = some.without([some.posts[0].post.id])
    assert len(fewer.posts) == len(some.posts) - 1


@pytest.mark.slow
def test_the_shipped_model_is_what_the_shipped_texts_give() -> None:
    trained, shipped = train(corpus()), load_model(MODELS)
    assert np.array_equal(trained.vocabulary.table.hashes, shipped.vocabulary.table.hashes)
    assert dict(trained.link) == pytest.approx(dict(shipped.link), abs=0.01)
    # Another processor may round the last digits otherwise.
    for mine, theirs in ((trained.sentiment, shipped.sentiment), (trained.category, shipped.category)):
        assert np.allclose(mine.spans, theirs.spans, atol=0.01)
        assert np.allclose(mine.dense, theirs.dense, atol=0.01)


def test_a_model_learned_before_a_mark_was_known_is_read_without_it(tmp_path: Path) -> None:
    model = load_model(MODELS)
    gone = model.dense_names.index("hearsay")
    older = replace(
        model,
        sentiment=replace(model.sentiment, dense=np.delete(model.sentiment.dense, gone, axis=0)),
        category=replace(model.category, dense=np.delete(model.category.dense, gone, axis=0)),
        dense_names=tuple(name for n, name in enumerate(model.dense_names) if n != gone),
    )
    older.save(tmp_path)
    again = load_model(tmp_path)
    assert again.dense_names == model.dense_names
    assert not again.sentiment.dense[gone].any()
    assert not again.category.dense[gone].any()
    assert np.allclose(np.delete(again.category.dense, gone, axis=0), older.category.dense)
