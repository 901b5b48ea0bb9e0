"""Finds turns of speech in a batch: small words that follow one another, whatever stands between (没…一…的, 是…是…但)."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import yaml

from nlp.lexicon import WORDS
from nlp.spans import Batch, Hashes, Membership, Places, hashed_together

LENGTH, REACH = 3, 12
"""So many small words make a turn, and no more than so many characters lie from the first to the last."""


def turns(batch: Batch) -> tuple[Hashes, Places, Places, Places]:
    """(hash, text, start, end) of every turn. It may run over the end of a clause: how one ends is a part of it."""
    at = np.flatnonzero(_small_words().has(batch.codes))
    last = at[LENGTH - 1 :]
    first = at[: len(last)]
    near = np.flatnonzero((last - first <= REACH) & (batch.owner[first] == batch.owner[last]))
    hashes = hashed_together([batch.codes[at[near + n]] for n in range(LENGTH)])
    return hashes, batch.owner[first[near]], first[near], last[near] + 1


@lru_cache(maxsize=1)
def _small_words() -> Membership:
    rows = yaml.safe_load((WORDS / "turns.yaml").read_text(encoding="utf-8"))
    return Membership("".join(row["characters"] for row in rows))
