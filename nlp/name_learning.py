"""Learns the weights of nlp/words/name_weights.json: what tells a person's name from what only looks like one.

Run as `python -m nlp.name_learning FOLDER_OF_MARKED_SAMPLES`, it writes them anew.
"""

from __future__ import annotations

import hashlib
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from nlp.cleaning import cleaned
from nlp.corpus import DISCLOSURES, POSTS, TEXTS, fingerprint, learned_files
from nlp.masking_sample import NAME, marked
from nlp.name_odds import Weights, candidates, looks, surroundings
from nlp.name_words import WORDS, NameWords, name_words
from nlp.names import person_names
from nlp.simplified import simplified

SENTENCES = WORDS / "named_sentences.txt"
SAMPLES = ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "eleventh")
_SEED, _TIMES, _OWN, _SEEN, _STRENGTH = 20250601, 8, 5, 4, 1.0
_MARK = re.compile(r"\[([一-龥]+)\]")
_PARTS = {POSTS: ("text",), DISCLOSURES: ("title", "doc_number", "body")}
# Where somebody stands without a name, a name can stand; after what somebody does, as well.
_ROLE = (
    "司机|师傅|老师|校长|园长|医生|大夫|护士|保安|经理|主任|队长|客服|老板|老板娘|同事|亲戚|邻居|房东|房客|业主|住户|村民|居民|顾客|乘客|家长|学生"
    "|儿子|女儿|闺女|爱人|老伴|媳妇|丈夫|妻子|父亲|母亲|工人|工友|包工头|中介|摊主|店主|会计|村医|志愿者|网格员|施工员|保洁员|收费员|管理员"
)
_PERSON = re.compile(
    rf"(?<![自其你给])(?:(?P<role>{_ROLE})|我(?![们国市区县省镇校院司局的家爸妈爹娘])|他(?!们|妈)|她(?!们)"
    r"|孩子|爸爸|妈妈|我爸|我妈|我爹|我娘|爷爷|奶奶|外公|外婆|老人(?!家)|大爷|大妈|阿姨|大叔|小伙子|姑娘|工作人员|那个?人|这人|有人|谁)(?![们会群委房])"
)
_PLACES, _AFTER_ROLE = 3, 0.6
"""Places of a text in which names are put, and how often after what somebody does, and not instead."""

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Named:
    """A text with the places of its names. `unsure` are what may be names as well: no example of anything."""

    text: str
    names: tuple[Place, ...]
    unsure: tuple[Place, ...] = ()


def sentences(lines: Iterable[str]) -> Iterator[Named]:
    """The lines of named_sentences.txt."""
    for line in lines:
        if line and not line.startswith("#"):
            yield _of_parts(_MARK.split(line.replace("\\n", "\n")))


def of_samples(folder: Path) -> Iterator[Named]:
    """The marked samples of masking: a name counts wherever it stands."""
    for file in SAMPLES:
        for row in marked(folder, f"{file}.jsonl"):
            text = simplified(cleaned(row.text))
            names = {words for kind, words in row.mask if kind == NAME}
            yield Named(text, tuple(m.span() for name in names for m in re.finditer(re.escape(name), text)))


def of_texts(texts: Iterable[str], people: Sequence[str], drawn: random.Random) -> Iterator[Named]:
    """Texts as they are, and again with a name put where a person stands; what may be a name in them is unsure."""
    for text in texts:
        unsure = tuple(person_names(text, learned=False))
        yield Named(text, (), unsure)
        places = [] if unsure else list(_PERSON.finditer(text))
        for place in drawn.sample(places, min(len(places), _PLACES)):
            kept = place["role"] is not None and drawn.random() < _AFTER_ROLE
            start = place.end() if kept else place.start()
            yield _of_parts([text[:start], drawn.choice(people), text[place.end() :]])


def renamed(named: Named, people: Sequence[str], drawn: random.Random) -> Named:
    """The same text with other names of the same length in the places of its names."""
    parts, at = [], 0
    for start, end in named.names:
        parts += [
            named.text[at:start],
            drawn.choice([p for p in people if len(p) == end - start] or [named.text[start:end]]),
        ]
        at = end
    return _of_parts([*parts, named.text[at:]])


