"""What can be said of posts before any other post is known: worked out anywhere, settled in order by nlp.judge.Judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import sparse

from nlp.duplicates import Grams
from nlp.features import Floats, Singles
from nlp.places import Heard
from nlp.reasons import Reason


@dataclass(frozen=True, slots=True)
class Prepared:
    """Posts read one by one, a row each; it can be sent to another process.

    `texts` are as `cleaning.analysed` gives them, `bare` as `cleaning.bare` does, with their 3-grams. `leaning` holds
    scores by category, `link` one by record, before it is known what was said around the post; `elsewhere` is what
    every record's score gains if the post speaks of another district. `near` are the vectors for nlp.recent.
    """

    ids: list[str]
    parents: list[str | None]
    texts: list[str]
    bare: list[str]
    seen: Floats
    sentiment: Floats
    urgent: Floats
    leaning: Floats
    link: Singles
    elsewhere: Floats
    heard: list[Heard]
    near: sparse.csr_matrix
    grams: Grams
    why: list[list[Reason]]

    def __len__(self) -> int:
        return len(self.ids)

    def of(self, rows: Sequence[int]) -> Prepared:
        """The part of these rows, in their order."""
        if len(rows) == len(self):
            return self
        at = np.array(rows, dtype=np.int64)
        return Prepared(
            [self.ids[n] for n in rows],
            [self.parents[n] for n in rows],
            [self.texts[n] for n in rows],
            [self.bare[n] for n in rows],
            self.seen[at],
            self.sentiment[at],
            self.urgent[at],
            self.leaning[at],
            self.link[at],
            self.elsewhere[at],
            [self.heard[n] for n in rows],
            self.near[at],
            self.grams.of(rows),
            [self.why[n] for n in rows],
        )
