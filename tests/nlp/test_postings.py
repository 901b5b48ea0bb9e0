"""Spans lead to the texts that hold them, the newest of them, however many there have been."""

from __future__ import annotations

import numpy as np
import pytest

from nlp.postings import Postings


def spans(*values: int) -> np.ndarray[tuple[int], np.dtype[np.uint32]]:
    return np.array(values, dtype=np.uint32)


def walked(postings: Postings, span: int) -> list[int]:
    return sorted(postings.walk(spans(span), np.array([0]))[1].tolist())


@pytest.mark.parametrize("before", [0, 2**31 - 3, 2**32 - 3, 2**32 + 7, 3 * 2**32 - 1])
def test_the_texts_of_a_span_are_found_after_billions_of_entries(before: int) -> None:
    postings = Postings(room=8)
    postings.end = before
    for text, span in enumerate((5, 7, 5, 9, 5)):
        postings.add(spans(span), np.array([text]))
    assert [walked(postings, span) for span in (5, 7, 9, 11)] == [[0, 2, 4], [1], [3], []]
    postings.add(spans(*range(100, 106)), np.arange(10, 16))
    assert [walked(postings, span) for span in (5, 7, 9, 105)] == [[4], [], [3], [15]]


def test_a_text_is_told_by_its_whole_number_however_many_there_have_been() -> None:
    postings = Postings(room=1 << 13)
    for text in (0xFFFE, 0xFFFF, 0x10000, 0x2FFFF):
        postings.add(spans(7), np.array([text]))
        # As many others as make the next one the first of a block of its own.
        postings.add(np.arange(1, 1 << 12, dtype=np.uint32) << np.uint32(16), np.full((1 << 12) - 1, text))
    assert walked(postings, 7) == [0x10000, 0x2FFFF]


def test_texts_without_spans_between_two_with_some_do_not_make_one_of_them_another() -> None:
    postings = Postings(room=1 << 13)
    postings.add(spans(7, 8, 7), np.array([5, 5, 60_000]))
    assert walked(postings, 7) == [5, 60_000]


@pytest.mark.parametrize("room", [1, 10, 5_000, (1 << 12) + 1])
def test_just_so_many_entries_stay_whatever_their_number(room: int) -> None:
    rng = np.random.default_rng(room)
    postings = Postings(room)
    entered: list[tuple[int, int]] = []
    while len(entered) < 3 * room + 7:
        text = len(entered)
        # Chains are told by the upper bits of a span: some share one, some have one each.
        part = rng.choice(40, size=min(room, 9), replace=False).astype(np.uint32) << np.uint32(13)
        postings.add(part, np.full(len(part), text))
        entered += ((int(span), text) for span in part)
    stay = entered[-room:]
    for span in {span for span, _ in entered}:
        assert walked(postings, span) == [text for each, text in stay if each == span]
