"""Linking is learned from posts in the order in which they came, linked rightly and as they would have been."""

from __future__ import annotations

import numpy as np
import pytest

from nlp.cleaning import analysed
from nlp.corpus import Corpus, corpus
from nlp.features import Vocabulary, read
from nlp.link_learning import NAMES, Place, as_labelled, choices, in_order, lived, places, together
from nlp.linking import heads_and_bodies
from nlp.matters import Teaching, about, rarity_among
from nlp.recent import Found
from nlp.tokens import plain


@pytest.fixture(scope="module")
def some() -> Corpus:
    """A place with threads."""
    return corpus().of(["wuling"])


@pytest.fixture(scope="module")
def place(some: Corpus) -> Place:
    """It, as it is met one post after another."""
    batch = read([analysed(p.post.title, p.post.text) for p in some.posts], plain())
    vocabulary = Vocabulary.learned(batch, 2)
    heads, bodies = heads_and_bodies(some.records["wuling"])
    rarity = rarity_among(bodies)
    spans = vocabulary.matrix(batch)[0]
    targets = np.zeros((len(some.posts), about(heads, bodies, rarity).shape[1]))
    teaching = Teaching(spans, ["wuling"] * len(some.posts), targets, rarity)
    return places(some, vocabulary, teaching, {p.post.id: 0.0 for p in some.posts})[0]


def test_posts_are_met_in_the_order_in_which_they_were_seen(some: Corpus) -> None:
    posts = next(in_order(some))[2]
    assert [p.post.seen_at for p in posts] == sorted(p.post.seen_at for p in some.posts)


def test_the_lesson_of_labels_links_every_post_as_labelled(place: Place) -> None:
    met = lived(place, as_labelled(place))
    assert [found.record for found in met.found] == [p.disclosure for p in place.posts]
    assert {rows.shape for rows in met.rows} == {(len(place.ids), len(NAMES))}


def test_an_answer_is_met_with_what_was_found_of_the_post_that_it_answers(place: Place) -> None:
    n = next(n for n, parent in enumerate(place.parents) if parent is not None)
    sure = lived(place, lambda _, rows: Found(place.ids[0], 0.75, linked=True))
    column = NAMES.index("answers_linked")
    assert sure.rows[n][:, column].tolist() == [0.75] + [0.0] * (len(place.ids) - 1)


def test_a_record_published_later_is_no_choice(place: Place) -> None:
    lesson = choices([place], [lived(place, as_labelled(place))])
    assert len(lesson.rows) == place.possible.sum()
    assert lesson.linked.sum() == sum(p.disclosure is not None for p in place.posts)


def test_two_lessons_stand_one_after_the_other(place: Place) -> None:
    lesson = choices([place], [lived(place, as_labelled(place))])
    both = together([lesson, lesson])
    assert len(both.rows) == 2 * len(lesson.rows)
    assert both.post.tolist() == [*lesson.post, *(lesson.post + len(lesson.first))]
