"""Finds the first original of a text: near-duplicates within seven days, by the contract's definition."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
from numpy.typing import NDArray

from nlp.postings import Ints, Postings, Spans
from nlp.sorting import distinct

WINDOW = timedelta(days=7)
SHORT = 10
"""Texts with fewer bare characters are copies only when equal."""

TEXTS_KEPT = 60_000
GRAMS_KEPT = 2_750_000
"""3-grams of so many texts; where more are kept, as many more."""

BATCH, BATCH_CHARACTERS = 512, 40_000

MET = 8
"""Times that two texts have to meet in the index before they are compared."""

_AS_MUCH = 0.3
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_SKETCH = 4096
_GATHERED = 200_000
_MULTIPLIERS = tuple(np.uint64(factor) for factor in (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9))


def as_much(length: int, other: int) -> bool:
    """Whether near-duplicates of these bare lengths say about as much: neither adds much nor leaves much out."""
    return abs(length - other) <= _AS_MUCH * max(length, other)


@dataclass(slots=True)
class _Text:
    """A remembered text: `number` is the one it has in the index, `order` its first one, `seen` is in seconds."""

    number: int
    order: int
    key: str
    root: str
    seen: float


@dataclass(frozen=True, slots=True)
class Grams:
    """Hashes of the distinct 3-grams of several texts, end to end: `bounds[t]:bounds[t + 1]` is text t."""

    hashes: Spans
    bounds: Ints

    @property
    def sizes(self) -> Ints:
        """How many 3-grams each text has."""
        return np.diff(self.bounds)

    @property
    def owner(self) -> Ints:
        """The text of each 3-gram."""
        return np.repeat(np.arange(len(self.bounds) - 1), self.sizes)

    def of(self, texts: Sequence[int]) -> Grams:
        """The part of these texts, in their order."""
        if len(texts) == len(self.bounds) - 1 and list(texts) == list(range(len(texts))):
            return self
        sizes = self.sizes[texts]
        bounds = np.concatenate(([0], np.cumsum(sizes)))
        places = np.arange(int(sizes.sum())) + np.repeat(self.bounds[texts] - bounds[:-1], sizes)
        return Grams(self.hashes[places], bounds)


class Duplicates:
    """The distinct texts of the last seven days; beyond a bound the oldest go first, so memory does not grow.

    Two texts are near-duplicates when at least 60 % of the shorter one's distinct character 3-grams stand in the
    other. If the shorter one has n of them, then of any n - ceil(0.6 n) + MET at least MET stand in the other, so only
    the rarest few of each text are looked up: `_all` leads to longer texts that hold rare 3-grams of the new one,
    `_rare` to shorter texts whose rare 3-grams the new one holds. Texts met MET times so are compared with a sketch of
    the new one, which can only say too much, and what is left by the definition itself.
    """

    def __init__(self, texts: int = TEXTS_KEPT, grams: int | None = None) -> None:
        """It remembers up to so many texts, and up to so many of their 3-grams: those of usual texts, if not given."""
        grams = texts * GRAMS_KEPT // TEXTS_KEPT if grams is None else grams
        self._most_texts, self._most_grams = texts, grams
        self._window = WINDOW.total_seconds()
        self._by_key: OrderedDict[str, _Text] = OrderedDict()
        self._all, self._rare = Postings(grams * 5 // 4), Postings(grams * 3 // 4)
        # What the index says of a text by its number: kept for so many numbers that no living one is overwritten.
        self._numbers = 1 << (4 * (texts + BATCH)).bit_length()
        self._whose = np.full(self._numbers, -1, dtype=np.int64)
        self._living: list[_Text | None] = [None] * self._numbers
        self._places = np.zeros(self._numbers, dtype=np.int64)
        self._sizes = np.zeros(self._numbers, dtype=np.int32)
        self._numbered = self._grams = 0
        self._newest = self._dropped = float("-inf")

    @property
    def reach(self) -> timedelta:
        """How far back originals are found at present: the whole window, or less where there was no room for that."""
        return timedelta(seconds=min(self._window, self._newest - self._dropped))

    def __len__(self) -> int:
        return len(self._by_key)

    def roots_of(
        self, ids: Sequence[str], texts: Sequence[str], seen: NDArray[np.float64], grams: Grams | None = None
    ) -> list[str | None]:
        """For each post's bare text, seen at that second, the id of its first original, or None; remembers the texts.

        For bare texts see `cleaning.bare`; `grams` are theirs, where they are known. One call or many give the same.
        """
        roots = self._settled(list(zip(texts, seen.tolist(), ids, strict=True)), grams, look=True)
        return [None if root == post_id else root for post_id, root in zip(ids, roots, strict=True)]

    def remember(self, texts: Iterable[tuple[str, datetime, str]]) -> None:
        """Take in (bare text, seen at, id of its first original), oldest first, such as after a restart."""
        self._settled([(bare, _seconds(at), root) for bare, at, root in texts], None, look=False)

    def _settled(self, texts: Sequence[tuple[str, float, str]], grams: Grams | None, look: bool) -> list[str]:
        """The root of each (bare, seen, own root); `look` for originals among what is remembered."""
        roots: list[str] = []
        while len(roots) < len(texts):
            part = list(_part(texts, len(roots)))
            roots += self._part(part, grams, len(roots), look)
        return roots

    def _part(self, part: Sequence[tuple[str, float, str]], given: Grams | None, start: int, look: bool) -> list[str]:
        """The roots of as many texts of `part` as could be settled: all, unless one was forgotten on the way."""
        self._move_to(part[0][1])
        rows = self._fresh(part)
        fresh = {part[row][0]: n for n, row in enumerate(rows)}
        grams = grams_of(list(fresh)) if given is None else given.of([start + row for row in rows])
        first = self._numbered
        near = self._enter(grams, first, look)
        roots: list[str] = []
        touched: list[_Text] = []
        for bare, at, own in part:
            self._move_to(at)
            known = self._by_key.get(bare)
            if known is not None and abs(at - known.seen) <= self._window:
                self._touch(known, at)
                touched.append(known)
                roots.append(known.root)
                continue
            # Taken out, so that a text which is forgotten on the way is looked up anew.
            index = fresh.pop(bare, None)
            if index is None:
                break
            original = self._first_near(bare, near.get(index, ()), at) if look else None
            root = own if original is None else original.root
            number = first + index
            self._keep(_Text(number, number, bare, root, at))
            roots.append(root)
        self._enter_again(touched)
        return roots

    def _fresh(self, part: Sequence[tuple[str, float, str]]) -> list[int]:
        """Where in `part` the different texts stand that are not remembered within the window."""
        fresh: dict[str, int] = {}
        for n, (bare, at, _) in enumerate(part):
            known = self._by_key.get(bare)
            if known is None or abs(at - known.seen) > self._window:
                fresh.setdefault(bare, n)
        return list(fresh.values())

    def _enter(self, grams: Grams, first: int, look: bool) -> dict[int, list[int]]:
        """Put new texts into the index under the numbers from `first` on; for each the numbers of those that may be near."""
        sizes, whose = grams.sizes, grams.owner
        rarity = self._all.crowd(grams.hashes).astype(np.uint64)
        order = (whose.astype(np.uint64) << np.uint64(48)) | (rarity << np.uint64(32)) | grams.hashes
        order.sort()
        rank = np.arange(len(order)) - grams.bounds[whose]
        needed = np.maximum(_needed(sizes), 1)
        rare = np.flatnonzero(rank < (sizes - needed + MET)[whose])
        # Where fewer have to be shared, each stands for several.
        rare = np.repeat(rare, -(-MET // needed)[whose[rare]])
        rare_hashes, rare_owner = order[rare].astype(np.uint32), whose[rare]
        slots = (first + np.arange(len(sizes))) & (self._numbers - 1)
        self._whose[slots] = first + np.arange(len(sizes))
        self._places[slots], self._sizes[slots] = self._all.end + grams.bounds[:-1], sizes
        self._numbered += len(sizes)
        self._all.add(grams.hashes, whose + first)
        self._rare.add(rare_hashes, rare_owner + first)
        if not look:
            return {}
        pairs = [self._all.walk(rare_hashes, rare_owner), self._rare.walk(grams.hashes, whose)]
        owner, number = (np.concatenate(column) for column in zip(*pairs, strict=True))
        earlier = number < owner + first
        met = np.sort((owner[earlier] << 40) | number[earlier])
        met = distinct(met[MET - 1 :][met[MET - 1 :] == met[: len(met) - MET + 1]]) if len(met) >= MET else met[:0]
        return self._likely(grams, met >> 40, met & ((1 << 40) - 1))

    def _likely(self, grams: Grams, owner: Ints, number: Ints) -> dict[int, list[int]]:
        """Those pairs in which enough 3-grams may be shared, by owner."""
        slot = number & (self._numbers - 1)
        begin, size = self._places[slot], self._sizes[slot]
        kept = np.flatnonzero((self._whose[slot] == number) & (begin >= self._all.oldest))
        owner, number, begin, size = owner[kept], number[kept], begin[kept], size[kept]
        shared = self._shared_at_most(grams, owner, begin, size)
        enough = np.flatnonzero(shared >= _needed(np.minimum(size, grams.sizes[owner])))
        near: dict[int, list[int]] = {}
        for one, other in zip(owner[enough].tolist(), number[enough].tolist(), strict=True):
            near.setdefault(one, []).append(other)
        return near

    def _shared_at_most(self, grams: Grams, owner: Ints, begin: Ints, size: Ints) -> Ints:
        sketch = np.zeros(len(grams.sizes) * _SKETCH, dtype=bool)
        sketch[grams.owner * _SKETCH + (grams.hashes & np.uint32(_SKETCH - 1))] = True
        shared = np.zeros(len(owner), dtype=np.int64)
        for pairs in _chunks(size):
            sizes = size[pairs]
            starts = np.cumsum(sizes) - sizes
            places = np.arange(int(sizes.sum())) + np.repeat(begin[pairs] - starts, sizes)
            lows = self._all.lows_at(places) & np.uint16(_SKETCH - 1)
            met = sketch[np.repeat(owner[pairs] * _SKETCH, sizes) + lows]
            shared[pairs] = np.add.reduceat(met, starts, dtype=np.int64)
        return shared

    def _first_near(self, bare: str, numbers: Iterable[int], at: float) -> _Text | None:
        """The earliest remembered near-duplicate."""
        living = [text for number in numbers if (text := self._living_at(number)) is not None]
        for text in sorted(living, key=lambda text: text.order):
            if abs(at - text.seen) <= self._window and _near(bare, text.key):
                return text
        return None

    def _keep(self, text: _Text) -> None:
        replaced = self._by_key.pop(text.key, None)
        if replaced is not None:
            self._forget(replaced)
        self._by_key[text.key] = self._living[self._slot(text)] = text
        self._grams += self._size(text)
        while len(self._by_key) > self._most_texts or (self._grams > self._most_grams and len(self._by_key) > 1):
            text = self._by_key.popitem(last=False)[1]
            self._dropped = max(self._dropped, text.seen)
            self._forget(text)

    def _touch(self, text: _Text, at: float) -> None:
        text.seen = max(text.seen, at)
        self._by_key.move_to_end(text.key)

    def _enter_again(self, texts: Iterable[_Text]) -> None:
        """What is repeated for long must not be overwritten in the index."""
        for text in texts:
            old = self._all.end - self._places.item(self._slot(text)) > self._all.room - self._most_grams
            old |= self._numbered - text.number > self._numbers // 2
            if old and self._size(text) and self._living_at(text.number) is text:
                self._take_out(text)
                text.number = self._numbered
                self._living[self._slot(text)] = text
                self._enter(grams_of([text.key]), text.number, look=False)

    def _move_to(self, at: float) -> None:
        self._newest = max(self._newest, at)
        while self._by_key and self._newest - next(iter(self._by_key.values())).seen > self._window:
            self._forget(self._by_key.popitem(last=False)[1])

    def _forget(self, text: _Text) -> None:
        self._take_out(text)
        self._grams -= self._size(text)

    def _take_out(self, text: _Text) -> None:
        self._living[self._slot(text)] = None
        self._whose[self._slot(text)] = -1

    def _slot(self, text: _Text) -> int:
        return text.number & (self._numbers - 1)

    def _size(self, text: _Text) -> int:
        return self._sizes.item(self._slot(text))

    def _living_at(self, number: int) -> _Text | None:
        text = self._living[number & (self._numbers - 1)]
        return text if text is not None and text.number == number else None


def _part(texts: Sequence[tuple[str, float, str]], start: int) -> Iterator[tuple[str, float, str]]:
    """Texts from `start` on, a bounded number of texts and characters."""
    characters = 0
    for n in range(start, min(start + BATCH, len(texts))):
        characters += len(texts[n][0])
        if n > start and characters > BATCH_CHARACTERS:
            return
        yield texts[n]


def grams_of(texts: Sequence[str]) -> Grams:
    """The distinct character 3-grams of the texts; none of a text too short to be compared."""
    lengths = np.array([len(text) if len(text) >= SHORT else 0 for text in texts], dtype=np.int64)
    joined = "".join(text for text in texts if len(text) >= SHORT)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype=np.uint32).astype(np.uint64)
    owner = np.repeat(np.arange(len(texts)), lengths)
    if not len(codes):
        return Grams(np.empty(0, np.uint32), np.zeros(len(texts) + 1, np.int64))
    whole = np.flatnonzero(owner[:-2] == owner[2:])
    one, two, three = _MULTIPLIERS
    mixed = codes[whole] * one + codes[whole + 1] * two + codes[whole + 2] * three
    mixed = (mixed ^ (mixed >> np.uint64(29))) * one
    keys = distinct((owner[whole].astype(np.uint64) << np.uint64(32)) | (mixed >> np.uint64(32)))
    owner = (keys >> np.uint64(32)).astype(np.int64)
    return Grams(keys.astype(np.uint32), np.searchsorted(owner, np.arange(len(texts) + 1)))


def _chunks(sizes: Ints) -> Iterator[slice]:
    """Slices of a bounded total size; every size is more than 0."""
    total, start = 0, 0
    for n, size in enumerate(sizes.tolist()):
        if n > start and total + size > _GATHERED:
            yield slice(start, n)
            total, start = 0, n
        total += size
    if start < len(sizes):
        yield slice(start, len(sizes))


def _needed(counts: Ints) -> Ints:
    """60 % of each count, rounded up."""
    return -(-counts * 6 // 10)


def _near(one: str, other: str) -> bool:
    """Whether two texts are near-duplicates by the definition."""
    shorter, longer = (one, other) if len(one) <= len(other) else (other, one)
    grams = {shorter[n : n + 3] for n in range(len(shorter) - 2)}
    inside = {longer[n : n + 3] for n in range(len(longer) - 2)}
    return len(shorter) >= SHORT and len(grams & inside) * 10 >= len(grams) * 6


def _seconds(at: datetime) -> float:
    return (at - _EPOCH).total_seconds()
