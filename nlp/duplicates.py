"""Finds the first original of a text: near-duplicates within seven days, by the contract's definition."""

from __future__ import annotations

from collections import OrderedDict, defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

WINDOW = timedelta(days=7)
SHORT = 10
"""Texts with fewer bare characters are copies only when equal."""

TEXTS_KEPT = 60_000
GRAMS_KEPT = 4_000_000

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class _Text:
    __slots__ = ("key", "number", "root", "seen", "size")

    def __init__(self, number: int, key: str, root: str, seen: float, size: int) -> None:
        self.number, self.key, self.root, self.seen, self.size = number, key, root, seen, size


class Duplicates:
    """The distinct texts of the last seven days; beyond a bound the oldest go first, so memory does not grow.

    Two texts are near-duplicates when at least 60 % of the shorter one's distinct character 3-grams stand in the
    other. If the shorter one has n of them, then of any n - ceil(0.6 n) + 1 at least one stands in the other, so only
    the rarest few of each text are looked up: `_all` leads to longer texts that hold a rare 3-gram of the new one,
    `_rare` to shorter texts one of whose rare 3-grams the new one holds.
    """

    def __init__(self, texts: int = TEXTS_KEPT, grams: int = GRAMS_KEPT) -> None:
        self._most_texts, self._most_grams = texts, grams
        self._window = WINDOW.total_seconds()
        self._by_key: OrderedDict[str, _Text] = OrderedDict()
        self._by_number: dict[int, _Text] = {}
        self._all: defaultdict[int, list[int]] = defaultdict(list)
        self._rare: defaultdict[int, list[int]] = defaultdict(list)
        self._added = self._grams = self._stale = 0
        self._newest = float("-inf")

    def __len__(self) -> int:
        return len(self._by_key)

    def places_kept(self) -> int:
        """How many (3-gram, text) pairs are held: what memory is proportional to."""
        return sum(map(len, self._all.values()))

    def root_of(self, post_id: str, bare: str, seen_at: datetime) -> str | None:
        """Id of the first original of this text (see `cleaning.bare`), or None; remembers the text either way."""
        at = self._moved_to(seen_at)
        known = self._by_key.get(bare)
        if known is not None and abs(at - known.seen) <= self._window:
            self._touch(known, at)
            return known.root if known.root != post_id else None
        grams = _grams(bare)
        rarest = self._rarest(grams)
        first = self._first_near(grams, rarest, len(bare), at)
        root = post_id if first is None else first.root
        self._add(bare, root, at, grams, rarest)
        return None if root == post_id else root

    def remember(self, bare: str, seen_at: datetime, root: str) -> None:
        """Take in a text whose original is known already, such as after a restart."""
        at = self._moved_to(seen_at)
        known = self._by_key.get(bare)
        if known is not None:
            self._touch(known, at)
            return
        grams = _grams(bare)
        self._add(bare, root, at, grams, self._rarest(grams))

    def _moved_to(self, seen_at: datetime) -> float:
        at = (seen_at - _EPOCH).total_seconds()
        self._newest = max(self._newest, at)
        while self._by_key and self._newest - next(iter(self._by_key.values())).seen > self._window:
            self._drop_oldest()
        return at

    def _rarest(self, grams: set[int]) -> list[int]:
        held = self._all
        order = sorted(grams, key=lambda gram: (len(held[gram]) if gram in held else 0, gram))
        return order[: len(grams) - _needed(len(grams)) + 1]

    def _first_near(self, grams: set[int], rarest: list[int], size: int, at: float) -> _Text | None:
        """The earliest remembered near-duplicate."""
        numbers: set[int] = set()
        numbers.update(*(self._all[gram] for gram in rarest if gram in self._all))
        numbers.update(*(self._rare[gram] for gram in grams if gram in self._rare))
        for number in sorted(numbers):
            text = self._by_number.get(number)
            if text is not None and abs(at - text.seen) <= self._window and _near(grams, size, text):
                return text
        return None

    def _add(self, bare: str, root: str, at: float, grams: set[int], rarest: list[int]) -> None:
        text = _Text(self._added, bare, root, at, len(grams))
        self._added += 1
        self._grams += len(grams)
        replaced = self._by_key.pop(bare, None)
        if replaced is not None:
            self._forget(replaced)
        self._by_key[bare] = self._by_number[text.number] = text
        for gram in grams:
            self._all[gram].append(text.number)
        for gram in rarest:
            self._rare[gram].append(text.number)
        while len(self._by_key) > self._most_texts or (self._grams > self._most_grams and len(self._by_key) > 1):
            self._drop_oldest()

    def _touch(self, text: _Text, at: float) -> None:
        text.seen = max(text.seen, at)
        self._by_key.move_to_end(text.key)

    def _drop_oldest(self) -> None:
        self._forget(self._by_key.popitem(last=False)[1])

    def _forget(self, text: _Text) -> None:
        del self._by_number[text.number]
        self._grams -= text.size
        self._stale += 1
        if self._stale > 1000 + len(self._by_key):
            self._all, self._rare = self._alive(self._all), self._alive(self._rare)
            self._stale = 0

    def _alive(self, index: defaultdict[int, list[int]]) -> defaultdict[int, list[int]]:
        alive: defaultdict[int, list[int]] = defaultdict(list)
        for gram, numbers in index.items():
            if kept := [number for number in numbers if number in self._by_number]:
                alive[gram] = kept
        return alive


def _grams(bare: str) -> set[int]:
    """The distinct character 3-grams as numbers; none for a text too short to be compared."""
    if len(bare) < SHORT:
        return set()
    codes = list(map(ord, bare))
    return _packed(zip(codes, codes[1:], codes[2:], strict=False))


def _packed(triples: Iterable[tuple[int, int, int]]) -> set[int]:
    return {a << 42 | b << 21 | c for a, b, c in triples}


def _needed(count: int) -> int:
    """60 % of `count`, rounded up."""
    return -(-count * 6 // 10)


def _near(grams: set[int], size: int, other: _Text) -> bool:
    others = _grams(other.key)
    shorter = grams if size <= len(other.key) else others
    return bool(grams) and bool(others) and len(grams & others) >= _needed(len(shorter))
