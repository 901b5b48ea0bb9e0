"""Learns the model from labelled texts; the same texts give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC
from threadpoolctl import threadpool_limits

from nlp.cleaning import analysed
from nlp.context import EMERGENCY, Around, Moods, Reading, around
from nlp.contradiction import OF_RECORD, Denials
from nlp.corpus import Corpus, Labelled
from nlp.features import Floats, Held, Vocabulary, dense_names, read
from nlp.link_learning import Lived, Place, link_learned, places
from nlp.linking import heads_and_bodies
from nlp.matters import Teaching, about, rarity_among
from nlp.model import CATEGORIES, SENTIMENTS, Linear, Model, shares
from nlp.recent import NOT_LINKED
from nlp.reconsidering_learning import again_learned
from nlp.shifting import shift_learned
from nlp.tokens import plain
from records.words import Category

LEAST_TEXTS = 2
FOLDS = 5
EXPECTED = (0.40, 0.35, 0.25)
"""Shares of negative, neutral and positive posts that a desk is taken to meet; the texts hold more complaints than that."""

LETTER, EXPECTED_LETTERS, LETTERS_COUNT = 80, (0.92, 0.07, 0.01), 3.0
"""From so many characters on a post is taken to be a letter. Three in four who write at length to an office complain, and
a grievance that is taken for a question goes unanswered: it counts four times. The texts hold too few letters, so that
each of them counts three times."""

TELLING_PRIOR = 0.5
"""How often a span is taken to have stood in posts of a class, and in the others, beside what was counted."""

_DECIMALS = 5

Classes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Learning:
    """How one task is learned: how freely, how much dense columns weigh beside spans, how much more freely a span that
    tells classes apart, the shares that the classes are taken to have, in short posts and in letters, how much a letter
    counts, and whether the widest margins are looked for or the likeliest weights."""

    freedom: float
    dense: float
    telling: float
    expected: tuple[tuple[float, ...], tuple[float, ...]]
    letters_count: float = 1.0
    margins: bool = False


SENTIMENT = Learning(
    freedom=0.2,
    dense=0.2,
    telling=0.5,
    expected=(EXPECTED, EXPECTED_LETTERS),
    letters_count=LETTERS_COUNT,
    margins=True,
)
_ALIKE = (1 / len(CATEGORIES),) * len(CATEGORIES)
CATEGORY = Learning(freedom=20.0, dense=0.2, telling=0.5, expected=(_ALIKE, _ALIKE))
"""A desk must not miss the rarer kinds: each category counts as much as the others."""


def train(texts: Corpus) -> Model:
    """Fit vocabulary, sentiment, category and linking. Deterministic: one thread, no random choice, rounded weights."""
    with threadpool_limits(limits=1):
        posts = texts.posts
        read_texts = [analysed(p.post.title, p.post.text) for p in posts]
        letters = np.array([len(text) >= LETTER for text in read_texts])
        batch = read(read_texts, plain())
        vocabulary = Vocabulary.learned(batch, LEAST_TEXTS)
        spans = vocabulary.matrix(batch)[0]
        groups = _groups(posts)
        with_denial = np.hstack((batch.dense, _denied(texts)))
        sentiments, categories = _sentiments(posts), _categories(posts)
        sentiment, read_as = _fitted(
            spans, batch.dense, sentiments, groups, SENTIMENT, importance_of(sentiments, letters, SENTIMENT)
        )
        category, leaning = _fitted(
            spans, with_denial, categories, groups, CATEGORY, importance_of(categories, letters, CATEGORY)
        )
        teaching = _teaching(texts, spans)
        pressing = shares(read_as)[:, 0] * shares(leaning)[:, EMERGENCY]
        urgent = {p.post.id: float(chance) for p, chance in zip(posts, pressing, strict=True)}
        every = places(texts, vocabulary, teaching, urgent)
        link, bends, met = link_learned(every)
        link |= again_learned(every, met, link, bends)
        near = _surroundings(texts, every, met, read_as, leaning)
        return Model(
            vocabulary=vocabulary,
            sentiment=sentiment,
            category=category,
            link=link,
            bends=bends,
            learned=teaching.learned(),
            sentiment_shift=shift_learned(near.setting, near.sentiments, read_as, sentiments),
            category_shift=shift_learned(near.setting, near.categories, leaning, categories),
            dense_names=(*dense_names(), *OF_RECORD),
        )


def _sentiments(posts: Sequence[Labelled]) -> Classes:
    return np.array([SENTIMENTS.index(p.sentiment) for p in posts])


def _categories(posts: Sequence[Labelled]) -> Classes:
    """-1 for a post that has none."""
    return np.array([CATEGORIES.index(c) if (c := p.category) in CATEGORIES else -1 for p in posts])


def _denied(texts: Corpus) -> Floats:
    """One column: how much each post speaks of what its record denies."""
    records = {(place, record.id): Denials(record) for place, rows in texts.records.items() for record in rows}
    column = np.zeros((len(texts.posts), 1))
    for n, p in enumerate(texts.posts):
        if p.disclosure is not None:
            column[n] = records[p.place, p.disclosure].met_in(analysed(p.post.title, p.post.text))
    return column


def _groups(posts: Sequence[Labelled]) -> NDArray[np.int64]:
    """A fold for each post: posts on one record stand together, so that a fold is tested on records it never saw."""
    keys = [f"{p.place}/{p.disclosure}" if p.disclosure else f"{p.place}/-{n % FOLDS}" for n, p in enumerate(posts)]
    order = {key: n % FOLDS for n, key in enumerate(sorted(set(keys)))}
    return np.array([order[key] for key in keys])


def importance_of(classes: Classes, letters: NDArray[np.bool_], how: Learning) -> Floats:
    """How much each text counts, so that the classes have the shares expected of short posts and of letters."""
    weight = np.zeros(len(classes))
    for kind, expected in zip((~letters, letters), how.expected, strict=True):
        has = kind & (classes >= 0)
        found = np.bincount(classes[has], minlength=len(expected))
        weight[has] = (np.array(expected) * has.sum() / np.maximum(found, 1))[classes[has]]
    return weight * np.where(letters, how.letters_count, 1.0)


def _fitted(
    spans: sparse.csr_matrix, dense: Floats, classes: Classes, groups: Classes, how: Learning, importance: Floats
) -> tuple[Linear, Floats]:
    """Weights fitted on all that have a class, temperature fitted on folds that were left out, and the scores of those."""
    count = len(how.expected[0])
    has = classes >= 0
    held_out = np.zeros((len(classes), count))
    for fold in range(FOLDS):
        rest, here = np.flatnonzero((groups != fold) & has), np.flatnonzero(groups == fold)
        if len(here) and len(np.unique(classes[rest])) == count:
            linear = weighed(spans[rest], dense[rest], classes[rest], importance[rest], how)
            held_out[here] = linear.scores(Held.of(spans[here]), dense[here])
    fitted = weighed(spans[has], dense[has], classes[has], importance[has], how)
    temperature = _temperature(held_out[has], classes[has], importance[has])
    return Linear(fitted.spans, fitted.dense, fitted.bias, temperature), held_out / temperature


def weighed(spans: sparse.csr_matrix, dense: Floats, classes: Classes, importance: Floats, how: Learning) -> Linear:
    """Weights as a task learns them. Margins say more surely which class it is, likeliest weights how sure that is."""
    scale = _telling(spans, classes) ** how.telling
    model = _widest(how.freedom) if how.margins else LogisticRegression(C=how.freedom, max_iter=3000, tol=1e-5)
    columns = sparse.hstack((spans.multiply(scale[None, :]), sparse.csr_matrix(dense * how.dense))).tocsr()
    model.fit(columns, classes, sample_weight=importance)
    weights = model.coef_.T
    return Linear(
        np.round(weights[: spans.shape[1]] * scale[:, None], _DECIMALS),
        np.round(weights[spans.shape[1] :] * how.dense, _DECIMALS),
        np.round(model.intercept_, _DECIMALS),
    )


def _widest(freedom: float) -> LinearSVC:
    # It goes through the texts in a shuffled order, the same one each time.
    return LinearSVC(C=freedom, dual=True, tol=1e-4, max_iter=20_000, random_state=0)


def _telling(spans: sparse.csr_matrix, classes: Classes) -> Floats:
    """How well each span tells some class from the others: the largest ratio of its shares among both, as a logarithm."""
    present = (spans > 0).astype(np.float64)
    most = np.zeros(spans.shape[1])
    for value in np.unique(classes):
        inside = present.T @ (classes == value) + TELLING_PRIOR
        outside = present.T @ (classes != value) + TELLING_PRIOR
        most = np.maximum(most, np.abs(np.log(inside / inside.sum()) - np.log(outside / outside.sum())))
    return np.asarray(most)


def _temperature(scores: Floats, classes: Classes, importance: Floats) -> float:
    def loss(temperature: float) -> float:
        scaled = scores / temperature
        top = scaled.max(axis=1)
        surprise = np.log(np.exp(scaled - top[:, None]).sum(axis=1)) + top - scaled[np.arange(len(classes)), classes]
        return float(np.average(surprise, weights=importance))

    return round(float(optimize.minimize_scalar(loss, bounds=(0.05, 10.0), method="bounded").x), 3)


def _teaching(texts: Corpus, spans: sparse.csr_matrix) -> Teaching:
    """Posts beside the matters of their records; `spans` has a row a post.

    Answers and what is called out in an emergency say little of the matter itself, and would teach that any smoke is it.
    """
    records = [(place, record) for place, rows in sorted(texts.records.items()) for record in rows]
    heads, bodies = heads_and_bodies([record for _, record in records])
    rarity = rarity_among(bodies)
    matters_of = about(heads, bodies, rarity)
    row = {(place, record.id): n for n, (place, record) in enumerate(records)}
    targets = np.zeros((len(texts.posts), len(rarity)))
    for n, p in enumerate(texts.posts):
        if p.disclosure is not None:
            targets[n] = matters_of[row[p.place, p.disclosure]]
    telling = [
        n
        for n, p in enumerate(texts.posts)
        if p.post.in_reply_to is None and not (p.category is Category.EMERGENCY and p.disclosure is not None)
    ]
    return Teaching(spans[telling], [texts.posts[n].place for n in telling], targets[telling], rarity)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What was around every post, a row each; see nlp.context.Around."""

    setting: Floats
    sentiments: Floats
    categories: Floats


def _surroundings(
    texts: Corpus, every: Sequence[Place], met: Sequence[Lived], sentiment: Floats, category: Floats
) -> Surroundings:
    """What was around every post as the judge will see it: others as they are read by words that were left out."""
    chances, by_category = shares(sentiment), shares(category)
    number = {p.post.id: n for n, p in enumerate(texts.posts)}
    found: dict[int, Around] = {}
    for place, living in zip(every, met, strict=True):
        moods = Moods()
        for p, linked, (going_on, talk) in zip(place.posts, living.found, living.around, strict=True):
            n, parent = number[p.post.id], number.get(p.post.in_reply_to or "")
            answered = None
            if parent is not None:
                own = sentiment[parent], category[parent]
                answered = Reading(own, chances[parent], by_category[parent], NOT_LINKED, 0)
            found[n] = around(going_on, talk, moods.of(linked.record), answered)
            if linked.record is not None:
                moods.add(linked.record, chances[n], by_category[n])
    rows = [found.get(n, around(0.0, 0.0, Moods().of(None), None)) for n in range(len(texts.posts))]
    return Surroundings(
        np.array([each.setting for each in rows]),
        np.array([each.sentiments for each in rows]),
        np.array([each.categories for each in rows]),
    )
