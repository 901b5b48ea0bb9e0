"""Claims to verify: the clauses that assert something that can be checked are found, whoever is right."""

from __future__ import annotations

import json

import pytest

from nlp.claims import MOST_CLAIMS, claims_of
from nlp.corpus import TEXTS, corpus
from tests.effort import effort

LEAST_OVERLAP = 0.88


def _claims(text: str) -> list[str]:
    return [text[start:end] for start, end in claims_of(text)]


@pytest.mark.parametrize(
    ("text", "claims"),
    [
        (
            "听水务所的人讲，新水管是拿旧料做的，检测报告花钱买的，哪位懂的说说",
            ["新水管是拿旧料做的，检测报告花钱买的"],
        ),
        ("据说名额上个月就内定了，是不是真的？求核实", ["据说名额上个月就内定了"]),
        ("求证一下，是不是真的？有没有人知道", []),
        ("", []),
        ("👍👍👍", ["👍👍👍"]),
    ],
)
def test_what_is_asserted_is_found_without_its_source_and_the_questions_around_it(text: str, claims: list[str]) -> None:
    assert _claims(text) == claims


def test_in_a_long_letter_only_what_looks_like_a_fact_is_found() -> None:
    letter = (
        "尊敬的领导您好！我是城东的居民，一直很支持政府的工作，也理解大家的难处，写这封信心里很不平静。"
        "昨天听施工队的人说，桥墩的钢筋少放了三十吨，验收的人收了红包。"
        "我们住在桥边上的人晚上睡不踏实，孩子上学也要从那里过。恳请有关部门派人来看看，给我们一个明白的说法，谢谢您。"
    )
    assert _claims(letter)[0] == "桥墩的钢筋少放了三十吨，验收的人收了红包"


def test_the_strongest_comes_first_and_a_few_are_enough() -> None:
    text = "。".join(f"听说{n}月要停发{n}千元补贴" for n in range(1, 9))
    assert len(claims_of(text)) == MOST_CLAIMS
    assert claims_of(text) == claims_of(text)


def test_ten_thousand_characters_take_no_more_than_a_moment() -> None:
    text = "听说名额早就内定了，一个卖三万，" * 600
    assert effort(lambda: claims_of(text)) < 0.2


def test_the_labelled_spans_are_found() -> None:
    posts = {p.post.id: p.post.text for p in corpus().posts}
    both = found = true = 0
    for file in sorted(TEXTS.glob("*/claims.jsonl")):
        for row in map(json.loads, file.read_text(encoding="utf-8").splitlines()):
            text = posts[row["id"]]
            wanted = {n for claim in row["claim"] for n in range(text.index(claim), text.index(claim) + len(claim))}
            marked = {n for start, end in claims_of(text) for n in range(start, end)}
            both, found, true = both + len(wanted & marked), found + len(marked), true + len(wanted)
    assert 2 * both / (found + true) >= LEAST_OVERLAP
