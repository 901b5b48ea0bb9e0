"""Tells by learned weights how likely characters that can be a person's name are one, from them and the words around."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

import rjieba
from pydantic import BaseModel, ConfigDict

from nlp.name_words import WORDS, NameWords
from nlp.tokens import is_word

_AROUND = 5
"""Characters on each side whose cut into words is looked at."""
_LEAST = 12
"""Candidates whose characters speak less than this for a name (name_characters.txt) are not weighed at all."""
_NEVER, _UNHEARD, _COMPOUND_WEIGHT, _ONE_CHARACTER = -999, -15, 50, 5
_HOPE = -130
"""Odds by looks alone from which on the words around are looked at: nearly all names have them, one other in eight."""
_EDGE = "^"
_SIZES = ("", "", "2", "3")

Candidate = tuple[int, int, int]
"""(start, end, how much the characters speak for a name)"""


class Weights(BaseModel):
    """nlp/words/name_weights.json: hundredths of the natural logarithm of the odds, by feature.

    `looks` weighs what is seen at once, by itself; `all` weighs everything together. `learned_from` names the files with
    the first digits of their SHA-256.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    learned_from: dict[str, str]
    looks: dict[str, int]
    all: dict[str, int]


@lru_cache(maxsize=1)
def weights() -> Weights:
    return Weights.model_validate_json((WORDS / "name_weights.json").read_bytes())


def likely_names(text: str, starts: Iterable[int], least: int, known: NameWords) -> Iterator[tuple[int, int, int]]:
    """(odds, start, end) of the candidates from these starts whose odds are no less."""
    found = candidates(text, starts, known)
    if not found:
        return
    at_once, together = weights().looks, weights().all
    for candidate in found:
        seen = looks(text, candidate, known)
        if sum([at_once.get(feature, 0) for feature in seen]) < _HOPE:
            continue
        odds = sum([together.get(feature, 0) for feature in (*seen, *surroundings(text, candidate, known))])
        if odds >= least:
            yield odds, candidate[0], candidate[1]


def candidates(text: str, starts: Iterable[int], known: NameWords) -> list[Candidate]:
    """What can be a surname and a given name; two characters only if they are no word."""
    found: list[Candidate] = []
    surnames, first, last, no_end = known.surname_or_word, known.first, known.last, known.no_end
    for start in starts:
        one, weight = start + 1, surnames.get(text[start], _UNHEARD)
        if text[start] in known.compound_first and text[start : start + 2] in known.compound:
            one, weight = start + 2, _COMPOUND_WEIGHT
        given, then = text[one : one + 1], text[one + 1 : one + 2]
        if given in known.never_given or text[start] == given == then:
            continue
        single = weight + last.get(given, _NEVER) - _ONE_CHARACTER
        if single >= _LEAST and given not in no_end and not is_word(text[start : one + 1]):
            found.append((start, one + 1, single))
        both = weight + first.get(given, _UNHEARD) + last.get(then, _UNHEARD)
        if both >= _LEAST and then not in no_end and "一" <= given <= "龥" and "一" <= then <= "龥":
            found.append((start, one + 2, both))
    return found


def features(text: str, candidate: Candidate, known: NameWords) -> list[str]:
    """All that speaks for or against a name."""
    return [*looks(text, candidate, known), *surroundings(text, candidate, known)]


def looks(text: str, candidate: Candidate, known: NameWords) -> tuple[str, ...]:
    """What is seen at once: the characters, and those beside them."""
    start, end, speaks = candidate
    compound = end - start == 4 or text[start : start + 2] in known.compound
    size = f"{end - start}c" if compound else _SIZES[end - start]
    before_word = size == "3" and is_word(text[start + 1 : end])
    left, right = text[start - 1] if start else _EDGE, text[end] if end < len(text) else _EDGE
    return (
        "size " + size,
        f"speaks {size} {min(speaks // 10, 11)}",
        "surname " + text[start],
        f"surname {text[start]} before word" if before_word else "",
        "left char " + left,
        "right char " + right,
        "word begins " + size if size != "2" and is_word(text[start : start + 2]) else "",
        "word within " + size if before_word or (size.endswith("c") and is_word(text[end - 2 : end])) else "",
        "left torn" if start and is_word(left + text[start]) else "",
        "right torn" if end < len(text) and is_word(text[end - 1] + right) else "",
        "" if "一" <= left <= "龥" else "left open",
        "" if "一" <= right <= "龥" else "right open",
    )


def surroundings(text: str, candidate: Candidate, known: NameWords) -> Iterator[str]:
    """What costs more to see: how the dictionary cuts what stands here, the words before and after."""
    start, end, _ = candidate
    yield from _cut(text, start, end)
    if start and "一" <= text[start - 1] <= "龥":
        word, tag = rjieba.tag(text[max(0, start - 4) : start], False)[-1]
        yield f"left {word}"
        yield f"left tag {tag}"
    if end < len(text) and "一" <= text[end] <= "龥":
        word, tag = rjieba.tag(text[end : end + 4], False)[0]
        yield f"right {word}"
        yield f"right tag {tag}"
        if text[end] in known.of_places or text[end + 1 : end + 2] in known.of_places:
            yield "place after"


def _cut(text: str, start: int, end: int) -> Iterator[str]:
    """How the dictionary cuts what stands here, and what sorts of words."""
    at, shape = max(0, start - _AROUND), ""
    for word, tag in rjieba.tag(text[at : end + _AROUND], False):
        until = at + len(word)
        if until > start and at < end:
            shape += f"{'<' * (at < start)}{min(until, end) - max(at, start)}{'>' * (until > end)}"
            if at <= start and until >= end:
                yield f"inside {tag}"
            elif len(word) > 1:
                yield f"{'<' * (at < start)}{'>' * (until > end)}part {tag}"
            elif at > start:
                yield f"one {tag}"
        at = until
    yield f"cut {shape}"
