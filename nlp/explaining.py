"""Says in words that people read why a post was read so: the terms of it, the record it speaks of, what was said around it.

It is done after reading and beside it, where it is wanted: on a running desk; a file of posts is judged faster without. What
comes out otherwise than for the post alone was decided by what was said around it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import replace
from functools import lru_cache

import numpy as np

from nlp.cleaning import analysed
from nlp.contradiction import Denials, everywhere
from nlp.features import dense_names, read
from nlp.lexicon import marks, matters, senses
from nlp.matters import spoken_of
from nlp.model import CATEGORIES, SENTIMENTS, Model
from nlp.reasons import EXTRA_LABELS, Reason, Telling, reasons
from nlp.senses import labels
from nlp.spans import batch_of
from nlp.tokens import plain
from nlp.watch_terms import watched_terms
from records.assessments import Alone, Assessment, Ground, Unexplained
from records.disclosures import Disclosure
from records.posts import Post
from records.words import Category

SENTIMENT, DISCLOSURE, CATEGORY = "sentiment", "disclosure", "category"
"""What a ground speaks for, as records.corrections.Verdict names it."""

MOST_TERMS, MOST_QUOTED = 5, 2

MOST_RECORDS = 4_000
"""With so many it begins anew to keep what it needs of each record."""

WORDS, TURNS = "用词", "说法"
WATCHED, MATTER, SHARED = "提到关注词", "同一类事", "与事项原文同有的词"
ANSWERS, AROUND, ELSEWHERE = "它回复的帖子说的是这件事", "结合当时的同类帖文和它回复的帖子判断", "说到了别处"
SAID_IN_ANSWER, CALLED_OUT = "回复中说到", "后来的帖文说明这件事上正有突发情况"
DENIED, EMERGENCY = "说到了文件否认、限定或未定的内容", "这件事上正有突发情况"


_KIND: dict[Category | None, int] = {category: n for n, category in enumerate(CATEGORIES)}


class Explaining:
    """Adds the grounds to what a judge with the same model has read; any number of these may be at work beside it."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._of_mood, telling = Telling.of(model.sentiment), Telling.of(model.category)
        # What a post says against its record stands in the last columns, and is said apart.
        self._of_kind = Telling(telling.spans, telling.dense[: len(dense_names())])
        self._records: dict[str, _Record] = {}

    def explain(self, readings: Sequence[Unexplained], records: Mapping[str, Disclosure]) -> list[Assessment]:
        """The same assessments with their terms and grounds, in order; `records` are those that they are linked to.

        One that another model has read says nothing more of words than that did. Grounds of one that a later post
        made clear say what of that post did so.
        """
        if len(self._records) > MOST_RECORDS:
            self._records = {}
        self._records |= {key: self._known(record) for key, record in records.items()}
        texts = [analysed(one.post.title, one.post.text) for one in readings]
        mine = [n for n, one in enumerate(readings) if one.assessment.model == self._model.name]
        of_words = dict(zip(mine, self._by_words([texts[n] for n in mine], [readings[n] for n in mine]), strict=True))
        return [
            self._explained(one, text, *of_words.get(n, (one.assessment.why, ())))
            for n, (one, text) in enumerate(zip(readings, texts, strict=True))
        ]

    def _known(self, record: Disclosure) -> _Record:
        known = self._records.get(record.id)
        return known if known is not None and known.record == record else _Record(record)

    def _explained(self, reading: Unexplained, text: str, why: Sequence[Reason], terms: Sequence[Reason]) -> Assessment:
        found, alone = replace(reading.assessment, why=tuple(why)), reading.alone
        of_record = self._of_record(found, alone, text)
        if reading.by is not None and Ground(DISCLOSURE, ANSWERS) not in of_record:
            of_record = [ground for ground in of_record if ground.rule != AROUND]
            of_record.append(self._made_clear(reading.post, reading.by, found.disclosure))
        of_category = self._of_category(found, alone, text, terms)
        return replace(found, grounds=(*_of_sentiment(found, alone, text), *of_record, *of_category))

    def _made_clear(self, post: Post, by: Post, record: str | None) -> Ground:
        """What of the later post made the earlier one clear."""
        known = None if record is None else self._records.get(record)
        if known is None or by.in_reply_to != post.id:
            return Ground(DISCLOSURE, CALLED_OUT)
        said = known.grounds(analysed(by.title, by.text))
        return Ground(
            DISCLOSURE, SAID_IN_ANSWER, tuple(dict.fromkeys(term for ground in said for term in ground.terms))
        )

    def _of_record(self, found: Assessment, alone: Alone, text: str) -> list[Ground]:
        if found.disclosure is None:
            elsewhere = alone.elsewhere
            return [] if elsewhere is None else [Ground(DISCLOSURE, ELSEWHERE, (elsewhere,) if elsewhere else ())]
        known = self._records.get(found.disclosure)
        grounds = [] if known is None else known.grounds(text)
        if alone.answers == found.disclosure:
            grounds.append(Ground(DISCLOSURE, ANSWERS))
        elif alone.disclosure != found.disclosure:
            grounds.append(Ground(DISCLOSURE, AROUND))
        return grounds

    def _of_category(self, found: Assessment, alone: Alone, text: str, terms: Sequence[Reason]) -> list[Ground]:
        if found.category is None:
            return []
        grounds = _terms(CATEGORY, terms, text)
        known = None if found.disclosure is None else self._records.get(found.disclosure)
        if found.category is Category.MISREADING and known is not None:
            denied = known.denied(text)
            grounds += [Ground(CATEGORY, DENIED, denied)] if denied else []
        if found.category is Category.EMERGENCY and alone.category is not Category.EMERGENCY:
            grounds.append(Ground(CATEGORY, EMERGENCY))
        return grounds

    def _by_words(
        self, texts: Sequence[str], readings: Sequence[Unexplained]
    ) -> list[tuple[Sequence[Reason], Sequence[Reason]]]:
        """For each text the terms that speak for its sentiment, and those for its category, where it has one."""
        if not texts:
            return []
        batch = read(texts, plain())
        _, weight, rows = self._model.vocabulary.matrix(batch)
        moods = [SENTIMENTS.index(one.alone.sentiment) for one in readings]
        kinds = [_KIND.get(one.assessment.category, -1) for one in readings]
        for_mood, for_kind = (
            reasons(texts, batch, weight, rows, telling, np.array(chosen, dtype=np.int64))
            for telling, chosen in ((self._of_mood, moods), (self._of_kind, kinds))
        )
        return [
            (mood, of_kind if kind >= 0 else ()) for mood, of_kind, kind in zip(for_mood, for_kind, kinds, strict=True)
        ]


