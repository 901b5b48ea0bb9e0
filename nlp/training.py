"""Learns the model from labelled texts; the same texts give the same bytes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import optimize, sparse
from sklearn.linear_model import LogisticRegression
from threadpoolctl import threadpool_limits

from nlp.bends import Bends
from nlp.choosing import Choices, bends_learned, weights_learned
from nlp.cleaning import analysed
from nlp.contradiction import OF_RECORD, Denials
from nlp.corpus import Corpus, Labelled
from nlp.features import Floats, Read, Vocabulary, dense_names, guard_marks, read
from nlp.linking import BENT, PAIR, POST, REPLY, Records, heads_and_bodies, reply_features
from nlp.matters import Teaching, about, rarity_among
from nlp.model import CATEGORIES, SENTIMENTS, Linear, Model
from nlp.recent import CONTEXT, Recent, Said, neighbour_rows
from nlp.tokens import plain

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

LINK_THRESHOLD = 0.8
LOOK_ALIKE_WEIGHT = -6.0
"""Set by hand: posts about another district are few in the texts, and linking one opens a false incident."""

LEARNED_CONTEXT = CONTEXT[:2]
BURST_WEIGHT, BURST_LEAD_WEIGHT, BURST_CATEGORY_WEIGHT = 5.0, 6.0, 1.5
"""Set by hand: the texts hold no stream with an emergency in it to learn this from."""
_DECIMALS = 5

Classes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Learning:
    """How one task is learned: how freely, how much dense columns weigh beside spans, how much more freely a span that
    tells classes apart, the shares that the classes are taken to have, in short posts and in letters, and how much a
    letter counts."""

    freedom: float
    dense: float
    telling: float
    expected: tuple[tuple[float, ...], tuple[float, ...]]
    letters_count: float = 1.0


SENTIMENT = Learning(
    freedom=15.0, dense=0.3, telling=0.7, expected=(EXPECTED, EXPECTED_LETTERS), letters_count=LETTERS_COUNT
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
        sentiment = np.array([SENTIMENTS.index(p.sentiment) for p in posts])
        negative = np.flatnonzero([p.category in CATEGORIES for p in posts])
        category = np.array([CATEGORIES.index(c) for p in posts if (c := p.category) in CATEGORIES])
        groups = _groups(posts)
        with_denial = np.hstack((batch.dense, _denied(texts)))
        teaching = _teaching(texts, spans)
        link, bends = _linking(link_examples(texts, vocabulary, teaching))
        return Model(
            vocabulary=vocabulary,
            sentiment=_fitted(
                spans, batch.dense, sentiment, groups, SENTIMENT, importance_of(sentiment, letters, SENTIMENT)
            ),
            category=_fitted(
                spans[negative],
                with_denial[negative],
                category,
                groups[negative],
                CATEGORY,
                importance_of(category, letters[negative], CATEGORY),
            ),
            link=link,
            bends=bends,
            learned=teaching.learned(),
            dense_names=(*dense_names(), *OF_RECORD),
        )


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
        found = np.bincount(classes[kind], minlength=len(expected))
        weight[kind] = (np.array(expected) * kind.sum() / np.maximum(found, 1))[classes[kind]]
    return weight * np.where(letters, how.letters_count, 1.0)


def _fitted(
    spans: sparse.csr_matrix, dense: Floats, classes: Classes, groups: Classes, how: Learning, importance: Floats
) -> Linear:
    """Weights fitted on all, temperature fitted on folds that were left out."""
    count = len(how.expected[0])
    held_out = np.zeros((len(classes), count))
    for fold in range(FOLDS):
        rest, here = np.flatnonzero(groups != fold), np.flatnonzero(groups == fold)
        if len(here) and len(np.unique(classes[rest])) == count:
            linear = logistic(spans[rest], dense[rest], classes[rest], importance[rest], how)
            held_out[here] = linear.scores(spans[here], dense[here])
    fitted = logistic(spans, dense, classes, importance, how)
    return Linear(fitted.spans, fitted.dense, fitted.bias, _temperature(held_out, classes, importance))


def logistic(spans: sparse.csr_matrix, dense: Floats, classes: Classes, importance: Floats, how: Learning) -> Linear:
    scale = _telling(spans, classes) ** how.telling
    model = LogisticRegression(C=how.freedom, max_iter=3000, tol=1e-5)
    columns = sparse.hstack((spans.multiply(scale[None, :]), sparse.csr_matrix(dense * how.dense))).tocsr()
    model.fit(columns, classes, sample_weight=importance)
    weights = model.coef_.T
    return Linear(
        np.round(weights[: spans.shape[1]] * scale[:, None], _DECIMALS),
        np.round(weights[spans.shape[1] :] * how.dense, _DECIMALS),
        np.round(model.intercept_, _DECIMALS),
    )


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

    return round(float(optimize.minimize_scalar(loss, bounds=(0.3, 10.0), method="bounded").x), 3)


def _teaching(texts: Corpus, spans: sparse.csr_matrix) -> Teaching:
    """Every post beside the matters of its record; `spans` has a row a post."""
    records = [(place, record) for place, rows in sorted(texts.records.items()) for record in rows]
    heads, bodies = heads_and_bodies([record for _, record in records])
    rarity = rarity_among(bodies)
    matters_of = about(heads, bodies, rarity)
    row = {(place, record.id): n for n, (place, record) in enumerate(records)}
    targets = np.zeros((len(texts.posts), len(rarity)))
    for n, p in enumerate(texts.posts):
        if p.disclosure is not None:
            targets[n] = matters_of[row[p.place, p.disclosure]]
    return Teaching(spans, [p.place for p in texts.posts], targets, rarity)


def _linking(choices: Choices) -> tuple[dict[str, float], Bends]:
    names = (*PAIR, *POST, *REPLY, *LEARNED_CONTEXT, "bias")
    learned = weights_learned(choices)
    weights = {name: round(float(weight), _DECIMALS) for name, weight in zip(names, learned, strict=True)}
    by_hand = {
        "threshold": LINK_THRESHOLD,
        "look_alike": LOOK_ALIKE_WEIGHT,
        "burst": BURST_WEIGHT,
        "burst_lead": BURST_LEAD_WEIGHT,
        "burst_category": BURST_CATEGORY_WEIGHT,
    }
    bent = np.array([names.index(name) for name in BENT])
    return weights | by_hand, bends_learned(choices, learned, bent[: len(PAIR)], bent[len(PAIR) :])


def link_examples(texts: Corpus, vocabulary: Vocabulary, teaching: Teaching) -> Choices:
    """Every post beside the records of its place; the columns are PAIR, POST, REPLY, LEARNED_CONTEXT and 1.

    What a post's words point to is learned from other places, as it will be where nothing was learned.
    """
    rows: list[Floats] = []
    linked: list[NDArray[np.bool_]] = []
    for place, records in sorted(texts.records.items()):
        posts = [p for p in texts.posts if p.place == place]
        if not posts or not records:
            continue
        learned = teaching.learned(without=[place])
        known = Records(records, vocabulary, learned)
        analysed_texts = [analysed(p.post.title, p.post.text) for p in posts]
        batch = read(analysed_texts, plain())
        hints = learned.hints(vocabulary.matrix(batch)[0])
        pair, post = known.compare(analysed_texts, *guard_marks(batch), hints)
        by_id = {p.post.id: p for p in posts}
        context = _context(posts, batch, vocabulary, known.ids)
        one = np.ones((len(records), 1))
        for n, p in enumerate(posts):
            parent = by_id.get(p.post.in_reply_to or "")
            reply = (
                np.zeros((len(records), len(REPLY))) if parent is None else reply_features(parent.disclosure, known.ids)
            )
            rows.append(np.hstack((pair[n], np.repeat(post[n][None], len(records), axis=0), reply, context[n], one)))
            linked.append(np.array([record_id == p.disclosure for record_id in known.ids]))
    first = np.cumsum([0, *(len(part) for part in rows[:-1])])
    return Choices(np.vstack(rows), np.concatenate(linked), first)


def _context(posts: Sequence[Labelled], batch: Read, vocabulary: Vocabulary, ids: list[str]) -> list[Floats]:
    """Records × LEARNED_CONTEXT for each post, its forerunners being linked as their labels say."""
    seen: list[Floats] = []

    def choose(n: int, said: Said) -> str | None:
        seen.append(said.features()[:, : len(LEARNED_CONTEXT)])
        return posts[n].disclosure

    days = np.array([p.post.seen_at.timestamp() / 86400 for p in posts])
    Recent().linked(neighbour_rows(batch, vocabulary), days, np.zeros(len(posts)), ids, choose)
    return seen