def people(named: Iterable[Named], known: NameWords, drawn: random.Random, count: int = 20_000) -> list[str]:
    """Surnames and given names of those named, each put together with others, the usual surnames more often."""
    names = sorted({n.text[a:b] for n in named for a, b in n.names if re.fullmatch("[一-龥]{2,4}", n.text[a:b])})
    split = [
        (n[:2], n[2:]) if n[:2] in known.compound else (n[0], n[1:]) for n in names if n[0] in known.surname_or_word
    ]
    given = [g for _, g in split if g and len(g) < 3] + sorted(known.given_words)
    surnames = [s for s, _ in split] + sorted(known.surname_or_word) + sorted(known.compound)
    return sorted({drawn.choice(surnames) + drawn.choice(given) for _ in range(count)})


@dataclass(frozen=True, slots=True)
class Example:
    """The features of one candidate, and whether it is a name."""

    looks: tuple[str, ...]
    surroundings: tuple[str, ...]
    is_name: bool


def examples(named: Iterable[Named], known: NameWords) -> Iterator[Example]:
    """Each candidate of the texts but those that overlap what is unsure."""
    for row in named:
        starts = [m.start() for m in known.opener.finditer(row.text)]
        for candidate in candidates(row.text, starts, known):
            start, end, _ = candidate
            if not any(start < b and a < end for a, b in row.unsure):
                around = tuple(surroundings(row.text, candidate, known))
                yield Example(looks(row.text, candidate, known), around, (start, end) in row.names)


def weighed(rows: Sequence[Example], learned_from: dict[str, str]) -> Weights:
    """The weights that these examples teach."""
    names = [row.is_name for row in rows]
    return Weights(
        learned_from=learned_from,
        looks=_learned([row.looks for row in rows], names),
        all=_learned([row.looks + row.surroundings for row in rows], names),
    )


def _learned(rows: Sequence[tuple[str, ...]], names: Sequence[bool]) -> dict[str, int]:
    """Hundredths of the natural logarithm of the odds by feature, of those seen often enough."""
    seen = Counter(feature for features in rows for feature in set(features))
    columns = {feature: i for i, feature in enumerate(sorted(f for f, n in seen.items() if f and n >= _SEEN))}
    cells = np.array([(i, columns[f]) for i, features in enumerate(rows) for f in features if f in columns])
    table = csr_matrix((np.ones(len(cells)), (cells[:, 0], cells[:, 1])), shape=(len(rows), len(columns)))
    model = LogisticRegression(C=_STRENGTH, max_iter=2000, fit_intercept=False).fit(table, names)
    return {feature: weight for feature, i in columns.items() if (weight := round(100 * float(model.coef_[0][i])))}


def gathered(samples: Path) -> list[Named]:
    """All that is learned from."""
    drawn, known = random.Random(_SEED), name_words()
    own = [*of_samples(samples), *sentences(SENTENCES.read_text(encoding="utf-8").splitlines())]
    names = people(own, known, drawn)
    others = [renamed(row, names, drawn) for row in own if row.names for _ in range(_TIMES)]
    return [*own * _OWN, *others, *of_texts(_texts(), names, drawn)]


def _texts() -> list[str]:
    """The posts, and the records as official papers read."""
    files = (file for file in learned_files(TEXTS) if file.name in _PARTS)
    rows = ((file.name, json.loads(line)) for file in files for line in file.read_text(encoding="utf-8").splitlines())
    return sorted({simplified(cleaned(row[part] or "")) for name, row in rows for part in _PARTS[name]})


def _of_parts(parts: Sequence[str]) -> Named:
    """Of text, name, text, name … text."""
    places, at = [], 0
    for i, part in enumerate(parts):
        if i % 2:
            places.append((at, at + len(part)))
        at += len(part)
    return Named("".join(parts), tuple(places))


def sources(samples: Path) -> dict[str, str]:
    """The files of marked names that are learned from, with the first digits of their SHA-256; the texts as one."""
    files = [SENTENCES, *(samples / f"{name}.jsonl" for name in SAMPLES)]
    hashes = {file.name: hashlib.sha256(file.read_bytes()).hexdigest()[:16] for file in files}
    return hashes | {TEXTS.name: fingerprint(TEXTS)}


def main(samples: str) -> None:
    """Writes the weights anew."""
    folder = Path(samples)
    weights = weighed(list(examples(gathered(folder), name_words())), sources(folder))
    (WORDS / "name_weights.json").write_text(weights.model_dump_json(indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1])
