"""Turns a text and what was looked for in it into a short excerpt with the places of the hits."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

LENGTH, BEFORE = 90, 20


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of an excerpt; `hit` where it is what was looked for."""

    text: str
    hit: bool


def excerpt(text: str, needles: Sequence[str], length: int = LENGTH) -> tuple[Piece, ...]:
    """A piece of the text around its first hit, cut up at the hits; nothing where there is none."""
    hits = _hits("".join(_folded(character) for character in text), needles)
    if not hits:
        return ()
    start = 0 if len(text) <= length else max(0, min(hits[0][0] - BEFORE, len(text) - length))
    end = max(start + length, hits[0][1])
    pieces = [Piece("…", False)] if start else []
    at = start
    for first, last in hits:
        if last > end:
            break
        pieces += [Piece(text[at:first], False), Piece(text[first:last], True)]
        at = last
    pieces.append(Piece(text[at:end] + ("…" if end < len(text) else ""), False))
    return tuple(piece for piece in pieces if piece.text)


def _folded(character: str) -> str:
    """The character as words are folded; as it is where that would move the others."""
    folded = unicodedata.normalize("NFKC", character).lower()
    return folded if len(folded) == 1 else character


def _hits(folded: str, needles: Sequence[str]) -> list[tuple[int, int]]:
    """Where the needles stand, in order; what overlaps is one hit."""
    places: list[tuple[int, int]] = []
    for needle in needles:
        at = folded.find(needle)
        while at >= 0:
            places.append((at, at + len(needle)))
            at = folded.find(needle, at + len(needle))
    merged: list[tuple[int, int]] = []
    for first, last in sorted(places):
        if merged and first <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(last, merged[-1][1])
        else:
            merged.append((first, last))
    return merged
