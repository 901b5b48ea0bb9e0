"""Different keys are found as numpy's `unique` finds them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nlp.sorting import distinct, in_order

KEYS = st.lists(st.one_of(st.integers(0, 5), st.integers(0, 2**63 - 1)), max_size=40)


@given(KEYS)
def test_the_different_keys_come_once_each_smallest_first(keys: list[int]) -> None:
    assert distinct(np.array(keys, dtype=np.int64)).tolist() == sorted(set(keys))


@given(KEYS)
def test_equal_keys_stay_as_they_come(keys: list[int]) -> None:
    found = in_order(np.array(keys, dtype=np.int64)).tolist()
    assert found == sorted(range(len(keys)), key=lambda n: (keys[n], n))
