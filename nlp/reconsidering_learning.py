"""Learns from labelled streams what answers and what went on afterwards say of a post that was linked to no record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from nlp.bends import Bends
from nlp.choosing import Choices, weights_learned
from nlp.features import Floats
from nlp.link_learning import NAMES, Lived, Place, scored
from nlp.linking import IMPOSSIBLE, REPLY, weights_of
from nlp.recent import CONTEXT
from nlp.reconsidering import AGAIN, LOOKS, Unsure, looked_at

_AROUND = [n for n, name in enumerate(NAMES) if name in (*REPLY, *CONTEXT)]
_DECIMALS = 5


def again_learned(
    every: Sequence[Place], met: Sequence[Lived], weights: Mapping[str, float], bends: Bends
) -> dict[str, float]:
    """The weight of each of AGAIN, 0 where no post of the texts was read again."""
    rows: list[Floats] = []
    given: list[Floats] = []
    linked: list[Floats] = []
    for place, living in zip(every, met, strict=True):
        for n, unsure in _read_again(place, living, weights, bends):
            possible = place.possible[n]
            rows.append(unsure.features()[possible])
            given.append(unsure.score[possible])
            linked.append(np.array(place.ids)[possible] == place.posts[n].disclosure)
    if not rows:
        return dict.fromkeys(AGAIN, 0.0)
    first = np.cumsum([0, *(len(part) for part in rows[:-1])])
    choices = Choices(np.vstack(rows), np.concatenate(linked).astype(np.bool_), first)
    learned = weights_learned(choices, np.concatenate(given))
    return {name: round(float(weight), _DECIMALS) for name, weight in zip(AGAIN, learned, strict=True)}


def _read_again(
    place: Place, living: Lived, weights: Mapping[str, float], bends: Bends
) -> Iterator[tuple[int, Unsure]]:
    """Every post of no record each time that more is known of it."""
    by_name = weights_of(weights, NAMES)
    days: list[float] = place.days.tolist()
    waiting: dict[int, Unsure] = {}
    for n, (rows, said, found) in enumerate(zip(living.rows, living.said, living.found, strict=True)):
        score = np.where(place.possible[n], scored(rows, by_name, bends), IMPOSSIBLE)
        parent = place.parents[n]
        if parent is not None and parent in waiting:
            waiting[parent].hear(score - rows[:, _AROUND] @ by_name[_AROUND])
            if looked_at(waiting[parent], days[n]):
                waiting[parent].look(said, weights)
            yield parent, waiting[parent]
        for step in LOOKS if said.burst.any() else ():
            unsure = waiting.get(n - step)
            if unsure is not None and looked_at(unsure, days[n]):
                unsure.look(said, weights)
                yield n - step, unsure
        if not found.linked and place.possible[n].any():
            waiting[n] = Unsure(days[n], place.urgent.item(n), score, said, weights)
