"""What answers say of a post that was linked to no record is learned from labelled threads."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from nlp.bends import Bends
from nlp.corpus import corpus
from nlp.features import Vocabulary, read
from nlp.link_learning import Place, lived, places
from nlp.linking import BENT, PAIR, heads_and_bodies
from nlp.matters import Teaching, about, rarity_among
from nlp.recent import NOT_LINKED
from nlp.reconsidering import AGAIN
from nlp.reconsidering_learning import again_learned
from nlp.tokens import plain

WEIGHTS = {"watch": 12.0, "bias": -6.0, "said_like": 0.0, "said_lead": 0.0, "burst": 0.0, "burst_lead": 0.0}
NONE = Bends.none(len(PAIR), len(BENT) - len(PAIR))


@pytest.fixture(scope="module")
def place() -> Place:
    """A place with threads, in which nothing is an emergency."""
    some = corpus().of(["shengquan"])
    batch = read([p.post.text for p in some.posts], plain())
    vocabulary = Vocabulary.learned(batch, 2)
    heads, bodies = heads_and_bodies(some.records["shengquan"])
    rarity = rarity_among(bodies)
    targets = np.zeros((len(some.posts), about(heads, bodies, rarity).shape[1]))
    teaching = Teaching(vocabulary.matrix(batch)[0], ["shengquan"] * len(some.posts), targets, rarity)
    return places(some, vocabulary, teaching, {p.post.id: 0.0 for p in some.posts})[0]


def test_answers_that_are_about_a_record_are_learned_to_say_that_their_post_is(place: Place):
    learned = again_learned([place], [lived(place, lambda _, rows: NOT_LINKED)], WEIGHTS, NONE)
    assert list(learned) == list(AGAIN)
    assert learned["again_same"] > 1.0
    assert learned["again_since"] == learned["again_urgent"] == 0.0


def test_where_nobody_answers_nothing_is_learned(place: Place):
    silent = replace(place, parents=[None] * len(place.posts))
    learned = again_learned([silent], [lived(silent, lambda _, rows: NOT_LINKED)], WEIGHTS, NONE)
    assert learned == dict.fromkeys(AGAIN, 0.0)
