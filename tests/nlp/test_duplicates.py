"""Near-duplicates as the contract defines them, against the plain definition."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.duplicates import Duplicates
from tests.nlp.making import NOON

DAY = timedelta(days=1)
LONG = "解放路管道爆裂热水喷出三层楼高请大家绕行"


def test_a_copy_names_the_first_original() -> None:
    memory = Duplicates()
    assert memory.root_of("a", LONG, NOON) is None
    assert memory.root_of("b", "转发" + LONG, NOON) == "a"
    assert memory.root_of("c", LONG + "快看看", NOON) == "a"


def test_a_short_text_that_stands_in_a_longer_one_is_its_copy() -> None:
    memory = Duplicates()
    memory.root_of("a", "今天早上七点多" + LONG + "我们单位都停工了", NOON)
    assert memory.root_of("b", LONG, NOON) == "a"


def test_under_ten_characters_only_equal_texts_are_copies() -> None:
    memory = Duplicates()
    memory.root_of("a", "暖气还是不热", NOON)
    assert memory.root_of("b", "暖气还是不热啊", NOON) is None
    assert memory.root_of("c", "暖气还是不热", NOON) == "a"


def test_seven_days_count_to_the_second() -> None:
    memory = Duplicates()
    memory.root_of("a", LONG, NOON)
    assert memory.root_of("b", LONG + "啊", NOON + 7 * DAY) == "a"
    other = Duplicates()
    other.root_of("a", LONG, NOON)
    assert other.root_of("b", LONG, NOON + 7 * DAY + timedelta(seconds=1)) is None


def test_the_window_slides_with_each_copy() -> None:
    memory = Duplicates()
    memory.root_of("a", LONG, NOON)
    assert memory.root_of("b", LONG, NOON + 5 * DAY) == "a"
    assert memory.root_of("c", LONG, NOON + 10 * DAY) == "a"


def test_after_a_restart_copies_are_still_known() -> None:
    memory = Duplicates()
    memory.remember(LONG, NOON, "a")
    assert memory.root_of("b", LONG + "哦", NOON + DAY) == "a"


def test_memory_is_bounded_and_the_oldest_go_first() -> None:
    memory = Duplicates(texts=100)
    for n in range(6000):
        memory.root_of(str(n), f"第{n:05d}条各不相同的帖子{n * 7919:08d}{n * 104729:09d}", NOON + timedelta(minutes=n))
    assert len(memory) == 100
    assert memory.places_kept() < 60_000


TEXTS = st.lists(st.text(alphabet="甲乙丙丁", min_size=0, max_size=24), max_size=25)


@settings(max_examples=300)
@given(TEXTS)
def test_the_index_finds_exactly_what_the_definition_says(texts: list[str]) -> None:
    memory = Duplicates()
    roots: list[int] = []
    for n, text in enumerate(texts):
        near = [earlier for earlier in range(n) if _copies(texts[earlier], text)]
        equal = [earlier for earlier in near if texts[earlier] == text]
        expected = roots[(equal or near)[0]] if near else n
        found = memory.root_of(str(n), text, NOON + timedelta(seconds=n))
        assert found == (None if expected == n else str(expected))
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
