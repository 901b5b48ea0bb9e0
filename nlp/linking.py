"""Compares posts with the watched records: likeness that needs no training for a new record, and look-alike guards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from math import exp

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from nlp.bends import CANDIDATES, Bends
from nlp.cleaning import analysed
from nlp.contradiction import Denials
from nlp.dictionary import NOTHING, Dictionary
from nlp.features import Floats, Held, Ints, Read, Singles, Vocabulary
from nlp.lexicon import Hits, Lexicon
from nlp.matters import Hints, Learned, about, spoken_of, unit
from nlp.place_names import place_names
from nlp.places import Districts, Heard, Places
from nlp.recent import Found
from nlp.record_spans import LONG, WORD, Spans, spans_of
from nlp.sorting import begins, distinct
from nlp.spans import Batch, Table, batch_of
from nlp.tokens import Words
from nlp.watch_terms import subject, watched_terms
from records.disclosures import Disclosure

TwoBest = tuple[Ints, Floats, Floats]
"""By row: where the best value stands, that value, and the best of the others."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

LEAD_DAYS = 2.0
"""A post this many days older than a record cannot be a reaction to it."""

LIKENESS = (
    *("head_likeness", "body_likeness", "place_likeness", "head_words", "body_words", "place_words", "place_pressing"),
    *("longest", "watch", "matter", "hint"),
)
LEADS = {"head_lead": 0, "words_lead": 4, "longest_lead": 7, "watch_lead": 8, "matter_lead": 9, "hint_lead": 10}
PAIR = (*LIKENESS, *LEADS)
PLACE = ("other_place", "home", "denies_home", "length", "elsewhere_mark", "chatter_mark", "only_other_place")
POST = (*PLACE, "matters", "matter_watched", "matter_unwatched", "answering", "urgent")
REPLY = ("answers_linked", "answers_other", "answers_unlinked")
_OTHER, _HOME, _ONLY_OTHER = (POST.index(name) for name in ("other_place", "home", "only_other_place"))
IMPOSSIBLE = -30.0
# Whether a post speaks of another district is settled later, by a weight: see elsewhere_scores.
_BENT_POST = [n for n, name in enumerate(POST) if "other_place" not in name]
BENT = (*PAIR, *(POST[n] for n in _BENT_POST))
"""The features that bends are made over."""

_LEAD_OF = {of: name for name, of in LEADS.items()}
_IN_PASSING = 0.1
_SPREAD = np.uint64(0x9E3779B97F4A7C15)

_LONGEST_TERM = 12
_PAIRS = 65_536
"""Pairs of posts and records that are looked at together: few enough to stay near the processor."""


@dataclass(frozen=True, slots=True)
class Met:
    """What posts share with the watched records: spans as (text, row of the span) and weighed, terms, and matters."""

    text: Ints
    row: Ints
    short: sparse.csr_matrix
    words: sparse.csr_matrix
    watched: Hits | None
    spoken: Floats
    hints: Hints
    urgent: Floats


