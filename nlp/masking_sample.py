"""Tells how much of a marked sample is masked as it should be: share of finds by kind, and of look-alikes that stay."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from nlp.cleaning import cleaned
from nlp.masking import masked
from nlp.permalinks import neutral_permalink

KEPT = "look_alikes_kept"
ALL_BUT_NAMES = "all_but_names"
NAME = "name"
_DIGITS = re.compile(r"\d{3,}")


class Marked(BaseModel):
    """A text with what must be masked, as (kind, words), and what must stay."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str
    mask: tuple[tuple[str, str], ...]
    stay: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """Whether one mark of a sample was treated as it should be; `stored` is what would be kept of the text."""

    kind: str
    words: str
    right: bool
    stored: str


def marked(folder: Path, files: str = "*.jsonl") -> list[Marked]:
    """The sample: every line of the folder's files of that name."""
    lines = (line for path in sorted(folder.glob(files)) for line in path.read_text(encoding="utf-8").splitlines())
    return [Marked.model_validate_json(line) for line in lines]


def outcomes(sample: Iterable[Marked]) -> Iterator[Outcome]:
    """What became of each mark. Three digits in a row that are left of a number are a number not masked."""
    for row in sample:
        stored = _read(masked(cleaned(row.text), neutral_permalink))
        stays = [_read(words) for words in row.stay]
        for kind, words in row.mask:
            shown = _read(words)
            left = any(part in stored and not any(part in stay for stay in stays) for part in _DIGITS.findall(shown))
            yield Outcome(kind, words, shown not in stored and not left, stored)
        for words, stay in zip(row.stay, stays, strict=True):
            yield Outcome(KEPT, words, stay in stored, stored)


def shares(found: Iterable[Outcome]) -> dict[str, float]:
    """The share that is right, by kind, over all kinds but names, and of the look-alikes."""
    rows = list(found)
    right, all_of = Counter(row.kind for row in rows if row.right), Counter(row.kind for row in rows)
    others = all_of.keys() - {NAME, KEPT}
    by_kind = {kind: right[kind] / all_of[kind] for kind in sorted(all_of)}
    return by_kind | {ALL_BUT_NAMES: sum(right[k] for k in others) / sum(all_of[k] for k in others)}


def _read(text: str) -> str:
    """As a reader takes it: no matter how wide and how far apart."""
    return "".join(unicodedata.normalize("NFKC", cleaned(text)).split())
