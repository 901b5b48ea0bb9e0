"""How a record is chosen among all and none."""

from __future__ import annotations

import numpy as np
import pytest

from nlp.bends import CANDIDATES, Bends
from nlp.cleaning import analysed
from nlp.corpus import corpus
from nlp.dictionary import Dictionary, Entry, Kind
from nlp.features import Held, guard_marks, read
from nlp.linking import (
    BENT,
    IMPOSSIBLE,
    LEADS,
    LIKENESS,
    PAIR,
    POST,
    REPLY,
    Records,
    _best_other,
    likeliest,
    reply_features,
    scores,
    weights_of,
)
from nlp.model import load_model
from nlp.recent import NOT_LINKED, Found
from nlp.tokens import plain
from tests.nlp.making import record


def test_the_likeliest_record_and_its_chance_among_all_and_none() -> None:
    best, chance = likeliest(np.array([-2.0, 3.0, 0.0]))
    assert best == 1
    assert chance == pytest.approx(np.exp(3) / (np.exp(-2) + np.exp(3) + 2))


def test_what_all_records_gain_makes_none_less_likely() -> None:
    score = np.array([-2.0, 3.0, 0.0])
    assert likeliest(score, -1.5) == pytest.approx(likeliest(score - 1.5))


def test_two_records_that_are_as_likely_halve_the_chance() -> None:
    assert likeliest(np.array([9.0, 9.0]))[1] == pytest.approx(0.5, abs=1e-4)


def test_where_no_record_speaks_for_itself_none_is_likely() -> None:
    assert likeliest(np.array([-30.0, -30.0]))[1] == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(
    "answered",
    [Found("b", 0.9, linked=True), Found("b", 0.4, linked=False), Found("gone", 1.0, linked=True), NOT_LINKED],
)
def test_an_answer_gains_the_weighted_features_of_what_it_answers(answered: Found) -> None:
    model, weights = load_model(), {"answers_linked": 5.0, "answers_other": -1.0, "answers_unlinked": -3.0}
    records = Records([record(name, f"{name}方案", "正文") for name in "abc"], model.vocabulary, model.learned)
    of_all, some = records.answering(answered, weights)
    gained = np.full(3, of_all)
    for row, more in some:
        gained[row] += more
    assert gained == pytest.approx(reply_features(answered, records.ids) @ weights_of(weights, REPLY))


def test_a_post_that_answers_none_has_no_features_of_answering() -> None:
    assert not reply_features(None, ["a", "b"]).any()


def test_a_feature_that_a_model_never_met_weighs_nothing() -> None:
    assert weights_of({"matter": 2.0}, ("matter", "hint")).tolist() == [2.0, 0.0]


@pytest.mark.parametrize("count", [0, 1, 2, 60])
def test_scores_are_the_weighted_features_of_every_pair(count: int) -> None:
    model, texts = load_model(), corpus()
    records = [record for place in sorted(texts.records) for record in texts.records[place]][:count]
    posts = [analysed(p.post.title, p.post.text) for p in texts.posts[::29]]
    day = np.array([p.post.seen_at.timestamp() / 86400 for p in texts.posts[::29]])
    known = Records(records, model.vocabulary, model.learned)
    batch = read(posts, plain())
    hints = model.learned.hints(Held.of(model.vocabulary.matrix(batch)[0]))
    met, post, _ = known.compare_alone(posts, *guard_marks(batch), hints)
    found = known.scores(met, post, model.link, Bends.none(len(PAIR), len(POST)), day)
    pair, _ = known.compare(posts, *guard_marks(batch), hints)
    elsewhere = model.link["look_alike"] * post[:, POST.index("only_other_place")]
    expected = pair @ weights_of(model.link, PAIR) + model.link["bias"]
    expected += (post @ weights_of(model.link, POST) + elsewhere)[:, None]
    early = known.day[None, :] > day[:, None] + 2
    assert found == pytest.approx(np.where(early, IMPOSSIBLE, expected), abs=1e-5)


def test_what_was_read_already_spares_reading_it_anew_and_changes_nothing() -> None:
    model, texts = load_model(), corpus()
    posts = [analysed(p.post.title, p.post.text) for p in texts.posts[::19]]
    names = tuple(sorted({text[2:6] for text in posts[::5] if text[2:6].isalpha()}))
    dictionary = Dictionary((Entry(Kind.PLACE, names),))
    known = Records(texts.records[min(texts.records)], model.vocabulary, model.learned, dictionary)
    batch = read(posts, plain())
    spans, _, rows = model.vocabulary.matrix(batch)
    hints = model.learned.hints(Held.of(spans))
    anew, _, _ = known.compare_alone(posts, *guard_marks(batch), hints)
    spared, _, _ = known.compare_alone(posts, *guard_marks(batch), hints, batch, rows)
    assert anew.words.nnz > 0
    assert (anew.words != spared.words).nnz == (anew.short != spared.short).nnz == 0


@pytest.mark.parametrize("count", [1, 2, 8, 60])
def test_bends_correct_the_likeliest_records(count: int) -> None:
    random = np.random.default_rng(1)
    likeness = [random.random((5, count)) for _ in LIKENESS]
    post, day = random.random((5, len(POST))), np.zeros(5)
    weights = {name: float(random.normal()) for name in (*PAIR, *POST)} | {"bias": 0.0, "look_alike": 0.0}
    bends = Bends(*(random.normal(size=size) for size in ((len(PAIR), 3), (len(BENT) - len(PAIR), 3), 3, 3)))
    straight = scores(likeness, post, weights, Bends.none(len(PAIR), len(BENT) - len(PAIR)), day, np.zeros(count))
    found = scores(likeness, post, weights, bends, day, np.zeros(count))
    pair = np.stack([*likeness, *(likeness[of] - _best_other(likeness[of]) for of in LEADS.values())], axis=2)
    more = bends.corrections(pair, post[:, [n for n, name in enumerate(POST) if name in BENT]])
    likely = straight >= np.sort(straight, axis=1)[:, ::-1][:, min(CANDIDATES, count) - 1][:, None]
    assert found == pytest.approx(np.where(likely, straight + more, straight))