def _of_sentiment(found: Assessment, alone: Alone, text: str) -> list[Ground]:
    return _terms(SENTIMENT, found.why, text) if alone.sentiment is found.sentiment else [Ground(SENTIMENT, AROUND)]


class _Record:
    """One record, and what a post may share with it."""

    def __init__(self, record: Disclosure) -> None:
        self.record = record
        self._text = analysed(None, f"{record.title}。{record.body}")
        # As people wrote them, and as a text that is read holds them.
        self._watched = [(term, analysed(None, term)) for term in watched_terms(record) if len(term) > 1]
        self._matters = _matters_in(self._text)
        self._denied = Denials(record).words

    def grounds(self, text: str) -> list[Ground]:
        """What of the analysed text points to it."""
        watched = _longest([term for term, folded in self._watched if folded in text])
        shared = _longest([word for word in _words(text) if word in self._text])
        shared = [word for word in shared if not any(word in term for term in watched)]
        about = _matters_in(text) & self._matters if self._matters else frozenset[str]()
        found = (
            (WATCHED, watched),
            (MATTER, [label for label in matters().labels if label in about]),
            (SHARED, shared),
        )
        return [Ground(DISCLOSURE, rule, tuple(terms[:MOST_TERMS])) for rule, terms in found if terms]

    def denied(self, text: str) -> tuple[str, ...]:
        """The words of the analysed text that the record denies, limits or leaves open."""
        return tuple(word for word in self._denied if word in text)[:MOST_TERMS]


def _terms(about: str, why: Sequence[Reason], text: str) -> list[Ground]:
    """The terms of a reading as turns of speech, with what of the text they are seen by, and as words of the post."""
    turns, characters = _turns(), set(text)
    seen = tuple(_turn(term, turns[term], text, characters) for term, _ in why if term in turns)
    words = tuple(term for term, _ in why if term not in turns)
    return [Ground(about, rule, terms) for rule, terms in ((TURNS, seen), (WORDS, words)) if terms]


def _turn(label: str, terms: _ByFirst, text: str, characters: Set[str]) -> str:
    met = sorted(each for first in terms.keys() & characters for each in terms[first] if each[1] in text)
    quoted = _longest(term for _, term in met)[:MOST_QUOTED]
    return f"{label}（{'、'.join(quoted)}）" if quoted else label


_ByFirst = dict[str, list[tuple[int, str]]]
"""Terms with their places, by their first characters: most of them need not be looked for in a text."""


@lru_cache(maxsize=1)
def _turns() -> dict[str, _ByFirst]:
    """The terms of each turn of speech by its label; none for what is seen otherwise."""
    found: dict[str, _ByFirst] = {label: {} for label in (*EXTRA_LABELS.values(), *filter(None, labels()))}
    for lexicon in (marks(), senses()):
        for label, terms in zip(lexicon.labels, lexicon.terms, strict=True):
            found[label] = {}
            for place, term in enumerate(terms):
                found[label].setdefault(term[0], []).append((place, term))
    return found


def _words(text: str) -> list[str]:
    return [word for word in plain().cut(text) if len(word) > 1 and word.isalpha() and word not in everywhere()]


def _longest(terms: Iterable[str]) -> list[str]:
    """Each once, the longest first, those within a longer one left out."""
    ordered = sorted(dict.fromkeys(terms), key=lambda term: -len(term))
    return [term for n, term in enumerate(ordered) if not any(term in longer for longer in ordered[:n])]


def _matters_in(text: str) -> frozenset[str]:
    spoken = spoken_of(batch_of([text]))[0]
    return frozenset(label for label, weight in zip(matters().labels, spoken, strict=True) if weight > 0)
