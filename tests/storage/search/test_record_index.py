"""The record index can always be filled anew, and takes a query for words alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.search.record_index import RecordIndex
from tests.storage.making import disclosure


def test_a_damaged_file_is_replaced_by_an_empty_index(tmp_path: Path):
    path = tmp_path / "records.db"
    path.write_bytes(b"not an index" * 1000)
    index = RecordIndex(path)
    assert (index.versions(), index.level) == ({}, "")
    index.put([disclosure()], level="1")
    assert index.find("供热") == ["d1"]
    index.close()


def test_what_is_gone_from_the_store_is_forgotten(tmp_path: Path):
    index = RecordIndex(tmp_path / "records.db")
    index.put([disclosure(), disclosure("d2")])
    index.put([], gone=["d1"], level="2")
    assert (index.find("供热"), index.versions(), index.level) == (["d2"], {"d2": 1}, "2")
    index.close()


@pytest.mark.parametrize("query", ["", "%", '"', "* OR NOT", 'title:"供热" OR', "(" * 50])
def test_no_query_is_read_as_an_operator(tmp_path: Path, query: str):
    index = RecordIndex(tmp_path / "records.db")
    index.put([disclosure()])
    assert index.find(query) == []
    index.close()
