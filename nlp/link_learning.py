"""Learns linking from labelled texts: first as if all earlier posts had been linked rightly, then as they would have been."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.bends import Bends
from nlp.choosing import Choices, bends_learned, weights_learned
from nlp.cleaning import analysed
from nlp.corpus import Corpus, Labelled
from nlp.features import Floats, Held, Vocabulary, guard_marks, read
from nlp.linking import BENT, LEAD_DAYS, PAIR, POST, REPLY, Records, likeliest, reply_features
from nlp.matters import Teaching
from nlp.recent import CONTEXT, Found, Recent, Said, neighbour_rows
from nlp.tokens import plain
from records.disclosures import Disclosure

LESSONS = 2
"""Posts that are all linked rightly draw later ones after them more surely than they do in use: what was learned links the
texts for the next lesson, in which both are looked at."""

THRESHOLD = 0.65
"""Set by hand, by what follows in places left out: of 209 incidents that true labels open there 178 are found, and 9 false
ones open; a higher threshold for complaints missed ten more of them to spare four false ones."""

LOOK_ALIKE_WEIGHT = -6.0
"""Set by hand: posts about another district are few in the texts, and linking one opens a false incident."""

NAMES = (*PAIR, *POST, *REPLY, *CONTEXT, "bias")
_BENT = np.array([NAMES.index(name) for name in BENT])
_PAIR, _POST = _BENT[: len(PAIR)], _BENT[len(PAIR) :]
_DAY = 86400.0
_DECIMALS = 5


@dataclass(frozen=True, slots=True)
class Place:
    """The posts of a place in the order in which they were seen, beside its records.

    `alone` holds for each post records × (PAIR, POST), `possible` the records that it can be about, `parents` the number
    of the post that it answers.
    """

    posts: list[Labelled]
    ids: list[str]
    alone: Floats
    possible: NDArray[np.bool_]
    parents: list[int | None]
    near: sparse.csr_matrix
    urgent: Floats

    @property
    def days(self) -> Floats:
        """When each post was seen."""
        return np.array([p.post.seen_at.timestamp() / _DAY for p in self.posts])


@dataclass(frozen=True, slots=True)
class Lived:
    """A place's posts as they were met one after another: records × NAMES of each, what had just been said, what each was
    linked to, and how much of an emergency and of talk that record had then."""

    rows: list[Floats]
    said: list[Said]
    found: list[Found]
    around: list[tuple[float, float]]


Find = Callable[[int, Floats], Found]


def in_order(texts: Corpus) -> Iterator[tuple[str, tuple[Disclosure, ...], list[Labelled]]]:
    """Each place with records and posts, the posts in the order in which they were seen."""
    for place, records in sorted(texts.records.items()):
        posts = sorted((p for p in texts.posts if p.place == place), key=lambda p: p.post.seen_at)
        if posts and records:
            yield place, records, posts


def places(texts: Corpus, vocabulary: Vocabulary, teaching: Teaching, urgent: dict[str, float]) -> list[Place]:
    """The places of the texts; `urgent` has for each post's id the chance that it is about an emergency.

    What a post's words point to is learned from other places, as it will be where nothing was learned.
    """
    return [
        _place(posts, Records(records, vocabulary, learned), vocabulary, urgent)
        for place, records, posts in in_order(texts)
        for learned in [teaching.learned(without=[place])]
    ]


def _place(posts: list[Labelled], known: Records, vocabulary: Vocabulary, urgent: dict[str, float]) -> Place:
    texts = [analysed(p.post.title, p.post.text) for p in posts]
    batch = read(texts, plain())
    chances = np.array([urgent[p.post.id] for p in posts])
    hints = known.hints(Held.of(vocabulary.matrix(batch)[0]))
    pair, post = known.compare(texts, *guard_marks(batch), hints, chances)
    of_post = np.repeat(post[:, None, :], len(known.ids), axis=1)
    number = {p.post.id: n for n, p in enumerate(posts)}
    days = np.array([p.post.seen_at.timestamp() / _DAY for p in posts])
    return Place(
        posts=posts,
        ids=known.ids,
        alone=np.concatenate((pair, of_post), axis=2),
        possible=known.day[None, :] <= days[:, None] + LEAD_DAYS,
        parents=[number.get(p.post.in_reply_to or "") for p in posts],
        near=neighbour_rows(batch, vocabulary),
        urgent=chances,
    )


def lived(place: Place, find: Find) -> Lived:
    """Meet the posts one after another; `find` links a post by its number and its rows of NAMES."""
    every = Lived([], [], [], [])
    row = {record_id: n for n, record_id in enumerate(place.ids)}

    def choose(n: int, said: Said) -> Found:
        parent = place.parents[n]
        answered = None if parent is None or parent >= n else every.found[parent]
        one = np.ones((len(place.ids), 1))
        rows = np.hstack((place.alone[n], reply_features(answered, place.ids), said.features(), one))
        found = find(n, rows)
        at = None if found.record is None else row[found.record]
        every.rows.append(rows)
        every.said.append(said.kept())
        every.found.append(found)
        every.around.append((0.0, 0.0) if at is None else said.of(at))
        return found

    Recent().linked(place.near, place.days, place.urgent, place.ids, choose)
    return every


def as_labelled(place: Place) -> Find:
    """Links posts as their labels say."""

    def find(n: int, _: Floats) -> Found:
        record = place.posts[n].disclosure
        return Found(record, float(record is not None), record is not None)

    return find


def as_learned(place: Place, weights: Floats, bends: Bends) -> Find:
    """Links posts as what was learned links them."""

    def find(n: int, rows: Floats) -> Found:
        best, chance = likeliest(np.where(place.possible[n], scored(rows, weights, bends), -np.inf))
        return Found(place.ids[best], chance, chance >= THRESHOLD)

    return find


def scored(rows: Floats, weights: Floats, bends: Bends) -> Floats:
    """How every record stands for a post with these rows of NAMES."""
    return np.asarray(rows @ weights + bends.corrections(rows[None, :, _PAIR], rows[:1, _POST])[0])


def choices(every: Sequence[Place], met: Sequence[Lived]) -> Choices:
    """Every post beside the records of its place that it can be about; the columns are NAMES."""
    rows: list[Floats] = []
    linked: list[NDArray[np.bool_]] = []
    for place, living in zip(every, met, strict=True):
        for n, post in enumerate(place.posts):
            possible = place.possible[n]
            if possible.any():
                rows.append(living.rows[n][possible])
                linked.append(np.array(place.ids)[possible] == post.disclosure)
    first = np.cumsum([0, *(len(part) for part in rows[:-1])])
    return Choices(np.vstack(rows), np.concatenate(linked), first)


def together(lessons: Sequence[Choices]) -> Choices:
    """All of them in one."""
    sizes = np.cumsum([0, *(len(lesson.rows) for lesson in lessons[:-1])])
    return Choices(
        np.vstack([lesson.rows for lesson in lessons]),
        np.concatenate([lesson.linked for lesson in lessons]),
        np.concatenate([lesson.first + before for lesson, before in zip(lessons, sizes, strict=True)]),
    )


def link_learned(every: Sequence[Place]) -> tuple[dict[str, float], Bends, list[Lived]]:
    """Weights by name, bends, and the posts of each place as those linked them."""
    met = rightly = [lived(place, as_labelled(place)) for place in every]
    lessons = [choices(every, rightly)]
    for _ in range(LESSONS):
        lesson = together(lessons)
        weights = weights_learned(lesson)
        bends = bends_learned(lesson, weights, _PAIR, _POST)
        met = [lived(place, as_learned(place, weights, bends)) for place in every]
        lessons.append(choices(every, met))
    by_name = {name: round(float(weight), _DECIMALS) for name, weight in zip(NAMES, weights, strict=True)}
    by_hand = {"threshold": THRESHOLD, "look_alike": LOOK_ALIKE_WEIGHT}
    return by_name | by_hand, bends, met
