"""The plain tools that are usual for these tasks, measured beside ours: scikit-learn and jieba's words, nothing else."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import rjieba
from numpy.typing import NDArray
from scipy import sparse
from sklearn.feature_extraction.text import CountVectorizer, TfidfVectorizer
from sklearn.svm import LinearSVC

Floats = NDArray[np.float64]

_TOPIC_C, _WEIGHED_C = 1.0, 0.02


def support_vectors(texts: Sequence[str], labels: Sequence[str], asked: Sequence[str]) -> list[str]:
    """Linear support vectors over TF-IDF of words and of two or three characters."""
    ways = (
        TfidfVectorizer(tokenizer=_words, token_pattern=None, sublinear_tf=True, min_df=2),
        TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True, min_df=2),
    )
    learned = sparse.hstack([way.fit_transform(texts) for way in ways]).tocsr()
    machine = LinearSVC(C=_TOPIC_C).fit(learned, labels)
    return list(machine.predict(sparse.hstack([way.transform(asked) for way in ways]).tocsr()))


def weighed_support_vectors(texts: Sequence[str], labels: Sequence[str], asked: Sequence[str]) -> list[str]:
    """The same over spans that stand in the text or not, weighed by how much likelier each is in a class (NB-SVM)."""
    ways = (
        CountVectorizer(tokenizer=_words, token_pattern=None, ngram_range=(1, 2), min_df=2, binary=True),
        CountVectorizer(analyzer="char", ngram_range=(1, 4), min_df=2, binary=True),
    )
    learned = sparse.hstack([way.fit_transform(texts) for way in ways]).tocsr().astype(np.float64)
    wanted = sparse.hstack([way.transform(asked) for way in ways]).tocsr().astype(np.float64)
    names, classes = np.unique(np.array(labels), return_inverse=True)
    scores = []
    for number in range(len(names)):
        inside, outside = (1 + learned.T @ (classes == number), 1 + learned.T @ (classes != number))
        weight = sparse.diags(np.log(inside / inside.sum()) - np.log(outside / outside.sum()))
        machine = LinearSVC(C=_WEIGHED_C).fit(learned @ weight, classes == number)
        scores.append(machine.decision_function(wanted @ weight))
    return [str(names[n]) for n in np.argmax(scores, axis=0)]


def character_likeness(texts: Sequence[str], others: Sequence[str]) -> Floats:
    """Cosine of TF-IDF of two or three characters: texts × others."""
    way = TfidfVectorizer(analyzer="char", ngram_range=(2, 3), sublinear_tf=True).fit([*texts, *others])
    return np.asarray((way.transform(texts) @ way.transform(others).T).toarray())


def _words(text: str) -> list[str]:
    return [str(word) for word in rjieba.cut(text, True)]
