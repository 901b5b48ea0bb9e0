"""Rows of hashes are found as a dictionary finds them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nlp.spans import Table, batch_of, span_hashes

# Hashes that share their leading bits share a slot.
HASHES = st.sets(
    st.one_of(
        st.integers(0, 2**64 - 1),
        st.builds(lambda lead, rest: lead << 60 | rest, st.integers(0, 15), st.integers(0, 9)),
    ),
    max_size=60,
)


@given(HASHES, HASHES)
def test_each_hash_has_its_row_and_no_other_has_one(held: set[int], others: set[int]) -> None:
    row = {value: n for n, value in enumerate(sorted(held))}
    wanted = [*sorted(held | others), *held]
    found = Table(np.array(sorted(held), dtype=np.uint64)).rows(np.array(wanted, dtype=np.uint64))
    assert found.tolist() == [row.get(value, -1) for value in wanted]


def test_a_hash_that_is_given_twice_has_the_first_of_its_rows() -> None:
    hashes = np.array([5, 5, 9, 5], dtype=np.uint64)
    assert Table(hashes).rows(hashes).tolist() == [0, 0, 2, 0]


def test_a_salt_is_never_like_another_character():
    words = batch_of(["条线", "路段"])
    starts, ends = np.array([0, 2]), np.array([2, 4])
    as_words = span_hashes(words, starts, ends, 101)
    shifted = batch_of([f"{chr(ord(pair[0]) + step)}{pair[1]}" for pair in ("条线", "路段") for step in range(1, 300)])
    begins = np.arange(0, len(shifted.codes), 2)
    for salt in (1, 2, 3, 4, 202):
        assert not np.isin(span_hashes(shifted, begins, begins + 2, salt), as_words).any()
