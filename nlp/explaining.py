"""Says in words that people read why a post was read so: the terms of it, the record it speaks of, what was said around it.

A judge that explains reads each post a second time by itself: what comes out otherwise then was decided by what was said
around the post. It is meant for a running desk; a file of posts is judged faster without.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from nlp.cleaning import analysed
from nlp.contradiction import Denials, everywhere
from nlp.features import dense_names, read
from nlp.judge import Judge, parts_of
from nlp.lexicon import marks, matters, senses
from nlp.linking import likeliest
from nlp.matters import spoken_of
from nlp.model import CATEGORIES, SENTIMENTS, shares
from nlp.prepared import Prepared
from nlp.reasons import EXTRA_LABELS, Reason, Telling, reasons
from nlp.recent import KEPT
from nlp.senses import labels
from nlp.spans import batch_of
from nlp.tokens import plain
from nlp.watch_terms import watched_terms
from records.assessments import Assessment, Ground, Reread
from records.disclosures import Disclosure
from records.posts import Post
from records.words import Category

SENTIMENT, DISCLOSURE, CATEGORY = "sentiment", "disclosure", "category"
"""What a ground speaks for, as records.corrections.Verdict names it."""

MOST_TERMS, MOST_QUOTED = 5, 2

WORDS, TURNS = "用词", "说法"
WATCHED, MATTER, SHARED = "提到关注词", "同一类事", "与事项原文同有的词"
ANSWERS, AROUND, ELSEWHERE = "它回复的帖子说的是这件事", "结合当时的同类帖文和它回复的帖子判断", "说到了别处"
SAID_IN_ANSWER, CALLED_OUT = "回复中说到", "后来的帖文说明这件事上正有突发情况"
DENIED, EMERGENCY = "说到了文件否认、限定或未定的内容", "这件事上正有突发情况"


class ExplainingJudge:
    """Reads as the judge does, and adds the grounds."""

    def __init__(self, judge: Judge) -> None:
        self._judge = judge
        telling = Telling.of(judge.model.category)
        # What a post says against its record stands in the last columns, and is said apart.
        self._telling = Telling(telling.spans, telling.dense[: len(dense_names())])
        self._records: dict[str, _Record] = {}
        self._posts: OrderedDict[str, Post] = OrderedDict()

    @property
    def name(self) -> str:
        """Fingerprint of the model in use."""
        return self._judge.name

    def watch(self, disclosures: Iterable[Disclosure]) -> None:
        """See Judge."""
        records = list(disclosures)
        self._records = {record.id: _Record(record) for record in records}
        self._judge.watch(records)

    def remember(self, posts: Iterable[tuple[Post, str]]) -> None:
        """See Judge."""
        remembered = list(posts)
        self._keep(post for post, _ in remembered)
        self._judge.remember(remembered)

    def assess(self, posts: Sequence[Post], disclosures_of: Mapping[str, str | None]) -> list[Assessment]:
        """See Judge."""
        found = self._judge.assess(posts, disclosures_of)
        self._keep(posts)
        records = {**disclosures_of, **{one.post_id: one.disclosure for one in found}}
        explained: list[Assessment] = []
        for part in parts_of(posts):
            here = found[len(explained) : len(explained) + len(part)]
            explained += self._explained(part, here, records)
        return explained

    def read_again(self) -> list[Reread]:
        """See Judge."""
        found = self._judge.read_again()
        records = {one.assessment.post_id: one.assessment.disclosure for one in found}
        return [self._explained_again(one, records) for one in found]

    def _keep(self, posts: Iterable[Post]) -> None:
        for post in posts:
            self._posts[post.id] = post
        while len(self._posts) > KEPT:
            self._posts.popitem(last=False)

    def _explained_again(self, again: Reread, records: Mapping[str, str | None]) -> Reread:
        post, by = self._posts.get(again.assessment.post_id), self._posts.get(again.by)
        if post is None or by is None:
            return again
        (read,) = self._explained([post], [again.assessment], records)
        grounds = [ground for ground in read.grounds if ground != Ground(DISCLOSURE, AROUND)]
        if Ground(DISCLOSURE, ANSWERS) not in grounds:
            grounds.append(self._made_clear(post, by, again.assessment.disclosure))
        return replace(again, assessment=replace(read, grounds=tuple(grounds)))

    def _made_clear(self, post: Post, by: Post, record: str | None) -> Ground:
        """What of the later post made the earlier one clear."""
        if record is None or by.in_reply_to != post.id:
            return Ground(DISCLOSURE, CALLED_OUT)
        said = self._records[record].grounds(analysed(by.title, by.text))
        return Ground(
            DISCLOSURE, SAID_IN_ANSWER, tuple(dict.fromkeys(term for ground in said for term in ground.terms))
        )

    def _explained(
        self, posts: Sequence[Post], found: Sequence[Assessment], records: Mapping[str, str | None]
    ) -> list[Assessment]:
        alone = self._judge.prepare(posts)
        terms = self._category_terms(alone.texts, found)
        return [
            replace(
                one,
                grounds=(
                    *self._of_sentiment(alone, n, one),
                    *self._of_record(alone, n, one, records),
                    *self._of_category(alone, n, one, terms[n]),
                ),
            )
            for n, one in enumerate(found)
        ]

    def _of_sentiment(self, alone: Prepared, n: int, found: Assessment) -> list[Ground]:
        grounds = _terms(SENTIMENT, found.why, alone.texts[n])
        if SENTIMENTS[int(alone.sentiment[n].argmax())] is not found.sentiment:
            return [Ground(SENTIMENT, AROUND)]
        return grounds

    def _of_record(self, alone: Prepared, n: int, found: Assessment, records: Mapping[str, str | None]) -> list[Ground]:
        heard = alone.heard[n]
        if found.disclosure is None:
            return [Ground(DISCLOSURE, ELSEWHERE, (heard.name,) if heard.name else ())] if heard.elsewhere else []
        grounds = self._records[found.disclosure].grounds(alone.texts[n])
        parent = alone.parents[n]
        if parent is not None and records.get(parent) == found.disclosure:
            grounds.append(Ground(DISCLOSURE, ANSWERS))
        elif self._by_itself(alone, n) != found.disclosure:
            grounds.append(Ground(DISCLOSURE, AROUND))
        return grounds

    def _by_itself(self, alone: Prepared, n: int) -> str | None:
        if not self._records:
            return None
        best, chance = likeliest(alone.link[n])
        return list(self._records)[best] if chance >= self._judge.model.link["threshold"] else None

    def _of_category(self, alone: Prepared, n: int, found: Assessment, terms: Sequence[Reason]) -> list[Ground]:
        if found.category is None:
            return []
        grounds = _terms(CATEGORY, terms, alone.texts[n])
        by_itself = CATEGORIES[int(shares(alone.leaning[n][None]).argmax())]
        if found.category is Category.MISREADING and found.disclosure is not None:
            denied = self._records[found.disclosure].denied(alone.texts[n])
            grounds += [Ground(CATEGORY, DENIED, denied)] if denied else []
        if found.category is Category.EMERGENCY and by_itself is not Category.EMERGENCY:
            grounds.append(Ground(CATEGORY, EMERGENCY))
        return grounds

    def _category_terms(self, texts: Sequence[str], found: Sequence[Assessment]) -> list[list[Reason]]:
        batch = read(texts, plain())
        _, weight, rows = self._judge.model.vocabulary.matrix(batch)
        of_category = [CATEGORIES.index(one.category) if one.category in CATEGORIES else 0 for one in found]
        return reasons(texts, batch, weight, rows, self._telling, np.array(of_category, dtype=np.int64))


@dataclass(frozen=True, slots=True)
class _Record:
    """One record, and what a post may share with it."""

    record: Disclosure

    def grounds(self, text: str) -> list[Ground]:
        """What of the analysed text points to it."""
        record = self.record
        watched = _longest([term for term in watched_terms(record) if len(term) > 1 and analysed(None, term) in text])
        shared = _longest([word for word in _words(text) if word in analysed(None, f"{record.title}。{record.body}")])
        shared = [word for word in shared if not any(word in term for term in watched)]
        about = _matters_in(text) & _matters_in(analysed(None, f"{record.title}。{record.body}"))
        found = (
            (WATCHED, watched),
            (MATTER, [label for label in matters().labels if label in about]),
            (SHARED, shared),
        )
        return [Ground(DISCLOSURE, rule, tuple(terms[:MOST_TERMS])) for rule, terms in found if terms]

    def denied(self, text: str) -> tuple[str, ...]:
        """The words of the analysed text that the record denies, limits or leaves open."""
        return tuple(word for word in Denials(self.record).words if word in text)[:MOST_TERMS]


def _terms(about: str, why: Sequence[Reason], text: str) -> list[Ground]:
    """The terms of a reading as turns of speech, with what of the text they are seen by, and as words of the post."""
    turns = _turns()
    seen = tuple(_turn(term, turns[term], text) for term, _ in why if term in turns)
    words = tuple(term for term, _ in why if term not in turns)
    return [Ground(about, rule, terms) for rule, terms in ((TURNS, seen), (WORDS, words)) if terms]


def _turn(label: str, terms: Sequence[str], text: str) -> str:
    met = _longest([term for term in terms if term in text])[:MOST_QUOTED]
    return f"{label}（{'、'.join(met)}）" if met else label


@lru_cache(maxsize=1)
def _turns() -> dict[str, tuple[str, ...]]:
    """The terms of each turn of speech by its label; none for what is seen otherwise."""
    found: dict[str, tuple[str, ...]] = dict.fromkeys((*EXTRA_LABELS.values(), *filter(None, labels())), ())
    for lexicon in (marks(), senses()):
        found |= zip(lexicon.labels, lexicon.terms, strict=True)
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
