"""Finds which remembered texts hold a span: chains of entries through a ring, walked for a whole batch at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from nlp.sorting import in_order

Ints = NDArray[np.int64]
Spans = NDArray[np.uint32]
Lows = NDArray[np.uint16]

_FEWEST_BITS, _MOST_BITS = 16, 21
_MOST_HELD = 0xFFFF
"""Chains that are longer are as crowded as each other."""

_BLOCK_BITS = 12
_NUMBERS = 1 << 16
"""Texts that came so long before the newest of a block of entries are none that anybody asks for."""


class Postings:
    """(span, text number) entries in the order they came, by rising number; the last `room` of them stay."""

    def __init__(self, room: int) -> None:
        self.room = room
        """How many entries stay."""
        bits = min(max((room - 1).bit_length() - 1, _FEWEST_BITS), _MOST_BITS)
        self._shift = np.uint32(32 - bits)
        # One more than the place of each chain's newest entry, its last 32 bits; 0 where there is none. Zeros cost
        # nothing until used. A place that is long gone may read as a later one: whoever goes there finds other spans.
        self._head = np.zeros(1 << bits, dtype=np.uint32)
        self._held = np.zeros(1 << bits, dtype=np.uint16)
        # The chain tells the upper bits of a span, its lower half is kept: together they overlap.
        self._low = np.zeros(self.room, dtype=np.uint16)
        # Of the number of a text its last 16 bits, and the newest number of each block of entries: together they tell it.
        self._text = np.zeros(self.room, dtype=np.uint16)
        self._newest_text = np.zeros(-(-self.room >> _BLOCK_BITS), dtype=np.int64)
        # How many entries back the next one of the same chain is; 0 at its end.
        self._back = np.zeros(self.room, dtype=np.int32)
        self.end = 0
        """How many entries there have ever been: the place that the next one gets."""

    @property
    def oldest(self) -> int:
        """The place of the oldest entry that is still here."""
        return max(self.end - self.room, 0)

    def _newest(self, chains: Ints) -> Ints:
        """The place of each chain's newest entry; one before the oldest entry, or less, where there is none."""
        return np.asarray(self.end - ((self.end + 1 - self._head[chains].astype(np.int64)) & 0xFFFFFFFF))

    def add(self, spans: Spans, texts: Ints) -> None:
        """Enter each span with the number of the text that holds it. Only the last of them stay."""
        if not len(spans):
            return
        chains = (spans >> self._shift).astype(np.int64)
        order = in_order(chains)
        chain, place = chains[order], self.end + order
        begins = np.concatenate(([0], np.flatnonzero(chain[1:] != chain[:-1]) + 1))
        ends = np.append(begins[1:], len(chain)) - 1
        different = chain[begins]
        before = np.concatenate(([-1], place[:-1]))
        before[begins] = self._newest(different)
        back = np.where(before < 0, 0, place - before)
        slot = place % self.room
        self._back[slot] = np.where(back < self.room, back, 0)
        self._low[slot], self._text[slot] = spans[order], texts[order]
        # Of several entries in a block the last one is set.
        self._newest_text[self._block((self.end + np.arange(len(spans))) % self.room)] = texts
        self._head[different] = (place[ends] + 1).astype(np.uint32)
        held = self._held[different] + (ends - begins + 1)
        self._held[different] = np.minimum(held, _MOST_HELD)
        laps = (self.end + len(spans)) // self.room - self.end // self.room
        if laps:
            self._held >>= min(laps, 31)
        self.end += len(spans)

    def crowd(self, spans: Spans) -> Ints:
        """About how many entries each span shares its chain with."""
        return np.asarray(self._held[spans >> self._shift], dtype=np.int64)

    def walk(self, spans: Spans, owners: Ints) -> tuple[Ints, Ints]:
        """(owner, text number) for every entry of every owner's span; a pair may come repeatedly."""
        oldest = self.oldest
        at = self._newest((spans >> self._shift).astype(np.int64))
        alive = np.flatnonzero(at >= oldest)
        at, low, owner = at[alive], spans[alive].astype(np.uint16), owners[alive]
        found: list[tuple[Ints, Ints]] = [(owner[:0], owner[:0])]
        while len(at):
            slot = at % self.room
            same = np.flatnonzero(self._low[slot] == low)
            found.append((owner[same], self._text_of(slot[same])))
            back = self._back[slot]
            further = np.flatnonzero((back > 0) & (at - back >= oldest))
            at, low, owner = at[further] - back[further], low[further], owner[further]
        return np.concatenate([pair[0] for pair in found]), np.concatenate([pair[1] for pair in found])

    def _text_of(self, slots: Ints) -> Ints:
        newest = self._newest_text[self._block(slots)]
        return np.asarray(newest - ((newest - self._text[slots]) & (_NUMBERS - 1)))

    def _block(self, slots: Ints) -> Ints:
        return np.asarray(slots >> _BLOCK_BITS)

    def lows_at(self, places: Ints) -> Lows:
        """The lower halves of the spans that were entered at those places."""
        return np.asarray(self._low[places % self.room])
