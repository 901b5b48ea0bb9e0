"""Measures how well corrections are read by models that did not learn them: each is left out in turn with its copies."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from nlp.corpus import Corpus, Labelled
from nlp.model import Model
from nlp.scoring import read_all
from records.assessments import Assessment

FOLDS = 3


def together(texts: Corpus, corrected: Corpus) -> Corpus:
    """Both."""
    return Corpus((*texts.posts, *corrected.posts), texts.records | corrected.records)


def read_out_of_fold(
    texts: Corpus,
    corrected: Corpus,
    fresh: Mapping[str, str],
    train: Callable[[Corpus], Model],
    told: Callable[[str], None],
) -> list[tuple[Labelled, Assessment]]:
    """The corrected posts named in `fresh`, each read by a model trained on the texts and the corrections of other folds.

    `fresh` gives each post's first original: copies are left out together.
    """
    roots = sorted(set(fresh.values()))
    count = min(FOLDS, len(roots))
    fold_of = {root: n % count for n, root in enumerate(roots)}
    found: list[tuple[Labelled, Assessment]] = []
    for fold in range(count):
        told(f"检验更正：第 {fold + 1}/{count} 组，不学本组再读本组")
        here = {post_id for post_id, root in fresh.items() if fold_of[root] == fold}
        model = train(together(texts, corrected.without(here)))
        found += read_all(model, replace(corrected, posts=tuple(p for p in corrected.posts if p.post.id in here)))
    return found
