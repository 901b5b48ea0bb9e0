"""Turns the corrections that people made into labelled posts beside the desk's records, to learn from."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from dataclasses import asdict, dataclass

from nlp.card import Learned
from nlp.corpus import Corpus, Labelled
from records.corrections import Correction
from records.disclosures import Disclosure
from records.posts import Post
from records.words import Channel
from storage.store import Transaction

PLACE = "corrections"
"""The corpus's name for this desk."""

MOST_RECORDS = 60
"""Beside the records that corrections name, so many of the newest are what a post could have been about instead."""

KINDS = {"sentiment": "情感", "disclosure": "关联", "category": "类别"}


@dataclass(frozen=True, slots=True)
class ToLearn:
    """The corrections that can be learned: the last one of each post whose text is still kept."""

    corrections: tuple[Correction, ...]
    texts: Corpus

    @classmethod
    def nothing(cls) -> ToLearn:
        """Where nobody has corrected anything."""
        return cls((), Corpus((), {}))

    @property
    def learned(self) -> Learned:
        """What the card of a model says that learned them."""
        kinds = Counter(KINDS[name] for one in self.corrections for name in one.before.differs_in(one.after))
        said = [[one.title, one.text, asdict(one.after), one.version] for one in self.corrections]
        digest = hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()
        return Learned(dict(sorted(kinds.items())), tuple(one.number for one in self.corrections), digest)

    def fresh(self, known: frozenset[int]) -> dict[str, str]:
        """The posts whose correction is not among these numbers, each with its first original."""
        return {one.post_id: one.root for one in self.corrections if one.number not in known}


def to_learn(t: Transaction) -> ToLearn:
    """Everything that can be learned at present."""
    last = {one.post_id: one for one in t.corrections.all()}
    kept = tuple(sorted((one for one in last.values() if one.text is not None), key=lambda one: one.number))
    if not kept:
        return ToLearn.nothing()
    return ToLearn(kept, Corpus(tuple(_labelled(one) for one in kept), {PLACE: _records(t, kept)}))


def _labelled(one: Correction) -> Labelled:
    post = Post(
        id=one.post_id,
        source=PLACE,
        channel=Channel.OTHER,
        url=None,
        title=one.title,
        text=one.text or "",
        published_at=one.seen_at,
        seen_at=one.seen_at,
    )
    return Labelled(post, one.after.sentiment, one.after.category, one.after.disclosure, PLACE)


def _records(t: Transaction, kept: tuple[Correction, ...]) -> tuple[Disclosure, ...]:
    """The records that corrections name, as they stood then, and the newest beside them; by id."""
    named = {record_id for one in kept for record_id in (one.before.disclosure, one.after.disclosure) if record_id}
    found = {record.id: record for record in t.disclosures.current(MOST_RECORDS)} | t.disclosures.many(named)
    for one in kept:
        if one.after.disclosure is not None and one.version is not None:
            versions = (version.disclosure for version in t.disclosures.versions(one.after.disclosure))
            found.update((record.id, record) for record in versions if record.version == one.version)
    return tuple(found[record_id] for record_id in sorted(found))
