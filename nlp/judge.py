"""Reads posts: sentiment, category, the record that a post speaks of, its first original, and why."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from nlp.cleaning import analysed, bare
from nlp.context import Moods, Reading, Readings, Row, around, chances
from nlp.dictionary import NOTHING, Dictionary
from nlp.duplicates import TEXTS_KEPT, Duplicates, grams_of
from nlp.features import Floats, Held, guard_marks, read
from nlp.linking import Records, elsewhere_scores, likeliest
from nlp.model import CATEGORIES, MODELS, SENTIMENTS, Model, load_model, shares
from nlp.prepared import Prepared
from nlp.reasons import Reason, Telling, reasons
from nlp.recent import KEPT, NOT_LINKED, Found, Recent, Said, neighbour_rows
from nlp.reconsidering import Reconsidering, Unsure, Waiting
from nlp.tokens import plain
from records.assessments import Alone, Assessment, Reread
from records.disclosures import Disclosure
from records.posts import Post
from records.words import Category, Sentiment

BATCH, BATCH_CHARACTERS = 512, 100_000
_EMERGENCY = CATEGORIES.index(Category.EMERGENCY)
_NEGATIVE = SENTIMENTS.index(Sentiment.NEGATIVE)
_DAY = 86400.0
_LEAST = 1e-12
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Judge:
    """One reader with its memory of the last seven days. Posts come in the order of their `seen_at`.

    `assess` is `prepare`, which reads each post for itself and may be done in other processes, and `settle`, which
    sets them beside what was said before and must be done in order. One that `tells` says of each post how it reads alone,
    and leaves it to nlp.explaining.Explaining to say by which words (`why`).
    It knows the copies of up to so many different `texts`.
    """

    def __init__(
        self, model: Model, dictionary: Dictionary = NOTHING, *, tells: bool = False, texts: int = TEXTS_KEPT
    ) -> None:
        self.model = model
        self._alone: list[Alone] | None = [] if tells else None
        self._dictionary = dictionary
        self._telling = Telling.of(model.sentiment)
        # What a record denies is the last of the columns by which categories are read.
        self._denial: Row = (model.category.dense[-1] / model.category.temperature).tolist()
        self._duplicates = Duplicates(texts)
        self._recent = Recent()
        self._readings = Readings()
        self._moods = Moods()
        self._reconsidering = Reconsidering(model.link)
        self._again: list[Reread] = []
        self._unread: deque[tuple[Post, str]] = deque(maxlen=KEPT)
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
            self._reconsidering.forget()

    def remember(self, posts: Iterable[tuple[Post, str]]) -> None:
        """Take back the texts of the last seven days with the id of each one's first original, oldest first.

        The newest of them are linked again before the next assessment, so that what was being said is known as well.
        """
        remembered = list(posts)
        self._duplicates.remember((bare(post.title, post.text), post.seen_at, root) for post, root in remembered)
        self._unread.extend(remembered)

    def assess(self, posts: Sequence[Post], disclosures_of: Mapping[str, str | None]) -> list[Assessment]:
        """One assessment a post, in order. `disclosures_of` gives the records that earlier posts were linked to.

        One call or many give the same, as long as the posts come in the same order.
        """
        self._begin()
        known: dict[str, str | None] = {}
        found: list[Assessment] = []
        for part in parts_of(posts):
            found += self._settled(self.prepare(part), disclosures_of, known)
        return found

    def read_again(self) -> list[Reread]:
        """The posts of no record that those of the last `assess` made clear, in the order in which that was seen."""
        return list(self._again)

    @property
    def reach(self) -> timedelta:
        """How far back the originals of copies are known at present: seven days, or less where there was no room."""
        return self._duplicates.reach

    def alone(self) -> list[Alone]:
        """How each post of the last `assess` reads by its own words, in order; none where this one does not tell."""
        return list(self._alone or ())

    def prepare(self, posts: Sequence[Post]) -> Prepared:
        """Read each post for itself; what is remembered is neither looked at nor changed. For many see `parts_of`."""
        texts = [analysed(post.title, post.text) for post in posts]
        bares = [bare(post.title, post.text) for post in posts]
        seen = np.array([(post.seen_at - _EPOCH).total_seconds() for post in posts])
        batch = read(texts, plain())
        spans, weight, rows = self.model.vocabulary.matrix(batch)
        held = Held.of(spans)
        sentiment = self.model.sentiment.chances(held, batch.dense)
        # Before a record is known, a post denies nothing of it.
        leaning = self.model.category.scores(held, np.hstack((batch.dense, np.zeros((len(posts), 1)))))
        urgent = sentiment[:, 0] * shares(leaning)[:, _EMERGENCY]
        met, guards, heard = self._records.compare_alone(
            texts, *guard_marks(batch), self._records.hints(held), batch, rows, urgent
        )
        return Prepared(
            ids=[post.id for post in posts],
            parents=[post.in_reply_to for post in posts],
            texts=texts,
            bare=bares,
            seen=seen,
            sentiment=sentiment,
            urgent=urgent,
            leaning=leaning,
            link=self._records.scores(met, guards, self.model.link, self.model.bends, seen / _DAY),
            elsewhere=elsewhere_scores(guards, self.model.link),
            heard=heard,
            near=neighbour_rows(batch, self.model.vocabulary, rows),
            grams=grams_of(bares),
            why=[[] for _ in posts]
            if self._alone is not None
            else reasons(texts, batch, weight, rows, self._telling, sentiment.argmax(axis=1)),
        )

    def settle(self, prepared: Prepared, disclosures_of: Mapping[str, str | None]) -> list[Assessment]:
        """The assessments of posts that were prepared beside the same records; the next in order. See `assess`."""
        self._begin()
        return self._settled(prepared, disclosures_of, {})

    def _begin(self) -> None:
        self._again.clear()
        if self._alone is not None:
            self._alone.clear()

    def _settled(
        self, prepared: Prepared, disclosures_of: Mapping[str, str | None], known: dict[str, str | None]
    ) -> list[Assessment]:
        self._link_again()
        roots = self._duplicates.roots_of(prepared.ids, prepared.bare, prepared.seen, prepared.grams)
        found, sentiment, category = self._linked(prepared, roots, disclosures_of, known)
        if self._alone is not None:
            moods, kinds = (scores.argmax(axis=1).tolist() for scores in (prepared.sentiment, prepared.leaning))
            for n, about in enumerate(found):
                answered = self._answered(prepared.parents[n], disclosures_of, known)
                self._alone.append(self._by_itself(prepared, n, moods[n], kinds[n], about, answered))
        return [
            self._assessment(*each)
            for each in zip(
                prepared.ids,
                sentiment.argmax(axis=1).tolist(),
                sentiment[:, _NEGATIVE].round(4).tolist(),
                found,
                category.argmax(axis=1).tolist(),
                category.round(4).tolist(),
                roots,
                prepared.why,
                strict=True,
            )
        ]

    def _assessment(
        self,
        post_id: str,
        verdict: int,
        negative: float,
        about: Found,
        category: int,
        by_category: Row,
        root: str | None,
        why: Sequence[Reason],
    ) -> Assessment:
        return Assessment(
            post_id=post_id,
            sentiment=SENTIMENTS[verdict],
            negative=negative,
            disclosure=about.record,
            link=round(about.chance, 4),
            category=CATEGORIES[category] if verdict == _NEGATIVE else None,
            category_scores=dict(zip(CATEGORIES, by_category, strict=True)) if verdict == _NEGATIVE else {},
            duplicate_of=root,
            why=tuple(why),
            model=self.model.name,
        )

    def _by_itself(
        self, prepared: Prepared, n: int, mood: int, kind: int, about: Found, answered: Found | None
    ) -> Alone:
        heard = prepared.heard[n]
        own: str | None = None
        if about.linked:
            best, chance = likeliest(prepared.link[n])
            own = self._records.ids[best] if chance >= self.model.link["threshold"] else None
        return Alone(
            sentiment=SENTIMENTS[mood],
            category=CATEGORIES[kind],
            disclosure=own,
            elsewhere=(heard.name or "") if heard.elsewhere else None,
            answers=None if answered is None else answered.record,
        )

    def _link_again(self) -> None:
        """Link what `remember` took back; its near-duplicates are known already."""
        unread = list(self._unread)
        self._unread.clear()
        root = {post.id: original for post, original in unread if original != post.id}
        known: dict[str, str | None] = {}
        for part in parts_of([post for post, _ in unread]):
            self._linked(self.prepare(part), [root.get(post.id) for post in part], {}, known)

    def _linked(
        self,
        prepared: Prepared,
        roots: Sequence[str | None],
        disclosures_of: Mapping[str, str | None],
        known: dict[str, str | None],
    ) -> tuple[list[Found], Floats, Floats]:
        """Records, and chances by sentiment and by category. Adds each post's record to `known`."""
        own = np.log(np.maximum(prepared.sentiment, _LEAST)).tolist()
        sentiment, leaning = prepared.sentiment.tolist(), prepared.leaning.tolist()
        category = shares(prepared.leaning).tolist()
        suspects = self._records.districts.suspects(prepared.texts, prepared.heard)
        found: list[Found] = []

        def choose(n: int, said: Said) -> Found:
            post_id, parent, length = prepared.ids[n], prepared.parents[n], len(prepared.bare[n])
            original = self._readings.of(roots[n])
            elsewhere = n in suspects and self._records.districts.elsewhere(prepared.texts[n], prepared.heard[n])
            answered_about = self._answered(parent, disclosures_of, known)
            alone = prepared.link[n] + prepared.elsewhere.item(n) if elsewhere else prepared.link[n]
            about, score = self._link(prepared, n, alone, said, answered_about, original)
            known[post_id] = about.record
            found.append(about)
            words = own[n], leaning[n]
            if original is not None and original.same_words(length):
                words = original.own
            answered = self._readings.of(parent)
            if answered is not None or about.linked or original is not None:
                sentiment[n], category[n] = self._in_context(words, prepared.texts[n], about.record, answered, said)
            self._readings.add(post_id, Reading(words, sentiment[n], category[n], about, length))
            if self._records.ids:
                self._reconsider(prepared, n, said, alone, about, score, roots[n])
            return about

        self._recent.linked(prepared.near, prepared.seen / _DAY, prepared.urgent, self._records.ids, choose)
        return found, np.array(sentiment), np.array(category)

    def _reconsider(
        self,
        prepared: Prepared,
        n: int,
        said: Said,
        alone: Floats,
        about: Found,
        score: Floats,
        root: str | None,
    ) -> None:
        """Read those earlier posts again that this one makes clear; it waits itself where it is about no record."""
        post_id, parent, day = prepared.ids[n], prepared.parents[n], prepared.seen.item(n) / _DAY
        for earlier, found in self._reconsidering.after(post_id, parent, alone, said, day, self._records):
            self._read_again(earlier, found, said, post_id)
        if not about.linked:
            unsure = Unsure(day, prepared.urgent.item(n), score, said, self.model.link)
            text, why = prepared.texts[n], prepared.why[n]
            self._reconsidering.add(Waiting(post_id, parent, text, root, why, about, unsure))

    def _read_again(self, earlier: Waiting, about: Found, said: Said, by: str) -> None:
        post_id = earlier.post_id
        reading = self._readings.of(post_id)
        if reading is None:
            return
        answered = self._readings.of(earlier.parent)
        sentiment, category = self._in_context(reading.own, earlier.text, about.record, answered, said)
        self._readings.add(post_id, reading._replace(sentiment=sentiment, category=category, found=about))
        verdict, best = sentiment.index(max(sentiment)), category.index(max(category))
        negative, by_category = round(sentiment[_NEGATIVE], 4), [round(share, 4) for share in category]
        read = self._assessment(post_id, verdict, negative, about, best, by_category, earlier.root, earlier.why)
        alone: Alone | None = None
        if self._alone is not None:
            words, leaning = reading.own
            own = SENTIMENTS[words.index(max(words))], CATEGORIES[leaning.index(max(leaning))]
            alone = Alone(*own, answers=None if answered is None else answered.found.record)
        self._again.append(Reread(read, by, alone))

    def _answered(
        self, parent: str | None, disclosures_of: Mapping[str, str | None], known: Mapping[str, str | None]
    ) -> Found | None:
        """What is known of the record of the post that is answered."""
        read = self._readings.of(parent)
        if read is not None:
            return read.found
        if parent is None or (parent not in known and parent not in disclosures_of):
            return None
        record = known[parent] if parent in known else disclosures_of[parent]
        return Found(record, float(record is not None), record is not None)

    def _in_context(
        self, own: tuple[Row, Row], text: str, record: str | None, answered: Reading | None, said: Said
    ) -> tuple[Row, Row]:
        """A post's chances by what its words say, what its record denies, what is going on there and what it answers."""
        sentiment, category = own
        going_on, talk = (0.0, 0.0) if record is None else said.of(self._records.row[record])
        setting, sentiments, categories = around(going_on, talk, self._moods.of(record), answered)
        shifted = self.model.sentiment_shift.added(sentiment, setting, sentiments)
        shifted_category = self.model.category_shift.added(category, setting, categories)
        if record is not None:
            self._moods.add(record, chances(sentiment), chances(category))
            denied = self._records.denied(text, record)
            shifted_category = [
                score + denied * weight for score, weight in zip(shifted_category, self._denial, strict=True)
            ]
        return chances(shifted), chances(shifted_category)

    def _link(
        self,
        prepared: Prepared,
        n: int,
        alone: Floats,
        said: Said,
        answered: Found | None,
        original: Reading | None,
    ) -> tuple[Found, Floats]:
        """The record, what was just said, what is answered and what is copied taken into account, and how all stand;
        `alone` is how they stand for the post by its own words."""
        if not self._records.ids:
            return NOT_LINKED, alone
        weights = self.model.link
        score, of_all = said.added(weights)
        score += alone
        of_some: Sequence[tuple[int, float]] = ()
        if answered is not None:
            of_answering, of_some = self._records.answering(answered, weights)
            of_all += of_answering
        elif original is not None and original.found.linked:
            of_some = self._records.answering(original.found, weights)[1]
        for row, more in of_some:
            score[row] += more
        best, link = likeliest(score, of_all)
        return Found(self._records.ids[best], link, link >= weights["threshold"]), score + of_all


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
