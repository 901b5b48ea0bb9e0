"""Finds the different ones among many keys: sorting plain numbers is far quicker than numpy's own `unique`."""

from __future__ import annotations

from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Ints = NDArray[np.int64]
Keys = TypeVar("Keys", NDArray[np.int64], NDArray[np.uint64])


def distinct(keys: Keys) -> Keys:
    """The different keys, smallest first."""
    found = np.sort(keys)
    return found[begins(found)]


def begins(ordered: NDArray[np.int64] | NDArray[np.uint64]) -> NDArray[np.bool_]:
    """Which of the sorted keys are the first of their kind."""
    first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return first


def in_order(keys: Ints) -> Ints:
    """Where the keys stand from the smallest to the largest, equal ones as they come. Keys count from 0."""
    bits = max(len(keys), 1).bit_length()
    if not len(keys) or int(keys.max()) >> (63 - bits):
        return np.argsort(keys, kind="stable")
    return np.sort((keys << bits) | np.arange(len(keys))) & ((1 << bits) - 1)
