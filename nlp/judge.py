"""Reads posts: sentiment, category, the record that a post speaks of, its first original, and why."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from nlp.cleaning import analysed, bare
from nlp.dictionary import NOTHING, Dictionary
from nlp.duplicates import Duplicates, grams_of
from nlp.features import Floats, guard_marks, read
from nlp.linking import Records, chosen, elsewhere_scores
from nlp.model import CATEGORIES, MODELS, SENTIMENTS, Model, load_model, shares
from nlp.prepared import Prepared
from nlp.reasons import Telling, reasons
from nlp.recent import KEPT, Recent, Said, neighbour_rows
from nlp.tokens import plain
from records.assessments import Assessment
from records.disclosures import Disclosure
from records.posts import Post
from records.words import Category, Sentiment

BATCH, BATCH_CHARACTERS = 768, 100_000
_EMERGENCY = CATEGORIES.index(Category.EMERGENCY)
_NEGATIVE = SENTIMENTS.index(Sentiment.NEGATIVE)
_DAY = 86400.0
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Judge:
    """One reader with its memory of the last seven days. Posts come in the order of their `seen_at`.

    `assess` is `prepare`, which reads each post for itself and may be done in other processes, and `settle`, which
    sets them beside what was said before and must be done in order.
    """

    def __init__(self, model: Model, dictionary: Dictionary = NOTHING) -> None:
        self.model = model
        self._dictionary = dictionary
        self._telling = Telling.of(model.sentiment)
        self._duplicates = Duplicates()
        self._recent = Recent()
        self._unread: deque[Post] = deque(maxlen=KEPT)
        self._records = Records((), model.vocabulary, model.learned, dictionary)
        self._watched: tuple[Disclosure, ...] = ()

    @classmethod
    def load(cls, path: Path | None = None, dictionary: Dictionary = NOTHING) -> Judge:
        """A judge with the shipped model, or the one in the folder `path`. Raises ModelMissing."""
        return cls(load_model(path or MODELS), dictionary)

    @property
    def name(self) -> str:
        """Fingerprint of the model in use."""
        return self.model.name

    def watch(self, disclosures: Iterable[Disclosure]) -> None:
        """Link to these records from now on; a record added a minute ago needs no training."""
        watched = tuple(disclosures)
        if watched != self._watched:
            self._watched = watched
            self._records = Records(watched, self.model.vocabulary, self.model.learned, self._dictionary)

    def remember(self, posts: Iterable[tuple[Post, str]]) -> None:
        """Take back the texts of the last seven days with the id of each one's first original, oldest first.

        The newest of them are linked again before the next assessment, so that what was being said is known as well.
        """
        remembered = list(posts)
        self._duplicates.remember((bare(post.title, post.text), post.seen_at, root) for post, root in remembered)
        self._unread.extend(post for post, _ in remembered)

    def assess(self, posts: Sequence[Post], disclosures_of: Mapping[str, str | None]) -> list[Assessment]:
        """One assessment a post, in order. `disclosures_of` gives the records that earlier posts were linked to.

        One call or many give the same, as long as the posts come in the same order.
        """
        known: dict[str, str | None] = {}
        found: list[Assessment] = []
        for part in parts_of(posts):
            found += self._settled(self.prepare(part), disclosures_of, known)
        return found

    def prepare(self, posts: Sequence[Post]) -> Prepared:
        """Read each post for itself; what is remembered is neither looked at nor changed. For many see `parts_of`."""
        texts = [analysed(post.title, post.text) for post in posts]
        bares = [bare(post.title, post.text) for post in posts]
        seen = np.array([(post.seen_at - _EPOCH).total_seconds() for post in posts])
        batch = read(texts, plain())
        spans, weight, rows = self.model.vocabulary.matrix(batch)
        sentiment = self.model.sentiment.chances(spans, batch.dense)
        # Before a record is known, a post denies nothing of it.
        leaning = self.model.category.scores(spans, np.hstack((batch.dense, np.zeros((len(posts), 1)))))
        met, guards, heard = self._records.compare_alone(
            texts, *guard_marks(batch), self.model.learned.hints(spans), batch.cut
        )
        return Prepared(
            ids=[post.id for post in posts],
            parents=[post.in_reply_to for post in posts],
            texts=texts,
            bare=bares,
            seen=seen,
            sentiment=sentiment,
            urgent=sentiment[:, 0] * shares(leaning)[:, _EMERGENCY],
            leaning=leaning,
            link=self._records.scores(met, guards, self.model.link, self.model.bends, seen / _DAY),
            elsewhere=elsewhere_scores(guards, self.model.link),
            heard=heard,
            near=neighbour_rows(batch, self.model.vocabulary, rows),
            grams=grams_of(bares),
            why=reasons(texts, batch, weight, rows, self._telling, sentiment.argmax(axis=1)),
        )

    def settle(self, prepared: Prepared, disclosures_of: Mapping[str, str | None]) -> list[Assessment]:
        """The assessments of posts that were prepared beside the same records; the next in order. See `assess`."""
        return self._settled(prepared, disclosures_of, {})

    def _settled(
        self, prepared: Prepared, disclosures_of: Mapping[str, str | None], known: dict[str, str | None]
    ) -> list[Assessment]:
        self._link_again()
        records, link, category = self._linked(prepared, disclosures_of, known)
        roots = self._duplicates.roots_of(prepared.ids, prepared.bare, prepared.seen, prepared.grams)
        verdicts, negative = prepared.sentiment.argmax(axis=1).tolist(), prepared.sentiment[:, 0].tolist()
        likeliest, by_category = category.argmax(axis=1).tolist(), category.tolist()
        return [
            Assessment(
                post_id=post_id,
                sentiment=SENTIMENTS[verdict],
                negative=round(chance, 4),
                disclosure=record,
                link=round(score, 4),
                category=CATEGORIES[best] if verdict == _NEGATIVE else None,
                category_scores=_by_category(spread) if verdict == _NEGATIVE else {},
                duplicate_of=root,
                why=tuple(why),
                model=self.model.name,
            )
            for post_id, verdict, chance, record, score, best, spread, root, why in zip(
                prepared.ids,
                verdicts,
                negative,
                records,
                link,
                likeliest,
                by_category,
                roots,
                prepared.why,
                strict=True,
            )
        ]

    def _link_again(self) -> None:
        """Link what `remember` took back; its near-duplicates are known already."""
        unread = list(self._unread)
        self._unread.clear()
        known: dict[str, str | None] = {}
        for part in parts_of(unread):
            self._linked(self.prepare(part), {}, known)

    def _linked(
        self, prepared: Prepared, disclosures_of: Mapping[str, str | None], known: dict[str, str | None]
    ) -> tuple[list[str | None], list[float], Floats]:
        """Records, their scores 0–1 and chances by category. Adds each post's record to `known`."""
        link = [0.0] * len(prepared)
        leaning = prepared.leaning.copy()

        def choose(n: int, said: Said) -> str | None:
            record, link[n] = self._link(prepared, n, said, disclosures_of, known)
            known[prepared.ids[n]] = record
            if record is not None:
                leaning[n] += self._leaning(prepared.texts[n], record, said)
            return record

        ids = self._records.ids
        records = self._recent.linked(prepared.near, prepared.seen / _DAY, prepared.urgent, ids, choose)
        return records, link, shares(leaning)

    def _leaning(self, text: str, record: str, said: Said) -> Floats:
        """What the record adds to a post's scores by category: what it denies, and whether an emergency is going on."""
        category = self.model.category
        added: Floats = self._records.denied(text, record) * category.dense[-1] / category.temperature
        added[_EMERGENCY] += said.burst.get(self._records.row[record], 0.0) * self.model.link["burst_category"]
        return added

    def _link(
        self,
        prepared: Prepared,
        n: int,
        said: Said,
        disclosures_of: Mapping[str, str | None],
        known: Mapping[str, str | None],
    ) -> tuple[str | None, float]:
        """The record and its score 0–1, what was just said and the answered post's record taken into account."""
        score = prepared.link[n]
        elsewhere = self._records.districts.elsewhere(prepared.texts[n], prepared.heard[n])
        if not len(score):
            return None, 0.0
        everywhere, some = said.added(self.model.link)
        if elsewhere:
            everywhere += prepared.elsewhere[n]
        parent = prepared.parents[n]
        if parent is not None and (parent in known or parent in disclosures_of):
            answered = known[parent] if parent in known else disclosures_of[parent]
            of_all, of_answered = self._records.answering(answered, self.model.link)
            everywhere += of_all
            some += of_answered
        score = score + everywhere
        for row, more in some:
            score[row] += more
        best, link = chosen(score, self.model.link["threshold"])
        return (None if best is None else self._records.ids[best]), link


def _by_category(shares: Sequence[float]) -> dict[Category, float]:
    return {category: round(share, 4) for category, share in zip(CATEGORIES, shares, strict=True)}


def parts_of(posts: Sequence[Post]) -> Iterator[Sequence[Post]]:
    """Posts in order, a bounded number of posts and characters at a time."""
    start = characters = 0
    for n, post in enumerate(posts):
        length = len(post.text)
        if n > start and (n - start >= BATCH or characters + length > BATCH_CHARACTERS):
            yield posts[start:n]
            start, characters = n, 0
        characters += length
    if start < len(posts):
        yield posts[start:]
