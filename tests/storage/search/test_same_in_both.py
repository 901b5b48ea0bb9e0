"""Both engines, given the same posts and asked the same, answer the same: ids, order, days, walks."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from records.posts import Post
from storage.search.embedded import EmbeddedIndex
from storage.search.text_index import TextIndex
from tests.nlp.making import NOON, post
from tests.storage.search.clusters import NEEDS_CLUSTER, Settled, layout, settled

pytestmark = NEEDS_CLUSTER

PIECES = (
    *("老旧小区改造", "停水", "停暖", "供热公司", "渠阳", "铁运新村", "挖断水管", "公交票价听证会", "补偿", "什么时候"),
    *(
        "的",
        "了",
        "水",
        "暖",
        "𬭚",
        "ＷＩＦＩ",
        "wifi",
        "Wi-Fi",
        "3.14",
        "COVID-19",
        "１２３",
        "c++",
        "a_b",
        "½",
        "ß",
        "Σ",
        "ς",
    ),
    *(
        "ｱｲｳ",
        "привет",
        "१२",
        "😀",
        "#停水#",
        "@某人",
        "http://a.example/x?y=1&z=2",
        "NOT",
        "OR",
        "*",
        "^",
        "~2",
        "/.*/",
        "\\",
    ),
    *("，", "。", " ", "\n", "\u3000", "\u00a0", "\u200b", "\x00", "“", "”", "(", ")", "{}", "：", "'"),
)


@pytest.fixture
def both(tmp_path: Path) -> Iterator[tuple[EmbeddedIndex, Settled]]:
    """An empty index on each engine, that of the cluster with twenty days an index."""
    with closing(EmbeddedIndex(tmp_path / "search.db")) as embedded, layout(days=20) as made, settled(made) as cluster:
        yield embedded, cluster


@pytest.mark.parametrize("seed", range(3))
def test_both_engines_give_the_same_answers(both: tuple[EmbeddedIndex, Settled], seed: int) -> None:
    chance = random.Random(seed)
    given: dict[str, Post] = {}
    for _ in range(10):
        act = chance.random()
        if act < 0.6 or not given:
            batch = [_made(chance, given) for _ in range(chance.randint(1, 40))]
            given.update((each.id, each) for each in batch)
            mark = chance.choice((None, chance.randint(1, 10**12)))
            for index in both:
                index.add(batch, mark)
        elif act < 0.95:
            gone = [*chance.sample(sorted(given), min(len(given), 5)), "nobody"]
            for index in both:
                index.remove(gone)
            for post_id in gone:
                given.pop(post_id, None)
        else:
            given.clear()
            for index in both:
                index.clear()
        _compared(both, chance, given)


def _compared(both: tuple[TextIndex, TextIndex], chance: random.Random, given: dict[str, Post]) -> None:
    embedded, cluster = both
    assert (cluster.count(), cluster.watermark if given else 0) == (len(given), embedded.watermark if given else 0)
    for _ in range(10):
        query, (since, until), limit = _query(chance, given), _times(chance), chance.choice((1, 3, 50, 20_001))
        found = embedded.find(query, since, until, limit)
        assert cluster.find(query, since, until, limit) == found, (query, since, until)
        assert cluster.days(query, since, until) == embedded.days(query, since, until), (query, since, until)
    number = chance.randint(1, 30)
    assert [cluster.some_ids(number) for _ in range(3)] == [embedded.some_ids(number) for _ in range(3)]


def _made(chance: random.Random, given: dict[str, Post]) -> Post:
    """A post of the last weeks, of the same few seconds as others; now and then one that is known already."""
    known = sorted(given)
    post_id = chance.choice(known) if known and chance.random() < 0.3 else f"p{chance.randint(0, 10**9)}"
    at = NOON + timedelta(days=chance.choice((0, 0, 1, 9, 29, -40)), seconds=chance.choice((0, 0.25, 0.75, 1, 2)))
    title = _text(chance) if chance.random() < 0.3 else None
    return post(_text(chance), post_id, seen_at=at, title=title)


def _text(chance: random.Random) -> str:
    return "".join(chance.choices(PIECES, k=chance.randint(1, 12)))


def _query(chance: random.Random, given: dict[str, Post]) -> str:
    """Pieces, or a part of a text that is there; some of it in quotes."""
    words: list[str] = []
    for _ in range(chance.randint(1, 3)):
        word = chance.choice(PIECES)
        if given and chance.random() < 0.7:
            text = given[chance.choice(sorted(given))].text
            start = chance.randrange(len(text))
            word = text[start : start + chance.randint(1, 6)]
        words.append(f'"{word}"' if chance.random() < 0.4 else word)
    return " ".join(words)


def _times(chance: random.Random) -> tuple[datetime | None, datetime | None]:
    """From a moment on, up to one, both or neither, often exactly when posts were seen."""
    moments = [NOON + timedelta(days=days, seconds=seconds) for days in (-40, 0, 9) for seconds in (0, 0.5, 1)]
    first, second = sorted(chance.choices(moments, k=2))
    return chance.choice((None, first)), chance.choice((None, second))
