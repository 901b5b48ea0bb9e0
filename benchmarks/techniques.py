"""What the product's own reading, fitting and likeness reach on the shared public sets, beside plain tools in one run.

What is learned here is thrown away: no public text and no weight learned from one enters the project.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import logsumexp
from threadpoolctl import threadpool_limits

from benchmarks._plain_tools import Floats, character_likeness, support_vectors, weighed_support_vectors
from benchmarks._public_sets import Answered, Text, letters, posts, replies
from nlp.features import Held, Vocabulary, read
from nlp.linking import LIKENESS, Records
from nlp.model import load_model
from nlp.scoring import f1
from nlp.tokens import plain
from nlp.training import LEAST_TEXTS, Learning, importance_of, weighed
from records.disclosures import Disclosure
from records.words import Scope

WEIBO = {
    "smp_usual": Learning(freedom=0.1, dense=0.2, telling=0.7, expected=((), ()), margins=True),
    "smp_virus": Learning(freedom=3.0, dense=0.4, telling=0.7, expected=((), ())),
}
TARGETS = {"smp_usual": (0.72, 0.702), "smp_virus": (0.61, 0.593), "taidi_topic": (0.93, 0.9185)}
REPLY_TARGETS = {1: (0.76, 0.708), 5: (0.89, 0.846)}
"""What is to be reached, and what plain tools reached on the rows that the targets were set on; ours are other rows."""

EVENED = 0.5
"""Shares of the classes are taken to lie half way, as powers, between what was counted and all alike."""
ALIKE = {"body_likeness": 1.0, "matter": 0.1, "hint": 0.05}
"""What replies are ranked by, and how much each counts."""
WARMTH, ROUNDS = 0.02, 20
"""A reply answers one message and a message has one reply: so many rounds even the chances out between both sides. All
of this was chosen on half of the messages beside their own replies alone."""
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)

Plain = Callable[[Sequence[str], Sequence[str], Sequence[str]], list[str]]


def main(argv: list[str]) -> int:
    """Measure; there is no promise to break, so no --mutant."""
    parser = argparse.ArgumentParser(prog="techniques", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without the sets that take minutes")
    parser.add_argument("--data", type=Path, required=True, help="the folder with the shared public sets")
    chosen = parser.parse_args(argv)
    print(json.dumps({"benchmark": "techniques", "public": checks(chosen.data, chosen.quick)}, ensure_ascii=False))
    return 0


def checks(folder: Path, quick: bool = False) -> dict[str, Any]:
    """Every check by its set: what we reach, what a plain tool does in the same run, and the targets."""
    with threadpool_limits(limits=1):
        found: dict[str, Any] = {"taidi_reply_link": answering(replies(folder, "taidi_reply_link.dev"))}
        if not quick:
            for name in WEIBO:
                found[name] = emotions(folder, name)
            found["taidi_topic"] = topics(folder)
    return found


def emotions(folder: Path, name: str) -> dict[str, float]:
    """Six emotions of Weibo posts, learned from the training parts of both sets."""
    learned = [text for each in WEIBO for text in posts(folder, f"{each}.train")]
    how = replace(WEIBO[name], expected=_evened(learned))
    return _classified(name, learned, posts(folder, f"{name}.dev"), how, weighed_support_vectors)


def topics(folder: Path) -> dict[str, float]:
    """Seven topics of messages to government; marks are left out, the texts learned from having lost most of theirs."""
    learned = letters(folder, "taidi_topic.train")
    how = Learning(freedom=1.0, dense=0.0, telling=0.0, expected=_evened(learned), margins=True)
    return _classified("taidi_topic", learned, letters(folder, "taidi_topic.dev"), how, support_vectors)


def _classified(
    name: str, learned: Sequence[Text], asked: Sequence[Text], how: Learning, plain_tool: Plain
) -> dict[str, float]:
    target, plain_of_target = TARGETS[name]
    ours = classified(learned, asked, how)
    theirs = plain_tool([t.text for t in learned], [t.label for t in learned], [t.text for t in asked])
    return {
        "texts": len(asked),
        "macro_f1": round(macro_f1(asked, ours), 4),
        "plain": round(macro_f1(asked, theirs), 4),
        "target": target,
        "plain_of_target": plain_of_target,
    }


def classified(learned: Sequence[Text], asked: Sequence[Text], how: Learning) -> list[str]:
    """The class of each text asked for, as the product reads texts and fits classes."""
    names = sorted({t.label for t in learned})
    classes = np.array([names.index(t.label) for t in learned])
    batch, wanted = (read([t.text for t in texts], plain()) for texts in (learned, asked))
    vocabulary = Vocabulary.learned(batch, LEAST_TEXTS)
    weight = importance_of(classes, np.zeros(len(classes), dtype=np.bool_), how)
    linear = weighed(vocabulary.matrix(batch)[0], batch.dense, classes, weight, how)
    return [names[n] for n in linear.scores(Held.of(vocabulary.matrix(wanted)[0]), wanted.dense).argmax(axis=1)]


def macro_f1(asked: Sequence[Text], found: Sequence[str]) -> float:
    """The mean of the F1 of all classes."""
    pairs = [(text.label, label) for text, label in zip(asked, found, strict=True)]
    names = {text.label for text in asked}
    return sum(f1(pairs, name) for name in names) / len(names)


def _evened(texts: Sequence[Text]) -> tuple[tuple[float, ...], tuple[float, ...]]:
    _, counts = np.unique([t.label for t in texts], return_counts=True)
    shares = counts.astype(np.float64) ** (1 - EVENED)
    expected = tuple((shares / shares.sum()).tolist())
    return expected, expected


def answering(answered: Sequence[Answered]) -> dict[str, dict[str, float]]:
    """Share of messages whose own reply is the likeliest of all, or among the five likeliest."""
    texts = {a.reply_id: a.reply for a in answered}
    ids = {reply_id: n for n, reply_id in enumerate(texts)}
    own = np.array([ids[a.reply_id] for a in answered])
    messages = [a.message for a in answered]
    ours = likeness(messages, texts)
    ways = {
        "recall": places(paired(ours), own),
        "one_by_one": places(ours, own),
        "plain": places(character_likeness(messages, list(texts.values())), own),
    }
    return {
        f"at_{most}": {way: round(float((place < most).mean()), 4) for way, place in ways.items()}
        | {"target": target, "plain_of_target": plain_of_target}
        for most, (target, plain_of_target) in REPLY_TARGETS.items()
    }


def likeness(messages: Sequence[str], texts: dict[str, str]) -> Floats:
    """How like each message is to each reply (messages × replies), replies being watched as records are.

    How telling a span is in general, and to which matter it points, is what the shipped model knows of it; it learned
    nothing from these texts.
    """
    model, nothing = load_model(), np.zeros(len(messages))
    known = Records([_record(*reply) for reply in texts.items()], model.vocabulary, model.learned)
    hints = known.hints(Held.of(model.vocabulary.matrix(read(messages, plain()))[0]))
    met, _, _ = known.compare_alone(messages, nothing, nothing, hints)
    found = dict(zip(LIKENESS, known.likeness(met, 0, len(messages)), strict=True))
    return np.asarray(sum(weight * found[name] for name, weight in ALIKE.items()))


def paired(likeness: Floats) -> Floats:
    """Logarithms of the chances that message and reply belong together, when each belongs to one of the other side."""
    chances = likeness / WARMTH
    for _ in range(ROUNDS):
        for side in (1, 0):
            chances = chances - logsumexp(chances, axis=side, keepdims=True)
    return np.asarray(chances)


def places(likeness: Floats, own: np.ndarray[Any, np.dtype[np.int64]]) -> np.ndarray[Any, np.dtype[np.int64]]:
    """How many stand before its own one, for each row."""
    return np.asarray((likeness > likeness[np.arange(len(own)), own][:, None]).sum(axis=1))


def _record(reply_id: str, text: str) -> Disclosure:
    return Disclosure(
        id=reply_id,
        title=text[:20],
        doc_number=None,
        published_at=_LONG_AGO,
        unit="unit",
        catalogue_item=None,
        scope=Scope.PUBLIC,
        url=None,
        body=text,
    )
