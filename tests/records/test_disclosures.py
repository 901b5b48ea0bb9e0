"""A disclosure record as it comes in."""

from typing import Any

import pytest

from records.disclosures import disclosure_from
from records.reading import BadRecord
from records.words import Risk, Scope

ROW: dict[str, Any] = {
    "id": "d1",
    "title": "关于调整公交线路的公告",
    "doc_number": None,
    "published_at": "2026-03-05T10:00:00+08:00",
    "unit": "县交通局",
    "catalogue_item": None,
    "scope": "public",
    "url": None,
    "body": "自4月1日起，3路改经北环路。",
    "watch_terms": [],
    "risk": None,
}


def test_a_record_is_read_whole() -> None:
    record = disclosure_from({**ROW, "scope": "party", "risk": "high", "watch_terms": ["3路", " "]})
    assert (record.scope, record.risk, record.watch_terms, record.version) == (Scope.PARTY, Risk.HIGH, ("3路",), 1)


@pytest.mark.parametrize(
    ("changes", "key"),
    [
        ({"id": ""}, "id"),
        ({"title": " "}, "title"),
        ({"unit": None}, "unit"),
        ({"scope": "secret"}, "scope"),
        ({"scope": None}, "scope"),
        ({"risk": "unknown"}, "risk"),
        ({"watch_terms": "3路"}, "watch_terms"),
        ({"watch_terms": [3]}, "watch_terms"),
        ({"published_at": "2026-03-05"}, "published_at"),
    ],
)
def test_a_wrong_value_is_refused_with_the_name_of_its_key(changes: dict[str, Any], key: str) -> None:
    with pytest.raises(BadRecord, match=f"“{key}”"):
        disclosure_from({**ROW, **changes})