class Records:
    """The watched records, laid out so that a batch of posts can be compared with all of them at once."""

    def __init__(
        self, records: Sequence[Disclosure], rarity: Vocabulary, learned: Learned, dictionary: Dictionary = NOTHING
    ) -> None:
        self.ids = [record.id for record in records]
        self.row = {record_id: n for n, record_id in enumerate(self.ids)}
        self.day = np.array([(r.published_at - _EPOCH).total_seconds() / 86400 for r in records])
        self._rarity, self._learned = rarity, learned
        self._places = Places(records, dictionary)
        self.districts = Districts()
        self._denials = [Denials(record) for record in records]
        terms = [(*watched_terms(record), *dictionary.also_called(record)) for record in records]
        added = {term for group in terms for term in group if len(term) <= 6 and term.isalnum()} | dictionary.words()
        self._cutter = Words(added)
        self._added = Lexicon(("added",), ("added",), [sorted(added)]) if added else None
        heads, bodies = heads_and_bodies(records)
        self._learn_spans([*heads, *bodies])
        self._about = about(heads, bodies, learned.rarity)
        # Laid out as the product with posts reads it.
        self._about_turned = np.ascontiguousarray(self._about.T)
        self._pointing = learned.pointing(self._about)
        self._learn_terms(terms)

    def hints(self, spans: Held) -> Hints:
        """What texts point to."""
        return self._learned.hints(spans)

    def compare(
        self, texts: Sequence[str], elsewhere: Floats, chatter: Floats, hints: Hints, urgent: Floats | None = None
    ) -> tuple[Floats, Floats]:
        """(posts × records × PAIR, posts × POST) for analysed texts, the strength of two of their marks, and hints.

        Texts come in the order in which they were seen: names of other districts are learned from them.
        """
        met, post, heard = self.compare_alone(texts, elsewhere, chatter, hints, urgent=urgent)
        values = list(self.likeness(met, 0, len(texts)))
        pair = np.stack([*values, *(values[of] - _best_other(values[of]) for of in LEADS.values())], axis=2)
        other = [self.districts.elsewhere(text, each) for text, each in zip(texts, heard, strict=True)]
        post[:, _OTHER] = other
        post[:, _ONLY_OTHER] = post[:, _OTHER] * (1 - post[:, _HOME])
        return pair, post

    def compare_alone(
        self,
        texts: Sequence[str],
        elsewhere: Floats,
        chatter: Floats,
        hints: Hints,
        read: Read | None = None,
        rows: Ints | None = None,
        urgent: Floats | None = None,
    ) -> tuple[Met, Floats, list[Heard]]:
        """The same for each text by itself: what LIKENESS is worked out from, POST, and what of other districts.

        `read` and `rows` say what is known of the texts already (see Vocabulary.matrix); `urgent` is the chance that each
        is about an emergency: where one goes on, the names of places say less of what a post is about.
        """
        batch = batch_of(texts)
        watched = self._terms.hits(batch) if self._terms is not None else None
        cut = self._cut(texts, batch, read)
        if read is None or rows is None:
            spans = spans_of(batch, batch_of(texts, digits_alike=True), cut, self._rarity)
        else:
            spans = spans_of(batch, read.batch, cut, self._rarity, read.grams_with(rows))
        place, heard = self._post(texts, elsewhere, chatter)
        spoken = spoken_of(spans.batch) * self._learned.rarity
        pressing = np.zeros(len(texts)) if urgent is None else urgent
        post = np.column_stack((place, self._matters(spoken), hints.answering, pressing))
        return self._met(spans, watched, spoken, hints, pressing), post, heard

    def scores(self, met: Met, post: Floats, weights: Mapping[str, float], bends: Bends, day: Floats) -> Singles:
        """How every record stands for every post, before replies and neighbours are looked at; see `scores`.

        They are many, and they travel between processes: seven digits do.
        """
        found = np.empty((len(post), len(self.ids)), dtype=np.float32)
        step = max(1, _PAIRS // max(len(self.ids), 1))
        for start in range(0, len(post), step):
            part = slice(start, min(start + step, len(post)))
            likeness = self.likeness(met, part.start, part.stop)
            found[part] = scores(likeness, post[part], weights, bends, day[part], self.day)
        return found

    def _cut(self, texts: Sequence[str], batch: Batch, read: Read | None) -> list[list[str]]:
        """The words of each text; only where it holds a term that jieba was given they may be others than those read."""
        if read is None:
            return [self._cutter.cut(text) for text in texts]
        anew = set() if self._added is None else set(self._added.hits(batch).text.tolist())
        return [self._cutter.cut(text) if n in anew else read.cut[n] for n, text in enumerate(texts)]

    def _met(self, spans: Spans, watched: Hits | None, spoken: Floats, hints: Hints, urgent: Floats) -> Met:
        text, row, told = self._shared(spans)
        shape = (spans.batch.count, len(self._weight))
        short, word = self._length[row] != LONG, self._length[row] == WORD
        norm = _norm(spans)[text[short]] / 3
        return Met(
            text,
            row,
            short=_cells(text[short], row[short], self._weight[row[short]] ** 2 * told[short] / norm, shape),
            words=_cells(text[word], row[word], self._weight[row[word]], shape),
            watched=watched,
            spoken=unit(spoken),
            hints=hints,
            urgent=urgent,
        )

    def likeness(self, met: Met, start: int, stop: int) -> Iterator[Floats]:
        """LIKENESS one by one (posts × records) for the posts from `start` on, before `stop`."""
        yield from self._likeness(met.short[start:stop], met.words[start:stop], met.urgent[start:stop])
        shared = slice(*np.searchsorted(met.text, (start, stop)))
        yield self._longest(met.text[shared] - start, met.row[shared], stop - start)
        yield self._watched(met.watched, start, stop)
        yield sparse.csr_matrix(met.spoken[start:stop]) @ self._about_turned
        towards, usual = self._pointing
        yield met.hints.factors[start:stop] @ towards + usual

    def answering(self, answered: Found, weights: Mapping[str, float]) -> tuple[float, list[tuple[int, float]]]:
        """What the scores of all records, and of some rows beside it, gain for a post that answers one of which this was
        found; see `reply_features`."""
        chance = answered.chance
        row = None if answered.likeliest is None else self.row.get(answered.likeliest)
        other = weights["answers_other"]
        of_all = other * chance + weights["answers_unlinked"] * (1 - chance)
        return of_all, [] if row is None else [(row, (weights["answers_linked"] - other) * chance)]

    def denied(self, text: str, record_id: str) -> float:
        """How much the analysed text speaks of what that record denies; see contradiction.Denials."""
        return self._denials[self.row[record_id]].met_in(text)

    def _learn_spans(self, texts: Sequence[str]) -> None:
        words = [self._cutter.cut(text) for text in texts]
        spans = spans_of(batch_of(texts), batch_of(texts, digits_alike=True), words, self._rarity)
        self._table = Table(np.unique(spans.hashes))
        rows = self._table.rows(spans.hashes)
        count, size = len(self.ids), len(self._table.hashes)
        self._length = np.zeros(size, dtype=np.int64)
        self._length[rows] = spans.length
        weight = np.zeros(size)
        weight[rows] = spans.weight
        # A span that many records share says little about which one is meant.
        holds = distinct(rows * max(count, 1) + spans.text % max(count, 1))
        held = np.maximum(np.bincount(holds // max(count, 1), minlength=size), 1)
        self._weight = weight * (1 + np.log(max(count, 1) / held)) / (1 + np.log(max(count, 1)))
        long, short, word = (
            np.flatnonzero(of) for of in (spans.length == LONG, spans.length != LONG, spans.length == WORD)
        )
        # Spans by texts: the heads, then the bodies, then what those say of places. Of each kind of span what is asked for is
        # kept, no more.
        told = _times(rows[short], spans.text[short], (size, 2 * count))
        told.data = 1 + np.log(told.data)
        said = _times(rows[word], spans.text[word], (size, 2 * count))
        said.data[:] = 1.0
        placed = sparse.diags(self._in_places(texts[count:]))
        self._told = sparse.hstack((told, placed @ told[:, count:]), format="csr")
        self._words = sparse.hstack((said, placed @ said[:, count:]), format="csr")
        self._long = _times(rows[long], spans.text[long] % max(count, 1), (size, count))
        norm = np.sqrt(told.power(2).T @ self._weight**2) + 1e-9
        self._norm = np.concatenate((norm, norm[count:]))

    def _in_places(self, bodies: Sequence[str]) -> Floats:
        """1 for each span that stands in the name of a place in any record."""
        names = ["。".join(place_names(body)) for body in bodies]
        cut = [self._cutter.cut(text) for text in names]
        spans = spans_of(batch_of(names), batch_of(names, digits_alike=True), cut, self._rarity)
        rows = self._table.rows(spans.hashes)
        found = np.zeros(len(self._table.hashes))
        found[rows[rows >= 0]] = 1.0
        return found

    def _learn_terms(self, terms: Sequence[Sequence[str]]) -> None:
        folded = [{f for term in group if 1 < len(f := analysed(None, term)) <= _LONGEST_TERM} for group in terms]
        holders = {t: [n for n, group in enumerate(folded) if t in group] for t in sorted(set().union(*folded))}
        self._terms = Lexicon(list(holders), list(holders), [[term] for term in holders]) if holders else None
        # A term of several records counts less for each.
        self._term_holders = [(np.array(rows), min(len(term), 6) / 4 / len(rows)) for term, rows in holders.items()]

    def _shared(self, spans: Spans) -> tuple[Ints, Ints, Floats]:
        """(text, span row, 1 + log of how often it stands there) of every different span that a record holds too."""
        rows = self._table.rows(spans.hashes)
        size = len(self._weight)
        known = np.flatnonzero(rows >= 0)
        cells = np.sort(spans.text[known] * size + rows[known])
        first, told = _told(cells)
        cells = cells[first]
        return cells // max(size, 1), cells % max(size, 1), told

    def _likeness(self, short: sparse.csr_matrix, words: sparse.csr_matrix, urgent: Floats) -> Iterator[Floats]:
        """Cosine of words and pairs of characters with head, body and places, then log weight of words shared with each.

        Places come once more by how urgent the post is: an emergency runs through streets that other records name.
        """
        told = short @ self._told
        told.data /= self._norm[told.indices]
        shared = words @ self._words
        # Its own log1p would sort the cells first.
        shared.data = np.log1p(shared.data)
        head, body, places = np.hsplit(told.toarray(), 3)
        yield from (head, body, places, *np.hsplit(shared.toarray(), 3), places * urgent[:, None])

    def _longest(self, text: Ints, row: Ints, count: int) -> Floats:
        """Weight of the rarest four characters shared with a record."""
        shared = np.zeros((count, len(self.ids)))
        four = np.flatnonzero(self._length[row] == LONG)
        held = self._long[row[four]].tocoo()
        np.maximum.at(shared, (text[four][held.row], held.col), self._weight[row[four]][held.row])
        return shared / 4

    def _watched(self, hits: Hits | None, start: int, stop: int) -> Floats:
        """Weight of the strongest watch term met, and a little for each further one."""
        found = np.zeros((stop - start, len(self.ids)))
        if hits is None:
            return found
        here = np.flatnonzero((hits.text >= start) & (hits.text < stop))
        for text, term in sorted(set(zip((hits.text[here] - start).tolist(), hits.group[here].tolist(), strict=True))):
            rows, weight = self._term_holders[term]
            found[text, rows] = np.maximum(found[text, rows], weight) + 0.25
        return found

    def _matters(self, spoken: Floats) -> Floats:
        """How strongly a post speaks of any matter, and whether of one that a record is about or of another."""
        strength, strongest = np.log1p(spoken.max(axis=1)), spoken.argmax(axis=1)
        most = self._about.max(axis=1, keepdims=True) + 1e-9
        watched = (self._about / most).max(axis=0, initial=0.0)[strongest] * (strength > 0)
        return np.column_stack((strength, watched, strength * (watched < _IN_PASSING)))

    def _post(self, texts: Sequence[str], elsewhere: Floats, chatter: Floats) -> tuple[Floats, list[Heard]]:
        heard = [self._places.heard(text) for text in texts]
        other = np.array([each.elsewhere for each in heard], dtype=np.float64)
        home = np.array([self._places.mentions_home(text) for text in texts], dtype=np.float64)
        denies = np.array([self._places.denies_home(text) for text in texts], dtype=np.float64)
        length = np.log1p(np.array([len(text) for text in texts])) / 5
        return np.column_stack((other, home, denies, length, elsewhere, chatter, other * (1 - home))), heard


def heads_and_bodies(records: Sequence[Disclosure]) -> tuple[list[str], list[str]]:
    """What each record is about in short, and all of it, as the models read them."""
    heads = [f"{subject(r.title)}。{r.doc_number or ''}。{'。'.join(watched_terms(r))}" for r in records]
    return [analysed(None, head) for head in heads], [analysed(None, f"{r.title}。{r.body}") for r in records]


def weights_of(weights: Mapping[str, float], names: Sequence[str]) -> Floats:
    """The weights of these features; 0 for one that a model did not know of when it was made."""
    return np.array([weights.get(name, 0.0) for name in names])


def likeliest(score: Floats | Singles, of_all: float = 0.0) -> tuple[int, float]:
    """The likeliest record and its chance among all records and none; `of_all` is added to every score."""
    best = int(score.argmax())
    highest = score.item(best)
    top = max(highest, -of_all)
    chance = exp(highest - top) / (float(np.add.reduce(np.exp(score - top))) + exp(-of_all - top))
    return best, chance


def reply_features(answered: Found | None, ids: Sequence[str]) -> Floats:
    """(records × REPLY) for a post that answers one of which this was found; all 0 for one that answers none."""
    features = np.zeros((len(ids), len(REPLY)))
    if answered is not None:
        same = np.array([record_id == answered.likeliest for record_id in ids])
        features[:, 0], features[:, 1] = answered.chance * same, answered.chance * ~same
        features[:, 2] = 1 - answered.chance
    return features


def scores(
    likeness: Iterable[Floats],
    post: Floats,
    weights: Mapping[str, float],
    bends: Bends,
    day: Floats,
    record_day: Floats,
) -> Floats:
    """How every record stands for every post (posts × records) against none, before replies and neighbours are looked at.

    `likeness` is LIKENESS, one by one. Bends are worked out for each post's likeliest records alone.
    """
    # Likeness speaks for a record; in a post about another district it is what makes a look-alike.
    of_post = post @ weights_of(weights, POST) + weights["look_alike"] * post[:, _ONLY_OTHER] + weights["bias"]
    score = np.zeros((len(post), len(record_day)))
    held = _Held()
    for at, values in enumerate(likeness):
        weight, lead = weights.get(LIKENESS[at], 0.0), weights.get(_LEAD_OF.get(at, ""), 0.0)
        two_best = _two_best(values) if at in _LEAD_OF and len(record_day) > 1 else None
        if lead and two_best is not None:
            best_at, best, second = two_best
            # For all records but the best one, the best of the others is the best of all.
            of_post = of_post - lead * best
            score[np.arange(len(post)), best_at] += lead * (best - second)
        held.add(values, at in _LEAD_OF, two_best)
        score += (weight + lead) * values
    score += of_post[:, None]
    if len(bends) and len(record_day):
        # Rounded, so that equal records stay equal whatever was added up first: who is taken of them hangs on nothing else.
        rounded = score.astype(np.float32)
        nearest = np.argpartition(rounded, -min(CANDIDATES, len(record_day)), axis=1)[:, -CANDIDATES:]
        more = bends.corrections(held.features(nearest), post[:, _BENT_POST])
        np.put_along_axis(score, nearest, np.take_along_axis(score, nearest, axis=1) + more, axis=1)
    if record_day.max(initial=-np.inf) > day.min(initial=np.inf) + LEAD_DAYS:
        score[record_day[None, :] > day[:, None] + LEAD_DAYS] = IMPOSSIBLE
    return score


class _Held:
    """LIKENESS as it was worked out, until it is known for which records all of PAIR is wanted."""

    def __init__(self) -> None:
        self._values: list[Floats] = []
        # For each of those that have a lead, where it stands among them, and its two best where there are two.
        self._led: list[tuple[int, TwoBest | None]] = []

    def add(self, values: Floats, has_lead: bool, two_best: TwoBest | None) -> None:
        if has_lead:
            self._led.append((len(self._values), two_best))
        self._values.append(values)

    def features(self, records: Ints) -> Floats:
        """PAIR of some records a post (posts × chosen × PAIR)."""
        columns = [np.take_along_axis(values, records, axis=1) for values in self._values]
        columns += [columns[n] - self._best_other(two_best, records) for n, two_best in self._led]
        return np.stack(columns, axis=2)

    @staticmethod
    def _best_other(two_best: TwoBest | None, records: Ints) -> Floats:
        if two_best is None:
            return np.zeros(records.shape)
        best_at, best, second = two_best
        return np.where(records == best_at[:, None], second[:, None], best[:, None])


def elsewhere_scores(post: Floats, weights: Mapping[str, float]) -> Floats:
    """What each post adds to the score of every record once it is known to speak of another district."""
    only = weights["only_other_place"] + weights["look_alike"]
    return np.asarray((1 - post[:, _OTHER]) * (weights["other_place"] + (1 - post[:, _HOME]) * only))


def _norm(spans: Spans) -> Floats:
    """Length of each text's vector of different words and pairs of characters."""
    short = np.flatnonzero(spans.length != LONG)
    # Equal spans of a text have equal keys and equal weights: any of them will do.
    key = spans.hashes[short] ^ (spans.text[short].astype(np.uint64) * _SPREAD)
    order = np.argsort(key)
    first, told = _told(key[order])
    once = short[order[first]]
    square = (spans.weight[once] * told) ** 2
    return np.sqrt(np.bincount(spans.text[once], weights=square, minlength=spans.batch.count)) + 1e-9


def _told(ordered: NDArray[np.int64] | NDArray[np.uint64]) -> tuple[Ints, Floats]:
    """Where each different one of the sorted keys begins, and 1 + log of how often it comes."""
    first = np.flatnonzero(begins(ordered))
    return first, 1 + np.log(np.diff(np.append(first, len(ordered))))


def _cells(row: Ints, column: Ints, value: Floats, shape: tuple[int, int]) -> sparse.csr_matrix:
    """A sparse matrix of cells that come row by row, each once."""
    return sparse.csr_matrix((value, column, np.searchsorted(row, np.arange(shape[0] + 1))), shape=shape)


def _times(row: Ints, column: Ints, shape: tuple[int, int]) -> sparse.csr_matrix:
    """How often each row comes with each column."""
    return sparse.csr_matrix((np.ones(len(row)), (row, column)), shape=shape)


def _two_best(values: Floats) -> TwoBest:
    rows = np.arange(len(values))
    at = values.argmax(axis=1)
    best = values[rows, at]
    values[rows, at] = -np.inf
    second = values.max(axis=1)
    values[rows, at] = best
    return at, best, second


def _best_other(values: Floats) -> Floats:
    """For each record the best value among the others."""
    if values.shape[1] < 2:
        return np.zeros_like(values)
    at, best, second = _two_best(values)
    other = np.repeat(best[:, None], values.shape[1], axis=1)
    other[np.arange(len(values)), at] = second
    return other
