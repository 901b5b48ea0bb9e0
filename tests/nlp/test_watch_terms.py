"""Watch terms say what people would call a record."""

from __future__ import annotations

import pytest

from nlp.watch_terms import MOST_TERMS, derived_terms, subject, watched_terms
from tests.nlp.making import record


@pytest.mark.parametrize(
    ("title", "core"),
    [
        ("惠川区2026年城镇老旧小区改造（第一批）实施方案", "城镇老旧小区改造"),
        ("关于优化调整5路、11路、16路公交线路的公告", "优化调整5路、11路、16路公交线路的"),
        ("青塘县养犬管理办法（试行）", "养犬"),
    ],
)
def test_the_subject_is_the_title_without_what_every_title_has(title: str, core: str) -> None:
    assert subject(title) == core


def test_terms_come_from_title_body_and_document_number() -> None:
    found = derived_terms(
        record(
            "a",
            "青塘区2026年老旧小区改造方案",
            "改造小区有：铁运新村、粮油小区、农机家属院。",
            doc_number="青塘住建〔2026〕8号",
        )
    )
    assert "老旧小区改造" in found
    assert {"铁运新村", "粮油小区", "农机家属院"} <= set(found)
    assert "青塘住建〔2026〕8号" in found


def test_bus_lines_are_terms() -> None:
    assert {"5路", "16路"} <= set(derived_terms(record("a", "关于调整5路公交的公告", "16路改经解放路。")))


def test_given_terms_hold_and_derived_ones_fill_in_where_none_are_given() -> None:
    given = record("a", "青塘区养犬管理办法", "每户一只。", watch_terms=("狗证",))
    assert watched_terms(given) == ("狗证",)
    assert watched_terms(record("a", "青塘区养犬管理办法", "每户一只。")) != ()


def test_there_are_never_too_many() -> None:
    body = "。".join(f"涉及甲{chr(0x4E00 + n)}乙小区" for n in range(200))
    assert len(derived_terms(record("a", "青塘区改造方案", body))) <= MOST_TERMS
