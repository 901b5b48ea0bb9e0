"""Near-duplicates as the contract defines them, against the plain definition."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.duplicates import Duplicates
from tests.nlp.making import NOON

DAY = timedelta(days=1)
LONG = "解放路管道爆裂热水喷出三层楼高请大家绕行"


def root_of(memory: Duplicates, post_id: str, text: str, at: datetime) -> str | None:
    return roots_of(memory, [(post_id, text, at)])[0]


def roots_of(memory: Duplicates, rows: Sequence[tuple[str, str, datetime]]) -> list[str | None]:
    seen = np.array([at.timestamp() for _, _, at in rows])
    return memory.roots_of([post_id for post_id, _, _ in rows], [text for _, text, _ in rows], seen)


def text(number: int) -> str:
    return f"第{number:05d}条各不相同的帖子{number * 7919:08d}{number * 104729:09d}"


def test_a_copy_names_the_first_original() -> None:
    memory = Duplicates()
    assert root_of(memory, "a", LONG, NOON) is None
    assert root_of(memory, "b", "转发" + LONG, NOON) == "a"
    assert root_of(memory, "c", LONG + "快看看", NOON) == "a"


def test_a_short_text_that_stands_in_a_longer_one_is_its_copy() -> None:
    memory = Duplicates()
    root_of(memory, "a", "今天早上七点多" + LONG + "我们单位都停工了", NOON)
    assert root_of(memory, "b", LONG, NOON) == "a"


def test_under_ten_characters_only_equal_texts_are_copies() -> None:
    memory = Duplicates()
    root_of(memory, "a", "暖气还是不热", NOON)
    assert root_of(memory, "b", "暖气还是不热啊", NOON) is None
    assert root_of(memory, "c", "暖气还是不热", NOON) == "a"


def test_seven_days_count_to_the_second() -> None:
    memory = Duplicates()
    root_of(memory, "a", LONG, NOON)
    assert root_of(memory, "b", LONG + "啊", NOON + 7 * DAY) == "a"
    other = Duplicates()
    root_of(other, "a", LONG, NOON)
    assert root_of(other, "b", LONG, NOON + 7 * DAY + timedelta(seconds=1)) is None


def test_the_window_slides_with_each_copy() -> None:
    memory = Duplicates()
    root_of(memory, "a", LONG, NOON)
    assert root_of(memory, "b", LONG, NOON + 5 * DAY) == "a"
    assert root_of(memory, "c", LONG, NOON + 10 * DAY) == "a"


def test_after_a_restart_copies_are_still_known() -> None:
    memory = Duplicates()
    memory.remember([(LONG, NOON, "a")])
    assert root_of(memory, "b", LONG + "哦", NOON + DAY) == "a"


def test_memory_is_bounded_and_the_oldest_go_first() -> None:
    memory = Duplicates(texts=100)
    root_of(memory, "first", LONG, NOON)
    for n in range(600):
        root_of(memory, str(n), text(n), NOON + timedelta(minutes=n))
    assert len(memory) == 100
    assert root_of(memory, "again", LONG, NOON + timedelta(minutes=600)) is None
    assert root_of(memory, "newest", text(599), NOON + timedelta(minutes=600)) == "599"


def test_how_far_back_originals_are_found_is_told() -> None:
    memory = Duplicates(texts=100)
    assert memory.reach == 7 * DAY
    for n in range(100):
        root_of(memory, str(n), text(n), NOON + timedelta(minutes=n))
    assert memory.reach == 7 * DAY
    for n in range(100, 150):
        root_of(memory, str(n), text(n), NOON + timedelta(minutes=n))
    # The last that went is the one of minute 49.
    assert memory.reach == timedelta(minutes=100)
    root_of(memory, "much later", LONG, NOON + 5 * DAY)
    # Its own text took the place of one more.
    assert memory.reach == 5 * DAY - timedelta(minutes=50)
    root_of(memory, "in another week", text(200), NOON + 8 * DAY)
    assert memory.reach == 7 * DAY


def test_a_larger_memory_finds_what_a_smaller_one_has_let_go() -> None:
    small, large = Duplicates(texts=100), Duplicates(texts=1000)
    for memory in (small, large):
        for n in range(900):
            root_of(memory, str(n), text(n), NOON + timedelta(minutes=n))
    at = NOON + timedelta(minutes=900)
    assert [root_of(memory, "again", text(3), at) for memory in (small, large)] == [None, "3"]


def test_a_text_that_is_repeated_for_long_is_not_forgotten() -> None:
    memory = Duplicates(texts=100, grams=3000)
    for n in range(3000):
        root_of(memory, f"copy{n}", LONG, NOON + timedelta(minutes=n))
        root_of(memory, str(n), text(n), NOON + timedelta(minutes=n))
    assert root_of(memory, "near", LONG + "快看", NOON + timedelta(minutes=3000)) == "copy0"


TEXTS = st.lists(st.text(alphabet="甲乙丙丁", min_size=0, max_size=24), max_size=25)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_the_index_finds_exactly_what_the_definition_says(texts: list[str]) -> None:
    memory = Duplicates(grams=1000)
    together = roots_of(
        Duplicates(grams=1000), [(str(n), text, NOON + timedelta(seconds=n)) for n, text in enumerate(texts)]
    )
    roots: list[int] = []
    for n, text in enumerate(texts):
        near = [earlier for earlier in range(n) if _copies(texts[earlier], text)]
        equal = [earlier for earlier in near if texts[earlier] == text]
        expected = roots[(equal or near)[0]] if near else n
        found = root_of(memory, str(n), text, NOON + timedelta(seconds=n))
        assert found == together[n] == (None if expected == n else str(expected))
        roots.append(expected)


def _copies(one: str, other: str) -> bool:
    if one == other:
        return True
    if min(len(one), len(other)) < 10:
        return False
    short, long = (other, one) if len(other) <= len(one) else (one, other)
    grams = {short[i : i + 3] for i in range(len(short) - 2)}
    inside = {long[i : i + 3] for i in range(len(long) - 2)}
    return len(grams & inside) / len(grams) >= 0.6


MOMENTS = st.lists(st.tuples(st.text(alphabet="甲乙", min_size=8, max_size=14), st.integers(0, 30)), max_size=30)


@settings(max_examples=300, deadline=None)
@given(MOMENTS, st.integers(1, 7))
def test_one_call_or_many_give_the_same(texts: list[tuple[str, int]], size: int) -> None:
    rows = [(str(n), text, NOON + day * DAY) for n, (text, day) in enumerate(texts)]
    whole, parts = Duplicates(texts=5, grams=1000), Duplicates(texts=5, grams=1000)
    found = [root for start in range(0, len(rows), size) for root in roots_of(parts, rows[start : start + size])]
    assert found == roots_of(whole, rows)
